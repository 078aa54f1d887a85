"""What is open at a desk and when it is due: all of it, the soonest, what a wrong clock does to it, and its list."""

from __future__ import annotations

import random
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from desktop.actions.cards import card
from desktop.actions.counting import Counting, OpenItem
from desktop.actions.deadlines import periods
from desktop.actions.desk import Desk
from desktop.actions.due_list import due_list, told_entries
from desktop.actions.matters import edit_matter, matter_draft
from desktop.actions.mediation_events import event_draft, note_event
from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.actions.open_items import all_open, nearest, soon_over, told
from desktop.actions.order_replies import witness_reply
from desktop.actions.orders import issue_order, order_draft
from desktop.actions.snoozes import put_off
from desktop.commands.deadlines import due
from desktop.store.reader import Reader
from desktop.store.rebuild import rebuild_projections
from desktop.store.running import Told as ToldAs
from desktop.ui.stories.dues import read_dues, read_soon
from desktop.ui.stories.listed_dues import listed_dues
from resources import wording
from sync.records.believed import Believed, ClockDoubt
from sync.records.open_clocks import Standing
from sync.records.times import BEIJING
from tests.system.actions.conftest import Station
from tests.system.actions.test_steps import as_petition, matter, step  # noqa: F401 a fixture

DEPARTMENTS = ("区住房和建设局", "派出所")


@pytest.fixture
def order(station: Station, matter: str) -> str:  # noqa: F811
    """An order of the yellow grade to one department, at noon."""
    draft = order_draft(station.secretary, matter)
    given = {**draft, "departments": [station.units["区住房和建设局"]], "grade": "yellow"}
    return issue_order(station.secretary, matter, given).id


def reply(station: Station, order: str, kind: str, **more: Any) -> None:
    at = {"department": station.units["区住房和建设局"], "kind": kind, "happened_at": station.clock.at.isoformat()}
    witness_reply(station.desk, order, station.draft("reply", **at, **more))


def items(station: Station, at: datetime | None = None) -> list[tuple[str, str, str]]:
    return [(i.clock, f"{i.due:%m-%dT%H:%M:%S}", i.standing.value) for i in all_open(station.desk, at).items]


def test_an_orders_clocks_run_until_they_are_met(station: Station, order: str) -> None:
    assert items(station) == [
        ("order-arrive", "03-05T13:00:00", "running"),
        ("order-report", "03-05T13:00:00", "running"),
        ("order-resolve", "03-08T12:00:00", "running"),
    ]
    station.clock.later(minutes=50)
    assert [state for _, _, state in items(station)] == ["soon", "soon", "running"]
    station.clock.later(minutes=11)
    assert [state for _, _, state in items(station)] == ["overdue", "overdue", "running"]
    reply(station, order, "reported_in", officer="陈科", how="seen")
    assert [clock for clock, _, _ in items(station)] == ["order-arrive", "order-resolve"]
    reply(station, order, "resolved", text="已修复")
    assert items(station) == []
    assert rebuild_projections(station.store) == {}


class Told:
    """What the verb is given, with a desk that somebody has signed in at already."""

    words = wording("zh")

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        yield self._desk


def test_the_command_line_lists_what_the_pages_show(station: Station, order: str) -> None:
    said = due(Namespace(at="2026-03-05T13:30", only="clocks"), Told(station.desk))  # type: ignore[arg-type]
    (arrive, report, resolve) = said.data
    assert arrive == {
        "id": order,
        "kind": "order-arrive",
        "number": arrive["number"],
        "title": resolve["title"],
        "unit": "区住房和建设局",
        "due": "2026-03-05T13:00:00+08:00",
        "state": "overdue",
        "assumed": [],
    }
    assert (report["kind"], report["state"], resolve["state"]) == ("order-report", "overdue", "running")
    lines = list(said.lines)
    assert lines[0].startswith("2026-03-05 13:00  已超期  领导到场  (2026)凤凰发令第")
    assert said.notes == []
    station.clock.at -= timedelta(days=365)
    (note,) = due(Namespace(at="", only=""), Told(station.desk)).notes  # type: ignore[arg-type]
    assert "时钟" in note


