"""What a page's marks belong to: title, heading, paragraph, table with rows and cells (ISO 32000-1, 14.7 and 14.8).

A reader's program and a screen reader follow it, whatever order things were drawn in and however pages divide them.
What belongs to nothing (rules, page numbers, marks of copies) is an artifact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

TITLE_SIZE: Final = 18.0
"""From this size on, in points, a bold line of its own is a title, below it a heading."""


@dataclass(slots=True, eq=False)
class Element:
    """A node of the structure tree: its standard type (14.8.4), what it is in, and, once drawn, what is in it.

    ``inside`` holds elements, and ``(page, mark)`` for content: the page's place from 0, the mark's number on it.
    """

    kind: str
    parent: Element | None = None
    inside: list[Element | tuple[int, int]] = field(default_factory=list)
    placed: bool = False


class Structure:
    """The tree of one document. Elements come into it in the order in which they are first drawn."""

    def __init__(self) -> None:
        self.root = Element("Document", placed=True)
        self.pages: list[list[Element]] = []
        """For each page the elements that its marks belong to, by the mark's number."""

    def mark(self, page: int, element: Element) -> int:
        """Give ``element`` a mark on ``page`` and return its number there."""
        self.pages += ([] for _ in range(page + 1 - len(self.pages)))
        self._place(element)
        marks = self.pages[page]
        marks.append(element)
        element.inside.append((page, len(marks) - 1))
        return len(marks) - 1

    def _place(self, element: Element) -> None:
        if not element.placed:
            parent = element.parent or self.root
            self._place(parent)
            parent.inside.append(element)
            element.placed = True

    def elements(self) -> Iterator[tuple[Element, Element]]:
        """Yield every element below the root with the one that it is in, each before what is in it."""
        waiting = [(inner, self.root) for inner in reversed(self.root.inside) if isinstance(inner, Element)]
        while waiting:
            element, within = waiting.pop()
            yield element, within
            waiting += [(inner, element) for inner in reversed(element.inside) if isinstance(inner, Element)]


def kind_of(size: float, *, bold: bool) -> str:
    """Return what a paragraph is by how it is set: H1 for a title, H2 for a heading, else P."""
    if not bold:
        return "P"
    return "H1" if size >= TITLE_SIZE else "H2"
