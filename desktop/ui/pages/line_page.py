"""What the pages of a short list share: its lines, the story of the one in front, and when they ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QSplitter, QTableWidget, QTableWidgetItem, QWidget

from desktop.ui.icons import icon
from desktop.ui.measures import scaled
from desktop.ui.models.status import Status
from desktop.ui.pieces.chip import tone_colour
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.pieces.story import StoryView
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

WIDEST_CELL = 190
"""The columns beside the one that takes the room are no wider."""


class LinePage(QWidget):
    """``followed`` carries a record that is to be shown, ``said`` a sentence and its tone."""

    followed = Signal(str)
    said = Signal(str, str)
    table: QTableWidget
    story: StoryView

    def __init__(self, tools: Tools, name: str) -> None:
        super().__init__()
        self.tools, self.name = tools, name
        self.setObjectName(f"page.{name}")
        self._stale = True

    # What a page gives

    def ask(self) -> None:
        """Ask the store for the lines."""
        raise NotImplementedError

    # What the window calls

    def refresh(self) -> None:
        """Ask again, where the page is shown; else when it is shown next."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.ask()

    def seek(self) -> None:
        """Nothing to search here: the list is short."""
        self.table.setFocus()

    def back(self) -> bool:
        """From the verbs back to the list; returns whether that was a step."""
        inside = self.in_story()
        if inside:
            self.table.setFocus()
        return inside

    def showEvent(self, event: Any) -> None:
        """Ask when it is shown after changes."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    # What a page uses

    def lines(self, told: str, headings: Sequence[str]) -> QTableWidget:
        """Return the table, called ``told``: its second column takes the room, Enter goes to the verbs."""
        made = QTableWidget()
        as_lines(made, f"table.{self.name}", told, headings, 1)
        made.itemActivated.connect(lambda _item: self.to_verbs())
        return made

    def beside(self, left: QWidget, right: QWidget, widths: tuple[int, int]) -> QSplitter:
        """Return the lines and the story side by side, to be moved against each other."""
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(14)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 4)
        split.setSizes(list(widths))
        return split

    def fill(self, lines: Sequence[Iterable[str | Status]]) -> None:
        """Show ``lines``, none of them chosen; a cell is a text, or a status with its picture."""
        theme = self.tools.theme
        self.table.blockSignals(True)
        self.table.clearSelection()
        self.table.setRowCount(len(lines))
        for at, cells in enumerate(lines):
            for place, cell in enumerate(cells):
                shown = QTableWidgetItem(cell if isinstance(cell, str) else cell.text)
                if isinstance(cell, Status) and cell.text:
                    shown.setIcon(icon(cell.picture, theme.colour(tone_colour(cell.tone)), 18))
                self.table.setItem(at, place, shown)
        self.table.blockSignals(False)
        for place in range(self.table.columnCount()):
            if place != 1:
                self.table.resizeColumnToContents(place)
                self.table.setColumnWidth(place, min(self.table.columnWidth(place), scaled(WIDEST_CELL)))

    def in_story(self) -> bool:
        """Whether the focus is at the verbs or within the story."""
        focus = QApplication.focusWidget()
        return focus is not None and self.story.isAncestorOf(focus)

    def to_verbs(self) -> None:
        """Take the focus to the first verb of the line in front."""
        first = self.story.findChild(QPushButton)
        if first is not None:
            first.setFocus()

    def failed(self, error: QianshaoError) -> None:
        """Say why something did not go."""
        self.said.emit(self.tools.sentence(error), "bad")
