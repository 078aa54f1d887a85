"""Making a store's file: it is there with all that it begins with, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert

from desktop.config import lasting_folder
from desktop.store import full_text, opening, tables
from desktop.store import version as schema
from desktop.store.engines import write_engine
from desktop.store.handles import Handle
from desktop.store.identity import place_of
from desktop.store.projections import LISTED_THROUGH
from desktop.store.raw import raw_connection, translated
from sync.records.errors import Refused
from sync.records.times import BEIJING

Fill = Callable[[Handle], None]
"""Writes what a new store holds from its first moment on."""


def create(
    path: Path, key: bytes, unit: str, store_id: str, at: datetime | None = None, fill: Fill = lambda handle: None
) -> None:
    """Make the file under another name and put it in its place when it is complete."""
    if path.exists():
        raise Refused("store.exists")
    lasting_folder(path.parent)
    part = path.with_name(f"{path.name}.new")
    for leftover in (part, Path(f"{part}-wal"), Path(f"{part}-shm")):
        leftover.unlink(missing_ok=True)
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, opening.OWNER_ONLY))
    notes = {
        "store_id": store_id,
        "unit": unit,
        "place": place_of(path),
        full_text.INDEXED_THROUGH: "0",
        LISTED_THROUGH: "0",
        "created_at": (at or datetime.now(BEIJING)).isoformat(),
    }
    with translated():
        make_tables(part, key, notes, fill)
    opening.write_id(path, store_id)  # first: a store without it could not be opened, and it alone does no harm
    opening.put_in_place(part, path)


def make_tables(path: Path, key: bytes, notes: dict[str, str], fill: Fill) -> None:
    """Write the schema of this program's version, and what the store begins with, into an empty file."""
    raw = raw_connection(path, key)
    raw.execute("PRAGMA auto_vacuum = NONE")
    raw.execute("PRAGMA journal_mode = DELETE")
    raw.close()
    engine = write_engine(path, key)
    try:
        with engine.begin() as connection:
            tables.metadata.create_all(connection)
            for trigger in tables.TRIGGERS:
                connection.exec_driver_sql(trigger)
            connection.exec_driver_sql(full_text.SEARCH_TABLE)
            for setting in full_text.SEARCH_SETTINGS:
                connection.exec_driver_sql(setting)
            connection.execute(insert(tables.meta), [{"key": k, "value": v} for k, v in notes.items()])
            connection.exec_driver_sql(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {schema.USER_VERSION}")
            fill(Handle(connection.connection.driver_connection, connection))
    finally:
        engine.dispose()
    raw = raw_connection(path, key)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.close()
