"""Whom an order and what becomes of it are told: the units that its rules name, put into the outbox with the fact.

An addressee of a rule is a word ("street"). Here it becomes units of the tree: a department's leaders have no number of
their own, so their department is told, and told to tell them. Where the tree has no street the district stands for it,
so that nothing escalates to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sync.records import order_ladder
from sync.records.dispatch_rules import Addressee
from sync.records.errors import RuleBroken
from sync.records.order_ladder import may_be_told, next_duty
from sync.records.order_steps import Clock, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.times import BEIJING
from sync.records.units import Level
from sync.server.dispatch_rules import matter_of, rules_of
from sync.server.periods import calendar_at
from sync.server.store.directory import Unit, units
from sync.server.store.notices import COPY, ESCALATED, LEADER, OBJECTED, ORDER, RATIFY, put_notices
from sync.server.store.store import Connection


def tell_order(conn: Connection, order: DispatchOrder, scope: str, at: datetime) -> None:
    """Tell of an order that was issued: its departments, their leaders and those above as its rules say, the street.

    What the rules ask for goes at once. The copy that a street gets of every order waits for the hours of duty.
    """
    put_notices(conn, order.id, ORDER, order.departments, scope, at)
    named, known = _named_at_issue(conn, order, at), units(conn)
    if Addressee.LEADER in named:
        put_notices(conn, order.id, LEADER, order.departments, scope, at)
    above = units_told(known, order, "", (one for one in named if one in (Addressee.STREET, Addressee.DISTRICT)))
    here = {*order.departments, order.issuing_unit}
    at_once = [unit for unit in above if unit not in here]
    put_notices(conn, order.id, COPY, at_once, scope, at)
    if order.street_copy and order.street_copy in known and order.street_copy not in {*here, *at_once}:
        calendar = calendar_at(conn, at.astimezone(BEIJING).date())
        put_notices(conn, order.id, COPY, [order.street_copy], scope, next_duty(at, calendar))


def _named_at_issue(conn: Connection, order: DispatchOrder, at: datetime) -> tuple[Addressee, ...]:
    """Return whom the row of its category and grade names; nobody where the table has no such row."""
    _, category = matter_of(conn, order)
    try:
        return rules_of(conn, order, at.astimezone(BEIJING).date()).limit(category, order.grade).tell
    except RuleBroken:
        return ()


def tell_step(conn: Connection, order: DispatchOrder, step: OrderStep, scope: str, at: datetime) -> None:
    """Tell the units that a step of the ladder names; one that is counted in duty time never outside of it."""
    if step.kind is not OrderStepKind.ESCALATED:
        return
    told, kind = step.told.split(), RATIFY if step.clock is Clock.RATIFY else ESCALATED
    calendar = calendar_at(conn, at.astimezone(BEIJING).date())
    named = units_told(units(conn), order, step.department, told)
    put_notices(conn, step.id, kind, named, scope, may_be_told(step.rung, at, calendar))


def tell_objection(conn: Connection, order: DispatchOrder, reply: OrderReply, scope: str, at: datetime) -> None:
    """Tell who rules on it that an ordered department objects: the street, and the district where there is none."""
    if reply.kind is not ReplyKind.OBJECTION or reply.department not in order.departments:
        return
    put_notices(conn, reply.id, OBJECTED, units_told(units(conn), order, "", (Addressee.STREET,)), scope, at)


def units_told(known: Mapping[str, Unit], order: DispatchOrder, department: str, named: Iterable[str]) -> list[str]:
    """Return the units that ``named`` addressees stand for, each once; of one ``department`` where it is given."""
    found: list[str] = []
    for one in named:
        match one:
            case Addressee.DEPARTMENT | Addressee.LEADER:
                found += [department] if department else order.departments
            case Addressee.COMMUNITY | order_ladder.RATIFIER:
                found.append(order.issuing_unit)
            case Addressee.STREET:
                found += _above(known, order.issuing_unit, Level.STREET) or _copied(known, order)
            case Addressee.DISTRICT:
                found += _above(known, order.issuing_unit, Level.DISTRICT)
    return list(dict.fromkeys(found))


def _copied(known: Mapping[str, Unit], order: DispatchOrder) -> list[str]:
    """The street that the order itself names, else the district."""
    street = known.get(order.street_copy or "")
    if street is not None and not street.closed and street.level is Level.STREET:
        return [street.unit]
    return _above(known, order.issuing_unit, Level.DISTRICT)


def _above(known: Mapping[str, Unit], unit: str, level: Level) -> list[str]:
    """Return the nearest unit of ``level`` from ``unit`` upwards that was not dissolved; none where there is none."""
    seen: set[str] = set()
    here = known.get(unit)
    while here is not None and here.unit not in seen:
        if here.level is level and not here.department and not here.closed:
            return [here.unit]
        seen.add(here.unit)
        here = known.get(here.parent or "")
    return []
