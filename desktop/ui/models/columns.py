"""The columns of each list: what a row tells, in the reader's language; numbers and telephones are masked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop.actions.print_reasons import reason_told
from desktop.store.rows import MatterRow, MediationRow, OrderRow, OrganisationRow, PersonRow, PrintRow, VisitRow
from desktop.ui.models.print_words import result_status
from desktop.ui.models.rows import Column
from desktop.ui.models.status import Status
from desktop.ui.models.statuses import matter_status, order_clock, outcome_status, sent_status, signing_status
from desktop.ui.words import day, one_line, short_moment
from resources import Wording
from sync.records.mediations import Outcome
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
        _when(words, "happened_at", now),
        Column(
            words("window.column_channel"), lambda r: words(f"records.channel_{r.channel.value}"), 96, name="channel"
        ),
        Column(words("window.column_visitor"), who, 132, name="visitor"),
        Column(words("window.column_request"), lambda r: one_line(r.text), 0, name="text"),
        _sent(words),
        _more(words("lists.column_number"), lambda r: r.number, 150, "number"),
        _category(words),
        _more(words("lists.column_purpose"), lambda r: words(f"records.purpose_{r.purpose.value}"), 110, "purpose"),
        _more(words("lists.column_headcount"), lambda r: str(r.headcount), 68, "headcount"),
        _more(words("lists.column_registrar"), lambda r: r.staff_name, 96, "registrar"),
    )


def matter_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """Title, parties, state."""

    def state(r: MatterRow) -> Status:
        if r.conflicted:
            return Status(words("window.conflicted"), "bad", "alert")
        return matter_status(words, r.state)

    return (
        _when(words, "discovered_at", now, "window.column_discovered"),
        Column(words("window.column_matter"), lambda r: r.title, 0, name="title"),
        Column(words("window.column_parties"), lambda r: r.parties, 140, name="parties"),
        Column(words("window.column_state"), lambda r: "", 124, state, "state", "state"),
        _sent(words),
        _category(words),
        _more(words("lists.column_nature"), lambda r: words(f"records.nature_{r.nature.value}"), 110, "nature"),
        _more(words("lists.column_visits"), lambda r: str(r.visits), 68, "visits"),
        _more(words("lists.column_changed_at"), lambda r: short_moment(words, r.changed_at, now()), 104, "changed_at"),
    )


def order_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """Number, subject, departments, until when."""

    def due(r: OrderRow) -> Status:
        return order_clock(words, r.due, r.state, now())

    return (
        Column(words("window.column_number"), lambda r: r.number, 204, name="number"),
        Column(words("window.column_subject"), lambda r: r.subject, 0, name="subject"),
        Column(
            words("window.column_departments"),
            lambda r: words("window.list_comma").join(r.departments),
            132,
            name="departments",
        ),
        Column(
            words("window.column_due"),
            lambda r: short_moment(words, r.due or r.resolve_by, now()),
            104,
            name="resolve_by",
        ),
        Column(words("window.column_state"), lambda r: "", 124, due, "state", "state"),
        _more(
            words("lists.column_issued_at"),
            lambda r: short_moment(words, r.issued_at, now()),
            104,
            "issued_at",
            "issued_at",
        ),
        _more(words("lists.column_report_by"), lambda r: short_moment(words, r.report_by, now()), 104, "report_by"),
        _more(words("lists.column_replies"), lambda r: str(r.replies), 68, "replies"),
        replace(_sent(words), shown=False),
    )


def mediation_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """Which matter, who, outcome and agreement."""

    def outcome(r: MediationRow) -> Status:
        if r.conflicted:
            return Status(words("window.conflicted"), "bad", "alert")
        if r.signing is not None and r.outcome in (Outcome.AGREED, Outcome.AGREED_IN_PART):
            return signing_status(words, r.signing)
        return outcome_status(words, r.outcome.value)

    return (
        _when(words, "started_at", now),
        Column(words("window.column_matter"), lambda r: r.title, 0, name="title"),
        Column(words("window.column_parties"), lambda r: r.parties, 140, name="parties"),
        Column(words("window.column_agreement"), lambda r: r.agreement_number, 214, name="agreement"),
        Column(words("window.column_state"), lambda r: "", 124, outcome, "outcome"),
        _more(words("lists.column_mediators"), lambda r: r.mediators, 110, "mediators"),
        _more(words("lists.column_effective_on"), lambda r: day(r.effective_on), 104, "effective_on"),
        replace(_sent(words), shown=False),
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
        Column(words("window.column_name"), lambda r: _marked(words, r), 156, name="name"),
        Column(
            words("window.column_sex"),
            lambda r: words(f"records.sex_{r.sex.value}") if r.sex in TOLD else "",
            82,
            name="sex",
        ),
        Column(words("window.column_document"), document, 164, name="document"),
        _phone(words, 124),
        Column(words("window.column_address"), lambda r: r.address, 0, name="address"),
        Column(words("window.column_visits"), lambda r: str(r.visits), 68, name="visits"),
        _more(
            words("lists.column_last_visit_at"),
            lambda r: short_moment(words, r.last_visit_at, now()) if r.last_visit_at else "",
            104,
            "last_visit_at",
        ),
        replace(_sent(words), shown=False),
    )


def organisation_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """Name, credit code, representative."""
    return (
        Column(words("window.column_organisation"), lambda r: _marked(words, r), 0, name="name"),
        Column(words("window.column_credit_code"), lambda r: r.credit_code, 190, name="credit_code"),
        Column(words("window.column_representative"), _representative, 140, name="representative"),
        _phone(words, 130),
        Column(words("window.column_matters"), lambda r: str(r.matters), 72, name="matters"),
        _more(words("lists.column_address"), lambda r: r.address, 200, "address"),
        replace(_sent(words), shown=False),
    )


def print_columns(words: Wording, now: Now) -> tuple[Column, ...]:
    """When, which paper of what, by whom, what became of it."""
    return (
        replace(_when(words, "printed_at", now), sort=""),
        Column(
            words("printing.column_paper"), lambda r: words(f"records.paperkind_{r.paper.value}"), 144, name="paper"
        ),
        Column(words("printing.column_about"), lambda r: r.title, 0, name="about"),
        Column(words("printing.column_copy"), lambda r: _copy(words, r), 112, name="copy"),
        Column(words("window.printer"), lambda r: r.printer, 88, name="printer"),
        Column(
            words("printing.column_result"),
            lambda r: "",
            132,
            lambda r: result_status(words, r.result, r.printer),
            name="result",
        ),
        _more(words("printing.column_reason"), lambda r: reason_told(words, r.reason, r.printer), 180, "reason"),
        _more(words("lists.column_registrar"), lambda r: r.staff_name, 96, "registrar"),
        _more(words("printing.pages"), lambda r: r.pages, 80, "pages"),
        replace(_sent(words), shown=False),
    )


def _copy(words: Wording, r: PrintRow) -> str:
    return words("printing.copy_of", copy=r.copy, copies=r.copies)


def _marked(words: Wording, r: PersonRow | OrganisationRow) -> str:
    """A name, with a plain mark where two desks set something of the card differently."""
    name = r.name or words("window.no_name")
    return words("conflicts.marked_name", name=name) if r.conflicted else name


def _representative(r: OrganisationRow) -> str:
    return r.legal_representative


def _when(words: Wording, name: str, now: Now, heading: str = "window.column_when") -> Column:
    """The moment that a list is sorted by."""
    return Column(words(heading), lambda r: short_moment(words, getattr(r, name), now()), 104, name=name, sort=name)


def _sent(words: Wording) -> Column:
    return Column(words("window.column_sent"), lambda r: "", 116, lambda r: sent_status(words, r.sent), name="sent")


def _phone(words: Wording, width: int) -> Column:
    return Column(
        words("window.column_phone"), lambda r: mask_phone(r.phones[0]) if r.phones else "", width, name="phone"
    )


def _category(words: Wording) -> Column:
    return _more(
        words("lists.column_category"), lambda r: words(f"records.category_{r.category.value}"), 130, "category"
    )


def _more(heading: str, tell: Callable[[Any], str], width: int, name: str, sort: str = "") -> Column:
    """A column that is there for those who choose it."""
    return Column(heading, tell, width, name=name, sort=sort, shown=False)
