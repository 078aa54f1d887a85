"""The driver's own connections to an encrypted SQLite file: key, the settings that durability rests on, errors by our
own tree. It does without SQLAlchemy: the gate is let in by it before that is loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2 as sqlcipher

from sync.records.errors import Damaged, Unavailable

KEY_BYTES: Final = 32
BUSY_SECONDS: Final = 30.0
"""How long a write waits for another process's transaction before it says so."""

# cipher_memory_security stays off: it locks and wipes SQLCipher's own buffers at a price on every page, while the
# same text lies in Python strings and widgets that nothing can wipe.
_SETTINGS: Final = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16000",
    "PRAGMA journal_size_limit = 16777216",
    "PRAGMA trusted_schema = OFF",
)

Connection = Any  # sqlcipher3 has no types


def raw_connection(path: Path, key: bytes, *, salt: bytes = b"", mode: str = "rw") -> Connection:
    """Open the file with its raw key; ``mode`` is SQLite's "ro", "rw" or "rwc", ``salt`` the file's first 16 bytes.

    Nothing is read yet: a wrong key shows at the first statement.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("a store's key is 32 bytes")
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlcipher.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{(key + salt).hex()}'\"")
    return connection


def working_connection(path: Path, key: bytes) -> Connection:
    """Open the file with its raw key to work in it, by the settings above."""
    connection = raw_connection(path, key)
    for setting in _SETTINGS:
        connection.execute(setting)
    return connection


class translated:  # noqa: N801 it is used as a verb; a generator costs each save more
    """Turn what SQLite says about its surroundings into errors of our tree; bugs pass as they are."""

    __slots__ = ()

    def __enter__(self) -> None:
        """Nothing happens before something is said."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception):
            known = _meaning(getattr(error, "orig", None) or error)
            if known is not None:
                raise known from error


def _meaning(error: BaseException) -> Exception | None:
    if not isinstance(error, sqlcipher.Error):
        return None
    text = str(error)
    if "locked" in text or "busy" in text:
        return Unavailable("store.busy")
    if "disk is full" in text:
        return Unavailable("store.disk_full")
    if "disk I/O" in text or "unable to open" in text or "readonly" in text:
        return Unavailable("store.disk")
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return Damaged("store.damaged")
    return None
