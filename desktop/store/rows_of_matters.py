"""The rows of a list of matters: what each says, and who takes part in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from desktop.store.names import card_states, party_lines
from desktop.store.projections import IS_AMENDED, NAMING_ANY
from desktop.store.reader import Reader, chunks, listed
from desktop.store.rows import MatterRow
from sync.records.matters import Matter, StepKind
from sync.records.record import Record

_VISITS: Final = f"""
    SELECT link.subject, count(*) FROM link LEFT JOIN visit ON visit.line = link.line
    WHERE {NAMING_ANY} AND link.via = 'visit.matter'
    AND NOT coalesce(visit.amended, (SELECT {IS_AMENDED} FROM record WHERE record.line = link.line))
    GROUP BY link.tail, link.head
"""  # noqa: S608 our own words


def rows_found(reader: Reader, found: Sequence[tuple[Any, Record]]) -> list[MatterRow]:
    """Return list rows for records of matters."""
    matters = [(row, cast(Matter, value)) for row, value in found]
    ids = [m.id for _, m in matters]
    parties = party_lines(reader, ids)
    states = card_states(reader, {m.id: row.state for row, m in matters})
    visits = _visits(reader, ids)
    return [
        MatterRow(
            id=value.id,
            title=value.title,
            nature=value.nature,
            category=value.category,
            state=row.fold_state,
            last_step=StepKind(row.last_step) if row.last_step else None,
            discovered_at=value.discovered_at,
            changed_at=row.changed_at,
            parties=parties.get(value.id, ""),
            visits=visits.get(value.id, 0),
            conflicted=bool(row.conflicted),
            sent=states[value.id],
        )
        for row, value in matters
    ]


def _visits(reader: Reader, ids: list[str]) -> dict[str, int]:
    """Return how many visits each matter has, amended ones not counted twice."""
    found: dict[str, int] = {}
    for some in chunks(ids):
        found.update(reader.sql(_VISITS, (listed(some),)).fetchall())
    return found
