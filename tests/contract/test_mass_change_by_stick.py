"""What would erase or rewrite much at once is asked by stick as it is by network, whichever way the stick goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.actions import mass_change
from desktop.actions.desk import Desk as SignedIn
from desktop.actions.mass_change import MassChange
from desktop.session import Session
from resources import wording
from sync.client import day_end
from sync.records.audit import Erasure
from sync.records.cards import Revision
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.records.units import Role
from sync.server.store import records as district_records
from sync.server.store.store import DistrictStore
from tests.contract.test_bundles import log
from tests.support.district import district_store as district_store
from tests.support.in_process import Desk, enrol_desk
from tests.support.postgres import postgres_url as postgres_url
from tests.support.sticks import Carrier, carrier

MANY = 60
"""More than fifty, which is what a store of few records may lose or rewrite without a question."""

Change = Callable[[Desk, list[Person]], None]


def erase(desk: Desk, people: list[Person]) -> None:
    with desk.store.write() as work:
        for person in people:
            work.add(Erasure(id=new_id("erasure"), made=desk.made(), target=person.id, reason="误登"))


def rewrite(desk: Desk, people: list[Person]) -> None:
    with desk.store.write() as work:
        for person in people:
            seen, fields = (person.id,), {"address": "甲栋"}
            work.add(Revision(id=new_id("revision"), made=desk.made(), card=person.id, seen=seen, fields=fields))


@pytest.fixture
def desk(district_store: DistrictStore, tmp_path: Path) -> Iterator[Desk]:
    made = enrol_desk(tmp_path, district_store, "甲")
    yield made
    made.store.close()


@pytest.fixture
def other(district_store: DistrictStore, tmp_path: Path) -> Iterator[Desk]:
    """Another desk of the same station."""
    made = enrol_desk(tmp_path, district_store, "乙")
    yield made
    made.store.close()


@pytest.fixture
def stick(desk: Desk, tmp_path: Path) -> Carrier:
    return carrier(desk, tmp_path)


def lead(desk: Desk) -> SignedIn:
    return SignedIn(desk.store, Session(desk.staff, "甲", frozenset({Role.STATION_LEAD}), desk.unit, "凤凰"))


def settled_people(*desks: Desk) -> list[Person]:
    """People whom all desks and the district hold."""
    made = desks[0].made()
    people = [Person(id=new_id("person"), made=made, name=f"居民{number}") for number in range(MANY)]
    with desks[0].store.write() as work:
        for person in people:
            work.add(person)
    for desk in (*desks, *desks):  # twice: a receipt has told each of all of them
        assert day_end.run(desk.journal, desk.district, "test").receipt.agreed
    return people


def carried(stick: Carrier, store: DistrictStore) -> None:
    back = stick.read(stick.import_at(store, stick.write(store).files).answers)
    assert back.receipt is not None
    assert back.receipt.agreed


def erased_there(store: DistrictStore, people: list[Person]) -> int:
    with store.read() as conn:
        return sum(kept.erased for kept in district_records.read_many(conn, [person.id for person in people]))


def changed_here(desk: Desk, people: list[Person]) -> int:
    with desk.store.read() as reader:
        values = reader.current([person.id for person in people])
    return sum(values.get(person.id) != person for person in people)


def question(desk: Desk) -> mass_change.Told:
    told = mass_change.open_question(lead(desk))
    assert told is not None
    return told


@pytest.mark.parametrize("change", [erase, rewrite])
def test_what_would_go_up_stops_before_anything_is_written_until_the_lead_agrees(
    district_store: DistrictStore, desk: Desk, stick: Carrier, change: Change
) -> None:
    people = settled_people(desk)
    change(desk, people)
    with pytest.raises(MassChange, match=r"mass_sent") as by_stick:
        stick.write(district_store)
    assert list(stick.folder.iterdir()) == [], "no file is left"
    with pytest.raises(MassChange) as by_network:
        day_end.run(stick.journal, desk.district, "test")
    said = wording("zh")
    assert said(by_stick.value.key, **by_stick.value.values) == said(by_network.value.key, **by_network.value.values)
    assert {one.id for one in question(desk).named} == {person.id for person in people}
    mass_change.answer(lead(desk), go_on=False)
    with pytest.raises(MassChange, match=r"mass_declined"):
        stick.write(district_store)
    assert list(stick.folder.iterdir()) == []
    mass_change.answer(lead(desk), go_on=True)
    carried(stick, district_store)
    assert desk.journal.standing().unsent == 0
    assert erased_there(district_store, people) == (MANY if change is erase else 0)
    assert mass_change.open_question(lead(desk)) is None


def test_what_was_agreed_to_is_not_asked_again_because_an_older_answer_was_read(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    people = settled_people(desk)
    log(desk)
    older = stick.import_at(district_store, stick.write(district_store).files)
    erase(desk, people)
    with pytest.raises(MassChange):
        stick.write(district_store)
    mass_change.answer(lead(desk), go_on=False)
    stick.read(older.answers)
    with pytest.raises(MassChange, match=r"mass_declined"):
        stick.write(district_store)
    mass_change.answer(lead(desk), go_on=True)
    stick.read(older.answers)
    carried(stick, district_store)
    assert erased_there(district_store, people) == MANY


def test_what_is_written_after_the_lead_agreed_is_asked_for_itself(
    district_store: DistrictStore, desk: Desk, stick: Carrier
) -> None:
    people, later = settled_people(desk), settled_people(desk)
    erase(desk, people)
    with pytest.raises(MassChange):
        stick.write(district_store)
    mass_change.answer(lead(desk), go_on=True)
    away = stick.write(district_store)
    erase(desk, later)
    with pytest.raises(MassChange, match=r"mass_sent"):
        stick.write(district_store)
    stick.read(stick.import_at(district_store, away.files).answers)
    with pytest.raises(MassChange, match=r"mass_sent"):
        stick.write(district_store)
    assert (erased_there(district_store, people), erased_there(district_store, later)) == (MANY, 0)


@pytest.mark.parametrize("change", [erase, rewrite])
def test_what_comes_down_is_not_applied_before_the_lead_agrees_and_the_answers_count_at_once(
    district_store: DistrictStore, desk: Desk, other: Desk, stick: Carrier, change: Change
) -> None:
    people = settled_people(desk, other)
    change(other, people)
    assert day_end.run(other.journal, other.district, "test").receipt.agreed
    log(desk)
    answers = stick.import_at(district_store, stick.write(district_store).files).answers
    cursor = desk.journal.standing().cursor
    for said in ("mass_received", "mass_declined", "mass_declined"):
        with pytest.raises(MassChange, match=said):
            stick.read(answers)
        assert desk.journal.standing().unsent == (0 if said == "mass_received" else 1), "and the lead's word is new"
        assert desk.journal.standing().cursor == cursor
        assert changed_here(desk, people) == 0
        if said == "mass_received":
            mass_change.answer(lead(desk), go_on=False)
    with pytest.raises(Refused):
        day_end.run(stick.journal, desk.district, "test")
    mass_change.answer(lead(desk), go_on=True)
    back = stick.read(answers)
    assert back.receipt is not None
    assert back.receipt.agreed
    assert changed_here(desk, people) == MANY
    assert stick.read(answers).pulled == 0, "read again it changes nothing, and nobody is asked"
    assert day_end.run(desk.journal, desk.district, "test").receipt.agreed


def test_a_late_answer_brings_nothing_that_came_by_network_meanwhile_and_nobody_is_asked(
    district_store: DistrictStore, desk: Desk, other: Desk, stick: Carrier
) -> None:
    people = settled_people(desk, other)
    rewrite(other, people)
    day_end.run(other.journal, other.district, "test")
    answers = stick.import_at(district_store, stick.write(district_store).files).answers
    day_end.run(desk.journal, desk.district, "test")
    assert changed_here(desk, people) == MANY
    assert stick.read(answers).pulled == 0
    assert mass_change.open_question(lead(desk)) is None
