"""Drafts: what is typed is kept as it is typed, and offered again after a crash. Drafts never travel."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desktop.store.columns import from_micros, to_micros
from desktop.store.reader import Reader
from desktop.store.rows import DraftRow
from sync.records.errors import Refused
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from desktop.store.work import Work

DECISION = "conflict"
"""The form's name of half-made decisions (actions.conflicts): they wait with their cards, not among the forms."""

_COLUMNS = "id, form, form_version, record, staff, title, changed_at"
_SAVE = """
    INSERT INTO draft(form, form_version, record, staff, title, changed_at, content, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET form = excluded.form, form_version = excluded.form_version, record = excluded.record,
    staff = excluded.staff, title = excluded.title, changed_at = excluded.changed_at, content = excluded.content
"""
_LOAD = f"SELECT {_COLUMNS}, content FROM draft WHERE id = ?"  # noqa: S608 our own names
_LIST = f"""
    SELECT {_COLUMNS} FROM draft WHERE staff = coalesce(?, staff) AND form <> '{DECISION}'
    ORDER BY changed_at DESC, id
"""  # noqa: S608 our own names


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
    """Keep a form's values (JSON types) over what was kept under the same ``id``; ``at`` is now if left out.

    Of a ``record`` that was erased nothing is kept: what somebody types there holds what was erased.
    """
    edited = work.sealed(record) if record else None
    if edited is not None and edited.erased:
        return
    content = json.dumps(values, ensure_ascii=False)
    changed_at = to_micros(at or datetime.now(BEIJING))
    work.sql(_SAVE, (form, form_version, record, staff, title, changed_at, content, id))
    work.changed("draft")


def load_draft(reader: Reader, id: str) -> tuple[DraftRow, dict[str, Any]]:
    """Return a draft and its values; Refused("store.no_such_draft")."""
    row = reader.sql(_LOAD, (id,)).fetchone()
    if row is None:
        raise Refused("store.no_such_draft")
    return _row(row[:-1]), json.loads(row[-1])


def list_drafts(reader: Reader, staff: str | None = None) -> list[DraftRow]:
    """Return the drafts that wait, of everybody or of one staff member, the one typed last first."""
    return [_row(row) for row in reader.sql(_LIST, (staff,)).fetchall()]


def files_of_draft(reader: Reader, id: str) -> list[str]:
    """Return the digests of the files that a draft names; none where there is no such draft."""
    row = reader.sql("SELECT content FROM draft WHERE id = ?", (id,)).fetchone()
    return [file["digest"] for file in json.loads(row[0]).get("_files") or []] if row else []


def discard_draft(work: Work, id: str) -> None:
    """Forget a draft; nothing where there is none."""
    if work.sql("DELETE FROM draft WHERE id = ?", (id,)).rowcount:
        work.changed("draft")


def discard_drafts_of(work: Work, record: str) -> list[str]:
    """Forget the drafts that edit ``record`` and half-made decisions about it; returns the digests of their files."""
    own = [row[0] for row in work.sql("SELECT id FROM draft WHERE record = ?", (record,)).fetchall()]
    digests = [digest for each in own for digest in files_of_draft(work, each)]
    for each in own:
        discard_draft(work, each)
    return digests


def _row(row: Any) -> DraftRow:
    id, form, form_version, record, staff, title, changed_at = row
    return DraftRow(id, form, form_version, record, staff, title, from_micros(changed_at))
