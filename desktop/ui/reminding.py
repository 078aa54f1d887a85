"""Tells before it is over what is due soon: in the tray, where the desktop has one, and over the pages.

It asks for that alone, so that no number of clocks that are over keeps it back. It says which sort of clock, whose,
and how long it still is; no name and no subject, for others look at the screen too.
Each clock is told once. What was put off is told when it comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

if TYPE_CHECKING:
    from desktop.ui.stories.dues import DueLine
    from desktop.ui.tools import Tools
    from resources import Wording

LOOK_MS: Final = 60_000
LOOKED_AT: Final = 24
"""So many clocks are looked at, those first that end first."""


class Reminding(QObject):
    """``said`` carries the sentence for the strip over the pages."""

    said = Signal(str, str)

    def __init__(self, tools: Tools, icon: QIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tools = tools
        self._told: set[str] = set()
        self.tray: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.tray = QSystemTrayIcon(icon, self)
            self.tray.setToolTip(tools.words("window.product"))
            self.tray.show()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    @Slot()
    def look(self) -> None:
        """Ask what is due soon, beside the UI thread."""
        desk, words = self._tools.desk, self._tools.words

        def work() -> list[DueLine]:
            from desktop.ui.stories.dues import read_soon

            return read_soon(desk, words, LOOKED_AT)

        self._tools.tasks.read(work, self._tell, lambda _error: None)

    def _tell(self, soon: list[DueLine]) -> None:
        words = self._tools.words
        near = [line for line in soon if line.key not in self._told]
        self._told = {line.key for line in soon}
        if not near:
            return
        text = words("window.list_semicolon").join(_said(words, near))
        self.said.emit(text, "warn")
        if self.tray is not None:
            title = words("window.tray_due", count=len(near))
            self.tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.Warning)


def _said(words: Wording, near: list[DueLine]) -> list[str]:
    """One part for each sort of clock and whose: of several of one sort how many there are, and the first end."""
    by_what: dict[str, list[DueLine]] = {}
    for line in sorted(near, key=lambda each: each.due):
        by_what.setdefault(line.what, []).append(line)
    return [
        words("window.tray_line", what=what, left=some[0].status.text)
        if len(some) == 1
        else words("window.tray_lines", what=what, count=len(some), left=some[0].status.text)
        for what, some in by_what.items()
    ]
