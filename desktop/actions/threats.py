"""Somebody threatens at the desk: call for help, note what was done and when, open the emergency order, end it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.dispatch_rules import dispatch_rules
from desktop.actions.orders import issue_order, order_draft
from desktop.actions.reading import Answers
from desktop.actions.rule_tables import read
from desktop.actions.sheets import said
from desktop.actions.units import own_unit
from desktop.changes import Changes
from desktop.forms.form import Draft
from desktop.forms.orders import EMERGENCY, REQUEST
from desktop.forms.threats import THREAT_END_FORM
from desktop.store.links import notices_of
from desktop.store.store import Reader, Work
from desktop.store.threats import is_heard, threat_events
from desktop.store.units import staff, units
from resources import read_text
from sync.records.errors import Refused, RuleBroken
from sync.records.help_numbers import read_numbers
from sync.records.kinds import new_id
from sync.records.matters import Matter, Nature
from sync.records.notices import NoticeState
from sync.records.rule_tables import TableName
from sync.records.text import check_text
from sync.records.threats import Threat, ThreatEvent, ThreatStep, called_order, threats_of
from sync.records.times import BEIJING
from sync.records.units import Role

FORGOTTEN: Final = timedelta(hours=12)
"""A call that nobody ended is shown no longer; its facts stay."""


@dataclass(frozen=True, slots=True)
class Number:
    """Whom to call, and the number: ``name`` is a wording key below "threats.", or the name of a ``colleague`` or of
    whom the district ``named``.
    """

    name: str
    telephone: str
    colleague: bool = False
    counsellor: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """An open call for help as a desk shows it.

    ``own``: raised at this desk. ``heard``: the district has it. ``read``, ``failed``: what its notices came to.
    """

    threat: Threat
    own: bool
    heard: bool
    read: bool
    failed: bool
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Emergency:
    """What came of the emergency order: given under ``number``, or ("" there) ``draft`` for its form to ask.

    ``dated`` is as in desk.Done.
    """

    matter: str
    draft: Draft
    changes: Changes
    number: str = ""
    departments: tuple[str, ...] = ()
    dated: datetime | None = None


@cache
def late_after() -> float:
    """Return after how many seconds a silence of the district is told (resources/dictionaries/threat.toml)."""
    return float(tomllib.loads(read_text("dictionaries", "threat.toml"))["late_after_seconds"])


def _numbers(reader: Reader, desk: Desk) -> list[Number]:
    """Return whom to call as the district says, in its order; the program's own numbers where it said none."""
    found = read(reader, TableName.THREAT, desk.now().astimezone(BEIJING).date(), read_numbers)
    return [Number(one.label or one.name, one.number, named=bool(one.label)) for one in found]


def raise_threat(desk: Desk) -> Done:
    """Call for help. Pressed again while this desk's call is open, it is that call."""
    made = desk.made()
    with desk.store.write() as work:
        for threat in _open(work, desk):
            if threat.store == desk.store.id:
                return Done(threat.id)
        own = new_id("threat_event")
        name = desk.session.name
        event = ThreatEvent(id=own, made=made, threat=own, step=ThreatStep.RAISED, happened_at=made.at, name=name)
        work.add(event)
    return Done(own, changes=work.changes)


def note_threat(desk: Desk, threat: str, step: ThreatStep) -> Done:
    """Note that something was done about a call for help; said twice it is noted once."""
    with desk.store.write() as work:
        found = _find(work, desk, threat)
        if step in found.done:
            return Done(threat)
        return _add(work, desk, threat, step)


def end_threat(desk: Desk, threat: str, draft: Draft) -> Done:
    """End a call for help by THREAT_END_FORM; a false alarm says why it was one."""
    answers = Answers.of(THREAT_END_FORM, draft)
    step = answers.choice("step", ThreatStep, ThreatStep.OVER)
    text = check_text(answers.line("text"), field="text")
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id", ""))):
            return done
        _find(work, desk, threat)
        return _add(work, desk, threat, step, text=text, own=str(draft.get("_id") or ""))


