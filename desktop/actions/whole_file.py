"""What belongs into the whole file of a mediation, in its order, and what of it is in a bound part already.

Nothing that one side said in confidence: of what happened only what everybody may read, with its attachments
(人民调解法 15). Withdrawn attachments, voided numbers and what was drawn on a screen are left out too.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from desktop.actions.cards import card
from desktop.actions.case_documents import FRAMES, Document, documents_of, title
from desktop.actions.casefile import case_sheet
from desktop.actions.desk import Desk
from desktop.actions.mediation_records import PRINTED
from desktop.actions.paper_drawing import in_manner, sheet_for
from desktop.actions.print_rules import CHECKED, found_by
from desktop.actions.signed_originals import signed_originals
from desktop.actions.voids import is_void, standing_agreements
from desktop.printing.casefile.case import CaseSheet
from desktop.printing.moments import moment_words
from desktop.store.files import has_file
from desktop.store.links import (
    agreements_of,
    attachments_of,
    follow_ups_of,
    mediation_events_of,
    prints_of,
    signatures_of,
)
from desktop.store.reader import Reader
from sync.records.mediation_events import shareable
from sync.records.mediations import Agreement, Mediation
from sync.records.papers import OUT_OF_FILE, Attachment, PaperKind, Print
from sync.records.print_rules import unmet

EVIDENCE: Final = "evidence"
_HOLDS: Final[dict[str, Callable[[CaseSheet], object]]] = {
    "applied": lambda sheet: sheet.own_motion is not True and "applied",
    "agents": lambda sheet: sheet.agents,
    "chosen": lambda sheet: sheet.chosen,
    "sessions": lambda sheet: sheet.sessions,
    "evidence": lambda sheet: sheet.evidence,
    "visits": lambda sheet: sheet.visits,
    "ended": lambda sheet: sheet.ended_reason,
}
"""What of the records lets the file have a document unasked (casefile.toml): what it is, empty where there is none."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the file: a scan (``scan``), a paper as it was printed (``printed``), or one drawn from ``sheet``.

    ``key`` tells it from others at the same ``document``; see `records.papers.Contained`. ``ruled``: it was never
    printed, and the rules before print are asked before it is drawn. ``original``: the scan is the signed paper itself,
    and stands where the paper would.
    """

    document: Document
    title: str
    key: str
    source: str = ""
    scan: Attachment | None = None
    printed: Print | None = None
    paper: PaperKind = PaperKind.CASE_FILE
    sheet: Any = None
    ruled: bool = False
    original: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything in the file, the documents that are missing, and the parts that were bound before, first part first.

    ``held_back`` was never printed and may not be: the rules before print do not hold. ``case`` is what the forms of
    the file itself are drawn from.
    """

    items: tuple[Item, ...]
    held_back: tuple[Item, ...]
    missing: tuple[Document, ...]
    parts: tuple[Print, ...]
    case: CaseSheet

    @property
    def new(self) -> tuple[Item, ...]:
        """What no part holds yet."""
        there = {(c.document, c.key) for part in self.parts for c in part.contents}
        return tuple(item for item in self.items if (item.document.name, item.key) not in there)

    @property
    def pages(self) -> int:
        """How many pages are bound already."""
        return max((c.last for part in self.parts for c in part.contents), default=0)

    def state(self) -> str:
        """A digest that is another one as soon as something else belongs into the file."""
        said = repr([(i.document.name, i.key, i.source) for i in self.items] + [p.id for p in self.parts])
        return hashlib.sha256(said.encode()).hexdigest()


def whole_file(reader: Reader, desk: Desk, mediation_id: str) -> Plan:
    """Return what belongs into a mediation's file. Refused where there is no such mediation."""
    case = case_sheet(reader, desk.session, mediation_id, PaperKind.FILE_COVER)
    scans = _scans(reader, mediation_id)
    items: list[Item] = []
    held_back: list[Item] = []
    missing: list[Document] = []
    for document in documents_of(reader):
        if document.paper in FRAMES:
            continue
        found = [*_papers(reader, desk, mediation_id, document, case, scans), *_scanned(document, scans)]
        stopped = [i for i in found if i.ruled and unmet(found_by(reader, desk, i.paper, i.source), {})]
        held_back += stopped
        found = [item for item in found if item not in stopped]
        items += found
        if not found and document.need == "must":
            missing.append(document)
    return Plan(tuple(items), tuple(held_back), tuple(missing), parts(reader, mediation_id), case)


def parts(reader: Reader, mediation_id: str) -> tuple[Print, ...]:
    """Return the parts of the file that were bound, in the order of their pages."""
    found = [p for p in prints_of(reader, mediation_id) if p.paper is PaperKind.CASE_FILE and p.copy == 1]
    return tuple(sorted((p for p in found if p.contents), key=lambda p: p.contents[0].first))


