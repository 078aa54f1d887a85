"""Mediations: open one on a matter, keep its working card, follow up."""

from __future__ import annotations

import dataclasses
from typing import Any

from desktop.actions.attachments import take_files
from desktop.actions.cards import card, revise_card
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.parties import keep_parties, party_rows
from desktop.actions.reading import Answers
from desktop.actions.takers import Taker, participation, stand_instead, take_part, taking_part
from desktop.actions.units import committee_name
from desktop.forms.form import Draft
from desktop.forms.mediations import FOLLOW_UP_FORM, MEDIATION_FORM
from desktop.forms.questions import fresh
from desktop.store.store import Reader
from desktop.store.units import staff
from sync.records.case_requirements import check_follow_up, check_mediation
from sync.records.consent import REFUSED
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter, Nature
from sync.records.mediations import Agreement, FollowUp, Host, Mediation, MediationOrigin, Outcome
from sync.records.participations import AGENTS, PartyRole
from sync.records.record import Made
from sync.records.requirements import check_sides
from sync.records.units import Role


def mediation_draft_from(desk: Desk, matter_id: str) -> Draft:
    """Open MEDIATION_FORM with the matter's parties, this unit's committee and this mediator."""
    with desk.store.read() as reader:
        matter: Matter = card(reader, matter_id, Matter)
        rows = [r for r in party_rows(reader, matter_id) if r["role"] != PartyRole.REPORTER]
        committee = committee_name(reader, desk.session)
    given = {
        "committee": committee,
        "mediators": [desk.session.staff] if desk.session.may(Role.MEDIATOR) else [],
        "recorder": desk.session.name,
        "place": desk.session.unit_name,
        "started_at": desk.now().replace(second=0, microsecond=0).isoformat(),
        "facts": matter.text,
        "parties": rows,
    }
    return fresh(MEDIATION_FORM, "mediation", given)


def open_mediation(desk: Desk, matter_id: str, draft: Draft) -> Done:
    """Open a mediation with its parties from MEDIATION_FORM's draft.

    No fee is ever asked for (人民调解法 4), and no mediation begins where one side clearly refuses (17).
    """
    desk.must_may("mediation")
    answers = Answers.of(MEDIATION_FORM, draft)
    made = desk.made()
    mediation_id = str(draft.get("_id") or new_id("mediation"))
    with desk.store.write() as work:
        if done := already_there(work, mediation_id):
            return done
        matter: Matter = card(work, matter_id, Matter)
        if matter.nature is Nature.ACCUSATION:
            raise Refused("actions.no_mediation_of_accusation")
        fields = _fields(work, answers, desk)
        mediation = Mediation(id=mediation_id, made=made, matter=matter_id, unit=desk.session.unit, **fields)
        _check(mediation)
        work.add(mediation)
        take_part(work, made, mediation_id, _takers_checked(keep_parties(work, made, answers), made))
        take_files(desk, work, draft, mediation_id)
        handed_in(work, desk, MEDIATION_FORM, draft)
    return Done(mediation_id, changes=work.changes)


def _check(mediation: Mediation) -> None:
    check_mediation(mediation)
    if mediation.consent == REFUSED and mediation.outcome is not Outcome.ENDED:
        raise RuleBroken("actions.mediation_refused", field="consent")
    if mediation.rights_told_at and mediation.rights_told_at > mediation.made.at:
        raise RuleBroken("actions.in_the_future", field="rights_told_at")


def _takers_checked(takers: list[Taker], made: Made) -> list[Taker]:
    """Two sides or more are there, and agents act for a party of the same mediation."""
    parties = {t.party for t in takers if t.role not in AGENTS}
    if any(t.principal not in parties for t in takers if t.role in AGENTS):
        raise RuleBroken("actions.no_such_principal", field="parties")
    check_sides(participation(taker, "", made) for taker in takers)
    return takers


def _fields(reader: Reader, answers: Answers, desk: Desk) -> dict[str, Any]:
    return {
        "host": answers.choice("host", Host, Host.PEOPLE),
        "committee": answers.line("committee"),
        "mediators": _mediators(reader, answers),
        "recorder": answers.line("recorder"),
        "place": answers.line("place"),
        "started_at": answers.moment_or("started_at", desk.now()),
        "rights_told_at": answers.moment("rights_told_at"),
        "consent": answers.word("consent"),
        "interests": answers.word("interests"),
        "facts": answers.text("facts"),
        "disputed": answers.text("disputed"),
        "record": answers.text("record"),
        "outcome": answers.choice("outcome", Outcome, Outcome.OPEN),
        "ended_reason": answers.line("ended_reason"),
        "origin": answers.choice_or_none("origin", MediationOrigin),
        "crime_persons": answers.whole("crime_persons") or None,
        "petition_persons": answers.whole("petition_persons") or None,
    }


