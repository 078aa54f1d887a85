"""A reprint: the first print's bytes as they were, and behind them an update that marks every page as a copy.

The update is an incremental one (ISO 32000-1, 7.5.6): nothing of the original is set anew, whatever program, fonts or
layout made it, and who cuts the update off has the original back, to the byte.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from desktop.printing.document import Document
from desktop.printing.fonts import Fonts, installed
from desktop.printing.frames import put_copy_mark
from desktop.printing.template import Template, template
from sync.records.errors import Damaged

REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
ENTRY = 20
"""Bytes of one entry of a cross-reference table (7.5.4)."""


def mark_copy(
    pdf: bytes,
    template_name: str,
    copy: int,
    fonts: Fonts | None = None,
    *,
    preview: bool = False,
    words: Template | None = None,
) -> bytes:
    """Return ``pdf``, one of this program's papers, with the mark of its ``copy``-th print on every page.

    ``preview`` says too that this is not yet a print; ``words`` are those of a district's edition. Raises
    Damaged("printing.bad_paper") where the bytes are not such a paper, and Refused("printing.no_font").
    """
    mark = Document(fonts or installed(), "", prefix="M")
    put_copy_mark(mark.page(), mark.fonts, words or template(template_name), template_name, copy, preview=preview)
    try:
        return _update(_Paper(pdf), _Paper(mark.finish()), f"{template_name} {copy} {preview}")
    except (AttributeError, KeyError, IndexError, ValueError) as why:
        raise Damaged("printing.bad_paper") from why


class _Paper:
    """The objects of a PDF that ``document.Document`` wrote: one table of cross references, no object streams."""

    def __init__(self, pdf: bytes) -> None:
        self.bytes = pdf
        self.start = int(pdf[pdf.rindex(b"startxref") :].split()[1])
        head, self.size = b"xref\n0 ", int(pdf[self.start + 7 :].split(b"\n", 1)[0])
        first = self.start + len(head) + len(str(self.size)) + 1
        table = pdf[first : first + ENTRY * self.size]
        if pdf[self.start : self.start + 7] != head or len(table) != ENTRY * self.size:
            raise ValueError("not our table")
        self.trailer = pdf[first + len(table) :]
        places = [int(table[at : at + 10]) for at in range(ENTRY, len(table), ENTRY)]
        ends = dict(zip(sorted(places), [*sorted(places)[1:], self.start], strict=True))
        self.objects = {number: pdf[place : ends[place]] for number, place in enumerate(places, 1)}

    def named(self, where: bytes, key: bytes) -> int:
        """Return the number of the object that ``where`` names under ``key``."""
        found = re.search(rb"/" + key + rb" (\d+) 0 R\b", where)
        if found is None:
            raise KeyError(key)
        return int(found[1])

    @property
    def pages(self) -> list[int]:
        """The numbers of the page objects, first page first."""
        tree = self.objects[self.named(self.objects[self.named(self.trailer, b"Root")], b"Pages")]
        kids = tree[tree.index(b"/Kids [") : tree.index(b"]")]
        return [int(number) for number in REFERENCE.findall(kids)]

    def reached(self, number: int) -> Iterator[int]:
        """Yield ``number`` and every object that it needs."""
        waiting, seen = [number], set()
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                yield at
                waiting += (int(other) for other in REFERENCE.findall(_head(self.objects[at])))


def _head(body: bytes) -> bytes:
    """Return an object without the content of its stream."""
    return body.partition(b"stream\n")[0]


def _update(paper: _Paper, mark: _Paper, what: str) -> bytes:
    """Append the mark's content and fonts, and the pages and resources that use them; ``what`` names the mark."""
    (mark_page,) = mark.pages
    content = mark.named(mark.objects[mark_page], b"Contents")
    resources = mark.objects[mark.named(mark.objects[mark_page], b"Resources")]
    fonts = _font_entries(resources)
    needed = sorted({n for root in (content, *map(int, REFERENCE.findall(fonts))) for n in mark.reached(root)})
    place = {number: paper.size + at for at, number in enumerate(needed)}
    written = {place[number]: _renumbered(mark.objects[number], place) for number in needed}
    for page in paper.pages:
        body = paper.objects[page]
        old, shared = paper.named(body, b"Contents"), paper.named(body, b"Resources")
        both = b"/Contents [ %d 0 R %d 0 R ]" % (old, place[content])
        written[page] = body.replace(b"/Contents %d 0 R" % old, both)
        theirs = _font_entries(paper.objects[shared])
        ours = _renumbered(fonts, place)
        written[shared] = paper.objects[shared].replace(theirs, theirs + b" " + ours)
    return paper.bytes + _written(paper, written, what)


def _font_entries(resources: bytes) -> bytes:
    found = re.search(rb"/Font <<\s*(.*?)\s*>>", resources, re.DOTALL)
    if found is None:
        raise KeyError("Font")
    return found[1]


def _renumbered(body: bytes, place: dict[int, int]) -> bytes:
    """Return an object, or a list of references, with the numbers that the update gives."""
    head = _head(body)
    changed = REFERENCE.sub(lambda found: b"%d 0 R" % place[int(found[1])], head)
    number = re.match(rb"(\d+) 0 obj", changed)
    if number is not None:
        changed = b"%d 0 obj" % place[int(number[1])] + changed[number.end() :]
    return changed + body[len(head) :]


def _written(paper: _Paper, objects: dict[int, bytes], what: str) -> bytes:
    """Return the update: objects, their cross references, and a trailer that names the table before."""
    body, places = bytearray(), {}
    for number in sorted(objects):
        places[number] = len(paper.bytes) + len(body)
        body += objects[number]
    start = len(paper.bytes) + len(body)
    body += b"xref\n" + b"".join(_sections(places))
    size = max(max(objects) + 1, paper.size)
    first = re.search(rb"/ID\s*\[<([0-9a-f]+)>", paper.trailer)
    if first is None:
        raise KeyError("ID")
    # From what the mark says, not from packed bytes: the same under another build of zlib.
    second = hashlib.sha256(first[1] + what.encode()).hexdigest()[:32].encode()
    info, root = paper.named(paper.trailer, b"Info"), paper.named(paper.trailer, b"Root")
    body += b"trailer\n<<\n/ID [<%s><%s>]\n/Info %d 0 R\n/Prev %d\n" % (first[1], second, info, paper.start)
    body += b"/Root %d 0 R\n/Size %d\n>>\nstartxref\n%d\n%%%%EOF\n" % (root, size, start)
    return bytes(body)


def _sections(places: dict[int, int]) -> Iterable[bytes]:
    """Yield the entries of the table, each run of numbers under its own heading."""
    for number in sorted(places):
        if number - 1 not in places:
            length = next(n for n in range(1, len(places) + 2) if number + n not in places)
            yield b"%d %d\n" % (number, length)
        yield b"%010d 00000 n \n" % places[number]
