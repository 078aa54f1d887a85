"""The ladder of an order: what is due when, once, and never at midnight, on a day off, or for what is over."""

from __future__ import annotations

import dataclasses
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources import read_text
from sync.records.calendars import read_calendar
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import ANY, Addressee, Awaited, LadderStep, Length, Rung
from sync.records.folds import fold_order
from sync.records.order_ladder import RATIFIER, Escalation, Running, escalations_due, moment_of
from sync.records.order_steps import Clock, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder
from sync.records.times import BEIJING
from tests.unit.records.test_order_course import ORDER, A, step

CALENDAR = read_calendar(read_text("dictionaries", "calendar.toml"))
FRIDAY = datetime(2026, 9, 4, 17, 0, tzinfo=BEIJING)


def rung(amount: int, unit: PeriodUnit, *, before: bool = False, clock: Awaited = Awaited.REPORT) -> Rung:
    return Rung(ANY, ANY, clock, before, Length(amount, unit), LadderStep.URGE, (Addressee.STREET,))


LADDER = [
    rung(10, PeriodUnit.MINUTES, before=True),
    rung(1, PeriodUnit.MINUTES),
    rung(1, PeriodUnit.WORKING_DAYS),
]
RUNS = [Running(Clock.REPORT, A, FRIDAY)]


def due(now: datetime, *steps: OrderStep, order: DispatchOrder = ORDER) -> list[Escalation]:
    return escalations_due(order, fold_order(order, [], steps), RUNS, LADDER, CALENDAR, now)


@pytest.mark.parametrize(
    ("wanted", "moment"),
    [
        (rung(10, PeriodUnit.MINUTES, before=True), "2026-09-04 16:50"),
        (rung(8, PeriodUnit.HOURS), "2026-09-05 01:00"),  # the ladder says: round the clock
        (rung(1, PeriodUnit.WORKING_DAYS), "2026-09-07 09:00"),
        (rung(1, PeriodUnit.DAYS), "2026-09-07 09:00"),
        (rung(1, PeriodUnit.WORKING_DAYS, before=True), "2026-09-03 09:00"),
        (rung(90, PeriodUnit.DUTY_MINUTES), "2026-09-07 09:30"),
        (rung(240, PeriodUnit.DUTY_MINUTES, before=True), "2026-09-04 11:00"),
        (rung(20, PeriodUnit.WORKING_DAYS), "2026-10-09 09:00"),  # 20 September is a day of work, 25 a day off
    ],
)
def test_a_rung_comes_by_the_calendar(wanted: Rung, moment: str) -> None:
    assert moment_of(wanted, FRIDAY, CALENDAR).strftime("%Y-%m-%d %H:%M") == moment


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1)),
    st.integers(1, 30),
    st.sampled_from([PeriodUnit.DAYS, PeriodUnit.WORKING_DAYS, PeriodUnit.DUTY_MINUTES]),
    st.booleans(),
)
def test_what_is_counted_in_days_or_duty_time_comes_in_duty_time_alone(
    at: datetime, amount: int, unit: PeriodUnit, before: bool
) -> None:
    comes = moment_of(rung(amount, unit, before=before), at.replace(tzinfo=BEIJING), CALENDAR).astimezone(BEIJING)
    assert not CALENDAR.is_off(comes.date())
    assert any(first <= comes.timetz().replace(tzinfo=None) <= last for first, last in CALENDAR.hours)
    assert comes.time() != time()


def test_each_step_is_due_once_and_a_reminder_only_before() -> None:
    assert due(FRIDAY - timedelta(minutes=11)) == []
    (reminder,) = due(FRIDAY - timedelta(minutes=9))
    assert reminder.rung == "before 10 minutes urge"
    (urge,) = due(FRIDAY + timedelta(minutes=2))
    assert (urge.at, urge.told) == (FRIDAY + timedelta(minutes=1), ("street",))
    taken = dataclasses.replace(step(OrderStepKind.ESCALATED), id=urge.id)
    assert due(FRIDAY + timedelta(minutes=2), taken) == []
    assert [e.rung for e in due(FRIDAY + timedelta(days=4), taken)] == ["after 1 working_days urge"]


@pytest.mark.parametrize("kind", [OrderStepKind.SUSPENDED, OrderStepKind.MERGED, OrderStepKind.CLOSED])
def test_nothing_escalates_on_a_suspended_merged_or_closed_order(kind: OrderStepKind) -> None:
    stop = step(kind, into="ord_2")
    assert due(FRIDAY + timedelta(days=30), stop) == []


def test_an_emergency_that_nobody_ratified_goes_to_the_secretary_whom_it_names() -> None:
    by = FRIDAY - timedelta(hours=1)
    order = dataclasses.replace(ORDER, emergency=True, ratifier="sta_2", ratify_by=by)
    told = [e for e in due(FRIDAY, order=order) if e.clock is Clock.RATIFY]
    assert [(e.due_at, e.told) for e in told] == [(by, (RATIFIER,))]
    assert [e for e in due(FRIDAY, step(OrderStepKind.RATIFIED), order=order) if e.clock is Clock.RATIFY] == []


def test_time_in_which_an_order_rested_is_added_to_its_end() -> None:
    one = step(OrderStepKind.SUSPENDED, minutes=0)
    other = step(OrderStepKind.SUSPENDED, minutes=30)
    resumed = step(OrderStepKind.RESUMED, one, other, minutes=90)
    part = fold_order(ORDER, [], [one, other, resumed]).by_department[A]
    assert part.until == ORDER.limits.resolve_by + timedelta(minutes=90)
