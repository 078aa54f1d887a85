"""Exchanges by itself while the network is up: when the district has news, and a moment after something was saved.

It asks nobody and claims nothing: day end is the moment of proof. One exchange at a time goes to the link lane; it
stands back for a person's, and what fails is tried again when there is a line. The line stands on a thread of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.changes import Changes
from desktop.ui.bus import Bus
from desktop.ui.tasks import Task, TaskRunner
from sync.records.errors import QianshaoError, Unavailable

if TYPE_CHECKING:
    from desktop.actions.background import Came, Heard, Listener
    from desktop.config import Home
    from desktop.keys import Keys
    from desktop.store.store import Store

QUIET_MS: Final = 300
"""So long nothing is saved before what was saved goes up: a form's records go together."""

LONGEST_MS: Final = 1000
"""Who saves one record after the other does not keep the first waiting for longer."""

LOOK_MS: Final = 10_000
SLEPT_SECONDS: Final = 30.0
"""Where the two clocks went so far apart the machine has slept, or was set: the line is tried anew."""

CONNECTED, WAITING, OLDER, STOPPED, OFF = "connected", "waiting", "older", "stopped", "off"
"""How it stands: wording keys of the area "channel"."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``state`` is one of the five above; ``why`` what keeps it from going on, where something does."""

    state: str = OFF
    why: QianshaoError | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What an exchange brought, also one that ended by an ``error``."""

    task: Task
    came: Sequence[Came]
    error: QianshaoError | None = None


class Background(QObject):
    """``stands`` carries a `Standing` whenever it changes, ``arrived`` the orders and replies that came."""

    stands = Signal(object)
    arrived = Signal(object)

    def __init__(self, tasks: TaskRunner, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._bus = tasks, bus
        self._at: tuple[Store, Home, Keys] | None = None
        self._listener: Listener | None = None
        self._listening: Task | None = None
        self._exchange: Task | None = None
        self._heard: Heard | None = None
        self._refused: QianshaoError | None = None
        self._news = self._misses = 0
        self._more = False
        self._saved_at = 0.0
        self._standing = Standing()
        self._quiet, self._again = self._timer(self.begin), self._timer(self.begin)
        self._clocks = (0.0, 0.0)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._look_at_clocks)
        bus.changed.connect(self._changed)

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        return self._standing

    def watch(self, store: Store, home: Home, keys: Keys) -> None:
        """Listen and exchange for this store, where the settings of its home have it so."""
        if self._at is not None and self._at[0] is store:
            return
        self.rest()
        settings = home.settings
        if not (settings.background_exchange and settings.district_url and settings.device):
            return
        self._at = store, home, keys
        self._show()
        # What speaks to the network takes its time to load, and nothing of Qt: a worker does it.
        self._tasks.link(lambda _task: import_module("desktop.actions.background"), self._listen)

    def rest(self) -> None:
        """Hang up and exchange no more; a request that is under way is cut, and said again another time."""
        for task in (self._listening, self._exchange):
            if task is not None:
                task.cancel()
        for timer in (self._quiet, self._again, self._look):
            timer.stop()
        self._at = self._listener = self._listening = self._exchange = self._heard = self._refused = None
        self._news = self._misses = 0
        self._more = False
        self._show()

    def _listen(self, _loaded: object) -> None:
        if self._at is None or self._listening is not None:
            return
        from desktop.actions import background

        listener = background.listener(*self._at)
        self._listener = listener
        self._listening = self._tasks.stand(lambda task: listener.run(task.report), self._hear)
        self._listening.ends_by(listener.stop)
        self._clocks = _clocks()
        self._look.start()

    @Slot()
    def begin(self) -> None:
        """Exchange now, where there is a line and something to exchange; the lane finds out."""
        if self._at is None or not self._reachable:
            return
        if self._exchange is not None:
            self._more = True
            return
        (store, home, keys), news = self._at, self._news
        self._more = False
        self._quiet.stop()
        self._again.stop()

        def work(task: Task) -> _Answer:
            from desktop.actions.background import Came, exchange_now

            left: list[Came] = []
            try:
                done = exchange_now(store, home, keys, news, task.cancelled, task.ends_by, left.append)
            except QianshaoError as error:
                return _Answer(task, left, error)
            return _Answer(task, [Came(done.changes, done.arrivals)])

        self._exchange = self._tasks.link(work, self._exchanged)

    @property
    def _reachable(self) -> bool:
        """Whether the district can be spoken to; one that tells no news can, as far as is known."""
        return self._state()[0] in (CONNECTED, OLDER)

    def _changed(self, changes: Changes) -> None:
        """Something was saved here, or by a command-line verb beside the window."""
        if self._at is None or not _travels(changes):
            return
        now = time.monotonic()
        if not self._quiet.isActive():
            self._saved_at = now
        if (now - self._saved_at) * 1000 < LONGEST_MS - QUIET_MS:
            self._quiet.start(QUIET_MS)

    def _hear(self, heard: Heard) -> None:
        if self._at is None:
            return
        connected = self._heard is None or self._heard.stand is not heard.stand
        self._heard = heard
        self._news = max(self._news, heard.seq)
        self._show()
        if heard.seq or (connected and self._reachable):  # what was saved without a line goes up now
            self.begin()

    def _exchanged(self, answer: _Answer) -> None:
        mine = answer.task is self._exchange
        if mine:  # or nobody is signed in any more, or it was switched off
            self._exchange = None
            if answer.error is None:
                self._refused, self._misses = None, 0
                self._show()
        for came in answer.came:  # what was kept is told however it ended
            self._bus.tell(came.changes)
            if came.arrivals:
                self.arrived.emit(came.arrivals)
        if mine and answer.error is not None:
            self._failed(answer.error)
        elif mine and self._more:
            self.begin()

    def _failed(self, error: QianshaoError) -> None:
        if isinstance(error, Unavailable):
            from sync.client.back_off import delay

            self._misses += 1
            self._again.start(round(delay(self._misses) * 1000))
        else:
            self._refused = error  # somebody acts first; the next save or news tries all the same
        self._show()

    def _look_at_clocks(self) -> None:
        before, self._clocks = self._clocks, _clocks()
        steps = [now - then for now, then in zip(self._clocks, before, strict=True)]
        if abs(steps[0] - steps[1]) > SLEPT_SECONDS and self._listener is not None:
            self._listener.renew()

    def _state(self) -> tuple[str, QianshaoError | None]:
        if self._at is None:
            return OFF, None
        if self._heard is None:
            return WAITING, None
        from desktop.actions.background import NOT_KNOWN, Stand

        why = self._heard.why
        if self._heard.stand is Stand.OFF:
            older = why is not None and why.key == NOT_KNOWN
            return (OLDER, None) if older else (STOPPED, why)
        return (CONNECTED, None) if self._heard.stand is Stand.CONNECTED else (WAITING, why)

    def _show(self) -> None:
        state, why = self._state()
        if self._refused is not None and state in (CONNECTED, OLDER):
            state, why = STOPPED, self._refused
        if Standing(state, why) != self._standing:
            self._standing = Standing(state, why)
            self.stands.emit(self._standing)

    def _timer(self, act: Callable[[], None]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.timeout.connect(act)
        return made


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.time()


def _travels(changes: Changes) -> bool:
    from sync.records.ownership import TRAVELLING

    return changes.touches(*TRAVELLING)
