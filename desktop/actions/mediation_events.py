"""What happens in a mediation, noted as facts: a contact, a session, an inspection, a suspension and its end."""

from __future__ import annotations

import re

from desktop.actions.attachments import take_files
from desktop.actions.cards import card
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.reading import Answers
from desktop.forms.form import Draft
from desktop.forms.mediation_events import MEDIATION_EVENT_FORM, NAMES
from desktop.forms.questions import fresh
from desktop.store.links import mediation_events_of
from desktop.store.names import names_by_side
from desktop.store.store import Work
from sync.records.case_requirements import check_mediation_event
from sync.records.errors import RuleBroken
from sync.records.folds import open_suspensions
from sync.records.kinds import new_id
from sync.records.mediation_events import ContactManner, MediationEvent, MediationEventKind, SuspensionReason
from sync.records.mediations import Mediation

_BETWEEN_NAMES = re.compile(r"[、，,；;\n]+")


def event_draft(desk: Desk, mediation_id: str) -> Draft:
    """Open MEDIATION_EVENT_FORM: now, at the mediation's place; where it rests, with its going on."""
    with desk.store.read() as reader:
        mediation: Mediation = card(reader, mediation_id, Mediation)
        sides = names_by_side(reader, mediation_id)
        resting = bool(open_suspensions(mediation_events_of(reader, mediation_id)))
    names = {str(side): "、".join(found) for side, found in sides.items()}
    names["0"] = "、".join(name for found in sides.values() for name in found)
    given: Draft = {NAMES: names, "place": mediation.place}
    given["happened_at"] = desk.now().replace(second=0, microsecond=0).isoformat()
    if resting:
        given["kind"] = MediationEventKind.RESUMED.value
    return fresh(MEDIATION_EVENT_FORM, "mediation_event", given)


def note_event(desk: Desk, mediation_id: str, draft: Draft) -> Done:
    """Record MEDIATION_EVENT_FORM's event. What lies ahead is no event yet; a mediation rests once at a time."""
    desk.must_may("mediation_event")
    answers = Answers.of(MEDIATION_EVENT_FORM, draft)
    with desk.store.write() as work:
        if done := already_there(work, str(draft.get("_id", ""))):
            return done
        card(work, mediation_id, Mediation)
        event = _read(desk, work, answers, draft, mediation_id)
        check_mediation_event(event)
        for name in ("happened_at", "ended_at"):
            moment = getattr(event, name)
            if moment is not None and moment > event.made.at:
                raise RuleBroken("actions.in_the_future", field=name)
        if event.side and event.side not in names_by_side(work, mediation_id):
            raise RuleBroken("actions.no_such_side", field="side")
        work.add(event)
        take_files(desk, work, draft, event.id)
        handed_in(work, desk, MEDIATION_EVENT_FORM, draft)
    return Done(event.id, changes=work.changes)


def _read(desk: Desk, work: Work, answers: Answers, draft: Draft, mediation_id: str) -> MediationEvent:
    made = desk.made()
    kind = answers.choice("kind", MediationEventKind, MediationEventKind.CONTACT)
    resting = open_suspensions(mediation_events_of(work, mediation_id))
    if kind is MediationEventKind.SUSPENDED and resting:
        raise RuleBroken("actions.suspended_already", field="kind")
    happened_at = answers.moment_or("happened_at", made.at)
    if kind is MediationEventKind.RESUMED and any(s.happened_at > happened_at for s in resting):
        raise RuleBroken("actions.resumed_before_suspended", field="happened_at")
    names = (name.strip() for name in _BETWEEN_NAMES.split(answers.line("present")))
    return MediationEvent(
        id=str(draft.get("_id") or new_id("mediation_event")),
        made=made,
        mediation=mediation_id,
        kind=kind,
        happened_at=happened_at,
        ended_at=answers.moment("ended_at"),
        side=int(answers.word("side") or 0),
        manner=answers.choice_or_none("manner", ContactManner),
        reached=answers.perhaps("reached"),
        place=answers.line("place"),
        present=tuple(name for name in names if name),
        text=answers.text("text"),
        reason=answers.choice_or_none("reason", SuspensionReason),
        until=answers.day("until"),
        resumes=tuple(s.id for s in resting) if kind is MediationEventKind.RESUMED else (),
    )
