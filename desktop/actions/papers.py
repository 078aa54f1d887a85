"""Papers: show one before printing, print it, print a marked copy."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from desktop.actions.casefile import CASE_PAPERS, case_sheet, documents
from desktop.actions.desk import Desk
from desktop.actions.editions import dressed, words_for
from desktop.actions.matter_papers import STEPS, notice_sheet, referral_sheet, step_of
from desktop.actions.mediation_records import record_sheet, shared_event
from desktop.actions.sheets import agreement_sheet, dispatch_sheet, registration_sheet, said
from desktop.actions.signing_keys import stamp
from desktop.actions.visit_history import standing_visit
from desktop.actions.visit_papers import privacy_sheet, receipt_sheet
from desktop.actions.visits import number_visit
from desktop.actions.voids import must_not_be_void
from desktop.changes import Changes
from desktop.printing import agreement, dispatch_order, mediation_record, registration
from desktop.printing.casefile.case import CaseSheet
from desktop.printing.marking import mark_copy
from desktop.printing.proof import Stamp
from desktop.printing.sheets import Sheet
from desktop.session import Session
from desktop.store.files import has_file, put_file, read_file
from desktop.store.links import prints_of
from desktop.store.store import Reader, Work
from sync.records.errors import RuleBroken, Unavailable
from sync.records.kinds import new_id
from sync.records.mediations import Agreement
from sync.records.orders import DispatchOrder
from sync.records.papers import Attachment, PaperKind, Print
from sync.records.times import BEIJING

SUBJECTS = {
    PaperKind.REGISTRATION: "visit",
    PaperKind.DISPATCH_ORDER: "dispatch_order",
    PaperKind.AGREEMENT: "agreement",
    PaperKind.MEDIATION_RECORD: "mediation_event",
    PaperKind.VISIT_RECEIPT: "visit",
    PaperKind.PRIVACY_NOTICE: "visit",
    **dict.fromkeys(STEPS, "matter"),
}
"""The kinds of record that papers are about; the forms of a file are about a mediation."""
NUMBERED = (PaperKind.REGISTRATION, PaperKind.VISIT_RECEIPT)
"""The papers of a visit that say its number: one from a ledger gets it with the first of them."""
MEDIA_TYPE = "application/pdf"
MOST_COPIES = 99
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Printed:
    """What may now go to the printer: the PDF's bytes, the print's id, and which copy it is (1 = the original)."""

    bytes: bytes
    print_id: str
    copy: int
    changes: Changes


@dataclass(frozen=True, slots=True)
class _Paper:
    """How one kind of paper comes to be."""

    sheet: Callable[[Reader, Session, str], Any]
    render: Callable[[Any], bytes]
    living: bool = False
    """Whether what it says changes with the record that it is about: then a later print may be a new paper."""


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
    PaperKind.VISIT_RECEIPT: _Paper(receipt_sheet, partial(_station_form, PaperKind.VISIT_RECEIPT)),
    PaperKind.PRIVACY_NOTICE: _Paper(privacy_sheet, partial(_station_form, PaperKind.PRIVACY_NOTICE)),
    PaperKind.ACCEPTANCE_NOTICE: _notice(PaperKind.ACCEPTANCE_NOTICE),
    PaperKind.NON_ACCEPTANCE_NOTICE: _notice(PaperKind.NON_ACCEPTANCE_NOTICE),
    PaperKind.REFERRAL_LETTER: _Paper(referral_sheet, partial(_station_form, PaperKind.REFERRAL_LETTER)),
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


def preview(desk: Desk, paper: PaperKind, subject: str) -> bytes:
    """Return the PDF of a paper as a print would be now, marked as a preview; nothing is recorded.

    ``subject``: visit, order, agreement, an event of a mediation, a matter or one of its steps.
    """
    paper = PaperKind(paper)
    with desk.store.read() as reader:
        earlier = _earlier(reader, paper, version_of(reader, paper, subject), _now(reader, desk, paper, subject))
        if earlier and has_file(reader, earlier[0].digest):
            first, copy = earlier[0], _next_copy(earlier)
            words = words_for(reader, first.template)
            return mark_copy(read_file(reader, first.digest), first.template, copy, preview=True, words=words)
        sheet = _in_words(reader, desk, paper, subject, earlier)
    return _PAPERS[paper].render(dataclasses.replace(sheet, preview=True))


def usual_copies(desk: Desk, paper: PaperKind, subject: str) -> int:
    """Return how many copies a first print has; a reprint has one.

    An agreement: one for each party and one for the committee, as it says itself (人民调解法 29). An order: one for
    each department, one for the street office, one for the file.
    """
    with desk.store.read() as reader:
        paper = PaperKind(paper)
        now = _now(reader, desk, paper, subject)
        if _earlier(reader, paper, version_of(reader, paper, subject), now):
            return 1
        found = reader.find(subject, Agreement) or reader.find(subject, DispatchOrder)
    if isinstance(found, Agreement):
        return min(found.copies, MOST_COPIES)
    if isinstance(found, DispatchOrder):
        return len(found.departments) + (found.street_copy is not None) + 1
    return 1


def issue_paper(
    desk: Desk, paper: PaperKind, subject: str, copies: int | None = None, printer: str = "", instead_of: str = ""
) -> Printed:
    """Record the print and keep its bytes, in one transaction, then return them: paper leaves only after the commit.

    A visit from a ledger gets its number now. A reprint is the first print's bytes, marked with its number; only a
    corrected visit is printed anew. ``copies`` are the usual ones where none are named. ``instead_of`` names a print
    that a printer did not take: no paper of it exists, so its bytes leave again as they are, and the new record says
    from where and how often. Raises what the renderer raises: then nothing is recorded.
    """
    desk.must_may("print")
    copies = usual_copies(desk, paper, subject) if copies is None else copies
    if not 1 <= copies <= MOST_COPIES:
        raise RuleBroken("actions.copies_impossible", field="copies", limit=MOST_COPIES)
    paper = PaperKind(paper)
    numbered = number_visit(desk, subject) if paper in NUMBERED else Changes()
    signs = stamp(desk)
    for _ in range(_TRIES):
        with desk.store.read() as reader:
            must_not_be_void(reader, subject)
            version = version_of(reader, paper, subject)
            now = _now(reader, desk, paper, subject)
            earlier = _earlier(reader, paper, version, now)
            drawn = _drawn(reader, desk, paper, subject, earlier, instead_of, signs)
        # Drawn outside the transaction, which other desks wait for; what was printed is looked at again inside.
        with desk.store.write() as work:
            if [p.id for p in _earlier(work, paper, version, now)] == [p.id for p in earlier]:
                fact = _keep(desk, work, paper, version, drawn, copies, printer)
                break
    else:
        raise Unavailable("store.busy")
    return Printed(drawn.content, fact.id, fact.copy, numbered | work.changes)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A paper's bytes before they are kept: the name of their file, which copy it is, the print that it replaces."""

    content: bytes
    name: str
    copy: int
    template: str
    instead_of: Print | None = None
    text: str = ""
    key: str = ""


