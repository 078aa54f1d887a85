"""Whom the rules of an order name is told of it: over both databases, by real requests to a real receiver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync.protocol.codec import decode
from sync.records.duty_rosters import DutyShift
from sync.records.kinds import new_id
from sync.records.notices import Notice, NoticeState
from sync.records.order_ladder import escalations_due, running_of, step_of
from sync.records.order_state import fold_order
from sync.records.order_steps import OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderLimits, ReplyKind
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.server import admin
from sync.server.dispatch_rules import rules_of
from sync.server.duty_rosters import replace_roster, rosters
from sync.server.escalations import Escalator
from sync.server.notices.callbacks import take
from sync.server.notices.channels import Channel, ChannelKind, Channels
from sync.server.notices.courier import Courier
from sync.server.notices.telling import tell_step
from sync.server.periods import calendar_at
from sync.server.store.check import check
from sync.server.store.notices import LEADS, Line, newest, split
from sync.server.store.records import of_kind
from sync.server.store.store import DistrictStore, district
from sync.server.tree import add_unit
from tests.support.district import Desk, enrol_desk, order, reply
from tests.support.gateway import Gateway, gateway

STREET = "uni_" + "5" * 32
WEDNESDAY = datetime(2026, 11, 25, tzinfo=BEIJING)
LATER = max(datetime.now(UTC), WEDNESDAY) + timedelta(days=21)
"""When couriers look: what waits for the hours of duty is due by then, whichever day it is."""


def work_day(hour: int) -> datetime:
    """An hour of a Wednesday."""
    return WEDNESDAY.replace(hour=hour)


@dataclass
class Town:
    """A community below a street, with its desk, a department, and a receiver for all that is told."""

    desk: Desk
    street: str
    root: str
    department: str
    secretary: str
    receiver: Gateway

    def order(self, at: datetime, grade: str = "blue", **more: Any) -> DispatchOrder:
        """Issue one at ``at``, with half an hour to report in and a day to resolve."""
        limits = OrderLimits(
            report_minutes=30,
            leader_rank="科级",
            resolve_hours=24,
            report_by=at + timedelta(minutes=30),
            resolve_by=at + timedelta(hours=24),
        )
        made = self.desk.made(by=self.secretary, at=at)
        said = order(made, self.department, issued_at=at, limits=limits, grade=grade, **more)
        assert self.desk.reasons(said) == [""]
        return said

    def send(self, at: datetime) -> list[tuple[str, str]]:
        """Let a courier act at ``at``; returns kind and text of what reached the receiver by that."""
        before = len(self.receiver.told)
        channel = Channel("平台", ChannelKind.WEBHOOK, self.receiver.url, secret="一把足够长的钥匙", timeout_seconds=2)
        sends = Courier(self.desk.district, Channels((channel,)), "https://district.example", lambda: at)
        while sends.look() or sends._under_way:
            for each in sends._under_way:
                each.result()
            sends._under_way.clear()
        sends.end()
        return [(one.json["kind"], one.json["text"]) for one in self.receiver.told[before:]]

    def lines(self, kind: str) -> list[Line]:
        """What stands in the outbox of one kind."""
        with self.desk.district.read() as conn:
            return [line for line in newest(conn, 500) if line.kind == kind]

    def units(self, kind: str) -> set[str]:
        """Who is told by messages of a kind, by name."""
        names = {self.street: "街道", self.root: "区", self.department: "局", self.desk.unit: "社区"}
        return {names.get(line.unit, line.unit) for line in self.lines(kind)}

    def facts(self, about: str) -> set[tuple[str, NoticeState]]:
        """What the desk hears of who was told of ``about``."""
        with self.desk.district.read() as conn:
            said = [decode(sealed) for sealed in of_kind(conn, "notice")]
        return {(one.unit, one.state) for one in said if isinstance(one, Notice) and one.about == about}

    def climb(self, at: datetime) -> list[OrderStep]:
        """Let the district climb the ladder at ``at``; returns all steps that there are."""
        Escalator(self.desk.district, lambda: at).look()
        with self.desk.district.read() as conn:
            said = [decode(sealed) for sealed in of_kind(conn, "order_step")]
        return [one for one in said if isinstance(one, OrderStep) and one.kind is OrderStepKind.ESCALATED]


@pytest.fixture
def town(district_store: DistrictStore) -> Iterator[Town]:
    desk = enrol_desk(district_store)
    with district_store.write() as conn:
        root = district(conn).unit
        add_unit(conn, STREET, "凤凰街道", Level.STREET, root, WEDNESDAY)
        add_unit(conn, desk.unit, "凤凰社区", Level.COMMUNITY, STREET, WEDNESDAY)
    department = admin.add_department(district_store, "区住房和建设局", Level.DISTRICT, "")
    secretary = admin.add_staff(district_store, "李书记", desk.unit, [Role.ISSUING_SECRETARY])
    with gateway() as receiver:
        yield Town(desk, STREET, root, department, secretary, receiver)


def test_the_street_and_the_district_that_a_rung_names_are_really_told(town: Town) -> None:
    said = town.order(work_day(9) - timedelta(days=9))
    steps = town.climb(work_day(10))
    assert {"escalate", "criticise"} <= {step.rung.split()[-1] for step in steps}
    assert town.units("escalated") == {"局", "街道", "区", "社区"}
    told = [text for kind, text in town.send(LATER) if kind == "escalated"]
    assert len(told) == len(town.units("escalated")), "one message to each, of all steps"
    assert all(said.number in text and f"/orders/{said.id}" in text and "区住房和建设局" in text for text in told)
    (criticised,) = (step for step in steps if step.rung.endswith("criticise"))
    units = {town.street, town.root, town.department}
    assert {unit for unit, state in town.facts(criticised.id) if state is NoticeState.SENT} == units
    of_department = {one.json["text"] for one in town.receiver.told if "请一并报告部门领导" in one.json["text"]}
    assert any(text.startswith("通报：") for text in of_department)
    assert check(town.desk.district) == {}


def test_steps_that_are_due_at_once_are_one_message_to_each_and_stand_each_by_itself(town: Town) -> None:
    """A desk that was off over a weekend: report, arrival and resolution have passed, with every rung of each."""
    said = town.order(work_day(9) - timedelta(days=9))
    steps = town.climb(work_day(10))
    of_street = [step for step in steps if "street" in step.told.split()]
    assert len(of_street) > 1
    told = [one for kind, one in town.send(LATER) if kind == "escalated"]
    mine = {line.notice for line in town.lines("escalated") if line.unit == town.street}
    (to_street,) = [one.json for one in town.receiver.told if one.json["notice"] in mine]
    assert to_street["text"] in told
    assert to_street["text"].startswith("通报：")
    limits = {(step.clock.value, step.due_at) for step in of_street if step.clock and step.due_at}
    assert to_street["passed"].count("时限") == len(limits)
    words = {"urge": "催办", "escalate": "提级", "criticise": "通报"}
    for step in of_street:
        assert step.clock is not None
        assert step.due_at is not None
        clock = {"report": "报到", "resolve": "化解", "arrive": "领导到场"}[step.clock.value]
        due = step.due_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
        part = next(p for p in to_street["passed"].split("；") if f"{clock}时限{due}" in p)
        assert words[step.rung.split()[-1]] in part, step.rung
        assert (town.street, NoticeState.SENT) in town.facts(step.id), "each rung is a fact of its own"
    assert f"/orders/{said.id}" in to_street["text"]
    rows = [line for line in town.lines("escalated") if line.unit == town.street]
    assert {line.about for line in rows} == {step.id for step in of_street}
    assert {line.state.value for line in rows} == {"sent"}
    assert town.send(LATER + timedelta(minutes=1)) == []
    assert check(town.desk.district) == {}


def test_what_one_message_told_is_delivered_read_or_failed_of_each_step(town: Town) -> None:
    town.order(work_day(9) - timedelta(days=9))
    steps = [step for step in town.climb(work_day(10)) if "street" in step.told.split()]
    town.send(LATER)
    sent = next(
        line for line in town.lines("escalated") if line.unit == town.street and not line.receipt.startswith("with")
    )
    channel = Channel("平台", ChannelKind.WEBHOOK, town.receiver.url, secret="一把足够长的钥匙", timeout_seconds=2)
    answered = channel.answered
    for word, state in ((answered.delivered, NoticeState.DELIVERED), (answered.read, NoticeState.READ)):
        body = json.dumps({answered.notice: sent.notice, answered.state: word}).encode()
        assert take(town.desk.district, Channels((channel,)), channel, body)
        for step in steps:
            assert (town.street, state) in town.facts(step.id)


@pytest.mark.allowed_log("notice failed")
def test_where_a_message_of_several_steps_cannot_be_sent_each_of_them_failed(town: Town) -> None:
    town.order(work_day(9) - timedelta(days=9))
    steps = [step for step in town.climb(work_day(10)) if "street" in step.told.split()]
    town.receiver.status = 500
    town.send(LATER)
    assert all((town.street, NoticeState.FAILED) in town.facts(step.id) for step in steps)


def test_a_step_that_the_desk_wrote_first_is_told_too_and_only_once(town: Town) -> None:
    now = work_day(10)
    said = town.order(now - timedelta(minutes=45))
    with town.desk.district.read() as conn:
        ladder = rules_of(conn, said, now.date()).rungs("other", "blue")
        calendar = calendar_at(conn, now.date())
    state = fold_order(said, [])
    (due,) = escalations_due(said, state, running_of(said, state), ladder, calendar, now)
    assert town.desk.reasons(step_of(due, said, town.desk.made(at=now), ())) == [""]
    assert town.units("escalated") == {"局", "社区"}
    before = len(town.lines("escalated"))
    assert len(town.climb(now)) == 1
    assert len(town.lines("escalated")) == before


def test_what_is_counted_in_duty_time_is_told_in_duty_time_alone(town: Town) -> None:
    late = work_day(9) - timedelta(days=9)
    said = town.order(late)
    night = work_day(23) - timedelta(minutes=1)
    steps = town.climb(night)
    assert steps
    assert all("working_days" not in step.rung for step in steps), "the district waits for the morning"
    # A desk wrote it in duty time and had no network until night.
    with town.desk.district.read() as conn:
        ladder = rules_of(conn, said, night.date()).rungs("other", "blue")
        calendar = calendar_at(conn, night.date())
    state, noon = fold_order(said, [], steps), work_day(12) - timedelta(hours=1)
    due = escalations_due(said, state, running_of(said, state), ladder, calendar, noon)
    assert [e.rung for e in due] == ["after 1 working_days escalate", "after 5 working_days criticise"]
    with town.desk.district.write() as conn:
        tell_step(conn, said, step_of(due[0], said, town.desk.made(at=noon), ()), town.desk.unit, night)
    (first, *_) = [line for line in town.lines("escalated") if line.about == due[0].id]
    at = first.due_at
    assert at is not None
    assert (at.astimezone(BEIJING).hour, at > night) == (9, True)
    assert all(line.due_at == first.due_at for line in town.lines("escalated") if line.about == due[0].id)


@pytest.mark.parametrize("kind", [OrderStepKind.SUSPENDED, OrderStepKind.CLOSED, OrderStepKind.MERGED])
def test_nobody_is_urged_about_an_order_that_was_stopped_meanwhile(town: Town, kind: OrderStepKind) -> None:
    now = work_day(10)
    said = town.order(now - timedelta(days=3))
    assert town.climb(now)
    into = town.order(now, number="(2026)凤凰发令第2号").id if kind is OrderStepKind.MERGED else ""
    stop = OrderStep(
        id=new_id("order_step"), made=said.made, kind=kind, order=said.id, happened_at=now, text="住院", into=into
    )
    assert town.desk.reasons(stop) == [""]
    told = town.send(LATER)
    assert "escalated" not in {kind for kind, _ in told}
    assert {line.state.value for line in town.lines("escalated")} == {"dropped"}


def test_whom_the_rules_name_at_issue_is_told_at_once(town: Town) -> None:
    said = town.order(work_day(10), "red")
    assert (town.units("copy"), town.units("leader"), town.units("order")) == ({"街道", "区"}, {"局"}, {"局"})
    told = dict(town.send(LATER))
    assert "请值班人员立即报告" in told["leader"]
    assert "抄告" in told["copy"]
    assert (town.street, NoticeState.SENT) in town.facts(said.id)


def test_the_streets_copy_reaches_the_street_whatever_the_rules_say(town: Town) -> None:
    said = town.order(work_day(10), "blue", street_copy=town.street)
    assert (town.units("copy"), town.units("leader")) == ({"街道"}, set())
    (line,) = town.lines("copy")
    assert line.about == said.id
    solved = reply(town.desk.made(), said, ReplyKind.RESOLVED, text="好")
    assert town.desk.reasons(solved) == [""]
    assert [kind for kind, _ in town.send(LATER)] == ["copy"], "solved overnight: still a copy"


def test_where_the_tree_has_no_street_the_district_is_told(district_store: DistrictStore) -> None:
    with gateway() as receiver, district_store.read() as conn:
        root = district(conn).unit
        desk = enrol_desk(district_store, "独立社区")
        department = admin.add_department(district_store, "区城管局", Level.DISTRICT, "")
        secretary = admin.add_staff(district_store, "李书记", desk.unit, [Role.ISSUING_SECRETARY])
        here = Town(desk, "", root, department, secretary, receiver)
        here.order(work_day(10), "yellow")
        assert here.units("copy") == {"区"}


def test_an_emergency_order_that_nobody_ratified_asks_its_secretary(town: Town) -> None:
    now = work_day(10)
    said = town.order(
        now - timedelta(hours=30),
        emergency=True,
        ratifier=town.secretary,
        ratifier_name="李书记",
        ratify_by=now - timedelta(hours=6),
    )
    town.climb(now)
    (line,) = town.lines("ratify")
    assert line.unit == town.desk.unit
    assert any(kind == "ratify" and said.number in text for kind, text in town.send(LATER))


def test_an_objection_waits_for_the_street_until_somebody_ruled(town: Town) -> None:
    said = town.order(work_day(10))
    objects = reply(town.desk.made(), said, ReplyKind.OBJECTION, text="非我局职责", rule_cited="第三条")
    assert town.desk.reasons(objects) == [""]
    assert town.units("objected") == {"街道"}
    assert any(kind == "objected" and "区住房和建设局" in text for kind, text in town.send(LATER))


def on_the_list(town: Town, *posts: tuple[str, str]) -> None:
    """Put the department's list of who is on duty: post and number of each, at all hours."""
    shifts = tuple(DutyShift(name=f"值班{n}", post=post, telephone=number) for n, (post, number) in enumerate(posts))
    with town.desk.district.read() as conn:
        former = next((one.id for one in rosters(conn) if one.department == town.department), "")
    replace_roster(town.desk.district, town.department, shifts, "", former, WEDNESDAY)


