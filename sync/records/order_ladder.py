"""The ladder of an order: which steps before and after a limit are due now, for the clocks that still run.

A rung counted in minutes or hours comes round the clock. One counted in days or in duty time comes in hours of duty
alone: never at midnight, never on a day off. Where nobody looked at that hour (a server that was down, a desk that was
switched off) it waits for the next hour of duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sync.records.calendars import LONGEST, Calendar
from sync.records.deadlines import PeriodUnit, Rule, deadline
from sync.records.dispatch_rules import LadderStep, Length, Rung
from sync.records.open_clocks import order_clocks
from sync.records.order_stages import OVER, OrderStage
from sync.records.order_state import OrderState
from sync.records.order_steps import Clock, OrderStep, OrderStepKind, escalation_id
from sync.records.orders import DispatchOrder
from sync.records.record import Made
from sync.records.spans import next_on_duty
from sync.records.times import BEIJING

RATIFY_RUNG: Final = "ratify"
RATIFIER: Final = "ratifier"
"""Who is told that an emergency order was not ratified in time: the secretary whom it names."""
BEHIND: Final = timedelta(days=30)
"""So long after a limit its ladder is climbed; by then every rung of a sane one has been taken."""
AHEAD: Final = timedelta(days=7)
"""So long before a limit its reminders may begin."""
_BEFORE: Final = {"before": True, "after": False}
_DAY: Final = timedelta(days=1)
_ROUND_THE_CLOCK: Final = {PeriodUnit.MINUTES: timedelta(minutes=1), PeriodUnit.HOURS: timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of a department that nothing has met or stopped: it ends at ``due_at``."""

    clock: Clock
    department: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Escalation:
    """A step of the ladder that is due since ``at`` and was not taken: ``told`` are whom it goes to."""

    id: str
    clock: Clock
    department: str
    due_at: datetime
    rung: str
    at: datetime
    told: tuple[str, ...]


def escalations_due(
    order: DispatchOrder,
    state: OrderState,
    running: Iterable[Running],
    ladder: Sequence[Rung],
    calendar: Calendar,
    now: datetime,
) -> list[Escalation]:
    """Return what is due now and has not been taken, the earliest first; nothing of an order that is stopped.

    Of one that is over only its ratification is still asked for. A reminder before a limit is not given any more once
    the limit has passed.
    """
    if state.course.stopped or state.state is OrderStage.CANCELLED:
        return []
    taken = {step.id for step in state.course.escalations}
    rungs = () if state.state in OVER else ladder
    found = [*_of_ladder(order, running, rungs, calendar, now), *_of_ratification(order, state, now)]
    return sorted((e for e in found if e.id not in taken), key=lambda e: (e.at, e.id))


def _of_ladder(
    order: DispatchOrder, running: Iterable[Running], ladder: Sequence[Rung], calendar: Calendar, now: datetime
) -> Iterator[Escalation]:
    for clock in running:
        for rung in ladder:
            if rung.clock.value != clock.clock.value or (rung.before and now >= clock.due_at):
                continue
            at = moment_of(rung, clock.due_at, calendar)
            if at <= now and (rung.length.unit in _ROUND_THE_CLOCK or next_duty(now, calendar) == now):
                yield _escalation(order, clock, rung_name(rung), at, tuple(one.value for one in rung.tell))


def _of_ratification(order: DispatchOrder, state: OrderState, now: datetime) -> Iterator[Escalation]:
    if order.ratify_by is not None and state.course.unratified(order, now):
        clock = Running(Clock.RATIFY, "", order.ratify_by)
        yield _escalation(order, clock, RATIFY_RUNG, order.ratify_by, (RATIFIER,))


def _escalation(order: DispatchOrder, on: Running, rung: str, at: datetime, told: tuple[str, ...]) -> Escalation:
    named = escalation_id(order.id, on.department, on.clock, rung, on.due_at)
    return Escalation(named, on.clock, on.department, on.due_at, rung, at, told)


def running_of(order: DispatchOrder, state: OrderState) -> list[Running]:
    """Return the clocks of an order that run."""
    found = order_clocks(order, state)
    return [Running(Clock(clock.kind.removeprefix("order-")), clock.unit, clock.at) for clock in found]


