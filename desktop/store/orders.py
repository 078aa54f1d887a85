"""Lists of dispatch orders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy import text as sql

from desktop.store.paging import LIMIT, between, collect, count, naming, page, text_match
from desktop.store.paging import after as begin_after
from desktop.store.reader import Reader
from desktop.store.rows import OrderRow
from desktop.store.rows_of_orders import rows_found as rows_found
from desktop.store.tables import dispatch_order

PAGE = page(dispatch_order, dispatch_order.c.issued_at).where(sql("amended = 0"))


def list_orders(
    reader: Reader,
    *,
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    matter: str | None = None,
    states: Collection[str] = (),
    due_before: datetime | None = None,
    after: str | None = None,
    limit: int = LIMIT,
) -> list[OrderRow]:
    """Return dispatch orders, the one issued last first.

    ``states`` are values of records.folds.OrderStage (all if empty); ``due_before`` keeps those whose time to
    report in or to resolve ends before it.
    """
    statement = _chosen(since, until, matter, states, due_before)
    statement = begin_after(reader, statement, dispatch_order, dispatch_order.c.issued_at, after)
    match = text_match(reader, dispatch_order, text)
    if match is not None:
        statement = statement.where(match[0])
    return rows_found(reader, collect(reader, statement, dispatch_order, limit, match[1] if match else None))


def count_orders(
    reader: Reader,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    matter: str | None = None,
    states: Collection[str] = (),
    due_before: datetime | None = None,
) -> int:
    """Return how many orders `list_orders` would give without a text and a limit."""
    return count(reader, _chosen(since, until, matter, states, due_before))


def _chosen(
    since: datetime | None,
    until: datetime | None,
    matter: str | None,
    states: Collection[str],
    due_before: datetime | None,
) -> Select[Any]:
    statement = between(PAGE, dispatch_order.c.issued_at, since, until)
    if matter is not None:
        statement = statement.where(naming(dispatch_order, matter, "dispatch_order.matter"))
    if states:
        statement = statement.where(dispatch_order.c.state.in_([str(s) for s in states]))
    if due_before is not None:
        statement = statement.where(
            (dispatch_order.c.report_by < due_before) | (dispatch_order.c.resolve_by < due_before)
        )
    return statement
