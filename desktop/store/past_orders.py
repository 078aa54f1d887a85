"""What became of earlier orders here: which department took them, and which was released after an objection."""

from __future__ import annotations

from typing import Final

from desktop.store.links import state_of_order
from desktop.store.projections import SELDOM
from desktop.store.reader import Reader, current
from sync.records.department_ranking import PastOrder
from sync.records.matters import Matter
from sync.records.order_parts import OrderStage
from sync.records.orders import DispatchOrder
from sync.records.visits import Category

NEWEST: Final = 500
"""So many orders are looked at: a year's of a busy community."""
_NEWEST: Final = f"""
    SELECT body FROM record WHERE kind = 'dispatch_order' AND {SELDOM} AND readable = 1 ORDER BY id DESC LIMIT {NEWEST}
"""  # noqa: S608 our own words
_NOT_YET: Final = frozenset({OrderStage.ISSUED, OrderStage.CANCELLED, OrderStage.MERGED, OrderStage.SUSPENDED})


_LAST: Final = "SELECT max(line) FROM record"
_known: dict[str, tuple[int, list[PastOrder]]] = {}
"""What was found last for a store, and up to which line: while a form is typed in nothing is folded twice."""


def past_orders(reader: Reader) -> list[PastOrder]:
    """Return the newest orders by department, those that nobody has answered left out."""
    last = reader.sql(_LAST).fetchone()[0] or 0
    known = _known.get(reader.store)
    if known is None or known[0] != last:
        _known.clear()
        known = _known[reader.store] = (last, _past_orders(reader))
    return known[1]


def _past_orders(reader: Reader) -> list[PastOrder]:
    bodies = reader.sql(_NEWEST).fetchall()
    orders = [o for (body,) in bodies if isinstance(o := current("dispatch_order", body, None), DispatchOrder)]
    matters = reader.current({order.matter for order in orders})
    found: list[PastOrder] = []
    for order in orders:
        matter = matters.get(order.matter)
        category = matter.category if isinstance(matter, Matter) else Category.OTHER
        for department, part in state_of_order(reader, order).by_department.items():
            if part.stage not in _NOT_YET:
                contested = part.stage is OrderStage.RELEASED or bool(part.objections)
                text = f"{order.subject} {order.text}"
                found.append(PastOrder(order.number, department, category, text, contested))
    return found
