"""Lists of mediations, each with its agreement where one was made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from desktop.store.paging import LIMIT, between, collect, count, naming, one_of, page, text_match
from desktop.store.paging import after as begin_after
from desktop.store.reader import Reader
from desktop.store.rows import MediationRow
from desktop.store.rows_of_mediations import rows_found as rows_found
from desktop.store.tables import mediation

PAGE = page(mediation, mediation.c.started_at)


def list_mediations(
    reader: Reader,
    *,
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    matter: str | None = None,
    outcomes: Collection[str] = (),
    after: str | None = None,
    limit: int = LIMIT,
) -> list[MediationRow]:
    """Return mediations, the one begun last first; ``outcomes`` are values of records.mediations.Outcome."""
    statement = _chosen(since, until, matter, outcomes)
    statement = begin_after(reader, statement, mediation, mediation.c.started_at, after)
    match = text_match(reader, mediation, text)
    if match is not None:
        statement = statement.where(match[0])
    return rows_found(reader, collect(reader, statement, mediation, limit, match[1] if match else None))


def mediation_rows(reader: Reader, ids: Sequence[str]) -> list[MediationRow]:
    """Return rows for those of ``ids`` that are mediations, the one begun last first."""
    return rows_found(reader, collect(reader, PAGE.where(one_of(mediation, ids)), mediation, len(ids))) if ids else []


def count_mediations(
    reader: Reader,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    matter: str | None = None,
    outcomes: Collection[str] = (),
) -> int:
    """Return how many mediations `list_mediations` would give without a text and a limit."""
    return count(reader, _chosen(since, until, matter, outcomes))


def _chosen(
    since: datetime | None, until: datetime | None, matter: str | None, outcomes: Collection[str]
) -> Select[Any]:
    statement = between(PAGE, mediation.c.started_at, since, until)
    if matter is not None:
        statement = statement.where(naming(mediation, matter, "mediation.matter"))
    if outcomes:
        statement = statement.where(mediation.c.outcome.in_([str(o) for o in outcomes]))
    return statement
