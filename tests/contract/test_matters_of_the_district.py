"""The district folds a matter as its station does, on both databases: what closed stops, what was edited counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from sync.records.audit import Erasure
from sync.records.cards import Revision
from sync.records.folds import MatterStage, fold_matter
from sync.records.kinds import new_id
from sync.records.matters import Matter, Nature, Step, StepKind
from sync.records.open_clocks import EXTERNAL, PASSING
from sync.records.order_steps import OrderStepKind
from sync.records.orders import OrderLimits
from sync.records.participations import Participation, PartyRole
from sync.records.passed_parts import PassedStage
from sync.records.units import Level, Role
from sync.records.visits import Category
from sync.server import admin
from sync.server.escalations import Escalator
from sync.server.store.check import check
from sync.server.store.matters import list_facts, load_matter, open_at, passed_row
from sync.server.store.orders import list_requests, load
from sync.server.store.store import DistrictStore
from tests.support.cost import Meter
from tests.support.district import Desk, enrol_desk, order

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""Ten in the morning of a Wednesday."""


def matter(desk: Desk, **changes: Any) -> Matter:
    values = {"title": "楼上漏水", "nature": Nature.SERVICE, "unit": desk.unit, "discovered_at": NOW}
    return Matter(id=new_id("matter"), made=desk.made(), **(values | changes))


def step(desk: Desk, about: Matter, kind: StepKind, *seen: Step, **values: Any) -> Step:
    given = {"happened_at": NOW, "seen": tuple(s.id for s in seen)} | values
    return Step(id=new_id("step"), made=desk.made(), matter=about.id, kind=kind, **given)


def department(store: DistrictStore, name: str = "区住房建设局") -> str:
    return admin.add_department(store, name, Level.DISTRICT, "")


def test_nothing_escalates_of_an_order_whose_matter_closed_and_the_edited_category_counts(
    district_store: DistrictStore,
) -> None:
    desk = enrol_desk(district_store)
    secretary = admin.add_staff(district_store, "李书记", desk.unit, [Role.ISSUING_SECRETARY])
    limits = OrderLimits(
        report_minutes=30, leader_rank="科级", resolve_hours=24, report_by=NOW - timedelta(minutes=15),
        resolve_by=NOW + timedelta(hours=24),
    )  # fmt: skip
    ended, open_ = matter(desk), matter(desk)
    unit = department(district_store)
    orders = [
        order(desk.made(by=secretary), unit, matter=about.id, issued_at=NOW, limits=limits, grade="blue")
        for about in (ended, open_)
    ]
    edit = Revision(
        id=new_id("revision"), made=desk.made(), card=open_.id, seen=(open_.id,), fields={"category": "labour"}
    )
    close = step(desk, ended, StepKind.CLOSED, text="已修好")
    assert set(desk.reasons(ended, open_, *orders, edit, close)) == {""}
    with district_store.read() as conn:
        here = load_matter(conn, open_.id)
        closed = load_matter(conn, ended.id)
    assert here is not None
    assert (here.matter.category, here.state.state) == (Category.LABOUR, MatterStage.REGISTERED)
    assert closed is not None
    assert closed.state == fold_matter([close], ended.discovered_at)
    assert Escalator(district_store, lambda: NOW).look() > 0
    kinds = []
    for one in orders:
        with district_store.read() as conn:
            loaded = load(conn, one.id)
        assert loaded is not None
        kinds.append({s.kind for s in loaded[2]})
    assert kinds == [set(), {OrderStepKind.ESCALATED}]
    again = step(desk, ended, StepKind.REOPENED, close, text="又漏了")
    assert desk.reasons(again) == [""]
    assert Escalator(district_store, lambda: NOW).look() > 0


def test_a_unit_that_was_given_a_matter_finds_it_with_its_clock_until_the_matter_closes(
    district_store: DistrictStore,
) -> None:
    desk, unit = enrol_desk(district_store), department(district_store)
    about = matter(desk)
    given = step(desk, about, StepKind.TRANSFERRED, to_unit=unit)
    assert desk.reasons(about, given) == ["", ""]
    with district_store.read() as conn:
        (row,) = open_at(conn, unit)
    assert (row.matter, row.stage, row.at) == (about.id, PassedStage.WAITING, NOW)
    assert [(clock.kind, clock.at) for clock in row.clocks] == [(PASSING, NOW)]
    took = step(desk, about, StepKind.RECEIVED, given, by_unit=unit)
    assert desk.reasons(took) == [""]
    with district_store.read() as conn:
        assert [(r.stage, r.clocks) for r in open_at(conn, unit)] == [(PassedStage.HELD, ())]
    assert desk.reasons(step(desk, about, StepKind.CLOSED, took, text="办好")) == [""]
    with district_store.read() as conn:
        ended = passed_row(conn, about.id, unit)
        assert open_at(conn, unit) == []
    assert ended is not None
    assert ended.stage is PassedStage.CLOSED
    assert check(district_store) == {}


def test_the_order_of_arrival_changes_nothing_and_an_edit_of_the_nature_is_seen(district_store: DistrictStore) -> None:
    desk, unit = enrol_desk(district_store), department(district_store)
    about = matter(desk)
    given = step(desk, about, StepKind.TRANSFERRED, to_unit=unit)
    assert desk.reasons(given) == [""]
    with district_store.read() as conn:
        assert open_at(conn, unit) == []  # its matter has not come
    assert desk.reasons(about) == [""]
    with district_store.read() as conn:
        assert len(open_at(conn, unit)) == 1
    sealed_now = Revision(
        id=new_id("revision"), made=desk.made(), card=about.id, seen=(about.id,), fields={"nature": "accusation"}
    )
    assert desk.reasons(sealed_now) == [""]
    with district_store.read() as conn:
        assert open_at(conn, unit) == []  # an accusation is on nobody's page


