"""The heading of a section that stands folded: its name, in one line what it holds, and a click or a key opens it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.ui.icons import pixmap
from desktop.ui.pieces.buttons import PartsButton
from desktop.ui.pieces.elided import Elided
from desktop.ui.pieces.labels import label, row
from desktop.ui.theme import Theme


class Fold(PartsButton):
    """Checked while the section is open. Enter, Space and a click open it, and close it again."""

    def __init__(self, theme: Theme, text: str, name: str) -> None:
        super().__init__(text, name, "fold")
        self._theme, self._name = theme, text
        self.setCheckable(True)
        inside = row(self, space=8, margins=(10, 6, 12, 6))
        self._picture = QLabel()
        inside.addWidget(self._picture)
        inside.addWidget(label(text, "subheading"))
        self._told = Elided("", "muted")
        inside.addWidget(self._told, 1)
        inside.addStretch()  # the name stays at the left while nothing is told
        for part in (self._picture, self._told):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.toggled.connect(self._turn)
        self._turn(False)

    def tell(self, text: str) -> None:
        """Say what the section holds."""
        self._told.say(text)
        self.setAccessibleName(f"{self._name} {text}".strip())

    def _turn(self, opened: bool) -> None:
        ink = self._theme.colour("accent_text").name()
        self._picture.setPixmap(pixmap("chevron_down" if opened else "chevron_right", ink, 16))
        self._told.setVisible(not opened)
