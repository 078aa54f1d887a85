"""A matter as it is told: its state and moments, its parties, and the line from visit to agreement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from desktop.actions.signing import signing_of
from desktop.store.links import (
    agreements_of,
    follow_ups_of,
    mediation_events_of,
    mediations_of_matter,
    notices_of,
    order_steps_of,
    orders_of_matter,
    replies_of,
    steps_of,
    visits_of_matter,
)
from desktop.store.order_requests import requests_of_matter
from desktop.store.reader import Reader
from desktop.store.units import staff_names
from desktop.ui.models.status import Status
from desktop.ui.models.statuses import matter_status, outcome_status, signing_status
from desktop.ui.stories.files import files_told
from desktop.ui.stories.mediation_events import told_event
from desktop.ui.stories.order_events import call_events, notice_events, reply_events, step_events
from desktop.ui.stories.orders import request_answer
from desktop.ui.stories.parts import conflicts, doubts, in_time, parties, unit_names
from desktop.ui.stories.roads import road_facts, road_warnings
from desktop.ui.stories.story import Event, Story
from desktop.ui.words import day, moment, money, one_line
from resources import Wording
from sync.records.matter_state import fold_matter
from sync.records.matters import ExternalNumber, Matter, Step, StepKind
from sync.records.mediation_events import MediationEvent
from sync.records.mediation_periods import agreed_periods
from sync.records.notices import BY_DESK
from sync.records.order_course import RequestState
from sync.records.order_steps import OrderRequest
from sync.records.orders import DispatchOrder
from sync.records.passings import GIVES, TAKES, own_word


def matter_story(words: Wording, now: Callable[[], datetime], reader: Reader, matter_id: str) -> Story:
    """Tell one matter."""
    matter = reader.get(matter_id)
    assert isinstance(matter, Matter)  # noqa: S101 the list holds nothing else
    state = fold_matter(steps_of(reader, matter.id), matter.discovered_at)
    facts = (
        *parties(reader, words, matter.id),
        (words("forms.field_category"), words(f"records.category_{matter.category.value}")),
        (words("forms.field_grade"), words(f"forms.grade_{matter.grade}") if matter.grade else ""),
        (words("forms.field_amount"), money(matter.amount_fen)),
        (words("forms.field_place"), matter.place),
        *road_facts(words, reader, matter, state, now()),
        *((e.system, _external(words, e)) for e in matter.external),
    )
    return Story(
        matter.id,
        matter.title,
        statuses=(
            matter_status(words, state.state.value),
            Status(words(f"records.nature_{matter.nature.value}"), "calm"),
        ),
        facts=facts,
        text=matter.text,
        warnings=(
            *road_warnings(words, reader, matter, state, now()),
            *conflicts(reader, words, matter.id),
            *doubts(words, state.doubts),
        ),
        events=_events(words, reader, matter),
        files=files_told(reader, words, matter.id),
    )


def _external(words: Wording, external: ExternalNumber) -> str:
    until = words("window.step_due", day=day(external.due_on)) if external.due_on else ""
    return f"{external.number}  {until}".strip()


def _said(words: Wording, step: Step, names: dict[str, str]) -> str:
    """A step's text, the rule that it cites, until when it is to be done, and what else it says."""
    comma = words("window.list_comma")
    parts = [
        words(f"records.petitionroad_{step.road.value}") if step.road else "",
        words(f"records.help_{step.help.value}") if step.help else "",
        words(f"records.host_{step.host.value}") if step.host else "",
        words(f"forms.manner_{step.manner}") if step.manner else "",
        comma.join(words(f"records.conclusion_{o.value}") for o in step.conclusions),
        words("referrals.to", name=names.get(step.to_staff, "")) if step.to_staff else "",
        words("window.step_second", name=names.get(step.second, "")) if step.second else "",
        words("window.step_approver", name=step.approver) if step.approver else "",
        step.text,
        words("window.step_rule", rule=step.rule_cited) if step.rule_cited else "",
        _until(words, step),
        words("referrals.kept_here") if step.kept else "",
    ]
    if step.satisfied is not None:
        parts.append(words(f"forms.satisfied_{'yes' if step.satisfied else 'no'}"))
    return "\n".join(part for part in parts if part)


def _until(words: Wording, step: Step) -> str:
    if step.due_on is None:
        return ""
    key = "referrals.next_on" if step.kind is StepKind.REFERRAL_RESULT else "window.step_due"
    return words(key, day=day(step.due_on))


def _mouth(words: Wording, step: Step) -> str:
    """Who says the answer of another unit: that unit itself on the district's page, or this desk, which heard of it."""
    if step.kind not in TAKES and not (step.kind in GIVES and own_word(step)):
        return ""
    return words("window.step_own_word" if own_word(step) else "window.step_heard")


