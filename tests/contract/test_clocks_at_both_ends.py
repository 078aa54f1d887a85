"""The same events give the same deadlines at station and district: drawn histories of orders, at both ends of a line.

Two desks of a station (real stores, real verbs) and a district (either database) exchange by real messages. The
district publishes dispatch rules and calendars, its departments answer, object and get rulings; the desks issue by
paper and by telephone, suspend, resume and witness, each without seeing what the other does meanwhile. Once everybody
has exchanged, every clock that one end lists is at the other, with the same end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.actions.desk import Desk as AtDesk
from desktop.actions.matters import open_matter
from desktop.actions.open_items import all_open
from desktop.actions.order_replies import witness_reply
from desktop.actions.order_steps import add_order_step, step_draft
from desktop.actions.orders import issue_order, order_draft
from desktop.forms.matters import MATTER_FORM
from desktop.forms.orders import REPLY_FORM
from desktop.forms.questions import fresh
from desktop.session import Session
from desktop.store.links import state_of_order
from resources import read_text
from sync.client import day_end
from sync.records.believed import Believed
from sync.records.calendars import Calendar
from sync.records.errors import Refused, RuleBroken
from sync.records.folds import fold_order
from sync.records.kinds import new_id
from sync.records.open_clocks import OpenClock, order_clocks
from sync.records.order_due import Limit, limit_of
from sync.records.order_ladder import escalations_due, running_of
from sync.records.order_steps import OrderStepKind
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.record import Made
from sync.records.rule_tables import FIRST, RuleTable, TableName
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.server import admin
from sync.server.dispatch_rules import rules_of
from sync.server.periods import calendar_at as calendar_there
from sync.server.receipt_keys import ready
from sync.server.secret_files import write_secret
from sync.server.store.order_pages import OrderOnPage, Wanted, orders_by_due, orders_by_number
from sync.server.store.orders import load, near_orders
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, kept, lock_numbers
from sync.server.store.store import DistrictStore
from sync.server.tree import made_here
from tests.support.in_process import RECEIPT_SECRET, Desk, enrol_desk

BASE = datetime(2026, 9, 21, 9, 30, tzinfo=BEIJING)
"""A Monday, ten days before a week of holidays with days of work on its weekends."""
SHIPPED = read_text("dictionaries", "dispatch_rules.toml")
LENGTHS = (
    ("30 minutes", "60 minutes", "24 hours"),
    ("2 hours", "1 days", "5 days"),
    ("90 duty_minutes", "1 working_days", "7 working_days"),
    ("45 minutes", "240 duty_minutes", "3 working_days"),
)
AT = datetime(2027, 3, 1, tzinfo=BEIJING)
"""When the clocks are listed: where they stand by then does not matter here."""


@pytest.fixture(autouse=True)
def desks_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The district signs the time of the computer that the test runs on, and the desks live in September of 2026: what
    a doubted desk dates its orders by is tested elsewhere (system/actions/test_order_time.py).
    """
    monkeypatch.setattr("desktop.actions.order_time.believed_now", lambda _reader, at: Believed(at, at))


@dataclass
class Ends:
    """Both ends, and the time of day at them."""

    district: DistrictStore
    desks: list[Desk]
    secretary: str
    departments: list[str]
    now: datetime = BASE
    tables: int = 0
    orders: list[str] = field(default_factory=list)

    def at_desk(self, at: int) -> AtDesk:
        """The secretary at one of the desks."""
        desk = self.desks[at]
        roles = frozenset({Role.ISSUING_SECRETARY, Role.STATION_LEAD, Role.REGISTRAR})
        return AtDesk(desk.store, Session(self.secretary, "黄志远", roles, desk.unit, "凤凰社区"), lambda: self.now)

    def exchange(self, at: int) -> None:
        """Exchange with the district."""
        desk = self.desks[at]
        day_end.run(desk.journal, desk.district, "test")

    def publish(self, name: TableName, text: str) -> None:
        """Publish a table that holds from the first day on."""
        self.tables += 1
        with self.district.write() as conn:
            lock_numbers(conn)
            table = RuleTable(
                id=new_id("rule_table"),
                made=made_here(conn, self.now),
                name=name.value,
                number=FIRST + self.tables,
                text=text,
                starts_on=date(2026, 9, 1),
            )
            add_own(conn, table, EVERYONE, self.now)

    def said(self, order_id: str, kind: ReplyKind, by: str, department: str, **more: Any) -> None:
        """A department's own word, or a ruling, as the district's pages keep it."""
        with self.district.write() as conn:
            lock_numbers(conn)
            loaded = load(conn, order_id)
            if loaded is None:
                return  # the desk has not exchanged since it issued the order
            reply = OrderReply(
                id=new_id("order_reply"),
                made=Made(by=by, unit=by, store="sto_district", at=self.now),
                order=order_id,
                department=department,
                kind=kind,
                seen=fold_order(*loaded).heads,
                happened_at=self.now,
                **more,
            )
            add_own(conn, reply, kept(conn, [order_id])[order_id].scope, self.now)


