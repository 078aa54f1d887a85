"""Papers and scans bound into one PDF: pages in their order, numbers stamped on them, bookmarks, one structure tree.

The one door to pikepdf's writing. What was drawn stays as it was: of a paper's page only the number is new.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from desktop.printing import archival
from desktop.printing.document import A4
from desktop.printing.fonts import Fonts
from desktop.printing.whole.limits import limits
from desktop.printing.whole.pictures import Picture
from desktop.printing.whole.places import edges, fitted, placed
from desktop.printing.whole.scans import Scan
from desktop.printing.whole.stamps import stamps
from desktop.printing.whole.vouched import vouched
from sync.records.errors import RuleBroken

if TYPE_CHECKING:
    import pikepdf

STATIC = b"31415926535897932384626433832795"
"""What qpdf writes as the file's ID where it is not to be made of the clock."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to bind. ``title`` is its bookmark, ``level`` 1 stands below the last one of level 0.

    ``content``: a paper of this program as bytes, an open scan, or a picture.
    """

    title: str
    content: bytes | Scan | Picture
    level: int = 0


@dataclass(frozen=True, slots=True)
class Bound:
    """The PDF, how many pages each piece has, and the titles of what keeps the file from being PDF/A."""

    pdf: bytes
    pages: tuple[int, ...]
    unvouched: tuple[str, ...]


def pages_of(content: bytes | Scan | Picture) -> int:
    """Return how many pages something takes."""
    import pikepdf

    if isinstance(content, bytes):
        with pikepdf.open(io.BytesIO(content)) as paper:
            return len(paper.pages)
    return content.pages if isinstance(content, Scan) else 1


def bind(
    title: str,
    pieces: list[Piece],
    first: int,
    fonts: Fonts,
    each: Callable[[int, int], None] = lambda _done, _of: None,
) -> Bound:
    """Bind ``pieces`` under the numbers from ``first`` on; ``each`` is told the pages done and all, and may stop it.

    The same pieces give the same bytes. RuleBroken where it is more than one part may hold, or a scan is damaged.
    """
    count = sum(pages_of(piece.content) for piece in pieces)
    if count > limits().part_pages:
        raise RuleBroken("whole_file.too_many_pages", pages=count, limit=limits().part_pages)
    binding = _Binding(title, first, count, fonts, each)
    pages = [binding.add(piece) for piece in pieces]
    pdf = binding.finish()
    if len(pdf) > limits().part_bytes:
        size, limit = len(pdf) // 1024 // 1024, limits().part_bytes // 1024 // 1024
        raise RuleBroken("whole_file.too_large", size=size, limit=limit)
    return Bound(pdf, tuple(pages), tuple(dict.fromkeys(binding.unvouched)))


class _Binding:
    """The PDF while it grows."""

    def __init__(self, title: str, first: int, count: int, fonts: Fonts, each: Callable[[int, int], None]) -> None:
        import pikepdf

        self.title, self.first, self.count, self.each = title, first, count, each
        self.pdf = pikepdf.new()
        self.stamps = pikepdf.open(io.BytesIO(stamps(fonts, range(first, first + count))))
        self.fonts = self.pdf.copy_foreign(self.stamps.pages[0].obj.Resources).Font
        self.identity = hashlib.sha256(title.encode())
        self.unvouched: list[str] = []
        self.outline: list[tuple[Piece, int]] = []
        self.whole = self.pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Document, K=pikepdf.Array()))
        self.parents = pikepdf.Array()
        self.structured: list[Callable[[], None]] = []
        """What is to be added to the structure once all pages are there: qpdf looks through everything at each page."""

    def add(self, piece: Piece) -> int:
        """Add a piece and return how many pages it took."""
        before, content = len(self.pdf.pages), piece.content
        self.outline.append((piece, before))
        if isinstance(content, bytes):
            self._paper(piece.title, content)
        elif isinstance(content, Scan):
            for place, form in enumerate(content.forms(self.pdf, self._told), 1):
                if not vouched(form):
                    self.unvouched.append(content.name)
                self._scanned(form, placed(*edges(form)), f"{piece.title} {place}/{content.pages}")
        else:
            self._told()
            self._scanned(self._image(content), fitted(content.width, content.height), piece.title)
        return len(self.pdf.pages) - before

    def _told(self) -> None:
        self.each(len(self.pdf.pages), self.count)

    def _paper(self, title: str, content: bytes) -> None:
        """Add a paper of this program, with its part of the structure."""
        import pikepdf

        paper, base = pikepdf.open(io.BytesIO(content)), len(self.pdf.pages)
        for place, page in enumerate(paper.pages, base):
            self._told()
            self.pdf.pages.append(page)
            at = self.pdf.pages[place].obj
            at.Contents = self._content(at.Contents.read_bytes(), place)
            at.Resources = self.pdf.make_indirect(at.Resources)
            for name, font in self.fonts.items():
                at.Resources.Font[name] = font
            if "/StructParents" in at:
                at.StructParents = base + int(at.StructParents)
        if "/StructTreeRoot" in paper.Root:  # papers of the first edition have none
            self.structured.append(partial(self._grafted, paper, title, base))

    def _grafted(self, paper: pikepdf.Pdf, title: str, base: int) -> None:
        """Let a paper's structure be a part of the whole's, when its pages are there."""
        import pikepdf

        tree = self.pdf.copy_foreign(paper.Root.StructTreeRoot)
        tree.K.S, tree.K.T, tree.K.P = pikepdf.Name.Sect, pikepdf.String(title), self.whole
        self.whole.K.append(tree.K)
        nums = list(tree.ParentTree.Nums)
        for number, elements in zip(nums[::2], nums[1::2], strict=True):
            self._belongs(base + int(number), elements)

    def _scanned(self, drawn: pikepdf.Object, where: bytes, told: str) -> None:
        """Add a page that shows ``drawn``; a screen reader says what it is, for its words are not known."""
        import pikepdf

        place = len(self.pdf.pages)
        content = self._content(b"/Figure <</MCID 0>> BDC\nq " + where + b" cm /Scan Do Q\nEMC", place)
        resources = pikepdf.Dictionary(Font=self.fonts, XObject=pikepdf.Dictionary(Scan=drawn))
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=pikepdf.Object.parse(b"[ 0 0 %.3f %.2f ]" % A4),
            Resources=self.pdf.make_indirect(resources),
            Contents=content,
            StructParents=place,
            Tabs=pikepdf.Name.S,
        )
        self.pdf.pages.append(pikepdf.Page(page))
        self.structured.append(partial(self._figure, place, told))

    def _figure(self, place: int, told: str) -> None:
        """Let what a page shows be a figure of the whole's structure."""
        import pikepdf

        said = {"/S": pikepdf.Name.Figure, "/P": self.whole, "/K": 0, "/Alt": pikepdf.String(told)}
        figure = self.pdf.make_indirect(pikepdf.Dictionary({"/Pg": self.pdf.pages[place].obj, **said}))
        self.whole.K.append(figure)
        self._belongs(place, pikepdf.Array([figure]))

    def _belongs(self, place: int, elements: pikepdf.Object) -> None:
        """Say to which elements the marks of a page belong (14.7.4.4)."""
        self.parents.append(place)
        self.parents.append(elements)

    def _image(self, picture: Picture) -> pikepdf.Object:
        import pikepdf

        self.identity.update(picture.digest)
        return pikepdf.Stream(
            self.pdf,
            picture.content,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=picture.width,
            Height=picture.height,
            ColorSpace=pikepdf.Name(f"/{picture.colours}"),
            BitsPerComponent=8,
            Filter=pikepdf.Name(f"/{picture.filter}"),
        )

    def _content(self, content: bytes, place: int) -> pikepdf.Object:
        """Return a page's content with its number behind it. What is packed is packed here: qpdf packs nothing."""
        import pikepdf

        both = content + b"\n" + self.stamps.pages[place].obj.Contents.read_bytes()
        self.identity.update(both)
        return pikepdf.Stream(self.pdf, zlib.compress(both), Filter=pikepdf.Name.FlateDecode)

    def finish(self) -> bytes:
        """Return the PDF, without a clock in it."""
        import pikepdf

        for add in self.structured:
            add()
        self._describe()
        self._bookmarks()
        out = io.BytesIO()
        self.pdf.save(
            out,
            force_version="1.7",
            static_id=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
        )
        identity = self.identity.hexdigest()[:32].encode()
        body, trailer = out.getvalue().rsplit(b"trailer", 1)
        return body + b"trailer" + trailer.replace(STATIC, identity)

    def _describe(self) -> None:
        """Say what PDF/A asks for (archival.py), the structure, and under which numbers the pages are printed."""
        import pikepdf

        pdf, root = self.pdf, self.pdf.Root
        pdf.docinfo["/Title"], pdf.docinfo["/Producer"] = self.title, archival.PRODUCER
        said = archival.metadata(self.title, conforming=not self.unvouched)
        root.Metadata = pikepdf.Stream(pdf, said, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        packed = zlib.compress(archival.profile())
        colours = pikepdf.Stream(pdf, packed, N=3, Filter=pikepdf.Name.FlateDecode)
        intent = pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent,
            S=pikepdf.Name.GTS_PDFA1,
            OutputConditionIdentifier=pikepdf.String(archival.CONDITION),
            Info=pikepdf.String(archival.CONDITION),
            DestOutputProfile=colours,
        )
        root.OutputIntents = pikepdf.Array([intent])
        root.Lang = pikepdf.String(archival.LANGUAGE)
        root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        root.MarkInfo = pikepdf.Dictionary(Marked=True)
        root.StructTreeRoot = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.StructTreeRoot,
                K=self.whole,
                ParentTree=pikepdf.Dictionary(Nums=self.parents),
                ParentTreeNextKey=len(pdf.pages),
            )
        )
        self.whole.P = root.StructTreeRoot
        label = pikepdf.Dictionary(S=pikepdf.Name.D, St=self.first)
        root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array([0, label]))

    def _bookmarks(self) -> None:
        import pikepdf

        self.pdf.Root.PageMode = pikepdf.Name.UseOutlines
        with self.pdf.open_outline() as outline:
            for piece, page in self.outline:
                within = outline.root[-1].children if piece.level and outline.root else outline.root
                within.append(pikepdf.OutlineItem(piece.title, page))
