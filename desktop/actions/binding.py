"""A part of a mediation's file bound as one PDF: all is read and drawn, then index and back cover, then the pages."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from desktop.actions.case_documents import Document, documents_of, title, title_key
from desktop.actions.desk import Desk
from desktop.actions.paper_drawing import in_manner
from desktop.actions.paper_kinds import draw
from desktop.actions.sheets import said
from desktop.actions.signing_keys import stamp
from desktop.actions.whole_file import Item, Plan, whole_file
from desktop.printing.casefile.case import IndexLine
from desktop.printing.fonts import installed
from desktop.store.files import has_file, read_file
from sync.records.errors import Refused, RuleBroken
from sync.records.papers import Contained, PaperKind

if TYPE_CHECKING:
    from desktop.printing.whole.binder import Bound, Piece
    from desktop.printing.whole.pictures import Picture
    from desktop.printing.whole.scans import Scan

INDEX, APPENDIX = "file_index-1", "file_appendix-1"
STEPS: Final = 1000
"""Of the progress that is reported."""
READING: Final = 400
"""Steps until everything is read and drawn; the rest is binding."""
WIDEST: Final = "8888-8888"
"""Stands for pages that are not known yet: an index with these is as long as the one with the right ones."""

Report = Callable[[int, int], None]
Fetch = Callable[[str], bytes]
"""Gives an attachment's bytes that are at the district only, by the attachment's id."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the file, bound and not yet recorded; ``state`` is `Plan.state` as it was then.

    ``missing`` are the wording keys of documents that must be in a file and are not, ``unvouched`` the names of the
    scans for which it does not say that it is PDF/A, ``held_back`` the titles of papers that were never printed and
    may not be.
    """

    mediation: str
    title: str
    template: str
    pdf: bytes
    contents: tuple[Contained, ...]
    state: str
    missing: tuple[str, ...] = ()
    unvouched: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[int, int]:
        """First and last page."""
        return self.contents[0].first, self.contents[-1].last


def bind_part(
    desk: Desk,
    mediation_id: str,
    report: Report = lambda _done, _of: None,
    cancelled: Callable[[], bool] = bool,
    fetch: Fetch | None = None,
) -> Part:
    """Bind what no part of the file holds yet; nothing is recorded.

    RuleBroken where a scan is damaged, locked or too much, or nothing is new; Refused("whole_file.stopped") after
    somebody stopped it, and where a file's bytes are at the district only and ``fetch`` is none or cannot get them.
    """
    desk.must_may("print")
    with desk.store.read() as reader:
        plan = whole_file(reader, desk, mediation_id)
    if plan.parts and not plan.new:
        raise RuleBroken("whole_file.nothing_new")
    return _Binding(desk, plan, report, cancelled, fetch).part(mediation_id)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One thing to bind, read or drawn; ``item`` is None for what is drawn for the file itself."""

    document: Document
    title: str
    content: bytes | Scan | Picture
    digest: str
    item: Item | None = None

    @property
    def scanned(self) -> bool:
        """Whether it stands behind a paper, or in a document that has none; a signed original is the paper itself."""
        return self.item is not None and self.item.scan is not None and not self.item.original


