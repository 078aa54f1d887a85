"""What is looked at before a store is used: nothing of a newer program's store is touched."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2 as sqlcipher

from desktop.config import write_private
from desktop.store import version as schema
from desktop.store import wal
from desktop.store.raw import Connection, raw_connection, translated
from sync.protocol.disk import sync_folder
from sync.records.errors import Damaged, Refused
from sync.records.ids import STORE_PREFIX, prefix_of

OWNER_ONLY: Final = 0o600
SMALLEST: Final = 4096
PLAIN_HEADER: Final = b"SQLite format 3\0"


def put_in_place(part: Path, path: Path) -> None:
    """Have a complete file on the disk before its name says that it is one, and then the name."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def id_path(path: Path) -> Path:
    """Return where the store's id lies in clear beside the file: keys are named by it."""
    return path.with_name(f"{path.name}.id")


def write_id(path: Path, store_id: str) -> None:
    """Note the store's id beside the file."""
    write_private(id_path(path), f"{store_id}\n".encode("ascii"))


def read_id(path: Path) -> str:
    """Return the id under which the store's key is kept; Damaged("store.no_id") where the note is no id."""
    try:
        found = id_path(path).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        found = ""
    if prefix_of(found) != STORE_PREFIX:
        raise Damaged("store.no_id")
    return found


def check(path: Path, key: bytes, *, take_up: bool = False) -> bool:
    """Look at header, application, schema version, WAL and store id, read-only; bring an older schema up to date.

    Returns whether commits are gone with the WAL, which only ``take_up`` passes over.
    """
    _check_header(path)
    watch = wal.Watch(path)
    version = probe(path, key)
    gone = watch.commits_are_gone(take_up=take_up)
    if version < schema.USER_VERSION:
        from desktop.store.migrations import upgrade  # Alembic is loaded for this alone

        upgrade(path, key, version)
    return gone


def _check_header(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(len(PLAIN_HEADER))
    except FileNotFoundError as error:
        raise Refused("store.missing") from error
    whole_pages = size % SMALLEST == 0 or Path(f"{path}-wal").exists()  # a page half written is in the WAL as well
    if size < SMALLEST or not whole_pages:
        raise Damaged("store.damaged")
    if head == PLAIN_HEADER:
        raise Damaged("store.not_ours")


def probe(path: Path, key: bytes) -> int:
    """Return the schema version of a store that is ours and whole enough to be read."""
    connection = raw_connection(path, key, mode="ro")
    try:
        return _read_head(connection)
    except sqlcipher.DatabaseError as error:
        if "not a database" in str(error):
            raise Damaged("store.wrong_key_or_damaged") from error
        with translated():
            raise
    finally:
        connection.close()
    raise AssertionError("not reached")


def _read_head(connection: Connection) -> int:
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
        raise Damaged("store.not_ours")
    if version > schema.USER_VERSION:
        raise Refused("store.newer", version=version, known=schema.USER_VERSION)
    row = connection.execute("SELECT value FROM meta WHERE key = 'store_id'").fetchone()
    if row is None or prefix_of(row[0]) != STORE_PREFIX:
        raise Damaged("store.damaged")
    return version