def texts(town: Town, at: datetime) -> list[tuple[str, str, str]]:
    """Send text messages to the department at ``at``; returns number, kind and text of each."""
    before = len(town.receiver.told)
    body = {"to": "{telephone}", "kind": "{kind}", "text": "{text}"}
    units = ("区住房和建设局",)  # the others have no number
    channel = Channel("短信", ChannelKind.SMS, town.receiver.url, units=units, body=body, timeout_seconds=2)
    sends = Courier(town.desk.district, Channels((channel,)), "https://district.example", lambda: at)
    while sends.look() or sends._under_way:
        for each in sends._under_way:
            each.result()
        sends._under_way.clear()
    sends.end()
    return [(one.json["to"], one.json["kind"], one.json["text"]) for one in town.receiver.told[before:]]


OFFICER, LEADING = "13800000001", "13800000002"


def test_a_leader_of_whom_the_directory_has_a_number_is_told_himself(town: Town) -> None:
    on_the_list(town, ("带班领导", LEADING), ("科员", OFFICER))
    said = town.order(work_day(9) - timedelta(days=9), "red")
    steps = town.climb(work_day(10))
    for_leader = [step for step in steps if "leader" in step.told.split() and step.department == town.department]
    assert for_leader
    told = texts(town, LATER)
    assert {to for to, kind, _ in told if kind == "order"} == {OFFICER}, "the officer answers, whoever stands first"
    assert [(to, text.split("，")[0]) for to, kind, text in told if kind == "leader"] == [
        (LEADING, f"发令单{said.number}：请贵部门领导知悉")
    ]
    to_leader = [text for to, kind, text in told if kind == "escalated" and to == LEADING]
    assert len(to_leader) == 1, "of all steps at once"
    assert "请一并报告部门领导" not in to_leader[0]
    assert sum("请一并报告部门领导" in text for to, kind, text in told if to == OFFICER) == 1
    with town.desk.district.read() as conn:
        said_of = [decode(sealed) for sealed in of_kind(conn, "notice")]
    assert {one.staff for one in said_of if isinstance(one, Notice)} == {""}, "nobody's number or name travels"


