"""What of an order is due next of a department: of the clocks that run (open_clocks.py) the one that ends first."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sync.records.open_clocks import ARRIVE, REPORT, RESOLVE, OpenClock, order_clocks
from sync.records.order_parts import DepartmentState
from sync.records.order_state import OrderState
from sync.records.orders import DispatchOrder


class Limit(StrEnum):
    """The limits that an order sets a department; not every order says by when its leader has to be there."""

    REPORT = "report"
    ARRIVE = "arrive"
    RESOLVE = "resolve"


_OF_CLOCK: Final = {REPORT: Limit.REPORT, ARRIVE: Limit.ARRIVE, RESOLVE: Limit.RESOLVE}


def limit_of(order: DispatchOrder, department: str, part: DepartmentState, limit: Limit) -> datetime | None:
    """Return by when a department has to meet a limit: by the order, a call, a ruling, the time that it rested.

    None where the order sets none.
    """
    match limit:
        case Limit.REPORT:
            return order.report_by(department, part.rested.report_by)
        case Limit.ARRIVE:
            return order.arrive_by(department, part.rested.arrive_by)
        case _:
            return order.resolve_by(department, part.until)


def last_end(order: DispatchOrder, state: OrderState, limit: Limit) -> datetime | None:
    """Return when ``limit`` ends for the department that has the longest."""
    ends = [limit_of(order, name, part, limit) for name, part in state.by_department.items()]
    return max((end for end in ends if end is not None), default=None)


def met_at(part: DepartmentState, limit: Limit) -> datetime | None:
    """Return when a department met a limit; None: not yet. An arrival counts when the community witnessed it."""
    match limit:
        case Limit.REPORT:
            return part.arrived
        case Limit.ARRIVE:
            return part.witnessed.on_scene
        case _:
            return min((at for at in (part.own.resolved, part.witnessed.resolved) if at), default=None)


def next_limit(order: DispatchOrder, state: OrderState, department: str) -> Limit | None:
    """Return which limit is the next that ``department`` has to meet; None where no clock of its runs any more."""
    clock = _next(order, state, department)
    return None if clock is None else _OF_CLOCK[clock.kind]


def next_due(order: DispatchOrder, state: OrderState, department: str) -> datetime | None:
    """Return by when the next thing is due of ``department``; None where nothing is."""
    clock = _next(order, state, department)
    return None if clock is None else clock.at


def _next(order: DispatchOrder, state: OrderState, department: str) -> OpenClock | None:
    running = [c for c in order_clocks(order, state) if c.unit == department and c.kind in _OF_CLOCK]
    return min(running, key=lambda clock: clock.at, default=None)
