"""Whom a desk calls when somebody threatens there: numbers in their order, a list that the district edits.

The program ships the police, the ambulance and the national line of psychological help, to be confirmed by each
district; colleagues' numbers come from the directory.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync.records.errors import RuleBroken
from sync.records.telephones import normal_phone

POLICE: Final = "110"
OWN_NAMES: Final = ("police", "ambulance", "counselling")
"""Names for which the program has a word in each language; any other number has a ``label``."""
MOST: Final = 12
LONGEST: Final = 20


@dataclass(frozen=True, slots=True)
class HelpNumber:
    """One number; ``name`` is one of `OWN_NAMES`, or "" where ``label`` says whose it is."""

    number: str
    name: str = ""
    label: str = ""


def read_numbers(table: Mapping[str, Any]) -> tuple[HelpNumber, ...]:
    """Return the numbers in their order; RuleBroken names the row that is none."""
    rows = table.get("numbers", [])
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise RuleBroken("tables.no_rows", field="text", part="[[numbers]]")
    return tuple(_number(row, place) for place, row in enumerate(rows, 1))


def _number(row: Mapping[str, Any], place: int) -> HelpNumber:
    said, name, label = f"[[numbers]] {place}", row.get("name", ""), row.get("label", "")
    if name not in ("", *OWN_NAMES):
        raise RuleBroken("tables.no_kind", field="text", row=said, said=str(name)[:40], names="、".join(OWN_NAMES))
    if not isinstance(label, str) or not (name or label.strip()) or len(label) > LONGEST:
        raise RuleBroken("tables.no_text", field="text", row=said, what="label")
    written = row.get("number")
    number = normal_phone(written, field="text") if isinstance(written, str) else ""
    if not number:
        raise RuleBroken("tables.no_text", field="text", row=said, what="number")
    return HelpNumber(number, "" if label.strip() else name, label.strip())


def faults(numbers: tuple[HelpNumber, ...]) -> Iterator[RuleBroken]:
    """What is wrong with the list as a whole: a number that stands twice, or more than anybody reads."""
    for number, times in Counter(one.number for one in numbers).items():
        if times > 1:
            yield RuleBroken("tables.row_twice", field="text", row=number)
    if len(numbers) > MOST:
        yield RuleBroken("tables.too_many_numbers", field="text", most=MOST)


def without_police(numbers: tuple[HelpNumber, ...]) -> bool:
    """Whether the police are missing: a list without 110 is not published."""
    return POLICE not in {one.number for one in numbers}


def numbers_text(numbers: Iterable[HelpNumber]) -> str:
    """Return the TOML that `read_numbers` reads as ``numbers``."""
    return "\n".join(
        f"[[numbers]]\n{'label' if one.label else 'name'} = {json.dumps(one.label or one.name, ensure_ascii=False)}\n"
        f"number = {json.dumps(one.number)}\n"
        for one in numbers
    )