def test_a_petition_runs_at_the_competent_body_and_a_right_that_lapses_is_not_overdue(
    station: Station,
    matter: str,  # noqa: F811
) -> None:
    as_petition(station, matter)
    body = station.units["区住房和建设局"]
    step(station, matter, kind="transferred", to_unit=body)
    assert [c for c, _, _ in items(station)] == ["passing-answer"]  # no clock of the petition itself
    step(station, matter, kind="received", by_unit=body)
    assert [(c, d) for c, d, _ in items(station)] == [
        ("petition-objection", "03-12T23:59:59"),
        ("petition-notice", "03-20T23:59:59"),
    ]
    later = station.clock.at + timedelta(days=60)
    assert items(station, later) == [("petition-notice", "03-20T23:59:59", "overdue")]
    with station.store.read() as reader:
        assert nearest(reader, station.clock.at, 6).count == 2
        assert nearest(reader, station.clock.at + timedelta(days=30), 6).count == 1  # what lapsed is not counted
    step(station, matter, kind="accepted", by_unit=body, road="investigation")
    assert items(station) == [("petition-close", "05-06T23:59:59", "running")]
    step(station, matter, kind="extended", by_unit=body, text="情况复杂", approver="局长", due_on="2026-05-29")
    assert items(station) == [("petition-close", "05-29T23:59:59", "running")]
    assert rebuild_projections(station.store) == {}


def test_a_mediation_runs_by_its_matters_category_without_the_days_of_an_appraisal(
    station: Station,
    matter: str,  # noqa: F811
) -> None:
    draft = mediation_draft_from(station.desk, matter)
    other = {"role": "respondent", "party_kind": "organisation", "name": "某某医院"}
    found = open_mediation(station.desk, matter, {**draft, "parties": [*draft["parties"], other]}).id
    assert items(station) == [("mediation-general", "04-07T23:59:59", "running")]
    edit, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, edit | {"category": "medical"}, seen)
    assert items(station) == [("mediation-medical", "04-17T23:59:59", "running")]
    begun = {"kind": "suspended", "reason": "appraisal", "text": "委托鉴定"}
    note_event(station.desk, found, event_draft(station.desk, found) | begun)
    station.clock.later(days=7)
    (item,) = all_open(station.desk).items
    assert (f"{item.due:%m-%d}", item.standing) == ("04-24", Standing.STOPPED)
    with station.store.read() as reader:
        assert soonest(reader, station.clock.at, 6) == (item,)
        (row,) = told(reader, [item])
        assert row.title == card(reader, matter, object).title  # type: ignore[attr-defined]
    assert rebuild_projections(station.store) == {}


def test_the_fifteen_days_of_a_labour_dispute_run_from_the_application_and_else_say_what_was_supposed(
    station: Station,
    matter: str,  # noqa: F811
) -> None:
    edit, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, edit | {"category": "labour"}, seen)
    asked = station.clock.at
    station.clock.later(days=3)
    draft = mediation_draft_from(station.desk, matter)
    other = {"role": "respondent", "party_kind": "organisation", "name": "某某公司"}
    open_mediation(station.desk, matter, {**draft, "parties": [*draft["parties"], other]})
    began = station.clock.at
    (supposed,) = all_open(station.desk).items
    days = periods_of_labour(station, began)
    assert (supposed.clock, supposed.due, supposed.assumed[0].key) == (
        *("mediation-labour", days),
        "records.assumed_application",
    )
    with station.store.read() as reader:
        assert soonest(reader, station.clock.at, 6) == (supposed,)
    step(station, matter, kind="accepted", happened_at=asked.isoformat())
    (item,) = all_open(station.desk).items
    assert (item.due, item.assumed) == (periods_of_labour(station, asked), ())
    assert item.due < supposed.due
    with station.store.read() as reader:
        assert soonest(reader, station.clock.at, 6) == (item,)
    assert rebuild_projections(station.store) == {}


def soonest(reader: Reader, at: datetime, limit: int) -> tuple[OpenItem, ...]:
    counting = Counting(reader, Believed(at, at))
    return counting.items(islice(counting.in_order(), limit))


