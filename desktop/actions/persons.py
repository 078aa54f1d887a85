"""Persons: save a card, recognise somebody who was here before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop.actions.cards import (
    card,
    defaults,
    known_person,
    revise_card,
    seen_fields,
    told_about_person,
    with_derived,
)
from desktop.actions.desk import Desk, Done, already_there
from desktop.actions.drafts import handed_in
from desktop.actions.reading import Answers
from desktop.actions.visit_history import current_visits
from desktop.forms.form import Draft
from desktop.forms.persons import PERSON_FORM
from desktop.store.alike import alike_among
from desktop.store.links import subjects_of_party
from desktop.store.matters import matter_rows
from desktop.store.persons import match_persons
from desktop.store.rows import MatterRow, PersonRow
from desktop.store.store import Reader
from sync.records.documents import normal_number
from sync.records.errors import RuleBroken
from sync.records.ids import prefix_of
from sync.records.kinds import KINDS, new_id
from sync.records.names import normal_name
from sync.records.persons import Document, Person
from sync.records.telephones import normal_phone

SHORTEST_NAME = 2
"""From how many characters of a name recognition begins: one surname would match half the town."""

_FIELDS = (
    "name", "document", "sex", "born_on", "ethnic_group", "nationality", "phones", "address", "occupation", "employer",
    "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody who was here before: the row, the form's values to fill in, and the matters of that person.

    ``alike``: another one of those found may be the same person, which somebody should judge.
    """

    person: PersonRow
    values: Draft
    matters: tuple[MatterRow, ...]
    alike: bool = False


def recognise(desk: Desk, *, number: str = "", phone: str = "", name: str = "", limit: int = 8) -> list[Recognised]:
    """Return likely matches by document number, telephone or name (two characters or more), best first."""
    number = normal_number(number)
    phone, name = _typed(normal_phone, phone), _typed(normal_name, name)
    if len(name) < SHORTEST_NAME:
        name = ""
    if not (number or phone or name):
        return []
    with desk.store.read() as reader:
        rows = match_persons(reader, number=number, phone=phone, name=name, limit=limit)
        people = {row.id: card(reader, row.id, Person) for row in rows}
        alike = alike_among(reader, people)
        return [
            Recognised(row, person_values(people[row.id]), matters_of(reader, row.id), row.id in alike) for row in rows
        ]


def _typed(rule: Callable[[str], str], text: str) -> str:
    """What is only half typed may break a rule: then it is looked for as it stands."""
    try:
        return rule(text)
    except RuleBroken:
        return text.strip()


def matters_of(reader: Reader, person_id: str) -> tuple[MatterRow, ...]:
    """Return the matters in which this person takes part, directly or by a visit, the newest first."""
    subjects = set(subjects_of_party(reader, person_id))
    ids = {s for s in subjects if prefix_of(s) == KINDS["matter"].prefix}
    visits = current_visits(reader, subjects - ids)
    ids |= {v.matter for v in visits.values() if v.matter}
    return tuple(matter_rows(reader, ids))


def person_values(person: Person) -> Draft:
    """Return a person's values as the questions of forms.persons give them, to fill in a form."""
    return {
        "person": person.id,
        "name": person.name,
        "document": plain_document(person.document),
        "sex": person.sex.value,
        "born_on": person.born_on.isoformat() if person.born_on else None,
        "ethnic_group": person.ethnic_group,
        "nationality": person.nationality,
        "phone": person.phones[0] if person.phones else "",
        "address": person.address,
    }


def plain_document(document: Document) -> dict[str, Any]:
    """Return a document as a DOCUMENT field gives it."""
    kind = document.type.value if document.type else ""
    return {"answer": document.answer.value, "type": kind, "number": document.number, "doubt": document.doubt}


def save_person(desk: Desk, draft: Draft, person_id: str | None = None, seen: tuple[str, ...] | None = None) -> Done:
    """Make a card from PERSON_FORM's draft, or revise the one named by ``person_id`` whose heads ``seen`` the form saw.

    A new card for somebody with the same name and document number is refused: the known one is to be opened.
    """
    desk.must_may("person")
    told = with_derived(told_about_person(Answers.of(PERSON_FORM, draft)))
    if not told.get("name") and not told.get("phones") and "document" not in told:
        raise RuleBroken("actions.person_without_anything", field="name")
    with desk.store.write() as work:
        if person_id is None:
            if done := already_there(work, str(draft.get("_id", ""))):
                return done
            if known_person(work, told):
                raise RuleBroken("actions.person_known", field="document")
            person_id = str(draft.get("_id") or new_id("person"))
            work.add(Person(id=person_id, made=desk.made(), **told))
        else:
            card(work, person_id, Person)
            beyond = (seen_fields(work, person_id, seen).get("phones") or [])[2:]
            revise_card(work, desk.made(), person_id, _whole(told, beyond), seen)
        handed_in(work, desk, PERSON_FORM, draft, person_id)
    return Done(person_id, changes=work.changes)


def _whole(told: dict[str, Any], beyond: list[str]) -> dict[str, Any]:
    """The whole form was handed in: what was emptied is emptied, but telephones ``beyond`` the two shown stay."""
    fields = defaults(Person, told, *_FIELDS)
    fields["phones"] = (*fields["phones"], *beyond)
    return fields


def person_draft(desk: Desk, person_id: str) -> tuple[Draft, tuple[str, ...]]:
    """Return PERSON_FORM's draft of a card and the heads that an edit of it has seen."""
    with desk.store.read() as reader:
        person = card(reader, person_id, Person)
        heads = reader.folded(person_id).heads
    more = {name: getattr(person, name) for name in ("occupation", "employer", "note")}
    other = person.phones[1] if len(person.phones) > 1 else ""
    return {**PERSON_FORM.blank(), **person_values(person), **more, "other_phone": other}, heads