def _papers(
    reader: Reader,
    desk: Desk,
    mediation_id: str,
    document: Document,
    case: CaseSheet,
    scans: dict[str, list[Attachment]],
) -> Iterator[Item]:
    """Yield what this program prints of a document."""
    if document.paper is PaperKind.AGREEMENT:
        yield from _agreements(reader, desk, mediation_id, document)
    elif document.paper is PaperKind.MEDIATION_RECORD:
        yield from _records(reader, desk, mediation_id, document)
    elif document.paper is not None:
        prints = [p for p in prints_of(reader, mediation_id) if p.paper is document.paper and p.copy == 1]
        if document.several:
            yield from _as_printed(reader, document, prints)
        elif found := _unasked(document, case) or (document.name if prints or document.name in scans else ""):
            sheet = in_manner(reader, desk, dataclasses.replace(case, template=f"{document.paper.value}-1"))
            yield Item(document, title(document), found, paper=document.paper, sheet=sheet)


def _unasked(document: Document, case: CaseSheet) -> str:
    """Return the key of a document that belongs into the file unasked: another one when it has more to say."""
    if not document.unasked:
        return document.name if document.need == "must" else ""
    held = _HOLDS[document.unasked](case)
    return f"{document.name} {hashlib.sha256(repr(held).encode()).hexdigest()}" if held else ""


def _as_printed(reader: Reader, document: Document, prints: list[Print]) -> Iterator[Item]:
    seen = set()
    for made in prints:
        if made.digest not in seen and has_file(reader, made.digest):
            seen.add(made.digest)
            yield Item(document, title(document), made.digest, made.id, printed=made)


def _agreements(reader: Reader, desk: Desk, mediation_id: str, document: Document) -> Iterator[Item]:
    """Yield every version that stands: not voided, and not replaced before anybody signed it.

    Where the scan of the signed paper is kept, that is it: what it says counts, and no other text stands beside it.
    """
    standing = {a.id for a in standing_agreements(reader, mediation_id)}
    found = [a for a in agreements_of(reader, mediation_id) if not is_void(reader, a.id)]
    signed = {a.id: signed_originals(reader, a.id) for a in found}
    stand = [a for a in found if a.id in standing or signed[a.id] or signatures_of(reader, a.id)]
    for paper in sorted(stand, key=lambda a: (a.version, a.id)):
        name = title(document) if len(stand) == 1 else f"{title(document)}　{paper.number}"
        if not signed[paper.id]:
            yield _drawn_or_printed(reader, desk, Item(document, name, paper.id, paper.id, paper=PaperKind.AGREEMENT))
        for place, scan in enumerate(signed[paper.id]):
            called = scan.name if place else name
            yield Item(document, called, scan.digest, scan.id, scan=scan, original=not place)


def _records(reader: Reader, desk: Desk, mediation_id: str, document: Document) -> Iterator[Item]:
    found = [e for e in shareable(mediation_events_of(reader, mediation_id)) if e.kind in PRINTED]
    for event in sorted(found, key=lambda e: (e.happened_at, e.id)):
        name = title(document) if len(found) == 1 else f"{title(document)}　{moment_words(event.happened_at)}"
        item = Item(document, name, event.id, event.id, paper=PaperKind.MEDIATION_RECORD)
        yield _drawn_or_printed(reader, desk, item)


def _drawn_or_printed(reader: Reader, desk: Desk, item: Item) -> Item:
    """Take the bytes that were printed first, for these were signed; without them it is drawn from the record.

    What was never printed must keep the rules before print as a print would.
    """
    prints = [p for p in prints_of(reader, item.source) if p.paper is item.paper and p.copy == 1]
    first = next((p for p in prints if has_file(reader, p.digest)), None)
    if first is not None:
        return dataclasses.replace(item, printed=first)
    sheet = sheet_for(reader, desk, item.paper, item.source, prints[0] if prints else None)
    return dataclasses.replace(item, sheet=sheet, ruled=not prints and item.paper in CHECKED)


def _scanned(document: Document, scans: dict[str, list[Attachment]]) -> Iterator[Item]:
    for file in scans.get(document.name, ()):
        yield Item(document, file.name, file.digest, file.id, scan=file)


def _scans(reader: Reader, mediation_id: str) -> dict[str, list[Attachment]]:
    """Return the files that belong to each document: as somebody said, and what nobody placed as evidence."""
    found: dict[str, list[Attachment]] = {}
    mediation: Mediation = card(reader, mediation_id, Mediation)
    for subject in dict.fromkeys(_subjects(reader, mediation)):
        prints = {p.attachment for p in prints_of(reader, subject)}
        for file in attachments_of(reader, subject):
            unsaid = EVIDENCE if subject in (mediation_id, mediation.matter) else ""
            where = file.document or unsaid
            if file.id in prints or file.purpose is not None or file.withdrawn or where in ("", OUT_OF_FILE):
                continue
            if file.digest not in {other.digest for other in found.setdefault(where, [])}:
                found[where].append(file)
    return found


def _subjects(reader: Reader, mediation: Mediation) -> Iterator[str]:
    """Yield the records whose files may be in the file; no contact with one side alone is among them."""
    yield mediation.id
    yield mediation.matter
    for event in shareable(mediation_events_of(reader, mediation.id)):
        yield event.id
    for paper in _all_agreements(reader, mediation.id):
        yield paper.id
        yield from (signature.id for signature in signatures_of(reader, paper.id))
        yield from (visit.id for visit in follow_ups_of(reader, paper.id))


def _all_agreements(reader: Reader, mediation_id: str) -> list[Agreement]:
    return sorted(agreements_of(reader, mediation_id), key=lambda a: (a.version, a.id))
