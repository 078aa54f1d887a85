"""The district and its desks climb one ladder, each step one fact; a mobile station's request finds its community."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.protocol.codec import decode
from sync.protocol.messages import Pull, State
from sync.records.kinds import new_id
from sync.records.order_course import IssuedOrder, RequestStage, fold_request
from sync.records.order_ladder import escalations_due, running_of, step_of
from sync.records.order_stages import OrderStage
from sync.records.order_state import fold_order
from sync.records.order_steps import OrderDelegation, OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderLimits, ReplyKind
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.server import admin
from sync.server.dispatch_rules import rules_of
from sync.server.escalations import Escalator
from sync.server.exchange import pull
from sync.server.periods import calendar_at
from sync.server.store import records
from sync.server.store.check import check
from sync.server.store.orders import load
from sync.server.store.records import kept, latest
from sync.server.store.store import DistrictStore
from sync.server.tree import add_unit
from tests.support.district import Desk, enrol_desk, order, reply, sealed

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""Ten in the morning of a Wednesday."""


def issued_at(desk: Desk, at: datetime, **more: Any) -> DispatchOrder:
    """An order with half an hour to report in and a day to resolve, by the unit's secretary, kept by the district."""
    store = desk.district
    department = admin.add_department(store, "住建局", Level.DISTRICT, "")
    secretary = admin.add_staff(store, "李书记", desk.unit, [Role.ISSUING_SECRETARY])
    limits = OrderLimits(
        report_minutes=30,
        leader_rank="科级",
        resolve_hours=24,
        report_by=at + timedelta(minutes=30),
        resolve_by=at + timedelta(hours=24),
    )
    made = order(desk.made(by=secretary), department, issued_at=at, limits=limits, grade="blue", **more)
    assert desk.reasons(made) == [""]
    return made


def steps_of(store: DistrictStore, order_id: str) -> list[OrderStep]:
    with store.read() as conn:
        loaded = load(conn, order_id)
    assert loaded is not None
    return loaded[2]


