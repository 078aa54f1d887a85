"""Held records: what may be done about one that the district refused, and doing it; nothing here waits for the rest.

A record never changes: what mends one is another that takes its place. A correction says so itself; for what cannot,
the station's log does, and with it the district knows.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

from desktop.actions.attachments import withdraw
from desktop.actions.audit import note
from desktop.actions.blank_forms import void_blank
from desktop.actions.desk import Desk, Done
from desktop.actions.held_words import why
from desktop.actions.signing import take_back_signature
from desktop.actions.voids import void_number
from desktop.store.held import held_row, hold_back, list_again, list_closed, list_held, send_again
from desktop.store.projections import AT_ID
from desktop.store.replaced import GIVEN_UP, MENDED, note_place, successors
from desktop.store.rows import HeldRow, HeldState
from desktop.store.store import Reader
from desktop.store.work import Work
from resources import LANGUAGES, wording
from sync.records.audit import AuditAction
from sync.records.cards import Revision
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.ownership import may_write
from sync.records.papers import Attachment
from sync.records.record import Fact, Record

WITH_A_FORM: Final = frozenset({"visit", "mediation_event", "agreement", "dispatch_order", "revision"})
"""Kinds that a form makes again: its answer takes the place of the refused record."""

TAKEN_OVER: Final = frozenset({"step", "order_reply", "follow_up", "participation", "revision"})
"""Kinds that somebody may say again in their own name: all folds know what takes the place of such a fact."""

GIVEN_UP_KINDS: Final = frozenset({"dispatch_order", "agreement", "blank_form", "attachment", "signature"})
"""Kinds that the house can make void, with a reason."""

WAITING: Final = frozenset({HeldState.REFUSED, HeldState.HERE})
MOST_HISTORY: Final = 100


@dataclass(frozen=True, slots=True)
class Held:
    """What is held, what waits to be sent again, and what was held once (at most `MOST_HISTORY`)."""

    held: tuple[HeldRow, ...]
    again: tuple[HeldRow, ...]
    closed: tuple[HeldRow, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A held record with what this person may do about it now; ``record`` None where it cannot be read here.

    ``bound``: it corrects a fact that the district has, so nothing may take its place but itself.
    """

    row: HeldRow
    record: Record | None
    mend: bool = False
    again: bool = False
    take_over: bool = False
    give_up: bool = False
    undo: bool = False
    bound: bool = False


def held_now(desk: Desk, *, history: bool = False) -> Held:
    """Return all that is held; with what is settled by now where ``history`` is asked for."""
    with desk.store.read() as reader:
        closed = list_closed(reader, MOST_HISTORY) if history else []
        return Held(tuple(list_held(reader)), tuple(list_again(reader)), tuple(closed))


def offer(desk: Desk, record_id: str) -> Offer:
    """Return a held record and what may be done about it. Refused("held.not_held")."""
    with desk.store.read() as reader:
        row = held_row(reader, record_id)
        record = reader.find(record_id, Record)
        roles = desk.session.roles
        if row.state not in WAITING:
            return Offer(row, record, undo=row.state is HeldState.AGAIN)
        mine = record is not None and may_write(row.kind, roles)
        bound = _corrects_what_is_there(reader, record)
        alone = mine and not bound
        voids = may_write("number_void" if row.kind not in ("attachment", "signature") else row.kind, roles)
        return Offer(
            row,
            record,
            mend=alone and row.kind in WITH_A_FORM,
            again=True,
            take_over=alone and row.kind in TAKEN_OVER,
            give_up=record is not None and voids and row.kind in GIVEN_UP_KINDS,
            bound=bound,
        )


def send_held_again(desk: Desk, record_id: str) -> Done:
    """Put a held record among the unsent, for the next day end. Refused("store.not_held") where it is none."""
    with desk.store.write() as work:
        send_again(work, record_id)
    return Done(record_id, changes=work.changes)


def send_all_again(desk: Desk) -> tuple[int, Done]:
    """Put all that waits for a person among the unsent; returns how many those were."""
    with desk.store.write() as work:
        waiting = [row.id for row in list_held(work) if row.state in WAITING]
        for record_id in waiting:
            send_again(work, record_id)
    return len(waiting), Done("", changes=work.changes)


def keep_held(desk: Desk, record_id: str) -> Done:
    """Undo `send_held_again` before the next exchange: it is held as before. Refused("held.not_held")."""
    with desk.store.write() as work:
        hold_back(work, record_id)
    return Done(record_id, changes=work.changes)


