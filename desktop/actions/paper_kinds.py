"""What can be printed: what each kind of paper is about, how what it says comes together, and who draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from desktop.actions.accusations import accusation_receipt
from desktop.actions.blank_forms import blank_sheet
from desktop.actions.case_documents import CASE_PAPERS, documents
from desktop.actions.casefile import case_sheet
from desktop.actions.hand_overs import hand_over_sheet
from desktop.actions.matter_papers import STEPS, notice_sheet, referral_sheet, step_of
from desktop.actions.mediation_records import record_sheet, shared_event
from desktop.actions.payments import payment_sheet
from desktop.actions.sheets import agreement_sheet, dispatch_sheet, registration_sheet, said
from desktop.actions.statistics_paper import report_sheet
from desktop.actions.visit_history import standing_visit
from desktop.actions.visit_papers import privacy_sheet, receipt_sheet
from desktop.printing import agreement, dispatch_order, mediation_record, registration, statistics
from desktop.printing.casefile.case import CaseSheet
from desktop.printing.sheets import Sheet
from desktop.session import Session
from desktop.store.reader import Reader
from sync.records.papers import PaperKind

SUBJECTS = {
    PaperKind.REGISTRATION: "visit",
    PaperKind.DISPATCH_ORDER: "dispatch_order",
    PaperKind.AGREEMENT: "agreement",
    PaperKind.PAYMENT_LIST: "agreement",
    PaperKind.MEDIATION_RECORD: "mediation_event",
    PaperKind.VISIT_RECEIPT: "visit",
    PaperKind.PRIVACY_NOTICE: "visit",
    **dict.fromkeys(STEPS, "matter"),
    PaperKind.BLANK_FORM: "blank_form",
    PaperKind.HAND_OVER: "hand_over",
    PaperKind.ACCUSATION_RECEIPT: "accusation",
    PaperKind.STATISTICS: "statistics_report",
}
"""The kinds of record that papers are about; the forms of a file are about a mediation."""
NUMBERED = (PaperKind.REGISTRATION, PaperKind.VISIT_RECEIPT)
"""The papers of a visit that say its number: one from a ledger gets it with the first of them."""


@dataclass(frozen=True, slots=True)
class _Paper:
    """How one kind of paper comes to be."""

    sheet: Callable[[Reader, Session, str], Any]
    render: Callable[[Any], bytes]
    living: bool = False
    """Whether what it says changes with the record that it is about: then a later print may be a new paper."""
    kept: bool = True
    """Whether its bytes are kept and travel. What is for one reader alone is set again from the records."""


def _case_form(kind: PaperKind, sheet: CaseSheet) -> bytes:
    """Draw a form of a mediation's file by the module that is named as it is."""
    return _by_name(f"casefile.{kind.value}", sheet)


def _station_form(kind: PaperKind, sheet: Sheet) -> bytes:
    """Draw a paper of the station's counter by the module that is named as it is."""
    return _by_name(f"station.{kind.value}", sheet)


def _by_name(module: str, sheet: Sheet) -> bytes:
    pdf: bytes = import_module(f"desktop.printing.{module}").render(sheet)
    return pdf


def _notice(kind: PaperKind) -> _Paper:
    return _Paper(partial(notice_sheet, paper=kind), partial(_station_form, kind))


_PAPERS: dict[PaperKind, _Paper] = {
    PaperKind.REGISTRATION: _Paper(registration_sheet, registration.render),
    PaperKind.DISPATCH_ORDER: _Paper(dispatch_sheet, dispatch_order.render),
    PaperKind.AGREEMENT: _Paper(agreement_sheet, agreement.render),
    PaperKind.MEDIATION_RECORD: _Paper(record_sheet, mediation_record.render),
    PaperKind.PAYMENT_LIST: _Paper(payment_sheet, partial(_station_form, PaperKind.PAYMENT_LIST), kept=False),
    PaperKind.VISIT_RECEIPT: _Paper(receipt_sheet, partial(_station_form, PaperKind.VISIT_RECEIPT)),
    PaperKind.PRIVACY_NOTICE: _Paper(privacy_sheet, partial(_station_form, PaperKind.PRIVACY_NOTICE)),
    PaperKind.ACCEPTANCE_NOTICE: _notice(PaperKind.ACCEPTANCE_NOTICE),
    PaperKind.NON_ACCEPTANCE_NOTICE: _notice(PaperKind.NON_ACCEPTANCE_NOTICE),
    PaperKind.REFERRAL_LETTER: _Paper(referral_sheet, partial(_station_form, PaperKind.REFERRAL_LETTER)),
    PaperKind.BLANK_FORM: _Paper(blank_sheet, partial(_station_form, PaperKind.BLANK_FORM)),
    PaperKind.STATISTICS: _Paper(report_sheet, statistics.render),
    PaperKind.HAND_OVER: _Paper(hand_over_sheet, partial(_station_form, PaperKind.HAND_OVER)),
    PaperKind.ACCUSATION_RECEIPT: _Paper(accusation_receipt, partial(_station_form, PaperKind.ACCUSATION_RECEIPT)),
    **{kind: _Paper(partial(case_sheet, paper=kind), partial(_case_form, kind), living=True) for kind in CASE_PAPERS},
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper: its title on paper, the kind of record that it is about, and what a file needs of it."""

    paper: PaperKind
    title: str
    subject: str
    need: str


def kinds() -> list[Kind]:
    """Return all papers that can be printed."""
    needs = {document.paper: document.need for document in documents() if document.paper}
    return [
        Kind(paper, said(f"records.paperkind_{paper.value}"), SUBJECTS.get(paper, "mediation"), needs.get(paper, ""))
        for paper in PaperKind
    ]


def draw(paper: PaperKind, sheet: Any) -> bytes:
    """Return the PDF of a paper from what it says."""
    return _PAPERS[paper].render(sheet)


def is_living(paper: PaperKind) -> bool:
    """Whether what a paper says changes with the record that it is about: a later print may then be a new paper."""
    return _PAPERS[paper].living


def is_kept(paper: PaperKind) -> bool:
    """Whether a paper's bytes are kept here and travel to the district."""
    return _PAPERS[paper].kept


def sheet_of_paper(reader: Reader, session: Session, paper: PaperKind, subject: str) -> Sheet:
    """Return what ``paper`` of ``subject`` would say now; raises what is missing for it."""
    sheet: Sheet = _PAPERS[paper].sheet(reader, session, subject)
    return sheet


def version_of(reader: Reader, paper: PaperKind, subject: str) -> str:
    """What a print names: a visit's first record, or its last correction; a matter's step; else the record itself.

    Asked for before every preview and every print: what became one side's confidence is not printed again either.
    """
    if paper is PaperKind.MEDIATION_RECORD:
        return shared_event(reader, subject).id
    if paper in STEPS:
        return step_of(reader, paper, subject).id
    return standing_visit(reader, subject).corrected if SUBJECTS.get(paper) == "visit" else subject