def _mediators(reader: Reader, answers: Answers) -> tuple[str, ...]:
    """Identities of staff; a name stands for the one colleague who has it."""
    known = staff(reader)
    by_name = {s.name: s.staff for s in known.values() if s.left_on is None}
    chosen = tuple(m if m in known else by_name.get(m, "") for m in answers.listed("mediators"))
    if "" in chosen:
        raise RuleBroken("actions.no_such_mediator", field="mediators")
    return chosen


def mediation_draft(desk: Desk, mediation_id: str) -> tuple[Draft, tuple[str, ...]]:
    """Return MEDIATION_FORM's draft of a mediation and the heads that an edit of it has seen."""
    with desk.store.read() as reader:
        mediation: Mediation = card(reader, mediation_id, Mediation)
        heads = reader.folded(mediation_id).heads
        rows = party_rows(reader, mediation_id)
        shown = [p.id for p in taking_part(reader, mediation_id)]
    lines = ("committee", "recorder", "place", "consent", "interests", "facts", "disputed", "record", "ended_reason")
    draft: Draft = {name: getattr(mediation, name) for name in lines}
    draft |= {"host": mediation.host.value, "mediators": list(mediation.mediators)}
    draft["outcome"] = mediation.outcome.value
    draft |= {"origin": mediation.origin.value if mediation.origin else None}
    draft |= {name: getattr(mediation, name) for name in ("crime_persons", "petition_persons")}
    for name in ("started_at", "rights_told_at"):
        moment = getattr(mediation, name)
        draft[name] = moment.isoformat() if moment else None
    return {**draft, "parties": rows, "_parties": shown}, heads


def edit_mediation(desk: Desk, mediation_id: str, draft: Draft, seen: tuple[str, ...]) -> Done:
    """Revise the fields that differ from what stands; parties that are gone from the rows are withdrawn.

    What was agreed stays agreed: an outcome changes only by concluding.
    """
    desk.must_may("mediation")
    answers = Answers.of(MEDIATION_FORM, draft)
    made = desk.made()
    with desk.store.write() as work:
        before: Mediation = card(work, mediation_id, Mediation)
        fields = _fields(work, answers, desk)
        if before.outcome in (Outcome.AGREED, Outcome.AGREED_IN_PART):
            fields["outcome"] = before.outcome
        _check(dataclasses.replace(before, made=made, **fields))
        revise_card(work, made, mediation_id, fields, seen)
        stand_instead(
            work, made, mediation_id, _takers_checked(keep_parties(work, made, answers), made), draft.get("_parties")
        )
        take_files(desk, work, draft, mediation_id)
        handed_in(work, desk, MEDIATION_FORM, draft, mediation_id)
    return Done(mediation_id, changes=work.changes)


def follow_up(desk: Desk, subject_id: str, draft: Draft) -> Done:
    """Record FOLLOW_UP_FORM's return visit on an agreement or a matter (人民调解法 31: performance is supervised)."""
    desk.must_may("follow_up")
    answers = Answers.of(FOLLOW_UP_FORM, draft)
    made = desk.made()
    visit = FollowUp(
        id=str(draft.get("_id") or new_id("follow_up")),
        made=made,
        subject=subject_id,
        happened_at=answers.moment_or("happened_at", made.at),
        manner=answers.word("manner"),
        performed=answers.word("performed"),
        satisfied=answers.perhaps("satisfied"),
        text=answers.text("text"),
    )
    check_follow_up(visit)
    if visit.happened_at > made.at:
        raise RuleBroken("actions.in_the_future", field="happened_at")
    with desk.store.write() as work:
        if done := already_there(work, visit.id):
            return done
        if not isinstance(work.get(subject_id), (Agreement, Matter)):
            raise Refused("store.no_such_record", id=subject_id)
        work.add(visit)
        handed_in(work, desk, FOLLOW_UP_FORM, draft)
    return Done(visit.id, changes=work.changes)
