"""Is the store whole? The quick look at every start, the full one after an unclean end, before backups, when idle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from desktop.store import opening
from desktop.store.raw import translated
from desktop.store.rebuild import rebuild_projections as rebuild_projections
from desktop.store.stopping import Cancelled, interrupted, stoppable
from desktop.store.store import Store
from desktop.store.tables import record
from sync.records.canonical import Sealed
from sync.records.errors import Damaged

Progress = Callable[[int, int], None]
"""Records done, records in all."""

EVERY: Final = 1000
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Checked:
    """``finished`` is False where it was cancelled: then nothing is known. ``records`` had the right hash."""

    finished: bool
    records: int = 0


def quick_check(path: Path, key: bytes) -> None:
    """Look at header, schema, store id and WAL; what `Store.open` does before it opens anything for writing."""
    opening.check(path, key)


def full_check(store: Store, cancelled: Cancelled = bool, progress: Progress = lambda done, total: None) -> Checked:
    """Check every page's authentication code, the b-trees, and every record's hash; others go on working meanwhile.

    Damaged("store.damaged") or ("store.record_damaged"): stop, and offer the backup. After a pass `Store.unclean`
    is False.
    """
    with translated(), store.fresh() as connection:
        try:
            with stoppable(connection, cancelled):
                _check_pages(store, connection)
                if cancelled():
                    return Checked(finished=False)
                _check_trees(connection)
        except Exception as error:
            if interrupted(error):
                return Checked(finished=False)
            raise
        checked = check_hashes(connection, cancelled, progress)
    if checked.finished:
        store.checked()
    return checked


def _check_pages(store: Store, connection: Connection) -> None:
    """Verify each page's code in the file: an error must show again after all that the log holds was written back.

    A page that a power cut left half written is whole in the log, and another process may be writing one just then.
    """
    for _ in range(_TRIES):
        if not connection.exec_driver_sql("PRAGMA cipher_integrity_check").all():
            return
        store.write_back()
    raise Damaged("store.damaged")


def _check_trees(connection: Connection) -> None:
    if [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")] != ["ok"]:
        raise Damaged("store.damaged")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise Damaged("store.damaged")


def check_hashes(
    connection: Connection, cancelled: Cancelled = bool, progress: Progress = lambda d, t: None
) -> Checked:
    """Recompute the hash of every record; Damaged("store.record_damaged") names the first that is not what it was."""
    total = connection.exec_driver_sql("SELECT count(*) FROM record").scalar_one()
    asked = select(record.c.kind, record.c.id, record.c.hash, record.c.salt, record.c.body).order_by(record.c.line)
    done = 0
    with connection.execution_options(yield_per=EVERY).execute(asked) as rows:
        for row in rows:
            if not Sealed(*row).intact():
                raise Damaged("store.record_damaged", id=row.id)
            done += 1
            if done % EVERY == 0:
                progress(done, total)
                if cancelled():
                    return Checked(finished=False, records=done)
    progress(done, total)
    return Checked(finished=True, records=done)
