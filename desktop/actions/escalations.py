"""The ladder climbed at this desk: reminders, urging and escalations that are due now become facts, each once.

The district climbs the same ladder. Ids follow from what a step is about, so whoever is first writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from desktop.actions.calendars import calendar_in_force
from desktop.actions.clock import believed_now
from desktop.actions.desk import Desk, Done
from desktop.actions.dispatch_rules import dispatch_rules, rules_of_version
from desktop.store.columns import to_micros
from desktop.store.links import state_of_order, steps_of
from desktop.store.reader import Reader
from desktop.store.running import Told, ids_at, next_running
from sync.records.folds import MatterStage, fold_matter
from sync.records.matters import Matter
from sync.records.open_clocks import ARRIVE, RATIFY, REPORT, RESOLVE
from sync.records.order_ladder import AHEAD, BEHIND, Escalation, escalations_due, running_of, step_of
from sync.records.orders import DispatchOrder
from sync.records.times import BEIJING
from sync.records.visits import Category

MOST: Final = 200
"""Orders that are looked at at once, those that are due first."""
_PAGE: Final = 64


def escalate_due(desk: Desk) -> Done:
    """Write what of the ladder is due now for open orders; nothing where the matter is closed.

    A desk whose clock is in doubt goes by the earliest time that it may be: it urges nobody too soon.
    """
    with desk.store.read() as reader:
        now = believed_now(reader, desk.now()).now
        found = [(order, e) for order in _near(reader, now) for e in _due(reader, order, now)]
    if not found:
        return Done("")
    made = desk.made()
    with desk.store.write() as work:
        known = work.known(e.id for _, e in found)
        for order, escalation in found:
            if escalation.id not in known:
                work.add(step_of(escalation, order, made, state_of_order(work, order).heads))
    return Done(found[0][1].id, changes=work.changes)


def _near(reader: Reader, now: datetime) -> list[DispatchOrder]:
    """Return the orders of which a limit is near or passed lately."""
    lines = list(dict.fromkeys(_lines(reader, now)))[:MOST]
    ids = ids_at(reader, lines)
    found = reader.current(ids[line] for line in lines if line in ids)
    return [order for order in found.values() if isinstance(order, DispatchOrder)]


def _lines(reader: Reader, now: datetime) -> Iterator[int]:
    for kind in (REPORT, ARRIVE, RESOLVE, RATIFY):
        for runs in next_running(reader, kind, Told.END, now - BEHIND, _PAGE):
            if runs.at > to_micros(now + AHEAD):
                break
            yield runs.line


def _due(reader: Reader, order: DispatchOrder, now: datetime) -> list[Escalation]:
    matter = reader.find(order.matter, Matter)
    if matter is not None and fold_matter(steps_of(reader, matter.id)).state is MatterStage.CLOSED:
        return []
    today = now.astimezone(BEIJING).date()
    rules = rules_of_version(reader, order.limits.rule_version) or dispatch_rules(reader, today)
    ladder = rules.rungs(matter.category if matter else Category.OTHER, order.grade)
    state = state_of_order(reader, order)
    return escalations_due(order, state, running_of(order, state), ladder, calendar_in_force(reader, today), now)
