"""Lists of a card merged by element: what somebody added stays, what somebody took away goes, against what each saw.

Two desks that add different telephones both have their way; one that takes a telephone away and one that adds another
as well. An element that was taken away by somebody who had seen it is gone, one that was added beside that is there.
Only where a list has one entry for each of something can two desks contradict each other (`ONE_FOR_EACH`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sync.records.canonical import canonical

ONE_FOR_EACH: Final[Mapping[str, str]] = {"external": "system"}
"""Lists that have one entry for each value of a part of the entry: another system gives a matter one number."""


def is_list(values: Sequence[Any]) -> bool:
    """Whether the values said of a field are lists (or blank): then they merge by element."""
    return any(isinstance(v, list) for v in values) and all(isinstance(v, list) or not v for v in values)


def merge_elements(first: Any, said: Mapping[int, Any], pasts: Sequence[int], standing: Sequence[int]) -> Any:
    """Return the elements that stand of a list that was ``first`` and then said at the places of ``said``.

    ``pasts`` has for each place a bit for every place seen there, ``standing`` the places that nobody has seen who
    said the list later, in the order of precedence: the elements come in the order of the first of them.
    """
    if len({canonical(said[place]) for place in standing}) == 1:
        return said[standing[0]]
    alive = _Elements(first or [])
    for place in sorted(said):
        alive.say(place, pasts[place], said[place] or [])
    there = alive.within(-1)
    ordered = {canonical(e): e for place in standing for e in said[place] or []}
    return [element for key, element in ordered.items() if key in there]


def contradicting(field: str, merged: Sequence[Any], lists: Sequence[Any]) -> frozenset[bytes]:
    """Return the elements of ``merged`` that stand for the same thing and that none of ``lists`` has together."""
    part = ONE_FOR_EACH.get(field)
    if part is None:
        return frozenset()
    groups: dict[Any, set[bytes]] = {}
    for element in merged:
        groups.setdefault(_part(element, part), set()).add(canonical(element))
    whole = [{canonical(e) for e in one or []} for one in lists]
    found = (keys for keys in groups.values() if len(keys) > 1 and not any(keys <= one for one in whole))
    return frozenset().union(*found)


def _part(element: Any, part: str) -> Any:
    return canonical(element.get(part) if isinstance(element, dict) else element)


class _Elements:
    """When each element was added (a bit for each place, the first one for the card itself) and where taken away."""

    def __init__(self, first: Sequence[Any]) -> None:
        self._added: dict[bytes, int] = {canonical(element): 1 for element in first}
        self._removed: dict[bytes, list[tuple[int, int]]] = {}

    def say(self, place: int, past: int, value: Sequence[Any]) -> None:
        """Take in what was said at ``place`` by somebody who had seen the places of ``past``."""
        seen = past << 1 | 1
        before = self.within(seen)
        now = {canonical(element) for element in value}
        for key in now - before:
            self._added[key] = self._added.get(key, 0) | 1 << place + 1
        for key in before - now:
            self._removed.setdefault(key, []).append((place + 1, seen))

    def within(self, seen: int) -> set[bytes]:
        """Return the elements that stand for somebody who has seen ``seen`` (-1: everything)."""
        return {key for key, added in self._added.items() if self._stands(key, added & seen, seen)}

    def _stands(self, key: bytes, added: int, seen: int) -> bool:
        for place, covered in self._removed.get(key, ()):
            if seen >> place & 1:
                added &= ~covered
        return bool(added)
