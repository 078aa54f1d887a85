"""Who finds matters (发现来源): groups of reporters, a list that the district edits; never a person's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync.records.errors import RuleBroken

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Source:
    """A group: ``name`` is what records keep, ``label`` what people read; one that is ``ended`` is offered no more."""

    name: str
    label: str
    ended: bool = False


def read_sources(table: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return the groups in their order; RuleBroken names the row that is none."""
    rows = table.get("source", [])
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise RuleBroken("tables.no_rows", field="text", part="[[source]]")
    return tuple(_source(row, place) for place, row in enumerate(rows, 1))


def _source(row: Mapping[str, Any], place: int) -> Source:
    name, label = row.get("name"), row.get("label")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise RuleBroken("tables.bad_name", field="text", row=f"[[source]] {place}", said=str(name)[:40])
    if not isinstance(label, str) or not label.strip():
        raise RuleBroken("tables.no_text", field="text", row=name, what="label")
    return Source(name, label.strip(), row.get("ended") is True)


def faults(sources: tuple[Source, ...]) -> Iterator[RuleBroken]:
    """What is wrong with a list as a whole: a name or a label that stands twice."""
    for said in (Counter(s.name for s in sources), Counter(s.label for s in sources)):
        for name, times in said.items():
            if times > 1:
                yield RuleBroken("tables.row_twice", field="text", row=name)
