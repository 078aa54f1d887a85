"""The timeline of a matter tells every visit, step, order and reply in the order of time, with who and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from desktop.actions.escalations import escalate_due
from desktop.actions.notices import note_call
from desktop.actions.order_replies import witness_reply
from desktop.actions.order_steps import add_order_step
from desktop.actions.orders import issue_order, order_draft
from desktop.store.links import order_steps_of, replies_of
from desktop.store.units import units
from desktop.ui.stories.matters import matter_story
from desktop.ui.stories.order_events import reply_events
from desktop.ui.stories.orders import order_story
from desktop.ui.stories.parts import in_time
from resources import wording
from sync.records.kinds import new_id
from sync.records.notices import Notice, NoticeState
from sync.records.order_ladder import rung_read
from sync.records.record import Made
from sync.records.units import Level
from tests.system.actions.conftest import Station
from tests.system.actions.test_steps import matter, step  # noqa: F401 a fixture

ABOVE = (Level.STREET, Level.DISTRICT)
HOUSING = "区住房和建设局"


def test_a_matter_tells_what_came_of_its_orders(station: Station, matter: str) -> None:  # noqa: F811
    words, department = wording("zh"), station.units["区住房和建设局"]
    station.clock.later(minutes=5)
    step(station, matter, kind="accepted")
    station.clock.later(minutes=5)
    draft = order_draft(station.secretary, matter) | {"departments": [department], "grade": "yellow"}
    order = issue_order(station.secretary, matter, draft)
    for kind, more in (
        ("signed", {}),
        ("reported_in", {"officer": "陈科", "how": "seen"}),
        ("resolved", {"text": "已修"}),
    ):
        station.clock.later(minutes=5)
        given = {"department": department, "kind": kind, "happened_at": station.clock.at.isoformat(), **more}
        witness_reply(station.desk, order.id, station.draft("reply", **given))
    with station.store.read() as reader:
        events = matter_story(words, station.clock, reader, matter).events
        replies = replies_of(reader, order.id)
    told = [event.title for event in reversed(events)]
    found = [next(t for t in told if word in t) for word in ("来访", "受理", "发令单", "签收", "报到", "化解")]
    assert [told.index(t) for t in found] == sorted(told.index(t) for t in found)
    assert all(order.number in f"{e.title} {e.when}" for e in list(reversed(events))[2:6])
    assert all(event.when[:16] == f"{event.when[:10]} {event.when[11:16]}" for event in events)
    whens = "".join(event.when for event in events)
    assert "李文静" in whens
    assert "黄志远" in whens
    assert {event.link for event in events if "报到" in event.title} == {order.id}
    elsewhere = [replace(r, happened_at=r.happened_at.astimezone(UTC)) if n == 1 else r for n, r in enumerate(replies)]
    same = in_time(reply_events(words, elsewhere, {}, {}))
    assert [e.title for e in same] == [e.title for e in in_time(reply_events(words, replies, {}, {}))]


def test_an_order_tells_its_two_clocks(station: Station, matter: str) -> None:  # noqa: F811
    words, department = wording("zh"), station.units["区住房和建设局"]
    draft = order_draft(station.secretary, matter) | {"departments": [department], "grade": "yellow"}
    order = issue_order(station.secretary, matter, draft)

    def told() -> str:
        with station.store.read() as reader:
            return dict(order_story(words, station.clock, reader, order.id).facts)["区住房和建设局"]

    station.clock.later(minutes=20)
    assert "发令至今20分钟" in told()
    assert "签收已" not in told()
    given = {"department": department, "kind": "signed", "happened_at": station.clock.at.isoformat()}
    witness_reply(station.desk, order.id, station.draft("reply", **given))
    station.clock.later(minutes=15)
    assert "发令至今35分钟 · 签收至今15分钟（自签收起算应于2026-03-08 12:20前化解）" in told()
    given |= {"kind": "resolved", "text": "已修", "happened_at": station.clock.at.isoformat()}
    witness_reply(station.desk, order.id, station.draft("reply", **given))
    assert "发令至今" not in told()


def test_an_escalation_says_who_was_really_told(station: Station, matter: str) -> None:  # noqa: F811
    words, department = wording("zh"), station.units["区住房和建设局"]
    draft = order_draft(station.secretary, matter) | {"departments": [department], "grade": "red"}
    order = issue_order(station.secretary, matter, draft)
    station.clock.later(days=2)
    escalate_due(station.desk)
    with station.store.read() as reader:
        steps = [s for s in order_steps_of(reader, order.id) if "street" in s.told.split()]
        street, district = (next(u for u in units(reader).values() if u.level is level) for level in ABOVE)

    def told() -> str:
        with station.store.read() as reader:
            return " ".join(event.text for event in order_story(words, station.clock, reader, order.id).events)

    assert "应告知责任部门、部门领导、街道；区级平台还没有回告是否通知" in told()
    assert street.name not in told()
    with station.store.write() as work:
        for unit, state in ((street, NoticeState.SENT), (street, NoticeState.READ), (district, NoticeState.FAILED)):
            made = Made(by="", unit=district.unit, store="sto_district", at=station.clock.at)
            said = {"about": steps[0].id, "unit": unit.unit, "state": state, "happened_at": station.clock.at}
            work.add(Notice(id=new_id("notice"), made=made, **said))
    assert f"区级平台已通知：{street.name}（已读）、{district.name}（未发成）" in told()


def given(station: Station, matter: str) -> str:  # noqa: F811
    draft = order_draft(station.secretary, matter) | {"departments": [station.units[HOUSING]], "grade": "yellow"}
    return issue_order(station.secretary, matter, draft).id


def told(station: Station, order: str) -> list[tuple[str, str]]:
    """When and who, and what, of each line of an order's pane, the first first."""
    with station.store.read() as reader:
        story = order_story(wording("zh"), station.clock, reader, order)
    return [(event.when, event.title) for event in reversed(story.events)]


