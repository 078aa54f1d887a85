"""What a paper's layer draws, noted while it draws: texts with their rectangles and rules, for tests of layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pytest

from desktop.printing import document
from desktop.printing.document import Page
from tests.support.sheets import LARGEST

ABOVE, BELOW = 0.84, 0.10
"""How far the ink of Han characters reaches above and below the baseline, in parts of the size."""
TOLERANCE, SQUARE = 0.6, 24.0
"""Points."""


def each(names: Iterable[str]) -> list[Any]:
    """Parameters for tests that draw each sheet many times, by name: the largest one is for `make long`."""
    return [pytest.param(name, marks=pytest.mark.long) if name == LARGEST else name for name in names]


@dataclass(frozen=True, slots=True)
class Ink:
    """A text as it was drawn: edges in points from the top left corner of its page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass
class Drawn:
    """One page: its texts in the order in which they were drawn, and its rules as (x0, y0, x1, y1)."""

    texts: list[Ink] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)


@contextmanager
def noted() -> Iterator[list[Drawn]]:
    """Note what the pages of one document draw meanwhile; at the end they stand in their order."""
    found: list[tuple[Page, Drawn]] = []
    order: list[Drawn] = []
    text, line = Page.text, Page.line

    def page_of(page: Page) -> Drawn:
        for known, noted_there in reversed(found):
            if known is page:
                return noted_there
        found.append((page, Drawn()))
        return found[-1][1]

    def noting_text(page: Page, x: float, y: float, runs: Any, *rest: Any, **more: Any) -> None:
        at = x
        for run in runs:
            for shape in run.shapes:
                width = shape.advance * run.size / 1000
                ink = Ink(shape.cluster, at, y - ABOVE * run.size, at + width, y + BELOW * run.size)
                page_of(page).texts.append(ink)
                at += width + run.gap
        text(page, x, y, runs, *rest, **more)

    def noting_line(page: Page, start: Any, end: Any, *rest: Any, **more: Any) -> None:
        page_of(page).rules.append((*start, *end))
        line(page, start, end, *rest, **more)

    document.Page.text, document.Page.line = noting_text, noting_line  # type: ignore[method-assign]
    try:
        yield order
    finally:
        document.Page.text, document.Page.line = text, line  # type: ignore[method-assign]
        numbers = {id(page): number for page, _there in found for number, page in enumerate(page.document.pages)}
        order += [there for _page, there in sorted(found, key=lambda pair: numbers[id(pair[0])])]


def drawn(render: Callable[[], bytes]) -> list[Drawn]:
    """Return what the pages of one paper show."""
    with noted() as pages:
        render()
    return pages


def faults(page: Drawn, edges: tuple[float, float, float, float]) -> list[str]:
    """Return what leaves the paper's ``edges`` (left, top, right, bottom), lies on something else or on a rule.

    A blank at the end of a line may stand outside: nobody sees it.
    """
    found = []
    seen = [ink for ink in page.texts if ink.text.strip()]
    for ink in seen:
        half = (ink.right - ink.left) / 2 if ink.text in "。，、；：？！）》」』】〕〉" else 0.0
        if ink.left < edges[0] - TOLERANCE or ink.right - half > edges[2] + TOLERANCE:
            found.append(f"“{ink.text}” leaves the width: {ink.left:.1f} to {ink.right:.1f}")
        if ink.top < edges[1] - TOLERANCE or ink.bottom > edges[3] + TOLERANCE:
            found.append(f"“{ink.text}” leaves the height: {ink.top:.1f} to {ink.bottom:.1f}")
        found += [f"“{ink.text}” lies on a rule {rule}" for rule in page.rules if _crossed(ink, rule, half)]
    found += [f"“{one.text}” lies on “{other.text}”" for one, other in _near(seen) if _meet(one, other)]
    return found


def _near(inks: list[Ink]) -> Iterator[tuple[Ink, Ink]]:
    """Yield pairs that may meet: those that have a part of the same square of the page."""
    squares: dict[tuple[int, int], list[Ink]] = {}
    for ink in inks:
        for across in range(int(ink.left // SQUARE), int(ink.right // SQUARE) + 1):
            for down in range(int(ink.top // SQUARE), int(ink.bottom // SQUARE) + 1):
                squares.setdefault((across, down), []).append(ink)
    for square in squares.values():
        yield from combinations(square, 2)


def _meet(one: Ink, other: Ink) -> bool:
    """Whether two inks overlap: marks may stand nearer, for half of their width is blank."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    same_line = abs(one.bottom - other.bottom) < 0.01
    allowed = 0.55 * min(one.right - one.left, other.right - other.left) if same_line else TOLERANCE
    return wide > max(allowed, TOLERANCE) and high > TOLERANCE


def _crossed(ink: Ink, rule: tuple[float, float, float, float], half: float) -> bool:
    x0, y0, x1, y1 = rule
    if abs(x0 - x1) < 0.01:
        across = ink.left + TOLERANCE < x0 < ink.right - half - TOLERANCE
        return across and min(ink.bottom, y1) - max(ink.top, y0) > TOLERANCE
    across = min(ink.right - half, x1) - max(ink.left, x0) > TOLERANCE
    return across and ink.top + 1.0 < y0 < ink.bottom - 0.5
