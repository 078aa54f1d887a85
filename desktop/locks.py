"""A lock on a file that the system lets go of when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

OWNER_ONLY = 0o600
PAUSE_SECONDS = 0.005


class FileLock:
    """An exclusive lock that one process holds. The file stays unless `release` removes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None

    def try_acquire(self) -> bool:
        """Take the lock, or return False at once where another process or object has it."""
        if self._fd is not None:
            return True
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
        if not _lock(fd):
            os.close(fd)
            return False
        self._fd = fd
        return True

    def acquire(self, seconds: float = 0.0, cancelled: Callable[[], bool] = bool) -> None:
        """Take the lock; BlockingIOError where somebody else still has it after ``seconds``, or once ``cancelled``."""
        until = time.monotonic() + seconds
        while not self.try_acquire():
            if time.monotonic() >= until or cancelled():
                raise BlockingIOError(self.path.name)
            time.sleep(PAUSE_SECONDS)

    def free(self) -> bool:
        """Whether the file is there and nobody holds its lock; it is not made by asking."""
        try:
            fd = os.open(self.path, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            return _lock(fd)
        finally:
            os.close(fd)

    def release(self, *, remove: bool = False) -> None:
        """Let go; a second call does nothing."""
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        if remove and sys.platform != "win32":
            self.path.unlink(missing_ok=True)
        os.close(fd)
        if remove:
            self.path.unlink(missing_ok=True)


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