def test_without_a_leader_in_the_directory_the_officer_reports_as_before(town: Town) -> None:
    on_the_list(town, ("科员", OFFICER))
    town.order(work_day(9) - timedelta(days=9), "red")
    town.climb(work_day(10))
    told = texts(town, LATER)
    assert {to for to, kind, _ in told if kind == "leader"} == {OFFICER}
    assert any("请值班人员立即报告" in text for _, _, text in told)
    assert any("请一并报告部门领导" in text for to, _, text in told if to == OFFICER)


def test_a_leader_alone_on_the_list_is_told_once(town: Town) -> None:
    on_the_list(town, ("值班领导", LEADING))
    town.order(work_day(9) - timedelta(days=9), "red")
    town.climb(work_day(10))
    told = texts(town, LATER)
    assert [to for to, kind, _ in told if kind == "escalated"] == [LEADING]


def test_a_leader_who_left_before_it_was_sent_is_stood_for_by_the_officer(town: Town) -> None:
    on_the_list(town, ("带班领导", LEADING), ("科员", OFFICER))
    town.order(work_day(10), "red")
    (line,) = town.lines("leader")
    with town.desk.district.write() as conn:
        split(conn, line, [("短信", LEADS)], WEDNESDAY)
    on_the_list(town, ("科员", OFFICER))
    assert [(to, "请值班人员立即报告" in text) for to, kind, text in texts(town, LATER) if kind == "leader"] == [
        (OFFICER, True)
    ]
