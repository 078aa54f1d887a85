"""Log a visit, close a consultation on the spot, amend a visit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from desktop.actions.attachments import take_files
from desktop.actions.blank_forms import blank_meant
from desktop.actions.cards import card, keep_person, told_about_person
from desktop.actions.confirming import must_stand
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.persons import person_values
from desktop.actions.reading import Answers
from desktop.actions.takers import Taker, stand_instead, take_part, taking_part
from desktop.actions.units import short_name
from desktop.actions.visit_history import standing_visit
from desktop.changes import Changes
from desktop.forms.form import Draft
from desktop.forms.visits import CONSULTATION_FORM, VISIT_FORM
from desktop.store.drafts import discard_draft
from desktop.store.store import Work
from sync.records.errors import RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter
from sync.records.papers import Series
from sync.records.participations import PartyRole
from sync.records.persons import Person
from sync.records.record import with_values
from sync.records.requirements import check_visit
from sync.records.times import BEIJING
from sync.records.visits import IN_PERSON, REPORTED, Category, Channel, Purpose, Visit

_FIRST = frozenset({PartyRole.VISITOR, PartyRole.REPORTER})


@dataclass(frozen=True, slots=True)
class _Somebody:
    """One who came: what was told, the card that is known, and the parts played."""

    told: dict[str, Any]
    known: str | None
    roles: tuple[PartyRole, ...]
    hidden: bool = False

    @property
    def name(self) -> str:
        """What the person is called, as far as it was told."""
        return str(self.told.get("name", ""))


def log_visit(desk: Desk, draft: Draft) -> Done:
    """Log one contact from VISIT_FORM's draft in one transaction: cards, participations, the visit and its number.

    The draft's ``_id`` is the visit's id: the same draft handed in twice returns the same Done and adds nothing.
    """
    desk.must_may("visit")
    answers = Answers.of(VISIT_FORM, draft)
    visit = _read_visit(desk, draft, answers)
    return _log(desk, draft, visit, _read_people(answers, visit))


def close_consultation(desk: Desk, draft: Draft) -> Done:
    """Log CONSULTATION_FORM's draft: asked and answered on the spot."""
    desk.must_may("visit")
    answers = Answers.of(CONSULTATION_FORM, draft)
    now = desk.now()
    visit = Visit(
        id=str(draft.get("_id") or new_id("visit")),
        made=desk.made(),
        channel=answers.choice("channel", Channel, Channel.WALK_IN),
        purpose=Purpose.CONSULTATION,
        happened_at=now,
        text=answers.text("text"),
        answered=True,
        answer=answers.text("answer"),
    )
    name = answers.name("name")
    # A name alone is no reason to take two people for one, so no earlier card is looked for.
    return _log(desk, draft, visit, [_Somebody({"name": name} if name else {}, None, (PartyRole.VISITOR,))])


def _read_visit(desk: Desk, draft: Draft, answers: Answers) -> Visit:
    made = desk.made()
    return Visit(
        id=str(draft.get("_id") or new_id("visit")),
        made=made,
        channel=answers.choice("channel", Channel, Channel.WALK_IN),
        purpose=answers.choice("purpose", Purpose, Purpose.FIRST),
        happened_at=answers.moment_or("happened_at", made.at),
        text=answers.text("text"),
        category=answers.choice("category", Category, Category.OTHER),
        category_word=answers.line("category_word"),
        headcount=answers.whole("headcount", 1),
        place=answers.line("place"),
        matter=answers.record("matter", "matter"),
        answered=answers.yes("answered"),
        answer=answers.text("answer"),
        late_reason=answers.line("late_reason"),
        remark=answers.text("remark"),
    )


def _read_people(answers: Answers, visit: Visit) -> list[_Somebody]:
    """The visitor (or the one who reported) first, then the companions of the roster."""
    hidden = visit.channel in REPORTED or answers.yes("hidden")
    roles: tuple[PartyRole, ...] = (PartyRole.REPORTER if hidden else PartyRole.VISITOR,)
    if answers.yes("representative"):
        roles = (*roles, PartyRole.REPRESENTATIVE)
    people = [_Somebody(told_about_person(answers), answers.record("person", "person"), roles, hidden)]
    for row in answers.rows("roster"):
        role = PartyRole.REPRESENTATIVE if row.yes("representative") else PartyRole.COMPANION
        people.append(_Somebody(told_about_person(row), row.record("person", "person"), (role,)))
    if visit.channel in IN_PERSON and len(people) > max(visit.headcount, 1):
        raise RuleBroken("actions.roster_longer", field="headcount", named=len(people), headcount=visit.headcount)
    return people


