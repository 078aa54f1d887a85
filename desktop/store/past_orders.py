"""What became of all earlier orders here, kept while the program runs and brought up by what came since.

The first time every order is read, in pieces; from then on those alone that something new speaks of: an order, a reply,
a step, its matter or an edit of it, an erasure. Where nobody can say what it spoke of (an erased reply), and where the
store stands further back than what is kept (restored), all is read anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, cast

from desktop.store.projections import AMONG_IDS, SELDOM
from desktop.store.reader import Reader, current, listed
from sync.records.audit import Erasure
from sync.records.cards import Revision
from sync.records.ids import prefix_of
from sync.records.kinds import KINDS
from sync.records.matters import Matter
from sync.records.order_history import OrderHistory, PastOrder
from sync.records.order_stages import OrderStage
from sync.records.order_state import fold_order
from sync.records.order_steps import OrderStep
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.record import Record
from sync.records.visits import Category

PIECE: Final = 400
"""So many orders are read and folded at once."""
_SPEAKING: Final = "('dispatch_order', 'order_reply', 'order_step', 'matter', 'revision', 'erasure')"
_LAST: Final = "SELECT max(line) FROM record"
_ALL: Final = f"SELECT id FROM record WHERE kind = 'dispatch_order' AND {SELDOM} AND readable = 1"  # noqa: S608 our own
_SINCE: Final = f"""
    SELECT kind, body FROM record WHERE line > ?1 AND +kind IN {_SPEAKING} AND readable = 1
"""  # noqa: S608 our own words
_AMENDED: Final = f"""
    SELECT record.id FROM record JOIN dispatch_order ON dispatch_order.line = record.line
    WHERE dispatch_order.amended = 1 AND {AMONG_IDS}
"""  # noqa: S608 our own words
_UNTOLD: Final = frozenset({KINDS["order_reply"].prefix, KINDS["order_step"].prefix})
_NOT_YET: Final = frozenset({OrderStage.ISSUED, OrderStage.CANCELLED, OrderStage.MERGED, OrderStage.SUSPENDED})


@dataclass(slots=True)
class _Kept:
    """``history`` as it is after the record at line ``upto``."""

    upto: int = 0
    history: OrderHistory = field(default_factory=OrderHistory)


_known: dict[str, _Kept] = {}


def past_orders(reader: Reader) -> OrderHistory:
    """Return all orders by department, those that nobody has answered left out."""
    last = reader.sql(_LAST).fetchone()[0] or 0
    kept = _known.get(reader.store)
    since = _spoken_of(reader, kept.upto) if kept is not None and kept.upto < last else []
    if kept is None or kept.upto > last or since is None:
        _known.clear()  # one store is looked at by a program at a time
        kept, since = _Kept(), [name for (name,) in reader.sql(_ALL).fetchall()]
        _known[reader.store] = kept
    count(reader, kept.history, since)
    kept.upto = last
    return kept.history


def count(reader: Reader, history: OrderHistory, orders: list[str]) -> None:
    """Count these orders as they are now, in the place of what was counted of them."""
    for start in range(0, len(orders), PIECE):
        some = orders[start : start + PIECE]
        rows = _rows_of(reader, some)
        for order in some:
            history.put(order, rows.get(order, ()))


def _spoken_of(reader: Reader, since: int) -> list[str] | None:
    """The ids of the orders that records after a line speak of; None where an erasure leaves nothing to tell by."""
    found: dict[str, None] = {}
    cards: set[str] = set()
    for kind, body in reader.sql(_SINCE, (since,)).fetchall():
        value = current(kind, body, None)
        if isinstance(value, DispatchOrder):
            found |= dict.fromkeys([value.id, *([value.amends] if value.amends else [])])
        elif isinstance(value, OrderReply | OrderStep) and value.order:
            found[value.order] = None
        elif isinstance(value, Erasure):
            if prefix_of(value.target) in _UNTOLD:
                return None
            found[value.target] = None
            cards.add(value.target)
        elif isinstance(value, Matter | Revision):
            cards.add(value.id if isinstance(value, Matter) else value.card)
    of_matters = reader.linked_to(cards, "dispatch_order.matter")
    return list(found | {order.id: None for theirs in of_matters.values() for order in theirs})


def _rows_of(reader: Reader, ids: list[str]) -> dict[str, tuple[PastOrder, ...]]:
    there = {i: value for i, value in reader.current(ids).items() if isinstance(value, DispatchOrder)}
    for (amended,) in reader.sql(_AMENDED, (listed(list(there)),)).fetchall():
        there.pop(amended, None)
    replies = reader.linked_to(set(there), "order_reply.order")
    steps = reader.linked_to(set(there), "order_step.order")
    matters = reader.current({order.matter for order in there.values()})
    return {
        i: tuple(_rows(order, replies.get(i, []), steps.get(i, []), matters.get(order.matter)))
        for i, order in there.items()
    }


def _rows(order: DispatchOrder, replies: list[Record], steps: list[Record], matter: Record | None) -> list[PastOrder]:
    category = matter.category if isinstance(matter, Matter) else Category.OTHER
    state = fold_order(order, cast("list[OrderReply]", replies), cast("list[OrderStep]", steps))
    found = []
    for department, part in state.by_department.items():
        if part.stage not in _NOT_YET:
            contested = part.stage is OrderStage.RELEASED or bool(part.objections)
            text = f"{order.subject} {order.text}"
            found.append(PastOrder(order.number, department, category, text, contested, order.id))
    return found
