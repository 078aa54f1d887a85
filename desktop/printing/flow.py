"""Pages filled from the top: everything becomes atoms, strips of a paper that no page break divides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from desktop.printing.document import Document, Page
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Line, Style, Text, break_lines
from desktop.printing.structure import Element, kind_of

OUTER = 1.0
"""Width of the line around a table, in points."""
BASELINE = 0.36
"""How far below the middle of a line Han characters have their baseline, in parts of the size."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A4 page geometry in points: margins, and ``furniture(page, number, of)`` for what stands outside the text."""

    left: float
    top: float
    right: float
    bottom: float
    furniture: Callable[[Page, int, int], None] | None = None
    page_width: float = 595.276
    page_height: float = 841.89

    @property
    def width(self) -> float:
        """Width of the text area."""
        return self.page_width - self.left - self.right

    @property
    def height(self) -> float:
        """Height of the text area."""
        return self.page_height - self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Atom:
    """A strip of ``height`` points, drawn by ``draw(page, top)``.

    ``glued`` forbids a page break after it; ``edge`` are the left and right end of the rule that closes and reopens a
    table at a page break; ``space`` vanishes at the top of a page; ``turns`` begins a new page; ``foot`` atoms at the
    end of a group go to the bottom of the page. ``again`` is drawn at the top of a page that begins with this atom:
    the heading line of a table that goes on there.
    """

    height: float
    draw: Callable[[Page, float], None]
    glued: bool = False
    edge: tuple[float, float] | None = None
    space: bool = False
    turns: bool = False
    foot: bool = False
    again: Atom | None = None


def draw_line(page: Page, line: Line, x: float, top: float, style: Style, element: Element | None = None) -> None:
    """Draw a line of text, a part of ``element``, whose strip of one leading begins at ``top``."""
    page.text(x + line.x, top + style.leading / 2 + BASELINE * style.size, line.runs, style.colour, element)


@dataclass(slots=True)
class Flow:
    """A paper's content from top to bottom, collected as atoms."""

    fonts: Fonts
    frame: Frame
    atoms: list[Atom] = field(default_factory=list)
    marks: dict[str, tuple[Page, float]] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)

    def mark(self, name: str) -> None:
        """Note in ``marks``, once the flow is filled, where what follows begins: page and points from its edge."""
        self._places[name] = len(self.atoms)

    def _noting(self, name: str, atom: Atom) -> Atom:
        """Return ``atom``, which takes the same room and leaves a note where it was drawn."""

        def draw(page: Page, top: float) -> None:
            self.marks[name] = (page, top)
            atom.draw(page, top)

        return replace(atom, draw=draw)

    def text(self, text: Text, style: Style, *, glued: bool = False) -> None:
        """Add text; of a paragraph no single line is left alone on a page. ``glued``: the next atom stays with it."""
        lines = break_lines(self.fonts, text, style, self.frame.width)
        element = Element(kind_of(style.size, bold=style.bold))
        for number, line in enumerate(lines):
            alone = number == 0 or number == len(lines) - 2
            draw = self._drawer(line, style, element)
            self.atoms.append(Atom(style.leading, draw, glued or (alone and len(lines) > 1)))

    def _drawer(self, line: Line, style: Style, element: Element) -> Callable[[Page, float], None]:
        return lambda page, top: draw_line(page, line, self.frame.left, top, style, element)

    def space(self, height: float, *, glued: bool = False) -> None:
        """Add empty space that vanishes at a page break."""
        self.atoms.append(Atom(height, lambda _page, _top: None, glued, space=True))

    def turn(self) -> None:
        """Let what follows begin on a new page."""
        self.atoms.append(Atom(0.0, lambda _page, _top: None, glued=True, turns=True))

    def foot(self, atoms: list[Atom]) -> None:
        """Add atoms that stand at the bottom of the page on which what is before them ends."""
        self.atoms.extend(replace(atom, foot=True, glued=atom is not atoms[-1]) for atom in atoms)

    def rule(self, width: float, colour: tuple[float, float, float], height: float, *, glued: bool = True) -> None:
        """Add a horizontal line across the text area in the middle of a strip."""
        left, right = self.frame.left, self.frame.left + self.frame.width

        def draw(page: Page, top: float) -> None:
            page.line((left, top + height / 2), (right, top + height / 2), width, colour=colour)

        self.atoms.append(Atom(height, draw, glued))

    def beside(self, left: str, left_style: Style, right: str, right_style: Style) -> None:
        """Add one line with text at both ends, or the right text below the left one where they do not fit beside."""
        first = break_lines(self.fonts, left, left_style, self.frame.width)
        second = break_lines(self.fonts, right, right_style, self.frame.width)
        if len(first) == len(second) == 1 and first[0].width + second[0].width + 12 < self.frame.width:
            self.atoms.append(Atom(0.0, self._drawer(first[0], left_style, Element("P")), glued=True))
            self.atoms.append(Atom(right_style.leading, self._drawer(second[0], right_style, Element("P")), glued=True))
        else:
            self.text(left, left_style, glued=True)
            self.text(right, right_style, glued=True)

    def add(self, atoms: Iterator[Atom] | list[Atom]) -> None:
        """Add atoms made elsewhere, a table's for example."""
        self.atoms.extend(atoms)

    def fill(self, document: Document) -> None:
        """Draw everything on pages of ``document``, then each page's furniture."""
        filling = _Filling(document, self.frame)
        atoms = list(self.atoms)
        for name, place in self._places.items():
            atoms[place] = self._noting(name, atoms[place])
        for group in _groups(atoms):
            filling.place(group)
        filling.close()
        if self.frame.furniture is not None:
            for number, page in enumerate(document.pages, 1):
                self.frame.furniture(page, number, len(document.pages))