def both_ends(district: DistrictStore, folder: Path) -> Ends:
    """Two desks of one station, with a secretary and three departments that they know."""
    write_secret(folder / "receipt.key", RECEIPT_SECRET.hex().encode())
    ready(district, folder / "receipt.key")
    desks = [enrol_desk(folder / name, district, name) for name in ("甲", "乙")]
    departments = [admin.add_department(district, name, Level.DISTRICT, "") for name in ("住建局", "人社局", "城管局")]
    secretary = admin.add_staff(district, "黄志远", desks[0].unit, [Role.ISSUING_SECRETARY])
    ends = Ends(district, desks, secretary, departments)
    for at in range(len(desks)):
        ends.exchange(at)
    return ends


Event = Callable[[Ends], None]
MINUTES = st.integers(0, 12 * 60) | st.integers(0, 9 * 24 * 60)
DESK = st.integers(0, 1)
ORDER = st.integers(0, 2)


@st.composite
def later(draw: st.DrawFn) -> Event:
    gone = timedelta(minutes=draw(MINUTES))

    def act(ends: Ends) -> None:
        ends.now += gone

    return act


@st.composite
def tables(draw: st.DrawFn) -> Event:
    report, arrive, resolve = draw(st.sampled_from(LENGTHS))
    days = sorted(draw(st.lists(st.integers(1, 30), max_size=3, unique=True)))
    off = [[f"2026-{month}-{day:02}"] * 2 for month in ("09", "10") for day in days]
    duty = draw(st.sampled_from(([["09:00", "12:00"], ["14:00", "18:00"]], [["08:30", "17:30"]])))

    def act(ends: Ends) -> None:
        rules = SHIPPED.replace('report = "30 minutes"', f'report = "{report}"\narrive = "{arrive}"', 1)
        ends.publish(TableName.DISPATCH_RULES, rules.replace('resolve = "24 hours"', f'resolve = "{resolve}"', 1))
        ends.publish(
            TableName.CALENDAR,
            f'version = "own"\nfixed = ["10-01"]\nduty = {duty}\n[[year]]\nyear = 2026\noff = {off}\nwork = []\n',
        )

    return act


@st.composite
def issued(draw: st.DrawFn) -> Event:
    at, grade = draw(DESK), draw(st.sampled_from(["red", "red", "blue"]))
    departments = draw(st.lists(st.integers(0, 2), min_size=2, max_size=3, unique=True))
    called = draw(st.lists(st.tuples(st.sampled_from(departments), st.integers(0, 300)), max_size=3))

    def act(ends: Ends) -> None:
        desk = ends.at_desk(at)
        given = {"title": "欠薪", "text": "三个月未付。", "nature": "dispute", "discovered_at": ends.now.isoformat()}
        matter = open_matter(desk, None, fresh(MATTER_FORM, "matter", {**given, "category": "labour"})).id
        calls = [
            {
                "called": ends.departments[place],
                "callee": "值班员",
                "called_at": (ends.now - timedelta(minutes=ago)).isoformat(),
                "read_back": "马上到",
            }
            for place, ago in called
        ]
        draft = order_draft(desk, matter, "issue") | {"departments": [ends.departments[p] for p in departments]}
        ends.orders.append(issue_order(desk, matter, draft | {"grade": grade, "calls": calls, "authority": "授权"}).id)

    return act


@st.composite
def step(draw: st.DrawFn) -> Event:
    kinds = 3 * (OrderStepKind.SUSPENDED, OrderStepKind.RESUMED, OrderStepKind.TELEPHONED)
    kind = draw(st.sampled_from((*kinds, OrderStepKind.MERGED)))
    at, order, place, ago = draw(DESK), draw(ORDER), draw(st.integers(0, 2)), draw(st.integers(0, 60))

    def act(ends: Ends) -> None:
        found, desk = ends.orders[order % len(ends.orders)], ends.at_desk(at)
        said = {"text": "因故", "happened_at": (ends.now - timedelta(minutes=ago)).isoformat(), "into": ends.orders[0]}
        said |= {"department": ends.departments[place], "callee": "值班员", "read_back": "知道了"}
        add_order_step(desk, found, step_draft(desk, found, kind) | said)

    return act


