"""What several server processes on one PostgreSQL do one after another: advisory locks that end with a transaction.

SQLite has one writer at a time, so a transaction that writes holds every one of them. Numbers have a lock of their own
(records.lock_numbers), which is taken before any of these, so that nobody waits in a circle; a file's is held before it
is asked who names the file, and before the rows of its uploads are locked.
"""

from __future__ import annotations

import zlib
from enum import IntEnum

from sqlalchemy import Connection, text


class Lock(IntEnum):
    """What is held; the values are the same in every version of the program."""

    SCHEMA = 0x7173_0001
    LOG = 0x7173_0002
    KEYS = 0x7173_0003
    FILE = 0x7173_0004
    DEVICE = 0x7173_0005


def hold(conn: Connection, lock: Lock, name: str = "") -> None:
    """Wait until nobody else holds ``lock`` (of ``name``, where there is one for each), then hold it to the end.

    What was decided on has to be read afterwards: a writer's statements see what others committed meanwhile.
    """
    if conn.dialect.name != "postgresql":
        return
    if not name:
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": int(lock)})
        return
    which = zlib.crc32(name.encode()) - 2**31  # two names with one sum only wait for each other
    conn.execute(
        text("SELECT pg_advisory_xact_lock(CAST(:lock AS int4), CAST(:which AS int4))"),
        {"lock": int(lock), "which": which},
    )
