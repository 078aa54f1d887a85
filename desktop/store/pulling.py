"""What comes down from the district: new records are kept as they are, the standing one replaces ours where merged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.store.reader import chunks
from desktop.store.store import Work
from desktop.store.tables import record, rival, standing, with_ids
from sync.protocol.messages import Numbered
from sync.records.canonical import Sealed
from sync.records.errors import Damaged


def must_be_intact(records: Sequence[Numbered]) -> None:
    """Check every hash before anything is stored; Damaged("store.pulled_hash")."""
    for numbered in records:
        if not numbered.record.sealed().intact():
            raise Damaged("store.pulled_hash", id=numbered.record.id)


def take(work: Work, records: Sequence[Numbered]) -> int:
    """Keep a page of pulled records within ``work``; returns how many were new here."""
    there = _there(work, [n.record.id for n in records])
    new: set[str] = set()
    for numbered in records:
        sealed = numbered.record.sealed()
        if sealed.id in new:
            continue
        if (row := there.get(sealed.id)) is not None:
            _meet(work, row, numbered, sealed)
            continue
        new.add(sealed.id)
        work.keep(
            sealed,
            state="settled",
            origin="district",
            district_seq=numbered.seq,
            received_at=numbered.received_at,
        )
    return len(new)


def _there(work: Work, ids: list[str]) -> dict[str, Row[Any]]:
    columns = (record.c.line, record.c.id, record.c.hash, record.c.district_seq)
    found: dict[str, Row[Any]] = {}
    for some in chunks(ids):
        found.update({row.id: row for row in work.rows(select(*columns).where(with_ids(some)))})
    return found


def _meet(work: Work, row: Row[Any], numbered: Numbered, sealed: Sealed) -> None:
    """A record of this id is here: the same one learns its number, another one is set aside until ours is answered."""
    if row.hash == sealed.hash:
        if row.district_seq is None:
            # It is not settled by this: only an answer to our own push settles, and it will come.
            values = {"district_seq": numbered.seq, "received_at": numbered.received_at}
            work.conn.execute(update(record).where(record.c.line == row.line).values(values))
        return
    aside = {
        "id": sealed.id,
        "kind": sealed.kind,
        "district_seq": numbered.seq,
        "received_at": numbered.received_at,
        "hash": sealed.hash,
        "salt": sealed.salt,
        "body": sealed.body,
    }
    work.conn.execute(insert(rival).values(aside).on_conflict_do_update(index_elements=["id"], set_=aside))
    let_stand(work, sealed.id)


def let_stand(work: Work, record_id: str) -> None:
    """Replace ours by the district's where the district answered that its record stands, and that record is here."""
    asked = select(rival).join(standing, (standing.c.id == rival.c.id) & (standing.c.hash == rival.c.hash))
    row = work.conn.execute(asked.where(rival.c.id == record_id)).one_or_none()
    if row is None:
        return
    sealed = Sealed(row.kind, row.id, row.hash, row.salt, row.body)
    work.replace(sealed, district_seq=row.district_seq, received_at=row.received_at)
    work.conn.execute(delete(rival).where(rival.c.id == record_id))
    work.conn.execute(delete(standing).where(standing.c.id == record_id))
