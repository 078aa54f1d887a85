"""What Today asks: the few that wait, and how many came. By the driver alone, for a start waits for each of these."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

from desktop.store.columns import from_micros, to_micros
from desktop.store.later import matter_rows, mediation_rows, order_rows
from desktop.store.projections import NEWEST_VISITS
from desktop.store.reader import Reader, current
from desktop.store.rows import MatterRow, MediationRow, OrderRow
from sync.records.record import Record

_VISITS: Final = f"""
    SELECT (SELECT count(*) FROM visit WHERE amended = 0 AND happened_at >= ?1 AND happened_at < ?2)
    + (SELECT count(*) FROM {NEWEST_VISITS} WHERE amended = 0 AND happened_at >= ?1 AND happened_at < ?2)
"""  # noqa: S608 our own words
_FOUND: Final = """
    SELECT record.kind, record.body, card.fields, record.state, coalesce(card.conflicted, 0), {columns}
    FROM (
        SELECT line, {moment} AS moment FROM {table} WHERE {column} IN ({marks}) AND {filter}
        ORDER BY {moment} DESC, line DESC LIMIT ?
    ) AS newest
    JOIN {table} ON {table}.line = newest.line
    JOIN record ON record.line = newest.line LEFT JOIN card ON card.line = newest.line
    WHERE record.readable = 1
    ORDER BY newest.moment DESC, newest.line DESC LIMIT ?
"""
"""The newest are chosen by their small rows alone: of tens of thousands that wait no record is read for the sorting."""
_LATELY: Final = """
    SELECT count(*), min(moment) FROM (
        SELECT {column} AS stands, {moment} AS moment FROM {table} WHERE {filter} ORDER BY {moment} DESC LIMIT ?
    ) WHERE stands IN ({marks})
"""
NEWEST: Final = 300
"""Where enough of so many newest rows wait, no others are looked at: what it costs follows what is shown."""
SPARE: Final = 64
"""So many more are chosen: what a newer program wrote cannot be read here and is left out."""


def count_visits(reader: Reader, since: datetime, until: datetime) -> int:
    """Return how many visits happened from ``since`` on and before ``until``, amended ones not counted twice."""
    return int(reader.sql(_VISITS, (to_micros(since), to_micros(until))).fetchone()[0])


def orders_in(reader: Reader, states: Collection[str], limit: int) -> list[OrderRow]:
    """Return the dispatch orders in one of ``states`` (records.order_state.OrderStage), the one issued last first."""
    names = ("state", "replies")
    found = _found(reader, "dispatch_order", names, "state", states, "issued_at", limit, "amended = 0")
    return order_rows(reader, found) if found else []


def matters_in(reader: Reader, states: Collection[str], limit: int) -> list[MatterRow]:
    """Return the matters in one of ``states`` (records.folds.MatterStage), the one discovered last first."""
    names = ("state", "last_step", "changed_at")
    found = _found(reader, "matter", names, "state", states, "discovered_at", limit)
    return matter_rows(reader, found) if found else []


def mediations_in(reader: Reader, outcomes: Collection[str], limit: int) -> list[MediationRow]:
    """Return the mediations with one of ``outcomes`` (records.mediations.Outcome), the one begun last first."""
    found = _found(reader, "mediation", (), "outcome", outcomes, "started_at", limit)
    return mediation_rows(reader, found) if found else []


def _found(
    reader: Reader,
    table: str,
    names: tuple[str, ...],
    column: str,
    values: Collection[str],
    moment: str,
    limit: int,
    filter: str = "1",
) -> list[tuple[Any, Record]]:
    """Return the newest records of a list table with what stands there of them, as paging.collect does."""
    said = {"table": table, "column": column, "marks": ", ".join("?" * len(values)), "moment": moment}
    there, since = reader.sql(_LATELY.format(filter=filter, **said), (NEWEST, *values)).fetchone()
    if there >= limit + SPARE:  # the index of the moments leads to them; else that of what they are
        said["column"], filter = f"+{column}", f"{filter} AND {moment} >= {int(since)}"
    columns = ", ".join(f"{table}.{name}" for name in (*names, "line"))
    statement = _FOUND.format(columns=columns, filter=filter, **said)
    rows = reader.sql(statement, (*values, limit + SPARE, limit)).fetchall()
    if len(rows) < limit:  # few wait, or hardly any of the newest can be read
        rows = reader.sql(statement, (*values, -1, limit)).fetchall()
    found: list[tuple[Any, Record]] = []
    for kind, body, fields, sent, conflicted, *said in rows:
        row = SimpleNamespace(state=sent, conflicted=conflicted)
        for name, value in zip(names, said, strict=False):
            setattr(
                row, "fold_state" if name == "state" else name, from_micros(value) if name.endswith("_at") else value
            )
        found.append((row, current(kind, body, fields)))
    return found
