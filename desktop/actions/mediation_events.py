"""What happens in a mediation, noted as facts: a contact, a session, an inspection, a suspension and its end, a period.

An event that was noted wrongly is corrected by a new fact in its place; what stood there stays, struck, and what was
one side's confidence stays that side's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.actions.attachments import take_files
from desktop.actions.cards import card
from desktop.actions.consents import must_not_be_refused
from desktop.actions.deadlines import periods
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.reading import Answers
from desktop.forms.form import Draft
from desktop.forms.mediation_events import ENDS, HELD, MEDIATION_EVENT_FORM, NAMES
from desktop.forms.questions import fresh
from desktop.store.amending import amended
from desktop.store.links import agreements_of, mediation_events_of, signatures_of, steps_of
from desktop.store.names import names_by_side
from desktop.store.store import Reader, Work
from sync.records.case_requirements import check_mediation_event
from sync.records.court_confirmation import OF_COURT, court_course
from sync.records.deadlines import Deadline
from sync.records.errors import Refused, RuleBroken
from sync.records.folds import effective_on, open_suspensions
from sync.records.kinds import new_id
from sync.records.matters import Matter
from sync.records.mediation_events import (
    OF_A_PARTY,
    ContactManner,
    MediationEvent,
    MediationEventKind,
    SuspensionReason,
    confidential_to,
)
from sync.records.mediation_periods import MEDICAL, mediation_period
from sync.records.mediations import Mediation
from sync.records.seen import standing, versions
from sync.records.times import BEIJING

_BETWEEN_NAMES = re.compile(r"[、，,；;\n]+")


@dataclass(frozen=True, slots=True)
class _Corrected:
    """The event that is corrected, with all versions that its place had; and the events of the other places."""

    before: MediationEvent | None
    line: tuple[MediationEvent, ...]
    others: tuple[MediationEvent, ...]

    @property
    def held(self) -> set[int]:
        """The sides whose confidence any version was."""
        return {side for e in self.line if (side := confidential_to(e))}


def event_draft(desk: Desk, mediation_id: str, kind: MediationEventKind | None = None) -> Draft:
    """Open MEDIATION_EVENT_FORM: now, at the mediation's place; of ``kind``, or where it rests, with its going on."""
    with desk.store.read() as reader:
        mediation: Mediation = card(reader, mediation_id, Mediation)
        given: Draft = {NAMES: _names(reader, mediation_id), "place": mediation.place}
        resting = bool(open_suspensions(mediation_events_of(reader, mediation_id)))
        given[ENDS] = _ends(reader, desk, mediation, mediation_events_of(reader, mediation_id)).last_day.isoformat()
    given["happened_at"] = desk.now().replace(second=0, microsecond=0).isoformat()
    if kind is None and resting:
        kind = MediationEventKind.RESUMED
    if kind in (MediationEventKind.JOINT, MediationEventKind.INSPECTION):
        given["present"] = given[NAMES]["0"]
    if kind is MediationEventKind.PERIOD_AGREED:
        given["agreed_by"] = given[NAMES]["0"]
    if kind is not None:
        given["kind"] = kind.value
    return fresh(MEDIATION_EVENT_FORM, "mediation_event", given)


def _names(reader: Reader, mediation_id: str) -> dict[str, str]:
    sides = names_by_side(reader, mediation_id)
    names = {str(side): "、".join(found) for side, found in sides.items()}
    return {**names, "0": "、".join(name for found in sides.values() for name in found)}


def correction_draft(desk: Desk, mediation_id: str, event_id: str = "") -> Draft:
    """Open MEDIATION_EVENT_FORM with what stands of ``event_id``, or of the event that was noted last."""
    with desk.store.read() as reader:
        known = [e for e in mediation_events_of(reader, mediation_id) if e.kind not in OF_A_PARTY]
        if not known:
            raise Refused("actions.no_event_yet")
        found = _corrected(known, event_id or max(known, key=lambda e: (e.made.at, e.id)).id)
        names = _names(reader, mediation_id)
        ends = _ends(reader, desk, card(reader, mediation_id, Mediation), found.others)
    event = found.before
    assert event is not None  # noqa: S101 the line of an event that is here has a head
    draft: Draft = {name: getattr(event, name) for name in ("place", "text", "undisputed", "undisputed_agreed")}
    draft |= {"kind": event.kind.value, "side": str(event.side or "") or None, "present": "、".join(event.present)}
    for name in ("manner", "reason"):
        draft[name] = getattr(event, name) and getattr(event, name).value
    if event.kind is MediationEventKind.COURT_FILED:
        draft["court"] = event.place
    for name in ("happened_at", "ended_at", "until"):
        draft[name] = getattr(event, name) and getattr(event, name).isoformat()
    draft["reached"] = None if event.reached is None else ("yes" if event.reached else "no")
    held = ",".join(str(side) for side in sorted(found.held))
    if event.kind is MediationEventKind.PERIOD_AGREED:
        agreed = {"agreed_until": "until", "agreed_by": "present", "agreed_why": "text"}
        draft |= {name: draft.pop(said) for name, said in agreed.items()}
    given = {**draft, ENDS: ends.last_day.isoformat(), NAMES: names, HELD: held, "amends": event.id}
    return fresh(MEDIATION_EVENT_FORM, "mediation_event", given)


