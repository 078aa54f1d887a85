"""Erasures: content and salt are destroyed wherever and whenever the erasure comes, early or late; the hash stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from desktop.store import amending, index, newest
from desktop.store.drafts import discard_drafts_of
from desktop.store.files import forget_unnamed, send_again
from desktop.store.projections import AGGREGATES, AT_ID, FOLDED_BY, PROJECTED, links_of, naming
from desktop.store.reader import decoded
from sync.protocol.codec import decode_body
from sync.records.kinds import kind_of
from sync.records.record import Record

if TYPE_CHECKING:
    from desktop.store.work import Work
    from sync.records.audit import Erasure
    from sync.records.cards import Revision
    from sync.records.papers import Attachment

KEPT = frozenset({"erasure", "audit_entry"})
"""Kinds that cannot be erased: they say that something was."""

_RECORD = f"SELECT line, kind, readable, body FROM record WHERE {AT_ID}"  # noqa: S608 our own words
_DESTROY = f"UPDATE record SET salt = x'', body = x'', readable = 0 WHERE {AT_ID}"  # noqa: S608 as above
_DESTROY_RIVAL = "UPDATE rival SET salt = x'', body = x'' WHERE id = ?"
_UNLINK = f"DELETE FROM link WHERE {naming('?1')} AND via = ? AND line = ?"  # noqa: S608 as above


def apply(work: Work, erased_before: set[str], values: dict[int, tuple[str, Record]]) -> None:
    """Erase what the records just written ask for, and those of them that an earlier erasure names.

    An edit of an erased card is erased with it: it holds the same content.
    """
    targets = {cast("Erasure", value).target for kind, value in values.values() if kind == "erasure"}
    edited: dict[str, set[str]] = {}
    for kind, value in values.values():
        if kind == "revision":
            edited.setdefault(cast("Revision", value).card, set()).add(value.id)
    for target in targets | erased_before:
        erase(work, target)
        for revision in {r.id for r in work.revisions_of(target)} | edited.get(target, set()):
            erase(work, revision)


def erase(work: Work, record_id: str) -> None:
    """Destroy content and salt of one record and everything that followed from it; nothing where it is not here."""
    sealed = work.sealed(record_id)
    if sealed is None or sealed.kind in KEPT:
        return
    forget_rival(work, record_id)
    if sealed.erased:
        return
    value = decoded(sealed) if sealed.kind == "attachment" else None
    forget_unnamed(work, discard_drafts_of(work, record_id))
    forget(work, record_id)
    work.sql(_DESTROY, (record_id,))
    if value is not None:
        digest = cast("Attachment", value).digest
        forget_unnamed(work, [digest])  # a withdrawal names the bytes, too
        send_again(work, [digest])  # the district may have forgotten them before it heard what else names them
    work.changed(sealed.kind)


def forget_rival(work: Work, record_id: str) -> None:
    """Destroy content and salt of what the district sent under an erased record's id and is set aside."""
    work.sql(_DESTROY_RIVAL, (record_id,))


def forget(work: Work, record_id: str) -> None:
    """Remove what followed from a record: its links, list rows, search entries, and its part in folds."""
    line, kind, readable, body = work.sql(_RECORD, (record_id,)).fetchone()
    if not readable:
        return
    if line > newest.through(work):
        newest.catch_up(work)  # which number it carried is said by its content only
    value = decode_body(kind, body)
    for table in PROJECTED:
        if table != "link":
            work.sql(f"DELETE FROM {table} WHERE line = ?", (line,))  # noqa: S608 our own names
    work.many(_UNLINK, [(subject, via, line) for subject, via in links_of(kind, value)])
    amending.take_back(work, value)
    index.forget(work, line, kind)
    work.sql("UPDATE record SET readable = 0 WHERE line = ?", (line,))
    work.touch_same(kind, value)
    if kind == "revision" and (card := kind_of(revised := cast("Revision", value).card)):
        work.touch_edited(card.name, revised)
        index.leave_traces(work, card.name)
    elif kind in FOLDED_BY and kind not in AGGREGATES:
        folded, field = FOLDED_BY[kind]
        work.touch(folded, getattr(value, field))
