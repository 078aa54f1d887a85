"""交接班: record who takes the desk over, and what stands open at that moment, from the records of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.due import DueRow, all_due
from desktop.actions.reading import Answers
from desktop.actions.sheets import said
from desktop.actions.units import own_unit
from desktop.forms.form import Draft
from desktop.forms.hand_overs import HAND_OVER_FORM
from desktop.printing.moments import day_words, moment_words
from desktop.printing.station.values import HandOverSheet, Listed
from desktop.session import Session
from desktop.store.blanks import open_blanks
from desktop.store.drafts import list_drafts
from desktop.store.held import count_held, list_held
from desktop.store.journal import count_unsent, list_receipts
from desktop.store.leases import left
from desktop.store.matters import count_matters, list_matters
from desktop.store.mediations import count_mediations, list_mediations
from desktop.store.orders import list_orders
from desktop.store.reader import Reader
from desktop.store.rows import HeldRow, OrderRow
from desktop.store.units import staff
from desktop.store.used import KINDS, numbers_used
from desktop.store.visits import count_visits
from sync.records.errors import Refused, RuleBroken
from sync.records.hand_overs import HandOver
from sync.records.kinds import new_id
from sync.records.matter_state import OPEN_STAGES
from sync.records.mediations import Outcome
from sync.records.order_stages import OVER, OrderStage
from sync.records.text import check_text
from sync.records.times import BEIJING

SHOWN: Final = 25
"""So many lines of each list are printed; of more the sheet says how many they are."""
WAITING: Final = tuple(stage.value for stage in OrderStage if stage not in OVER)


def hand_over(desk: Desk, draft: Draft) -> Done:
    """Record HAND_OVER_FORM's hand-over to a colleague who works here now; nobody hands over to himself."""
    desk.must_may("hand_over")
    answers = Answers.of(HAND_OVER_FORM, draft)
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id", ""))):
            return done
        wanted = answers.line("to_staff")
        known = [s for s in staff(work).values() if s.left_on is None and wanted in (s.staff, s.name)]
        if len(known) != 1:
            raise RuleBroken("actions.no_such_colleague", field="to_staff", name=wanted)
        if known[0].staff == desk.session.staff:
            raise RuleBroken("actions.hands_over_to_himself", field="to_staff")
        made = desk.made()
        fact = HandOver(
            id=str(draft.get("_id") or new_id("hand_over")),
            made=made,
            unit=desk.session.unit,
            to_staff=known[0].staff,
            to_name=known[0].name,
            happened_at=made.at,
            devices=check_text(answers.text("devices"), field="devices"),
            note=check_text(answers.text("note"), field="note"),
        )
        work.add(fact)
        handed_in(work, desk, HAND_OVER_FORM, draft)
    return Done(fact.id, changes=work.changes)


def hand_over_sheet(reader: Reader, session: Session, hand_over_id: str) -> HandOverSheet:
    """交接班表 as things stand while it is printed for the first time; a reprint is those bytes."""
    fact = reader.find(hand_over_id, HandOver)
    if fact is None:
        raise Refused("store.no_such_record", id=hand_over_id)
    start = fact.happened_at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    end = start + timedelta(days=1)
    unit = own_unit(reader, session)
    giver = staff(reader).get(fact.made.by)
    open_stages = tuple(map(str, OPEN_STAGES))
    matters = list_matters(reader, states=open_stages, limit=SHOWN)
    mediations = list_mediations(reader, outcomes=(Outcome.OPEN.value,), limit=SHOWN)
    orders = list_orders(reader, states=WAITING, due_before=end, limit=SHOWN)
    agreed = [row for row in all_due(reader, start.date()) if row.days <= 0]
    all_drafts, all_held = list_drafts(reader), list_held(reader)
    drafts, held = all_drafts[:SHOWN], all_held[:SHOWN]
    return HandOverSheet(
        number=moment_words(fact.happened_at),
        unit=unit.name if unit else session.unit_name,
        from_name=giver.name if giver else session.name,
        to_name=fact.to_name,
        at=fact.happened_at,
        facts=tuple(_facts(reader, start, end)),
        due=tuple([*(_order(order) for order in orders), *(_agreed(row) for row in agreed)][:SHOWN]),
        due_more=max(len(orders) + len(agreed) - SHOWN, 0),
        matters=tuple(_listed(m.title, _word("matterstage", m.state), m.discovered_at) for m in matters),
        mediations=tuple(_listed(m.title, m.mediators, m.started_at) for m in mediations),
        drafts=tuple(_listed(said(f"forms.{d.form}_title"), _name(reader, d.staff), d.changed_at) for d in drafts),
        held=tuple(_listed(_called(h), _reason(h), h.refused_at) for h in held),
        numbers=tuple(_numbers(reader, session, start)),
        matters_more=count_matters(reader, states=open_stages) - len(matters),
        mediations_more=count_mediations(reader, outcomes=(Outcome.OPEN.value,)) - len(mediations),
        drafts_more=len(all_drafts) - len(drafts),
        held_more=len(all_held) - len(held),
        devices=fact.devices,
        note=fact.note,
    )


def _listed(what: str, state: str, at: datetime) -> Listed:
    return Listed(what=what, state=state, until=moment_words(at))


def _order(order: OrderRow) -> Listed:
    """An order with the end that comes next of what runs; where nothing runs, by when it had to be resolved."""
    due = order.due or order.resolve_by
    return _listed(f"{order.number} {order.subject}", _word("orderstage", order.state), due)


def _agreed(row: DueRow) -> Listed:
    """What an agreement has due: a term, a return visit, a clock of the court."""
    what = f"{row.number} {row.title} {row.text}".strip()
    return Listed(what=what, state=said(f"window.due_{row.due.kind.value}"), until=day_words(row.due.on))


def _called(held: HeldRow) -> str:
    return f"{said(f'records.kind_{held.kind}')} {held.title}".strip()


def _facts(reader: Reader, start: datetime, end: datetime) -> Iterable[tuple[str, str]]:
    receipts = list_receipts(reader, 1)
    last = moment_words(receipts[0].at) if receipts else said("actions.no_exchange_yet")
    yield said("actions.fact_visits"), str(count_visits(reader, since=start, until=end))
    yield said("actions.fact_unsent"), str(count_unsent(reader))
    yield said("actions.fact_held"), str(count_held(reader))
    yield said("actions.fact_exchange"), last


def _numbers(reader: Reader, session: Session, start: datetime) -> Iterable[Listed]:
    """What was used of each series today, what is left of the leases, and which blank forms are still out."""
    year = start.year
    for series in KINDS:
        used = numbers_used(reader, series, start)
        span = said("actions.none_used") if not used else used[0] if len(used) == 1 else f"{used[0]} … {used[-1]}"
        there = left(reader, series, session.unit, year)
        label = said(f"records.series_{series.value}")
        yield Listed(what=label, state=said("actions.numbers_used", count=len(used), span=span), until=str(there))
    if out := open_blanks(reader):
        yield Listed(what=said("actions.blanks_out"), state="、".join(blank.number for blank in out))


def _word(kind: str, value: str) -> str:
    return said(f"records.{kind}_{value}")


def _name(reader: Reader, identity: str) -> str:
    member = staff(reader).get(identity)
    return member.name if member else ""


def _reason(held: HeldRow) -> str:
    return said.filled(held.reason, held.values) if said.has(held.reason) else held.reason
