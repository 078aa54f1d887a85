"""A PDF being drawn: pages of text and lines in points from the top left corner; finished, it is bytes.

The one door to reportlab's document layer. Nothing of the surroundings gets in: no clock, no locale, no user name,
no settings file of reportlab's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby

from reportlab.pdfbase import pdfdoc

from desktop.printing.canonical_text import canonical
from desktop.printing.embedding import FontUse
from desktop.printing.fonts import Face, Fonts, Shape

A4 = (595.276, 841.89)
RED = (0.80, 0.0, 0.0)
BLACK = (0.0, 0.0, 0.0)
PRODUCER = "Qianshao"
THICKENING = 0.028
"""Line width around a glyph that stands in for a bold one, in parts of the size."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Shapes in one line at one size, ``gap`` points wider after each."""

    shapes: Sequence[Shape]
    size: float
    gap: float = 0.0


@dataclass(slots=True)
class Page:
    """One page as PDF operators. ``y`` counts down from the top edge; for text it is the baseline."""

    document: Document
    height: float = A4[1]
    ops: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """The text that was set, in its order, without artifacts: of this the canonical text is made."""
    _outside: bool = False

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Mark what is drawn meanwhile as standing outside the text (ISO 32000-1, 14.8.2.2): page numbers, marks."""
        self.ops.append("/Artifact BMC")
        self._outside = True
        try:
            yield
        finally:
            self._outside = False
            self.ops.append("EMC")

    def text(self, x: float, y: float, runs: Sequence[Glyphs], colour: tuple[float, float, float] = BLACK) -> None:
        """Draw runs one after the other from ``x``."""
        if not self._outside:
            self.said += [shape.cluster for run in runs for shape in run.shapes]
        out = [f"BT {_colour(colour)} rg {_number(x)} {_number(self.height - y)} Td"]
        for run in runs:
            out += self._run(run, colour)
        self.ops.append(" ".join([*out, "ET"]))

    def _run(self, run: Glyphs, colour: tuple[float, float, float]) -> list[str]:
        out, pending = [f"{_number(run.gap)} Tc"], ""
        face: Face | None = None
        thick = False
        for shape in run.shapes:
            if shape.face is not face or shape.thicken != thick:
                out += [f"<{pending}> Tj"] if pending else []
                out.append(f"/{self.document.font(shape.face).name} {_number(run.size)} Tf")
                if shape.thicken != thick:
                    width = _number(run.size * THICKENING)
                    out.append(f"2 Tr {width} w {_colour(colour)} RG" if shape.thicken else "0 Tr")
                face, thick, pending = shape.face, shape.thicken, ""
            pending += self.document.font(shape.face).encode(shape)
        out += [f"<{pending}> Tj"] if pending else []
        return [*out, "0 Tr"] if thick else out

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        width: float = 0.5,
        *,
        dash: str = "",
        colour: tuple[float, float, float] = BLACK,
    ) -> None:
        """Draw a straight line; ``dash`` is the PDF dash array, for example ``"3 2"``."""
        (x0, y0), (x1, y1) = start, end
        pen = f"{_colour(colour)} RG {_number(width)} w 2 J [{dash}] 0 d"
        move = f"{_number(x0)} {_number(self.height - y0)} m {_number(x1)} {_number(self.height - y1)} l S"
        self.ops.append(f"{pen} {move}")

    def code(self, text: str, modules: Sequence[Sequence[int]], x: float, y: float, side: float) -> None:
        """Draw a matrix code of ``side`` points whose upper left corner is (x, y); dark ``modules`` are 1.

        ``text`` (ASCII without brackets) is what the code reads as: it stands beside the drawing (14.9.4).
        """
        size = len(modules)
        out = [f"/Span <</ActualText ({text})>> BDC q {_colour(BLACK)} rg"]
        out.append(f"{_number(side / size)} 0 0 {_number(-side / size)} {_number(x)} {_number(self.height - y)} cm")
        for row, line in enumerate(modules):
            column = 0
            for dark, run in groupby(line):
                length = len(list(run))
                out += [f"{column} {row} {length} 1 re"] if dark else []
                column += length
        self.ops.append(" ".join([*out, "f Q EMC"]))


class Document:
    """Pages and the faces that they use, named by ``prefix`` and a number. ``finish`` may be called once."""

    def __init__(self, fonts: Fonts, title: str, prefix: str = "F") -> None:
        self.fonts = fonts
        self.title = title
        self.prefix = prefix
        self.pages: list[Page] = []
        self._used: dict[str, FontUse] = {}

    def page(self) -> Page:
        """Add an A4 page."""
        self.pages.append(Page(self))
        return self.pages[-1]

    def font(self, face: Face) -> FontUse:
        """The use of a face in this document, opened at its first character."""
        if face.name not in self._used:
            self._used[face.name] = FontUse(face, self.fonts.file(face), f"{self.prefix}{len(self._used) + 1}")
        return self._used[face.name]

    @property
    def text(self) -> str:
        """The canonical text of what was drawn so far."""
        return canonical(text for page in self.pages for text in page.said)

    def finish(self) -> bytes:
        """Return the document as PDF 1.4; the same drawing gives the same bytes."""
        document = pdfdoc.PDFDocument(invariant=1, lang="zh-CN", compression=1, pdfVersion=(1, 4))
        document.info = _Info(self.title)
        contents = ["\n".join(page.ops).encode("ascii") for page in self.pages]
        identity = hashlib.sha256(b"\0".join([self.title.encode(), *contents])).hexdigest()[:32]
        document._ID = f"\n[<{identity}><{identity}>]\n".encode()
        fonts = {use.name: use.write(document) for use in self._used.values()}
        resources = document.Reference(pdfdoc.PDFDictionary({"Font": pdfdoc.PDFDictionary(fonts)}))
        for content in contents:
            document.addPage(_page(content, resources))
        return bytes(document.GetPDFData(None))


class _Info(pdfdoc.PDFInfo):  # type: ignore[misc]
    """Document information without dates or persons: the paper's own dates stand on the paper."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        entries = {"Title": pdfdoc.PDFString(self.title), "Producer": pdfdoc.PDFString(PRODUCER)}
        return bytes(pdfdoc.PDFDictionary(entries).format(document))


def _page(content: bytes, resources: pdfdoc.PDFObjectReference) -> pdfdoc.PDFPage:
    page = pdfdoc.PDFPage()
    page.MediaBox = pdfdoc.PDFArray([0, 0, *A4])
    page.Resources = resources
    page.Contents = pdfdoc.PDFStream(content=content, filters=[pdfdoc.PDFZCompress])
    return page


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if value else "0"


def _colour(colour: tuple[float, float, float]) -> str:
    return " ".join(_number(part) for part in colour)
