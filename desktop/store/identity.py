"""A store's id is one file's on one machine: a copied or moved file takes a new id before anything else.

So two machines never speak as one, and a lease of numbers that the original may go on using is never used here.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop.store.chain import JOURNAL_FROM
from desktop.store.handles import Handle, Readers
from sync.records.kinds import STORE_PREFIX, new_identity

if TYPE_CHECKING:
    from desktop.store.reader import Reader

STORE_ID: Final = "store_id"
PLACE: Final = "place"
RESTORED_FROM: Final = "restored_from"
"""The ids that a restored or copied store had before, the latest first, separated by spaces."""

CURSOR: Final = "cursor"
NEXT_ID: Final = "next_store"
"""The id that this file takes when it is opened next, where it turned out to be an older copy (proved.py)."""

AGAIN_FROM: Final = "again_from"
"""The district's number from which it then pulls what it wrote itself under the id that it had."""

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


def claim(readers: Readers, writer: Handle, path: Path) -> str:
    """Return the store's id, after giving it a new one where it was copied or moved here."""
    here = place_of(path)
    with readers.snapshot() as reading:
        notes = notes_of(reading.driver)
    if notes.get(PLACE) == here:
        return notes[STORE_ID]
    with writer.transaction("BEGIN IMMEDIATE"):  # only a copy pays for a write, and looks again before it
        notes = notes_of(writer.driver)
        return notes[STORE_ID] if notes.get(PLACE) == here else take_new_id(writer.driver, notes, here)


def notes_of(driver: Any) -> dict[str, str]:
    """Return all of the store's own notes."""
    return dict(driver.execute("SELECT key, value FROM meta").fetchall())


def take_new_id(driver: Any, notes: dict[str, str], place: str, store_id: str = "") -> str:
    """Give the store a new id within the caller's transaction, before anybody can use it under the old one."""
    new = store_id or notes.get(NEXT_ID) or new_identity(STORE_PREFIX)
    former = f"{notes[STORE_ID]} {notes.get(RESTORED_FROM, '')}".strip()
    last = driver.execute("SELECT coalesce(max(line), 0) FROM record").fetchone()[0]
    said = ((STORE_ID, new), (RESTORED_FROM, former), (PLACE, place), (JOURNAL_FROM, str(last + 1)))
    driver.executemany(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", said
    )
    if AGAIN_FROM in notes:  # whatever was pulled since, its own records were left out of it
        driver.execute(
            "UPDATE meta SET value = min(CAST(value AS INTEGER), ?) WHERE key = ?", (int(notes[AGAIN_FROM]), CURSOR)
        )
        driver.execute("DELETE FROM meta WHERE key IN (?, ?)", (NEXT_ID, AGAIN_FROM))
    driver.execute("DELETE FROM lease")
    return new


def numbering_id(reader: Reader) -> str:
    """Return the id under which numbers are given out: the next one where this file is known to be an older copy.

    Its leases, and the series of its own, went on in the one that it is a copy of.
    """
    return reader.meta(NEXT_ID) or reader.store
