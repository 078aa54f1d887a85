"""Whose turn it is to exchange: one exchange at a time for a home, whichever program makes it, and a person's first.

A receipt speaks of what both ends hold at one moment: another exchange that settles records meanwhile would make it
differ. Two files are locked, the one while an exchange is made, the other as long as a person wants one; the system
lets go of both when their process ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from desktop.config import Home
from desktop.locks import FileLock
from sync.client.background import StoodBack
from sync.client.day_end import DayEndCancelled
from sync.records.errors import Unavailable

LONGEST_SECONDS: Final = 60.0
"""One request of an exchange in the background takes no longer, even where nothing answers; then it stands back."""


@contextmanager
def a_persons_turn(
    home: Home, seconds: float = LONGEST_SECONDS, cancelled: Callable[[], bool] = bool
) -> Iterator[None]:
    """Exchange because somebody asked for it: one in the background stops after its page.

    Unavailable("channel.other_exchange") where somebody else's goes on for longer than ``seconds``, DayEndCancelled
    where it is stopped while it waits.
    """
    wanted, turn = FileLock(home.path / "exchange.wanted"), FileLock(home.path / "exchange.lock")
    try:
        wanted.acquire(seconds, cancelled)
        turn.acquire(seconds, cancelled)
    except BlockingIOError as error:
        wanted.release()
        if cancelled():
            raise DayEndCancelled from error
        raise Unavailable("channel.other_exchange") from error
    try:
        yield
    finally:
        turn.release()
        wanted.release()


@contextmanager
def background_turn(home: Home) -> Iterator[Callable[[], bool]]:
    """Exchange because there is something to exchange; StoodBack where another exchange is made.

    Gives what says between pages whether a person wants the turn.
    """
    wanted, turn = FileLock(home.path / "exchange.wanted"), FileLock(home.path / "exchange.lock")

    def is_wanted() -> bool:
        return wanted.path.exists() and not wanted.free()

    if is_wanted() or not turn.try_acquire():
        raise StoodBack
    try:
        yield is_wanted
    finally:
        turn.release()