def _events(words: Wording, reader: Reader, matter: Matter) -> tuple[Event, ...]:
    told: list[tuple[datetime, Event]] = []
    staff, places, steps = staff_names(reader), unit_names(reader), steps_of(reader, matter.id)
    answers = {step.id for asked in fold_matter(steps).asked for step in (*asked.own, *asked.heard)}
    for visit in visits_of_matter(reader, matter.id):
        title = f"{words(f'records.channel_{visit.channel.value}')} {visit.number}"
        when = _when(visit.happened_at, staff.get(visit.made.by, ""))
        told.append((visit.happened_at, Event(when, title, one_line(visit.text, 100), "visits", "accent", visit.id)))
    for step in steps:
        mediates = step.id in answers and step.kind in TAKES
        title = words(f"records.{'mediationanswer' if mediates else 'stepkind'}_{step.kind.value}")
        if step.to_unit:
            title = f"{title} → {places.get(step.to_unit, '')}"
        if step.by_unit:
            title = f"{title}  {places.get(step.by_unit, '')}"
        when = _when(step.happened_at, staff.get(step.made.by, ""))
        said = "\n".join(part for part in (_mouth(words, step), _said(words, step, staff)) if part)
        told.append((step.happened_at, Event(when, title, said, "step", "accent" if own_word(step) else "info")))
    for request, became in requests_of_matter(reader, matter.id):
        told.append((request.requested_at, _asked(words, request, became, places)))
    for order in orders_of_matter(reader, matter.id):
        title = f"{words('window.kind_dispatch_order')} {order.number}"
        text = words("window.list_comma").join(places.get(d, "") for d in order.departments)
        when = _when(order.issued_at, order.issuer_name)
        told.append((order.issued_at, Event(when, title, text, "orders", "warn", order.id)))
        told += _answered(words, reader, order, places, staff)
    for mediation in mediations_of_matter(reader, matter.id):
        happened = mediation_events_of(reader, mediation.id)
        title = f"{words('window.kind_mediation')} {outcome_status(words, mediation.outcome.value).text}"
        who = words("window.list_comma").join(staff.get(m, m) for m in mediation.mediators)
        when = _when(mediation.started_at, who)
        event = Event(when, title, mediation.committee, "mediations", "info", mediation.id)
        told.append((mediation.started_at, event))
        told += [(e.happened_at, _period_agreed(words, e, staff)) for e in agreed_periods(happened)]
    for agreement in agreements_of(reader, matter.id):
        title = f"{words('window.kind_agreement')} {agreement.number}"
        signed = signing_status(words, signing_of(reader, agreement), day).text
        when = _when(agreement.made.at, staff.get(agreement.made.by, ""))
        event = Event(when, title, signed, "agreement", "good", agreement.mediation)
        told.append((agreement.made.at, event))
    for seen in follow_ups_of(reader, matter.id):
        when = _when(seen.happened_at, staff.get(seen.made.by, ""))
        event = Event(when, words("window.kind_follow_up"), seen.text, "visit_again", "info")
        told.append((seen.happened_at, event))
    return in_time(told)


def _period_agreed(words: Wording, event: MediationEvent, staff: Mapping[str, str]) -> Event:
    """Until when the parties agreed to mediate, who did and why, and who wrote it down."""
    told, who = told_event(words, event, {}), staff.get(event.made.by, "")
    return replace(told, when=_when(event.happened_at, who), link=event.mediation, record="", offers=())


def _asked(words: Wording, request: OrderRequest, became: RequestState, places: dict[str, str]) -> Event:
    """That an order was asked for, and what became of it: its number and how far it is, or why it was refused."""
    title = f"{words('records.kind_order_request')} → {places.get(request.to_unit, '')}"
    numbers = " ".join(one.number for one in became.issued)
    answer = request_answer(words, became)
    text = "  ".join(part for part in (numbers, answer, became.reason) if part)
    return Event(_when(request.requested_at, request.requested_by_name), title, text, "draft", "info")


def _when(at: datetime, who: str) -> str:
    return f"{moment(at)}  {who}".strip()


def _answered(
    words: Wording, reader: Reader, order: DispatchOrder, places: dict[str, str], staff: dict[str, str]
) -> list[tuple[datetime, Event]]:
    """What came of an order under its number: each reply, each step of the issuing side, each telephone call.

    How far messages came stands in the order's own pane.
    """
    replies, steps = replies_of(reader, order.id), order_steps_of(reader, order.id)
    calls = [notice for notice in notices_of(reader, order.id) if notice.state in BY_DESK]
    found = [
        *reply_events(words, replies, places, staff),
        *step_events(words, reader, steps, places, staff),
        *call_events(words, order, places),
        *notice_events(words, calls, places, staff),
    ]
    return [(at, replace(event, when=f"{event.when}  {order.number}", link=order.id)) for at, event in found]
