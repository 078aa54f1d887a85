"""One transaction at the desk: what is added can be read back, cards are edited field by field, numbers are carried."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store import leases
from desktop.store.drafts import discard_draft, list_drafts, load_draft, save_draft
from desktop.store.journal import StoreJournal
from desktop.store.links import participations_of, steps_of, subjects_of_party, visits_of_matter
from desktop.store.matters import list_matters
from desktop.store.orders import list_orders
from desktop.store.rows import DraftRow
from desktop.store.units import staff, units
from sync.records.audit import Erasure
from sync.records.canonical import canonical
from sync.records.cards import Revision
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.matters import Matter, StepKind
from sync.records.numbers import desk_suffix
from sync.records.orders import OrderReply, ReplyKind
from sync.records.papers import Series
from sync.records.persons import Person
from sync.records.units import Level, OrgUnit, Role, StaffMember
from tests.support.desk_store import NOW, STAFF, UNIT, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.new(tmp_path)
    yield desk
    desk.store.close()


def test_what_was_added_is_there_within_and_after_the_transaction(desk: Desk) -> None:
    visit = desk.visit()
    with desk.store.write() as work:
        sealed = work.add(visit)
        assert work.sealed(visit.id) == sealed
        assert work.get(visit.id) == visit
        assert work.changes.touches("visit")
    with desk.store.read() as reader:
        assert reader.sealed(visit.id) == sealed
        assert sealed.body == canonical(visit)
        with pytest.raises(Refused, match=r"store\.no_such_record"):
            reader.get(new_id("visit"))


def test_the_same_record_twice_is_one_and_another_under_its_id_is_refused(desk: Desk) -> None:
    visit = desk.visit()
    with desk.store.write() as work:
        first = work.add(visit)
        assert work.add(visit) == first
    with desk.store.write() as work:
        assert work.add(visit) == first
        with pytest.raises(Refused, match=r"store\.id_taken"):
            work.add(desk.visit("另一段话", id=visit.id))
    assert StoreJournal(desk.store).standing().unsent == 1


def test_a_card_is_edited_field_by_field_and_nothing_is_written_where_nothing_differs(desk: Desk) -> None:
    person = desk.person("黎平桂", phones=("13812345678",))
    with desk.store.write() as work:
        work.add(person)
        assert work.revise(person.id, {"name": "黎平桂", "note": "", "phones": ("13812345678",)}, desk.made) is None
        sealed = work.revise(person.id, {"name": "黎平桂", "address": "甲子塘", "phones": ()}, desk.made)
        assert sealed is not None
        edit = work.get(sealed.id)
        assert isinstance(edit, Revision)
        assert (edit.fields, edit.seen) == ({"address": "甲子塘", "phones": []}, (person.id,))
        value = work.get(person.id)
        assert isinstance(value, Person)
        assert (value.name, value.address, value.phones) == ("黎平桂", "甲子塘", ())
        assert work.changes.touches("person")


def test_two_edits_that_did_not_see_each_other_are_a_conflict_until_somebody_has_seen_both(desk: Desk) -> None:
    person = desk.person()
    with desk.store.write() as work:
        work.add(person)
        work.revise(person.id, {"address": "甲"}, desk.made, seen=(person.id,))
        work.revise(person.id, {"address": "乙"}, desk.made, seen=(person.id,))
        folded = work.folded(person.id)
        assert set(folded.conflicts) == {"address"}
        assert len(folded.heads) == 2
        assert work.revise(person.id, {"address": folded.fields["address"]}, desk.made) is not None
        assert work.folded(person.id).conflicts == {}


def test_an_edit_of_a_field_that_no_card_has_or_to_a_value_that_none_takes_is_a_bug(desk: Desk) -> None:
    person = desk.person()
    desk.keep(person)
    for fields in ({"shoe_size": 43}, {"id": "per_x"}, {"sex": "7"}):
        with pytest.raises(Exception, match=r"no such fields|unreadable"), desk.store.write() as work:
            work.revise(person.id, fields, desk.made)
    with desk.store.read() as reader:
        assert reader.revisions_of(person.id) == []


def test_an_edit_that_comes_before_its_card_is_folded_when_the_card_comes(desk: Desk) -> None:
    matter = desk.matter("漏水")
    edit = Revision(id=new_id("revision"), made=desk.made, card=matter.id, seen=(matter.id,), fields={"title": "渗水"})
    desk.keep(edit)
    desk.keep(desk.step(matter.id, StepKind.ACCEPTED))
    desk.keep(matter)
    with desk.store.read() as reader:
        assert reader.get(matter.id) == Matter(
            **{f: getattr(matter, f) for f in Matter.__dataclass_fields__} | {"title": "渗水"}
        )
        (row,) = list_matters(reader)
        assert (row.title, row.state) == ("渗水", "accepted")


def test_folds_follow_their_facts(desk: Desk) -> None:
    matter = desk.matter()
    order = desk.order(matter.id)
    desk.keep(matter, order)
    reply = OrderReply(
        id=new_id("order_reply"),
        made=desk.made,
        order=order.id,
        department=order.departments[0],
        kind=ReplyKind.SIGNED,
        happened_at=NOW,
    )
    with desk.store.write() as work:
        work.add(reply)
        (row,) = list_orders(work)
        assert (row.replies, row.state) == (1, "signed")
        accepted = desk.step(matter.id, StepKind.ACCEPTED)
        work.add(accepted)
        work.add(desk.step(matter.id, StepKind.RESOLVED, seen=(accepted.id,)))
        assert len(steps_of(work, matter.id)) == 2
        assert work.changes.touches("dispatch_order")
    with desk.store.read() as reader:
        assert list_matters(reader)[0].state == "resolved"


def test_an_erased_step_no_longer_counts_and_an_erased_card_takes_its_edits_along(desk: Desk) -> None:
    matter, person = desk.matter(), desk.person("要删除的人")
    step = desk.step(matter.id, StepKind.ACCEPTED)
    desk.keep(matter, person, step)
    with desk.store.write() as work:
        edit = work.revise(person.id, {"address": "要删除的住址"}, desk.made)
        assert edit is not None
        for target in (step.id, person.id):
            work.add(Erasure(id=new_id("erasure"), made=desk.made, target=target, reason="本人要求"))
    with desk.store.read() as reader:
        assert list_matters(reader)[0].state == "registered"
        for gone in (step.id, person.id, edit.id):
            sealed = reader.sealed(gone)
            assert sealed is not None
            assert (sealed.salt, sealed.body) == (b"", b"")
    late = Revision(id=new_id("revision"), made=desk.made, card=person.id, seen=(person.id,), fields={"note": "迟到"})
    desk.keep(late)
    with desk.store.read() as reader:
        sealed = reader.sealed(late.id)
        assert sealed is not None
        assert sealed.erased


def test_who_takes_part_leaves_out_who_was_withdrawn_and_follows_an_amended_visit(desk: Desk) -> None:
    person, other = desk.person("甲"), desk.person("乙")
    visit = desk.visit()
    part, wrong = desk.takes_part(person.id, visit.id), desk.takes_part(other.id, visit.id)
    gone = desk.takes_part(other.id, visit.id, amends=wrong.id, withdrawn=True)
    matter = desk.matter()
    amended = desk.visit("改过的话", amends=visit.id, amend_reason="笔误", matter=matter.id)
    desk.keep(person, other, visit, part, wrong, gone, matter, amended)
    with desk.store.read() as reader:
        assert participations_of(reader, visit.id) == [part]
        assert participations_of(reader, amended.id) == [part]
        assert subjects_of_party(reader, person.id) == [visit.id, amended.id]
        assert subjects_of_party(reader, other.id) == []
        assert visits_of_matter(reader, matter.id) == [amended]


def test_numbers_come_from_the_lease_then_with_the_desk_s_suffix(desk: Desk) -> None:
    desk.keep(desk.lease(7, 8), desk.lease(8, 20), desk.lease(1, 6, store="sto_another"))
    given = []
    for _ in range(3):
        with desk.store.write() as work:
            given.append(work.allocate(Series.VISIT, UNIT, "光明", 2026))
            work.add(desk.visit(number=given[-1]))
            left = leases.left(work, Series.VISIT, UNIT, 2026)
    assert given == ["光明登2026-000007", "光明登2026-000008", f"光明登2026-000001-{desk_suffix(desk.store.id)}"]
    assert left == 0


def test_a_number_that_no_record_carries_does_not_leave_the_store(desk: Desk) -> None:
    desk.keep(desk.lease(1, 9))

    def forgotten() -> None:
        with desk.store.write() as work:
            work.allocate(Series.VISIT, UNIT, "光明", 2026)
            work.add(desk.visit())

    def broken_off() -> None:
        with desk.store.write() as work:
            work.add(desk.visit(number=work.allocate(Series.VISIT, UNIT, "光明", 2026)))
            raise RuleBroken("records.test")

    with pytest.raises(RuntimeError, match="carries"):
        forgotten()
    with pytest.raises(RuleBroken):
        broken_off()
    with desk.store.write() as work:
        number = work.allocate(Series.VISIT, UNIT, "光明", 2026)
        work.add(desk.visit(number=number))
    assert number == "光明登2026-000001"


def test_fifteen_hundred_records_in_one_transaction_take_no_longer_than_a_short_while(desk: Desk) -> None:
    records = []
    for turn in range(500):
        person, visit = desk.person(f"来访人{turn}", phones=(f"138{turn:08d}",)), desk.visit("客厅天花板发霉脱落")
        records += [person, visit, desk.takes_part(person.id, visit.id)]
    start = time.process_time()
    desk.keep(*records)
    assert time.process_time() - start < 3


def test_drafts_are_kept_offered_and_forgotten(desk: Desk) -> None:
    with desk.store.write() as work:
        for place, who in enumerate((STAFF, "sta_other")):
            at = NOW.replace(minute=place)
            save_draft(
                work,
                id=f"d{place}",
                form="visit",
                form_version=1,
                record="",
                staff=who,
                title="甲",
                values={"a": [place]},
                at=at,
            )
        values = {"text": "漏", "rows": [{"x": None}]}
        save_draft(
            work, id="d0", form="visit", form_version=2, record="r", staff=STAFF, title="乙", values=values, at=NOW
        )
        assert work.changes.kinds == {"draft"}
    with desk.store.read() as reader:
        row = DraftRow("d0", "visit", 2, "r", STAFF, "乙", NOW)
        assert load_draft(reader, "d0") == (row, values)
        assert [d.id for d in list_drafts(reader)] == ["d0", "d1"]
        assert list_drafts(reader, STAFF) == [row]
    with desk.store.write() as work:
        discard_draft(work, "d0")
        with pytest.raises(Refused, match=r"store\.no_such_draft"):
            load_draft(work, "d0")
    assert StoreJournal(desk.store).standing().unsent == 0


def test_the_directory_is_what_the_latest_records_say(desk: Desk) -> None:
    old = OrgUnit(id=new_id("org_unit"), made=desk.made, unit=UNIT, name="旧名", level=Level.COMMUNITY)
    new = OrgUnit(id=new_id("org_unit"), made=desk.made, unit=UNIT, name="新名", level=Level.COMMUNITY, amends=old.id)
    clerk = StaffMember(
        id=new_id("staff_member"), made=desk.made, staff=STAFF, name="张三", unit=UNIT, roles=(Role.REGISTRAR,)
    )
    desk.keep(new, clerk, old)
    with desk.store.read() as reader:
        assert units(reader) == {UNIT: new}
        assert staff(reader) == {STAFF: clerk}


def test_a_store_is_one_writer_at_a_time_and_says_so_to_a_careless_caller(desk: Desk) -> None:
    with desk.store.write(), pytest.raises(RuntimeError, match="open"), desk.store.write():
        pass
