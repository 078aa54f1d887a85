"""While an order is suspended nothing is awaited, and what rested before a limit's end is added to that limit."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records.calendars import Calendar
from sync.records.deadlines import PeriodUnit, Rule, Suspension, deadline
from sync.records.dispatch_rules import Length
from sync.records.folds import OrderState, fold_order, is_late
from sync.records.kinds import new_id
from sync.records.open_clocks import ARRIVE, REPORT, RESOLVE, order_clocks
from sync.records.order_due import Limit, limit_of
from sync.records.order_rests import counted_ends
from sync.records.order_steps import OrderStep, OrderStepKind, RestedEnds
from sync.records.orders import DispatchOrder, OrderCall, OrderReply, ReplyKind
from sync.records.record import Made
from sync.records.times import BEIJING
from tests.support.orders import an_order, limits

AT = datetime(2026, 11, 24, 9, 0, tzinfo=BEIJING)
"""Nine in the morning of a Tuesday."""
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=AT)
CALENDAR = Calendar(frozenset({2026, 2027}), frozenset(), frozenset(), duty=((time(9), time(12)), (time(14), time(18))))
MINUTES = Length(60, PeriodUnit.MINUTES)
ORDER = an_order(MADE, limits=limits(MADE, arrive_by=AT + timedelta(minutes=90)))


def step(kind: OrderStepKind, at: datetime, *seen: OrderStep, **more: Any) -> OrderStep:
    names = tuple(one.id for one in seen)
    made = dataclasses.replace(MADE, at=at)
    return OrderStep(
        id=new_id("order_step"), made=made, kind=kind, order=ORDER.id, seen=names, happened_at=at, text="因故", **more
    )


def rested(minutes: int, until: int, **more: Any) -> list[OrderStep]:
    """An order that was suspended so many minutes after it was issued, and resumed."""
    stopped = step(OrderStepKind.SUSPENDED, AT + timedelta(minutes=minutes))
    return [stopped, step(OrderStepKind.RESUMED, AT + timedelta(minutes=until), stopped, **more)]


def ends(order: DispatchOrder, state: OrderState, department: str = "uni_a") -> list[timedelta | None]:
    """When each limit ends, since the order was issued."""
    found = [limit_of(order, department, state.by_department[department], limit) for limit in Limit]
    return [at - AT if at else None for at in found]


def test_every_limit_that_was_running_moves_by_the_time_that_rested() -> None:
    state = fold_order(ORDER, [], rested(10, 130))
    assert ends(ORDER, state) == [timedelta(minutes=180), timedelta(minutes=210), timedelta(hours=74)]
    told = {(clock.kind, clock.unit): clock.at - AT for clock in order_clocks(ORDER, state)}
    assert told[REPORT, "uni_b"] == timedelta(minutes=180)
    assert told[ARRIVE, "uni_b"] == timedelta(minutes=210)
    assert told[RESOLVE, "uni_b"] == timedelta(hours=74)
    assert not is_late(ORDER, state, AT + timedelta(minutes=150))
    assert is_late(ORDER, state, AT + timedelta(minutes=181))


def test_a_limit_that_had_passed_before_the_suspension_stays_passed() -> None:
    state = fold_order(ORDER, [], rested(80, 200))
    assert ends(ORDER, state) == [timedelta(minutes=60), timedelta(minutes=210), timedelta(hours=74)]
    assert is_late(ORDER, state, AT + timedelta(minutes=201))
    after_all = fold_order(ORDER, [], rested(80 * 60, 90 * 60))
    assert ends(ORDER, after_all) == ends(ORDER, fold_order(ORDER, []))


def test_nothing_runs_while_it_rests() -> None:
    (stopped, _) = rested(10, 130)
    state = fold_order(ORDER, [], [stopped])
    assert order_clocks(ORDER, state) == ()
    assert not is_late(ORDER, state, AT + timedelta(days=99))


def test_who_was_called_gets_the_time_that_rested_since_the_call() -> None:
    call = OrderCall(
        department="uni_a",
        callee="王值班",
        at=AT - timedelta(minutes=40),
        read_back="已复述",
        report_by=AT + timedelta(minutes=20),
        arrive_by=AT + timedelta(minutes=50),
        resolve_by=AT + timedelta(hours=71),
    )
    called = dataclasses.replace(ORDER, calls=(call,))
    state = fold_order(called, [], rested(10, 130))
    assert ends(called, state) == [timedelta(minutes=140), timedelta(minutes=170), timedelta(hours=73)]
    assert ends(called, state, "uni_b") == [timedelta(minutes=180), timedelta(minutes=210), timedelta(hours=74)]


def test_a_leader_who_had_come_owes_nothing_and_a_ruling_stands_beside_the_rest() -> None:
    came = OrderReply(
        id=new_id("order_reply"),
        made=MADE,
        order=ORDER.id,
        department="uni_a",
        kind=ReplyKind.LEADER_ON_SCENE,
        happened_at=AT + timedelta(minutes=5),
        witnessed=True,
        rank="科级",
        officer="王科长",
    )
    state = fold_order(ORDER, [came], rested(10, 130))
    assert [c.kind for c in order_clocks(ORDER, state) if c.unit == "uni_a"] == [RESOLVE]


LONG = dataclasses.replace(
    ORDER,
    limits=dataclasses.replace(
        ORDER.limits,
        report=Length(120, PeriodUnit.DUTY_MINUTES),
        arrive=Length(1, PeriodUnit.WORKING_DAYS),
        resolve=Length(5, PeriodUnit.WORKING_DAYS),
        report_by=AT + timedelta(minutes=120),
        arrive_by=datetime(2026, 11, 25, 23, 59, 59, tzinfo=BEIJING),
        resolve_by=datetime(2026, 12, 1, 23, 59, 59, tzinfo=BEIJING),
    ),
)


def test_days_of_work_and_duty_time_are_counted_by_who_resumes() -> None:
    """Suspended on Tuesday at 10:00, resumed on Monday at 15:00."""
    stopped, resumed = rested(60, 6 * 24 * 60 + 6 * 60)
    spans = fold_order(LONG, [], [stopped, resumed]).course.rests.spans
    told = counted_ends(LONG, spans, CALENDAR)
    assert [one.department for one in told] == ["uni_a", "uni_b"]
    state = fold_order(LONG, [], [stopped, dataclasses.replace(resumed, ends=told)])
    found = [limit_of(LONG, "uni_b", state.by_department["uni_b"], limit) for limit in Limit]
    assert found == [
        datetime(2026, 11, 30, 16, 0, tzinfo=BEIJING),
        datetime(2026, 12, 1, 23, 59, 59, tzinfo=BEIJING),
        datetime(2026, 12, 7, 23, 59, 59, tzinfo=BEIJING),
    ]


def test_where_an_older_program_resumed_whole_days_are_added() -> None:
    state = fold_order(LONG, [], rested(60, 2 * 24 * 60))
    found = [limit_of(LONG, "uni_b", state.by_department["uni_b"], limit) for limit in Limit]
    assert found == [
        LONG.limits.report_by + timedelta(hours=47),
        datetime(2026, 11, 27, 23, 59, 59, tzinfo=BEIJING),
        datetime(2026, 12, 3, 23, 59, 59, tzinfo=BEIJING),
    ]


def test_ends_that_were_told_are_those_of_the_last_who_resumed() -> None:
    stopped, first = rested(60, 24 * 60, ends=(RestedEnds("uni_a", resolve_by=AT + timedelta(days=99)),))
    again = step(OrderStepKind.SUSPENDED, AT + timedelta(days=2), first)
    told = RestedEnds("uni_a", resolve_by=AT + timedelta(days=12))
    last = step(OrderStepKind.RESUMED, AT + timedelta(days=3), again, ends=(told,))
    facts = [stopped, first, again, last]
    states = [fold_order(LONG, [], some) for some in itertools.permutations(facts)]
    assert {s.by_department["uni_a"].until for s in states} == {told.resolve_by}
    assert states[0].by_department["uni_b"].until is None


def test_a_broken_clock_moves_nothing() -> None:
    stopped = step(OrderStepKind.SUSPENDED, AT)
    never = step(OrderStepKind.RESUMED, datetime(9999, 12, 31, 23, tzinfo=BEIJING), stopped)
    for order in (ORDER, LONG):
        assert fold_order(order, [], [stopped, never]).by_department["uni_a"].until is None


@given(
    st.lists(st.tuples(st.integers(0, 6000), st.integers(1, 3000)), max_size=4),
    st.integers(1, 6000),
)
def test_the_fold_moves_minutes_as_the_engine_does(pauses: list[tuple[int, int]], amount: int) -> None:
    limits = dataclasses.replace(
        ORDER.limits, report=Length(amount, PeriodUnit.MINUTES), report_by=AT + timedelta(minutes=amount)
    )
    order = dataclasses.replace(ORDER, limits=limits)
    facts = [one for since, length in pauses for one in rested(since, since + length)]
    state = fold_order(order, [], facts)
    spans = [Suspension(AT + timedelta(minutes=s), AT + timedelta(minutes=s + n)) for s, n in pauses]
    wanted = deadline(Rule("order-report", amount, PeriodUnit.MINUTES), AT, CALENDAR, spans).due
    assert limit_of(order, "uni_a", state.by_department["uni_a"], Limit.REPORT) == wanted


@pytest.mark.parametrize("unit", [PeriodUnit.WORKING_DAYS, PeriodUnit.DAYS, PeriodUnit.DUTY_MINUTES])
def test_what_is_told_never_ends_earlier_than_the_order_says(unit: PeriodUnit) -> None:
    limits = dataclasses.replace(LONG.limits, resolve=Length(1, unit))
    order = dataclasses.replace(LONG, limits=limits)
    spans = fold_order(order, [], rested(1, 2)).course.rests.spans
    assert {one.resolve_by for one in counted_ends(order, spans, CALENDAR)} == {LONG.limits.resolve_by}
