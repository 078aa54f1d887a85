"""One encrypted SQLite file: made, opened after its checks, read in snapshots, written by one connection at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from desktop.store import identity, making, opening
from desktop.store.connections import fresh_engine, read_engine, write_engine
from desktop.store.marker import Marker
from desktop.store.raw import translated
from desktop.store.reader import Reader
from desktop.store.unindexed import Unindexed
from desktop.store.work import Work
from sync.records.kinds import STORE_PREFIX, new_identity

__all__ = ["Reader", "Store", "Work"]


class Store:
    """``id`` is the store's identity ("sto_…"), ``unit`` the org unit whose store it is.

    ``unclean`` says that an earlier use did not end by `close`: the full check is due (check.py). ``took_up``: what
    was saved last is gone, and somebody chose to go on without it.
    """

    took_up = False

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._marker = Marker.set(path)
        self.unclean = self._marker.others_died
        self._lock = threading.RLock()
        self._busy = False
        self._write: Engine = write_engine(path, key)
        self._read: Engine = read_engine(path, key)
        self._fresh: Engine = fresh_engine(path, key)
        self._unindexed = Unindexed()
        self._version = 0
        self.id = self.unit = ""
        try:
            with translated():
                self.id = identity.claim(self._read, self._write, path)
            with self.read() as reader:
                self.unit = reader.meta("unit") or ""
        except BaseException:
            self.close()  # a store that could not be opened is not in use, and does not look so
            raise

    @classmethod
    def create(
        cls,
        path: Path,
        key: bytes,
        *,
        unit: str,
        store_id: str = "",
        at: datetime | None = None,
        fill: Callable[[Work], None] = lambda work: None,
    ) -> Store:
        """Make a new store for ``unit``: it is there with all that ``fill`` writes, or, after a stop, not at all.

        Refused("store.exists") where there is a file already.
        """
        store_id = store_id or new_identity(STORE_PREFIX)

        def begin(connection: Connection) -> None:
            work = Work(connection, store_id, unit)
            fill(work)
            work.finish()

        making.create(path, key, unit, store_id, at, begin)
        return cls.open(path, key)

    @classmethod
    def open(cls, path: Path, key: bytes, *, take_up: bool = False) -> Store:
        """Open a store: header, schema, id and WAL recovery are checked, an older schema is brought up to date.

        Refused("store.missing"), Refused("store.newer"): made by a newer program, nothing is touched.
        Damaged("store.wrong_key_or_damaged"), Damaged("store.not_ours"), Damaged("store.damaged"),
        Damaged("store.wal_damaged"): acknowledged entries are gone; ``take_up`` goes on with what is left.
        """
        took_up = opening.check(path, key, take_up=take_up)
        store = cls(path, key)
        store.took_up = took_up
        return store

    @contextmanager
    def write(self) -> Iterator[Work]:
        """Open a write transaction: committed durably at the end, rolled back by an exception.

        Unavailable("store.busy") where another process holds it for too long.
        """
        with self._lock:
            if self._busy:
                raise RuntimeError("a write transaction is open in this thread already")
            self._busy = True
            try:
                with translated(), self._write.begin() as connection:
                    work = Work(connection, self.id, self.unit, self._unindexed)
                    yield work
                    work.finish()
            finally:
                self._busy = False

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Read one snapshot, beside any writer."""
        with translated(), self._read.connect() as connection, connection.begin():
            yield Reader(connection, self.id, self.unit, self._unindexed)

    @contextmanager
    def fresh(self) -> Iterator[Connection]:
        """Give this package's checks a connection that has seen nothing yet."""
        with translated(), self._fresh.connect() as connection, connection.begin():
            yield connection

    def data_version(self) -> int:
        """Return a number that changes when another process has committed; it never waits for a writer of ours."""
        if self._lock.acquire(blocking=False):
            try:
                if not self._busy:
                    self._version = self._ask_version()
            finally:
                self._lock.release()
        return self._version

    def _ask_version(self) -> int:
        with translated():
            raw = self._write.raw_connection()
            try:
                version: int = raw.cursor().execute("PRAGMA data_version").fetchone()[0]
            finally:
                raw.close()
        return version

    @property
    def key_id(self) -> str:
        """The id under which this store's secrets are kept: its own, or, where the file was copied, its former one."""
        return opening.read_id(self.path)

    def checked(self) -> None:
        """Note that the full check has passed: an earlier unclean end needs no further one."""
        self._marker.checked()
        self.unclean = False

    def close(self) -> None:
        """End the use of the store in good order; a second call does nothing."""
        with self._lock:
            self._read.dispose()
            self._unindexed.close()
            self._write.dispose()
            self._marker.clear()
