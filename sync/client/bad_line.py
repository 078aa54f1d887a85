"""A day end over a line that breaks: it goes on from where it stands, after a pause that grows and is drawn by chance.

A line that was never there is told at once: whoever asked stands before the screen and can do something about it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from sync.client import back_off
from sync.client.day_end import Cancelled, DayEndCancelled
from sync.client.district import LineBroke
from sync.records.errors import Unavailable

T = TypeVar("T")
MOST_MISSES: Final = 5
"""Tries in a row that carried nothing, with about ten seconds of pauses between them, after which a person is told."""

Paused = Callable[[float], None]
"""Called with the seconds after which it goes on."""


def carry(
    attempt: Callable[[], T],
    stands: Callable[[], object],
    paused: Paused,
    cancelled: Cancelled = bool,
    *,
    tries: int = MOST_MISSES,
    pause: Callable[[float, Cancelled], None] = back_off.wait,
) -> T:
    """Return what ``attempt`` does in the end; ``stands`` says how far the journal is, so that progress is seen.

    Unavailable after ``tries`` in a row that carried nothing; DayEndCancelled where somebody stopped it meanwhile.
    """
    misses, stood = 0, stands()
    while True:
        try:
            return attempt()
        except Unavailable as error:
            if cancelled():
                raise DayEndCancelled from error  # a request that was cut ends as a line that broke
            now = stands()
            misses, broke_before, stood = (1 if now != stood else misses + 1), misses > 0, now
            if misses >= tries or not (isinstance(error, LineBroke) or broke_before):
                raise
        seconds = back_off.delay(misses)
        paused(seconds)
        pause(seconds, cancelled)
        if cancelled():
            raise DayEndCancelled
