"""Two desks edit one card: what does not overlap is merged, the rest is held until a person decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from desktop.actions import conflicts
from desktop.actions.cards import card
from desktop.actions.drafts import keep_draft, waiting_drafts
from desktop.actions.persons import person_draft, save_person
from desktop.actions.sameness import say_same
from desktop.actions.visits import log_visit
from desktop.forms.form import Draft
from desktop.store.check import rebuild_projections
from desktop.store.conflicts import count_conflicts
from desktop.store.same import edited_since, joined
from sync.records.cards import Revision
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.records.record import Made
from sync.records.sameness import SamenessReason
from tests.system.actions.conftest import Station


@pytest.fixture
def person(station: Station) -> str:
    return save_person(station.desk, station.draft("person", name="黎平桂", phone="13812345678", address="旧址")).id


def elsewhere(station: Station, card_id: str, fields: Mapping[str, Any], seen: tuple[str, ...]) -> Revision:
    """An edit that another desk of the station made meanwhile, as it comes down with the next exchange."""
    made = Made(by=station.people["王小明"], unit=station.store.unit, store="sto_other", at=station.clock.at)
    edit = Revision(id=new_id("revision"), made=made, card=card_id, seen=seen, fields=dict(fields))
    with station.store.write() as work:
        work.add(edit)
    return edit


def both_edit(station: Station, person: str, mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    draft, seen = person_draft(station.desk, person)
    elsewhere(station, person, theirs, seen)
    save_person(station.desk, {**draft, **mine}, person, seen)


def value(station: Station, person: str) -> Person:
    with station.store.read() as reader:
        found = card(reader, person, Person)
    assert isinstance(found, Person)
    return found


def test_two_desks_that_change_different_fields_and_add_different_telephones_are_merged(
    station: Station, person: str
) -> None:
    both_edit(
        station, person, {"note": "听力不好", "other_phone": "13900000001"}, {"phones": ["13812345678", "075521080000"]}
    )
    merged = value(station, person)
    assert merged.note == "听力不好"
    assert set(merged.phones) == {"13812345678", "13900000001", "075521080000"}
    assert len(conflicts.open_conflicts(station.desk)) == 0


def test_the_same_field_is_held_with_both_values_both_people_and_both_times(station: Station, person: str) -> None:
    both_edit(station, person, {"address": "甲子塘"}, {"address": "塘家"})
    (found,) = conflicts.open_conflicts(station.desk)
    (field,) = found.fields
    assert (found.id, found.title, field.field, field.base) == (person, "黎平桂", "address", "旧址")
    assert {(s.value, s.staff_name, s.store == station.store.id) for s in field.sides} == {
        ("甲子塘", "李文静", True),
        ("塘家", "王小明", False),
    }
    assert all(side.at == station.clock.at for side in field.sides)
    assert value(station, person).address == field.sides[0].value
    assert rebuild_projections(station.store) == {}


@pytest.mark.parametrize("chosen", [0, 1])
def test_a_decision_is_an_edit_that_saw_both_and_ends_the_conflict(station: Station, person: str, chosen: int) -> None:
    both_edit(station, person, {"address": "甲子塘"}, {"address": "塘家"})
    found = conflicts.show_conflict(station.desk, person)
    side = found.fields[0].sides[chosen]
    done = conflicts.decide(station.desk, person, {"address": side.value}, found.heads)
    with station.store.read() as reader:
        decision = reader.get(done.id)
    assert isinstance(decision, Revision)
    assert (decision.seen, decision.fields) == (found.heads, {"address": side.value})
    assert value(station, person).address == side.value
    assert conflicts.open_conflicts(station.desk) == []
    with pytest.raises(Refused, match="settled"):
        conflicts.show_conflict(station.desk, person)
    with pytest.raises(Refused, match="settled"):
        conflicts.decide(station.desk, person, {"address": side.value}, found.heads)
    assert rebuild_projections(station.store) == {}


def test_two_decisions_at_once_are_held_again_and_the_same_one_twice_is_none(station: Station, person: str) -> None:
    both_edit(station, person, {"address": "甲子塘"}, {"address": "塘家"})
    found = conflicts.show_conflict(station.desk, person)
    conflicts.decide(station.desk, person, {"address": "甲子塘"}, found.heads)
    elsewhere(station, person, {"address": "甲子塘"}, found.heads)
    assert len(conflicts.open_conflicts(station.desk)) == 0
    elsewhere(station, person, {"address": "东坑"}, found.heads)
    again = conflicts.show_conflict(station.desk, person)
    assert {side.value for side in again.fields[0].sides} == {"甲子塘", "东坑"}


def test_what_was_said_after_the_page_was_opened_is_not_overruled(station: Station, person: str) -> None:
    both_edit(station, person, {"address": "甲子塘"}, {"address": "塘家"})
    found = conflicts.show_conflict(station.desk, person)
    elsewhere(station, person, {"address": "东坑"}, (person,))
    conflicts.decide(station.desk, person, {"address": "甲子塘"}, found.heads)
    again = conflicts.show_conflict(station.desk, person)
    assert {side.value for side in again.fields[0].sides} == {"甲子塘", "东坑"}


@pytest.mark.parametrize("told", ["东坑", "used", "other"])
def test_a_visit_decides_no_conflict(station: Station, person: str, visitor: Callable[..., Draft], told: str) -> None:
    both_edit(station, person, {"address": "甲子塘"}, {"address": "塘家"})
    used, other = (side.value for side in conflicts.show_conflict(station.desk, person).fields[0].sides)
    address = {"used": used, "other": other}.get(told, told)
    about = visitor(name="黎平桂", address=address, phone="13900000001", person=person)
    log_visit(station.desk, station.draft("visit", **about))
    (field,) = conflicts.show_conflict(station.desk, person).fields
    assert {side.value for side in field.sides} == {address, other} if told == "东坑" else {used, other}
    assert value(station, person).address == field.sides[0].value
    if told == "东坑":
        assert value(station, person).address == address
    assert value(station, person).phones == ("13900000001", "13812345678")
    assert rebuild_projections(station.store) == {}


def test_closed_half_way_decides_nothing_and_goes_on_next_time(station: Station, person: str) -> None:
    both_edit(station, person, {"address": "甲子塘", "note": "甲"}, {"address": "塘家", "note": "乙"})
    found = conflicts.show_conflict(station.desk, person)
    conflicts.keep_half(station.desk, person, found.title, found.heads, {"address": "塘家"})
    assert len(conflicts.open_conflicts(station.desk)) == 1
    assert waiting_drafts(station.desk) == []
    assert conflicts.half_made(station.desk, person, found.heads) == {"address": "塘家"}
    assert conflicts.half_made(station.desk, person, (person,)) == {}
    conflicts.decide(station.desk, person, {"address": "塘家"}, found.heads)
    assert [field.field for field in conflicts.show_conflict(station.desk, person).fields] == ["note"]
    assert conflicts.half_made(station.desk, person, found.heads) == {}


def test_a_result_that_is_typed_is_checked_and_others_can_only_be_chosen(station: Station, person: str) -> None:
    both_edit(station, person, {"address": "甲子塘", "sex": "1"}, {"address": "塘家", "sex": "2"})
    found = conflicts.show_conflict(station.desk, person)
    with pytest.raises(RuleBroken, match="choose_one"):
        conflicts.decide(station.desk, person, {"sex": "0"}, found.heads)
    with pytest.raises(RuleBroken, match="unshowable"):
        conflicts.decide(station.desk, person, {"address": "甲\x00"}, found.heads)
    assert len(conflicts.show_conflict(station.desk, person).fields) == 2
    conflicts.decide(station.desk, person, {"address": " 塘家社区 ", "sex": "2"}, found.heads)
    assert (value(station, person).address, value(station, person).sex) == ("塘家社区", "2")


def test_what_a_card_cannot_be_without_is_not_decided_to_be_nothing(station: Station, mediation: str) -> None:
    with station.store.read() as reader:
        matter = reader.get(mediation).matter  # type: ignore[attr-defined]
    for title in ("渗水纠纷", "楼上渗水"):
        elsewhere(station, matter, {"title": title}, (matter,))
    heads = conflicts.show_conflict(station.desk, matter).heads
    with pytest.raises(RuleBroken, match=r"conflicts\.needed") as told:
        conflicts.decide(station.desk, matter, {"title": " "}, heads)
    assert told.value.field == "title"
    with station.store.read() as reader:
        assert count_conflicts(reader) == 1


def test_who_may_not_edit_a_card_may_not_decide_about_it(station: Station, mediation: str) -> None:
    with station.store.read() as reader:
        seen = reader.folded(mediation).heads
    elsewhere(station, mediation, {"place": "甲"}, seen)
    elsewhere(station, mediation, {"place": "乙"}, seen)
    with pytest.raises(Refused, match="not_yours"):
        conflicts.decide(station.desks["王小明"], mediation, {"place": "甲"}, seen)
    conflicts.decide(station.desk, mediation, {"place": "甲"}, conflicts.show_conflict(station.desk, mediation).heads)


def test_an_erased_card_has_no_conflict_and_its_late_edits_are_erased_with_it(station: Station, person: str) -> None:
    from sync.records.audit import Erasure

    both_edit(station, person, {"address": "甲子塘"}, {"address": "塘家"})
    with station.store.write() as work:
        work.add(Erasure(id=new_id("erasure"), made=station.desk.made(), target=person, reason="误登"))
    late = elsewhere(station, person, {"address": "东坑"}, (person,))
    with station.store.write() as work:  # both ends said it
        work.add(Erasure(id=new_id("erasure"), made=station.desk.made(), target=person, reason="误登"))
    with station.store.read() as reader:
        assert count_conflicts(reader) == 0
        kept = reader.sealed(late.id)
    assert kept is not None
    assert kept.erased
    assert rebuild_projections(station.store) == {}


def test_a_draft_that_edits_a_card_goes_with_it_and_none_is_kept_afterwards(station: Station, person: str) -> None:
    """A form that is open meanwhile goes on keeping what is typed: of an erased card that would be what was erased."""
    from desktop.forms.persons import PERSON_FORM
    from sync.records.audit import Erasure

    both_edit(station, person, {"address": "甲子塘"}, {"address": "塘家"})
    draft, _ = person_draft(station.desk, person)
    other = save_person(station.desk, station.draft("person", name="何秀英", phone="13812340000")).id
    heads = conflicts.show_conflict(station.desk, person).heads

    def keep() -> None:
        keep_draft(station.desk, PERSON_FORM, draft, record=person, title="黎平桂")
        keep_draft(station.desk, PERSON_FORM, person_draft(station.desk, other)[0], record=other, title="何秀英")
        conflicts.keep_half(station.desk, person, "黎平桂", heads, {"address": "甲子塘"})

    keep()
    with station.store.write() as work:
        work.add(Erasure(id=new_id("erasure"), made=station.desk.made(), target=person, reason="本人要求"))
    for _ in range(2):
        with station.store.read() as reader:
            assert [row[0] for row in reader.sql("SELECT title FROM draft").fetchall()] == ["何秀英"]
        keep()


def test_how_many_costs_what_is_in_conflict(station: Station, person: str) -> None:
    with station.store.read() as reader:
        plan = reader.sql("EXPLAIN QUERY PLAN SELECT count(*) FROM card WHERE conflicted > 0").fetchall()
    assert "card_conflicted" in str(plan)


def test_an_edit_of_who_somebody_is_beside_a_joining_goes_to_a_person(station: Station, person: str) -> None:
    other = save_person(station.desk, station.draft("person", name="黎平贵", phone="13812345678")).id
    say_same(station.desk, person, other, SamenessReason.TOLD)
    elsewhere(station, other, {"note": "说了别的"}, (other,))
    with station.store.read() as reader:
        assert edited_since(reader, person, other) == ()
    late = elsewhere(station, other, {"name": "李平贵"}, (other,))
    with station.store.read() as reader:
        assert edited_since(reader, person, other) == (late.id,)
        assert joined(reader, other) == (person, other), "nothing is parted or lost by that"
    say_same(station.desk, person, other, SamenessReason.TOLD)
    with station.store.read() as reader:
        assert edited_since(reader, person, other) == ()
    with pytest.raises(Refused, match="same_already"):
        say_same(station.desk, person, other, SamenessReason.TOLD)
