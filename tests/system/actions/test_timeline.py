"""The timeline of a matter tells every visit, step, order and reply in the order of time, with who and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from desktop.actions.escalations import escalate_due
from desktop.actions.order_replies import witness_reply
from desktop.actions.orders import issue_order, order_draft
from desktop.store.links import order_steps_of, replies_of
from desktop.store.units import units
from desktop.ui.stories.matters import matter_story
from desktop.ui.stories.orders import order_story, reply_events
from desktop.ui.stories.parts import in_time
from resources import wording
from sync.records.kinds import new_id
from sync.records.notices import Notice, NoticeState
from sync.records.record import Made
from sync.records.units import Level
from tests.system.actions.conftest import Station
from tests.system.actions.test_steps import matter, step  # noqa: F401 a fixture

ABOVE = (Level.STREET, Level.DISTRICT)


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
    same = in_time(reply_events(words, elsewhere, {}))
    assert [e.title for e in same] == [e.title for e in in_time(reply_events(words, replies, {}))]


def test_an_order_tells_its_two_clocks(station: Station, matter: str) -> None:  # noqa: F811
    words, department = wording("zh"), station.units["区住房和建设局"]
    draft = order_draft(station.secretary, matter) | {"departments": [department], "grade": "yellow"}
    order = issue_order(station.secretary, matter, draft)

    def told() -> str:
        with station.store.read() as reader:
            return dict(order_story(words, station.clock, reader, order.id).facts)["区住房和建设局"]

    station.clock.later(minutes=20)
    assert "发令已20分钟" in told()
    assert "签收已" not in told()
    given = {"department": department, "kind": "signed", "happened_at": station.clock.at.isoformat()}
    witness_reply(station.desk, order.id, station.draft("reply", **given))
    station.clock.later(minutes=15)
    assert "发令已35分钟 · 签收已15分钟（自签收起算应于2026-03-08 12:20前化解）" in told()
    given |= {"kind": "resolved", "text": "已修", "happened_at": station.clock.at.isoformat()}
    witness_reply(station.desk, order.id, station.draft("reply", **given))
    assert "发令已" not in told()


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