def _log(desk: Desk, draft: Draft, visit: Visit, people: list[_Somebody]) -> Done:
    _check(visit, people)
    must_stand(draft)
    with desk.store.write() as work:
        if not work.unheard(visit.id) and (done := already_there(work, visit.id)):
            return done
        # Everything is looked up before anything is added: then all rows are written at once, at the end.
        discard_draft(work, visit.id)
        if visit.matter is not None:
            card(work, visit.matter, Matter)
        blank = blank_meant(work, Series.VISIT, str(draft.get("paper_number") or ""))
        number = blank.number if blank is not None else _number(desk, work, visit)
        takers = _takers(work, visit, people)
        # it was looked for
        work.add_absent(with_values(visit, number=number, blank=blank.id if blank is not None else None))
        take_files(desk, work, draft, visit.id)
        take_part(work, visit.made, visit.id, takers)
    return Done(visit.id, number, work.changes)


def _check(visit: Visit, people: list[_Somebody]) -> None:
    check_visit(visit, people[0])


def _number(desk: Desk, work: Work, visit: Visit) -> str:
    year = visit.made.at.astimezone(BEIJING).year
    return work.allocate(Series.VISIT, desk.session.unit, short_name(work, desk.session), year)


def number_visit(desk: Desk, visit_id: str) -> Changes:
    """Give a number to a visit that has none, as those from a ledger do, before its sheet says one; once only."""
    with desk.store.read() as reader:
        if standing_visit(reader, visit_id).stands.number:
            return Changes()
    desk.must_may("visit")
    with desk.store.write() as work:
        before = standing_visit(work, visit_id).stands
        if not before.number:
            fresh = replace(before, id=new_id("visit"), made=desk.made(), amends=before.id, amend_reason="")
            work.add(replace(fresh, number=_number(desk, work, fresh)))
    return work.changes


def _takers(work: Work, visit: Visit, people: list[_Somebody]) -> list[Taker]:
    takers = []
    for somebody in people:
        party = keep_person(work, visit.made, somebody.told, somebody.known)
        if party is not None:
            takers += [Taker(party, role, hidden=somebody.hidden) for role in somebody.roles]
    return takers


def visit_draft(desk: Desk, visit_id: str) -> Draft:
    """Return VISIT_FORM's draft of a logged visit, to be amended."""
    with desk.store.read() as reader:
        visit = standing_visit(reader, visit_id)
        taking = taking_part(reader, visit.root)
        people = {p.party: card(reader, p.party, Person) for p in taking}
    draft: Draft = {**VISIT_FORM.blank(), **_visit_values(visit.stands)}
    roster = []
    for part in taking:
        person = people[part.party]
        if part.role in _FIRST:
            draft |= person_values(person)
            draft["hidden"] = part.hidden and visit.stands.channel not in REPORTED
        elif part.party == draft.get("person"):
            draft["representative"] = True
        else:
            values = person_values(person)
            row = {name: values[name] for name in ("person", "name", "document", "phone")}
            roster.append({**row, "representative": part.role is PartyRole.REPRESENTATIVE})
    return {**draft, "roster": roster, "_id": new_id("visit")}


def _visit_values(visit: Visit) -> dict[str, Any]:
    lines = ("number", "text", "category_word", "headcount", "place", "matter", "answered", "answer", "late_reason")
    values = {name: getattr(visit, name) for name in (*lines, "remark")}
    values |= {name: getattr(visit, name).value for name in ("channel", "purpose", "category")}
    del values["number"]
    return {**values, "happened_at": visit.happened_at.isoformat()}


def amend_visit(desk: Desk, visit_id: str, draft: Draft) -> Done:
    """Correct a visit by a new fact that names the old one; ``draft["amend_reason"]`` says why.

    ``Done.id`` is the visit's first id, by which everything names it. Who no longer stands on the form is withdrawn.
    """
    desk.must_may("visit")
    answers = Answers.of(VISIT_FORM, draft)
    reason = str(draft.get("amend_reason") or "").strip()
    if not reason:
        raise RuleBroken("records.amend_reason_missing", field="amend_reason")
    read = _read_visit(desk, draft, answers)
    people = _read_people(answers, read)
    with desk.store.write() as work:
        before = standing_visit(work, visit_id)
        if work.sealed(read.id) is not None:
            return Done(before.root, before.stands.number)
        kept = {name: getattr(before.stands, name) for name in ("number", "import_key", "like", "blank")}
        matter = read.matter or before.stands.matter
        visit = replace(read, **kept, matter=matter, amends=before.stands.id, amend_reason=reason)
        _check(visit, people)
        work.add(visit)
        take_files(desk, work, draft, before.root)
        stand_instead(work, visit.made, before.root, _takers(work, visit, people))
        discard_draft(work, visit.id)
    return Done(before.root, visit.number, work.changes)
