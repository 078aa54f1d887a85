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
from desktop.store import open_matters as asked
from desktop.store.open_matters import open_matters
from sync.records.kinds import new_id
from sync.records.punctuality import InTime
from sync.records.rule_tables import FIRST, RuleTable, TableName
from tests.system.actions.conftest import NOON, Station
from tests.system.actions.test_open_items import Told, order  # noqa: F401 a fixture
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
        assert list(open_matters(reader)) == []
        plan = [row[3] for row in reader.sql(f"EXPLAIN QUERY PLAN {asked._OPEN}", ("[]",))]
    assert any("matter_state (state=?)" in each for each in plan), plan  # what is closed is not looked at
    assert not any("SCAN matter" in each for each in plan)
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
