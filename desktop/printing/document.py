"""A PDF being drawn: pages of text and lines in points from the top left corner; finished, it is bytes.

The one door to reportlab's document layer. Nothing of the surroundings gets in: no clock, no locale, no user name,
no settings file of reportlab's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from reportlab.pdfbase import pdfdoc

from desktop.printing import archival
from desktop.printing.canonical_text import canonical
from desktop.printing.embedding import FontUse
from desktop.printing.fonts import Face, Fonts, Shape
from desktop.printing.objects import compressed, keeping, tree
from desktop.printing.structure import Element, Structure

A4 = (595.276, 841.89)
RED = (0.80, 0.0, 0.0)
BLACK = (0.0, 0.0, 0.0)
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
    place: int = 0
    height: float = A4[1]
    ops: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """The text that was set, in its order, without artifacts: of this the canonical text is made."""
    _open: bool = False
    _within: Element | None = None

    def text(
        self,
        x: float,
        y: float,
        runs: Sequence[Glyphs],
        colour: tuple[float, float, float] = BLACK,
        element: Element | None = None,
    ) -> None:
        """Draw runs one after the other from ``x``. They belong to ``element``; without one they are an artifact."""
        self._begin(element)
        if element is not None:
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
        self._begin(None)
        pen = f"{_colour(colour)} RG {_number(width)} w 2 J [{dash}] 0 d"
        move = f"{_number(x0)} {_number(self.height - y0)} m {_number(x1)} {_number(self.height - y1)} l S"
        self.ops.append(f"{pen} {move}")

    def code(self, text: str, modules: Sequence[Sequence[int]], x: float, y: float, side: float) -> None:
        """Draw a matrix code of ``side`` points whose upper left corner is (x, y); dark ``modules`` are 1.

        ``text`` (ASCII without brackets) is what the code reads as: it stands beside the drawing (14.9.4), which is an
        artifact.
        """
        self._begin(None)
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

    def _begin(self, element: Element | None) -> None:
        """Let what follows belong to ``element``, or be an artifact (ISO 32000-1, 14.6 and 14.8.2.2)."""
        if self._open and element is self._within:
            return
        self._close()
        if element is None:
            self.ops.append("/Artifact BMC")
        else:
            mark = self.document.structure.mark(self.place, element)
            self.ops.append(f"/{element.kind} <</MCID {mark}>> BDC")
        self._open, self._within = True, element

    def _close(self) -> None:
        self.ops += ["EMC"] if self._open else []
        self._open = False

    def content(self) -> bytes:
        """Return the page's operators. Nothing may be drawn on it afterwards."""
        self._close()
        return "\n".join(self.ops).encode("ascii")


class Document:
    """Pages and the faces that they use, named by ``prefix`` and a number. ``finish`` may be called once."""

    def __init__(self, fonts: Fonts, title: str, prefix: str = "F") -> None:
        self.fonts = fonts
        self.title = title
        self.prefix = prefix
        self.pages: list[Page] = []
        self.structure = Structure()
        self._used: dict[str, FontUse] = {}

    def page(self) -> Page:
        """Add an A4 page."""
        self.pages.append(Page(self, len(self.pages)))
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
        """Return the document as PDF 1.4 and PDF/A-2b; the same drawing gives the same bytes."""
        document = pdfdoc.PDFDocument(invariant=1, lang=archival.LANGUAGE, compression=1, pdfVersion=(1, 4))
        document.info = _Info(self.title)
        contents = [page.content() for page in self.pages]
        identity = hashlib.sha256(b"\0".join([self.title.encode(), *contents])).hexdigest()[:32]
        document._ID = f"\n[<{identity}><{identity}>]\n".encode()
        fonts = {use.name: use.write(document) for use in self._used.values()}
        resources = document.Reference(pdfdoc.PDFDictionary({"Font": pdfdoc.PDFDictionary(fonts)}))
        for place, content in enumerate(contents):
            document.addPage(_Page(content, resources, place))
        entries = keeping(document, self.title) | tree(document, self.structure)
        document.Catalog = document._catalog = _Catalog(document, entries)
        return bytes(document.GetPDFData(None))


class _Info(pdfdoc.PDFInfo):  # type: ignore[misc]
    """Document information without dates or persons: the paper's own dates stand on the paper."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        entries = {"Title": pdfdoc.PDFString(self.title), "Producer": pdfdoc.PDFString(archival.PRODUCER)}
        return bytes(pdfdoc.PDFDictionary(entries).format(document))


class _Catalog(pdfdoc.PDFCatalog):  # type: ignore[misc]
    """The catalog with what reportlab's does not know."""

    def __init__(self, document: pdfdoc.PDFDocument, entries: dict[str, object]) -> None:
        self.entries = {
            "Type": pdfdoc.PDFName("Catalog"),
            "Lang": pdfdoc.PDFString(archival.LANGUAGE),
            "Pages": document.Reference(document.Pages),
            **entries,
        }

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        return bytes(pdfdoc.PDFDictionary(self.entries).format(document))


class _Page(pdfdoc.PDFPage):  # type: ignore[misc]
    """A page whose marks belong to the structure tree."""

    __NoDefault__ = (*pdfdoc.PDFPage.__NoDefault__, "StructParents", "Tabs")

    def __init__(self, content: bytes, resources: pdfdoc.PDFObjectReference, place: int) -> None:
        super().__init__()
        self.MediaBox = pdfdoc.PDFArray([0, 0, *A4])
        self.Resources = resources
        self.Contents = compressed(content)
        self.StructParents = place
        self.Tabs = pdfdoc.PDFName("S")


@lru_cache(maxsize=8192)
def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if value else "0"


def _colour(colour: tuple[float, float, float]) -> str:
    return " ".join(_number(part) for part in colour)