def note_event(desk: Desk, mediation_id: str, draft: Draft) -> Done:
    """Record MEDIATION_EVENT_FORM's event, or the correction of one. What lies ahead is no event yet; a mediation
    rests once at a time."""
    desk.must_may("mediation_event")
    answers = Answers.of(MEDIATION_EVENT_FORM, draft)
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id", ""))):
            return done
        card(work, mediation_id, Mediation)
        known = mediation_events_of(work, mediation_id)
        corrected = _corrected(known, answers.record("amends", "mediation_event") or "")
        event = _read(work, desk, answers, draft, mediation_id, corrected)
        _check(work, event, answers, corrected)
        _check_period(work, desk, event, corrected)
        work.add(event)
        take_files(desk, work, draft, event.id)
        handed_in(work, desk, MEDIATION_EVENT_FORM, draft)
    return Done(event.id, changes=work.changes)


def _corrected(known: list[MediationEvent], event_id: str) -> _Corrected:
    """Return what a correction of ``event_id`` replaces; Refused where somebody corrected that already."""
    if not event_id:
        return _Corrected(None, (), tuple(known))
    line = next((line for line in versions(known).values() if any(e.id == event_id for e in line)), ())
    before = next((e for e in line if e.id == event_id), None)
    if before is None:
        raise Refused("store.no_such_record", id=event_id)
    if any(e.amends == event_id for e in line):
        raise Refused("actions.event_corrected_already")
    own = {e.id for e in line}
    return _Corrected(before, line, tuple(e for e in known if e.id not in own))


def _check(work: Work, event: MediationEvent, answers: Answers, corrected: _Corrected) -> None:
    check_mediation_event(event)
    for name in ("happened_at", "ended_at"):
        moment = getattr(event, name)
        if moment is not None and moment > event.made.at:
            raise RuleBroken("actions.in_the_future", field=name)
    if event.side and event.side not in names_by_side(work, event.mediation):
        raise RuleBroken("actions.no_such_side", field="side")
    if event.kind is MediationEventKind.JOINT:
        must_not_be_refused(work, event.mediation, until=event.happened_at)
    if corrected.held - {confidential_to(event)} and not answers.yes("opened"):
        raise RuleBroken("actions.confidence_opened", field="opened")
    if event.kind in OF_COURT:
        _check_court(event, corrected)
    if event.kind is MediationEventKind.SUSPENDED:
        line = {e.id for e in corrected.line}
        ends = [e for e in corrected.others if line & set(e.resumes)]
        if any(e.happened_at < event.happened_at for e in ends):
            raise RuleBroken("actions.resumed_before_suspended", field="happened_at")


def _check_court(event: MediationEvent, corrected: _Corrected) -> None:
    """What a court does follows a filing, and nothing follows its ruling but another filing."""
    course = court_course(corrected.others, event.agreement)
    if event.kind is MediationEventKind.COURT_FILED or corrected.before is not None:
        return
    if course.waits is None:
        raise RuleBroken("records.event_not_filed", field="kind")
    if event.kind is MediationEventKind.COURT_EXTENDED and course.accepted is None:
        raise RuleBroken("actions.court_not_accepted", field="kind")
    last = course.accepted or course.filed
    if last is not None and event.happened_at.astimezone(BEIJING).date() < last:
        raise RuleBroken("actions.before_filing", field="happened_at")


