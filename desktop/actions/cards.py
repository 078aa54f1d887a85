"""Cards out of answers: a person or an organisation as new, as already known, or as known with new fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from desktop.actions.reading import Answers
from desktop.store.known import persons_by_number
from desktop.store.parties import by_whole_numbers
from desktop.store.store import Reader, Work
from desktop.store.words import number_key
from sync.protocol.codec import fields_of
from sync.records.canonical import plain
from sync.records.cards import Standing, fold_card, same_value
from sync.records.documents import check_credit_code, derive
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.persons import Answer, Document, Organisation, Person, Sex
from sync.records.record import Made

_ASKED_OF_PERSONS: Final[tuple[tuple[str, Callable[[Answers, str], Any]], ...]] = (
    ("sex", lambda answers, name: answers.choice(name, Sex, Sex.NOT_STATED)),
    ("born_on", Answers.day),
    ("ethnic_group", Answers.word),
    ("nationality", Answers.line),
    ("address", Answers.line),
    ("occupation", Answers.line),
    ("employer", Answers.line),
    ("note", Answers.text),
)


def told_about_person(answers: Answers) -> dict[str, Any]:
    """Return the fields of `Person` that the asked questions told; what nobody told is left out."""
    told: dict[str, Any] = {"name": answers.name("name"), "phones": phones(answers)}
    document = answers.document("document")
    if document.answer is not Answer.NOT_ASKED:
        told["document"] = document
    for name, read in _ASKED_OF_PERSONS:
        if answers.answered(name):  # most are not
            told[name] = read(answers, name)
    return {name: value for name, value in told.items() if value and value is not Sex.NOT_STATED}


def with_derived(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``told`` with sex and day of birth from the document's number where nobody told them."""
    number = derive(told.get("document", Document()))
    derived = {"sex": number.sex, "born_on": number.born_on}
    return {**{name: value for name, value in derived.items() if value is not None}, **told}


def told_about_organisation(answers: Answers) -> dict[str, Any]:
    """Return the fields of `Organisation` that the asked questions told."""
    with answers.beside("credit_code"):
        code = credit_code(answers)
    told: dict[str, Any] = {"name": answers.line("name"), "credit_code": code}
    for name in ("credit_code_doubt", "representative_post", "address"):
        told[name] = answers.line(name) if answers.asks(name) else ""
    told["legal_representative"] = answers.name("legal_representative")
    told["note"] = answers.text("note") if answers.asks("note") else ""
    told["phones"] = phones(answers)
    return {name: value for name, value in told.items() if value not in (None, "", ())}


def credit_code(answers: Answers) -> str:
    """The unified social credit code; one that fails its check needs a reason."""
    doubt = answers.line("credit_code_doubt") if answers.asks("credit_code_doubt") else ""
    return check_credit_code(answers.line("credit_code"), doubt=doubt)


def phones(answers: Answers) -> tuple[str, ...]:
    """The telephones that were told, each once."""
    told = [answers.phone(name) for name in ("phone", "other_phone") if answers.answered(name)]
    return tuple(dict.fromkeys(p for p in told if p))


def known_person(reader: Reader, told: Mapping[str, Any]) -> str | None:
    """Return the card of somebody with the same document number and the same name: certainly the same person."""
    document = told.get("document", Document())
    if document.answer is not Answer.GIVEN or document.doubt or not told.get("name"):
        return None
    same = persons_by_number(reader, [document.number]).get(document.number, [])
    return next((person.id for person in same if person.name == told["name"]), None)


def known_organisation(reader: Reader, told: Mapping[str, Any]) -> str | None:
    """Return the card of an organisation with the same checked credit code and name: certainly the same one.

    The same name alone is a proposal for people to judge (desktop.store.alike), never a merge.
    """
    code, name = told.get("credit_code", ""), told.get("name", "")
    if not (code and name) or told.get("credit_code_doubt"):
        return None
    cards = (card for _, card in reader.at_lines(by_whole_numbers(reader, [code])))
    same = (c for c in cards if isinstance(c, Organisation) and not c.credit_code_doubt)
    return next((c.id for c in same if number_key(c.credit_code) == number_key(code) and c.name == name), None)


def keep_person(work: Work, made: Made, told: Mapping[str, Any], person_id: str | None) -> str | None:
    """Make a card of what was told, or add it to the card that is known; None where nothing was told.

    A card that recognition proposed is left alone where both name and document number now are another's.
    """
    if person_id is not None and _another(card(work, person_id, Person), told):
        person_id = None
    person_id = person_id or known_person(work, told)
    if not told:
        return person_id
    if person_id is None:
        return work.add_new(Person(id=new_id("person"), made=made, **with_derived(told))).id
    add_to_card(work, made, person_id, told)
    return person_id


def keep_organisation(work: Work, made: Made, told: Mapping[str, Any], organisation_id: str | None) -> str | None:
    """Make a card of what was told about an organisation, or add it to the card that is known."""
    organisation_id = organisation_id or known_organisation(work, told)
    if organisation_id is None:
        return work.add_new(Organisation(id=new_id("organisation"), made=made, **told)).id if told.get("name") else None
    add_to_card(work, made, organisation_id, told)
    return organisation_id


