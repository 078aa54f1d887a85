"""The responsibility list (职责清单): which department answers for which matter; a table that the district imports."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sync.records.bigrams import bigrams
from sync.records.dispatch_checks import department_faults
from sync.records.errors import RuleBroken
from sync.records.rule_tables import parsed
from sync.records.visits import Category

COLUMNS: Final = ("item", "department", "helpers", "group", "code", "words", "category")
"""The parts of a row, in their order; ``helpers`` are names parted by 、, ``category`` is one of ours or empty."""
LEAST_PAIRS: Final = 2
"""An item is meant where the text has so many of its pairs, or all of a shorter one's."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One item of the list."""

    item: str
    department: str
    helpers: tuple[str, ...] = ()
    group: str = ""
    code: str = ""
    words: str = ""
    category: str = ""


def read_duties(table: Mapping[str, Any]) -> tuple[Duty, ...]:
    """Return the items that ``{"rows": [[…], …]}`` spells, each with the parts of `COLUMNS`, the last ones optional."""
    rows = table.get("rows", [])
    if not isinstance(rows, list) or not rows:
        raise RuleBroken("tables.no_rows", field="text", part="rows")
    return tuple(_duty(row, place) for place, row in enumerate(rows, 1))


def _duty(row: object, place: int) -> Duty:
    if not isinstance(row, list) or not 2 <= len(row) <= len(COLUMNS) or not all(isinstance(p, str) for p in row):
        raise RuleBroken("tables.bad_duty", field="text", row=place)
    parts: list[str] = [*row, *[""] * (len(COLUMNS) - len(row))]
    item, department, helpers, group, code, words, category = parts
    if not item.strip() or not department.strip():
        raise RuleBroken("tables.bad_duty", field="text", row=place)
    if category and category not in set(Category):
        names = "、".join(Category)
        raise RuleBroken("tables.no_category", field="text", row=item[:40], name=category[:40], names=names)
    named = tuple(part.strip() for part in helpers.split("、") if part.strip())
    return Duty(item.strip(), department.strip(), named, group.strip(), code.strip(), words.strip(), category)


def faults(duties: Sequence[Duty], departments: Mapping[str, bool] | None) -> Iterator[RuleBroken]:
    """What is wrong with a list as a whole: an item that one department has twice, departments that are not there."""
    for (item, _department), times in Counter((duty.item, duty.department) for duty in duties).items():
        if times > 1:
            yield RuleBroken("tables.row_twice", field="text", row=item[:40])
    for duty in duties if departments is not None else ():
        yield from department_faults(duty.item[:40], (duty.department, *duty.helpers), departments or {})


def table_text(duties: Iterable[Duty]) -> str:
    """Return the table of ``duties``, a line for each: what JSON makes of a text, TOML reads."""
    lines = [
        json.dumps(
            [duty.item, duty.department, "、".join(duty.helpers), duty.group, duty.code, duty.words, duty.category],
            ensure_ascii=False,
        )
        for duty in duties
    ]
    return "rows = [\n" + "".join(f"  {line},\n" for line in lines) + "]\n"


@dataclass(frozen=True, slots=True)
class Match:
    """An item that a text speaks of; ``share`` of its weight (0 to 1) is in the text."""

    duty: Duty
    share: float


class DutyIndex:
    """The items by their pairs of characters; a pair counts the more, the fewer items have it."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self.duties = duties
        self._of = [bigrams(f"{duty.item} {duty.words}") for duty in duties]
        found: dict[str, list[int]] = defaultdict(list)
        for place, pairs in enumerate(self._of):
            for pair in pairs:
                found[pair].append(place)
        self._found = dict(found)
        self._weight = {pair: math.log1p(len(duties) / len(places)) for pair, places in found.items()}
        self._whole = [sum(sorted(self._weight[pair] for pair in bigrams(duty.item))) for duty in duties]

    def matches(self, text: str, limit: int = 50) -> list[Match]:
        """Return the items that ``text`` speaks of, those first of which it says the most; ties in the list's order."""
        shared: dict[int, list[str]] = defaultdict(list)
        for pair in sorted(bigrams(text)):
            for place in self._found.get(pair, ()):
                shared[place].append(pair)
        found = [
            (min(1.0, sum(self._weight[pair] for pair in pairs) / (self._whole[place] or 1.0)), place)
            for place, pairs in shared.items()
            if len(pairs) >= min(LEAST_PAIRS, len(self._of[place]))
        ]
        found.sort(key=lambda one: (-one[0], one[1]))
        return [Match(self.duties[place], share) for share, place in found[:limit]]

    def containing(self, text: str, limit: int = 50) -> list[Match]:
        """Return the items that have all of a short ``text``'s pairs, then those it speaks of: a search by words."""
        asked = bigrams(text)
        whole = [
            Match(duty, 1.0) for duty, pairs in zip(self.duties, self._of, strict=True) if asked and asked <= pairs
        ]
        there = {match.duty for match in whole}
        return [*whole, *(match for match in self.matches(text, limit) if match.duty not in there)][:limit]


@lru_cache(maxsize=2)
def duty_index(text: str) -> DutyIndex:
    """Return the index of a published list; one version's is made once, and not for each page or search that asks."""
    return DutyIndex(read_duties(parsed(text)))