def _check_period(work: Work, desk: Desk, event: MediationEvent, corrected: _Corrected) -> None:
    """All sides agree on a period; that of a medical dispute they prolong, and only while it runs (38)."""
    if event.kind is not MediationEventKind.PERIOD_AGREED or event.until is None:
        return
    must_not_be_refused(work, event.mediation, until=event.happened_at)
    said = "".join(event.present)
    for names in names_by_side(work, event.mediation).values():
        if not any(name in said for name in names):
            raise RuleBroken("actions.side_did_not_agree", field="agreed_by", names="、".join(names))
    mediation: Mediation = card(work, event.mediation, Mediation)
    ends = _ends(work, desk, mediation, corrected.others)
    if ends.rule.name != MEDICAL:
        return
    if event.happened_at > ends.due:
        raise RuleBroken("actions.period_over", field="happened_at", due=ends.last_day.isoformat())
    if event.until <= ends.last_day:
        raise RuleBroken("actions.period_not_longer", field="agreed_until", due=ends.last_day.isoformat())


def _ends(reader: Reader, desk: Desk, mediation: Mediation, events: Sequence[MediationEvent]) -> Deadline:
    matter = card(reader, mediation.matter, Matter)
    period = mediation_period(mediation, matter, events, steps_of(reader, matter.id))
    counted = periods(reader, desk.now())
    return counted.due_by(period.kind, period.start, period.rests, period.extensions, now=desk.now())


def _read(
    reader: Reader, desk: Desk, answers: Answers, draft: Draft, mediation_id: str, corrected: _Corrected
) -> MediationEvent:
    made = desk.made()
    kind = answers.choice("kind", MediationEventKind, MediationEventKind.CONTACT)
    happened_at = answers.moment_or("happened_at", made.at)
    agreed = kind is MediationEventKind.PERIOD_AGREED
    names = (name.strip() for name in _BETWEEN_NAMES.split(answers.line("agreed_by" if agreed else "present")))
    return MediationEvent(
        id=str(draft.get("_id") or new_id("mediation_event")),
        made=made,
        amends=corrected.before.id if corrected.before else None,
        amend_reason=answers.line("amend_reason"),
        mediation=mediation_id,
        kind=kind,
        happened_at=happened_at,
        ended_at=answers.moment("ended_at"),
        side=int(answers.word("side") or 0),
        manner=answers.choice_or_none("manner", ContactManner),
        reached=answers.perhaps("reached"),
        place=answers.line("court" if kind is MediationEventKind.COURT_FILED else "place"),
        agreement=_agreement_of(reader, mediation_id, kind, corrected) if kind in OF_COURT else "",
        present=tuple(name for name in names if name),
        text=answers.text("agreed_why" if agreed else "text"),
        reason=answers.choice_or_none("reason", SuspensionReason),
        until=answers.day("agreed_until" if agreed else "until"),
        resumes=_resumed(kind, happened_at, corrected),
        undisputed=answers.text("undisputed"),
        undisputed_agreed=answers.yes("undisputed_agreed"),
    )


def _agreement_of(reader: Reader, mediation_id: str, kind: MediationEventKind, corrected: _Corrected) -> str:
    """Return the agreement that the court is asked about: of a filing the last one in effect that none is before the
    court for, of what follows the one that was filed last; "" for none. A correction keeps to its own.
    """
    if corrected.before is not None and corrected.before.kind in OF_COURT:
        return corrected.before.agreement
    filed = [e for e in standing(list(corrected.others))[0].values() if e.kind is MediationEventKind.COURT_FILED]
    if kind is not MediationEventKind.COURT_FILED:
        return max(filed, key=lambda e: (e.happened_at, e.id)).agreement if filed else ""
    papers = agreements_of(reader, mediation_id)
    gone = amended(reader, [paper.id for paper in papers])
    stands = [p for p in papers if p.id not in gone and effective_on(p, signatures_of(reader, p.id))]
    free = [paper for paper in stands if court_course(corrected.others, paper.id).waits is None]
    return max(free, key=lambda paper: (paper.drawn_on, paper.id)).id if free else ""


def _resumed(kind: MediationEventKind, happened_at: datetime, corrected: _Corrected) -> tuple[str, ...]:
    """Return the suspensions that a resumption ends; a corrected one ends those that it ended before."""
    before, resting = corrected.before, open_suspensions(corrected.others)
    was = before.kind if before else None
    if kind is MediationEventKind.SUSPENDED and resting and was is not kind:
        raise RuleBroken("actions.suspended_already", field="kind")
    if kind is not MediationEventKind.RESUMED:
        return ()
    named = before.resumes if before and was is kind else tuple(s.id for s in resting)
    if any(e.id in named and e.happened_at > happened_at for e in corrected.others):
        raise RuleBroken("actions.resumed_before_suspended", field="happened_at")
    return named
