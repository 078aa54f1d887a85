"""How much a database reads for a piece of work: rows and index entries of PostgreSQL, steps of SQLite's machine.

Counted by the databases themselves, so that a test can compare a small store with a large one without a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from desktop.store.handles import Readers
from desktop.store.store import Store
from sync.server.store.store import DistrictStore

_STEPS = 10
_COUNTED = """
    SELECT (SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0) FROM pg_stat_user_tables)
         + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes)
"""


class Meter:
    """Counts what is read through ``store`` from now on."""

    def __init__(self, store: DistrictStore) -> None:
        self._store = store
        self._ticks = 0
        engine = store._engine
        engine.dispose()
        if store.postgres:
            event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("SELECT pg_stat_force_next_flush()"))
        else:
            event.listen(engine, "connect", self._watch)

    def _watch(self, connection: Any, _record: Any) -> None:
        connection.set_progress_handler(self._tick, _STEPS)

    def _tick(self) -> int:
        self._ticks += _STEPS
        return 0

    def of(self, work: Callable[[], object]) -> int:
        """Do the work and return what was read for it."""
        before = self._now()
        work()
        return self._now() - before

    def _now(self) -> int:
        if not self._store.postgres:
            return self._ticks
        with self._store.read() as conn:
            conn.exec_driver_sql("SELECT 1")  # with its end all that was counted before is told
        with self._store.read() as conn:
            return int(conn.exec_driver_sql(_COUNTED).scalar_one())


class DeskMeter:
    """Counts the steps of SQLite's machine in a station's store, on whichever of its connections."""

    def __init__(self, store: Store) -> None:
        self._ticks = 0
        connect = store._readers._connect
        store._readers.close()
        store._readers = Readers(lambda: self._watched(connect()))
        store._writing().driver.set_progress_handler(self._tick, 1)

    def _watched(self, connection: Any) -> Any:
        connection.set_progress_handler(self._tick, 1)
        return connection

    def _tick(self) -> int:
        self._ticks += 1
        return 0

    def of(self, work: Callable[[], object]) -> int:
        """Do the work and return how many steps it took."""
        before = self._ticks
        work()
        return self._ticks - before
