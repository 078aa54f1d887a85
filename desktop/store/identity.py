"""A store's id is one file's on one machine: a copied or moved file takes a new id before anything else.

So two machines never speak as one, and a lease of numbers that the original may go on using is never used here.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from desktop.store.tables import lease, meta
from sync.records.kinds import STORE_PREFIX, new_identity

STORE_ID: Final = "store_id"
PLACE: Final = "place"
RESTORED_FROM: Final = "restored_from"
"""The ids that a restored or copied store had before, the latest first, separated by spaces."""

_MACHINE_FILES: Final = ("/etc/machine-id", "/var/lib/dbus/machine-id")


def place_of(path: Path) -> str:
    """Return a digest that stands for this file on this machine."""
    said = f"{_machine()}\0{path.resolve()}"
    return hashlib.sha256(said.encode(errors="surrogateescape")).hexdigest()


def _machine() -> str:
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    for name in _MACHINE_FILES:
        try:
            return Path(name).read_text(encoding="ascii").strip()
        except OSError:
            continue
    return platform.node()


def claim(reading: Engine, writing: Engine, path: Path) -> str:
    """Return the store's id, after giving it a new one where it was copied or moved here."""
    here = place_of(path)
    for engine in (reading, writing):  # only a copy pays for a write, and looks again before it
        with engine.begin() as connection:
            notes = notes_of(connection)
            if notes.get(PLACE) == here:
                return notes[STORE_ID]
            if engine is writing:
                return take_new_id(connection, notes, here)
    raise AssertionError("not reached")


def notes_of(connection: Connection) -> dict[str, str]:
    """Return all of the store's own notes."""
    return {row.key: row.value for row in connection.execute(select(meta))}


def take_new_id(connection: Connection, notes: dict[str, str], place: str, store_id: str = "") -> str:
    """Give the store a new id within the caller's transaction, before anybody can use it under the old one."""
    new = store_id or new_identity(STORE_PREFIX)
    former = f"{notes[STORE_ID]} {notes.get(RESTORED_FROM, '')}".strip()
    for key, value in ((STORE_ID, new), (RESTORED_FROM, former), (PLACE, place)):
        statement = insert(meta).values(key=key, value=value)
        connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
    connection.execute(delete(lease))
    return new
