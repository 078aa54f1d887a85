"""The rows of a list of dispatch orders: what each says, and how its departments are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from desktop.store.reader import Reader
from desktop.store.rows import OrderRow
from desktop.store.running import next_ends
from desktop.store.units import units
from sync.records.orders import DispatchOrder
from sync.records.record import Record


def rows_found(reader: Reader, found: Sequence[tuple[Any, Record]]) -> list[OrderRow]:
    """Return list rows for records of dispatch orders."""
    ends = next_ends(reader, [value.id for _, value in found]) if found else {}
    names = {identity: unit.name for identity, unit in units(reader).items()} if found else {}
    rows = []
    for row, value in found:
        order = cast(DispatchOrder, value)
        rows.append(
            OrderRow(
                id=order.id,
                number=order.number,
                matter=order.matter,
                subject=order.subject,
                departments=tuple(names.get(d, d) for d in order.departments),
                issued_at=order.issued_at,
                report_by=order.limits.report_by,
                resolve_by=order.limits.resolve_by,
                state=row.fold_state,
                replies=row.replies,
                sent=row.state,
                due=ends.get(order.id),
            )
        )
    return rows