def emergency_draft(desk: Desk, threat: str) -> tuple[str, Draft, Done]:
    """Open the emergency order: its matter, made now in words that say nothing of a threat, and ORDER_FORM's draft.

    Its paper lies on the desk: it asks for people at a place, and no more. Asked for again, it is the same matter.
    """
    with desk.store.write() as work:
        found = _find(work, desk, threat)
        matter, done = found.matter, Done(threat)
        if not matter:
            matter = new_id("matter")
            unit = own_unit(work, desk.session)
            made = desk.made()
            work.add(
                Matter(
                    id=matter,
                    made=made,
                    title=said("threats.order_subject"),
                    nature=Nature.SERVICE,
                    text=said("threats.order_text"),
                    unit=desk.session.unit,
                    place=unit.address if unit else "",
                    grade=dispatch_rules(work, made.at.astimezone(BEIJING).date()).grade_names[0],  # the gravest
                    discovered_at=made.at,
                    discovered_by=desk.session.name,
                )
            )
            done = _add(work, desk, threat, ThreatStep.ORDER_OPENED, matter=matter)
    draft = order_draft(desk, matter)
    asks_above = draft["to_unit"] != desk.session.unit  # a mobile station asks its community
    if draft["way"] == REQUEST and not asks_above:  # whoever is here issues it now, and the secretary ratifies it
        draft["way"] = EMERGENCY
    return matter, draft, replace(done, id=matter)


def emergency_at_once(desk: Desk, threat: str) -> Emergency:
    """Give a call's emergency order by one press, where it is the first and all is known that an order needs.

    Otherwise its form asks: no departments that such orders go to, a request to be made, a rule that is broken. Its
    matter is there in any case (`emergency_draft`).
    """
    matter, draft, done = emergency_draft(desk, threat)
    with desk.store.read() as reader:
        before = any(reader.linked(matter, "dispatch_order.matter"))
        names = {identity: unit.name for identity, unit in units(reader).items()}
    chosen = tuple(str(one) for one in draft.get("departments") or ())
    if before or not chosen or draft["way"] == REQUEST:
        return Emergency(matter, draft, done.changes)
    try:
        given = issue_order(desk, matter, {**draft, "text": draft.get("text") or draft["subject"]})
    except (RuleBroken, Refused):
        return Emergency(matter, draft, done.changes)
    departments = tuple(names.get(one, one) for one in chosen)
    return Emergency(matter, draft, done.changes | given.changes, given.number, departments, given.dated)


def open_threats(desk: Desk) -> tuple[Standing, ...]:
    """Return the calls for help of this station that nobody has ended, the earliest first."""
    with desk.store.read() as reader:
        return tuple(_standing(reader, desk, threat) for threat in _open(reader, desk))


def _open(reader: Reader, desk: Desk) -> list[Threat]:
    since = desk.now() - FORGOTTEN
    found = threats_of(threat_events(reader))
    return [t for t in found if t.ended is None and t.unit == desk.session.unit and t.raised_at >= since]


def _standing(reader: Reader, desk: Desk, threat: Threat) -> Standing:
    states = {notice.state for notice in notices_of(reader, threat.id)}
    read, own = NoticeState.READ in states, threat.store == desk.store.id
    failed = bool(states & {NoticeState.FAILED, NoticeState.UNREAD}) and not read
    heard = not own or is_heard(reader, threat.id)
    return Standing(threat, own, heard, read, failed, (*_numbers(reader, desk), *_colleagues(reader, desk)))


def _colleagues(reader: Reader, desk: Desk) -> list[Number]:
    """Return who works here and has a telephone, the lead first, then the counsellor; not who is at the desk."""
    here = [
        member
        for member in staff(reader).values()
        if member.unit == desk.session.unit and member.left_on is None and member.telephone
    ]
    here.sort(key=lambda member: (called_order(member.held), member.name))
    return [
        Number(m.name, m.telephone, colleague=True, counsellor=Role.COUNSELLOR in m.held)
        for m in here
        if m.staff != desk.session.staff
    ]


def _find(reader: Reader, desk: Desk, threat: str) -> Threat:
    for found in threats_of(e for e in threat_events(reader) if e.threat == threat):
        if found.ended is None and found.unit == desk.session.unit:
            return found
    raise Refused("threats.ended")


def _add(
    work: Work, desk: Desk, threat: str, step: ThreatStep, *, text: str = "", matter: str = "", own: str = ""
) -> Done:
    made = desk.made()
    event = ThreatEvent(
        id=own or new_id("threat_event"),
        made=made,
        threat=threat,
        step=step,
        happened_at=made.at,
        name=desk.session.name,
        matter=matter,
        text=text,
    )
    work.add(event)
    return Done(event.id, changes=work.changes)
