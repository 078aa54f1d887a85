"""What is due next of a department: by the order, later by a ruling, and nothing once no clock runs."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest

from sync.records.folds import fold_order
from sync.records.kinds import new_id
from sync.records.order_due import Limit, next_due, next_limit
from sync.records.order_steps import OrderStep, OrderStepKind
from sync.records.orders import OrderCall, OrderReply, ReplyKind
from sync.records.record import Made
from sync.records.times import BEIJING
from tests.support.orders import an_order

AT = datetime(2026, 11, 24, 9, 0, tzinfo=BEIJING)
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=AT)
REPORT_BY, RESOLVE_BY = AT + timedelta(minutes=60), AT + timedelta(hours=72)
ORDER = an_order(MADE)


def said(kind: ReplyKind, *seen: OrderReply, department: str = "uni_a", **rest: object) -> OrderReply:
    made = dataclasses.replace(MADE, unit="uni_district" if kind is ReplyKind.RULED else department)
    given = {"happened_at": AT + timedelta(minutes=5), **rest}
    return OrderReply(
        id=new_id("order_reply"),
        made=made,
        order=ORDER.id,
        department=department,
        kind=kind,
        seen=tuple(one.id for one in seen),
        **given,  # type: ignore[arg-type]
    )


def test_reporting_in_comes_first_then_resolving_then_nothing() -> None:
    claimed, came = said(ReplyKind.REPORTED_IN), said(ReplyKind.REPORTED_IN, witnessed=True)
    solved = said(ReplyKind.RESOLVED, came, text="化解")
    course = [(), (claimed,), (claimed, came), (came, solved)]
    due = [next_due(ORDER, fold_order(ORDER, facts), "uni_a") for facts in course]
    assert due == [REPORT_BY, REPORT_BY, RESOLVE_BY, None], "an arrival counts once the community saw it"
    assert next_due(ORDER, fold_order(ORDER, course[-1]), "uni_b") == REPORT_BY, "the other one is still waited for"
    assert next_limit(ORDER, fold_order(ORDER, ()), "uni_stranger") is None


def test_an_objection_stops_no_clock_and_a_ruling_gives_time_or_releases() -> None:
    came = said(ReplyKind.REPORTED_IN, witnessed=True)
    objection = said(ReplyKind.OBJECTION, rule_cited="3.2", text="不属")
    assert next_due(ORDER, fold_order(ORDER, (objection,)), "uni_a") == REPORT_BY
    until = RESOLVE_BY + timedelta(days=3)
    more = said(ReplyKind.RULED, came, objection, text="延期", until=until)
    assert next_due(ORDER, fold_order(ORDER, (came, objection, more)), "uni_a") == until
    free = said(ReplyKind.RULED, objection, text="成立", releases=True)
    assert next_due(ORDER, fold_order(ORDER, (objection, free)), "uni_a") is None


def test_a_leader_has_a_time_of_his_own_where_the_order_sets_one() -> None:
    leader_by = AT + timedelta(minutes=90)
    order = dataclasses.replace(ORDER, limits=dataclasses.replace(ORDER.limits, arrive_by=leader_by))
    came = said(ReplyKind.REPORTED_IN, witnessed=True)
    assert next_due(order, fold_order(order, (came,)), "uni_a") == leader_by
    assert next_limit(order, fold_order(order, (came,)), "uni_a") is Limit.ARRIVE
    leader = said(ReplyKind.LEADER_ON_SCENE, came, witnessed=True, officer="周局", post="局长", rank="处级")
    assert next_limit(order, fold_order(order, (came, leader)), "uni_a") is Limit.RESOLVE


@pytest.mark.parametrize("kind", [OrderStepKind.SUSPENDED, OrderStepKind.CLOSED])
def test_nothing_is_due_of_an_order_whose_clocks_are_stopped(kind: OrderStepKind) -> None:
    step = OrderStep(id=new_id("order_step"), made=MADE, kind=kind, order=ORDER.id, happened_at=AT, text="停")
    state = fold_order(ORDER, (), (step,))
    assert [next_limit(ORDER, state, department) for department in ORDER.departments] == [None, None]


def test_who_was_called_has_the_clock_of_the_call() -> None:
    earlier = AT - timedelta(minutes=30)
    call = OrderCall(department="uni_b", callee="罗秀英", at=earlier, read_back="复述无误", report_by=earlier)
    called = dataclasses.replace(ORDER, calls=(call,))
    state = fold_order(called, ())
    assert (next_due(called, state, "uni_a"), next_due(called, state, "uni_b")) == (REPORT_BY, earlier)
    assert next_limit(called, state, "uni_b") is Limit.REPORT
