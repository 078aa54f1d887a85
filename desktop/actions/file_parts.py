"""The parts of a mediation's file: recorded with what is on which page, given out, and given out again as copies.

A part that was bound never changes. What came since is an appendix: a part with an index of its own, whose page numbers
go on (docs/adr/0013).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop.actions.binding import Fetch, Part, Report, bind_part
from desktop.actions.case_documents import Present, case_checklist, title_key
from desktop.actions.desk import Desk
from desktop.actions.paper_drawing import copy_of, next_copy, stayed
from desktop.actions.papers import MEDIA_TYPE, MOST_COPIES, Printed
from desktop.actions.sheets import said
from desktop.actions.whole_file import parts, whole_file
from desktop.printing.fonts import installed
from desktop.store.files import has_file, put_file, read_file
from desktop.store.links import prints_of
from desktop.store.reader import Reader
from desktop.store.work import Work
from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.kinds import new_id
from sync.records.papers import Attachment, PaperKind, Print

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """How a file stands: the wording keys of what is missing, how much no part holds yet, the pages of its parts, and
    how many scans each document has.
    """

    missing: tuple[str, ...]
    new: int
    parts: tuple[tuple[int, int], ...]
    scans: dict[str, int]


def standing(desk: Desk, mediation_id: str) -> Standing:
    """Return how the file of a mediation stands."""
    with desk.store.read() as reader:
        plan = whole_file(reader, desk, mediation_id)
    ends = tuple((p.contents[0].first, p.contents[-1].last) for p in plan.parts)
    scans = Counter(item.document.name for item in plan.items if item.scan)
    return Standing(tuple(title_key(d) for d in plan.missing), len(plan.new), ends, dict(scans))


def read_part(desk: Desk, mediation_id: str, number: int) -> bytes:
    """Return the bytes of a part as it was bound, to be looked at; Refused where they are not here."""
    with desk.store.read() as reader:
        first = _given_out(reader, mediation_id, number)[0]
        if not has_file(reader, first.digest):
            raise Refused("attachments.not_here", file=said("records.paperkind_case_file"))
        return read_file(reader, first.digest)


def how_it_stands(desk: Desk, mediation_id: str) -> tuple[tuple[Present, ...], Standing]:
    """Return the file's checklist and how it stands, for the window."""
    return case_checklist(desk, mediation_id), standing(desk, mediation_id)


def issue_part(desk: Desk, part: Part, copies: int = 1, printer: str = "") -> Printed:
    """Record a bound part and keep its bytes, in one transaction, then return them: paper leaves only after it.

    RuleBroken("whole_file.changed") where something else belongs into the file since it was bound.
    """
    _may(desk, copies)
    with desk.store.write() as work:
        plan = whole_file(work, desk, part.mediation)
        if plan.state() != part.state:
            raise RuleBroken("whole_file.changed")
        name = part.title if not plan.parts else f"{part.title} {len(plan.parts) + 1}"
        made = Print(
            id=new_id("print"),
            made=desk.made(),
            paper=PaperKind.CASE_FILE,
            subject=part.mediation,
            digest="",
            copies=copies,
            template=part.template,
            printer=printer[:200],
            contents=part.contents,
        )
        kept = _keep(work, made, part.pdf, name, desk.manner().face)
    return Printed(part.pdf, kept.id, 1, work.changes)


def issue_copy(desk: Desk, mediation_id: str, number: int = 0, copies: int = 1, printer: str = "") -> Printed:
    """Give out a part again as a copy: its bytes as they were, with a mark behind them. ``number`` from 1; 0: the last.

    Where no printer took what was given out last, no paper of it exists: then that leaves once more, as it was.
    RuleBroken("whole_file.no_part"); Refused where its bytes are not here.
    """
    _may(desk, copies)
    for _ in range(_TRIES):
        with desk.store.read() as reader:
            given = _given_out(reader, mediation_id, number)
            leaves = given[-1] if stayed(reader, given) else None
            first, copy = given[0], next_copy(given)
            if not has_file(reader, (leaves or first).digest):
                raise Refused("attachments.not_here", file=said("records.paperkind_case_file"))
            name = getattr(reader.get(first.attachment or ""), "name", "").removesuffix(".pdf")
            pdf = read_file(reader, leaves.digest) if leaves else copy_of(reader, first, copy)
        with desk.store.write() as work:
            if _given_out(work, mediation_id, number) != given:
                continue
            if leaves is not None:
                return _once_more(desk, work, leaves, pdf, copies, printer)
            made = Print(
                id=new_id("print"),
                made=desk.made(),
                paper=PaperKind.CASE_FILE,
                subject=mediation_id,
                digest="",
                copies=copies,
                copy=copy,
                template=first.template,
                printer=printer[:200],
                copy_of=first.id,
                faces=first.faces,
            )
            kept = _keep(work, made, pdf, f"{name} ({copy})", desk.manner().face)
        return Printed(pdf, kept.id, copy, work.changes)
    raise Unavailable("store.busy")


def _once_more(desk: Desk, work: Work, before: Print, pdf: bytes, copies: int, printer: str) -> Printed:
    """Record that a print leaves again of which no paper exists; a part keeps its pages, a copy its number."""
    made = replace(
        before,
        id=new_id("print"),
        made=desk.made(),
        amends=before.id,
        amend_reason=said("actions.paper_did_not_leave"),
        copies=copies,
        printer=printer[:200],
    )
    work.add(made)
    return Printed(pdf, made.id, made.copy, work.changes)


def give_out(
    desk: Desk,
    mediation_id: str,
    report: Report = lambda _done, _of: None,
    cancelled: Callable[[], bool] = bool,
    fetch: Fetch | None = None,
) -> tuple[Printed, Part | None]:
    """Bind and record what is new, or give out a copy of the last part where nothing is (then without a `Part`)."""
    for _ in range(_TRIES):
        try:
            part = bind_part(desk, mediation_id, report, cancelled, fetch)
        except RuleBroken as why:
            if why.key != "whole_file.nothing_new":
                raise
            return issue_copy(desk, mediation_id), None
        try:
            return issue_part(desk, part), part
        except RuleBroken as why:
            if why.key != "whole_file.changed":
                raise
    raise Unavailable("store.busy")


def _may(desk: Desk, copies: int) -> None:
    desk.must_may("print")
    if not 1 <= copies <= MOST_COPIES:
        raise RuleBroken("actions.copies_impossible", field="copies", limit=MOST_COPIES)


def _given_out(reader: Reader, mediation_id: str, number: int) -> list[Print]:
    """Return a part and its copies, in the order in which they were asked for."""
    found = parts(reader, mediation_id)
    if not found or not 0 <= number <= len(found):
        raise RuleBroken("whole_file.no_part", number=number, parts=len(found))
    first = found[number - 1]
    return [first, *(p for p in prints_of(reader, mediation_id) if p.copy_of == first.id)]


def _keep(work: Work, made: Print, pdf: bytes, name: str, style: str) -> Print:
    """Keep the bytes as an attachment of the mediation, and the print that names them."""
    digest = hashlib.sha256(pdf).hexdigest()
    file = Attachment(
        id=new_id("attachment"),
        made=made.made,
        subject=made.subject,
        name=f"{name}.pdf",
        media_type=MEDIA_TYPE,
        size=len(pdf),
        digest=digest,
    )
    put_file(work, digest, pdf)
    work.add(file)
    fresh = (face for face in installed(style).faces_in(pdf) if face not in made.faces)
    kept = replace(made, digest=digest, attachment=file.id, faces=(*made.faces, *fresh))
    work.add(kept)
    return kept
