"""The ladder climbed at the district: what is due for open orders becomes facts, whether or not a station is awake.

With each fact the units that its rung names are put into the outbox (notices/telling.py), in one transaction.

Nothing is due of an order whose matter is closed; the category is that of the matter with its edits, as at a station.

Stations climb the same ladder. An escalation's id follows from what it is about: the second one is merged.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from sync.records.matter_state import MatterStage
from sync.records.order_ladder import AHEAD, BEHIND, Escalation, escalations_due, running_of, step_of
from sync.records.order_state import fold_order
from sync.records.orders import DispatchOrder
from sync.records.times import BEIJING
from sync.server.dispatch_rules import matter_of, rules_of
from sync.server.looking import Looking
from sync.server.notices.telling import tell_step
from sync.server.periods import calendar_at
from sync.server.store.orders import load, near_orders
from sync.server.store.projections import add_own
from sync.server.store.records import kept, lock_numbers
from sync.server.store.store import Connection, DistrictStore
from sync.server.tree import made_here

EVERY_SECONDS: Final = 60.0
AT_ONCE: Final = 200
"""Orders of one look; the next look goes on behind them."""


def _now() -> datetime:
    return datetime.now(UTC)


class Escalator:
    """``look`` writes what is due of some orders; ``looking`` has a thread look while the server runs."""

    def __init__(self, store: DistrictStore, now: Callable[[], datetime] = _now) -> None:
        self._store, self._now = store, now
        self._after = ""
        self.looking = Looking("escalations", self._again, EVERY_SECONDS, goes_on=True)

    def look(self) -> int:
        """Write what is due of the next orders; returns how many steps that were."""
        now = self._now()
        with self._store.read() as conn:
            some = near_orders(conn, now - BEHIND, now + AHEAD, self._after, AT_ONCE)
            waiting = [order for order in some if _due(conn, order, now)]
        self._after = some[-1] if len(some) == AT_ONCE else ""
        return sum(_climb(self._store, order, now) for order in waiting)

    def _again(self) -> bool:
        self.look()
        return True  # there is always something that will be due


def _climb(store: DistrictStore, order_id: str, now: datetime) -> int:
    with store.write() as conn:
        lock_numbers(conn)
        found = _due(conn, order_id, now)
        there = kept(conn, [order_id, *(e.id for _, e, _ in found)])
        written = [one for one in found if one[1].id not in there]
        made = made_here(conn, now.astimezone(BEIJING))
        for order, escalation, heads in written:
            step = step_of(escalation, order, made, heads)
            add_own(conn, step, there[order_id].scope, now)
            tell_step(conn, order, step, there[order_id].scope, now)
    return len(written)


def _due(conn: Connection, order_id: str, now: datetime) -> list[tuple[DispatchOrder, Escalation, tuple[str, ...]]]:
    loaded = load(conn, order_id)
    if loaded is None:
        return []
    order, replies, steps = loaded
    about, category = matter_of(conn, order)
    if about is not None and about.state.state is MatterStage.CLOSED:
        return []
    state = fold_order(order, replies, steps)
    today = now.astimezone(BEIJING).date()
    ladder = rules_of(conn, order, today).rungs(category, order.grade)
    found = escalations_due(order, state, running_of(order, state), ladder, calendar_at(conn, today), now)
    return [(order, escalation, state.heads) for escalation in found]
