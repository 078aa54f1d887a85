"""Random bytes for ids and salts, drawn from the system for many at a time: asking it takes as long as a statement."""

from __future__ import annotations

import os
from typing import Final

RANDOM_BYTES: Final = 16
_AT_ONCE: Final = 16 * RANDOM_BYTES
_drawn: list[bytes] = []


def random_bytes() -> bytes:
    """Return 16 random bytes of the system (os.urandom) that nobody else is given: no thread, no child process."""
    while True:
        try:
            return _drawn.pop()
        except IndexError:
            fresh = os.urandom(_AT_ONCE)
            _drawn.extend([fresh[at : at + RANDOM_BYTES] for at in range(0, _AT_ONCE, RANDOM_BYTES)])


if hasattr(os, "register_at_fork"):  # what a child process began with is its parent's too
    os.register_at_fork(after_in_child=_drawn.clear)