def _groups(atoms: list[Atom]) -> Iterator[list[Atom]]:
    group: list[Atom] = []
    for atom in atoms:
        group.append(atom)
        if not atom.glued:
            yield group
            group = []
    if group:
        yield group


class _Filling:
    """The page that is being filled and how far."""

    def __init__(self, document: Document, frame: Frame) -> None:
        self.document = document
        self.frame = frame
        self.page = document.page()
        self.y = frame.top
        self.last: Atom | None = None

    def place(self, group: list[Atom]) -> None:
        """Put a group on the page, or on the next one; a group higher than a page is divided."""
        height = sum(atom.height for atom in group)
        whole = height <= self.frame.height
        over = whole and self.y + height > self._end + 0.01 and not all(atom.space for atom in group)
        if over or (group[0].turns and self.last is not None):
            self._turn(group[0])
        foot = sum(atom.height for atom in group if atom.foot)
        for atom in group:
            if not whole and self.y + atom.height > self._end + 0.01:
                self._turn(atom)
            if atom.foot and self.last is not None and not self.last.foot:
                self.y = max(self.y, self._end - foot)
            self._put(atom)

    @property
    def _end(self) -> float:
        return self.frame.page_height - self.frame.bottom

    def _put(self, atom: Atom) -> None:
        if atom.space and (self.last is None or self.y + atom.height > self._end):
            return
        atom.draw(self.page, self.y)
        self.y += atom.height
        self.last = atom

    def _turn(self, following: Atom) -> None:
        """Go to a new page; a table that is cut gets its lower rule here and its upper rule there."""
        cut = self.last.edge if self.last is not None and following.edge is not None else None
        self._rule(cut)
        self.page, self.y, self.last = self.document.page(), self.frame.top, None
        if following.again is not None:
            self._put(following.again)
        else:
            self._rule(cut)

    def _rule(self, edge: tuple[float, float] | None) -> None:
        if edge is not None:
            self.page.line((edge[0], self.y), (edge[1], self.y), OUTER)

    def close(self) -> None:
        """Nothing more comes."""
        self.last = None
