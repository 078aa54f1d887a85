"""Tables of a form: rows of cells between lines, a high row divided over pages strip by strip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from desktop.printing.document import Page
from desktop.printing.flow import OUTER, Atom, Flow, draw_line
from desktop.printing.fonts import Fonts
from desktop.printing.lines import Line, Style, Text, break_lines
from desktop.printing.structure import Element

INNER = 0.5
PAD = 4.5
"""Blank left and right of a cell's text, and half of what is above and below it, in points."""
DIVIDED_FROM = 260.0
"""A row of this height or more may be divided by a page break."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Text over ``span`` columns; ``top`` puts it at the top of a high row instead of its middle.

    ``foot`` stands at the bottom of the cell, for example the line for a date under the place for a signature.
    """

    text: Text
    style: Style
    span: int = 1
    top: bool = False
    foot: Text = ""
    foot_style: Style | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side. ``height`` is the least height in points; ``glued`` keeps the next row on the same page.

    ``columns`` are this row's own parts of the width, where they are not the table's. ``grow`` is the row's share of
    the height that is left where a table is to reach a given height. ``heading`` makes the row the heading of the
    rows with the same ``columns`` that follow: it is drawn again where one of them begins a page.
    """

    cells: Sequence[Cell]
    height: float = 0.0
    glued: bool = False
    columns: Sequence[float] = ()
    grow: float = 0.0
    heading: bool = False


@dataclass(frozen=True, slots=True)
class _Set:
    """A cell after line breaking: where it begins and ends, its lines, and what it is in the paper's structure."""

    cell: Cell
    left: float
    right: float
    lines: list[Line]
    foot: list[Line]
    element: Element


def table(
    flow: Flow, columns: Sequence[float], rows: Sequence[Row], *, glued: bool = False, reach: Sequence[float] = ()
) -> Iterator[Atom]:
    """Yield the atoms of a table whose columns are parts of the text area's width (they add up to 1).

    ``glued`` keeps what follows the table on the page of its last row. ``reach`` are heights in points: rows with a
    ``grow`` share fill the table up to the first of them that holds it.
    """
    whole = Element("Table")
    drawings = [_Drawing.of(flow, row, row.columns or columns, whole) for row in rows]
    heights = [drawing.least for drawing in drawings]
    room = next((goal - sum(heights) for goal in reach if goal >= sum(heights)), 0.0)
    shares = sum(row.grow for row in rows) or 1.0
    again: Atom | None = None
    under: Sequence[float] = ()
    for number, (row, drawing) in enumerate(zip(rows, drawings, strict=True)):
        first, last = number == 0, number == len(rows) - 1
        height = heights[number] + room * row.grow / shares
        stay = glued if last else row.glued
        if row.heading:
            again, under = drawing.repeated().whole(height, first=True, last=False, glued=True), row.columns
        elif again is not None and row.columns != under:
            again = None
        if height < DIVIDED_FROM or room:
            atom = drawing.whole(height, first=first, last=last, glued=stay)
            yield atom if row.heading else replace(atom, again=again)
        else:
            yield from drawing.strips(height, first=first, last=last, glued=stay)


def _set(fonts: Fonts, row: Row, edges: list[float], within: Element) -> Iterator[_Set]:
    line, kind = Element("TR", within), "TH" if row.heading else "TD"
    column = 0
    for cell in row.cells:
        left, right = edges[column], edges[column + cell.span]
        width = right - left - 2 * PAD
        foot = break_lines(fonts, cell.foot, cell.foot_style or cell.style, width) if cell.foot else []
        lines = break_lines(fonts, cell.text, cell.style, width)
        yield _Set(cell, left, right, lines, foot, Element(kind, line))
        column += cell.span


def _height(cell: _Set) -> float:
    foot = (cell.cell.foot_style or cell.cell.style).leading * len(cell.foot)
    return len(cell.lines) * cell.cell.style.leading + foot + PAD


@dataclass(frozen=True, slots=True)
class _Drawing:
    """How the strips of one row are drawn; ``least`` is the height that it needs."""

    cells: list[_Set]
    left: float
    right: float
    least: float

    @classmethod
    def of(cls, flow: Flow, row: Row, columns: Sequence[float], within: Element) -> _Drawing:
        """Break the lines of the cells of a row ``within`` a table."""
        edges = [flow.frame.left + part * flow.frame.width for part in (0.0, *accumulate(columns))]
        cells = list(_set(flow.fonts, row, edges, within))
        return cls(cells, edges[0], edges[-1], max(row.height, *(_height(cell) for cell in cells)))

    def repeated(self) -> _Drawing:
        """The same row where it is drawn again at the top of a page: a line of the table of its own."""
        line = Element("TR", self.cells[0].element.parent.parent if self.cells[0].element.parent else None)
        return replace(self, cells=[replace(cell, element=Element("TH", line)) for cell in self.cells])

    def whole(self, height: float, *, first: bool, last: bool, glued: bool) -> Atom:
        """The row as one atom."""

        def draw(page: Page, top: float) -> None:
            self._lines(page, top, height, opens=OUTER if first else INNER, closes=last)
            for cell in self.cells:
                self._text(page, cell, top, height)

        return Atom(height, draw, glued, (self.left, self.right))

    def _text(self, page: Page, cell: _Set, top: float, height: float) -> None:
        style = cell.cell.style
        blank = height - len(cell.lines) * style.leading
        y = top + (PAD / 2 if cell.cell.top else blank / 2)
        for number, line in enumerate(cell.lines):
            draw_line(page, line, cell.left + PAD, y + number * style.leading, style, cell.element)
        below = cell.cell.foot_style or style
        y = top + height - PAD / 2 - len(cell.foot) * below.leading
        for number, line in enumerate(cell.foot):
            draw_line(page, line, cell.left + PAD, y + number * below.leading, below, cell.element)

    def strips(self, height: float, *, first: bool, last: bool, glued: bool) -> Iterator[Atom]:
        """The row as one atom for each line, with its padding above and below and its rest at the end."""
        leading = max(cell.cell.style.leading for cell in self.cells)
        count = max(len(cell.lines) for cell in self.cells)
        rest = max(height - count * leading - PAD, 0.0)
        yield self._strip(-1, PAD / 2, opens=OUTER if first else INNER, closes=False, glued=True)
        for number in range(count):
            alone = number in (0, count - 2, count - 1)
            yield self._strip(number, leading, opens=0.0, closes=False, glued=alone)
        yield self._strip(count, PAD / 2 + rest, opens=0.0, closes=last, glued=glued)

    def _strip(self, number: int, height: float, *, opens: float, closes: bool, glued: bool) -> Atom:
        def draw(page: Page, top: float) -> None:
            self._lines(page, top, height, opens=opens, closes=closes)
            for cell in self.cells:
                if 0 <= number < len(cell.lines):
                    draw_line(page, cell.lines[number], cell.left + PAD, top, cell.cell.style, cell.element)

        return Atom(height, draw, glued, (self.left, self.right))

    def _lines(self, page: Page, top: float, height: float, *, opens: float, closes: bool) -> None:
        if opens:
            page.line((self.left, top), (self.right, top), opens)
        if closes:
            page.line((self.left, top + height), (self.right, top + height), OUTER)
        page.line((self.left, top), (self.left, top + height), OUTER)
        page.line((self.right, top), (self.right, top + height), OUTER)
        for cell in self.cells[1:]:
            page.line((cell.left, top), (cell.left, top + height), INNER)
