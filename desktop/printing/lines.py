"""Chinese text broken into lines: no 。，） at the start of a line, no （《 at its end, words and numbers whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter

from desktop.printing.clusters import clusters
from desktop.printing.document import BLACK, Glyphs
from desktop.printing.fonts import Fonts, Shape
from sync.records.ideographs import OPERATORS, parts_wanted

NOT_AT_START = frozenset("。，、；：？！）》」』】〕〉”’…—·%％‰℃.,;:?!)]}」〗～〞々ー°′″")
NOT_AT_END = frozenset("（《「『【〔〈“‘([{〖￥¥$〝·")
PAIRS = frozenset({"——", "……"})
UNITS = frozenset("年月日时分秒点元角万亿号条款项份人名户件次天周%")
"""What stays with the number before it."""
BLANK_AFTER = frozenset("。，、；：？！）》」』】〕〉")
BLANK_BEFORE = frozenset("（《「『【〔〈")
HALF = 500.0
"""What is blank of a full-width mark, in thousandths of the size."""
WIDEST_GAP = 0.08
"""A gap between two characters in ems: wider is not even any more, and text tools read a space into it from 0.1."""


class Align(Enum):
    """Where a line stands between its edges."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    JUSTIFIED = "justified"


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set: ``size`` and ``leading`` in points; in ems the ``indent`` of a paragraph's first line and
    the ``inset`` that stays free at the right.
    """

    size: float
    leading: float
    bold: bool = False
    align: Align = Align.LEFT
    indent: float = 0.0
    inset: float = 0.0
    colour: tuple[float, float, float] = BLACK


@dataclass(frozen=True, slots=True)
class Span:
    """Text within a paragraph that is bold or not, whatever the paragraph's style says."""

    text: str
    bold: bool


Text = str | Sequence[Span]


@dataclass(frozen=True, slots=True)
class Line:
    """One line ready to be drawn: ``x`` is its distance from the left edge, in points."""

    runs: tuple[Glyphs, ...]
    x: float
    width: float


def break_lines(fonts: Fonts, text: Text, style: Style, width: float) -> list[Line]:
    """Break ``text`` to ``width`` points; each line feed opens a paragraph. Raises RuleBroken as Fonts.shape does."""
    spans = [Span(text, style.bold)] if isinstance(text, str) else text
    lines: list[Line] = []
    for paragraph in _paragraphs(fonts, spans):
        lines += _paragraph(paragraph, style, width - style.inset * style.size)
    return lines


def _paragraphs(fonts: Fonts, spans: Sequence[Span]) -> Iterator[list[Shape]]:
    shapes: list[Shape] = []
    for span in spans:
        for cluster in clusters(span.text):
            if cluster == "\n":
                yield shapes
                shapes = []
            else:
                shapes.append(fonts.shape(cluster, span.bold))
    yield shapes


def _paragraph(shapes: list[Shape], style: Style, width: float) -> list[Line]:
    """Fill lines greedily with units that must not be broken."""
    em = style.size / 1000
    lines: list[Line] = []
    current: list[Shape] = []
    used, indent = 0.0, style.indent * style.size
    for unit in _units(shapes, (width - indent) / em):
        joint = squeeze(current[-1], unit[0]) if current else 0.0
        advance = _advance(unit)
        if current and (used + joint + advance - _blank_at_end(unit)) * em > width - indent + 0.01:
            lines.append(_line(current, style, width, indent, last=False))
            current, used, indent, joint = [], 0.0, 0.0, 0.0
        current += unit
        used += joint + advance
    return [*lines, _line(current, style, width, indent, last=True)]


def squeeze(first: Shape, second: Shape) -> float:
    """How much nearer two full-width marks stand, so that their blank halves do not add up: 0 or -HALF."""
    if first.advance < 2 * HALF or second.advance < 2 * HALF:
        return 0.0
    after = first.cluster in BLANK_AFTER and (second.cluster in BLANK_AFTER or second.cluster in BLANK_BEFORE)
    before = first.cluster in BLANK_BEFORE and second.cluster in BLANK_BEFORE
    return -HALF if after or before else 0.0


