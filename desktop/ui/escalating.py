"""Climbs the ladder of open orders while somebody is signed in: now and then, when no lane has anything to do."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.actions.desk import Done
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

EVERY_MS = 60_000
MORE_MS = 2_000


class Escalating(QObject):
    """What it wrote is told as every change is; the district climbs the same ladder for desks that sleep."""

    def __init__(self, tools: Tools, parent: QObject) -> None:
        super().__init__(parent)
        self._tools = tools
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        if tools.may("order_step"):
            self._timer.start(EVERY_MS)

    @Slot()
    def look(self) -> None:
        """Write what is due now, beside the window."""
        if not self._tools.tasks.idle():
            self._timer.start(MORE_MS)
            return
        desk = self._tools.desk

        def work() -> Done:
            from desktop.actions.escalations import escalate_due  # a start does not wait for it

            return escalate_due(desk)

        self._tools.tasks.write(work, self._done, self._refused)

    def _done(self, done: Done) -> None:
        if done.id:
            self._tools.bus.tell(done.changes)
        self._timer.start(EVERY_MS)

    def _refused(self, _error: QianshaoError) -> None:
        """Another program holds the store: the next look finds what this one did not write."""
        self._timer.start(EVERY_MS)
