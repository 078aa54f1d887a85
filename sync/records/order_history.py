"""What became of earlier orders, counted as it comes: by category and department, and findable by what they say.

Nothing is counted anew: an order that says something else than before is taken off and put on again, so that what a
change costs does not grow with what there is. The counts are those of a count of everything, in whatever order it came.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sync.records.bigrams import bigrams

_FEWEST_OF_A_HOLE: Final = 64
"""So many rows that were taken off are let stand before the index is written without them."""


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An earlier order to one department: taken, or objected to and then released (``contested``).

    ``order`` is its id: of two that say the same the newer one is named.
    """

    number: str
    department: str
    category: str
    text: str
    contested: bool
    order: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """An order whose text shares ``share`` (0 to 1) of the pairs of both with what was asked."""

    past: PastOrder
    share: float


class OrderHistory:
    """``put`` says what became of one order; ``counted`` and ``alike`` ask."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, list[int]]] = defaultdict(dict)
        self._by_order: dict[str, tuple[int, ...]] = {}
        self._rows: list[PastOrder | None] = []
        self._sizes = array("I")
        self._found: dict[str, array[int]] = {}
        self._holes = 0

    @classmethod
    def of(cls, rows: Iterable[PastOrder]) -> OrderHistory:
        """Return the history of ``rows``; those without an order's id are orders of their own."""
        made, by_order = cls(), defaultdict(list)
        for place, row in enumerate(rows):
            by_order[row.order or f" {place}"].append(row)
        for order, theirs in by_order.items():
            made.put(order, theirs)
        return made

    def __iter__(self) -> Iterator[PastOrder]:
        """What is counted."""
        return (row for row in self._rows if row is not None)

    def __len__(self) -> int:
        return len(self._rows) - self._holes

    def put(self, order: str, rows: Iterable[PastOrder]) -> None:
        """Count ``rows`` for an order, in the place of what was counted for it before."""
        for at in self._by_order.pop(order, ()):
            self._take_off(at)
        if added := tuple(self._add(row) for row in rows):
            self._by_order[order] = added
        if self._holes > max(_FEWEST_OF_A_HOLE, len(self)):
            self._close_up()

    def counted(self, category: str) -> Iterator[tuple[str, int, int]]:
        """Give for each department how many orders of a category it took, and how many were contested."""
        for department, (taken, contested) in self._counts.get(category, {}).items():
            if taken or contested:
                yield department, taken, contested

    def alike(self, text: str, least: float) -> Iterator[Alike]:
        """Give the orders that say the same as ``text``, to ``least`` or more."""
        asked = bigrams(text)
        shared: Counter[int] = Counter()
        for pair in asked:
            shared.update(self._found.get(pair, ()))
        for at, both in shared.items():
            row, share = self._rows[at], both / (len(asked) + self._sizes[at] - both)
            if row is not None and share >= least:
                yield Alike(row, share)

    def _add(self, row: PastOrder) -> int:
        at, pairs = len(self._rows), bigrams(row.text)
        self._rows.append(row)
        self._sizes.append(len(pairs))
        for pair in pairs:
            self._found.setdefault(pair, array("I")).append(at)
        self._counts[row.category].setdefault(row.department, [0, 0])[row.contested] += 1
        return at

    def _take_off(self, at: int) -> None:
        row = self._rows[at]
        if row is not None:
            self._rows[at] = None
            self._holes += 1
            self._counts[row.category][row.department][row.contested] -= 1

    def _close_up(self) -> None:
        kept = [(order, [row for at in places if (row := self._rows[at])]) for order, places in self._by_order.items()]
        self.__init__()  # type: ignore[misc]
        for order, rows in kept:
            self._by_order[order] = tuple(self._add(row) for row in rows)
