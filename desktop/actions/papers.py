"""Papers: show one before printing, print it, print a marked copy."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from desktop.actions.desk import Desk
from desktop.actions.paper_drawing import (
    Drawn,
    again,
    copied_original,
    copy_of,
    earlier_prints,
    first_print,
    next_copy,
    said_now,
    sheet_for,
    stayed,
    that_left,
)
from desktop.actions.paper_kinds import NUMBERED, draw, is_kept, version_of
from desktop.actions.print_rules import Reasons, must_hold
from desktop.actions.sheets import said
from desktop.actions.signed_originals import drawn_original, signed_originals
from desktop.actions.signing_keys import stamp
from desktop.actions.visits import number_visit
from desktop.actions.voids import must_not_be_void
from desktop.changes import Changes
from desktop.printing.fonts import installed
from desktop.store.files import has_file, put_file
from desktop.store.store import Work
from sync.records.errors import RuleBroken, Unavailable
from sync.records.kinds import new_id
from sync.records.mediations import Agreement
from sync.records.orders import DispatchOrder
from sync.records.papers import Attachment, PaperKind, Print, WentOn

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


def preview(desk: Desk, paper: PaperKind, subject: str) -> bytes:
    """Return the PDF of a paper as a print would be now, marked as a preview; nothing is recorded.

    ``subject``: visit, order, agreement, an event of a mediation, a matter or one of its steps.
    """
    paper = PaperKind(paper)
    with desk.store.read() as reader:
        now = said_now(reader, desk, paper, subject)
        earlier = that_left(reader, earlier_prints(reader, paper, version_of(reader, paper, subject), now))
        original = drawn_original(reader, desk, paper, subject)
        if original is not None:
            return copied_original(reader, desk, paper, subject, earlier, original, preview=True).content
        if earlier and earlier[0].copy == 1 and has_file(reader, earlier[0].digest):
            return copy_of(reader, earlier[0], next_copy(earlier), preview=True)
        sheet = sheet_for(reader, desk, paper, subject, None)
    return draw(paper, dataclasses.replace(sheet, preview=True))


def usual_copies(desk: Desk, paper: PaperKind, subject: str) -> int:
    """Return how many copies a first print has; a reprint has one.

    An agreement: one for each party and one for the committee, as it says itself (人民调解法 29). An order: one for
    each department, one for the street office, one for the file.
    """
    with desk.store.read() as reader:
        paper = PaperKind(paper)
        now = said_now(reader, desk, paper, subject)
        if that_left(reader, earlier_prints(reader, paper, version_of(reader, paper, subject), now)):
            return 1
        found = reader.find(subject, Agreement) or reader.find(subject, DispatchOrder)
        if isinstance(found, Agreement) and signed_originals(reader, subject):
            return 1
    if isinstance(found, Agreement):
        return min(found.copies, MOST_COPIES)
    if isinstance(found, DispatchOrder):
        return len(found.departments) + (found.street_copy is not None) + 1
    return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a paper leaves: how often, on which printer, for whom; fields as in `Print`."""

    copies: int
    printer: str = ""
    pages: str = ""
    recipients: tuple[str, ...] = ()
    went_on: tuple[WentOn, ...] = ()


def issue_paper(
    desk: Desk,
    paper: PaperKind,
    subject: str,
    copies: int | None = None,
    printer: str = "",
    instead_of: str = "",
    reasons: Reasons = "",
    *,
    pages: str = "",
    recipients: tuple[str, ...] = (),
) -> Printed:
    """Record the print and keep its bytes, in one transaction, then return them: paper leaves only after the commit.

    A visit from a ledger gets its number now. A reprint is the first print's bytes, marked with its number; only a
    corrected visit is printed anew. ``copies`` are the usual ones where none are named. ``instead_of`` names a print
    that a printer did not take (by default the last one, where that is known of it): no paper of it exists, so its
    bytes leave again as they are, and the new record says from where and how often. ``reasons`` say why a paper is
    printed although a rule does not hold; RulesUnmet where one is wanting. ``pages`` and ``recipients`` as in `Print`.
    Raises what the renderer raises: then nothing is recorded.
    """
    desk.must_may("print")
    paper = PaperKind(paper)
    copies = usual_copies(desk, paper, subject) if copies is None else copies
    if not 1 <= copies <= MOST_COPIES:
        raise RuleBroken("actions.copies_impossible", field="copies", limit=MOST_COPIES)
    numbered = number_visit(desk, subject) if paper in NUMBERED else Changes()
    signs = stamp(desk)
    for _ in range(_TRIES):
        with desk.store.read() as reader:
            must_not_be_void(reader, subject)
            version = version_of(reader, paper, subject)
            now = said_now(reader, desk, paper, subject)
            earlier = earlier_prints(reader, paper, version, now)
            signed = paper is PaperKind.AGREEMENT and bool(signed_originals(reader, subject))
            how = How(
                copies=copies,
                printer=printer[:200],
                pages=pages,
                recipients=recipients,
                went_on=() if earlier or signed else must_hold(reader, desk, paper, subject, reasons),
            )
            left = instead_of or stayed(reader, earlier)
            drawn = again(reader, paper, earlier, left)
            before = next((p for p in earlier if p.id == left), None)
            drawn = drawn or first_print(reader, desk, paper, subject, earlier, signs, before)
        # Drawn outside the transaction, which other desks wait for; what was printed is looked at again inside.
        with desk.store.write() as work:
            if [p.id for p in earlier_prints(work, paper, version, now)] == [p.id for p in earlier]:
                fact = _keep(desk, work, paper, version, drawn, how)
                break
    else:
        raise Unavailable("store.busy")
    return Printed(drawn.content, fact.id, fact.copy, numbered | work.changes)


def _keep(desk: Desk, work: Work, paper: PaperKind, version: str, drawn: Drawn, how: How) -> Print:
    made, before, kept = desk.made(), drawn.instead_of, is_kept(paper)
    there = before is not None and (before.digest == drawn.digest and has_file(work, drawn.digest))
    file = Attachment(
        id=new_id("attachment"),
        made=made,
        subject=version,
        name=f"{drawn.name}.pdf",
        media_type=MEDIA_TYPE,
        size=len(drawn.content),
        digest=drawn.digest,
    )
    fact = Print(
        id=new_id("print"),
        made=made,
        amends=before.id if before else None,
        amend_reason=said("actions.paper_did_not_leave") if before else "",
        paper=paper,
        subject=version,
        digest=drawn.digest,
        copies=how.copies,
        copy=drawn.copy,
        template=drawn.template,
        layout=drawn.layout,
        printer=how.printer,
        pages=how.pages,
        recipients=how.recipients,
        attachment=before.attachment if before and there else file.id if kept else None,
        faces=tuple(dict.fromkeys([*drawn.faces, *installed(desk.manner().face).faces_in(drawn.content)])),
        went_on=before.went_on if before else how.went_on,
        text=drawn.text,
        key=drawn.key,
    )
    if kept and not there:
        put_file(work, drawn.digest, drawn.content)
        work.add(file)
    work.add(fact)
    return fact
