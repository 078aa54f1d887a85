"""A connection in use and its transactions, by the driver alone: SQLAlchemy is laid over it where a statement is built.

What every save, sign-in and Today ask is written out and goes to the driver; lists, searches and the exchange build
their statements, and only then is SQLAlchemy loaded (engines.py).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlcipher3 import dbapi2 as sqlcipher

from desktop.store import raw

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

KEPT: Final = 3
"""How many readers' connections are kept open for the next ones."""


class Handle:
    """One connection of the driver; one thread uses it at a time."""

    def __init__(self, driver: Any, over: Connection | None = None) -> None:
        self.driver = driver
        self._over = over

    @property
    def over(self) -> Connection:
        """SQLAlchemy's connection over the same transaction, which it neither begins nor ends."""
        if self._over is None:
            from desktop.store.engines import laid_over

            self._over = laid_over(self.driver)
        return self._over

    @contextmanager
    def transaction(self, begin: str) -> Iterator[None]:
        """Begin by the statement ``begin``; commit at the end, or roll back by an exception, the commit's own too."""
        self.begin(begin)
        try:
            yield
            self.commit()
        except BaseException:
            self.driver.rollback()
            raise

    def begin(self, statement: str) -> None:
        """Begin; SQLite waits in ever longer naps, and misses the short pauses of a program that writes without end."""
        ends = time.monotonic() + raw.BUSY_SECONDS
        while True:
            try:
                self.driver.execute(statement)
                return
            except sqlcipher.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > ends:
                    raise

    def commit(self) -> None:
        """Commit, by a statement that the driver keeps: its own commit has SQLite read the word anew each time."""
        self.driver.execute("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        if self._over is not None:
            self._over.close()
        self.driver.close()


class Readers:
    """Connections for readers, as many as there are at a time."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._idle: list[Handle] = []
        self._closed = False

    @contextmanager
    def snapshot(self) -> Iterator[Handle]:
        """Lend a connection whose transaction reads one snapshot."""
        with self._lock:
            handle = self._idle.pop() if self._idle else None
        handle = handle or Handle(self._connect())
        try:
            with handle.transaction("BEGIN DEFERRED"):
                yield handle
        finally:
            self._take_back(handle)

    def close(self) -> None:
        """Close those that nobody uses now, and the others when they come back."""
        with self._lock:
            idle, self._idle, self._closed = self._idle, [], True
        for handle in idle:
            handle.close()

    def _take_back(self, handle: Handle) -> None:
        with self._lock:
            kept = not self._closed and len(self._idle) < KEPT
            if kept:
                self._idle.append(handle)
        if not kept:
            handle.close()
