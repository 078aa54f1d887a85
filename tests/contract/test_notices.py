"""Notices over both databases, by real requests to a real receiver: kept with the order, sent, tried again, read."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest

from sync.protocol.codec import decode
from sync.records.duty_rosters import DutyRoster, DutyShift
from sync.records.kinds import STAFF_PREFIX, new_id, new_identity
from sync.records.notices import Notice, NoticeState
from sync.records.orders import DispatchOrder, ReplyKind
from sync.records.record import Made
from sync.records.threats import ThreatEvent, ThreatStep
from sync.records.times import BEIJING
from sync.records.units import Level, Role, StaffMember, role_fields
from sync.server import admin
from sync.server.notices.callbacks import take
from sync.server.notices.channels import Answered, Channel, ChannelKind, Channels
from sync.server.notices.courier import Courier
from sync.server.notices.facts import say_read
from sync.server.notices.senders import KEY, SIGNATURE, TIME, signature
from sync.server.notices.whom import people_of
from sync.server.store.check import check
from sync.server.store.notices import Line, newest
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, of_kind
from sync.server.store.store import DistrictStore
from sync.server.tree import made_here
from tests.support.district import AT, Desk, enrol_desk, order, reply
from tests.support.gateway import Gateway, gateway

_departments = count(1)
SECRET = "一把足够长的钥匙"
URL = "https://district.example"


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def district_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DistrictStore]:
    """One initialised district on each database: every test has an order and a department of its own."""
    folder, key = tmp_path_factory.mktemp("district"), os.urandom(32)
    url = f"sqlite:///{folder / 'district.db'}"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres_folder"))
    with contextlib.closing(DistrictStore.create(url, key)) as store:
        admin.init(store, folder / "ca.key", "光明区", "http://127.0.0.1")
        yield store


def new_database(postgres: Path) -> str:
    """Make a database for this module."""
    with psycopg.connect(f"host={postgres} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE notices TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    return f"postgresql://postgres@/notices?host={postgres}"


@pytest.fixture
def receiver() -> Iterator[Gateway]:
    with gateway() as made:
        yield made


class Clock:
    """The time of a courier; tests move it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(seconds=1)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **how: float) -> None:
        self.now += timedelta(**how)


def channel(receiver: Gateway, **changes: object) -> Channel:
    given = {"name": "平台", "kind": ChannelKind.WEBHOOK, "url": receiver.url, "secret": SECRET, "timeout_seconds": 1}
    return Channel(**(given | changes))  # type: ignore[arg-type]


def courier(store: DistrictStore, clock: Clock, *channels: Channel, minutes: int = 10) -> Courier:
    return Courier(store, Channels(channels, minutes), URL, clock)


def settle(made: Courier) -> None:
    """Let a courier act until nothing is due."""
    while made.look() or made._under_way:
        for each in made._under_way:
            each.result()
        made._under_way.clear()


def ordered(desk: Desk, **changes: object) -> DispatchOrder:
    """An order that reached the district, to a new department."""
    department = admin.add_department(desk.district, f"区住房和建设局{next(_departments)}", Level.DISTRICT, "")
    made = admin.add_staff(desk.district, f"黄书记{next(_departments)}", desk.unit, [Role.ISSUING_SECRETARY])
    said = order(desk.made(by=made), department, text="王𬱖与物业的纠纷", **changes)
    assert desk.reasons(said) == [""]
    return said


def lines(store: DistrictStore, about: DispatchOrder) -> list[Line]:
    with store.read() as conn:
        return [line for line in newest(conn, 200) if line.about == about.id]


def facts(store: DistrictStore, about: DispatchOrder) -> list[Notice]:
    """What the stations pull, in its order."""
    with store.read() as conn:
        found = [decode(sealed) for sealed in of_kind(conn, "notice")]
    return [each for each in found if isinstance(each, Notice) and each.about == about.id]


def states(store: DistrictStore, about: DispatchOrder) -> list[NoticeState]:
    return [each.state for each in facts(store, about)]


