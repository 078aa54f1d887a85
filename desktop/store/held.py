"""Records that the district refused: each is held, shown with the reason, and owned by a person until it is settled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.store import held_files
from desktop.store.reader import Reader, current
from desktop.store.rows import HeldRow
from desktop.store.said import title_of
from desktop.store.tables import held, record
from desktop.store.units import staff_names
from desktop.store.work import Work
from sync.records.errors import Refused
from sync.records.record import Record


def hold(work: Work, line: int, reason: str, values: Mapping[str, Any], at: datetime) -> None:
    """Keep why the district refused the record at ``line``."""
    row = {"reason": reason, "said": json.dumps(dict(values), ensure_ascii=False, default=str), "refused_at": at}
    statement = insert(held).values(line=line, **row)
    work.conn.execute(statement.on_conflict_do_update(index_elements=["line"], set_=row))


def release(work: Work, lines: list[int]) -> None:
    """Forget the reasons for records that were settled after all."""
    if lines:
        work.conn.execute(delete(held).where(held.c.line.in_(lines)))


def list_held(reader: Reader) -> list[HeldRow]:
    """Return all held records, the one refused last first, then the files that the district will not have."""
    asked = (
        select(held, record.c.id, record.c.kind, record.c.body, record.c.readable)
        .join_from(held, record, record.c.line == held.c.line)
        .where(record.c.state == "held")
        .order_by(held.c.refused_at.desc(), held.c.line.desc())
    )
    rows = reader.conn.execute(asked).all()
    clerks = staff_names(reader) if rows else {}
    found = []
    for row in rows:
        value: Record | None = current(row.kind, row.body, None) if row.readable else None
        clerk = clerks.get(value.made.by, "") if value else ""
        title = title_of(value) if value else ""
        found.append(HeldRow(row.id, row.kind, title, row.reason, json.loads(row.said), row.refused_at, clerk))
    return [*found, *held_files.rows(reader)]


def count_held(reader: Reader) -> int:
    """Return how many records, and files of settled records, are held."""
    records = reader.conn.scalar(select(func.count()).select_from(record).where(record.c.state == "held")) or 0
    return records + len(held_files.held(reader))


def send_again(work: Work, record_id: str) -> None:
    """Put a held record among the unsent: the person has had its cause removed. Refused("store.not_held")."""
    changed = work.conn.execute(
        update(record).where(record.c.id == record_id, record.c.state == "held").values(state="unsent")
    )
    if not changed.rowcount and not held_files.send_again(work, record_id):
        raise Refused("store.not_held")
    work.changed("exchange")
