"""The graph of what was seen: the order of facts without clocks, the same at every desk.

Each step and reply names the heads that its writer saw. From these names alone follow an order of the facts, which
of them were written side by side, and which are the heads now. Facts that are named but have not arrived count as
seen; a circle, which only a hostile writer can make, is broken at its smallest id.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sync.records.record import Fact


class Seer(Protocol):
    """A fact that names the facts that its writer had seen."""

    @property
    def id(self) -> str: ...
    @property
    def seen(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=Seer)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that the rules cannot settle and a person should look at: a wording key and the facts' ids."""

    reason: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line(Generic[T]):
    """Facts in their computed order. ``pasts`` has for each place a bit for every earlier place that was seen."""

    facts: tuple[T, ...]
    pasts: tuple[int, ...]
    heads: tuple[str, ...]

    def saw(self, later: int, earlier: int) -> bool:
        """Whether the writer of the fact at place ``later`` had seen the one at ``earlier``, directly or not."""
        return bool(self.pasts[later] >> earlier & 1)

    def beside(self, one: int, other: int) -> bool:
        """Whether the two were written without seeing each other."""
        return one != other and not self.saw(one, other) and not self.saw(other, one)


def in_line(facts: Iterable[T], rank: Callable[[T], int]) -> Line[T]:
    """Order ``facts`` (in any order, repeated or not) so that each comes after all that it saw.

    Of facts written side by side the lower ``rank`` comes first, then the smaller id: so the fact with the higher
    rank has the last word.
    """
    by_id = {fact.id: fact for fact in facts}
    waiting = {i: {s for s in fact.seen if s in by_id and s != i} for i, fact in by_id.items()}
    followers: dict[str, list[str]] = {i: [] for i in by_id}
    for i, earlier in waiting.items():
        for s in earlier:
            followers[s].append(i)
    ready = [(rank(by_id[i]), i) for i, earlier in waiting.items() if not earlier]
    heapq.heapify(ready)
    places: dict[str, int] = {}
    pasts: list[int] = []
    while len(places) < len(by_id):
        name = heapq.heappop(ready)[1] if ready else min(i for i in by_id if i not in places)
        if name in places:
            continue
        past = 0
        for s in by_id[name].seen:
            if s in places:
                past |= pasts[places[s]] | 1 << places[s]
        places[name] = len(pasts)
        pasts.append(past)
        for follower in followers[name]:
            waiting[follower].discard(name)
            if not waiting[follower] and follower not in places:
                heapq.heappush(ready, (rank(by_id[follower]), follower))
    seen_by_any = {s for i, fact in by_id.items() for s in fact.seen if s != i}
    heads = tuple(sorted(i for i in by_id if i not in seen_by_any))
    return Line(tuple(by_id[i] for i in places), tuple(pasts), heads)


F = TypeVar("F", bound=Fact)


def standing(facts: Iterable[F]) -> tuple[dict[str, F], tuple[Doubt, ...]]:
    """Return for each fact that no amendment replaced at its place: the id of the place and what stands there.

    An amendment takes the place of the fact that it names (and of what that one amended), so that correcting an
    old fact does not move it to the end. Of two amendments of one fact the greater id stands, with a doubt.
    An amendment of a fact that has not arrived stands at its own place until then.
    """
    by_id = {fact.id: fact for fact in facts}
    amended: dict[str, list[str]] = {}
    for fact in by_id.values():
        if fact.amends in by_id and fact.amends != fact.id:
            amended.setdefault(str(fact.amends), []).append(fact.id)
    doubts = [Doubt("records.doubt_amended_twice", tuple(sorted(ids))) for ids in amended.values() if len(ids) > 1]
    replacing = {i for ids in amended.values() for i in ids}
    out: dict[str, F] = {}
    for i in by_id:
        if i in replacing and not _in_circle(i, by_id):
            continue
        last, passed = i, {i}
        while amended.get(last) and (following := max(amended[last])) not in passed:
            passed.add(following)
            last = following
        out[i] = by_id[last]
    return out, tuple(sorted(doubts, key=lambda d: d.records))


def versions(facts: Iterable[F]) -> dict[str, tuple[F, ...]]:
    """Return for each place of `standing` all facts of its line, what stands and what it replaced, by id."""
    by_id = {fact.id: fact for fact in facts}
    found: dict[str, list[F]] = {place: [] for place in standing(by_id.values())[0]}
    for fact in by_id.values():
        current, passed = fact, {fact.id}
        while current.amends in by_id and current.amends not in passed:
            current = by_id[str(current.amends)]
            passed.add(current.id)
        found[next(place for place in (current.id, *sorted(passed)) if place in found)].append(fact)
    return {place: tuple(sorted(line, key=lambda f: f.id)) for place, line in found.items()}


def _in_circle(start: str, by_id: dict[str, F]) -> bool:
    """Whether following ``amends`` from ``start`` never ends and ``start`` is the circle's smallest id."""
    path, current = [start], by_id[start].amends
    while current in by_id and current not in path:
        path.append(str(current))
        current = by_id[str(current)].amends
    return current == start and start == min(path)
