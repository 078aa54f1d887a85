"""Lists of matters."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from desktop.store.links import subjects_of_party
from desktop.store.paging import LIMIT, between, collect, count, one_of, page, text_match
from desktop.store.paging import after as begin_after
from desktop.store.reader import Reader
from desktop.store.rows import MatterRow
from desktop.store.rows_of_matters import rows_found as rows_found
from desktop.store.tables import matter

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
