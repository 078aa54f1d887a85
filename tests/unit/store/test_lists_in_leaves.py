"""Lists leaf by leaf on a real encrypted store: every row once and in order, by an index, while others are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from desktop.store.groups import counts, ways
from desktop.store.leaves import Key, leaf, spine
from desktop.store.listing import LISTS, Filter, rows_at
from desktop.store.reader import Reader
from desktop.store.tables import record
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.matters import StepKind
from sync.records.mediations import Mediation, Outcome
from sync.records.papers import PaperKind, Print, PrintOutcome, PrintResult
from sync.records.record import Card
from sync.records.visits import Category, Channel
from tests.support.desk_store import NOW, UNIT, Desk

OTHER = "sta_0198a0000000700080000000000000dd"
KINDS = {
    "visits": "visit",
    "matters": "matter",
    "orders": "dispatch_order",
    "mediations": "mediation",
    "persons": "person",
    "organisations": "organisation",
    "prints": "print",
}
MOMENTS = {"visits": "happened_at", "matters": "discovered_at", "orders": "issued_at", "mediations": "started_at"}
SORTS = [(name, sort) for name, each in LISTS.items() for sort in each.sorts or ("",)]


def fill(desk: Desk, first: int, many: int) -> None:
    """Add so many of each kind; some share a moment, a word, a state and a person who entered them."""
    for i in range(first, first + many):
        at = NOW - timedelta(hours=7 * (i * 37 % 50))
        made = replace(desk.made, by=OTHER if i % 3 else desk.made.by)
        text, category = "渗水" if i % 4 == 0 else "噪声", list(Category)[i % 3]
        visit = replace(desk.visit(text, happened_at=at, category=category, channel=list(Channel)[i % 2]), made=made)
        desk.keep(visit, replace(desk.person(f"黎{text}"), made=made))
        if i % 9 == 0:  # corrected: what amends it stands in its place
            desk.keep(replace(visit, id=new_id("visit"), amends=visit.id, amend_reason="错"))
        matter = replace(desk.matter(f"{text}纠纷", discovered_at=at), made=made)
        order = replace(desk.order(matter.id, f"第{i}号", issued_at=at, subject=text), made=made)
        outcome = Outcome.ENDED if i % 2 else Outcome.OPEN
        mediation = Mediation(
            id=new_id("mediation"), made=made, matter=matter.id, unit=UNIT, started_at=at, outcome=outcome, facts=text
        )
        desk.keep(matter, order, mediation, desk.step(matter.id, StepKind.ACCEPTED))
        paper = PaperKind.REGISTRATION if i % 5 else PaperKind.AGREEMENT
        printed = Print(id=new_id("print"), made=replace(made, at=at), paper=paper, subject=visit.id, digest="0" * 64)
        desk.keep(printed)
        for result in (PrintResult.TAKEN, PrintResult.PRINTED)[: i % 3]:
            desk.keep(PrintOutcome(id=new_id("print_outcome"), made=made, print=printed.id, result=result))
        if i % 2:
            with desk.store.write() as work:  # a card's category is what its last revision says
                work.revise(matter.id, {"category": category}, desk.made)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk.new(tmp_path_factory.mktemp("lists"))
    fill(desk, 0, 60)
    yield desk
    desk.store.close()


def naive(reader: Reader, name: str, chosen: Filter) -> list[str]:
    """What a list shows, by a plain look at every record of its kind."""
    asked = select(record.c.line, record.c.id).where(record.c.kind == KINDS[name])
    lines = {row.id: row.line for row in reader.conn.execute(asked)}
    values: dict[str, Any] = dict(reader.current(lines))
    gone = {v.amends for v in values.values() if not isinstance(v, Card) and v.amends}
    rows = {row.id: row for row in rows_at(reader, name, list(lines.values())) if row.id not in gone}

    def moment(id_: str) -> Any:
        if name == "prints":
            return values[id_].made.at
        return getattr(values[id_], MOMENTS[name]) if name in MOMENTS else None

    def state(id_: str) -> str:
        if name == "prints":
            return str(rows[id_].result or "unknown")
        return str(getattr(rows[id_], "state", "") or getattr(rows[id_], "outcome", ""))

    def fits(id_: str) -> bool:
        value = values[id_]
        told = reader.get(value.subject) if name == "prints" else value
        category = value.paper if name == "prints" else getattr(value, "category", None)
        said = " ".join(str(getattr(told, f, "")) for f in ("text", "title", "subject", "facts", "name"))
        return (
            chosen.text in said
            and (chosen.since is None or moment(id_) is None or moment(id_) >= chosen.since)
            and (chosen.until is None or moment(id_) is None or moment(id_) < chosen.until)
            and (not chosen.states or name in ("visits", "persons", "organisations") or state(id_) in chosen.states)
            and (not chosen.channels or not hasattr(value, "channel") or value.channel in chosen.channels)
            and (not chosen.purposes or not hasattr(value, "purpose") or value.purpose in chosen.purposes)
            and (not chosen.categories or category is None or category in chosen.categories)
            and (not chosen.by or value.made.by == chosen.by)
        )

    def key(id_: str) -> Any:
        first = state(id_) if chosen.sort == "state" else moment(id_)
        return (first or 0, lines[id_]) if name in MOMENTS else lines[id_]

    return sorted((id_ for id_ in rows if fits(id_)), key=key, reverse=not chosen.rising)


def walked(reader: Reader, name: str, chosen: Filter, limit: int) -> list[str]:
    found: list[str] = []
    after: Key | None = None
    while True:
        got = leaf(reader, name, chosen, after, limit=limit)
        found += [row.id for row in got.rows]
        if not got.more:
            return found
        after = got.end


def narrowed(chosen: Filter, field: str, values: frozenset[str]) -> Filter:
    changed: dict[str, Any] = {field: values}
    return replace(chosen, **changed)


CHOSEN = st.builds(
    Filter,
    text=st.sampled_from(["", "", "渗水", "水"]),
    since=st.sampled_from([None, None, NOW - timedelta(hours=150)]),
    until=st.sampled_from([None, None, NOW - timedelta(hours=20)]),
    states=st.sampled_from(
        [frozenset(), frozenset({"accepted"}), frozenset({"accepted", "issued", "open", "printed"})]
    ),
    rising=st.booleans(),
    channels=st.sampled_from([frozenset(), frozenset({"walk_in"})]),
    purposes=st.sampled_from([frozenset(), frozenset({"first", "progress"})]),
    categories=st.sampled_from(
        [frozenset(), frozenset({"neighbours"}), frozenset({"other", "housing_land", "agreement"})]
    ),
    by=st.sampled_from(["", OTHER]),
)


@given(st.sampled_from(SORTS), CHOSEN, st.integers(1, 23))
@settings(max_examples=60, deadline=None)
def test_leaf_by_leaf_every_row_comes_once_and_in_order(
    desk: Desk, listed: tuple[str, str], chosen: Filter, limit: int
) -> None:
    name, sort = listed
    chosen = replace(chosen, sort=sort)
    with desk.store.read() as reader:
        expected = naive(reader, name, chosen)
        assert walked(reader, name, chosen, limit) == expected
        for by in ways(name):
            if by != "day":
                field = {"state": "states", "category": "categories", "channel": "channels", "purpose": "purposes"}[by]
                told = counts(reader, name, chosen, by)
                for value in told:
                    one = naive(reader, name, narrowed(chosen, field, frozenset({value})))
                    assert told[value] == len(one)
                assert sum(told.values()) == len(naive(reader, name, narrowed(chosen, field, frozenset())))


@pytest.mark.parametrize(("name", "sort"), SORTS)
@pytest.mark.parametrize("rising", [False, True])
def test_no_page_sorts_the_list(desk: Desk, name: str, sort: str, rising: bool) -> None:
    chosen = Filter(
        since=NOW - timedelta(days=900),
        states=frozenset({"accepted", "open"}),
        categories=frozenset({"other"}),
        by=OTHER,
        sort=sort,
        rising=rising,
    )
    with desk.store.read() as reader:
        for filtered in (Filter(sort=sort, rising=rising), chosen):
            first = leaf(reader, name, filtered, limit=5)
            asked: list[tuple[str, Any]] = []

            def note(
                _c: Any, _cur: Any, statement: str, values: Any, _ctx: Any, _many: Any, asked: Any = asked
            ) -> None:
                asked.append((statement, values))

            event.listen(reader.conn, "before_cursor_execute", note)
            leaf(reader, name, filtered, first.end, limit=5)
            event.remove(reader.conn, "before_cursor_execute", note)
            for at, (statement, values) in enumerate(asked):
                plan = [row[3] for row in reader.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
                if at == 0:  # which lines are next: the index is walked in its order
                    newest = plan.index("RIGHT") if "RIGHT" in plan else len(plan)
                    assert not any("TEMP B-TREE" in step for step in plan[:newest]), (name, plan)
                    # Only what no index holds yet is sorted: the few lines beyond a note.
                    assert newest == len(plan) or "USING INTEGER PRIMARY KEY (rowid>?" in plan[newest + 1], plan
                else:  # what stands at these lines: nothing is walked
                    assert not any(re.match(r"SCAN (record|link|card|visit|matter)", step) for step in plan), plan


def test_the_spine_says_where_every_leaf_ends_also_for_a_search_that_no_index_answers(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    desk.keep(*(desk.visit(f"水{i % 2}", happened_at=NOW + timedelta(minutes=i)) for i in range(350)))
    with desk.store.read() as reader:
        for chosen in (Filter(), Filter("水"), Filter(rising=True), Filter("1")):
            expected = naive(reader, "visits", chosen)
            first = leaf(reader, "visits", chosen)
            told = spine(reader, "visits", chosen, first.end)
            assert len(first.rows) + max(len(told.ends) - 1, 0) * 100 + told.last == len(expected)
            ids, after = [row.id for row in first.rows], first.end
            for end in told.ends:
                ids += [row.id for row in leaf(reader, "visits", chosen, after, end).rows]
                after = end
            assert ids == expected
        with pytest.raises(Refused, match=r"lists\.cancelled"):
            spine(reader, "visits", Filter("1"), None, lambda: True)
    desk.store.close()


def test_rows_that_come_meanwhile_make_one_leaf_longer_and_move_no_other(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    desk.keep(*(desk.visit(f"第{i}次", happened_at=NOW + timedelta(minutes=i)) for i in range(30)))
    with desk.store.read() as reader:
        first = leaf(reader, "visits", Filter(), limit=10)
        second = leaf(reader, "visits", Filter(), first.end, limit=10)
    late, today = NOW + timedelta(minutes=25, seconds=1), NOW + timedelta(days=1)
    desk.keep(desk.visit("补录", happened_at=late), desk.visit("今天", happened_at=today))
    with desk.store.read() as reader:
        again = leaf(reader, "visits", Filter(), None, first.end)
        assert [row.text for row in again.rows][:1] == ["今天"]
        assert len(again.rows) == 12
        assert leaf(reader, "visits", Filter(), first.end, second.end).rows == second.rows
        assert Counter(row.text for row in again.rows)["补录"] == 1
    desk.store.close()
