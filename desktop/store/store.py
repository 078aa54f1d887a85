"""One encrypted SQLite file: made, opened after its checks, read in snapshots, written by one connection at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.store import identity, opening
from desktop.store.handles import Handle, Readers
from desktop.store.marker import Marker
from desktop.store.raw import translated, working_connection
from desktop.store.reader import Reader
from desktop.store.remembered import Remembered
from desktop.store.unindexed import Unindexed
from desktop.store.work import Work
from sync.records.kinds import STORE_PREFIX, new_identity

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

NAPS_MS = 100
"""So long SQLite waits by itself for another writer before it is asked anew (handles.py)."""

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
        self._connect = partial(working_connection, path, key)
        self._readers = Readers(self._connect)
        self._writer: Handle | None = None
        self._unindexed = Unindexed()
        self._remembered = Remembered()
        self._version = 0
        self.id = self.unit = ""
        try:
            with translated():
                self.id = identity.claim(self._readers, self._writing(), path)
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
        from desktop.store import making

        store_id = store_id or new_identity(STORE_PREFIX)

        def begin(handle: Handle) -> None:
            work = Work(handle, store_id, unit)
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
                remembered, self._remembered = self._remembered, Remembered()  # what is rolled back leaves nothing
                with translated():
                    handle = self._writing()
                    handle.begin("BEGIN IMMEDIATE")
                    try:
                        remembered = remembered.still(handle.driver)
                        work = Work(handle, self.id, self.unit, self._unindexed, remembered)
                        yield work
                        work.finish()
                        handle.commit()
                    except BaseException:
                        handle.driver.rollback()
                        raise
                self._remembered = remembered
            finally:
                self._busy = False

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Read one snapshot, beside any writer."""
        with translated(), self._readers.snapshot() as handle:
            yield Reader(handle, self.id, self.unit, self._unindexed)

    @contextmanager
    def fresh(self) -> Iterator[Connection]:
        """Give this package's checks a connection that has seen nothing yet.

        A full-text index looks broken to a connection that saw it before others rebuilt it.
        """
        with translated():
            handle = Handle(self._connect())
            try:
                with handle.transaction("BEGIN DEFERRED"):
                    yield handle.over
            finally:
                handle.close()

    def write_back(self) -> None:
        """Bring what the write-ahead log holds into the file, as far as nobody has to be waited for."""
        with translated():
            connection = self._connect()
            try:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            finally:
                connection.close()

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
            version: int = self._writing().driver.execute("PRAGMA data_version").fetchone()[0]
        return version

    def _writing(self) -> Handle:
        """The one connection that writes; the lock guards it."""
        if self._writer is None:
            self._writer = Handle(self._connect())
            self._writer.driver.execute(f"PRAGMA busy_timeout = {NAPS_MS}")
        return self._writer

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
            self._readers.close()
            self._unindexed.close()
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            self._marker.clear()
