"""The one broadcast of the window: which kinds of record changed, here or by a command-line verb beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.changes import Changes
from desktop.ui.tasks import TaskRunner
from sync.records.errors import QianshaoError

LOOK_EVERY_MS = 1000


@cache
def everything() -> Changes:
    """Return what is told when another process wrote: nobody knows which kinds."""
    from sync.records.kinds import KINDS  # the gate needs no list of all kinds

    return Changes(frozenset(KINDS) | {"draft", "exchange"})


class Bus(QObject):
    """Tells `Changes`; ``watch`` makes it look once a second whether another process has written."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._version: int | None = None
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._tasks: TaskRunner | None = None
        self._ask: Callable[[], int] | None = None

    def tell(self, changes: Changes) -> None:
        """Broadcast what an action here has touched."""
        if changes.kinds:
            self.changed.emit(changes)

    def watch(self, tasks: TaskRunner, version: Callable[[], int]) -> None:
        """Ask ``version`` on the read lane once a second; another number than before is told as everything."""
        self._tasks, self._ask, self._version = tasks, version, None
        self._timer.start()

    def rest(self) -> None:
        """Stop looking."""
        self._timer.stop()

    @Slot()
    def _look(self) -> None:
        if self._tasks is not None and self._ask is not None and not self._looking:
            self._looking = True
            self._tasks.read(self._ask, self._looked, self._could_not_look)

    def _looked(self, version: int) -> None:
        self._looking = False
        before, self._version = self._version, version
        if before is not None and before != version:
            self.changed.emit(everything())

    def _could_not_look(self, _error: QianshaoError) -> None:
        # A busy or vanished store is told by whatever needs it next; the look itself interests nobody.
        self._looking = False
