"""In which matters a moment is late or soon will be: listed with all that is due, as each matter's pane tells it."""

from __future__ import annotations

from argparse import Namespace
from datetime import date, datetime, timedelta

from desktop.actions.due_list import Sort, due_list, told_entries
from desktop.actions.matters import edit_matter, matter_draft, matter_draft_from, open_matter
from desktop.actions.open_items import OpenRow
from desktop.actions.roads import road_of
from desktop.actions.visits import log_visit
from desktop.commands.deadlines import due
from desktop.store.rebuild import rebuild_projections
from desktop.store.running import moments_waited
from desktop.ui.stories.dues import MOMENTS, read_dues, read_soon
from resources import wording
from sync.records.kinds import new_id
from sync.records.punctuality import InTime
from sync.records.rule_tables import FIRST, RuleTable, TableName
from tests.system.actions.conftest import NOON, Station
from tests.system.actions.test_open_items import Told, give, order  # noqa: F401 a fixture
from tests.system.actions.test_steps import matter, step  # noqa: F401 a fixture

LIMITS = """
[all]
accepted = 30
resolved = 600
acknowledged = 60
fed_back = 60

[dispute]
accepted = 60
"""


def listed(station: Station, at: datetime | None = None) -> list[tuple[str, str, str]]:
    found = due_list(station.desk, at, Sort.MOMENTS)
    with station.store.read() as reader:
        rows = [row for row in told_entries(reader, found.entries) if isinstance(row, OpenRow)]
    return [(row.item.clock, f"{row.item.due:%m-%dT%H:%M}", row.item.standing.value) for row in rows]


def another(station: Station) -> str:
    logged = log_visit(station.desk, station.draft("visit", text="楼上漏水", channel="phone")).id
    return open_matter(station.desk, logged, matter_draft_from(station.desk, logged)).id


def set_limits(station: Station) -> None:
    table = {"name": TableName.MOMENT_LIMITS.value, "number": FIRST, "text": LIMITS, "starts_on": date(2026, 1, 1)}
    with station.store.write() as work:
        work.add(RuleTable(id=new_id("rule_table"), made=station.desk.made(), **table))  # type: ignore[arg-type]


def test_a_moment_is_listed_as_long_as_it_is_waited_for(station: Station, matter: str) -> None:  # noqa: F811
    assert listed(station) == [
        ("moment-accepted", "03-06T12:00", "running"),
        ("moment-resolved", "03-12T12:00", "running"),
    ]
    station.clock.later(hours=20)  # the last sixth of a day
    assert listed(station)[0] == ("moment-accepted", "03-06T12:00", "soon")
    station.clock.later(hours=4, minutes=1)
    assert [(clock, stands) for clock, _, stands in listed(station)] == [
        ("moment-accepted", "overdue"),
        ("moment-resolved", "running"),
    ]
    step(station, matter, kind="accepted")
    assert listed(station) == [("moment-resolved", "03-13T12:01", "running")]
    step(station, matter, kind="resolved", text="已调解")
    assert [clock for clock, _, _ in listed(station)] == ["moment-acknowledged", "moment-fed_back"]
    step(station, matter, kind="fed_back", text="已电话告知")
    assert [clock for clock, _, _ in listed(station)] == ["moment-acknowledged"]
    station.clock.later(days=4)
    assert [stands for _, _, stands in listed(station)] == ["overdue"]
    step(station, matter, kind="closed", text="当事人撤回")
    assert listed(station) == []
    with station.store.read() as reader:
        assert moments_waited(reader) == []  # what is closed is not looked at
    step(station, matter, kind="reopened", text="又起争执")
    assert [clock for clock, _, _ in listed(station)] == ["moment-resolved"]


def test_the_list_tells_of_each_matter_what_its_own_pane_tells(station: Station, matter: str) -> None:  # noqa: F811
    matters = [matter, another(station), another(station), another(station)]
    step(station, matters[1], kind="accepted")
    step(station, matters[2], kind="accepted")
    step(station, matters[2], kind="resolved", text="已修复")
    edit, seen = matter_draft(station.desk, matters[3])
    edit_matter(station.desk, matters[3], {**edit, "nature": "consultation"}, seen)
    station.clock.later(hours=30)
    waiting = (InTime.WAITING, InTime.OVERDUE)
    panes = {
        (one, f"moment-{told.name}", told.due, told.in_time is InTime.OVERDUE)
        for one in matters
        for told in road_of(station.desk, one).moments
        if told.in_time in waiting
    }
    entries = due_list(station.desk, sort=Sort.MOMENTS).entries
    assert {(e.id, e.clock, e.due, e.standing == "overdue") for e in entries} == panes  # type: ignore[union-attr]
    assert len(entries) == len(panes) > len(matters)


def test_a_limit_that_the_district_sets_holds_at_once_for_what_is_open(
    station: Station,
    matter: str,  # noqa: F811
) -> None:
    set_limits(station)
    station.clock.later(minutes=49)
    assert listed(station)[0] == ("moment-accepted", "03-05T13:00", "running")
    station.clock.later(minutes=1)
    assert listed(station)[0] == ("moment-accepted", "03-05T13:00", "soon")
    station.clock.later(minutes=11)
    assert listed(station)[0] == ("moment-accepted", "03-05T13:00", "overdue")


