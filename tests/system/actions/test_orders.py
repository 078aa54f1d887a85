"""Orders given in three ways and by telephone, what comes back, and the steps up to the close: in a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from desktop.actions.arrival_codes import show_arrival_code
from desktop.actions.calendars import calendar as default_calendar
from desktop.actions.desk import Desk
from desktop.actions.escalations import escalate_due
from desktop.actions.matters import open_matter
from desktop.actions.open_items import all_open
from desktop.actions.order_replies import witness_reply
from desktop.actions.order_requests import delegate, delegations, refuse_request, requests, withdraw_delegation
from desktop.actions.order_steps import add_order_step, step_draft
from desktop.actions.orders import draft_of_request, emergency_order, give_order, issue_order, order_draft
from desktop.actions.papers import preview
from desktop.store.links import state_of_order
from desktop.store.units import staff
from desktop.ui.stories.matters import matter_story
from desktop.ui.stories.orders import request_answer
from resources import read_text, wording
from sync.records.deadlines import Rule, Suspension, deadline
from sync.records.errors import Refused, RuleBroken
from sync.records.folds import OrderState
from sync.records.kinds import new_id
from sync.records.matters import Step, StepKind
from sync.records.open_clocks import REPORT, order_clocks
from sync.records.order_course import IssuedOrder, Ratification, RequestStage
from sync.records.order_due import Limit, limit_of
from sync.records.order_stages import OrderStage
from sync.records.order_steps import Clock, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder
from sync.records.papers import PaperKind
from sync.records.record import Made
from sync.records.rule_tables import RuleTable
from sync.records.times import BEIJING, to_minute
from sync.records.units import Level, OrgUnit
from tests.support.pdf import text_of
from tests.system.actions.conftest import Station

HOUSING, LABOUR = "区住房和建设局", "区人力资源局"


@pytest.fixture
def matter(station: Station) -> str:
    """A dispute that no visit began."""
    return open_matter(station.desk, None, station.draft("matter", title="工地欠薪", text="三个月未付。")).id


def given(station: Station, desk: Desk, matter: str, **more: Any) -> str:
    draft = order_draft(desk, matter) | {"departments": [station.units[HOUSING]], **more}
    return give_order(desk, matter, draft).id


def order_of(station: Station, order: str) -> tuple[DispatchOrder, OrderState]:
    with station.store.read() as reader:
        value = reader.get(order)
        assert isinstance(value, DispatchOrder)
        return value, state_of_order(reader, value)


def step(station: Station, desk: Desk, order: str, kind: OrderStepKind, **more: Any) -> str:
    return add_order_step(
        desk, order, step_draft(desk, order, kind) | {"happened_at": station.clock.at.isoformat()} | more
    ).id


def test_a_clerk_asks_and_the_secretary_issues_or_refuses(station: Station, matter: str) -> None:
    asked = given(station, station.desk, matter)
    assert "dispatch_order" not in station.counts()
    ((request, state),) = requests(station.secretary)
    assert (request.id, request.requested_by_name, state.state) == (asked, "李文静", RequestStage.WAITING)
    with pytest.raises(Refused, match="only_issuer_refuses"):
        refuse_request(station.desk, asked, {"text": "不必"})
    issued = give_order(station.secretary, matter, draft_of_request(station.secretary, asked)).id
    assert order_of(station, issued)[0].request == asked
    assert requests(station.secretary) == []
    other = given(station, station.desk, matter)
    refuse_request(station.secretary, other, {"text": "社区可以自行处理"})
    found = {r.id: s for r, s in requests(station.desk, waiting=False)}
    assert (found[other].state, found[other].reason) == (RequestStage.REFUSED, "社区可以自行处理")
    assert found[asked].orders == (issued,)
    number = order_of(station, issued)[0].number
    assert found[asked].issued == (IssuedOrder(issued, number, "issued"),)
    with station.store.read() as reader:
        told = matter_story(wording("zh"), station.clock, reader, matter).events
    asked_for = [event.text for event in told if event.title.startswith("提请发令")]
    assert sorted(asked_for) == sorted([f"{number}  已签发", "不予发令  社区可以自行处理"])


def test_a_station_that_asked_sees_number_and_stage_of_an_order_that_it_does_not_have(
    station: Station, matter: str
) -> None:
    asked = given(station, station.desk, matter)
    made = Made(by="", unit="uni_district", store="sto_district", at=station.clock.at)
    order = new_id("dispatch_order")
    seen: tuple[str, ...] = ()
    for stage in ("issued", "on_scene"):
        told = OrderStep(
            id=new_id("order_step"), made=made, kind=OrderStepKind.ANSWERED, request=asked, order=order, seen=seen,
            happened_at=station.clock.at, text="(2026)凤凰发令第7号", stage=stage,
        )  # fmt: skip
        with station.store.write() as work:
            work.add(told)
        seen = (told.id,)
    ((_, state),) = requests(station.desk, waiting=False)
    assert state.issued == (IssuedOrder(order, "(2026)凤凰发令第7号", "on_scene"),)
    assert request_answer(wording("zh"), state) == wording("zh")("records.orderstage_on_scene")


def test_a_named_delegate_issues_until_the_paper_ends(station: Station, matter: str) -> None:
    draft = station.draft("order_delegation", delegate=station.people["王小明"], paper="凤凰党委函〔2026〕9号")
    draft["ends_on"] = "2026-03-06"
    with pytest.raises(Refused, match="not_yours"):
        delegate(station.desk, draft)
    paper = delegate(station.secretary, draft).id
    desk = station.desks["王小明"]
    order, _ = order_of(station, given(station, desk, matter))
    assert (order.delegation, order.issuer_name) == (paper, "王小明")
    assert "黄志远" in order.delegated
    assert "受黄志远委托签发" in text_of(preview(station.desk, PaperKind.DISPATCH_ORDER, order.id))
    station.clock.later(days=2)
    with pytest.raises(Refused, match="only_issuer"):
        issue_order(desk, matter, order_draft(desk, matter, "issue") | {"departments": [station.units[HOUSING]]})


def test_a_delegation_is_withdrawn_and_what_was_issued_under_it_stays(station: Station, matter: str) -> None:
    draft = station.draft("order_delegation", delegate=station.people["王小明"], paper="凤凰党委函〔2026〕9号")
    paper = delegate(station.secretary, draft | {"ends_on": "2026-03-20"}).id
    desk = station.desks["王小明"]
    before = given(station, desk, matter)
    assert [one.id for one in delegations(desk)] == [paper]
    with pytest.raises(Refused, match="delegation_not_yours"):
        withdraw_delegation(desk, paper)
    opened = order_draft(desk, matter, "issue") | {"departments": [station.units[HOUSING]]}
    at = station.clock.later(minutes=5)
    withdraw_delegation(station.secretary, paper)
    assert delegations(desk) == []
    with pytest.raises(Refused, match="delegation_gone"):
        withdraw_delegation(station.secretary, paper)
    with pytest.raises(Refused, match="delegation_withdrawn") as refused:
        issue_order(desk, matter, opened)
    told = wording("zh")(refused.value.key, **refused.value.values)
    assert told == f"黄志远已于{to_minute(at)}撤回对您的签发委托，请由黄志远签发，或提请签发。"
    assert order_draft(desk, matter)["way"] == "request"
    order, state = order_of(station, before)
    assert (order.delegation, state.state) == (paper, OrderStage.ISSUED)
    assert "受黄志远委托签发" in text_of(preview(station.desk, PaperKind.DISPATCH_ORDER, before))
    station.clock.later(minutes=5)
    anew = draft | {"_id": new_id("order_delegation"), "ends_on": "2026-03-20"}
    again = delegate(station.secretary, anew)
    assert order_of(station, given(station, desk, matter))[0].delegation == again.id


def test_in_an_emergency_the_desk_issues_at_once_and_the_secretary_ratifies(station: Station, matter: str) -> None:
    with pytest.raises(Refused, match="no_usual_departments"):
        emergency_order(station.desk, matter)
    given(station, station.secretary, matter)
    issued = emergency_order(station.desk, matter).id
    order, state = order_of(station, issued)
    assert (order.emergency, order.issuer_name, order.ratifier_name) == (True, "李文静", "黄志远")
    assert order.departments == (station.units[HOUSING],)
    assert state.course.ratification is Ratification.WAITING
    assert order.ratify_by is not None
    paper = text_of(preview(station.desk, PaperKind.DISPATCH_ORDER, issued))
    assert "应由黄志远于" in paper
    assert state.course.unratified(order, order.ratify_by + timedelta(minutes=1))
    with pytest.raises(Refused, match="only_issuer_steps"):
        step(station, station.desk, issued, OrderStepKind.RATIFIED)
    step(station, station.secretary, issued, OrderStepKind.RATIFIED)
    assert order_of(station, issued)[1].course.ratification is Ratification.RATIFIED


def test_by_telephone_the_clock_runs_from_the_call_and_the_paper_follows(station: Station, matter: str) -> None:
    called_at = station.clock.at - timedelta(minutes=40)
    told = {
        "called": station.units[HOUSING],
        "callee": "周海涛",
        "called_at": called_at.isoformat(),
        "read_back": "到社区，半小时内",
    }
    for wrong, field in (({**told, "read_back": ""}, "read_back"), ({"called": told["called"]}, "callee")):
        with pytest.raises(RuleBroken, match="required") as refused:
            given(station, station.secretary, matter, calls=[told, wrong])
        assert refused.value.field == f"calls.1.{field}"
    with pytest.raises(RuleBroken, match="call_not_ordered") as refused:
        given(station, station.secretary, matter, calls=[told, {**told, "called": station.units[LABOUR]}])
    assert refused.value.field == "calls.1.called"
    issued = given(station, station.secretary, matter, grade="red", calls=[told])
    order, _ = order_of(station, issued)
    department = station.units[HOUSING]
    assert (order.given_at(department), order.calls[0].callee) == (called_at, "周海涛")
    assert order.report_by(department) == called_at + timedelta(minutes=30)
    arrived = (station.clock.at - timedelta(minutes=10)).isoformat()
    seen = station.draft("reply", department=department, kind="reported_in", how="seen", happened_at=arrived)
    witness_reply(station.desk, issued, seen)
    state = order_of(station, issued)[1]
    assert (state.doubts, state.by_department[department].arrival_claimed) == ((), False)
    paper = text_of(preview(station.desk, PaperKind.DISPATCH_ORDER, issued))
    assert "电话发令" in paper
    assert "复述“到社区，半小时内”" in paper
    plain = given(station, station.secretary, matter)
    assert "电话发令" not in text_of(preview(station.desk, PaperKind.DISPATCH_ORDER, plain))
    witness_reply(station.desk, plain, seen | {"_id": new_id("order_reply")})
    assert [d.reason for d in order_of(station, plain)[1].doubts] == ["records.doubt_arrival_before_order"]


def test_each_department_that_was_called_has_its_own_call_and_its_own_clocks(station: Station, matter: str) -> None:
    departments = [station.units[HOUSING], station.units[LABOUR]]
    times = [station.clock.at - timedelta(minutes=minutes) for minutes in (40, 15)]
    calls = [
        {"called": unit, "callee": name, "called_at": at.isoformat(), "read_back": f"{name}复述"}
        for unit, name, at in zip(departments, ("周海涛", "罗秀英"), times, strict=True)
    ]
    issued = given(station, station.secretary, matter, grade="red", departments=departments, calls=calls)
    order, state = order_of(station, issued)
    assert [(call.callee, call.at) for call in order.calls] == [("周海涛", times[0]), ("罗秀英", times[1])]
    assert order.limits.report_by == times[1] + timedelta(minutes=30)
    for unit, at in zip(departments, times, strict=True):
        ends = {clock.kind: clock.at for clock in order_clocks(order, state) if clock.unit == unit}
        assert ends == {
            "order-report": at + timedelta(minutes=30),
            "order-arrive": at + timedelta(minutes=30),
            "order-resolve": at + timedelta(hours=24),
        }
    late = {"department": departments[1], "callee": "值班室", "read_back": "再次催办"}
    step(station, station.desk, issued, OrderStepKind.TELEPHONED, **late)
    again, after = order_of(station, issued)
    assert order_clocks(again, after) == order_clocks(order, state), "a further call is a step and moves no limit"
    paper = text_of(preview(station.desk, PaperKind.DISPATCH_ORDER, issued))
    assert "周海涛复述" in paper
    assert "罗秀英复述" in paper


def test_an_extension_is_asked_for_before_the_end(station: Station, matter: str) -> None:
    issued = given(station, station.secretary, matter, grade="red")
    station.clock.later(hours=25)
    later = (station.clock.at + timedelta(days=1)).isoformat()
    asked = {"department": station.units[HOUSING], "kind": "extension_asked", "until": later, "text": "等检测"}
    with pytest.raises(RuleBroken, match="extension_after_due"):
        witness_reply(station.desk, issued, station.draft("reply", **asked))


def test_an_order_is_closed_when_all_have_answered_for_its_end_and_the_proof_is_there(
    station: Station, matter: str
) -> None:
    issued = given(station, station.secretary, matter)
    with pytest.raises(RuleBroken, match="order_still_open"):
        step(station, station.desk, issued, OrderStepKind.CLOSED, text="办结")
    solved = station.draft("reply", department=station.units[HOUSING], kind="resolved", text="已付清")
    witness_reply(station.desk, issued, solved)
    with pytest.raises(RuleBroken, match="closing_artefacts_missing") as missing:
        step(station, station.desk, issued, OrderStepKind.CLOSED, text="办结")
    assert "情况说明" in str(missing.value.values["missing"])
    step(station, station.desk, issued, OrderStepKind.CLOSED, text="办结", artefacts=["statement"])
    assert order_of(station, issued)[1].state is OrderStage.CLOSED


def test_suspending_and_merging_are_the_secretarys(station: Station, matter: str) -> None:
    issued = given(station, station.secretary, matter)
    for kind in (OrderStepKind.SUSPENDED, OrderStepKind.MERGED):
        with pytest.raises(Refused, match="only_issuer_steps"):
            step(station, station.desk, issued, kind, text="等待", into=issued)
    step(station, station.secretary, issued, OrderStepKind.SUSPENDED, text="当事人住院")
    assert order_of(station, issued)[1].state is OrderStage.SUSPENDED
    station.clock.later(hours=2)
    step(station, station.secretary, issued, OrderStepKind.RESUMED, text="出院")
    order, state = order_of(station, issued)
    assert state.state is OrderStage.ISSUED
    (part,) = state.by_department.values()
    assert part.rested.report_by == order.limits.report_by + timedelta(hours=2)
    assert part.rested.resolve_by == order.limits.resolve_by + timedelta(hours=2)
    (row,) = [row for row in all_open(station.desk).items if row.clock == REPORT and row.id == issued]
    assert row.due == part.rested.report_by


def publish(station: Station, text: str) -> None:
    """Have the station pull a version of the dispatch rules that holds from today on."""
    rules = RuleTable(
        id=new_id("rule_table"),
        made=Made(by="", unit=station.store.unit, store="sto_district", at=station.clock.at),
        name="dispatch_rules",
        number=1001,
        text=text,
        starts_on=station.clock.at.date(),
    )
    with station.store.write() as work:
        work.add(rules)


def test_how_soon_an_emergency_is_ratified_is_a_row_of_the_rules(station: Station, matter: str) -> None:
    given(station, station.secretary, matter)
    order, _ = order_of(station, emergency_order(station.desk, matter).id)
    assert order.ratify_by == order.issued_at + timedelta(hours=24)
    text = read_text("dictionaries", "dispatch_rules.toml")
    publish(station, text.replace('ratify = "24 hours"', 'ratify = "1 working_days"'))
    order, state = order_of(station, emergency_order(station.desk, matter).id)
    assert order.ratify_by == datetime(2026, 3, 6, 23, 59, 59, tzinfo=BEIJING)
    ratify = [clock for clock in order_clocks(order, state) if clock.kind == "order-ratify"]
    assert [(clock.at, clock.unit) for clock in ratify] == [(order.ratify_by, station.people["黄志远"])]


def test_an_emergency_goes_out_where_nobody_is_entered_as_secretary(station: Station, matter: str) -> None:
    given(station, station.secretary, matter)
    with station.store.write() as work:
        former = staff(work)[station.people["黄志远"]]
        made = Made(by="", unit=station.store.unit, store="sto_district", at=station.clock.at)
        work.add(
            replace(former, id=new_id("staff_member"), made=made, amends=former.id, left_on=station.clock.at.date())
        )
    draft = order_draft(station.desk, matter, "emergency") | {"departments": [station.units[HOUSING]]}
    assert not draft["ratifier"]
    issued = give_order(station.desk, matter, draft).id
    order, state = order_of(station, issued)
    assert (order.emergency, order.ratifier, order.ratifier_name) == (True, "", "社区党委书记")
    assert state.course.ratification is Ratification.WAITING
    assert "应由社区党委书记于" in text_of(preview(station.desk, PaperKind.DISPATCH_ORDER, issued))
    step(station, station.secretary, issued, OrderStepKind.RATIFIED)  # whoever is secretary by then
    assert order_of(station, issued)[1].course.ratification is Ratification.RATIFIED


def test_who_resumes_an_order_counts_its_days_of_work_anew(station: Station, matter: str) -> None:
    text = read_text("dictionaries", "dispatch_rules.toml")
    text = text.replace('"168 hours"', '"5 working_days"').replace('"120 minutes"', '"120 duty_minutes"')
    publish(station, text)
    issued = given(station, station.secretary, matter, grade="blue")
    step(station, station.secretary, issued, OrderStepKind.SUSPENDED, text="当事人住院")
    station.clock.later(days=4, hours=1)
    step(station, station.secretary, issued, OrderStepKind.RESUMED, text="出院")
    order, state = order_of(station, issued)
    (part,), calendar = state.by_department.values(), default_calendar()
    (span,) = state.course.rests.spans
    for limit, kind, length in (
        (Limit.REPORT, "order-report", order.limits.report),
        (Limit.RESOLVE, "order-resolve", order.limits.resolve),
    ):
        assert length is not None
        rule = Rule(kind, length.amount, length.unit)
        wanted = deadline(rule, order.issued_at, calendar, [Suspension(span.since, span.until)]).due
        assert limit_of(order, order.departments[0], part, limit) == wanted > order.limits.report_by


def test_a_dissolved_department_is_not_ordered_any_more(station: Station, matter: str) -> None:
    made = Made(by="", unit=station.store.unit, store="sto_district", at=station.clock.at)
    with station.store.write() as work:
        closed = OrgUnit(
            id=new_id("org_unit"),
            made=made,
            unit=station.units[LABOUR],
            name=LABOUR,
            level=Level.DISTRICT,
            department=True,
            closed_on=station.clock.at.date(),
        )
        with station.store.read() as reader:
            from desktop.store.units import units

            before = units(reader)[station.units[LABOUR]]
        work.add(replace(closed, amends=before.id))
    with pytest.raises(RuleBroken, match="department_dissolved"):
        given(station, station.secretary, matter, departments=[station.units[LABOUR]])


def test_a_desk_without_a_key_shows_no_arrival_code_and_one_for_nobody_else(station: Station, matter: str) -> None:
    issued = given(station, station.secretary, matter)
    with pytest.raises(RuleBroken, match="not_ordered"):
        show_arrival_code(station.desk, issued, station.units[LABOUR])
    with pytest.raises(Refused, match="no_keys"):
        show_arrival_code(station.desk, issued, station.units[HOUSING])


def test_the_ladder_is_climbed_once_and_not_for_a_matter_that_is_closed(station: Station, matter: str) -> None:
    issued = given(station, station.secretary, matter, grade="red")
    assert escalate_due(station.desk).id == ""
    station.clock.later(minutes=32)
    assert escalate_due(station.desk).id
    told = order_of(station, issued)[1].course.escalations
    assert {(step.clock, step.made.by) for step in told} == {
        (Clock.REPORT, station.people["李文静"]),
        (Clock.ARRIVE, station.people["李文静"]),
    }
    assert escalate_due(station.desks["王小明"]).id == ""
    station.clock.later(days=3)
    escalate_due(station.desk)
    assert "street" in {one for s in order_of(station, issued)[1].course.escalations for one in s.told.split()}
    with station.store.write() as work:
        closed = Step(
            id=new_id("step"),
            made=station.desk.made(),
            matter=matter,
            kind=StepKind.CLOSED,
            happened_at=station.clock.at,
        )
        work.add(closed)
    other = len(order_of(station, issued)[1].course.escalations)
    station.clock.later(days=9)
    assert escalate_due(station.desk).id == ""
    assert len(order_of(station, issued)[1].course.escalations) == other
