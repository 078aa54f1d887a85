"""What follows from one record: the links it makes, its row in a list, and the text by which it is found."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Table

from desktop.store import tables
from desktop.store.words import number_key, tails
from sync.records.matters import Matter
from sync.records.mediations import Agreement, Mediation
from sync.records.orders import DispatchOrder
from sync.records.persons import Organisation, Person
from sync.records.record import Fact, Record
from sync.records.visits import Visit

LINK_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "org_unit": ("unit",),
    "staff_member": ("staff",),
    "mediator_appointment": ("staff", "committee"),
    "participation": ("subject", "party"),
    "visit": ("matter",),
    "step": ("matter",),
    "dispatch_order": ("matter",),
    "order_reply": ("order",),
    "mediation": ("matter",),
    "agreement": ("mediation", "matter"),
    "signature": ("paper",),
    "follow_up": ("subject",),
    "print": ("subject",),
    "attachment": ("subject", "digest"),
    "erasure": ("target",),
    "revision": ("card",),
}
"""The fields of each kind by which its records are found; the link's ``via`` is ``kind.field``."""

AMENDS: Final = "amends"
ERASES: Final = "erasure.target"
REVISES: Final = "revision.card"

FOLDED_BY: Final[dict[str, tuple[str, str]]] = {
    "step": ("matter", "matter"),
    "order_reply": ("dispatch_order", "order"),
    "signature": ("agreement", "paper"),
}
"""Facts that change what is stored about something else: its kind, and the field that names it."""

AGGREGATES: Final = ("person", "organisation", "matter", "mediation", "dispatch_order", "agreement")
"""Kinds whose stored value is a fold; cards first, for the folds over facts read what they say."""


def links_of(kind: str, record: Record) -> list[tuple[str, str]]:
    """Return ``(subject, via)`` for everything that ``record`` names."""
    found = [
        (subject, f"{kind}.{name}") for name in LINK_FIELDS.get(kind, ()) if (subject := getattr(record, name, None))
    ]
    if isinstance(record, Fact) and record.amends:
        found.append((record.amends, AMENDS))
    return found


def list_row(kind: str, record: Record) -> tuple[Table, dict[str, Any]] | None:
    """Return the list table and row of a fact that no other fact changes; None for all other kinds."""
    if kind == "visit" and isinstance(record, Visit):
        return tables.visit, {"happened_at": record.happened_at}
    return None


def text_of(record: Record) -> str:
    """Return the text by which ``record`` is found, as the searches look through it; empty for other kinds."""
    match record:
        case Visit():
            parts = [record.text, record.number, record.place, record.answer, record.remark, record.category_word]
        case Matter():
            parts = [record.title, record.text, record.place, *(e.number for e in record.external)]
        case DispatchOrder():
            parts = [record.number, record.subject, record.text, record.place]
        case Mediation():
            parts = [record.facts, record.disputed, record.record, record.place]
        case Agreement():
            parts = [record.number, record.facts, record.disputed, *(t.text for t in record.terms)]
        case Person():
            parts = [record.name, record.address, record.employer, record.note]
        case Organisation():
            parts = [record.name, record.address, record.legal_representative, record.note]
        case _:
            parts = []
    return "\n".join(p for p in parts if p)


def parts_of(record: Record) -> set[str]:
    """Return the keys of the ``part`` table for a person or organisation.

    ``n`` and a tail of the name, ``d`` and the document number or credit code, ``p`` and a telephone; numbers are
    kept backwards too (``D``, ``P``), so that their first and their last digits find them by one range each.
    """
    match record:
        case Person():
            number = record.document.number
        case Organisation():
            number = record.credit_code
        case _:
            return set()
    found = {f"n{tail}" for tail in tails(record.name)}
    for forwards, backwards, value in [("d", "D", number), *(("p", "P", phone) for phone in record.phones)]:
        if key := number_key(value):
            found |= {forwards + key, backwards + key[::-1]}
    return found