def take_over(desk: Desk, record_id: str) -> Done:
    """Say a held fact again, as it is, in one's own name: the new one takes its place.

    Refused("held.not_to_take_over") for kinds of which the folds do not know that, "actions.not_yours" for a role.
    """
    with desk.store.write() as work:
        found = _must_wait(work, record_id)
        kind = held_row(work, record_id).kind
        if kind not in TAKEN_OVER or not isinstance(found, Fact) or _corrects_what_is_there(work, found):
            raise Refused("held.not_to_take_over")
        desk.must_may(kind)
        if isinstance(found, Revision):
            return _say_edits_again(desk, work, found)
        changed = {"id": new_id(kind), "made": desk.made(), "amends": found.id, "amend_reason": _said("held.anew")}
        made = dataclasses.replace(found, **changed)  # type: ignore[arg-type]
        work.add(made)
    return Done(made.id, changes=work.changes)


def mended(desk: Desk, record_id: str, done: Done) -> Done:
    """After a form was handed in about a held record: note what takes its place, where the answer does not say so.

    An edit of a card is said again whole, as the card stands now; an order's number is made void, for its new order
    has another.
    """
    with desk.store.read() as reader:
        row, found = held_row(reader, record_id), reader.find(record_id, Record)
        if record_id in successors(reader, [record_id]):
            return done
    if isinstance(found, Revision):
        return take_over(desk, record_id)
    if row.kind == "dispatch_order":
        number = void_number(desk, record_id, _said("held.mend_reason", reason=why(wording(LANGUAGES[0]), row).reason))
        with desk.store.write() as work:
            _close(desk, work, record_id, MENDED, done.id)
        return Done(done.id, done.number, work.changes | number.changes)
    return done


def give_up(desk: Desk, record_id: str, reason: str) -> Done:
    """Make a held record void, with a reason that travels. Refused("held.not_to_give_up") where the house cannot."""
    if not " ".join(reason.split()):
        raise RuleBroken("actions.required", field="reason")
    with desk.store.read() as reader:
        row = held_row(reader, record_id)
        before = reader.meta(f"void.{record_id}")
        if row.kind not in GIVEN_UP_KINDS or row.state not in WAITING:
            raise Refused("held.not_to_give_up")
    if row.kind == "attachment":
        return Done(record_id, changes=withdraw(desk, record_id, reason))
    if row.kind == "signature":
        return Done(record_id, changes=take_back_signature(desk, record_id, reason))
    if before is not None:
        void = Done(before)
    else:
        verb = void_blank if row.kind == "blank_form" else void_number
        void = verb(desk, record_id, reason)
    with desk.store.write() as work:
        _close(desk, work, record_id, GIVEN_UP, void.id)
    return Done(void.id, void.number, work.changes | void.changes)


def _said(key: str, **values: object) -> str:
    """Words that a record keeps: Chinese, as on paper."""
    return wording(LANGUAGES[0])(key, **values)


def _close(desk: Desk, work: Work, old: str, what: str, new: str) -> None:
    """Both ends know from now on what takes the place: this store by its note, the district by the log."""
    note_place(work, old, what, new)
    note(work, desk.made(), AuditAction.HELD, old, f"{what} {new}")
    work.changed("exchange")


def _say_edits_again(desk: Desk, work: Work, old: Revision) -> Done:
    """Say what the refused edit, and every edit that saw it, said: as the card stands now, having seen all of them.

    The district never saw the refused one: what that had seen is named as well, so that nothing stands side by side.
    """
    now, known = work.folded(old.card), work.revisions_of(old.card)
    line, names = {old.id}, set(old.fields)
    for _ in known:
        later = {r.id for r in known if line & set(r.seen)} - line
        if not later:
            break
        line |= later
    names.update(name for r in known if r.id in line for name in r.fields)
    seen = tuple(dict.fromkeys((*now.heads, *old.seen)))
    fields = {name: now.fields.get(name) for name in sorted(names)}
    made = Revision(id=new_id("revision"), made=desk.made(), card=old.card, seen=seen, fields=fields)
    work.add(made)
    _close(desk, work, old.id, MENDED, made.id)
    return Done(made.id, changes=work.changes)


def _must_wait(reader: Reader, record_id: str) -> Record:
    row = held_row(reader, record_id)
    if row.state not in WAITING:
        raise Refused("held.mended_already" if row.successor else "held.not_held")
    found = reader.find(record_id, Record)
    if found is None:
        raise Refused("held.cannot_read")
    return found


def _corrects_what_is_there(reader: Reader, record: Record | None) -> bool:
    """Whether it corrects a fact that the district has: a second correction would not know its place there."""
    if not isinstance(record, Fact) or not record.amends or isinstance(record, Attachment):
        return False
    state = reader.sql(f"SELECT record.state FROM record WHERE {AT_ID}", (record.amends,)).fetchone()  # noqa: S608
    return state is not None and state[0] == "settled"