def _drawn(
    reader: Reader,
    desk: Desk,
    paper: PaperKind,
    subject: str,
    earlier: list[Print],
    instead_of: str,
    signs: Stamp,
) -> _Drawn:
    """Draw the first print; of a later one take the first one's bytes and mark them."""
    again = next((p for p in earlier if p.id == instead_of), None)
    if again is not None and has_file(reader, again.digest):
        name = _file_name(reader, again) or paper.value
        kept = read_file(reader, again.digest)
        return _Drawn(kept, name, again.copy, again.template, again, again.text, again.key)
    first = earlier[0] if earlier else None
    if first is not None and has_file(reader, first.digest):
        content, template, name = read_file(reader, first.digest), first.template, _file_name(reader, first)
        text, key = first.text, first.key
    else:
        # Printed at another desk: its bytes are at the district, so the paper is set again from the records.
        sheet = dataclasses.replace(_in_words(reader, desk, paper, subject, earlier), stamp=signs)
        content, template, name = _PAPERS[paper].render(sheet), sheet.template, sheet.number
        text, key = signs.text, signs.key
    name = name or paper.value
    if first is None:
        return _Drawn(content, name, 1, template, None, text, key)
    copy = _next_copy(earlier)
    marked = mark_copy(content, template, copy, words=words_for(reader, template))
    return _Drawn(marked, f"{name}-{copy}", copy, template, None, text, key)


def _in_words(reader: Reader, desk: Desk, paper: PaperKind, subject: str, earlier: list[Print]) -> Sheet:
    """Return what the paper says, in the words of its first print, or for a new one in those that are in force.

    An agreement has had its clauses since it was drawn up.
    """
    sheet = sheet_of_paper(reader, desk.session, paper, subject)
    keep = sheet.template if paper is PaperKind.AGREEMENT else earlier[0].template if earlier else ""
    return dressed(reader, sheet, desk.now().astimezone(BEIJING).date(), keep)


def _file_name(reader: Reader, printed: Print) -> str:
    file = reader.find(printed.attachment or "", Attachment)
    return file.name.removesuffix(".pdf") if file is not None else ""


def _keep(desk: Desk, work: Work, paper: PaperKind, version: str, drawn: _Drawn, copies: int, printer: str) -> Print:
    digest = hashlib.sha256(drawn.content).hexdigest()
    made, again = desk.made(), drawn.instead_of
    file = Attachment(
        id=new_id("attachment"),
        made=made,
        subject=version,
        name=f"{drawn.name}.pdf",
        media_type=MEDIA_TYPE,
        size=len(drawn.content),
        digest=digest,
    )
    fact = Print(
        id=new_id("print"),
        made=made,
        amends=again.id if again else None,
        amend_reason=said("actions.paper_did_not_leave") if again else "",
        paper=paper,
        subject=version,
        digest=digest,
        copies=copies,
        copy=drawn.copy,
        template=drawn.template,
        printer=printer[:200],
        attachment=again.attachment if again else file.id,
        text=drawn.text,
        key=drawn.key,
    )
    if again is None:
        put_file(work, digest, drawn.content)
        work.add(file)
    work.add(fact)
    return fact


def _next_copy(earlier: list[Print]) -> int:
    return 1 + max(p.copy for p in earlier)


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


def _earlier(reader: Reader, paper: PaperKind, version: str, now: str = "") -> list[Print]:
    """Return the prints of which a further one is a copy; of a living paper none where it says something else now.

    ``now`` is the digest of what it says (`_now`).
    """
    found = [p for p in prints_of(reader, version) if p.paper is paper]
    if not now or not found:
        return found
    last = max(place for place, p in enumerate(found) if p.copy == 1)
    return found[last:] if found[last].text == now else []


def _now(reader: Reader, desk: Desk, paper: PaperKind, subject: str) -> str:
    """Return what a living paper would say if it were printed now, as the digest of its text; "" for the others.

    Of its text and not of its bytes: another key or another page break makes no other paper.
    """
    made = _PAPERS[paper]
    if not made.living:
        return ""
    noted = Stamp()
    made.render(dataclasses.replace(_in_words(reader, desk, paper, subject, []), stamp=noted))
    return noted.text