def add_to_card(work: Work, made: Made, card_id: str, told: Mapping[str, Any]) -> None:
    """Revise a card by what a visit told: told telephones come first and the others stay, nothing is emptied.

    A document that was shown once is not lost because it was not shown today; what a number says about sex and
    birth fills blanks only. A field in conflict stays in it: nobody looked at its sides here.
    """
    current = work.get(card_id)
    fields = dict(told)
    if isinstance(current, Person):
        fields = _beside(current, fields)
    if "phones" in fields:
        fields["phones"] = tuple(dict.fromkeys((*fields["phones"], *getattr(current, "phones", ()))))
        if set(fields["phones"]) == set(getattr(current, "phones", ())):
            del fields["phones"]
    differing = {name: value for name, value in fields.items() if getattr(current, name) != value}
    if not differing:
        return
    held = work.folded(card_id).conflicts
    work.revise(card_id, {name: value for name, value in differing.items() if name not in held}, made)
    for name in (name for name in differing if name in held):
        work.revise(card_id, {name: differing[name]}, made, _follows(held[name], differing[name]))


def _follows(sides: Sequence[Standing], value: Any) -> tuple[str, ...]:
    """Return which side of a conflict a told value goes on from: its own where one says it, else what is used now.

    Of that side alone it is the next word: the others stand beside it until a person decides.
    """
    told = plain(value)
    return (next((side for side in sides if same_value(side.value, told)), sides[0]).said_by,)


def _beside(current: Person, told: dict[str, Any]) -> dict[str, Any]:
    document = told.get("document", Document())
    if document.answer is not Answer.GIVEN and current.document.answer is Answer.GIVEN:
        told.pop("document", None)
    blanks = {"sex": current.sex in (Sex.NOT_STATED, Sex.UNKNOWN), "born_on": current.born_on is None}
    derived = with_derived(told)
    return {**told, **{name: derived[name] for name, blank in blanks.items() if blank and name in derived}}


def revise_card(work: Work, made: Made, card_id: str, fields: Mapping[str, Any], seen: tuple[str, ...] | None) -> None:
    """Revise the fields that differ from what the form saw: ``seen`` are the heads that stood when it was opened.

    What another desk changed meanwhile, and this form left as it was, is not changed back.
    """
    before = seen_fields(work, card_id, seen)
    blank = _blanks(type(work.get(card_id)))
    told = {name: value for name, value in fields.items() if plain(value) != before.get(name, blank.get(name))}
    if told:
        work.revise(card_id, told, made, seen)


def seen_fields(reader: Reader, card_id: str, seen: tuple[str, ...] | None) -> dict[str, Any]:
    """Return a card's JSON fields as they stood for somebody who had seen ``seen``; as they stand now for None."""
    if seen is None:
        return reader.folded(card_id).fields
    sealed = reader.sealed(card_id)
    if sealed is None or sealed.erased:
        raise Refused("store.no_such_record", id=card_id)
    known = {r.id: r for r in reader.revisions_of(card_id)}
    past, waiting = set[str](), list(seen)
    while waiting:
        current = waiting.pop()
        if current in known and current not in past:
            past.add(current)
            waiting += known[current].seen
    return fold_card(card_id, fields_of(sealed.body), [known[i] for i in past]).fields


def _blanks(kind: type[Any]) -> dict[str, Any]:
    """JSON values of the fields that canonical bytes leave out."""
    out = {}
    for field in dataclasses.fields(kind):
        if field.default is not dataclasses.MISSING:
            out[field.name] = plain(field.default)
        elif field.default_factory is not dataclasses.MISSING:
            out[field.name] = plain(field.default_factory())
    return out


def card(reader: Reader, card_id: str, expected: type[Any] | tuple[type[Any], ...]) -> Any:
    """Return the folded card ``card_id``; Refused where it is of another kind or erased."""
    found = reader.get(card_id)
    if not isinstance(found, expected):
        raise Refused("store.no_such_record", id=card_id)
    return found


def defaults(kind: type[Any], told: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return ``names`` with their told values, or what a blank card of ``kind`` has: a whole form was handed in."""
    out: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if field.name in names:
            blank = field.default if field.default is not dataclasses.MISSING else None
            if blank is None and field.default_factory is not dataclasses.MISSING:
                blank = field.default_factory()
            out[field.name] = told.get(field.name, "" if blank is None and field.name == "name" else blank)
    return out


def age_on(born_on: date | None, day: date) -> int | None:
    """Full years of age (周岁) on ``day``."""
    if born_on is None or born_on > day:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _another(current: Person, told: Mapping[str, Any]) -> bool:
    document = told.get("document", Document())
    return (
        bool(current.name and told.get("name"))
        and current.name != told["name"]
        and document.answer is Answer.GIVEN
        and current.document.answer is Answer.GIVEN
        and document.number != current.document.number
    )
