"""Papers: show one before printing, print it, print a marked copy, void a number."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.actions.desk import Desk, Done
from desktop.actions.sheets import agreement_sheet, dispatch_sheet, registration_sheet
from desktop.actions.visit_history import standing_visit
from desktop.actions.visits import number_visit
from desktop.changes import Changes
from desktop.printing import agreement, dispatch_order, registration
from desktop.printing.sheets import AgreementSheet, DispatchSheet, RegistrationSheet, Sheet
from desktop.session import Session
from desktop.store.files import put_file
from desktop.store.links import prints_of, signatures_of
from desktop.store.store import Reader, Work
from sync.records.canonical import canonical
from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.folds import effective_on
from sync.records.kinds import new_id
from sync.records.mediations import Agreement, AgreementForm
from sync.records.orders import DispatchOrder
from sync.records.papers import Attachment, NumberVoid, PaperKind, Print, Series
from sync.records.times import BEIJING

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
    type: type[Sheet]


_PAPERS: dict[PaperKind, _Paper] = {
    PaperKind.REGISTRATION: _Paper(registration_sheet, registration.render, RegistrationSheet),
    PaperKind.DISPATCH_ORDER: _Paper(dispatch_sheet, dispatch_order.render, DispatchSheet),
    PaperKind.AGREEMENT: _Paper(agreement_sheet, agreement.render, AgreementSheet),
}


def preview(desk: Desk, paper: PaperKind, subject: str) -> bytes:
    """Return the PDF of a paper, marked as a preview; nothing is recorded. ``subject``: visit, order or agreement."""
    kind = _PAPERS[PaperKind(paper)]
    with desk.store.read() as reader:
        sheet = _sheet(reader, desk.session, PaperKind(paper), subject)
    return kind.render(dataclasses.replace(sheet, preview=True))


def issue_paper(desk: Desk, paper: PaperKind, subject: str, copies: int = 1, printer: str = "") -> Printed:
    """Record the print and keep its bytes, in one transaction, then return them: paper leaves only after the commit.

    A visit from a ledger gets its number now. A reprint says what the first print said, from the value kept with it,
    and is marked with its number; only a corrected visit is printed anew. Raises what the renderer raises: then
    nothing is recorded.
    """
    desk.must_may("print")
    if not 1 <= copies <= MOST_COPIES:
        raise RuleBroken("actions.copies_impossible", field="copies", limit=MOST_COPIES)
    paper = PaperKind(paper)
    numbered = number_visit(desk, subject) if paper is PaperKind.REGISTRATION else Changes()
    for _ in range(_TRIES):
        with desk.store.read() as reader:
            version = _version(reader, paper, subject)
            copy = _earlier(reader, paper, version) + 1
            sheet = dataclasses.replace(_sheet(reader, desk.session, paper, subject), copy=copy)
        # Drawn outside the transaction, which other desks wait for; the copy's number is looked at again inside.
        content = _PAPERS[paper].render(sheet)
        with desk.store.write() as work:
            if _earlier(work, paper, version) + 1 == copy:
                fact = _keep(desk, work, paper, version, sheet, content, copies, printer)
                break
    else:
        raise Unavailable("store.busy")
    return Printed(content, fact.id, copy, numbered | work.changes)


def _keep(
    desk: Desk, work: Work, paper: PaperKind, version: str, sheet: Sheet, content: bytes, copies: int, printer: str
) -> Print:
    digest = hashlib.sha256(content).hexdigest()
    made = desk.made()
    name = sheet.number or paper.value
    file = Attachment(
        id=new_id("attachment"),
        made=made,
        subject=version,
        name=f"{name}.pdf" if sheet.copy == 1 else f"{name}-{sheet.copy}.pdf",
        media_type=MEDIA_TYPE,
        size=len(content),
        digest=digest,
    )
    fact = Print(
        id=new_id("print"),
        made=made,
        paper=paper,
        subject=version,
        digest=digest,
        copies=copies,
        copy=sheet.copy,
        template=sheet.template,
        printer=printer[:200],
        attachment=file.id,
    )
    put_file(work, digest, content)
    work.add(file)
    work.add(fact)
    if work.meta(_key(paper, version)) is None:
        work.set_meta(_key(paper, version), canonical(sheet).decode())
    return fact


def _key(paper: PaperKind, version: str) -> str:
    return f"sheet.{paper.value}.{version}"


def _version(reader: Reader, paper: PaperKind, subject: str) -> str:
    """What a print names: a visit's first record, or its last correction; for the other papers the record itself."""
    return standing_visit(reader, subject).corrected if paper is PaperKind.REGISTRATION else subject


def _earlier(reader: Reader, paper: PaperKind, version: str) -> int:
    return sum(p.paper is paper for p in prints_of(reader, version))


def _sheet(reader: Reader, session: Session, paper: PaperKind, subject: str) -> Any:
    """Return what was printed the first time, or what the records say now."""
    kind = _PAPERS[paper]
    kept = reader.meta(_key(paper, _version(reader, paper, subject)))
    if kept is not None:
        return msgspec.json.decode(kept, type=kind.type)
    sheet = kind.sheet(reader, session, subject)
    if paper is PaperKind.AGREEMENT:
        _must_be_written(reader, subject)
    return sheet


def _must_be_written(reader: Reader, subject: str) -> None:
    paper = reader.find(subject, Agreement)
    if paper is not None and paper.form is AgreementForm.ORAL:
        raise Refused("actions.oral_has_no_paper")


def void_number(desk: Desk, subject: str, reason: str) -> Done:
    """Record that the number of an order or agreement is not used (作废), with the reason; it is never given again.

    An agreement in force keeps its number: it is changed by a new version.
    """
    desk.must_may("number_void")
    reason = " ".join(reason.split())
    if not reason:
        raise RuleBroken("actions.required", field="reason")
    with desk.store.write() as work:
        found = work.get(subject)
        if not isinstance(found, (DispatchOrder, Agreement)):
            raise Refused("store.no_such_record", id=subject)
        if isinstance(found, Agreement) and effective_on(found, signatures_of(work, subject)) is not None:
            raise Refused("actions.agreement_in_force", number=found.number)
        if work.meta(f"void.{subject}") is not None:
            return Done(str(work.meta(f"void.{subject}")), found.number)
        void = NumberVoid(
            id=new_id("number_void"),
            made=desk.made(),
            series=Series.ORDER if isinstance(found, DispatchOrder) else Series.AGREEMENT,
            unit=found.made.unit,
            year=found.made.at.astimezone(BEIJING).year,
            number=found.number,
            reason=reason,
        )
        work.add(void)
        work.set_meta(f"void.{subject}", void.id)
    return Done(void.id, found.number, work.changes)
