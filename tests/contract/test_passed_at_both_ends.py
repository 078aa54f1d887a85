"""Whatever desks, units and lines do in whatever order: two desks and the district say the same of a matter passed on.

Real stores at both ends, on both databases of the district, and the real exchange between them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.actions.counting import OpenItem
from desktop.actions.due_list import Sort, due_list
from desktop.actions.matters import edit_matter, matter_draft, open_matter
from desktop.actions.steps import add_step, step_draft
from desktop.forms.matters import MATTER_FORM
from desktop.forms.questions import fresh
from desktop.store.links import steps_of
from sync.records.believed import Believed
from sync.records.errors import Refused, RuleBroken
from sync.records.folds import MatterStage, MatterState, fold_matter
from sync.records.kinds import new_id
from sync.records.matters import Matter, Step, StepKind
from sync.records.moment_limits import read_limits
from sync.records.open_clocks import OpenClock, matter_clocks
from sync.records.passed_parts import open_answers, part_of
from sync.records.record import Made
from sync.records.rule_tables import TableName
from sync.records.units import Role
from sync.records.waiting_moments import WaitingMoment, waiting_moments
from sync.server.rule_tables import shown
from sync.server.store.check import check
from sync.server.store.matters import load_matter, passed_row
from sync.server.store.projections import add_own
from sync.server.store.records import lock_numbers
from sync.server.store.store import DistrictStore
from tests.contract.test_clocks_at_both_ends import Ends, both_ends
from tests.support.district_pages import PagesDistrict

Event = Callable[[Ends, str], None]
DESK, UNIT = st.integers(0, 1), st.integers(0, 2)


def registered(ends: Ends, nature: str = "service") -> str:
    """A matter at the first desk that both desks and the district know."""
    given = {"title": "欠薪", "text": "三个月未付。", "nature": nature, "discovered_at": ends.now.isoformat()}
    matter = open_matter(ends.at_desk(0), None, fresh(MATTER_FORM, "matter", {**given, "category": "labour"})).id
    for at in (0, 1):
        ends.exchange(at)
    return matter


def at_desk(ends: Ends, at: int, matter: str, kind: str, **said: Any) -> None:
    """A step at a desk."""
    desk = ends.at_desk(at)
    opened = {**step_draft(desk, matter), "by_unit": None, "happened_at": ends.now.isoformat(), "text": "如上"}
    add_step(desk, matter, {**opened, "kind": kind, **said})


def on_the_page(ends: Ends, matter: str, unit: str, kind: StepKind, **said: Any) -> None:
    """What the page of a unit keeps, where that unit may say it now."""
    with ends.district.write() as conn:
        lock_numbers(conn)
        here = load_matter(conn, matter)
        if here is None or kind not in open_answers(part_of(here.state, unit)):
            return
        step = Step(
            id=new_id("step"),
            made=Made(by="sta_page", unit=unit, store="sto_district", at=ends.now),
            matter=matter,
            kind=kind,
            seen=here.state.heads,
            happened_at=ends.now,
            by_unit=unit,
            text="单位自述",
            **said,
        )
        add_own(conn, step, here.scope, ends.now)


@st.composite
def of_a_desk(draw: st.DrawFn) -> Event:
    at, place = draw(DESK), draw(UNIT)
    kinds = ["transferred", "received", "sent_back", "received", "closed", "reopened", "handled", "mediation_asked"]
    kind = draw(st.sampled_from([*kinds, "mediation_withdrawn"]))

    def act(ends: Ends, matter: str) -> None:
        unit = ends.departments[place]
        to = {"transferred": {"to_unit": unit}, "mediation_asked": {"to_unit": unit, "host": "administrative"}}
        if kind == "mediation_withdrawn":
            opened = step_draft(ends.at_desk(at), matter)
            if kind not in opened["_steps"]:
                return
            to[kind] = {"to_unit": opened["_asked"]}
        at_desk(ends, at, matter, kind, **to.get(kind, {"by_unit": unit}))

    return act


@st.composite
def of_a_unit(draw: st.DrawFn) -> Event:
    place, to = draw(UNIT), draw(UNIT)
    kind = draw(st.sampled_from([StepKind.RECEIVED, StepKind.RECEIVED, StepKind.SENT_BACK, StepKind.TRANSFERRED]))

    def act(ends: Ends, matter: str) -> None:
        more = {"to_unit": ends.departments[to]} if kind is StepKind.TRANSFERRED else {}
        on_the_page(ends, matter, ends.departments[place], kind, **more)

    return act


@st.composite
def of_the_line(draw: st.DrawFn) -> Event:
    at, minutes = draw(DESK), draw(st.integers(0, 3000))

    def act(ends: Ends, matter: str) -> None:
        ends.now += timedelta(minutes=minutes)
        ends.exchange(at)

    return act


@st.composite
def of_the_card(draw: st.DrawFn) -> Event:
    at, nature = draw(DESK), draw(st.sampled_from(["petition", "service"]))

    def act(ends: Ends, matter: str) -> None:
        draft, seen = matter_draft(ends.at_desk(at), matter)
        edit_matter(ends.at_desk(at), matter, {**draft, "nature": nature}, seen)

    return act


EVENTS = st.lists(
    st.one_of(of_a_desk(), of_a_desk(), of_a_unit(), of_a_unit(), of_the_line(), of_the_line(), of_the_card()),
    min_size=4,
    max_size=16,
)


def play(ends: Ends, matter: str, history: list[Event]) -> None:
    """Play what was drawn; what a rule forbids at that moment does not happen."""
    for event in history:
        try:
            event(ends, matter)
        except (RuleBroken, Refused):
            ends.now += timedelta(minutes=1)
    for at in (0, 1, 0):
        ends.exchange(at)


def differ(ends: Ends, matter: str, unit: str) -> None:
    """Open it where it is closed, pass it on, and let desk and unit say two things that neither has seen."""
    ends.now += timedelta(minutes=5)
    with ends.district.read() as conn:
        here = load_matter(conn, matter)
    if here is not None and here.state.state is MatterStage.CLOSED:
        at_desk(ends, 1, matter, "reopened")
    at_desk(ends, 1, matter, "transferred", to_unit=unit)
    ends.exchange(1)
    at_desk(ends, 1, matter, "received", by_unit=unit)
    on_the_page(ends, matter, unit, StepKind.SENT_BACK)
    for at in (1, 0):
        ends.exchange(at)


def waited_for(ends: Ends, at: int, matter: str) -> set[WaitingMoment]:
    """What a desk lists of the moments that the matter waits for."""
    found = due_list(ends.at_desk(at), ends.now, Sort.MOMENTS).entries
    own = [item for item in found if isinstance(item, OpenItem) and item.id == matter]
    return {WaitingMoment(item.clock, item.due, item.standing) for item in own}


def compare(ends: Ends, matter: str) -> MatterState:
    """See that three ends say the same: state, doubts, the clocks, and the moments; returns the state."""
    said: list[tuple[MatterState, tuple[OpenClock, ...]]] = []
    for desk in ends.desks:
        with desk.store.read() as reader:
            card, steps = reader.find(matter, Matter), steps_of(reader, matter)
        assert card is not None
        state = fold_matter(steps, card.discovered_at)
        said.append((state, matter_clocks(card, steps, state)))
    with ends.district.read() as conn:
        here = load_matter(conn, matter)
        rows = {unit: passed_row(conn, matter, unit) for unit in ends.departments}
    assert here is not None
    said.append((here.state, matter_clocks(here.matter, here.steps, here.state)))
    assert said[0] == said[1] == said[2]
    with ends.district.read() as conn:
        limits = read_limits(shown(conn, TableName.MOMENT_LIMITS)[1])
    there = waiting_moments(here.matter.nature, here.state, limits, Believed(ends.now, ends.now))
    assert waited_for(ends, 0, matter) == waited_for(ends, 1, matter) == set(there)
    for unit, row in rows.items():
        assert (row.stage if row else None) == part_of(here.state, unit)
        if row and row.clocks:
            assert row.clocks == tuple(clock for clock in said[2][1] if clock.unit == unit)
    return here.state


def test_any_history_is_folded_alike_at_both_ends(district_store: DistrictStore, tmp_path: Path) -> None:
    ends = both_ends(district_store, tmp_path)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(["petition", "service"]), UNIT, EVENTS)
    def any_history(nature: str, place: int, history: list[Event]) -> None:
        matter = registered(ends, nature)
        at_desk(ends, 0, matter, "transferred", to_unit=ends.departments[place])
        ends.exchange(0)
        play(ends, matter, history)
        compare(ends, matter)
        differ(ends, matter, ends.departments[place])
        state = compare(ends, matter)
        assert state.held_by is None
        assert "records.doubt_heard_otherwise" in {doubt.reason for doubt in state.doubts}

    any_history()
    assert check(district_store) == {}


@pytest.mark.parametrize("heard", ["received", "sent_back"])
def test_a_unit_answers_on_its_page_and_both_desks_have_it(
    district_store: DistrictStore, tmp_path: Path, heard: str
) -> None:
    ends = both_ends(district_store, tmp_path)
    matter = registered(ends)
    unit = ends.departments[0]
    pages = PagesDistrict(district_store, now=ends.now + timedelta(hours=1))
    pages.add_user("周经办", unit, Role.DEPARTMENT)
    try:
        at_desk(ends, 0, matter, "transferred", to_unit=unit)
        ends.exchange(0)
        at_desk(ends, 0, matter, heard, by_unit=unit)  # while the page is being answered
        browser = pages.signed_in("周经办")
        browser.get(f"/matters/{matter}")
        form = {**browser.hidden('value="received"'), "happened_at": "2026-09-21T10:00", "text": "周经办 0755-1"}
        browser.post(f"/matters/{matter}", form)
        assert browser.status == 200
        for at in (0, 1, 0):
            ends.exchange(at)
        state = compare(ends, matter)
        assert (state.state, state.held_by) == (MatterStage.RECEIVED, unit)
        found = [d.reason for d in state.doubts]
        assert found == ([] if heard == "received" else ["records.doubt_heard_otherwise"])
        browser.get(f"/matters/{matter}")
        assert ("与站点记下的答复不一致" in browser.text()) is (heard == "sent_back")
    finally:
        for client in pages._clients:
            client.close()
        if pages._server is not None:
            pages._server.close()
        pages.news.rest()
