"""Row values for lists and lookups: frozen, plain, never tied to a connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.records.matters import Nature, StepKind
    from sync.records.mediations import Outcome
    from sync.records.papers import PaperKind, PrintResult
    from sync.records.persons import Answer, DocumentType, Sex
    from sync.records.signing import Signing
    from sync.records.visits import Category, Channel, Purpose


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit in a list. ``sent`` is the journal's state: "unsent", "settled", "held"."""

    id: str
    number: str
    happened_at: datetime
    entered_at: datetime
    received_at: datetime | None
    channel: Channel
    purpose: Purpose
    visitor: str
    visitor_id: str | None
    headcount: int
    category: Category
    category_word: str
    text: str
    answered: bool
    matter: str | None
    like: str | None
    staff_name: str
    sent: str


@dataclass(frozen=True, slots=True)
class MatterRow:
    """A matter in a list; ``state`` is the fold over its steps (records.folds.MatterState value)."""

    id: str
    title: str
    nature: Nature
    category: Category
    state: str
    last_step: StepKind | None
    discovered_at: datetime
    changed_at: datetime
    parties: str
    visits: int
    conflicted: bool
    sent: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A dispatch order; ``state`` is the fold over its replies, ``due`` the next end of what runs of it, if any."""

    id: str
    number: str
    matter: str
    subject: str
    departments: tuple[str, ...]
    issued_at: datetime
    report_by: datetime
    resolve_by: datetime
    state: str
    replies: int
    sent: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class MediationRow:
    """A mediation and, where one was made, its agreement's number and effect date; ``agreements`` counts those that no
    later version replaces: more than one where each of many persons has his own."""

    id: str
    matter: str
    title: str
    parties: str
    mediators: str
    started_at: datetime
    outcome: Outcome
    agreement: str | None
    agreement_number: str
    effective_on: date | None
    conflicted: bool
    sent: str
    agreement_version: int = 0
    agreements: int = 0
    signing: Signing | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a list or among the likely matches while somebody types."""

    id: str
    name: str
    sex: Sex
    born_on: date | None
    document_type: DocumentType | None
    document_answer: Answer
    document_number: str
    phones: tuple[str, ...]
    address: str
    visits: int
    last_visit_at: datetime | None
    conflicted: bool
    sent: str


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation in a list."""

    id: str
    name: str
    credit_code: str
    legal_representative: str
    phones: tuple[str, ...]
    address: str
    matters: int
    conflicted: bool
    sent: str


class Manner(StrEnum):
    """How a search found something, best first; VARIANT is the whole in another form of its characters (峯 for 峰)."""

    EXACT = "exact"
    VARIANT = "variant"
    START = "start"
    PINYIN = "pinyin"
    INITIALS = "initials"
    PART = "part"
    TEXT = "text"


Span = tuple[int, int]
"""Start and end of a place in a text, in characters; the end is not included."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of a search: what it is called, and why it was found.

    ``field`` is the record's field that ``manner`` speaks of, ``excerpt`` what stands there (a number is masked but
    for what was typed); ``spans`` are the places to be marked. ``state`` is the fold's (or a mediation's outcome,
    else empty), ``sent`` the journal's, ``stands`` False for what a later fact amends.
    """

    kind: str
    id: str
    title: str
    excerpt: str
    at: datetime
    field: str
    manner: Manner
    title_spans: tuple[Span, ...] = ()
    excerpt_spans: tuple[Span, ...] = ()
    unit: str = ""
    state: str = ""
    sent: str = ""
    stands: bool = True


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft that waits: which form, in which version, for which record (empty for a new one), typed by whom."""

    id: str
    form: str
    form_version: int
    record: str
    staff: str
    title: str
    changed_at: datetime


class HeldState(StrEnum):
    """How a record stands that was refused, or stopped here: the first four wait, the others are history."""

    REFUSED = "refused"
    HERE = "here"
    MENDED = "mended"
    GIVEN_UP = "given_up"
    AGAIN = "again"
    ACCEPTED = "accepted"
    REPLACED = "replaced"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A record that the district did not accept: it is held here, shown, and owned by a person.

    ``field`` is what of it the reason is about, as the district says; empty where it says nothing. ``successor`` takes
    its place; ``settled_at`` is when the district accepted it after all.
    """

    id: str
    kind: str
    title: str
    reason: str
    values: dict[str, object]
    refused_at: datetime
    staff_name: str
    state: HeldState = HeldState.REFUSED
    field: str = ""
    made_at: datetime | None = None
    successor: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A print in the log. ``title`` is what it was about; ``result`` None: nothing is known of its paper.

    ``reason`` is the printer's own word or keyword, or why it was printed again.
    """

    id: str
    printed_at: datetime
    paper: PaperKind
    subject: str
    title: str
    copy: int
    copies: int
    pages: str
    printer: str
    staff_name: str
    result: PrintResult | None
    reason: str
    by_hand: bool
    sent: str