class _Binding:
    """The steps of binding one part."""

    def __init__(
        self, desk: Desk, plan: Plan, report: Report, cancelled: Callable[[], bool], fetch: Fetch | None
    ) -> None:
        self.desk, self.plan, self.report, self.cancelled, self.fetch = desk, plan, report, cancelled, fetch
        self.signs = stamp(desk)
        with desk.store.read() as reader:
            self.documents = {d.paper: d for d in documents_of(reader) if d.paper}

    def part(self, mediation_id: str) -> Part:
        """Read, draw, bind."""
        inner = list(self._read())
        leaves = self._framed(inner, list(self._lines(inner)))
        first = self.plan.pages + 1
        name = " ".join(filter(None, (said("records.paperkind_case_file"), self.plan.case.number)))
        bound = self._bind(name, leaves, first)
        return Part(
            mediation=mediation_id,
            title=name,
            template=APPENDIX if self.plan.parts else INDEX,
            pdf=bound.pdf,
            contents=tuple(_contents(leaves, bound.pages, first)),
            state=self.plan.state(),
            missing=tuple(title_key(d) for d in self.plan.missing),
            unvouched=bound.unvouched,
            held_back=tuple(item.title for item in self.plan.held_back),
        )

    def _bind(self, name: str, leaves: list[_Leaf], first: int) -> Bound:
        from desktop.printing.whole.binder import bind

        def each(done: int, of: int) -> None:
            self._step(READING + (STEPS - READING) * done // max(of, 1))

        pieces = [_piece(leaf, before) for before, leaf in zip([None, *leaves], leaves, strict=False)]
        return bind(name, pieces, first, installed(self.desk.manner().face), each)

    def _step(self, done: int) -> None:
        if self.cancelled():
            raise Refused("whole_file.stopped")
        self.report(done, STEPS)

    def _read(self) -> Iterator[_Leaf]:
        """Read or draw everything that is new."""
        new = self.plan.new
        for place, item in enumerate(new):
            self._step(READING * place // len(new))
            content = self._bytes(item)
            digest = hashlib.sha256(content).hexdigest()
            yield _Leaf(item.document, item.title, _opened(item, content), digest, item)

    def _bytes(self, item: Item) -> bytes:
        kept = item.scan or item.printed
        if kept is None:
            return draw(item.paper, dataclasses.replace(item.sheet, stamp=self.signs))
        with self.desk.store.read() as reader:
            if has_file(reader, kept.digest):
                return read_file(reader, kept.digest)
        if item.scan is None or self.fetch is None:
            raise Refused("attachments.not_here", file=item.title)
        return self.fetch(kept.id)

    def _lines(self, inner: list[_Leaf]) -> Iterator[tuple[str, int]]:
        """Yield the lines of the index with their pages: a paper and its scans are one, scans alone are one too."""
        from desktop.printing.whole.binder import pages_of

        before = ""
        line: tuple[str, int] | None = None
        for leaf in inner:
            pages, name = pages_of(leaf.content), leaf.document.name
            if line is not None and leaf.scanned and name == before:
                line = (line[0], line[1] + pages)
                continue
            if line is not None:
                yield line
            line, before = (title(leaf.document) if leaf.scanned else leaf.title, pages), name
        if line is not None:
            yield line

    def _framed(self, inner: list[_Leaf], lines: list[tuple[str, int]]) -> list[_Leaf]:
        """Return everything in its order: what is drawn for the file itself around and between the rest."""
        appendix = len(self.plan.parts)
        head = [] if appendix else [self._form(PaperKind.FILE_COVER)]
        missing = tuple(title(d) for d in self.plan.missing)
        tail = [self._form(PaperKind.FILE_STATEMENT, missing=missing)] if missing else []
        back = self._form(PaperKind.FILE_BACK, pages=1)
        named = [*lines, *((leaf.title, _count(leaf)) for leaf in (*tail, back))]
        blank = self._index([IndexLine(document=name, pages=WIDEST) for name, _pages in named])
        at = self.plan.pages + sum(_count(leaf) for leaf in (*head, blank)) + 1
        told = []
        for name, pages in named:
            told.append(IndexLine(document=name, pages=_span(at, at + pages - 1)))
            at += pages
        index, back = self._index(told), self._form(PaperKind.FILE_BACK, pages=at - 1)
        return [*head, index, *inner, *tail, back]

    def _index(self, lines: list[IndexLine]) -> _Leaf:
        appendix = len(self.plan.parts)
        template = APPENDIX if appendix else INDEX
        return self._form(PaperKind.FILE_INDEX, template=template, index=tuple(lines), appendix=appendix)

    def _form(self, paper: PaperKind, **said_too: Any) -> _Leaf:
        sheet = dataclasses.replace(self.plan.case, **{"template": f"{paper.value}-1", **said_too})
        with self.desk.store.read() as reader:
            sheet = in_manner(reader, self.desk, sheet)
        content = draw(paper, dataclasses.replace(sheet, stamp=self.signs))
        document = self.documents.get(paper) or Document(paper.value, "must", paper)
        return _Leaf(document, title(document), content, hashlib.sha256(content).hexdigest())


def _opened(item: Item, content: bytes) -> bytes | Scan | Picture:
    """Open a scan, which is somebody else's file; a paper of this program is its bytes."""
    from desktop.printing.whole.opened import opened

    return content if item.scan is None else opened(item.scan.name, item.scan.media_type, content)


def _count(leaf: _Leaf) -> int:
    from desktop.printing.whole.binder import pages_of

    return pages_of(leaf.content)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _piece(leaf: _Leaf, before: _Leaf | None) -> Piece:
    """Return a leaf as it is bookmarked: a scan below its paper, or below the first scan of its document."""
    from desktop.printing.whole.binder import Piece

    if not leaf.scanned:
        return Piece(leaf.title, leaf.content)
    below = before is not None and before.document == leaf.document
    return Piece(leaf.title if below else f"{title(leaf.document)}　{leaf.title}", leaf.content, level=int(below))


def _contents(leaves: list[_Leaf], pages: tuple[int, ...], first: int) -> Iterator[Contained]:
    for leaf, count in zip(leaves, pages, strict=True):
        yield Contained(
            document=leaf.document.name,
            key=leaf.item.key if leaf.item else "",
            source=leaf.item.source if leaf.item else "",
            digest=leaf.digest,
            first=first,
            last=first + count - 1,
        )
        first += count
