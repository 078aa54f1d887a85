"""The months by which PostgreSQL keeps the content of records apart; the embedded store has one table for all."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from sync.records.times import BEIJING

_KNOWN: Final = "qianshao_months"
_MADE: Final = "qianshao_month_made"
_IS_THERE: Final = text("SELECT to_regclass(:name) IS NOT NULL")


def month_of(received_at: datetime) -> int:
    """Return the month in Beijing in which something was received, as 202611."""
    local = received_at.astimezone(BEIJING)
    return local.year * 100 + local.month


def have_month(conn: Connection, month: int) -> None:
    """Make the part of ``month`` where PostgreSQL has none yet; the caller holds the numbers' lock.

    It is made by itself and then attached, which nobody who reads or writes has to wait for.
    """
    if conn.dialect.name != "postgresql":
        return
    known: set[int] = conn.info.setdefault(_KNOWN, set())
    if month in known:
        return
    if conn.execute(_IS_THERE, {"name": part_of(month)}).scalar_one():
        if conn.info.get(_MADE) is not conn.get_transaction():
            known.add(month)  # not in the transaction that makes it, which may still be undone
        return
    conn.info[_MADE] = conn.get_transaction()
    after = month + 1 if month % 100 < 12 else month + 89
    conn.exec_driver_sql(f"CREATE TABLE {part_of(month)} (LIKE content INCLUDING ALL)")
    # An erasure tells a subscriber the whole row that it empties, for there another key is unique (docs/scale.md).
    conn.exec_driver_sql(f"ALTER TABLE {part_of(month)} REPLICA IDENTITY FULL")
    conn.exec_driver_sql(
        f"ALTER TABLE content ATTACH PARTITION {part_of(month)} FOR VALUES FROM ({month}) TO ({after})"
    )


def part_of(month: int) -> str:
    """Return the name of the table with the content of a month."""
    return f"content_{month:d}"
