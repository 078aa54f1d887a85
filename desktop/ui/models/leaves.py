"""Which leaves a list has, how long each is, and the rows of the few that are kept; plain values, no Qt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final

from desktop.store.leaves import LEAF, Key, Leaf, Spine

KEPT: Final = 12
"""So many leaves are kept: what a person sees, and some way up and down from there."""


class Leaves:
    """The list as far as it is known: ``whole`` where its last leaf is; ``looked_at`` the leaf that was shown last."""

    def __init__(self, first: Leaf) -> None:
        self._ends: list[Key | None] = [first.end]
        self._counts = [len(first.rows)]
        self._starts = [0, len(first.rows)]
        self._rows: dict[int, list[Any]] = {0: list(first.rows)}
        self._spine_from: Key | None = None
        self.looked_at = 0
        self.whole = not first.more

    @property
    def total(self) -> int:
        """How many rows are known of."""
        return self._starts[-1]

    @property
    def end(self) -> Key | None:
        """The key of the last row that is known of."""
        return self._ends[-1]

    @property
    def last(self) -> int:
        """The last leaf."""
        return len(self._counts) - 1

    def leaf_at(self, row: int) -> int:
        """The leaf in which the row with this number stands."""
        return min(bisect_right(self._starts, row) - 1, self.last)

    def first_of(self, leaf: int) -> int:
        """The number of a leaf's first row."""
        return self._starts[leaf]

    def count(self, leaf: int) -> int:
        """How many rows a leaf has, as far as is known."""
        return self._counts[leaf]

    def row(self, at: int) -> Any:
        """The row with this number; None where its leaf is not here."""
        if not 0 <= at < self.total:
            return None
        leaf = self.looked_at = self.leaf_at(at)
        rows = self._rows.get(leaf)
        return rows[at - self._starts[leaf]] if rows is not None else None

    def rows(self, leaf: int) -> list[Any] | None:
        """The rows of a leaf, None where they are not here."""
        return self._rows.get(leaf)

    def here(self) -> list[int]:
        """The leaves whose rows are here."""
        return sorted(self._rows)

    def line_of(self, record_id: str) -> int:
        """The number of the row with this id among those that are here, -1 where it is not."""
        for leaf, rows in self._rows.items():
            for at, row in enumerate(rows):
                if row.id == record_id:
                    return self._starts[leaf] + at
        return -1

    def bounds(self, leaf: int) -> tuple[Key | None, Key | None]:
        """The keys behind which a leaf begins and with which it ends; the list's own ends are open."""
        after = self._ends[leaf - 1] if leaf else None
        return after, None if self.whole and leaf == self.last else self._ends[leaf]

    def leaf_of(self, key: Key, *, rising: bool) -> int:
        """The leaf in which a row with this key stands, if it is in the list."""
        low, high = 0, self.last
        while low < high:
            middle = (low + high) // 2
            end = self._ends[middle]
            behind = end is not None and (end < key if rising else end > key)
            low, high = (middle + 1, high) if behind else (low, middle)
        return low

    def place(self, leaf: int, rows: Sequence[Any]) -> None:
        """Keep the rows of a leaf, as many as it counts."""
        self._rows[leaf] = list(rows)

    def resize(self, leaf: int, count: int) -> None:
        """Note how many rows a leaf has."""
        self._counts[leaf] = count
        self._starts = [0, *accumulate(self._counts)]

    def append(self, leaf: Leaf) -> None:
        """Add the leaf that follows."""
        self._ends.append(leaf.end)
        self._counts.append(len(leaf.rows))
        self._starts.append(self.total + len(leaf.rows))
        self._rows[self.last] = list(leaf.rows)
        self.whole = not leaf.more

    def ask_spine(self) -> Key | None:
        """Note from where a spine is asked, and return it."""
        self._spine_from = self.end
        return self.end

    def beyond(self, spine: Spine) -> tuple[list[Key], list[int]] | None:
        """Return where the leaves end that are not known yet, and how long they are.

        None where the spine does not go through the end of what is known.
        """
        counts = [LEAF] * (len(spine.ends) - 1) + [spine.last] if spine.ends else []
        if self._spine_from == self.end:
            return spine.ends, counts
        if self.end is None or self.end not in spine.ends:
            return None
        known = spine.ends.index(self.end) + 1
        return spine.ends[known:], counts[known:]

    def extend(self, ends: Sequence[Key], counts: Sequence[int]) -> None:
        """Take in where all further leaves end: the whole list is known then."""
        self._ends += ends
        self._counts += counts
        self._starts = [0, *accumulate(self._counts)]
        self.whole = True

    def drop_unseen(self) -> None:
        """Let go of all rows but the first ones and those around what was looked at last."""
        near = {0, self.looked_at - 1, self.looked_at, self.looked_at + 1}
        self._rows = {leaf: rows for leaf, rows in self._rows.items() if leaf in near}

    def drop_far(self, leaf: int) -> None:
        """Let go of the rows of leaves that are far from ``leaf``."""
        if len(self._rows) > KEPT:
            near = sorted(self._rows, key=lambda each: abs(each - leaf))
            self._rows = {each: self._rows[each] for each in near[:KEPT]}
