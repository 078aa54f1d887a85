"""An edit that the district does not take, between two that it takes, makes no conflict at anybody's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.store.check import rebuild_projections
from sync.client import day_end
from sync.records.cards import Folded
from sync.records.kinds import STAFF_PREFIX, new_id, new_identity
from sync.records.persons import Person
from sync.server.cards import edit_card
from sync.server.store.cards import folded_card
from sync.server.store.store import DistrictStore
from tests.support.in_process import Desk, enrol_desk, new_district


@pytest.fixture
def district(tmp_path: Path) -> Iterator[DistrictStore]:
    store = new_district(tmp_path)
    yield store
    store.close()


@pytest.fixture
def desks(tmp_path: Path, district: DistrictStore) -> Iterator[list[Desk]]:
    made = [enrol_desk(tmp_path, district, name) for name in ("李文静", "赵登记")]
    for desk in made * 2:
        run(desk)
    yield made
    for desk in made:
        desk.store.close()


def run(desk: Desk) -> day_end.DayEnd:
    return day_end.run(desk.journal, desk.district, "test")


def card(desk: Desk, person: str) -> Folded:
    with desk.store.read() as reader:
        return reader.folded(person)


def test_what_a_refused_edit_stood_between_is_in_line(desks: list[Desk], district: DistrictStore) -> None:
    one, other = desks
    person = Person(id=new_id("person"), made=one.made(), name="黎平桂")
    with one.store.write() as work:
        work.add(person)
    with one.store.write() as work:
        work.revise(person.id, {"address": "甲"}, one.made())
    with one.store.write() as work:  # by somebody whom the district does not know
        work.revise(person.id, {"note": "耳背"}, replace(one.made(), by=new_identity(STAFF_PREFIX)))
    with one.store.write() as work:
        work.revise(person.id, {"address": "乙"}, one.made())
    assert run(one).held == 1
    run(other)
    for folded in (card(one, person.id), card(other, person.id)):
        assert (folded.fields["address"], folded.conflicts) == ("乙", {})
    with district.read() as conn:
        assert folded_card(conn, person.id).folded.conflicts == {}
    edit_card(district, person.id, {"address": "丙"}, "")
    for desk in desks:
        run(desk)
        assert (card(desk, person.id).fields["address"], card(desk, person.id).conflicts) == ("丙", {})
        assert rebuild_projections(desk.store) == {}
