"""What a record says, field by field: its names, its numbers, its texts, whose it is and when it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sync.records.ids import prefix_of
from sync.records.matters import Matter, Step
from sync.records.mediation_events import MediationEvent, shareable
from sync.records.mediations import Agreement, FollowUp, Mediation
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.papers import Attachment, NumberVoid
from sync.records.passed_matters import PassedMatter
from sync.records.persons import Organisation, Person
from sync.records.record import Record
from sync.records.visits import Visit

PARTIES: Final = ("person", "organisation")

Said = tuple[str, str]
"""A field's name and what it says."""


def names_of(record: Record) -> list[Said]:
    """Return the names by which a person or an organisation is found, in any part and by how they are read."""
    match record:
        case Person() | Organisation():
            return [("name", record.name)] if record.name else []
        case _:
            return []


def numbers_of(record: Record) -> list[Said]:
    """Return the numbers by any part of which ``record`` is found: documents, telephones, papers of every series."""
    match record:
        case Person():
            found = [("document", record.document.number), *(("phones", phone) for phone in record.phones)]
        case Organisation():
            found = [("credit_code", record.credit_code), *(("phones", phone) for phone in record.phones)]
        case Visit() | DispatchOrder() | Agreement() | NumberVoid():
            found = [("number", record.number)]
        case Matter():
            found = [("external", external.number) for external in record.external]
        case PassedMatter() if not record.must_report:
            found = [("external", external.number) for external in record.external]
            found += [("phones", phone) for person in record.people for phone in person.phones]
        case OrderReply():
            found = [("telephone", record.telephone)]
        case _:
            found = []
    return [(field, number) for field, number in found if number]


_TEXTS: Final[dict[type[Record], tuple[str, ...]]] = {
    Person: ("name", "address", "employer", "occupation", "note"),
    Organisation: ("name", "address", "legal_representative", "note"),
    Visit: ("text", "number", "place", "answer", "remark", "category_word", "late_reason"),
    Matter: ("title", "text", "place", "discovered_by"),
    DispatchOrder: ("number", "subject", "text", "place", "issuer_name", "contact"),
    Mediation: ("facts", "disputed", "record", "place", "committee", "ended_reason"),
    Agreement: ("number", "facts", "disputed", "responsibility", "remaining", "performance", "committee"),
    OrderReply: ("text", "officer", "rule_cited"),
    Step: ("text", "rule_cited"),
    MediationEvent: ("text", "undisputed", "place"),
    FollowUp: ("text", "performed"),
    Attachment: ("name",),
    NumberVoid: ("number", "reason"),
    PassedMatter: ("title", "text", "place"),
}


def texts_of(record: Record) -> list[Said]:
    """Return the texts by any part of which ``record`` is found."""
    if isinstance(record, MediationEvent) and not shareable([record]):
        return []  # one side's confidence is found by nobody who types a word of it while the other side looks on
    if isinstance(record, Attachment) and (record.purpose or prefix_of(record.subject) == "mev"):
        return []  # the name of a file of such a session says what it is about; that of a drawing says nothing
    if isinstance(record, PassedMatter) and record.must_report:
        return []  # what it is about is read only where it is opened, which is noted
    found = [(field, str(getattr(record, field))) for field in _TEXTS.get(type(record), ())]
    match record:
        case Matter():
            found += [("external", external.number) for external in record.external]
        case PassedMatter():
            found += [("external", external.number) for external in record.external]
            found += [("people", person.name) for person in record.people]
            found += [("said", word.text) for word in record.said]
        case Agreement():
            found += [("terms", term.text) for term in record.terms]
            found += [("parties", name) for p in record.parties for name in (p.name, p.representative, p.agent)]
    return [(field, text) for field, text in found if text]


def text_of(record: Record) -> str:
    """Return all texts of ``record``, one a line; empty for kinds that are not looked through."""
    return "\n".join(text for _, text in texts_of(record))


def unit_of(record: Record) -> str:
    """Return the org unit that ``record`` belongs to: its own, else that of whoever entered it."""
    match record:
        case Matter() | Mediation() | Agreement() | NumberVoid():
            return record.unit
        case DispatchOrder():
            return record.issuing_unit
        case PassedMatter():
            return record.station
        case _:
            return record.made.unit


def moment_of(record: Record) -> datetime:
    """Return when it happened, where a kind says so; else when it was entered."""
    match record:
        case Visit() | Step() | OrderReply() | FollowUp() | MediationEvent():
            return record.happened_at
        case Matter():
            return record.discovered_at
        case PassedMatter():
            return record.given_at
        case DispatchOrder():
            return record.issued_at
        case Mediation():
            return record.started_at
        case _:
            return record.made.at


def title_of(record: Record) -> str:
    """Return what ``record`` is called in lists of mixed kinds: its name, number or the beginning of its text."""
    match record:
        case Visit():
            found = _joined((record.number, record.text))
        case Matter():
            found = record.title
        case PassedMatter():
            found = "" if record.must_report else record.title
        case DispatchOrder():
            found = _joined((record.number, record.subject))
        case Mediation():
            found = record.disputed or record.facts
        case Agreement() | NumberVoid():
            found = record.number
        case Person() | Organisation() | Attachment():
            found = record.name
        case MediationEvent():
            found = record.text if shareable([record]) else ""
        case Step() | OrderReply() | FollowUp():
            found = record.text
        case _:
            found = ""
    line = " ".join(found.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"


TITLE_LENGTH: Final = 40


def _joined(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)