def test_one_verb_and_one_list_give_clocks_and_moments_or_either(station: Station, order: str) -> None:  # noqa: F811
    def said(only: str) -> list[dict[str, str]]:
        return list(due(Namespace(at="2026-03-07T12:00", only=only), Told(station.desk)).data)  # type: ignore[arg-type]

    every, clocks, moments = said(""), said("clocks"), said("moments")
    assert {row["kind"] for row in clocks} == {"order-arrive", "order-report", "order-resolve"}
    assert [row["kind"] for row in moments] == ["moment-accepted", "moment-resolved"]
    assert all(row["title"] for row in moments)
    assert sorted(every, key=str) == sorted([*clocks, *moments], key=str)
    assert [row["due"] for row in every] == sorted(row["due"] for row in every)
    found = due_list(station.desk, NOON + timedelta(days=2))
    assert [len(found.of(sort).entries) for sort in (None, Sort.CLOCKS, Sort.MOMENTS)] == [5, 3, 2]
    lines = due(Namespace(at="2026-03-07T12:00", only="moments"), Told(station.desk)).lines  # type: ignore[arg-type]
    assert next(iter(lines)).startswith("2026-03-06 12:00  已超期  第一时间受理  ")


def test_what_is_late_or_soon_late_stands_on_today_behind_what_is_graver(station: Station, matter: str) -> None:  # noqa: F811
    words = wording("zh")
    others = [another(station) for _ in range(MOMENTS)]
    assert [line for line in read_dues(station.desk, words).lines if line.waited] == []  # none is near its end
    station.clock.later(hours=20)
    coming = [line for line in read_dues(station.desk, words).lines if line.waited]
    assert [line.what for line in coming] == ["第一时间受理"] * MOMENTS  # of four the first three
    assert {(line.status.tone, line.status.text) for line in coming} == {("warn", "还有4小时")}
    assert all(line.may_wait and line.record in (matter, *others) for line in coming)
    station.clock.later(days=2)
    give(station, matter)
    station.clock.later(days=28)
    late = read_dues(station.desk, words)
    told = [line.waited for line in late.lines]
    assert told == [False] + [True] * MOMENTS  # the order's line first, although a moment was over before it
    assert late.lines[-1].due < late.lines[0].due
    assert {(line.status.tone, line.status.text, line.joined) for line in late.lines[1:]} == {("bad", "超期29天", 2)}
    assert late.lines[1].title.startswith("第一时间受理、第一时间化解")
    every = due_list(station.desk).entries
    assert late.more == len(every) - sum(line.joined for line in late.lines)
    assert {line.record for line in late.lines} <= {entry.id for entry in every}  # type: ignore[union-attr]
    step(station, late.lines[1].record, kind="accepted")
    assert sum(line.waited for line in read_dues(station.desk, words).lines) == MOMENTS
    assert rebuild_projections(station.store) == {}


def test_what_is_soon_late_is_told_before_it_is_over_whatever_else_is_due(
    station: Station,
    matter: str,  # noqa: F811
    order: str,  # noqa: F811
) -> None:
    station.clock.later(hours=19, minutes=59)
    assert [line for line in read_soon(station.desk, wording("zh"), 1) if line.waited] == []
    station.clock.later(minutes=1)
    soon = [line for line in read_soon(station.desk, wording("zh"), 1) if line.waited]
    assert [(line.record, line.what, line.status.text) for line in soon] == [(matter, "第一时间受理", "还有4小时")]
    station.clock.later(hours=4, minutes=1)
    assert [line for line in read_soon(station.desk, wording("zh"), 1) if line.waited] == []


def test_what_today_asks_of_the_moments_does_not_grow_with_what_waits(station: Station, matter: str) -> None:  # noqa: F811
    """A row for each moment is written beside what is there, as the fold writes it: no statement reads more of them."""

    def steps() -> int:
        done = [0]

        def tick() -> int:
            done[0] += 1
            return 0

        with station.store.read() as reader:
            driver = reader._handle.driver
        driver.set_progress_handler(tick, 100)
        read_dues(station.desk, words)
        driver.set_progress_handler(None, 0)
        return done[0]

    def fill(kind: str, first: int, count: int) -> None:
        with station.store.write() as work:
            work.sql("PRAGMA defer_foreign_keys = ON")
            line = work.sql("SELECT max(line) FROM record").fetchone()[0]
            noon = int(NOON.timestamp() * 1_000_000)
            for at in range(first, first + count):
                row = (line, kind, f"{at}", noon - at, 6)
                work.sql("INSERT INTO running(line, clock, unit, at, counted) VALUES (?, ?, ?, ?, ?)", row)

    words = wording("zh")
    fill("moment-resolved.dispute", 0, 500)
    few = steps()
    fill("moment-resolved.dispute", 500, 20_000)
    assert steps() < 2 * few
