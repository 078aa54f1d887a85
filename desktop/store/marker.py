"""A marker beside the store for each process that has it open, so that an unclean end is seen at the next start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from desktop.locks import FileLock
from sync.records.errors import Unavailable

TURN_SECONDS: Final = 30.0
"""A turn takes a moment; where it does not come, the disk or its locks do not answer."""


class Marker:
    """One process's use of a store: a locked file that `clear` removes. A file that nobody locks was left behind.

    Markers are made, looked at and removed by one process at a time: a marker that is just being made or removed by
    somebody else would look like one that was left behind.
    """

    def __init__(self, turn: FileLock, lock: FileLock, left_behind: list[Path]) -> None:
        self._turn = turn
        self._lock = lock
        self._left_behind = left_behind

    @classmethod
    def set(cls, store: Path) -> Marker:
        """Mark ``store`` as open here, and find the markers of those that died."""
        turn = FileLock(store.with_name(f"{store.name}.markers"))
        lock = FileLock(store.with_name(f"{store.name}.open-{os.getpid()}-{secrets.token_hex(4)}"))
        with _one_at_a_time(turn):
            left_behind = [path for path in store.parent.glob(f"{store.name}.open-*") if FileLock(path).free()]
            lock.acquire()
        return cls(turn, lock, left_behind)

    @property
    def others_died(self) -> bool:
        """Whether somebody who had the store open did not close it, and nobody has checked it since."""
        return bool(self._left_behind)

    def checked(self) -> None:
        """The store was checked in full: forget those that died."""
        for path in self._left_behind:
            path.unlink(missing_ok=True)
        self._left_behind = []

    def clear(self) -> None:
        """Take the own marker away; those of the dead stay until a full check has passed."""
        if self._lock.held:
            with _one_at_a_time(self._turn):
                self._lock.release(remove=True)


@contextmanager
def _one_at_a_time(turn: FileLock) -> Iterator[None]:
    try:
        turn.acquire(TURN_SECONDS)
    except BlockingIOError as error:
        raise Unavailable("store.busy") from error
    try:
        yield
    finally:
        turn.release()