def test_each_line_says_who_it_was(station: Station, matter: str) -> None:  # noqa: F811
    order = given(station, matter)
    station.clock.later(minutes=5)
    said = {"kind": "suspended", "text": "等鉴定", "happened_at": station.clock.at.isoformat()}
    add_order_step(station.secretary, order, station.draft("order_step", **said))
    station.clock.later(minutes=5)
    seen = {"department": station.units[HOUSING], "kind": "reported_in", "officer": "陈科", "how": "seen"}
    witness_reply(station.desk, order, station.draft("reply", **seen, happened_at=station.clock.at.isoformat()))
    lines = told(station, order)
    who = {title: when.split("  ")[1:] for when, title in lines}
    assert len(who) == len(lines) == 4
    assert (who["签发"], who["暂停"]) == (["黄志远"], ["黄志远"])
    assert who["区住房和建设局 · 报到"] == ["社区现场看到", "李文静"]
    assert all(who.values())
    with station.store.read() as reader:
        events = matter_story(wording("zh"), station.clock, reader, matter).events
    of_matter = {event.title: event.when for event in events}
    assert "黄志远" in of_matter["暂停"]
    assert "李文静" in of_matter["区住房和建设局 · 报到"]


def test_a_step_of_the_ladder_goes_by_its_own_name_and_a_reminder_is_no_escalation(
    station: Station,
    matter: str,  # noqa: F811
) -> None:
    order = given(station, matter)
    station.clock.later(minutes=50)
    escalate_due(station.desk)
    reminders = [(when, title) for when, title in told(station, order) if "提醒" in title]
    assert reminders
    assert all("系统按限期" in when and "期限前" in title and "提级" not in title for when, title in reminders)
    assert badges(station, order) == []
    station.clock.later(days=12, hours=3)  # past five days of work after the end, in hours of duty
    escalate_due(station.desk)
    lines = [title for _, title in told(station, order)]
    up = sum(title.startswith("提级") for title in lines)
    urged = sum(title.startswith(("催办", "通报")) for title in lines)
    assert up
    assert urged
    assert badges(station, order) == [f"已催办、通报 {urged} 次", f"已提级 {up} 次"]


def badges(station: Station, order: str) -> list[str]:
    with station.store.read() as reader:
        statuses = order_story(wording("zh"), station.clock, reader, order).statuses
    return [status.text for status in statuses if status.text.startswith("已催办") or "提级" in status.text]


def test_how_far_a_notice_came_and_who_telephoned_stand_in_the_order_s_line(station: Station, matter: str) -> None:  # noqa: F811
    order, department = given(station, matter), station.units[HOUSING]
    with station.store.write() as work:
        made = Made(by="", unit=department, store="sto_district", at=station.clock.at)
        for minutes, state in enumerate(
            (NoticeState.SENT, NoticeState.DELIVERED, NoticeState.DELIVERED, NoticeState.UNREAD)
        ):
            at = station.clock.at + timedelta(minutes=minutes)
            work.add(
                Notice(
                    id=new_id("notice"), made=made, about=order, unit=department, state=state, happened_at=at,
                    channel="短信",
                )
            )  # fmt: skip
    station.clock.later(minutes=20)
    call = {"state": "called", "name": "值班陈科", "text": "已知悉"}
    note_call(station.desk, order, department, station.draft("call", **call))
    lines = told(station, order)[-4:]
    assert [(when.split("  ")[1], title) for when, title in lines] == [
        ("区级平台", "已发出 · 区住房和建设局 · 短信"),
        ("区级平台", "已送达 · 区住房和建设局 · 短信"),
        ("区级平台", "限时内未读 · 区住房和建设局 · 短信"),
        ("李文静", "已电话告知 · 区住房和建设局"),
    ]
    with station.store.read() as reader:
        titles = [event.title for event in matter_story(wording("zh"), station.clock, reader, matter).events]
    assert "已电话告知 · 区住房和建设局" in titles
    assert not [title for title in titles if "短信" in title]


@pytest.mark.parametrize("rung", ["after 1 working_days escalate", "before 15 minutes remind"])
def test_the_name_of_a_rung_is_read_as_it_was_written(rung: str) -> None:
    read = rung_read(rung)
    assert read is not None
    assert f"{'before' if read.before else 'after'} {read.length} {read.step.value}" == rung


@pytest.mark.parametrize(
    "rung", ["", "ratify", "later 1 days urge", "after one days urge", "after 1 moons urge", "after 1 days sing"]
)
def test_what_is_no_rung_of_ours_is_said_to_be_none(rung: str) -> None:
    assert rung_read(rung) is None
