"""What a closing needs (办结要件): for each kind of matter, and for an order, what has to be there beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sync.records.errors import RuleBroken
from sync.records.matters import Nature

ORDER: Final = "order"
"""The kind of a closing that is a dispatch order's; the others are natures of matters."""


class Artefact(StrEnum):
    """What proves that something was done."""

    AGREEMENT = "agreement"
    RECORD = "record"
    REPLY = "reply"
    STATEMENT = "statement"
    PHOTO = "photo"
    FILE = "file"
    ACKNOWLEDGEMENT = "acknowledgement"
    FEEDBACK = "feedback"


Alternatives = tuple[Artefact, ...]
"""Any one of these is enough."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing something of ``kind`` needs: one of each of ``needs``."""

    kind: str
    needs: tuple[Alternatives, ...]


def read_closings(table: Mapping[str, Any]) -> tuple[Closing, ...]:
    """Return the table's rows; a need is written ``agreement`` or ``agreement|statement``."""
    rows = table.get("closing", [])
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise RuleBroken("tables.no_rows", field="text", part="[[closing]]")
    return tuple(_closing(row, place) for place, row in enumerate(rows, 1))


def _closing(row: Mapping[str, Any], place: int) -> Closing:
    kind, needs = row.get("kind"), row.get("needs")
    if kind not in (*Nature, ORDER):
        known = "、".join((*Nature, ORDER))
        raise RuleBroken("tables.no_kind", field="text", row=f"[[closing]] {place}", said=str(kind)[:40], names=known)
    if not isinstance(needs, list) or not all(isinstance(need, str) for need in needs):
        raise RuleBroken("tables.no_text", field="text", row=kind, what="needs")
    said = [[one.strip() for one in need.split("|")] for need in needs]
    if unknown := [one for need in said for one in need if one not in set(Artefact)]:
        names = "、".join(Artefact)
        raise RuleBroken("tables.no_artefact", field="text", row=kind, said=unknown[0][:40], names=names)
    return Closing(str(kind), tuple(tuple(Artefact(one) for one in need) for need in said))


def faults(closings: tuple[Closing, ...]) -> Iterator[RuleBroken]:
    """What is wrong with a table as a whole: a kind that stands twice, and one that is missing."""
    there = Counter(closing.kind for closing in closings)
    for kind in (*Nature, ORDER):
        if there[kind] != 1:
            yield RuleBroken(
                "tables.kind_missing" if not there[kind] else "tables.row_twice", field="text", row=str(kind)
            )


def missing(closings: Collection[Closing], kind: str, there: Collection[Artefact]) -> tuple[Alternatives, ...]:
    """Return what closing something of ``kind`` still needs, given what is there; empty where nothing is wanting."""
    needs = next((closing.needs for closing in closings if closing.kind == kind), ())
    return tuple(need for need in needs if not set(need) & set(there))
