"""A person's or an organisation's card as it is told: masked numbers, and everything they took part in."""

from __future__ import annotations

from datetime import datetime

from desktop.store.links import subjects_of_party
from desktop.store.reader import Reader
from desktop.store.same import joined
from desktop.ui.models.status import Status
from desktop.ui.stories.parts import conflicts, in_time
from desktop.ui.stories.sameness import alike_warnings, notes_of, other_cards, phones_of
from desktop.ui.stories.story import Event, Story
from desktop.ui.words import day, moment, one_line
from resources import Wording
from sync.records.matters import Matter
from sync.records.mediations import Mediation
from sync.records.names import mask_number
from sync.records.persons import Answer, Organisation, Person, Sex
from sync.records.visits import Visit

SHOWN = 60


def person_story(words: Wording, reader: Reader, person_id: str) -> Story:
    """Tell one person; numbers and telephones are masked."""
    cards = joined(reader, person_id)
    person = reader.get(cards[0])
    assert isinstance(person, Person)  # noqa: S101 the list holds nothing else
    alike = alike_warnings(words, reader, person_id)
    known = person.sex in (Sex.MALE, Sex.FEMALE)
    facts = (
        (words("forms.field_document"), document_text(words, person)),
        (words("forms.field_born_on"), day(person.born_on)),
        (
            words("forms.field_ethnic_group"),
            words(f"records.ethnic_{person.ethnic_group}") if person.ethnic_group else "",
        ),
        (words("forms.field_nationality"), person.nationality),
        (words("forms.field_phone"), phones_of(words, reader, cards)),
        (words("forms.field_address"), person.address),
        (words("forms.field_occupation"), person.occupation),
        (words("forms.field_employer"), person.employer),
        (words("forms.field_note"), notes_of(words, reader, cards)),
        (words("same.cards"), other_cards(words, reader, cards)),
    )
    return Story(
        person_id,
        person.name or words("window.no_name"),
        statuses=(Status(words(f"records.sex_{person.sex.value}"), "calm", "person"),) if known else (),
        facts=facts,
        warnings=(*conflicts(reader, words, person.id), *alike),
        events=history(words, reader, person.id),
        alike=bool(alike),
    )


def organisation_story(words: Wording, reader: Reader, organisation_id: str) -> Story:
    """Tell one organisation."""
    cards = joined(reader, organisation_id)
    firm = reader.get(cards[0])
    assert isinstance(firm, Organisation)  # noqa: S101 the list holds nothing else
    alike = alike_warnings(words, reader, organisation_id)
    facts = (
        (words("forms.field_credit_code"), firm.credit_code),
        (words("forms.field_legal_representative"), firm.legal_representative),
        (words("forms.field_representative_post"), firm.representative_post),
        (words("forms.field_phone"), phones_of(words, reader, cards)),
        (words("forms.field_address"), firm.address),
        (words("forms.field_note"), notes_of(words, reader, cards)),
        (words("same.cards"), other_cards(words, reader, cards)),
    )
    return Story(
        organisation_id,
        firm.name,
        statuses=(Status(words("forms.party_kind_organisation"), "calm", "firm"),),
        facts=facts,
        warnings=(*conflicts(reader, words, firm.id), *alike),
        events=history(words, reader, firm.id),
        alike=bool(alike),
    )


def document_text(words: Wording, person: Person) -> str:
    """Return the document as type and masked number, or why there is none."""
    document = person.document
    if document.answer is not Answer.GIVEN or document.type is None:
        return words(f"records.answer_{document.answer.value}")
    return f"{words(f'records.documenttype_{document.type.value}')} {mask_number(document.number)}"


def history(words: Wording, reader: Reader, party: str) -> tuple[Event, ...]:
    """Return what somebody took part in, the last first; of a corrected visit only the correction."""
    told: list[tuple[datetime, Event]] = []
    found = reader.current(subjects_of_party(reader, party)[-SHOWN:]).values()
    corrected = {record.amends for record in found if isinstance(record, Visit)}
    for record in found:
        if record.id in corrected:
            continue
        if isinstance(record, Visit):
            title = f"{words(f'records.channel_{record.channel.value}')} {record.number}".strip()
            text = one_line(record.text, 90)
            told.append(
                (record.happened_at, Event(moment(record.happened_at), title, text, "visits", "accent", record.id))
            )
        elif isinstance(record, Matter):
            event = Event(
                moment(record.discovered_at), record.title, words("window.kind_matter"), "matters", "info", record.id
            )
            told.append((record.discovered_at, event))
        elif isinstance(record, Mediation):
            title = words("window.kind_mediation")
            told.append(
                (record.started_at, Event(moment(record.started_at), title, "", "mediations", "info", record.id))
            )
    return in_time(told)