def may_be_told(rung: str, now: datetime, calendar: Calendar) -> datetime:
    """Return from when on somebody may be told of the step ``rung`` (as the fact names it) that is known at ``now``."""
    counted = rung.split()[2:3]
    return next_duty(now, calendar) if counted and counted[0] not in {*_ROUND_THE_CLOCK} else now


def step_of(escalation: Escalation, order: DispatchOrder, made: Made, seen: tuple[str, ...]) -> OrderStep:
    """Return the fact that a step of the ladder was taken."""
    return OrderStep(
        id=escalation.id,
        made=made,
        kind=OrderStepKind.ESCALATED,
        order=order.id,
        department=escalation.department,
        seen=seen,
        happened_at=made.at,
        clock=escalation.clock,
        rung=escalation.rung,
        due_at=escalation.due_at,
        told=" ".join(escalation.told),
    )


def ladder_step(rung: str) -> str:
    """Return which step of the ladder the fact names (a `LadderStep`'s value), RATIFY_RUNG for a ratification."""
    return rung.rsplit(" ", 1)[-1]


def rung_name(rung: Rung) -> str:
    """Return what a rung is called in the facts: ``after 1 working_days escalate``."""
    return f"{'before' if rung.before else 'after'} {rung.length} {rung.step.value}"


@dataclass(frozen=True, slots=True)
class RungRead:
    """What the name of a rung in a fact says: how long before or after the limit, and what is done."""

    before: bool
    length: Length
    step: LadderStep


def rung_read(name: str) -> RungRead | None:
    """Return what `rung_name` wrote; None for any other name."""
    when, _, rest = name.partition(" ")
    length, _, step = rest.rpartition(" ")
    amount, _, unit = length.partition(" ")
    try:
        return RungRead(_BEFORE[when], Length(int(amount), PeriodUnit(unit)), LadderStep(step))
    except (KeyError, ValueError):
        return None


def moment_of(rung: Rung, due_at: datetime, calendar: Calendar) -> datetime:
    """Return when ``rung`` comes, for a limit that ends at ``due_at``."""
    unit, amount = rung.length.unit, rung.length.amount
    if unit in _ROUND_THE_CLOCK:
        length = amount * _ROUND_THE_CLOCK[unit]
        return due_at - length if rung.before else due_at + length
    if unit is PeriodUnit.DUTY_MINUTES:
        return _duty_before(due_at, amount, calendar) if rung.before else _after(rung, due_at, calendar)
    if rung.before:
        return _opens(_days_before(due_at.astimezone(BEIJING).date(), amount, unit, calendar), calendar)
    return _opens(_after(rung, due_at, calendar).date(), calendar)


def next_duty(now: datetime, calendar: Calendar) -> datetime:
    """Return ``now`` within the hours of duty, their last moment included, else when duty begins again."""
    return next_on_duty(now, calendar.hours, calendar.is_off)


def _after(rung: Rung, due_at: datetime, calendar: Calendar) -> datetime:
    return deadline(Rule(rung_name(rung), rung.length.amount, rung.length.unit), due_at, calendar).due


def _opens(day: date, calendar: Calendar) -> datetime:
    """When duty begins on ``day``."""
    return datetime.combine(day, min(first for first, _ in calendar.hours), BEIJING)


def _days_before(day: date, amount: int, unit: PeriodUnit, calendar: Calendar) -> date:
    """Go back so many days, of work where these are counted, to one that is a day of work."""
    for _ in range(LONGEST):
        if amount <= 0 and not calendar.is_off(day):
            break
        day -= _DAY
        if unit is PeriodUnit.DAYS or not calendar.is_off(day):
            amount -= 1
    return day


def _duty_before(due_at: datetime, minutes: int, calendar: Calendar) -> datetime:
    """Go back so many minutes of duty time."""
    left, day = timedelta(minutes=minutes), due_at.astimezone(BEIJING).date()
    for _ in range(LONGEST):
        for first, last in () if calendar.is_off(day) else sorted(calendar.hours, reverse=True):
            begins = datetime.combine(day, first, BEIJING)
            room = min(due_at, datetime.combine(day, last, BEIJING)) - begins
            if room >= left:
                return begins + room - left
            left -= max(room, timedelta())
        day -= _DAY
    return due_at
