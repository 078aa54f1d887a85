"""Cards at the district, on SQLCipher and on PostgreSQL: folded as at the stations; conflicts are listed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from sync.protocol.messages import State
from sync.records.audit import Erasure
from sync.records.cards import Revision
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.server.cards import edit_card, field_said
from sync.server.store.cards import cards_in_conflict, conflict_counts, folded_card, list_edits
from sync.server.store.check import check
from sync.server.store.records import read
from sync.server.store.schema import card_conflict, card_edit, content
from sync.server.store.store import DistrictStore
from tests.support.district import Desk, enrol_desk


def person(desk: Desk, **fields: Any) -> Person:
    return Person(id=new_id("person"), made=desk.made(), name="黎平桂", phones=("13812345678",), **fields)


def edit(desk: Desk, card: str, seen: tuple[str, ...] = (), **fields: Any) -> Revision:
    return Revision(id=new_id("revision"), made=desk.made(), card=card, seen=seen or (card,), fields=fields)


def two_desks(store: DistrictStore) -> tuple[Desk, Desk]:
    return enrol_desk(store), enrol_desk(store, staff_name="赵登记")


def test_edits_that_do_not_overlap_are_merged_and_none_is_listed(district_store: DistrictStore) -> None:
    one, two = two_desks(district_store)
    card = person(one)
    one.push(card, edit(one, card.id, note="耳背", phones=["13812345678", "075521080000"]))
    two.push(edit(two, card.id, address="甲子塘", phones=["13912345678", "13812345678"]))
    with district_store.read() as conn:
        found = folded_card(conn, card.id)
        assert conflict_counts(conn) == {}
    assert (found.folded.fields["note"], found.folded.fields["address"]) == ("耳背", "甲子塘")
    assert set(found.folded.fields["phones"]) == {"13812345678", "13912345678", "075521080000"}
    assert check(district_store) == {}


@pytest.mark.parametrize("card_last", [True, False])
def test_a_field_set_differently_is_listed_until_somebody_decides(
    district_store: DistrictStore, card_last: bool
) -> None:
    one, two = two_desks(district_store)
    card = person(one)
    mine, theirs = edit(one, card.id, address="甲"), edit(two, card.id, address="乙")
    if card_last:
        two.push(theirs)
        one.push(mine, card)
    else:
        one.push(card, mine)
        two.push(theirs)
    with district_store.read() as conn:
        (found,) = cards_in_conflict(conn)
        assert conflict_counts(conn) == {one.unit: 1}
    assert (found.id, found.unit) == (card.id, one.unit)
    assert {side.value for side in found.folded.conflicts["address"]} == {"甲", "乙"}
    assert check(district_store) == {}
    two.push(edit(two, card.id, (mine.id, theirs.id), address="甲"))
    with district_store.read() as conn:
        assert conflict_counts(conn) == {}
    assert check(district_store) == {}


def test_erasing_one_side_or_the_card_ends_the_conflict_and_late_edits_are_erased(
    district_store: DistrictStore,
) -> None:
    one, two = two_desks(district_store)
    first, second = person(one), person(one)
    sides = [edit(one, first.id, address="甲"), edit(one, second.id, address="甲")]
    one.push(first, second, *sides)
    two.push(edit(two, first.id, address="乙"), edit(two, second.id, address="乙"))
    erased = [Erasure(id=new_id("erasure"), made=one.made(), target=t, reason="误登") for t in (sides[0].id, second.id)]
    one.push(*erased)
    (late,) = two.push(edit(two, second.id, address="丙"))
    assert late.state is State.ACCEPTED
    with district_store.read() as conn:
        assert conflict_counts(conn) == {}
        assert folded_card(conn, first.id).folded.fields["address"] == "乙"
        with pytest.raises(Refused):
            folded_card(conn, second.id)
    assert check(district_store) == {}


def test_what_the_district_edited_of_a_card_is_erased_with_it(district_store: DistrictStore) -> None:
    one, _ = two_desks(district_store)
    card = person(one)
    one.push(card, edit(one, card.id, note="耳背"))
    made = edit_card(district_store, card.id, {"address": "区里核实的地址"}, by="")
    with district_store.read() as conn:
        before = conn.execute(select(content).where(content.c.id == made)).one()
    one.push(Erasure(id=new_id("erasure"), made=one.made(), target=card.id, reason="本人要求"))
    with district_store.read() as conn:
        assert read(conn, made).erased
    assert check(district_store) == {}
    with district_store.write() as conn:  # as a district of before left it
        conn.execute(content.update().where(content.c.id == made).values(body=before.body, salt=before.salt))
    assert check(district_store) == {}, "what was erased is on no list"
    check(district_store, repair=True)
    with district_store.read() as conn:
        assert read(conn, made).erased


def test_an_edit_to_what_a_card_cannot_be_is_left_out_as_at_the_stations(district_store: DistrictStore) -> None:
    one, two = two_desks(district_store)
    card = person(one)
    one.push(card, edit(one, card.id, sex="7"))
    two.push(edit(two, card.id, address="乙"))
    with district_store.read() as conn:
        found = folded_card(conn, card.id)
    assert (found.folded.fields.get("sex"), found.folded.fields["address"]) == ("9", "乙")
    assert check(district_store) == {}


def test_edits_that_an_older_program_kept_are_listed_by_the_migration(district_store: DistrictStore) -> None:
    one, two = two_desks(district_store)
    card = person(one)
    one.push(card, edit(one, card.id, address="甲"))
    two.push(edit(two, card.id, address="乙"))
    with district_store.write() as conn:
        conn.execute(card_edit.delete())
        conn.execute(card_conflict.delete())
        list_edits(conn)
        assert conflict_counts(conn) == {one.unit: 1}
    assert check(district_store) == {}


def test_the_district_edits_a_card_and_a_wrong_edit_is_refused(district_store: DistrictStore) -> None:
    one, _ = two_desks(district_store)
    card = person(one, address="旧址")
    one.push(card)
    assert edit_card(district_store, card.id, {"address": "旧址"}, by="") == ""
    made = edit_card(district_store, card.id, {"address": "区里核实的地址"}, by="")
    one.push(edit(one, card.id, address="甲"))
    with district_store.read() as conn:
        (found,) = cards_in_conflict(conn)
    assert made in {side.said_by for side in found.folded.conflicts["address"]}
    for wrong, key in (({"shoe_size": "43"}, "no_such_field"), ({"sex": "7"}, "not_a_value"), ({"id": "x"}, "no_such")):
        with pytest.raises(Refused, match=key):
            edit_card(district_store, card.id, wrong, by="")
    with pytest.raises(Refused, match="no_such_record"):
        edit_card(district_store, new_id("person"), {"address": "甲"}, by="")
    assert field_said('phones=["13812345678"]') == ("phones", ["13812345678"])
    for text in ("address", "=甲", "phones=[1"):
        with pytest.raises(Refused, match="field_unreadable"):
            field_said(text)