@st.composite
def witnessed(draw: st.DrawFn) -> Event:
    kinds = [ReplyKind.REPORTED_IN, ReplyKind.LEADER_ON_SCENE, ReplyKind.RESOLVED, ReplyKind.EXTENSION_ASKED]
    kind, how = draw(st.sampled_from(kinds)), draw(st.sampled_from(["seen", "seen", "phone"]))
    at, order, place = draw(DESK), draw(ORDER), draw(st.integers(0, 2))

    def act(ends: Ends) -> None:
        said = {"kind": kind.value, "how": how, "officer": "王科长", "post": "科长", "rank": "科级正职"}
        said |= {"department": ends.departments[place], "happened_at": ends.now.isoformat(), "text": "已处理"}
        said["until"] = (ends.now + timedelta(days=3)).isoformat()
        order_id = ends.orders[order % len(ends.orders)]
        witness_reply(ends.at_desk(at), order_id, fresh(REPLY_FORM, "order_reply", said))

    return act


@st.composite
def at_the_district(draw: st.DrawFn) -> Event:
    kinds = [ReplyKind.SIGNED, ReplyKind.REPORTED_IN, ReplyKind.RESOLVED, ReplyKind.OBJECTION, ReplyKind.RULED]
    kind, order, place = draw(st.sampled_from(kinds)), draw(ORDER), draw(st.integers(0, 2))
    days, releases = draw(st.integers(1, 20)), draw(st.booleans())

    def act(ends: Ends) -> None:
        department = ends.departments[place]
        more: dict[str, Any] = {"text": "说明", "rule_cited": "三定规定"}
        if kind is ReplyKind.RULED:
            more = {"text": "裁定", "releases": releases, "until": ends.now + timedelta(days=days)}
        by = "uni_street" if kind is ReplyKind.RULED else department
        ends.said(ends.orders[order % len(ends.orders)], kind, by, department, **more)

    return act


@st.composite
def exchanged(draw: st.DrawFn) -> Event:
    at = draw(DESK)
    return lambda ends: ends.exchange(at)


EVENTS = st.lists(
    st.one_of(
        *(later(), later(), step(), step(), step(), step(), witnessed(), witnessed()),
        *(at_the_district(), at_the_district(), exchanged(), exchanged(), issued(), tables()),
    ),
    min_size=6,
    max_size=30,
)


def play(ends: Ends, history: list[Event]) -> None:
    """Play what was drawn; what a rule forbids at that moment does not happen."""
    for event in history:
        try:
            event(ends)
        except (RuleBroken, Refused):
            ends.now += timedelta(minutes=1)
    for at in (0, 1, 0):
        ends.exchange(at)


def resume(ends: Ends) -> None:
    """One desk resumes whatever rests, so that most orders have clocks to compare."""
    desk = ends.at_desk(1)
    ends.now += timedelta(minutes=90)
    for order_id in ends.orders:
        said = {"text": "恢复", "happened_at": ends.now.isoformat()}
        add_order_step(desk, order_id, step_draft(desk, order_id, OrderStepKind.RESUMED) | said)
    for at in (1, 0):
        ends.exchange(at)


def at_the_station(ends: Ends, at: int) -> dict[tuple[str, str, str], datetime]:
    """Every clock of an order that a desk lists."""
    items = all_open(ends.at_desk(at), AT).items
    return {(item.id, item.clock, item.unit): item.due for item in items if item.id in ends.orders}


def compare(ends: Ends) -> int:
    """See that all three stores list the same clocks; returns how many."""
    with ends.district.read() as conn:
        newest = orders_by_number(conn, Wanted("all"), AT, limit=len(ends.orders))
        there = {on.order.id: on for on in newest}
        by_due = [on.order.id for on in orders_by_due(conn, Wanted("open"), AT, limit=10_000)]
        rules = {on.order.id: rules_of(conn, on.order, AT.date()) for on in newest}
        calendar = calendar_there(conn, AT.date())
        near = near_orders(conn, BASE - timedelta(days=1), AT + timedelta(days=90), "", 100_000)
    assert set(there) == set(ends.orders)
    clocks = {order_id: order_clocks(on.order, on.state) for order_id, on in there.items()}
    district = {(order_id, clock.kind, clock.unit): clock.at for order_id, some in clocks.items() for clock in some}
    for at in range(len(ends.desks)):
        assert at_the_station(ends, at) == district
        _same_orders(ends.at_desk(at), there, calendar, rules)
    running = {order_id for order_id, some in clocks.items() if some}
    assert running <= set(near), "the ladder of each order that runs is climbed"
    ours = [order_id for order_id in by_due if order_id in there]
    assert ours == sorted(running, key=lambda order_id: (_first(clocks[order_id]), order_id))
    return len(district)


def _first(clocks: tuple[OpenClock, ...]) -> datetime:
    return min(clock.at for clock in clocks)


