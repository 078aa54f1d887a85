"""What comes down from the district: new records are kept as they are, the standing one replaces ours where merged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from desktop.store import erasing
from desktop.store.columns import to_micros
from desktop.store.held import send_again
from desktop.store.projections import AMONG_IDS
from desktop.store.reader import chunks, listed
from desktop.store.store import Work
from desktop.store.tables import rival, standing
from sync.protocol.messages import Numbered
from sync.records.canonical import Sealed
from sync.records.errors import Damaged

_THERE: Final = f"SELECT record.id, line, record.hash, district_seq, state FROM record WHERE {AMONG_IDS}"  # noqa: S608
_NUMBERED: Final = "UPDATE record SET district_seq = ?, received_at = ? WHERE line = ?"


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
        if (here := there.get(sealed.id)) is not None:
            _meet(work, here, numbered, sealed)
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


class _Here(NamedTuple):
    line: int
    hash: bytes
    district_seq: int | None
    state: str


def _there(work: Work, ids: list[str]) -> dict[str, _Here]:
    return {row[0]: _Here(*row[1:]) for some in chunks(ids) for row in work.sql(_THERE, (listed(some),))}


def _meet(work: Work, here: _Here, numbered: Numbered, sealed: Sealed) -> None:
    """A record of this id is here: the same one learns its number, another one is set aside until ours is answered."""
    if here.hash == sealed.hash:
        if here.district_seq is None or here.district_seq < numbered.seq:
            # It is not settled by this: only an answer to our own push settles, and it will come. A later number is
            # the one under which the district counts it for this unit since then.
            work.sql(_NUMBERED, (numbered.seq, to_micros(numbered.received_at), here.line))
        if here.state == "held":  # of a backup: it was taken since, and its answer is heard by asking again
            send_again(work, sealed.id)
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
    ours = work.sealed(sealed.id)
    if ours is not None and ours.erased:
        erasing.forget_rival(work, sealed.id)
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