def _advance(shapes: Sequence[Shape]) -> float:
    if len(shapes) == 1:
        return shapes[0].advance
    return sum(shape.advance for shape in shapes) + sum(squeeze(*pair) for pair in pairwise(shapes))


def _units(shapes: list[Shape], widest: float) -> Iterator[list[Shape]]:
    """Yield what stays together; a unit wider than a line, such as a long address of the web, falls apart.

    The description of a character that has no code is one character, so its parts stay together.
    """
    unit: list[Shape] = []
    wanted = 0
    for shape in shapes:
        if unit and not wanted and may_break(unit[-1].cluster, shape.cluster):
            yield from _fitting(unit, widest)
            unit = []
        unit.append(shape)
        if wanted or shape.cluster[0] in OPERATORS:
            wanted = max(wanted - 1, 0) + parts_wanted(shape.cluster[0])
    if unit:
        yield from _fitting(unit, widest)


def _fitting(unit: list[Shape], widest: float) -> Iterator[list[Shape]]:
    if _advance(unit) <= widest:
        yield unit
    else:
        yield from ([shape] for shape in unit)


def _blank_at_end(unit: list[Shape]) -> float:
    """How much of a unit's advance is blank at its end: trailing spaces, the right half of a full-width stop."""
    blank, rest = 0.0, list(unit)
    while rest and rest[-1].cluster.isspace():
        blank += rest.pop().advance
    if rest and rest[-1].cluster in BLANK_AFTER and rest[-1].advance >= 2 * HALF:
        blank += HALF
    return blank


@lru_cache(maxsize=16384)
def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two clusters (GB/T 15834-2011, 5.1: where marks may not stand)."""
    if after.isspace():
        return False
    if before.isspace():
        return True
    if after[0] in NOT_AT_START or before[0] in NOT_AT_END or before[0] + after[0] in PAIRS:
        return False
    if (before[0].isdecimal() and after[0] in UNITS) or (before[0] == "第" and after[0].isdecimal()):
        return False
    return _wide(before[0]) or _wide(after[0])


def _wide(character: str) -> bool:
    """Whether a character stands by itself as a Han character does; letters and digits form words."""
    width = unicodedata.east_asian_width(character)
    return width in "WF" or (width == "A" and not character.isalpha())


def _line(shapes: list[Shape], style: Style, width: float, indent: float, *, last: bool) -> Line:
    while shapes and shapes[-1].cluster.isspace():
        shapes = shapes[:-1]
    natural = _advance(shapes) * style.size / 1000
    room = width - indent - natural
    if style.align is Align.JUSTIFIED and not last and room > 0:
        places = sum(1 for pair in pairwise(shapes) if _opens(*pair))
        if places and room / places <= WIDEST_GAP * style.size:
            return Line(tuple(_runs(shapes, style.size, room / places)), indent, width - indent)
    room = max(room, 0.0)  # a line may be fuller by the blank half of its last mark, which stands outside at the right
    before = {Align.CENTRE: room / 2, Align.RIGHT: room}.get(style.align, 0.0)
    return Line(tuple(_runs(shapes, style.size, 0.0)), indent + before, natural)


def _opens(first: Shape, second: Shape) -> bool:
    """Whether a justified line may grow between two shapes: not inside words and numbers."""
    return _wide(first.cluster[0]) or _wide(second.cluster[0]) or first.cluster.isspace()


def _runs(shapes: Sequence[Shape], size: float, gap: float) -> Iterator[Glyphs]:
    """Yield runs of shapes with an equal gap after each: ``gap`` where the line grows, less where marks meet."""
    gaps = [squeeze(*pair) * size / 1000 + (gap if gap and _opens(*pair) else 0.0) for pair in pairwise(shapes)]
    for distance, run in groupby(zip(shapes, [*gaps, 0.0], strict=False), key=itemgetter(1)):
        yield Glyphs([shape for shape, _gap in run], size, distance)