def test_no_other_station_gives_a_matter_away(district_store: DistrictStore) -> None:
    desk, other = enrol_desk(district_store), enrol_desk(district_store, "红坳社区", "钱登记")
    unit, about = department(district_store), matter(desk)
    early = step(other, about, StepKind.TRANSFERRED, to_unit=unit)
    assert other.reasons(early) == [""]  # nobody knows yet whose matter that is
    assert desk.reasons(about) == [""]
    assert other.reasons(step(other, about, StepKind.TRANSFERRED, to_unit=unit)) == ["protocol.out_of_scope"]
    with district_store.read() as conn:
        assert open_at(conn, unit) == []
        here = load_matter(conn, about.id)
    assert here is not None
    assert here.steps == ()


def test_what_is_erased_is_on_no_page(district_store: DistrictStore) -> None:
    desk, unit = enrol_desk(district_store), department(district_store)
    lead = admin.add_staff(district_store, "站长", desk.unit, [Role.STATION_LEAD])
    about, other = matter(desk), matter(desk)
    given = [step(desk, one, StepKind.TRANSFERRED, to_unit=unit) for one in (about, other)]
    assert set(desk.reasons(about, other, *given)) == {""}
    gone = [
        Erasure(id=new_id("erasure"), made=desk.made(by=lead), target=target, reason="误登")
        for target in (about.id, given[1].id)
    ]
    assert set(desk.reasons(*gone)) == {""}
    with district_store.read() as conn:
        assert open_at(conn, unit) == []
    assert check(district_store) == {}


def test_a_clock_that_an_erased_edit_set_runs_no_more(district_store: DistrictStore) -> None:
    desk, unit = enrol_desk(district_store), department(district_store)
    about = matter(desk)
    number = {"system": "民意速办", "number": "1", "due_on": "2026-12-09"}
    edit = Revision(
        id=new_id("revision"), made=desk.made(), card=about.id, seen=(about.id,), fields={"external": [number]}
    )
    given = step(desk, about, StepKind.TRANSFERRED, to_unit=unit)
    assert set(desk.reasons(about, given, edit)) == {""}
    with district_store.read() as conn:
        assert {clock.kind for clock in open_at(conn, unit)[0].clocks} == {PASSING, EXTERNAL}
    gone = Erasure(id=new_id("erasure"), made=desk.made(), target=edit.id, reason="误登")
    assert desk.reasons(gone) == [""]
    with district_store.read() as conn:
        assert {clock.kind for clock in open_at(conn, unit)[0].clocks} == {PASSING}
    assert check(district_store) == {}


def test_a_store_of_an_older_program_is_listed_as_a_new_one_would_be(district_store: DistrictStore) -> None:
    desk, unit = enrol_desk(district_store), department(district_store)
    secretary = admin.add_staff(district_store, "李书记", desk.unit, [Role.ISSUING_SECRETARY])
    about = matter(desk)
    part = Participation(
        id=new_id("participation"), made=desk.made(), subject=about.id, party=new_id("person"), role=PartyRole.APPLICANT
    )
    asked = order(desk.made(by=secretary), unit, matter=about.id, request=new_id("order_request"))
    given = step(desk, about, StepKind.TRANSFERRED, to_unit=unit)
    assert set(desk.reasons(about, part, given, asked)) == {""}
    queries = [text(f"SELECT * FROM {name} ORDER BY 1, 2") for name in ("matter_fact", "passed", "dispatch_order")]
    with district_store.write() as conn:
        before = [conn.execute(query).all() for query in queries]
        for statement in ("DELETE FROM matter_fact", "DELETE FROM passed", "UPDATE dispatch_order SET request = ''"):
            conn.execute(text(statement))
        list_facts(conn)
        list_requests(conn)
        assert [conn.execute(query).all() for query in queries] == before
    assert [len(rows) for rows in before] == [2, 1, 1]


@pytest.mark.parametrize("passed_on", [False, True])
def test_folding_costs_what_changed_and_not_what_is_stored(district_store: DistrictStore, passed_on: bool) -> None:
    desk, unit = enrol_desk(district_store), department(district_store)
    meter = Meter(district_store)

    def page(count: int) -> Callable[[], object]:
        abouts = [matter(desk) for _ in range(count)]
        kind = StepKind.TRANSFERRED if passed_on else StepKind.HANDLED
        steps = [step(desk, about, kind, to_unit=unit, text="请办理") for about in abouts]
        edits = [
            Revision(id=new_id("revision"), made=desk.made(), card=a.id, seen=(a.id,), fields={"place": "二楼"})
            for a in abouts
        ]
        return lambda: desk.push(*abouts, *steps, *edits)

    page(20)()
    small = meter.of(page(20))
    for _ in range(8):
        page(300)()  # so much that a database does better by its index than by reading all
    if district_store.postgres:
        with district_store.write() as conn:
            conn.exec_driver_sql("ANALYZE")
    page(20)()
    large = meter.of(page(20))
    assert large < 2 * small, (small, large)
