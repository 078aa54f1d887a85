"""What the issuing side, the telephone, the clocks and codes do with an order, and what a person is shown of it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sync.protocol.signed import sign
from sync.records.arrival_codes import PURPOSE, ArrivalCode, written
from sync.records.errors import RuleBroken
from sync.records.folds import OrderStage, OrderState, fold_order, is_late
from sync.records.kinds import UNIT_PREFIX, new_id, new_identity
from sync.records.order_course import Ratification, RequestStage, fold_request
from sync.records.order_doubts import check_extension
from sync.records.order_requirements import check_order, check_step
from sync.records.order_steps import Clock, OrderDelegation, OrderRequest, OrderStep, OrderStepKind, escalation_id
from sync.records.orders import DispatchOrder, OrderCall, OrderReply, ReplyKind, Witness
from sync.records.record import Made
from tests.support.orders import an_order

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=NOW)
A, B = new_identity(UNIT_PREFIX), new_identity(UNIT_PREFIX)
ORDER = an_order(MADE, departments=(A, B))
Facts = list[OrderReply | OrderStep]


def reply(kind: ReplyKind, *seen: Any, minutes: int = 0, **values: Any) -> OrderReply:
    given: dict[str, Any] = {"department": A, "made": MADE, **values}
    at, names = NOW + timedelta(minutes=minutes), tuple(s.id for s in seen)
    return OrderReply(id=new_id("order_reply"), order=ORDER.id, kind=kind, seen=names, happened_at=at, **given)


def step(kind: OrderStepKind, *seen: Any, minutes: int = 0, **values: Any) -> OrderStep:
    at, names = NOW + timedelta(minutes=minutes), tuple(s.id for s in seen)
    given: dict[str, Any] = {"order": ORDER.id, "text": "理由", **values}
    return OrderStep(id=new_id("order_step"), made=MADE, kind=kind, seen=names, happened_at=at, **given)


def folded(*facts: OrderReply | OrderStep, order: DispatchOrder = ORDER) -> OrderState:
    replies = [f for f in facts if isinstance(f, OrderReply)]
    return fold_order(order, replies, [f for f in facts if isinstance(f, OrderStep)])


def reasons(state: Any) -> list[str]:
    return [doubt.reason.removeprefix("records.doubt_") for doubt in state.doubts]


def code(order: str, department: str, nonce: str = "n1") -> str:
    return written(sign(PURPOSE, ArrivalCode(order, department, nonce, NOW).statement(), bytes(32)))


def test_an_arrival_counts_when_it_was_seen_or_proven_and_not_when_it_was_only_heard_of() -> None:
    heard = reply(ReplyKind.REPORTED_IN, witnessed=True, how=Witness.PHONE, minutes=20)
    department = folded(heard).by_department[A]
    assert (department.arrived, department.arrival_claimed) == (None, True)
    assert department.heard.reported_in == heard.happened_at
    seen = reply(ReplyKind.REPORTED_IN, witnessed=True, how=Witness.SEEN, minutes=40)
    assert folded(heard, seen).by_department[A].arrived == seen.happened_at
    scanned = reply(ReplyKind.REPORTED_IN, minutes=30, arrival_code=code(ORDER.id, A))
    assert folded(scanned).by_department[A].arrived == scanned.happened_at


def test_a_code_of_another_order_or_used_before_proves_nothing_and_is_shown() -> None:
    first = reply(ReplyKind.REPORTED_IN, arrival_code=code(ORDER.id, A))
    again = reply(ReplyKind.LEADER_ON_SCENE, first, arrival_code=code(ORDER.id, A), rank="科级")
    state = folded(again, first)
    assert (state.by_department[A].witnessed.on_scene, reasons(state)) == (None, ["arrival_code"])
    for wrong in (code(new_id("dispatch_order"), A), code(ORDER.id, B), "QSA1.junk"):
        state = folded(reply(ReplyKind.REPORTED_IN, arrival_code=wrong))
        assert (state.by_department[A].arrived, reasons(state)) == (None, ["arrival_code"])


def test_arrival_before_the_order_is_flagged_unless_it_was_given_by_telephone() -> None:
    came = reply(ReplyKind.REPORTED_IN, witnessed=True, minutes=-20)
    assert reasons(folded(came)) == ["arrival_before_order"]
    call = OrderCall(department=A, callee="周海涛", at=NOW - timedelta(minutes=40), read_back="半小时内到场")
    assert reasons(folded(came, order=dataclasses.replace(ORDER, calls=(call,)))) == []
    told_later = step(OrderStepKind.TELEPHONED, came, call=call)
    assert reasons(folded(came, told_later)) == []
    other = dataclasses.replace(call, department=B)
    assert reasons(folded(came, order=dataclasses.replace(ORDER, calls=(other,)))) == ["arrival_before_order"]


def test_only_street_or_district_rule_and_a_ruling_that_was_heard_of_decides_nothing() -> None:
    objection = reply(ReplyKind.OBJECTION)
    heard = reply(ReplyKind.RULED, objection, witnessed=True, releases=True)
    assert folded(objection, heard).by_department[A].stage is OrderStage.OBJECTED
    itself = reply(ReplyKind.RULED, objection, releases=True, made=dataclasses.replace(MADE, unit=A))
    state = folded(objection, itself)
    assert (state.by_department[A].stage, reasons(state)) == (OrderStage.OBJECTED, ["ruled_by_department"])
    assert is_late(ORDER, state, NOW + timedelta(minutes=61))
    ruled = reply(ReplyKind.RULED, objection, releases=True)
    assert folded(objection, ruled).by_department[A].stage is OrderStage.RELEASED


def test_the_second_objection_proposes_a_joint_meeting_until_one_is_called() -> None:
    first, second = reply(ReplyKind.OBJECTION), reply(ReplyKind.OBJECTION, department=B)
    assert not folded(first).course.meeting_proposed
    assert folded(first, second).course.meeting_proposed
    called = step(OrderStepKind.JOINT_MEETING, first, second)
    assert not folded(first, second, called).course.meeting_proposed


def test_more_time_is_asked_for_before_the_end_and_a_late_question_is_flagged() -> None:
    def ask(hours: int, *seen: Any) -> OrderReply:
        until = NOW + timedelta(hours=200)
        return reply(ReplyKind.EXTENSION_ASKED, *seen, minutes=hours * 60, until=until)

    assert reasons(folded(ask(71))) == []
    assert reasons(folded(ask(73))) == ["extension_after_due"]
    given = reply(ReplyKind.RULED, until=NOW + timedelta(hours=96))
    assert reasons(folded(given, ask(73, given))) == []
    check_extension(ORDER, A, given.until, NOW + timedelta(hours=73))
    with pytest.raises(RuleBroken, match="extension_after_due"):
        check_extension(ORDER, A, None, NOW + timedelta(hours=73))


def test_a_stopped_order_is_never_late_and_goes_on_when_it_is_resumed() -> None:
    later = NOW + timedelta(days=9)
    suspended = step(OrderStepKind.SUSPENDED)
    for facts, stage in (
        ([suspended], OrderStage.SUSPENDED),
        ([step(OrderStepKind.MERGED, into="ord_2")], OrderStage.MERGED),
        ([step(OrderStepKind.CLOSED)], OrderStage.CLOSED),
    ):
        state = folded(*facts)
        assert (state.state, is_late(ORDER, state, later)) == (stage, False)
    resumed = folded(suspended, step(OrderStepKind.RESUMED, suspended))
    assert (resumed.state, is_late(ORDER, resumed, later)) == (OrderStage.ISSUED, True)
    assert folded(suspended, step(OrderStepKind.RESUMED)).state is OrderStage.SUSPENDED


def test_what_a_department_says_after_the_close_is_kept_and_shown() -> None:
    closed = step(OrderStepKind.CLOSED)
    assert reasons(folded(closed, reply(ReplyKind.PROGRESS, closed))) == ["reply_after_close"]
    before = reply(ReplyKind.PROGRESS)
    assert reasons(folded(before, step(OrderStepKind.CLOSED, before))) == []


def test_returned_as_unsolved_shows_until_a_later_word_that_it_is_solved() -> None:
    returned = reply(ReplyKind.RETURNED)
    assert folded(returned).by_department[A].stage is OrderStage.RETURNED
    assert is_late(ORDER, folded(returned), NOW + timedelta(days=9))
    solved = reply(ReplyKind.RESOLVED, returned)
    assert folded(returned, solved).by_department[A].stage is OrderStage.RESOLVED
    beside = folded(returned, reply(ReplyKind.RESOLVED))
    assert (beside.by_department[A].stage, reasons(beside)) == (OrderStage.RETURNED, ["resolved_and_returned"])


def test_an_emergency_waits_for_its_ratification_and_is_shown_when_that_is_late() -> None:
    order = dataclasses.replace(
        ORDER, emergency=True, ratifier="sta_2", ratifier_name="黄志远", ratify_by=NOW + timedelta(hours=24)
    )
    assert fold_order(ORDER, []).course.ratification is Ratification.NOT_NEEDED
    course = folded(order=order).course
    assert course.ratification is Ratification.WAITING
    assert [course.unratified(order, NOW + timedelta(hours=h)) for h in (23, 25)] == [False, True]
    good, bad = step(OrderStepKind.RATIFIED), step(OrderStepKind.NOT_RATIFIED)
    assert folded(good, order=order).course.ratification is Ratification.RATIFIED
    assert folded(good, bad, order=order).course.ratification is Ratification.NOT_RATIFIED
    with pytest.raises(RuleBroken, match="order_ratifier_missing"):
        check_order(dataclasses.replace(order, ratify_by=None))


def test_a_call_names_an_ordered_department_and_comes_before_the_paper() -> None:
    call = OrderCall(department=A, callee="周海涛", at=NOW - timedelta(minutes=10), read_back="收到，半小时内到场")
    check_order(dataclasses.replace(ORDER, calls=(call,)))
    for wrong, said in (
        ({"department": "uni_z"}, "call_not_ordered"),
        ({"at": NOW + timedelta(minutes=1)}, "call_after_paper"),
        ({"callee": " "}, "call_callee_missing"),
        ({"read_back": ""}, "call_read_back_missing"),
    ):
        with pytest.raises(RuleBroken, match=said):
            check_order(dataclasses.replace(ORDER, calls=(dataclasses.replace(call, **wrong),)))


def test_the_clocks_of_a_department_that_was_called_run_from_the_call() -> None:
    at = NOW - timedelta(minutes=40)
    due = {"report_by": at + timedelta(hours=1), "resolve_by": at + timedelta(hours=72)}
    order = dataclasses.replace(ORDER, calls=(OrderCall(department=A, callee="周", at=at, read_back="收到", **due),))
    assert [order.report_by(d) for d in (A, B)] == [NOW + timedelta(minutes=20), NOW + timedelta(minutes=60)]
    assert [is_late(order, fold_order(order, []), NOW + timedelta(minutes=m)) for m in (19, 21)] == [False, True]
    assert order.resolve_by(A, NOW + timedelta(hours=99)) == NOW + timedelta(hours=99)


def test_a_delegate_may_issue_on_the_days_of_the_paper_only() -> None:
    paper = OrderDelegation(
        id=new_id("order_delegation"),
        made=MADE,
        unit="uni_1",
        delegate="sta_3",
        delegate_name="李文静",
        secretary_name="黄志远",
        paper="凤凰党委函〔2026〕9号",
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 7),
    )
    assert [paper.holds("sta_3", "uni_1", date(2026, 9, day)) for day in (1, 7, 8)] == [True, True, False]
    assert not paper.holds("sta_4", "uni_1", date(2026, 9, 2))
    assert not paper.holds("sta_3", "uni_2", date(2026, 9, 2))
    assert not dataclasses.replace(paper, withdrawn=True).holds("sta_3", "uni_1", date(2026, 9, 2))


def test_a_request_is_answered_by_an_order_or_a_refusal_and_by_both_a_person_is_asked() -> None:
    request = OrderRequest(
        id=new_id("order_request"),
        made=MADE,
        matter="mat_1",
        to_unit="uni_1",
        departments=(A,),
        subject="欠薪",
        text="请到场",
        requested_at=NOW,
    )
    refused = step(OrderStepKind.REFUSED, order="", request=request.id, text="站点可自行处理")
    order = dataclasses.replace(ORDER, request=request.id)
    assert fold_request(request, [], []).state is RequestStage.WAITING
    state = fold_request(request, [], [refused])
    assert (state.state, state.reason) == (RequestStage.REFUSED, "站点可自行处理")
    assert fold_request(request, [order, ORDER], []).orders == (order.id,)
    both = fold_request(request, [order], [refused])
    assert (both.state, reasons(both)) == (RequestStage.ISSUED, ["request_issued_and_refused"])
    told = step(OrderStepKind.ANSWERED, order=order.id, request=request.id)
    assert fold_request(request, [], [told]).state is RequestStage.ISSUED


def test_the_same_escalation_has_the_same_id_everywhere_and_another_due_time_another() -> None:
    due = NOW + timedelta(hours=1)
    here, there = (escalation_id(ORDER.id, A, Clock.REPORT, "r1", at) for at in (due, due.astimezone()))
    assert here == there
    assert here != escalation_id(ORDER.id, A, Clock.REPORT, "r1", due + timedelta(hours=1))
    assert here != escalation_id(ORDER.id, A, Clock.REPORT, "r2", due)
    with pytest.raises(RuleBroken, match="step_rung_missing"):
        check_step(step(OrderStepKind.ESCALATED))
