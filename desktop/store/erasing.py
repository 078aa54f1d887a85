"""Erasures: content and salt are destroyed wherever and whenever the erasure comes, early or late; the hash stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, tuple_, update

from desktop.store import amending, index
from desktop.store.projections import AGGREGATES, ERASES, FOLDED_BY, links_of
from desktop.store.reader import Reader, decoded
from desktop.store.same import JOINABLE
from desktop.store.tables import PROJECTIONS, file, link, record
from sync.protocol.codec import decode_body
from sync.records.audit import Erasure
from sync.records.cards import Revision
from sync.records.kinds import kind_of
from sync.records.papers import Attachment
from sync.records.record import Record
from sync.records.sameness import Sameness

if TYPE_CHECKING:
    from desktop.store.work import Work

KEPT = frozenset({"erasure", "audit_entry"})
"""Kinds that cannot be erased: they say that something was."""


def apply(work: Work, erased_before: set[str], values: dict[int, tuple[str, Record]]) -> None:
    """Erase what the records just written ask for, and those of them that an earlier erasure names.

    An edit of an erased card is erased with it: it holds the same content.
    """
    targets = {value.target for _, value in values.values() if isinstance(value, Erasure)}
    edited: dict[str, set[str]] = {}
    for _, value in values.values():
        if isinstance(value, Revision):
            edited.setdefault(value.card, set()).add(value.id)
    for target in targets | erased_before:
        erase(work, target)
        for revision in {r.id for r in work.revisions_of(target)} | edited.get(target, set()):
            erase(work, revision)


def is_erased(reader: Reader, record_id: str) -> bool:
    """Whether an erasure of ``record_id`` is known, even if the record itself never came."""
    return bool(reader.conn.scalar(select(link.c.line).where(link.c.subject == record_id, link.c.via == ERASES)))


def erase(work: Work, record_id: str) -> None:
    """Destroy content and salt of one record and everything that followed from it; nothing where it is not here."""
    sealed = work.sealed(record_id)
    if sealed is None or sealed.erased or sealed.kind in KEPT:
        return
    value = decoded(sealed) if sealed.kind == "attachment" else None
    forget(work, record_id)
    work.conn.execute(update(record).where(record.c.id == record_id).values(salt=b"", body=b"", readable=0))
    if isinstance(value, Attachment):
        _forget_bytes(work, value.digest)
    work.changed(sealed.kind)


def _forget_bytes(work: Work, digest: str) -> None:
    """The bytes go with the last record that names them; a withdrawal names them, too."""
    named = select(link.c.line).where(link.c.subject == digest, link.c.via == "attachment.digest")
    if work.conn.execute(named.limit(1)).first() is None:
        work.conn.execute(delete(file).where(file.c.digest == digest))


def forget(work: Work, record_id: str) -> None:
    """Remove what followed from a record: its links, list rows, search entries, and its part in folds."""
    row = work.conn.execute(select(record).where(record.c.id == record_id)).one()
    if not row.readable:
        return
    value = decode_body(row.kind, row.body)
    for table in PROJECTIONS:
        if table is not link:
            work.conn.execute(delete(table).where(table.c.line == row.line))
    keys = [(subject, via, row.line) for subject, via in links_of(row.kind, value)]
    if keys:
        work.conn.execute(delete(link).where(tuple_(link.c.subject, link.c.via, link.c.line).in_(keys)))
    amending.take_back(work, value)
    index.forget(work, row.line, row.kind)
    work.conn.execute(update(record).where(record.c.line == row.line).values(readable=0))
    if row.kind in JOINABLE or isinstance(value, Sameness):
        work.touch_same(value)
    if isinstance(value, Revision) and (card := kind_of(value.card)):
        work.touch(card.name, value.card)
    elif row.kind in FOLDED_BY and row.kind not in AGGREGATES:
        kind, field = FOLDED_BY[row.kind]
        work.touch(kind, getattr(value, field))
