"""How long to wait before something is tried again: longer each time, and never in step with the other stations."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final

FIRST_SECONDS: Final = 1.0
LONGEST_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.1


def delay(misses: int, drawn: Callable[[], float] = random.random) -> float:
    """Return the seconds to wait after so many misses in a row (1 or more): half of the span, and a part of the rest.

    A district that comes back is asked by two thousand stations; what is drawn keeps them from asking at once.
    """
    span = min(LONGEST_SECONDS, FIRST_SECONDS * float(1 << (min(misses, 10) - 1)))
    return span / 2 + drawn() * span / 2


def wait(seconds: float, cancelled: Callable[[], bool]) -> None:
    """Wait, or until somebody cancels."""
    end = time.monotonic() + seconds
    while not cancelled() and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _LOOK_SECONDS))
