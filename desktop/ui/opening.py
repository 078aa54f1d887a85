"""Opens the store beside the window: first the door, so that somebody may sign in, then the store and Today's page.

A password is tried while SQLAlchemy, the store and the page are loaded: each takes as long as the other, and Argon2
needs no interpreter. Nothing heavy is imported at the top: it would be loaded before the window is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from desktop.config import Home
from desktop.early import Asked, Given, ask
from desktop.ui import collecting
from desktop.ui.tasks import Task, TaskRunner
from resources import Wording
from sync.records.errors import QianshaoError
from sync.records.names import normal_name

if TYPE_CHECKING:
    from desktop.keys import Keys
    from desktop.session import Session
    from desktop.store.door import Door
    from desktop.store.store import Store


AREAS: Final = ("channel", "desk", "find", "proof", "records")
"""The wording that the shell and Today ask for, beside the gate's."""


GATE_S: Final = 0.2
"""So long the store waits at most for the gate to let in: both want the one interpreter, and the gate comes first."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A store in use, and where its keys lie."""

    store: Store
    keys: Keys


class Opening(QObject):
    """``let_in`` is emitted when somebody may sign in, ``opened`` when the store is there, ``failed`` with why not.

    ``there`` is the store in use, None until it is open.
    """

    let_in = Signal()
    opened = Signal()
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._door: Door | None = None
        self._coming: Future[Opened] = Future()
        self._seen_at_gate = threading.Event()
        self.there: Opened | None = None

    @property
    def lets_in(self) -> bool:
        """Whether signing in makes sense."""
        return self._door is not None or self.there is not None

    @property
    def names(self) -> list[str] | None:
        """Who may sign in, as the door says; None where the store has to be asked."""
        return self._door.names if self._door is not None else None

    def begin(self, home: Home, passphrase: str, words: Wording, asked: Asked | None = None) -> None:
        """Open the store of ``home``; Refused, Unavailable or Damaged as store and keys say.

        ``asked`` is its key where it has been asked for early; ``words`` are what the shell will speak.
        """
        self._door, self._coming, self.there = None, Future(), None
        self._seen_at_gate = threading.Event()
        coming, seen = self._coming, self._seen_at_gate

        def work(task: Task) -> None:
            def report(door: Door) -> None:
                task.report(door)
                seen.wait(GATE_S)

            try:
                opened = _open(home, asked.result() if asked is not None else ask(home, passphrase), report)
            except BaseException as error:
                coming.set_exception(error)
                raise
            coming.set_result(opened)
            load_desk()
            words.read(*AREAS)
            _warm(opened.store)

        self._tasks.link(work, self._opened, self.failed.emit, self._seen)

    def take(self, opened: Opened) -> None:
        """Go on with a store that was opened elsewhere."""
        self._door, self._coming, self.there = None, Future(), opened
        self._coming.set_result(opened)

    def sign_in(
        self,
        name: str,
        password: str,
        now: Callable[[], datetime] | None,
        done: Callable[[Session], object],
        failed: Callable[[QianshaoError], object],
    ) -> None:
        """Sign in at the store that is open or is being opened; where it cannot be, the signal ``failed`` says so."""
        door, coming = self._door, self._coming
        self._door = None  # what it knows grows old

        def work() -> Session:
            try:
                tried = _tried(door, name, password)
            finally:  # whatever the answer, it is given when there is a store to go on with
                store = coming.result().store
            session = sign_in(store, name, password, now, tried)
            load_desk()
            return session

        def signed_in(session: Session) -> None:
            self.there = coming.result()
            done(session)

        def refused(error: QianshaoError) -> None:
            if coming.exception() is None:
                self.there = coming.result()
                failed(error)

        self._tasks.write(work, signed_in, refused)

    def close(self) -> None:
        """Close the store, also one that nobody has heard of yet; after the lanes have ended."""
        coming = self._coming
        self._door, self._coming, self.there = None, Future(), None
        if coming.done() and coming.exception() is None:
            coming.result().store.close()

    def _seen(self, door: Door) -> None:
        self._seen_at_gate.set()
        if self.there is None:
            self._door = door
            self.let_in.emit()

    def _opened(self, _answer: None) -> None:
        self.there = self._coming.result()
        self.opened.emit()


def _open(home: Home, given: Given, report: Callable[[Any], None]) -> Opened:
    import desktop.actions.passwords  # noqa: F401 now: a trial that begins at once has most done beside it
    from desktop.store.door import look

    report(look(home.store_path, given.key))

    from desktop.store.store import Store

    return Opened(Store.open(home.store_path, given.key), given.keys)


def _tried(door: Door | None, name: str, password: str) -> dict[str, bool]:
    from desktop.actions.passwords import try_hashes

    return try_hashes(door.hashes.get(normal_name(name), ()), password) if door is not None else {}


def sign_in(
    store: Store, name: str, password: str, now: Callable[[], datetime] | None, tried: dict[str, bool] | None = None
) -> Session:
    """Sign in at ``store`` by its own clock, or by ``now``."""
    from desktop.actions import signing_in
    from desktop.actions.desk import wall_clock

    return signing_in.sign_in(store, name, password, now or wall_clock, tried)


def _warm(store: Store) -> None:
    """Have at hand what Today asks first; what cannot be read, Today says itself."""
    from desktop.actions.desk import wall_clock
    from desktop.ui.stories.day import warm

    with suppress(QianshaoError):
        warm(store, wall_clock())


def load_desk() -> None:
    """Import what the shell and Today stand on, on the lane that is busy anyway; nothing of Qt (`later` says why)."""
    import desktop.actions.drafts
    import desktop.actions.receipt_words
    import desktop.actions.signing_in
    import desktop.store.held
    import desktop.store.receipts
    import desktop.store.today
    import desktop.store.words  # noqa: F401
    import sync.records.telephones  # noqa: F401

    collecting.keep()