def periods_of_labour(station: Station, start: datetime) -> datetime:
    with station.store.read() as reader:
        return periods(reader, start).due_by("mediation-labour", start).due


def test_a_clock_set_back_hides_nothing_and_one_set_ahead_invents_nothing(station: Station, order: str) -> None:
    noon = station.clock.at
    station.clock.later(hours=2)
    reply(station, order, "signed", officer="陈科")  # the newest that this desk wrote
    for moved, doubt in ((-365, ClockDoubt.EARLIER), (365, ClockDoubt.SILENT)):
        station.clock.at = noon + timedelta(hours=2, days=moved)
        found = all_open(station.desk)
        assert found.at.doubt is doubt
        standing = {i.clock: i.standing for i in found.items}
        assert standing["order-report"] is (Standing.DOUBTFUL if moved < 0 else Standing.OVERDUE)
        assert standing["order-resolve"] is (Standing.RUNNING if moved < 0 else Standing.DOUBTFUL)


def fill(station: Station) -> None:
    """Write hundreds of clocks of several kinds, as the fold writes them."""
    draw = random.Random(6)
    with station.store.write() as work:
        lines = [line for (line,) in work.sql("SELECT line FROM record").fetchall()]
        kinds = [
            "order-report",
            "order-resolve",
            "petition-notice",
            "petition-close",
            "mediation-general",
            "confirmation",
        ]
        for line in lines:
            for unit in range(40):
                at = station.clock.at + timedelta(minutes=draw.randrange(-200_000, 200_000))
                kind = draw.choice(kinds)
                told = ToldAs.END if kind.startswith("order") else ToldAs.START
                if kind == "mediation-general" and draw.random() < 0.5:
                    told = ToldAs.AGREED
                row = (line, kind, f"{unit}", int(at.timestamp() * 1e6), int(told))
                work.sql("INSERT OR REPLACE INTO running(line, clock, unit, at, counted) VALUES (?, ?, ?, ?, ?)", row)


def key(item: OpenItem) -> tuple[datetime, str, str, str]:
    return item.due, item.id, item.clock, item.unit


def test_the_soonest_are_the_first_of_all(station: Station, matter: str) -> None:  # noqa: F811
    fill(station)
    every = all_open(station.desk).items
    assert len(every) > 300
    assert [i.due for i in every] == sorted(i.due for i in every)
    with station.store.read() as reader:
        for limit in (1, 6, 100, len(every) + 10):
            found = soonest(reader, station.clock.at, limit)
            assert [i.due for i in found] == [i.due for i in every[:limit]]
            assert set(map(key, found[:-20])) <= set(map(key, every))
    assert all(i.due >= station.clock.at for i in every if i.clock == "confirmation")
    assert every[0].due.tzinfo == BEIJING


def test_what_is_asked_for_from_a_moment_on_is_all_that_ends_then_or_later(station: Station, matter: str) -> None:  # noqa: F811
    fill(station)
    now = station.clock.at
    every = all_open(station.desk).items
    with station.store.read() as reader:
        for days in (-120, -1, 0, 1, 30):
            since = now + timedelta(days=days)
            counting = Counting(reader, Believed(now, now))
            found = counting.items(counting.in_order(since))
            assert [i.due for i in found] == sorted(i.due for i in found)
            assert len(found) == len(set(found))
            assert set(map(key, found)) == {key(i) for i in every if i.due >= since}
        soon = soon_over(reader, now, 1000).items
    assert soon
    assert set(map(key, soon)) == {key(i) for i in every if i.standing is Standing.SOON}


