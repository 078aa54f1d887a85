"""Under a list that is shown a page at a time: which lines these are of how many, and the ways to the others."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import label, row
from desktop.ui.theme import Theme
from resources import Wording


class PageTurn(QWidget):
    """``turned`` carries the place of the first line that is wanted; it is not there where all lines are one page."""

    turned = Signal(int)

    def __init__(self, words: Wording, theme: Theme, name: str, size: int) -> None:
        super().__init__()
        self._words, self._size = words, size
        self.start = 0
        inside = row(self, space=10, margins=(12, 4, 12, 4))
        self.told = label("", "small")
        self.told.setObjectName(f"{name}.told")
        inside.addWidget(self.told, 1)
        self.before = button(words("window.page_before"), f"{name}.before", "small", theme=theme)
        self.before.clicked.connect(lambda: self.turned.emit(self.start - self._size))
        self.after = button(words("window.page_after"), f"{name}.after", "small", theme=theme)
        self.after.clicked.connect(lambda: self.turned.emit(self.start + self._size))
        inside.addWidget(self.before)
        inside.addWidget(self.after)
        self.setVisible(False)

    def tell(self, start: int, count: int) -> int:
        """Say which page stands of ``count`` lines, that with the line ``start``; returns the place of its first."""
        last = max(count - 1, 0)
        self.start = min(max(start, 0), last) // self._size * self._size
        end = min(self.start + self._size, count)
        self.told.setText(self._words("window.page_of", first=self.start + 1, last=end, count=count))
        self.before.setEnabled(self.start > 0)
        self.after.setEnabled(end < count)
        self.setVisible(count > self._size)
        return self.start
