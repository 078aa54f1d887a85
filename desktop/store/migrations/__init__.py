"""Brings a store of an older schema up to date: the only place that loads Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory
from sqlalchemy.engine import Connection

from desktop.store.earlier import READ_AGAIN
from desktop.store.engines import write_engine
from desktop.store.handles import Handle
from desktop.store.raw import translated
from desktop.store.version import HEAD_REVISION, USER_VERSION
from desktop.store.work import Work
from sync.records.errors import Damaged

REVISION_OF: Final = {
    1000: "0001", 1001: "0002", 1002: "0003", 1003: "0004", 1004: "0005", 1005: "0006", USER_VERSION: HEAD_REVISION,
}  # fmt: skip
"""Which revision each schema version in a file's header stands for: a line is added with every schema."""

_IN_CONFLICT: Final = """
    SELECT record.id, record.kind FROM card JOIN record ON record.line = card.line WHERE card.conflicted > 0
"""
_OPEN: Final = """
    SELECT record.id, record.kind FROM record JOIN dispatch_order ON dispatch_order.line = record.line
    WHERE dispatch_order.state NOT IN ('released', 'cancelled', 'resolved', 'merged', 'closed')
    UNION ALL
    SELECT record.id, record.kind FROM record JOIN mediation ON mediation.line = record.line
    WHERE mediation.outcome = 'open'
    UNION ALL
    SELECT record.id, record.kind FROM record JOIN matter ON matter.line = record.line
    WHERE matter.state NOT IN ('closed', 'not_accepted')
    OR (matter.last_step <> '' AND CAST(record.body AS TEXT) LIKE '%"petition"%')
"""
_ONLY_KEPT: Final = """
    INSERT OR REPLACE INTO meta(key, value)
    SELECT ?, '0' WHERE EXISTS (SELECT 1 FROM record WHERE readable = 0 AND body <> x'')
"""
FOLDS_BY_ELEMENT: Final = 1004
"""From this version on lists of cards merge by element, and no clock says which value is used meanwhile."""

CLOCKS_KEPT: Final = 1005
"""From this version on what runs is kept in a table of its own."""


def upgrade(path: Path, key: bytes, version: int) -> None:
    """Run the missing migrations in one transaction, the header's version last: a stop leaves the old schema."""
    if version not in REVISION_OF:
        raise Damaged("store.not_ours")
    engine = write_engine(path, key)
    try:
        with translated(), engine.begin() as connection:
            run(connection, REVISION_OF[version])
            if version < FOLDS_BY_ELEMENT:
                _fold_again(connection, _IN_CONFLICT)
            if version < CLOCKS_KEPT:
                _fold_again(connection, _OPEN)
            # What the older program could only keep, and this one may be able to read: while the desk is idle.
            connection.exec_driver_sql(_ONLY_KEPT, (READ_AGAIN,))
            connection.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    finally:
        engine.dispose()


def run(connection: Connection, start: str | None) -> None:
    """Apply every revision after ``start`` (all of them where it is None) within the caller's transaction."""
    missing: list[Script] = []
    for script in scripts().walk_revisions():
        if script.revision == start:
            break
        missing.append(script)
    with Operations.context(MigrationContext.configure(connection)):
        for script in reversed(missing):
            script.module.upgrade()


def _fold_again(connection: Connection, asked: str) -> None:
    """Write anew what stands of some records: older programs folded them by other rules, or kept less of them."""
    work = Work(Handle(connection.connection.driver_connection, connection), "", "")
    for record_id, kind in connection.exec_driver_sql(asked).all():
        work.touch(kind, record_id)
    work.flush()


def scripts() -> ScriptDirectory:
    """Return the revisions in versions/."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)
