"""The ladder climbed at the district: what is due for open orders becomes facts, whether or not a station is awake.

Nothing is due of an order whose matter is closed; the category is that of the matter with its edits, as at a station.

Stations climb the same ladder. An escalation's id follows from what it is about: the second one is merged.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

from sync.records.dispatch_rules import DispatchRules, read_rules
from sync.records.errors import Refused
from sync.records.matter_state import MatterStage
from sync.records.order_ladder import AHEAD, BEHIND, Escalation, escalations_due, running_of, step_of
from sync.records.order_state import fold_order
from sync.records.orders import DispatchOrder
from sync.records.rule_tables import TableName
from sync.records.times import BEIJING
from sync.records.visits import Category
from sync.server.looking import Looking
from sync.server.periods import calendar_at
from sync.server.rule_tables import holding, shown
from sync.server.store.matters import load_matter
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
            add_own(conn, step_of(escalation, order, made, heads), there[order_id].scope, now)
    return len(written)


def _due(conn: Connection, order_id: str, now: datetime) -> list[tuple[DispatchOrder, Escalation, tuple[str, ...]]]:
    loaded = load(conn, order_id)
    if loaded is None:
        return []
    order, replies, steps = loaded
    about = load_matter(conn, order.matter)
    if about is not None and about.state.state is MatterStage.CLOSED:
        return []
    category = about.matter.category if about is not None else Category.OTHER
    state = fold_order(order, replies, steps)
    today = now.astimezone(BEIJING).date()
    ladder = _rules(conn, order.limits.rule_version, today).rungs(category, order.grade)
    found = escalations_due(order, state, running_of(order, state), ladder, calendar_at(conn, today), now)
    return [(order, escalation, state.heads) for escalation in found]


def _rules(conn: Connection, version: str, today: date) -> DispatchRules:
    """Return the rules under which an order was issued; those of today where that version is not known here."""
    try:
        named, table, _ = shown(conn, TableName.DISPATCH_RULES, version or "-")
    except Refused:
        held = holding(conn, TableName.DISPATCH_RULES, today)
        named, table, _ = shown(conn, TableName.DISPATCH_RULES, held.version if held else "")
    return read_rules(table, named)
