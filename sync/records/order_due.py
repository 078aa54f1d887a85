"""What of an order is due next of a department, and by when: limits are the order's own, a ruling may give time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sync.records.order_parts import OVER, DepartmentState
from sync.records.order_state import OrderState
from sync.records.orders import DispatchOrder


class Limit(StrEnum):
    """The limits that an order sets."""

    REPORT = "report"
    RESOLVE = "resolve"


def limit_of(order: DispatchOrder, department: str, part: DepartmentState, limit: Limit) -> datetime:
    """Return by when a department has to be there, or to have solved it: by the order or, later, a ruling."""
    return order.report_by(department) if limit is Limit.REPORT else order.resolve_by(department, part.until)


def met_at(part: DepartmentState, limit: Limit) -> datetime | None:
    """Return when a department met a limit; None: not yet. An arrival counts when the community witnessed it."""
    if limit is Limit.REPORT:
        return part.arrived
    return min((at for at in (part.own.resolved, part.witnessed.resolved) if at), default=None)


def next_limit(state: OrderState, department: str) -> Limit | None:
    """Return which limit is the next that ``department`` has to meet; None where no clock of its runs any more."""
    part = state.by_department.get(department)
    if part is None or part.stage in OVER or state.state in OVER or state.course.stopped:
        return None
    return Limit.REPORT if met_at(part, Limit.REPORT) is None else Limit.RESOLVE


def next_due(order: DispatchOrder, state: OrderState, department: str) -> datetime | None:
    """Return by when the next thing is due of ``department``; None where nothing is."""
    limit = next_limit(state, department)
    return None if limit is None else limit_of(order, department, state.by_department[department], limit)
