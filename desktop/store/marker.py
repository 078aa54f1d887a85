"""A marker beside the store for each process that has it open, so that an unclean end is seen at the next start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from desktop.locks import FileLock


class Marker:
    """One process's use of a store: a locked file that `clear` removes. A file that nobody locks was left behind."""

    def __init__(self, lock: FileLock, left_behind: list[Path]) -> None:
        self._lock = lock
        self._left_behind = left_behind

    @classmethod
    def set(cls, store: Path) -> Marker:
        """Mark ``store`` as open here, and find the markers of those that died."""
        left_behind = [path for path in store.parent.glob(f"{store.name}.open-*") if not _held(path)]
        lock = FileLock(store.with_name(f"{store.name}.open-{os.getpid()}-{secrets.token_hex(4)}"))
        lock.acquire()
        return cls(lock, left_behind)

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
        self._lock.release(remove=True)


def _held(path: Path) -> bool:
    lock = FileLock(path)
    if lock.try_acquire():
        lock.release()
        return False
    return True
