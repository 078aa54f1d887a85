"""Matters by the numbers that outside systems gave them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, cast

from desktop.store.projections import SELDOM
from desktop.store.reader import Reader
from sync.records.matters import Matter

_TOLD: Final = f"""
    SELECT id FROM record WHERE kind = 'matter' AND {SELDOM} AND readable = 1 AND instr(body, ?1) > 0
    UNION SELECT record.id FROM card JOIN record ON record.line = card.line
    WHERE record.kind = 'matter' AND {SELDOM} AND record.readable = 1 AND instr(card.fields, ?1) > 0
"""  # noqa: S608 our own words

Number = tuple[str, str]
"""A system and the number that it gave."""


def by_external(reader: Reader, numbers: Collection[Number]) -> dict[Number, Matter]:
    """Return the matters as they stand that have one of ``numbers``; of two with one number the first made."""
    ids = [row[0] for row in reader.sql(_TOLD, (b'"external"',)).fetchall()]
    found: dict[Number, Matter] = {}
    for matter in sorted((cast(Matter, m) for m in reader.current(set(ids)).values()), key=lambda m: m.id):
        for external in matter.external:
            if (external.system, external.number) in numbers:
                found.setdefault((external.system, external.number), matter)
    return found