def _same_orders(desk: AtDesk, there: dict[str, OrderOnPage], calendar: Calendar, rules: dict[str, Any]) -> None:
    """The whole of each order's state, each limit met or not, and what the ladder asks for, are the same."""
    with desk.store.read() as reader:
        for order_id, on in there.items():
            order = reader.get(order_id)
            assert isinstance(order, DispatchOrder)
            state = state_of_order(reader, order)
            assert (order, state) == (on.order, on.state)
            for department, part in state.by_department.items():
                limits = [limit_of(order, department, part, limit) for limit in Limit]
                assert limits == [limit_of(on.order, department, on.state.by_department[department], x) for x in Limit]
            ladder = rules[order_id].rungs("labour", order.grade)
            climbed = [
                escalations_due(one, known, running_of(one, known), ladder, calendar, AT)
                for one, known in ((order, state), (on.order, on.state))
            ]
            assert climbed[0] == climbed[1]


def test_the_same_events_give_the_same_deadlines_at_station_and_district(
    district_store: DistrictStore, tmp_path: Path
) -> None:
    ends = both_ends(district_store, tmp_path)
    listed: list[int] = []
    all_exchange: list[Event] = [lambda ends: ends.exchange(0), lambda ends: ends.exchange(1)]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tables(), issued(), EVENTS)
    def any_history(first: Event, order: Event, history: list[Event]) -> None:
        ends.now, ends.orders = BASE, []
        play(ends, [first, *all_exchange, order, *all_exchange, *history])
        compare(ends)
        resume(ends)
        listed.append(compare(ends))

    any_history()
    assert sum(listed) > len(listed), "most histories leave clocks that run"


def test_an_order_with_everything_at_once_is_counted_alike(district_store: DistrictStore, tmp_path: Path) -> None:
    """One history that is told: rules in days of work, two calls, two suspensions, a ruling, at two desks."""
    ends = both_ends(district_store, tmp_path)
    rules = SHIPPED.replace('report = "30 minutes"', 'report = "90 duty_minutes"\narrive = "1 working_days"', 1)
    ends.publish(TableName.DISPATCH_RULES, rules.replace('resolve = "24 hours"', 'resolve = "7 working_days"', 1))
    off = [["2026-09-25", "2026-09-25"], ["2026-10-01", "2026-10-07"]]
    calendar = f'version = "own"\n[[year]]\nyear = 2026\noff = {off}\nwork = ["2026-09-27"]\n'
    ends.publish(TableName.CALENDAR, calendar)
    for at in (0, 1):
        ends.exchange(at)
    desk = ends.at_desk(0)
    given = {"title": "欠薪", "text": "三个月未付。", "nature": "dispute", "discovered_at": ends.now.isoformat()}
    matter = open_matter(desk, None, fresh(MATTER_FORM, "matter", {**given, "category": "labour"})).id
    first, second, third = ends.departments
    told = ((first, BASE - timedelta(minutes=20)), (second, BASE - timedelta(minutes=5)))
    calls = [{"called": d, "callee": "值班员", "called_at": at.isoformat(), "read_back": "到"} for d, at in told]
    draft = order_draft(desk, matter, "issue") | {"departments": ends.departments, "grade": "red", "calls": calls}
    order = issue_order(desk, matter, draft | {"authority": "授权"}).id
    ends.orders.append(order)
    for at in (0, 1):
        ends.exchange(at)

    def said(at: int, kind: OrderStepKind, **later: int) -> None:
        ends.now += timedelta(**later)
        there = ends.at_desk(at)
        said = step_draft(there, order, kind) | {"text": "因故", "happened_at": ends.now.isoformat()}
        add_order_step(there, order, said)
        ends.exchange(at)

    said(0, OrderStepKind.SUSPENDED, minutes=30)
    ends.exchange(1)
    said(1, OrderStepKind.RESUMED, days=2)
    ends.exchange(0)
    ends.said(order, ReplyKind.RULED, "uni_street", ends.departments[2], until=BASE + timedelta(days=60), text="延期")
    for at in (0, 1):
        ends.exchange(at)
    assert compare(ends) == 9
    found = at_the_station(ends, 1)
    assert found[order, "order-report", first] == datetime(2026, 9, 23, 10, 40, tzinfo=BEIJING)
    assert found[order, "order-report", second] == datetime(2026, 9, 23, 10, 55, tzinfo=BEIJING)
    assert found[order, "order-report", third] == datetime(2026, 9, 23, 11, 0, tzinfo=BEIJING)
    assert found[order, "order-arrive", first] == datetime(2026, 9, 24, 23, 59, 59, tzinfo=BEIJING)
    assert found[order, "order-resolve", first] == datetime(2026, 10, 9, 23, 59, 59, tzinfo=BEIJING)
    assert found[order, "order-resolve", third] == BASE + timedelta(days=60)
