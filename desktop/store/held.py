"""Records that the district refused: each is held, shown with the reason, and owned by a person until it is settled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desktop.store import held_files
from desktop.store.columns import from_micros, to_micros
from desktop.store.projections import AT_ID
from desktop.store.reader import Reader, current, listed
from desktop.store.rows import HeldRow
from desktop.store.said import title_of
from desktop.store.units import staff_names
from desktop.store.work import Work
from sync.records.errors import Refused
from sync.records.record import Record

_HOLD = """
    INSERT INTO held(line, reason, said, refused_at) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET reason = excluded.reason, said = excluded.said, refused_at = excluded.refused_at
"""
_LIST = """
    SELECT record.id, record.kind, record.body, record.readable, held.reason, held.said, held.refused_at
    FROM held JOIN record ON record.line = held.line WHERE record.state = 'held'
    ORDER BY held.refused_at DESC, held.line DESC
"""
_AGAIN = f"UPDATE record SET state = 'unsent' WHERE {AT_ID} AND state = 'held'"  # noqa: S608 our own words
_COUNT = "SELECT count(*) FROM record WHERE state = 'held'"


def hold(work: Work, line: int, reason: str, values: Mapping[str, Any], at: datetime) -> None:
    """Keep why the district refused the record at ``line``."""
    said = json.dumps(dict(values), ensure_ascii=False, default=str)
    work.sql(_HOLD, (line, reason, said, to_micros(at)))


def release(work: Work, lines: list[int]) -> None:
    """Forget the reasons for records that were settled after all."""
    if lines:
        work.sql("DELETE FROM held WHERE line IN (SELECT value FROM json_each(?))", (listed(lines),))


def list_held(reader: Reader) -> list[HeldRow]:
    """Return all held records, the one refused last first, then the files that the district will not have."""
    rows = reader.sql(_LIST).fetchall()
    clerks = staff_names(reader) if rows else {}
    found = []
    for record_id, kind, body, readable, reason, said, refused_at in rows:
        value: Record | None = current(kind, body, None) if readable else None
        clerk = clerks.get(value.made.by, "") if value else ""
        title = title_of(value) if value else ""
        found.append(HeldRow(record_id, kind, title, reason, json.loads(said), from_micros(refused_at), clerk))
    return [*found, *held_files.rows(reader)]


def count_held(reader: Reader) -> int:
    """Return how many records, and files of settled records, are held."""
    return int(reader.sql(_COUNT).fetchone()[0]) + len(held_files.held(reader))


def send_again(work: Work, record_id: str) -> None:
    """Put a held record among the unsent: the person has had its cause removed. Refused("store.not_held")."""
    changed = work.sql(_AGAIN, (record_id,))
    if not changed.rowcount and not held_files.send_again(work, record_id):
        raise Refused("store.not_held")
    work.changed("exchange")
