"""A dispatch order as it is told: what was demanded of whom, by when, and what came back, own word and witnessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from desktop.actions.calendars import calendar_in_force
from desktop.actions.dispatch_rules import grade_of
from desktop.actions.order_help import duty_now, officer_words
from desktop.store.links import notices_of, order_steps_of, replies_of, state_of_order
from desktop.store.reader import Reader
from desktop.store.units import staff_names, units
from desktop.ui.models.status import Status
from desktop.ui.models.statuses import grade_status, order_status
from desktop.ui.stories.files import files_told
from desktop.ui.stories.order_events import Told, call_events, notice_events, reply_events, step_events
from desktop.ui.stories.order_parts import department_facts
from desktop.ui.stories.parts import doubts, in_time, prints, unit_names
from desktop.ui.stories.story import Event, Story
from desktop.ui.words import moment
from resources import Wording
from sync.records.dispatch_rules import DEFAULT, LadderStep
from sync.records.matters import Matter
from sync.records.order_course import Course, Ratification, RequestState
from sync.records.order_ladder import rung_read
from sync.records.orders import DispatchOrder
from sync.records.times import BEIJING

_RATIFICATION = {
    Ratification.WAITING: ("warn", "clock"),
    Ratification.RATIFIED: ("good", "check"),
    Ratification.NOT_RATIFIED: ("bad", "cross"),
}


def order_story(words: Wording, now: Callable[[], datetime], reader: Reader, order_id: str) -> Story:
    """Tell one order; ``now`` is the time by which is judged what is overdue."""
    order = reader.get(order_id)
    assert isinstance(order, DispatchOrder)  # noqa: S101 the list holds nothing else
    replies = replies_of(reader, order.id)
    steps = order_steps_of(reader, order.id)
    state, places = state_of_order(reader, order), unit_names(reader)
    at = now().astimezone(BEIJING)
    facts = (
        *department_facts(words, order, state, places, calendar_in_force(reader, at.date()), at),
        (words("window.leader_rank"), order.limits.leader_rank),
        (words("forms.field_order_place"), order.place),
        (words("forms.field_order_contact"), order.contact),
        (words("window.issuer"), f"{order.issuer_name} {order.issuer_post}".strip()),
        (words("window.delegated_by"), order.delegated),
        (words("window.ratifier"), _ratified(words, order, state.course)),
        (words("forms.field_authority"), order.authority),
        (words("window.rule_version"), _version(words, order)),
        *duty_facts(words, reader, order, at),
        (words("forms.field_street_copy"), places.get(order.street_copy or "", "")),
    )
    graded = _graded(words, reader, order)
    staff = staff_names(reader)
    events = [
        *_events(words, reader, order, staff),
        *reply_events(words, replies, places, staff),
        *step_events(words, reader, steps, places, staff),
        *call_events(words, order, places),
        *notice_events(words, notices_of(reader, order.id), places, staff),
    ]
    return Story(
        order.id,
        order.subject,
        order.number,
        statuses=(order_status(words, state.state.value), *graded, *_badges(words, state.course)),
        facts=facts,
        text=order.text,
        warnings=(*_asked_for(words, reader, order, state.course), *doubts(words, state.doubts)),
        events=in_time([*events, *prints(reader, words, order.id)]),
        files=files_told(reader, words, order.id),
    )


def request_answer(words: Wording, state: RequestState) -> str:
    """What became of a request: how far its order is where that is known, or that it was issued, refused, or waits."""
    stages = dict.fromkeys(one.stage for one in state.issued if words.has(f"records.orderstage_{one.stage}"))
    told = words("window.list_comma").join(words(f"records.orderstage_{stage}") for stage in stages)
    return told or words(f"records.requeststage_{state.state.value}")


def _graded(words: Wording, reader: Reader, order: DispatchOrder) -> tuple[Status, ...]:
    if not order.grade:
        return ()
    return (grade_status(words, order.grade, grade_of(reader, order.limits.rule_version, order.grade)),)


def _version(words: Wording, order: DispatchOrder) -> str:
    """The version of the rules that it was issued under; the program's own is marked as to be confirmed."""
    version = order.limits.rule_version
    return f"{version} ({words('tables.to_confirm')})" if version.startswith(DEFAULT) else version


def duty_facts(words: Wording, reader: Reader, order: DispatchOrder, now: datetime) -> list[tuple[str, str]]:
    """Who of each department is on duty now."""
    found = duty_now(reader, order.departments, now)
    told = [f"{name}: {officer_words(shift)}" for name, shifts in found for shift in shifts]
    return [(words("departments.duty"), words("window.list_comma").join(told))] if told else []


def _ratified(words: Wording, order: DispatchOrder, course: Course) -> str:
    if not order.emergency:
        return ""
    by = moment(order.ratify_by) if order.ratify_by else ""
    state = words(f"records.ratification_{course.ratification.value}")
    waits = course.ratification is Ratification.WAITING
    return words("window.ratify_until", name=order.ratifier_name, by=by) if waits else f"{order.ratifier_name} {state}"


def _badges(words: Wording, course: Course) -> tuple[Status, ...]:
    """What stands beside the stage: an emergency that is not ratified, and that it goes to and fro."""
    found = []
    if course.ratification is not Ratification.NOT_NEEDED:
        tone, picture = _RATIFICATION[course.ratification]
        found.append(Status(words(f"records.ratification_{course.ratification.value}"), tone, picture))
    if course.objections:
        found.append(Status(words("window.objections", count=course.objections), "warn", "alert"))
    return (*found, *_climbed(words, course))


def _climbed(words: Wording, course: Course) -> list[Status]:
    """How often it was urged, and how often it went up: a mere reminder is neither."""
    steps = [rung.step for step in course.escalations if (rung := rung_read(step.rung)) is not None]
    up = steps.count(LadderStep.ESCALATE)
    urged = sum(step in (LadderStep.URGE, LadderStep.CRITICISE) for step in steps)
    found = [Status(words("window.urged", count=urged), "warn", "clock")] if urged else []
    return [*found, Status(words("window.escalated", count=up), "bad", "up")] if up else found


def _asked_for(words: Wording, reader: Reader, order: DispatchOrder, course: Course) -> tuple[str, ...]:
    """What somebody has to do now, in a sentence each."""
    found = []
    if course.ratification is Ratification.WAITING:
        by = moment(order.ratify_by) if order.ratify_by else ""
        found.append(words("window.ratification_waits", name=order.ratifier_name, by=by))
    if course.meeting_proposed:
        found.append(words("window.meeting_proposed", count=course.objections))
    known = units(reader)
    gone = [known[d].name for d in order.departments if d in known and known[d].closed_on is not None]
    if gone:
        found.append(words("window.department_dissolved", names=words("window.list_comma").join(gone)))
    return tuple(found)


def _events(words: Wording, reader: Reader, order: DispatchOrder, staff: dict[str, str]) -> Told:
    issued = f"{moment(order.issued_at)}  {order.issuer_name}"
    told: Told = [(order.issued_at, Event(issued, words("window.event_issued"), order.delegated, "orders", "accent"))]
    matter = reader.find(order.matter, Matter)
    if matter is not None:
        when = f"{moment(matter.made.at)}  {staff.get(matter.made.by, '')}".rstrip()
        event = Event(when, matter.title, words("window.event_matter"), "matters", "info", matter.id)
        told.append((matter.made.at, event))
    return told