def test_a_mediation_that_rested_stands_where_its_end_is_and_not_where_it_would_have_been(
    station: Station,
    matter: str,  # noqa: F811
) -> None:
    """Of a medical dispute: its period would be over; with the time of an appraisal it is over soon."""
    edit, seen = matter_draft(station.desk, matter)
    edit_matter(station.desk, matter, edit | {"category": "medical"}, seen)
    draft = mediation_draft_from(station.desk, matter)
    other = {"role": "respondent", "party_kind": "organisation", "name": "某某医院"}
    mediation = open_mediation(station.desk, matter, {**draft, "parties": [*draft["parties"], other]}).id
    without = all_open(station.desk).items[0].due
    begun = {"kind": "suspended", "reason": "appraisal", "text": "委托鉴定"}
    note_event(station.desk, mediation, event_draft(station.desk, mediation) | begun)
    station.clock.later(days=20)
    note_event(station.desk, mediation, event_draft(station.desk, mediation) | {"kind": "resumed", "text": "鉴定完毕"})
    (item,) = all_open(station.desk).items
    station.clock.at = item.due - timedelta(days=1)
    assert station.clock.at > without
    with station.store.read() as reader:
        assert soon_over(reader, station.clock.at, 6).items == all_open(station.desk).items
        found = nearest(reader, station.clock.at, 6)
        assert (found.past, found.soon, found.later) == ((), all_open(station.desk).items, ())
        over = nearest(reader, item.due + timedelta(seconds=1), 6)
        assert [[each.id for each in some] for some in over.past] == [[mediation]]
        assert (over.soon, over.later) == ((), ())


def give(station: Station, matter: str, grade: str = "yellow") -> str:  # noqa: F811
    draft = order_draft(station.secretary, matter)
    departments = [station.units["区住房和建设局"]]
    return issue_order(station.secretary, matter, {**draft, "departments": departments, "grade": grade}).id


def test_many_clocks_that_are_over_do_not_hide_what_is_over_soon(station: Station, matter: str) -> None:  # noqa: F811
    words = wording("zh")
    old = [give(station, matter) for _ in range(9)]
    station.clock.later(hours=80)
    new = give(station, matter, "red")
    station.clock.later(minutes=20)
    soon = [i for i in all_open(station.desk).items if i.standing is Standing.SOON]
    assert {i.id for i in soon} == {new}
    assert [line.key for line in read_soon(station.desk, words, 24)] == [f"{i.id} {i.clock} {i.unit}" for i in soon]
    today = read_dues(station.desk, words)
    assert {line.record for line in today.lines if line.soon} == {new}
    past = [line for line in today.lines if not line.soon]
    past = [line for line in past if not line.waited]
    assert len(past) + len(soon) == 6
    assert len({line.record for line in past} & set(old)) == len(past) == 6 - len(soon)
    assert {line.joined for line in past} == {3}
    assert (
        "报到、领导到场、化解、区住房和建设局" in past[0].title
        or "领导到场、报到、化解、区住房和建设局" in past[0].title
    )
    (waited,) = [line for line in today.lines if line.waited]  # the matter itself, after all that is graver
    assert waited.record == matter
    assert today.more == len(due_list(station.desk).entries) - 3 * len(past) - len(soon) - waited.joined


def test_what_was_put_off_is_told_by_the_tray_only_when_it_comes_back(station: Station, order: str) -> None:
    words = wording("zh")
    station.clock.later(minutes=50)
    first, second = read_soon(station.desk, words, 24)
    put_off(station.desk, first.key, first.title, station.clock.at + timedelta(minutes=5), first.due, "已电话催办")
    assert [line.key for line in read_soon(station.desk, words, 24)] == [second.key]
    station.clock.later(minutes=6)
    assert [line.key for line in read_soon(station.desk, words, 24)] == [first.key, second.key]


def test_the_list_of_all_gives_what_the_verb_prints(station: Station, order: str) -> None:
    station.clock.later(hours=2)
    found = due_list(station.desk)
    data = list(due(Namespace(at="", only=""), Told(station.desk)).data)  # type: ignore[arg-type]
    with station.store.read() as reader:
        rows = listed_dues(wording("zh"), told_entries(reader, found.entries), found.at)
    assert [(row.record, row.number, row.about, row.due.isoformat()) for row in rows] == [
        (row["id"], row["number"], row["title"], row["due"]) for row in data
    ]
    assert found.counts() == Counter(Standing(row["state"]) for row in data)
    assert [i.clock for i in found.standing(Standing.OVERDUE).entries] == ["order-arrive", "order-report"]  # type: ignore[union-attr]
