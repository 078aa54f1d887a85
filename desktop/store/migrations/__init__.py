"""Brings a store of an older schema up to date: the only place that loads Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory
from sqlalchemy.engine import Connection

from desktop.store.engines import write_engine
from desktop.store.raw import translated
from desktop.store.version import HEAD_REVISION, USER_VERSION
from sync.records.errors import Damaged

REVISION_OF: Final = {1000: "0001", 1001: "0002", 1002: "0003", USER_VERSION: HEAD_REVISION}
"""Which revision each schema version in a file's header stands for: a line is added with every schema."""


def upgrade(path: Path, key: bytes, version: int) -> None:
    """Run the missing migrations in one transaction, the header's version last: a stop leaves the old schema."""
    if version not in REVISION_OF:
        raise Damaged("store.not_ours")
    engine = write_engine(path, key)
    try:
        with translated(), engine.begin() as connection:
            run(connection, REVISION_OF[version])
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


def scripts() -> ScriptDirectory:
    """Return the revisions in versions/."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)