def test_an_order_is_told_with_its_number_and_nothing_of_its_parties(
    district_store: DistrictStore, receiver: Gateway
) -> None:
    desk = enrol_desk(district_store)
    said = ordered(desk)
    (waits,) = lines(district_store, said)
    assert (waits.about, waits.unit, waits.state.value) == (said.id, said.departments[0], "waiting")
    settle(courier(district_store, Clock(), channel(receiver)))
    (told,) = receiver.told
    assert told.json["number"] == said.number
    assert told.json["link"] == f"{URL}/orders/{said.id}"
    assert said.number in told.json["text"]
    assert set(told.json) == {"notice", "kind", "number", "due", "link", "text"}
    for word in ("王𬱖", "物业", said.subject, said.issuer_name):
        assert word not in told.body.decode()
    assert told.headers[SIGNATURE.lower()] == signature(SECRET, told.headers[TIME.lower()], told.body)
    assert told.headers[KEY.lower()] == told.json["notice"]
    (fact,) = facts(district_store, said)
    assert (fact.about, fact.unit, fact.state) == (said.id, said.departments[0], NoticeState.SENT)
    assert (lines(district_store, said)[0].receipt, fact.channel) == ("r-1", "平台")
    assert check(district_store) == {}


def test_the_same_page_again_makes_no_second_message(district_store: DistrictStore, receiver: Gateway) -> None:
    desk = enrol_desk(district_store)
    said = ordered(desk)
    desk.push(said)
    assert len(lines(district_store, said)) == 1
    settle(courier(district_store, Clock(), channel(receiver)))
    assert len(receiver.told) == 1


