"""Amendments: a fact that a later one amends is left out of lists, whichever of the two came first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from desktop.store.projections import AMENDS
from desktop.store.reader import chunks
from desktop.store.tables import dispatch_order, link, record, visit
from sync.records.record import Fact, Record

if TYPE_CHECKING:
    from desktop.store.work import Work

LISTED = (visit, dispatch_order)


def apply(work: Work, amended_before: set[str], values: dict[int, tuple[str, Record]]) -> None:
    """Mark what the records just written amend, and those of them that something here amended already."""
    targets = {value.amends for _, value in values.values() if isinstance(value, Fact) and value.amends}
    _mark(work, targets | amended_before, 1)


def take_back(work: Work, value: Record) -> None:
    """``value`` is gone: what it amended stands again, unless another fact amends it too."""
    if isinstance(value, Fact) and value.amends:
        others = work.conn.scalar(select(link.c.line).where(link.c.subject == value.amends, link.c.via == AMENDS))
        _mark(work, {value.amends}, int(others is not None))


def _mark(work: Work, ids: set[str], amended: int) -> None:
    for some in chunks(ids):
        lines = list(work.conn.scalars(select(record.c.line).where(record.c.id.in_(some))))
        for table in LISTED:
            work.conn.execute(update(table).where(table.c.line.in_(lines)).values(amended=amended))
