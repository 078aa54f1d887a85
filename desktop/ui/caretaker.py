"""Care of the store while nobody waits: asked for now and then, when no lane has anything to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.ui.tasks import Task, TaskRunner

if TYPE_CHECKING:
    from desktop.changes import Changes
    from desktop.store.store import Store

FIRST_MS = 5_000
PAUSE_MS = 60_000
MORE_MS = 1_000
SOON_MS = 3_000
QUIET_AFTER = 5
"""So many looks in a row at which nothing was changed: then nobody minds the daily full check."""


class Caretaker(QObject):
    """Runs `actions.care.look_after`; what it finds damaged is told like any error that no page asked for.

    ``put_right`` carries Changes: lists that an older program wrote show something else now.
    """

    put_right = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._store: Store | None = None
        self._quiet = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)

    def watch(self, store: Store) -> None:
        """Begin to care for ``store``."""
        self._store, self._quiet = store, 0
        self._timer.start(FIRST_MS)

    def rest(self) -> None:
        """Stop; work that is under way ends with its lane."""
        self._timer.stop()
        self._store = None

    @Slot()
    def disturbed(self) -> None:
        """Somebody works: the daily check waits for a quieter moment, and what was saved is soon indexed."""
        self._quiet = 0
        if self._store is not None and self._timer.remainingTime() > SOON_MS:
            self._timer.start(SOON_MS)

    @Slot()
    def _look(self) -> None:
        store = self._store
        if store is None:
            return
        if not self._tasks.idle():
            self._timer.start(MORE_MS)
            return

        self._quiet += 1
        quiet = self._quiet > QUIET_AFTER

        def work(task: Task) -> tuple[bool, list[Changes]]:
            from desktop.actions.care import look_after

            told: list[Changes] = []
            return look_after(store, task.cancelled, quiet=quiet, tell=told.append), told

        self._tasks.link(work, self._looked)

    def _looked(self, answer: tuple[bool, list[Changes]]) -> None:
        more, told = answer
        for changes in told:
            self.put_right.emit(changes)
        if self._store is not None:
            self._timer.start(MORE_MS if more else PAUSE_MS)