@pytest.mark.allowed_log("notice (not taken|failed)")
def test_a_failing_receiver_is_tried_again_under_the_same_key_and_then_the_desk_is_told(
    district_store: DistrictStore, receiver: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    said = ordered(enrol_desk(district_store))
    clock = Clock()
    sends = courier(district_store, clock, channel(receiver))
    receiver.status = 500
    settle(sends)
    clock.pass_by(seconds=2)
    receiver.status = 302  # nothing is followed anywhere
    settle(sends)
    assert states(district_store, said) == []
    clock.pass_by(minutes=11)
    settle(sends)
    keys = {told.headers[KEY.lower()] for told in receiver.told}
    assert (len(receiver.told), len(keys)) == (3, 1)
    (fact,) = facts(district_store, said)
    assert (fact.state, fact.text) == (NoticeState.FAILED, "status 302")
    assert "王𬱖" not in caplog.text


@pytest.mark.allowed_log("notice (not taken|failed)")
def test_a_receiver_that_came_back_gets_it(district_store: DistrictStore, receiver: Gateway) -> None:
    said = ordered(enrol_desk(district_store))
    clock = Clock()
    sends = courier(district_store, clock, channel(receiver))
    receiver.mute = True
    began = time.monotonic()
    settle(sends)
    assert time.monotonic() - began < 5, "a receiver that says nothing is left after its seconds"
    receiver.mute = False
    clock.pass_by(seconds=2)
    settle(sends)
    assert states(district_store, said) == [NoticeState.SENT]


def test_what_nobody_reads_in_time_is_said_to_the_desk_once(district_store: DistrictStore, receiver: Gateway) -> None:
    said = ordered(enrol_desk(district_store))
    clock = Clock()
    sends = courier(district_store, clock, channel(receiver), channel(receiver, name="短信"))
    settle(sends)
    clock.pass_by(minutes=9)
    settle(sends)
    assert set(states(district_store, said)) == {NoticeState.SENT}
    clock.pass_by(minutes=2)
    settle(sends)
    assert NoticeState.UNREAD in states(district_store, said)
    clock.pass_by(minutes=60)
    settle(sends)
    assert states(district_store, said).count(NoticeState.UNREAD) == 2, "one for each message, and no more"


def test_what_was_read_by_one_way_is_unread_by_none(district_store: DistrictStore, receiver: Gateway) -> None:
    said = ordered(enrol_desk(district_store))
    clock = Clock()
    sends = courier(district_store, clock, channel(receiver), channel(receiver, name="短信"))
    settle(sends)
    with district_store.write() as conn:
        say_read(conn, said.id, said.departments[0], clock.now)
    with district_store.write() as conn:
        say_read(conn, said.id, said.departments[0], clock.now)
    clock.pass_by(minutes=11)
    settle(sends)
    assert states(district_store, said) == [NoticeState.SENT, NoticeState.SENT, NoticeState.READ]


def test_an_order_that_was_taken_back_is_told_to_nobody(district_store: DistrictStore, receiver: Gateway) -> None:
    desk = enrol_desk(district_store)
    said = ordered(desk)
    back = reply(desk.made(by=said.issuer), said, ReplyKind.CANCELLED, witnessed=True)
    assert desk.reasons(back) == [""]
    settle(courier(district_store, Clock(), channel(receiver)))
    assert receiver.told == []
    assert [line.state.value for line in lines(district_store, said)] == ["dropped"]


@pytest.mark.allowed_log("notice (not taken|failed)")
def test_where_no_channel_reaches_a_department_the_desk_is_told_at_once(
    district_store: DistrictStore, receiver: Gateway
) -> None:
    said = ordered(enrol_desk(district_store))
    settle(courier(district_store, Clock(), channel(receiver, units=("别的局",))))
    (fact,) = facts(district_store, said)
    assert (fact.state, fact.text) == (NoticeState.FAILED, "no_channel")


def test_a_text_message_goes_to_the_officer_on_duty(district_store: DistrictStore, receiver: Gateway) -> None:
    said = ordered(enrol_desk(district_store))
    by_day = DutyShift(name="周明", telephone="13700000001", since="00:00", until="12:00")
    by_night = DutyShift(name="吴亮", telephone="13700000002", since="12:00", until="00:00")
    with district_store.write() as conn:
        made = made_here(conn, AT)
        roster = {"department": said.departments[0], "shifts": (by_day, by_night)}
        add_own(conn, DutyRoster(id=new_id("duty_roster"), made=made, **roster), EVERYONE, AT)  # type: ignore[arg-type]
    clock = Clock()
    body = {"to": "{telephone}", "text": "{text}"}
    settle(courier(district_store, clock, channel(receiver, kind=ChannelKind.SMS, body=body)))
    morning = clock.now.astimezone(BEIJING).hour < 12
    assert [one.json["to"] for one in receiver.told] == ["13700000001" if morning else "13700000002"]


def test_two_servers_send_each_message_once(district_store: DistrictStore, receiver: Gateway) -> None:
    desk = enrol_desk(district_store)
    first = ordered(desk)
    others = [
        order(first.made, first.departments[0], number=f"(2026)凤凰发令第{n}号", issuer=first.issuer)
        for n in range(2, 14)
    ]
    assert set(desk.reasons(*others)) == {""}
    clock = Clock()
    both = [courier(district_store, clock, channel(receiver)) for _ in range(2)]
    start = threading.Barrier(2)

    def run(one: Courier) -> None:
        start.wait()
        for _ in range(6):
            settle(one)

    threads = [threading.Thread(target=run, args=(one,)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [one.json["notice"] for one in receiver.told]
    assert len(told) == len(set(told)) == 13
    assert [states(district_store, one) for one in (first, *others)] == [[NoticeState.SENT]] * 13


def test_a_message_whose_sender_died_is_sent_again_under_the_same_key(
    district_store: DistrictStore, receiver: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ordered(enrol_desk(district_store))
    clock = Clock()
    dies = courier(district_store, clock, channel(receiver))

    def gone(*_: object, **__: object) -> None:
        raise SystemExit

    monkeypatch.setattr("sync.server.notices.courier.settle", gone)  # it sends, and is gone before it notes that
    for _ in range(2):
        dies.look()
        for each in dies._under_way:
            each.exception()
    monkeypatch.undo()
    assert len(receiver.told) == 1
    again = courier(district_store, clock, channel(receiver))
    settle(again)
    assert len(receiver.told) == 1, "claimed: nobody takes it yet"
    clock.pass_by(seconds=60)
    settle(again)
    assert [one.headers[KEY.lower()] for one in receiver.told] == [receiver.told[0].json["notice"]] * 2
    assert states(district_store, said) == [NoticeState.SENT]


def test_gateways_tell_what_became_of_it_by_our_key_or_by_their_own(
    district_store: DistrictStore, receiver: Gateway
) -> None:
    said = ordered(enrol_desk(district_store))
    clock = Clock()
    words = Answered(notice="", receipt="msgid", state="status", delivered="DELIVRD", read="READ")
    by = channel(receiver, answered=words)
    every, receiver.answer = Channels((by,)), b'{"receipt": 20261129}'
    settle(courier(district_store, clock, by))

    def told(**body: str) -> bool:
        return take(district_store, every, by, json.dumps(body).encode())

    assert not told(msgid="another", status="DELIVRD")
    assert not told(msgid="20261129", status="LOST")
    assert told(msgid="20261129", status="DELIVRD")
    assert told(msgid="20261129", status="DELIVRD"), "said twice it is known, and nothing more"
    assert told(msgid="20261129", status="READ")
    assert told(msgid="20261129", status="DELIVRD"), "late words change nothing"
    assert states(district_store, said) == [NoticeState.SENT, NoticeState.DELIVERED, NoticeState.READ]
    assert {fact.about for fact in facts(district_store, said)} == {said.id}


def test_a_call_for_help_reaches_those_who_work_there_but_not_who_called(
    district_store: DistrictStore, receiver: Gateway
) -> None:
    desk = enrol_desk(district_store, f"圳美社区{next(_departments)}")
    for name, telephone in (("站长", "13800000001"), ("咨询师", "13800000002"), ("无号", "")):
        staff = new_identity(STAFF_PREFIX)
        member = {"staff": staff, "name": name, "unit": desk.unit, "roles": (Role.REGISTRAR,), "telephone": telephone}
        made = desk.made(by=boss(desk))
        assert desk.reasons(StaffMember(id=new_id("staff_member"), made=made, **member)) == [""]  # type: ignore[arg-type]
    own = new_id("threat_event")
    raised = ThreatEvent(id=own, made=desk.made(), threat=own, step=ThreatStep.RAISED, happened_at=AT, name="王登记")
    assert desk.reasons(raised) == [""]
    body = {"to": "{telephone}", "text": "{text}"}
    ways = channel(receiver, kind=ChannelKind.SMS, body=body), channel(receiver, name="群", about=("threat",))
    sends = courier(district_store, Clock(), *ways)
    settle(sends)
    told = [one.json for one in receiver.told]
    assert sorted(one.get("to", "") for one in told) == ["", "13800000001", "13800000002"]
    assert all("窗口需要协助" in one["text"] and "王登记" not in one["text"] for one in told)
    over = {"id": new_id("threat_event"), "threat": own, "step": ThreatStep.FALSE_ALARM, "text": "误按"}
    assert desk.reasons(ThreatEvent(made=desk.made(), happened_at=AT, **over)) == [""]  # type: ignore[arg-type]
    settle(sends)
    assert sorted(one.json["to"] for one in receiver.told[3:]) == ["13800000001", "13800000002"]
    stranger = enrol_desk(district_store, f"别处{next(_departments)}", "钱登记")
    said = {"id": new_id("threat_event"), "threat": own, "step": ThreatStep.OVER}
    foreign = ThreatEvent(made=stranger.made(), happened_at=AT, **said)  # type: ignore[arg-type]
    assert stranger.reasons(foreign) == ["protocol.out_of_scope"]


def boss(desk: Desk) -> str:
    return admin.add_staff(desk.district, f"负责人{next(_departments)}", desk.unit, [Role.STATION_LEAD])


def test_a_station_says_of_a_notice_only_that_it_telephoned_and_only_of_its_own_orders(
    district_store: DistrictStore,
) -> None:
    desk = enrol_desk(district_store)
    stranger = enrol_desk(district_store, "甲子塘社区", "钱登记")
    said = ordered(desk)

    def call(who: Made, state: NoticeState = NoticeState.CALLED) -> Notice:
        return Notice(
            id=new_id("notice"),
            made=who,
            about=said.id,
            unit=said.departments[0],
            state=state,
            happened_at=who.at,
            name="值班员",
        )

    assert desk.reasons(call(desk.made()), call(desk.made(), NoticeState.NOT_REACHED)) == ["", ""]
    assert desk.reasons(call(desk.made(), NoticeState.READ)) == ["protocol.not_yours"]
    assert stranger.reasons(call(stranger.made())) == ["protocol.out_of_scope"]


def test_the_lead_and_the_counsellor_are_told_first(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store, f"圳美社区{next(_departments)}")
    told = []
    for name, roles in (("甲", (Role.REGISTRAR,)), ("陈静", (Role.COUNSELLOR,)), ("乙", (Role.STATION_LEAD,))):
        known, further = role_fields(roles)
        staff, by = new_identity(STAFF_PREFIX), boss(desk)
        member = {"staff": staff, "name": name, "unit": desk.unit, "roles": known, "further": further}
        made = {"id": new_id("staff_member"), "made": desk.made(by=by), "telephone": "13800000001"}
        assert desk.reasons(StaffMember(**made, **member)) == [""]  # type: ignore[arg-type]
        told.append(staff)
    registrar, counsellor, lead = told
    with district_store.read() as conn:
        assert people_of(conn, desk.unit) == [lead, counsellor, registrar]
        assert people_of(conn, desk.unit, but=lead) == [counsellor, registrar]
