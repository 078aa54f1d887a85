"""An order's two clocks for a department: since it was ordered, which decides, and since it signed, to compare.

The first runs from the telephone call or the paper: a department that does not sign gains nothing by that. The second
tells what the same lengths would give from the moment at which it signed for the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sync.records.calendars import Calendar
from sync.records.deadlines import Deadline, PeriodUnit, Rule, Suspension, deadline
from sync.records.open_clocks import RESOLVE
from sync.records.order_parts import DepartmentState
from sync.records.orders import DispatchOrder
from sync.records.spans import Span


@dataclass(frozen=True, slots=True)
class TwoClocks:
    """``given`` and ``signed`` are where they start; ``since_signed`` is when it had to be resolved by the second."""

    given: datetime
    signed: datetime | None
    since_signed: Deadline | None


def two_clocks(
    order: DispatchOrder, department: str, part: DepartmentState, calendar: Calendar, rests: Sequence[Span] = ()
) -> TwoClocks:
    """Return both clocks of a department; the second is not there while nobody has signed, and leaves out ``rests``."""
    given = order.given_at(department)
    signed = min((at for at in (part.own.signed, part.witnessed.signed, part.heard.signed) if at), default=None)
    if signed is None:
        return TwoClocks(given, None, None)
    rested = [Suspension(span.since, span.until) for span in rests]
    length = order.limits.resolve
    amount, unit = (length.amount, length.unit) if length else (order.limits.resolve_hours, PeriodUnit.HOURS)
    return TwoClocks(given, signed, deadline(Rule(RESOLVE, amount, unit), max(signed, given), calendar, rested))
