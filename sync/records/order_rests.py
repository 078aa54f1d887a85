"""What suspensions do to an order's limits: time that rested before a limit's end moves it, of whichever limit.

Nothing is awaited of a department while its order is suspended: neither its people, nor its leader, nor a solution. A
limit that had passed before stays passed. Minutes and hours move by the time that rested, here; days, days of work and
minutes of duty need a calendar: whoever resumes counts them (`sync.records.deadlines`) and his step tells the ends, so
that station and district have the same. Where an older program resumed, days move by the whole
days that rested, and minutes of duty by the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sync.records.calendars import Calendar
from sync.records.deadlines import IN_DAYS, PeriodUnit, Rule, Suspension, deadline, end_of
from sync.records.dispatch_rules import Length
from sync.records.order_steps import NOT_MOVED, OrderStep, RestedEnds
from sync.records.orders import DispatchOrder
from sync.records.spans import Span, round_the_clock_end
from sync.records.times import BEIJING

_BY_CALENDAR: Final = IN_DAYS | {PeriodUnit.DUTY_MINUTES}


@dataclass(frozen=True, slots=True)
class Rests:
    """When an order rested, and what those who resumed it last told of its ends; ``untold``: one of them told none."""

    spans: tuple[Span, ...] = ()
    told: tuple[RestedEnds, ...] = ()
    untold: bool = False

    @property
    def length(self) -> timedelta:
        """How long it rested in all."""
        return sum((span.until - span.since for span in self.spans), timedelta())


NOT_RESTED: Final = Rests()


def told_ends(last: Iterable[OrderStep]) -> tuple[tuple[RestedEnds, ...], bool]:
    """Return what the last resumptions tell, and whether one of them tells nothing."""
    steps = list(last)
    return tuple(ends for step in steps for ends in step.ends), any(not step.ends for step in steps)


def rested_ends(order: DispatchOrder, department: str, rests: Rests) -> RestedEnds:
    """Return which limits of ``department`` suspensions moved, and until when; None where they moved none."""
    if not rests.spans:
        return NOT_MOVED
    mine = [ends for ends in rests.told if ends.department == department]
    limits = order.limits
    return RestedEnds(
        department,
        _moved(order, department, limits.report, order.report_by(department), rests, [e.report_by for e in mine]),
        _moved(order, department, limits.arrive, order.arrive_by(department), rests, [e.arrive_by for e in mine]),
        _moved(order, department, limits.resolve, order.resolve_by(department), rests, [e.resolve_by for e in mine]),
    )


def _moved(
    order: DispatchOrder,
    department: str,
    length: Length | None,
    end: datetime | None,
    rests: Rests,
    told: Sequence[datetime | None],
) -> datetime | None:
    if end is None:
        return None
    given, found = order.given_at(department), [end]
    try:
        if length is None or length.unit not in _BY_CALENDAR:
            found.append(_round_the_clock(given, end, rests.spans))
        elif rests.untold:
            roughly = _by_whole_days if length.unit in IN_DAYS else _round_the_clock
            found.append(roughly(given, end, rests.spans))
    except OverflowError:  # a desk whose clock is broken: nothing is moved
        return None
    if length is not None and length.unit in _BY_CALENDAR:
        found += [at for at in told if at is not None]
    moved = max(found)
    return moved if moved > end else None


def _round_the_clock(given: datetime, end: datetime, spans: Sequence[Span]) -> datetime:
    return round_the_clock_end(given, end - given, spans)


def _by_whole_days(given: datetime, end: datetime, spans: Sequence[Span]) -> datetime:
    """Add the days after the first up to the last of each rest that began before the end."""
    last = end.astimezone(BEIJING).date()
    for span in spans:
        since, until = (max(at, given).astimezone(BEIJING).date() for at in span)
        if since < last:
            last += until - since
    return end_of(last) if last > end.astimezone(BEIJING).date() else end


def counted_ends(order: DispatchOrder, spans: Iterable[Span], calendar: Calendar) -> tuple[RestedEnds, ...]:
    """Return each department's ends by the deadline engine, where a limit needs a calendar: for who resumes an order.

    ``calendar`` is the one in force when it is resumed.
    """
    limits, rests = order.limits, [Suspension(span.since, span.until) for span in spans]

    def counted(kind: str, length: Length | None, end: datetime | None, given: datetime) -> datetime | None:
        if length is None or end is None or length.unit not in _BY_CALENDAR:
            return None
        return max(end, deadline(Rule(kind, length.amount, length.unit), given, calendar, rests).due)

    found = []
    for department in order.departments:
        given = order.given_at(department)
        ends = RestedEnds(
            department,
            counted("order-report", limits.report, order.report_by(department), given),
            counted("order-arrive", limits.arrive, order.arrive_by(department), given),
            counted("order-resolve", limits.resolve, order.resolve_by(department), given),
        )
        found.append(ends)
    return tuple(found)
