"""Drafts: what is typed is kept as it is typed, and offered again after a crash. Drafts never travel."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from desktop.store.reader import Reader
from desktop.store.rows import DraftRow
from desktop.store.tables import draft
from desktop.store.work import Work
from sync.records.errors import Refused
from sync.records.times import BEIJING

_COLUMNS = [c for c in draft.columns if c.name != "content"]


def save_draft(
    work: Work,
    *,
    id: str,
    form: str,
    form_version: int,
    record: str,
    staff: str,
    title: str,
    values: dict[str, Any],
    at: datetime | None = None,
) -> None:
    """Keep a form's values (JSON types) over what was kept under the same ``id``; ``at`` is now if left out."""
    row = {
        "form": form,
        "form_version": form_version,
        "record": record,
        "staff": staff,
        "title": title,
        "changed_at": at or datetime.now(BEIJING),
        "content": json.dumps(values, ensure_ascii=False),
    }
    work.conn.execute(insert(draft).values(id=id, **row).on_conflict_do_update(index_elements=["id"], set_=row))
    work.changed("draft")


def load_draft(reader: Reader, id: str) -> tuple[DraftRow, dict[str, Any]]:
    """Return a draft and its values; Refused("store.no_such_draft")."""
    row = reader.conn.execute(select(*_COLUMNS, draft.c.content).where(draft.c.id == id)).one_or_none()
    if row is None:
        raise Refused("store.no_such_draft")
    return _row(row), json.loads(row.content)


def list_drafts(reader: Reader, staff: str | None = None) -> list[DraftRow]:
    """Return the drafts that wait, of everybody or of one staff member, the one typed last first."""
    statement = select(*_COLUMNS).order_by(draft.c.changed_at.desc(), draft.c.id)
    if staff is not None:
        statement = statement.where(draft.c.staff == staff)
    return [_row(row) for row in reader.conn.execute(statement)]


def files_of_draft(reader: Reader, id: str) -> list[str]:
    """Return the digests of the files that a draft names; none where there is no such draft."""
    content = reader.conn.scalar(select(draft.c.content).where(draft.c.id == id))
    return [row["digest"] for row in json.loads(content).get("_files") or []] if content else []


def discard_draft(work: Work, id: str) -> None:
    """Forget a draft; nothing where there is none."""
    if work.sql("DELETE FROM draft WHERE id = ?", (id,)).rowcount:
        work.changed("draft")


def _row(row: Any) -> DraftRow:
    return DraftRow(row.id, row.form, row.form_version, row.record, row.staff, row.title, row.changed_at)
