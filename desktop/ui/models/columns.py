"""The columns of each list: what a row tells, in the reader's language; numbers and telephones are masked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from desktop.store.rows import MatterRow, MediationRow, OrderRow, OrganisationRow, PersonRow, VisitRow
from desktop.ui.models.rows import Column
from desktop.ui.models.status import Status
from desktop.ui.models.statuses import matter_status, order_status, outcome_status, sent_status
from desktop.ui.words import one_line, short_moment
from resources import Wording
from sync.records.names import mask_number
from sync.records.persons import Answer, Sex
from sync.records.telephones import mask_phone

Now = Callable[[], datetime]
TOLD = frozenset({Sex.MALE, Sex.FEMALE})
"""What a list says about sex; that nothing is known needs no word in every line."""


def visit_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """When, who, what, and how it stands with the district."""

    def who(r: VisitRow) -> str:
        name = r.visitor or words("window.no_name")
        return words("window.and_others", name=name, count=r.headcount) if r.headcount > 1 else name

    return (
        Column(words("window.column_when"), lambda r: short_moment(words, r.happened_at, now()), 104),
        Column(words("window.column_channel"), lambda r: words(f"records.channel_{r.channel.value}"), 96),
        Column(words("window.column_visitor"), who, 132),
        Column(words("window.column_request"), lambda r: one_line(r.text), 0),
        Column(words("window.column_sent"), lambda r: "", 116, lambda r: sent_status(words, r.sent)),
    )


def matter_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """Title, parties, state."""

    def state(r: MatterRow) -> Status:
        if r.conflicted:
            return Status(words("window.conflicted"), "bad", "alert")
        return matter_status(words, r.state)

    return (
        Column(words("window.column_discovered"), lambda r: short_moment(words, r.discovered_at, now()), 104),
        Column(words("window.column_matter"), lambda r: r.title, 0),
        Column(words("window.column_parties"), lambda r: r.parties, 140),
        Column(words("window.column_state"), lambda r: "", 124, state),
        Column(words("window.column_sent"), lambda r: "", 116, lambda r: sent_status(words, r.sent)),
    )


def order_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """Number, subject, departments, until when."""

    def due(r: OrderRow) -> Status:
        state = order_status(words, r.state)
        ended = r.state in ("resolved", "released", "cancelled")
        return Status(words("window.overdue"), "bad", "alert") if not ended and r.resolve_by < now() else state

    return (
        Column(words("window.column_number"), lambda r: r.number, 204),
        Column(words("window.column_subject"), lambda r: r.subject, 0),
        Column(words("window.column_departments"), lambda r: words("window.list_comma").join(r.departments), 132),
        Column(words("window.column_due"), lambda r: short_moment(words, r.resolve_by, now()), 104),
        Column(words("window.column_state"), lambda r: "", 124, due),
    )


def mediation_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """Which matter, who, outcome and agreement."""

    def outcome(r: MediationRow) -> Status:
        if r.conflicted:
            return Status(words("window.conflicted"), "bad", "alert")
        return outcome_status(words, r.outcome.value)

    return (
        Column(words("window.column_when"), lambda r: short_moment(words, r.started_at, now()), 104),
        Column(words("window.column_matter"), lambda r: r.title, 0),
        Column(words("window.column_parties"), lambda r: r.parties, 140),
        Column(words("window.column_agreement"), lambda r: r.agreement_number, 214),
        Column(words("window.column_state"), lambda r: "", 124, outcome),
    )


def person_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """Name, document and telephone (masked), visits."""

    def document(r: PersonRow) -> str:
        if r.document_answer is Answer.GIVEN:
            return mask_number(r.document_number)
        if r.document_answer is Answer.NOT_ASKED:
            return ""
        return words(f"records.answer_{r.document_answer.value}")

    return (
        Column(words("window.column_name"), lambda r: r.name or words("window.no_name"), 156),
        Column(words("window.column_sex"), lambda r: words(f"records.sex_{r.sex.value}") if r.sex in TOLD else "", 72),
        Column(words("window.column_document"), document, 176),
        Column(words("window.column_phone"), lambda r: mask_phone(r.phones[0]) if r.phones else "", 124),
        Column(words("window.column_address"), lambda r: r.address, 0),
        Column(words("window.column_visits"), lambda r: str(r.visits), 68),
    )


def organisation_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """Name, credit code, representative."""
    return (
        Column(words("window.column_organisation"), lambda r: r.name, 0),
        Column(words("window.column_credit_code"), lambda r: r.credit_code, 190),
        Column(words("window.column_representative"), _representative, 140),
        Column(words("window.column_phone"), lambda r: mask_phone(r.phones[0]) if r.phones else "", 130),
        Column(words("window.column_matters"), lambda r: str(r.matters), 72),
    )


def _representative(r: OrganisationRow) -> str:
    return r.legal_representative