def test_what_is_due_becomes_one_fact_whoever_is_first(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    made = issued_at(desk, NOW - timedelta(minutes=45))
    with district_store.read() as conn:
        ladder = rules_of(conn, made, NOW.date()).rungs("other", "blue")
        calendar = calendar_at(conn, NOW.date())
    state = fold_order(made, [])
    (due,) = escalations_due(made, state, running_of(made, state), ladder, calendar, NOW)
    escalator = Escalator(district_store, lambda: NOW)
    assert [escalator.look(), escalator.look()] == [1, 0]
    (written,) = steps_of(district_store, made.id)
    assert (written.id, written.clock, written.told.split()) == (due.id, due.clock, list(due.told))
    with district_store.read() as conn:
        assert kept(conn, [written.id])[written.id].scope == desk.unit
    at_the_desk = step_of(due, made, desk.made(), ())
    (answer,) = desk.push(at_the_desk)
    assert (answer.state, len(steps_of(district_store, made.id))) == (State.MERGED, 1)


def test_the_ladder_ends_at_the_street_and_never_on_what_is_over(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    late, solved = issued_at(desk, NOW - timedelta(days=5)), None
    solved = replace(late, id=new_id("dispatch_order"))
    suspended = replace(late, id=new_id("dispatch_order"))
    stop = OrderStep(
        id=new_id("order_step"),
        made=late.made,
        kind=OrderStepKind.SUSPENDED,
        order=suspended.id,
        happened_at=NOW,
        text="住院",
    )
    assert set(desk.reasons(solved, reply(desk.made(), solved, ReplyKind.RESOLVED, text="好"), suspended, stop)) == {""}
    assert Escalator(district_store, lambda: NOW).look() > 1
    told = {one for step in steps_of(district_store, late.id) for one in step.told.split()}
    assert "street" in told
    assert steps_of(district_store, solved.id) == []
    assert [s.kind for s in steps_of(district_store, suspended.id)] == [OrderStepKind.SUSPENDED]


def test_a_mobile_station_asks_its_community_and_hears_what_became_of_it(district_store: DistrictStore) -> None:
    community, station = enrol_desk(district_store), enrol_desk(district_store, "移动服务站", "赵站员")
    with district_store.write() as conn:
        add_unit(conn, station.unit, "移动服务站", Level.STATION, community.unit, NOW)
    asked = OrderRequest(
        id=new_id("order_request"),
        made=station.made(),
        matter=new_id("matter"),
        to_unit=community.unit,
        departments=(community.unit,),
        subject="欠薪",
        text="请到场",
        requested_at=NOW,
    )
    assert station.reasons(asked) == [""]
    assert station.reasons(
        replace(
            asked,
            id=new_id("order_request"),
            to_unit=admin.add_department(district_store, "城管局", Level.DISTRICT, ""),
        )
    ) == ["protocol.foreign_unit"]
    made = issued_at(community, NOW, request=asked.id)
    with district_store.read() as conn:
        assert kept(conn, [asked.id])[asked.id].scope == community.unit
        loaded = load(conn, made.id)
    assert loaded is not None
    (told,) = [step for step in loaded[2] if step.kind is OrderStepKind.ANSWERED]
    with district_store.read() as conn:
        assert kept(conn, [told.id])[told.id].scope == station.unit
    assert (told.request, told.order, told.text, told.stage) == (asked.id, made.id, made.number, "issued")
    assert fold_order(made, [], [told]).state is OrderStage.ISSUED
    assert heard(station, asked) == [("issued", made.number)]
    # How far it comes is told once each time that it comes further.
    here = sealed(reply(community.made(), made, ReplyKind.REPORTED_IN, officer="刘洋"))
    assert community.reasons(here) == [""]
    assert community.reasons(here) == [""]
    progress = reply(community.made(), made, ReplyKind.LEADER_ON_SCENE, officer="王科", post="科长", rank="科级")
    solved = reply(community.made(), made, ReplyKind.RESOLVED, text="已付清", seen=(progress.id,))
    assert community.reasons(progress, solved) == ["", ""]
    stages = [("issued", made.number), ("reported_in", made.number), ("resolved", made.number)]
    assert heard(station, asked) == stages
    with district_store.read() as conn:
        pulled, _, _ = records.pull(conn, {station.unit}, station.store, 0, 1000, 10**9)
    steps = [step for n in pulled if isinstance(step := decode(n.sealed), OrderStep)]
    state = fold_request(asked, [], steps)
    assert state.state is RequestStage.ISSUED
    assert state.issued == (IssuedOrder(made.id, made.number, "resolved"),)
    assert check(district_store) == {}


def heard(station: Desk, asked: OrderRequest) -> list[tuple[str, str]]:
    """What the station that asked was told, one after another."""
    with station.district.read() as conn:
        pulled, _, _ = records.pull(conn, {station.unit}, station.store, 0, 1000, 10**9)
    told = [decode(numbered.sealed) for numbered in pulled]
    return [(step.stage, step.text) for step in told if isinstance(step, OrderStep) and step.request == asked.id]


def test_a_refusal_reaches_the_station_with_its_reason(district_store: DistrictStore) -> None:
    community, station = enrol_desk(district_store), enrol_desk(district_store, "移动服务站", "赵站员")
    with district_store.write() as conn:
        add_unit(conn, station.unit, "移动服务站", Level.STATION, community.unit, NOW)
    secretary = admin.add_staff(district_store, "李书记", community.unit, [Role.ISSUING_SECRETARY])
    asked = OrderRequest(
        id=new_id("order_request"), made=station.made(), matter=new_id("matter"), to_unit=community.unit,
        departments=(community.unit,), subject="欠薪", text="请到场", requested_at=NOW,
    )  # fmt: skip
    refused = OrderStep(
        id=new_id("order_step"), made=community.made(by=secretary), kind=OrderStepKind.REFUSED, request=asked.id,
        happened_at=NOW, text="社区可以自行处理",
    )  # fmt: skip
    assert station.reasons(asked) == [""]
    assert community.reasons(refused) == [""]
    assert heard(station, asked) == [("", "社区可以自行处理")]


def test_an_order_under_a_delegation_counts_until_the_station_has_heard_that_it_was_withdrawn(
    district_store: DistrictStore,
) -> None:
    desk, other = enrol_desk(district_store), enrol_desk(district_store, staff_name="李登记")
    department = admin.add_department(district_store, "住建局", Level.DISTRICT, "")
    secretary = admin.add_staff(district_store, "李书记", desk.unit, [Role.ISSUING_SECRETARY])
    day = NOW.astimezone(BEIJING).date()
    given = OrderDelegation(
        id=new_id("order_delegation"),
        made=desk.made(by=secretary, at=NOW),
        unit=desk.unit,
        delegate=other.staff,
        delegate_name="李登记",
        secretary_name="李书记",
        paper="凤凰党委函〔2026〕9号",
        starts_on=day,
        ends_on=day + timedelta(days=30),
    )
    later = NOW + timedelta(minutes=10)
    taken = replace(given, id=new_id("order_delegation"), made=desk.made(by=secretary, at=later), amends=given.id)
    assert desk.reasons(given, replace(taken, withdrawn=True)) == ["", ""]

    def issued(by: Desk, minutes: int) -> list[str]:
        at = NOW + timedelta(minutes=minutes)
        limits = replace(order(by.made(), department).limits, report_by=at, resolve_by=at)
        made = order(by.made(by=other.staff, at=at), department, issued_at=at, limits=limits, delegation=given.id)
        return by.reasons(made)

    assert issued(desk, 5) == [""], "before the withdrawal"
    assert issued(desk, 15) == ["protocol.delegation_withdrawn"], "the desk withdrew it itself"
    assert issued(other, 15) == [""], "this desk has not heard of it: work done offline is not lost"
    with district_store.read() as conn:
        upto = latest(conn)
    pull(district_store, other.who(), Pull(other.store, upto, 10))
    assert issued(other, 20) == ["protocol.delegation_withdrawn"]
