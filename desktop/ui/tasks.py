"""Three lanes of workers beside the UI thread; what they found comes back through one signal on one object.

No worker owns a QObject. A receiver is a method of one that lives on the UI thread: where its object is gone by the
time the answer arrives, the answer is dropped.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop.ui.collecting import Collector
from sync.records.errors import QianshaoError

T = TypeVar("T")
HAND_OVER_S = 0.001
"""A lane that works gives the interpreter to the UI thread, or to another lane, when it has been wanted for so long."""

FAREWELL_S = 1.0
"""So long what stands may take to end with the window."""


class Task:
    """Work under way: its owner may cancel it, the worker asks `cancelled` and may `report` how far it is."""

    def __init__(self, arrived: Callable[[_Arrival], None]) -> None:
        self._arrived = arrived
        self._stop = threading.Event()
        self._waiting = threading.Event()
        self._latest: Any = None
        self._end: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Ask the work to stop at its next safe point."""
        self._stop.set()
        if self._end is not None:
            self._end()

    def ends_by(self, end: Callable[[], None]) -> None:
        """Call ``end`` on whichever thread cancels: what waits for a network asks nobody whether it was cancelled.

        At once, where it was cancelled already.
        """
        self._end = end
        if self.cancelled():
            end()

    def cancelled(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stop.is_set()

    def report(self, progress: Any) -> None:
        """Tell how far the work is; reports that nobody has drawn yet are replaced, not queued."""
        self._latest = progress
        if not self._waiting.is_set():
            self._waiting.set()
            self._arrived(_Arrival(self, "progress", None))

    def take_report(self) -> Any:
        """The newest report (UI thread)."""
        self._waiting.clear()
        return self._latest


@dataclass(frozen=True, slots=True)
class _Receivers:
    done: Callable[[Any], object] | None
    failed: Callable[[QianshaoError], object] | None
    progress: Callable[[Any], object] | None


@dataclass(frozen=True, slots=True)
class _Arrival:
    task: Task
    what: str
    value: Any


class TaskRunner(QObject):
    """Lanes: ``write`` (one worker), ``read`` (two), ``link`` (network, PDF, long files: two), and beside them what
    stands as long as somebody is signed in.

    ``bug`` is emitted with an exception that is no `QianshaoError`; ``unheard`` with one that no receiver took.
    """

    bug = Signal(object)
    unheard = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(HAND_OVER_S)
        self._lanes = {
            "write": ThreadPoolExecutor(1, "write"),
            "read": ThreadPoolExecutor(2, "read"),
            "link": ThreadPoolExecutor(2, "link"),
        }
        # Receivers stay here: a worker that held one could be the last to let go of a widget.
        self._open: dict[Task, _Receivers] = {}
        self._standing: dict[Task, threading.Thread] = {}
        self._collector = Collector(self)
        self._closed = False
        self._arrived.connect(self._deliver, type=Qt.ConnectionType.QueuedConnection)

    def write(
        self,
        work: Callable[[], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[QianshaoError], object] | None = None,
    ) -> Task:
        """Run a short transaction after all earlier ones."""
        return self._start("write", lambda _task: work(), _Receivers(done, failed, None))

    def read(
        self,
        work: Callable[[], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[QianshaoError], object] | None = None,
    ) -> Task:
        """Run a query on a connection of its own."""
        return self._start("read", lambda _task: work(), _Receivers(done, failed, None))

    def look(
        self,
        work: Callable[[Task], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[QianshaoError], object] | None = None,
    ) -> Task:
        """Run a query that may be cancelled while it runs, on a connection of its own."""
        return self._start("read", work, _Receivers(done, failed, None))

    def link(
        self,
        work: Callable[[Task], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[QianshaoError], object] | None = None,
        progress: Callable[[Any], object] | None = None,
    ) -> Task:
        """Run long work (exchange, import, PDF, backup) that reports and can be cancelled."""
        return self._start("link", work, _Receivers(done, failed, progress))

    def stand(self, work: Callable[[Task], None], progress: Callable[[Any], object]) -> Task:
        """Run what lasts until it is cancelled, on a thread of its own; nobody is idle the less for it."""
        task = Task(self._emit)
        if self._closed:
            return task

        def run() -> None:
            try:
                work(task)
            except BaseException as error:  # noqa: BLE001 - told as a bug, like that of any lane
                self._emit(_Arrival(task, "failed", error))
            else:
                self._emit(_Arrival(task, "done", None))

        self._open[task] = _Receivers(None, None, progress)
        self._standing[task] = threading.Thread(target=run, name="stand", daemon=True)
        self._standing[task].start()
        return task

    def idle(self) -> bool:
        """Whether no work is under way and no answer waits to be delivered."""
        return len(self._open) == len(self._standing)

    def close(self) -> None:
        """Cancel what runs, wait for it, deliver nothing more; writes that wait are done, drafts are among them."""
        self._closed = True
        for task in self._open:
            task.cancel()
        for name, lane in self._lanes.items():
            lane.shutdown(wait=True, cancel_futures=name != "write")
        for thread in self._standing.values():
            thread.join(FAREWELL_S)  # one that waits for a network to answer reads no store meanwhile
        self._standing.clear()
        self._open.clear()
        self._collector.rest()

    def _start(self, lane: str, work: Callable[[Task], Any], receivers: _Receivers) -> Task:
        task = Task(self._emit)
        if self._closed:
            return task
        self._open[task] = receivers
        self._lanes[lane].submit(work, task).add_done_callback(lambda future: self._finished(task, future))
        return task

    def _finished(self, task: Task, future: Future[Any]) -> None:
        if future.cancelled():
            return
        error = future.exception()
        self._emit(_Arrival(task, "failed" if error else "done", error or future.result()))

    def _emit(self, arrival: _Arrival) -> None:
        if not self._closed:
            self._arrived.emit(arrival)

    @Slot(object)
    def _deliver(self, arrival: _Arrival) -> None:
        if self._closed:
            return
        if arrival.what == "progress":
            receivers = self._open.get(arrival.task)
            _call(receivers.progress if receivers else None, arrival.task.take_report())
            return
        receivers = self._open.pop(arrival.task)
        self._standing.pop(arrival.task, None)
        if arrival.what == "done":
            _call(receivers.done, arrival.value)
        elif isinstance(arrival.value, QianshaoError):
            self._fail(receivers, arrival.value)
        else:
            self.bug.emit(arrival.value)

    def _fail(self, receivers: _Receivers, error: QianshaoError) -> None:
        if receivers.failed is None:
            self.unheard.emit(error)
        else:
            _call(receivers.failed, error)


def _call(receiver: Callable[[Any], object] | None, value: Any) -> None:
    owner = getattr(receiver, "__self__", None)
    if receiver is None or (isinstance(owner, QObject) and not shiboken6.isValid(owner)):
        return
    receiver(value)
