"""Lists of matters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, exists, func, select

from desktop.store.links import subjects_of_party
from desktop.store.names import card_states, party_lines
from desktop.store.paging import LIMIT, between, collect, count, one_of, page, text_match
from desktop.store.paging import after as begin_after
from desktop.store.projections import AMENDS
from desktop.store.reader import Reader, chunks
from desktop.store.rows import MatterRow
from desktop.store.tables import link, matter, record
from sync.records.matters import Matter, StepKind
from sync.records.record import Record

PAGE = page(matter, matter.c.discovered_at)


def list_matters(
    reader: Reader,
    *,
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    states: Collection[str] = (),
    person: str | None = None,
    after: str | None = None,
    limit: int = LIMIT,
) -> list[MatterRow]:
    """Return matters, the one discovered last first; ``states`` are values of records.folds.MatterStage (all if empty).

    ``text`` must occur in the matter, or in the name, number or telephone of a party; ``person`` is any party.
    """
    statement = _chosen(reader, since, until, states, person)
    statement = begin_after(reader, statement, matter, matter.c.discovered_at, after)
    match = text_match(reader, matter, text)
    if match is not None:
        statement = statement.where(match[0])
    return rows_found(reader, collect(reader, statement, matter, limit, match[1] if match else None))


def count_matters(
    reader: Reader,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    states: Collection[str] = (),
    person: str | None = None,
) -> int:
    """Return how many matters `list_matters` would give without a text and a limit."""
    return count(reader, _chosen(reader, since, until, states, person))


def matter_rows(reader: Reader, ids: Iterable[str]) -> list[MatterRow]:
    """Return rows for those of ``ids`` that are matters, the one discovered last first."""
    wanted = list(ids)
    return (
        rows_found(reader, collect(reader, PAGE.where(one_of(matter, wanted)), matter, len(wanted))) if wanted else []
    )


def _chosen(
    reader: Reader, since: datetime | None, until: datetime | None, states: Collection[str], person: str | None
) -> Select[Any]:
    statement = between(PAGE, matter.c.discovered_at, since, until)
    if states:
        statement = statement.where(matter.c.state.in_([str(s) for s in states]))
    if person is not None:
        statement = statement.where(one_of(matter, subjects_of_party(reader, person)))
    return statement


def rows_found(reader: Reader, found: Sequence[tuple[Row[Any], Record]]) -> list[MatterRow]:
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
    later = link.alias()
    amended = exists().where(later.c.subject == record.c.id, later.c.via == AMENDS)  # asked of each visit, not of all
    found: dict[str, int] = {}
    for some in chunks(ids):
        asked = (
            select(link.c.subject, func.count())
            .join_from(link, record, record.c.line == link.c.line)
            .where(link.c.subject.in_(some), link.c.via == "visit.matter", ~amended)
            .group_by(link.c.subject)
        )
        found.update({row[0]: row[1] for row in reader.conn.execute(asked)})
    return found
