"""Held records against a real district: each is shown with its reason, mended or sent again, and holds nobody up."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from desktop.actions.attachments import attach
from desktop.actions.blank_forms import blanks_out, hand_out
from desktop.actions.desk import Desk
from desktop.actions.held import (
    MOST_HISTORY,
    Offer,
    give_up,
    held_now,
    keep_held,
    mended,
    offer,
    send_all_again,
    send_held_again,
    take_over,
)
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.persons import person_draft, save_person
from desktop.actions.steps import add_step
from desktop.actions.visits import amend_visit, log_visit, visit_draft
from desktop.forms.matters import STEP_FORM
from desktop.forms.questions import fresh
from desktop.forms.visits import VISIT_FORM
from desktop.store.held import count_held, list_closed, list_held
from desktop.store.journal import StoreJournal
from desktop.store.links import participations_of
from desktop.store.rows import HeldState
from sync.protocol.version import MAX_BODY_BYTES, MAX_RECORD_BYTES
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import STAFF_PREFIX, new_id, new_identity
from sync.records.papers import NumberVoid, Series
from sync.records.units import Role, StaffMember
from sync.records.visits import Channel, Visit
from sync.server.place import place_from
from sync.server.store.cards import folded_card
from sync.server.store.records import read_many
from sync.server.store.refusals import refusals
from sync.server.store.store import Connection, DistrictStore
from tests.system.actions.test_attached_day_end import PHOTO
from tests.system.actions.test_exchange import Enrolled, district, enrolled

__all__ = ["district", "enrolled"]


def stranger(enrolled: Enrolled) -> Desk:
    """Somebody at this desk of whom the district knows nothing."""
    session = dataclasses.replace(enrolled.desk.session, staff=new_identity(STAFF_PREFIX), name="无名氏")
    return dataclasses.replace(enrolled.desk, session=session)


def log(desk: Desk, text: str = "漏水", name: str = "张伟") -> str:
    given = {"name": name, "text": text, "happened_at": desk.now().isoformat()}
    return log_visit(desk, fresh(VISIT_FORM, "visit", given)).id


def held(enrolled: Enrolled) -> dict[str, tuple[HeldState, str, str]]:
    with enrolled.store.read() as reader:
        rows = list_held(reader)
        assert count_held(reader) == len(rows)
    return {row.id: (row.state, row.reason, row.field) for row in rows}


@contextmanager
def there(enrolled: Enrolled) -> Iterator[Connection]:
    """The district's own store, beside its server."""
    place = place_from(enrolled.district.db, None, None, {})
    store = DistrictStore.open(place.url, place.key())
    try:
        with store.read() as conn:
            yield conn
    finally:
        store.close()


def open_there(enrolled: Enrolled) -> set[str]:
    """What the district's own list has of this station that nothing has replaced."""
    unit = enrolled.desk.session.unit
    with there(enrolled) as conn:
        return {r.id for r in refusals(conn, 1000) if r.unit == unit and not r.replaced_by}


def test_one_bad_record_among_others_is_held_with_reason_and_field_and_blocks_none(enrolled: Enrolled) -> None:
    log(enrolled.desk, "之前")
    now = enrolled.desk.now()
    made = dataclasses.replace(enrolled.desk.made(), by=new_identity(STAFF_PREFIX))
    bad = Visit(id=new_id("visit"), made=made, channel=Channel.WALK_IN, happened_at=now, text="何人所记")
    with enrolled.store.write() as work:
        work.add(bad)
    after = log(enrolled.desk, "之后")
    end = enrolled.day_end()
    assert (end.agreed, end.refused, end.held, end.unsent) == (True, 1, 1, 0)
    assert held(enrolled) == {bad.id: (HeldState.REFUSED, "protocol.unknown_staff", "made.by")}
    assert open_there(enrolled) == {bad.id}
    offered = offer(enrolled.desk, bad.id)
    assert (offered.mend, offered.again, offered.take_over, offered.give_up) == (True, True, False, False)

    draft = visit_draft(enrolled.desk, bad.id) | {"name": "张伟", "amend_reason": "由在岗人员重记"}
    mended(enrolled.desk, bad.id, amend_visit(enrolled.desk, bad.id, draft))
    assert held(enrolled)[bad.id][0] is HeldState.MENDED  # it leaves by proof, and not before
    assert offer(enrolled.desk, bad.id).mend is False
    end = enrolled.day_end()
    assert (end.agreed, end.refused, end.held, end.unsent) == (True, 0, 0, 0)
    assert held(enrolled) == {}
    assert open_there(enrolled) == set()
    with enrolled.store.read() as reader:
        (row,) = list_closed(reader, 10)
        assert (row.id, row.state) == (bad.id, HeldState.REPLACED)
        new = reader.find(row.successor, Visit)
        assert new is not None
        assert (new.amends, new.text, new.made.by) == (bad.id, bad.text, enrolled.desk.session.staff)
        assert reader.find(after, Visit) is not None
    assert StoreJournal(enrolled.store).standing().held == 0


def test_records_that_are_too_large_are_held_by_themselves_and_block_none(
    enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that the district reads and refuses, and one that is longer than any request: both saved by a program that
    did not look."""
    enrolled.day_end()
    before = log(enrolled.desk, "之前")
    now, made = enrolled.desk.now(), enrolled.desk.made()
    large = {
        size: Visit(id=new_id("visit"), made=made, channel=Channel.WALK_IN, happened_at=now, text="x" * size)
        for size in (MAX_RECORD_BYTES, MAX_BODY_BYTES)
    }
    for each in large.values():
        with pytest.raises(RuleBroken, match=r"records\.record_large"), enrolled.store.write() as work:
            work.add(each)
    monkeypatch.setattr("desktop.store.work.MAX_RECORD_BYTES", MAX_BODY_BYTES * 2)
    with enrolled.store.write() as work:
        for each in large.values():
            work.add(each)
    after = log(enrolled.desk, "之后")
    end = enrolled.day_end()
    assert (end.agreed, end.held, end.unsent) == (True, 2, 0)
    assert {name: found[:2] for name, found in held(enrolled).items()} == {
        each.id: (HeldState.REFUSED, "protocol.record_too_large") for each in large.values()
    }
    with there(enrolled) as conn:
        assert {k.id for k in read_many(conn, [before, after, *(each.id for each in large.values())])} == {
            before,
            after,
        }
    end = enrolled.day_end()
    assert (end.held, end.unsent) == (2, 0)


def test_once_the_cause_is_gone_all_are_sent_again_and_the_history_stays(enrolled: Enrolled) -> None:
    unknown = stranger(enrolled)
    visit = log(unknown)
    end = enrolled.day_end()
    assert end.agreed
    reasons = held(enrolled)
    assert set(reasons.values()) == {(HeldState.REFUSED, "protocol.unknown_staff", "made.by")}
    kinds = {row.kind for row in held_now(enrolled.desk).held}
    assert {"visit", "person", "participation"} <= kinds

    count, _ = send_all_again(enrolled.desk)
    assert count == len(reasons)
    keep_held(enrolled.desk, visit)  # one of them was a slip of the hand
    assert held(enrolled) == {visit: reasons[visit]}
    assert len(held_now(enrolled.desk).again) == count - 1
    with pytest.raises(Refused, match=r"held\.not_held"):
        keep_held(enrolled.desk, visit)
    end = enrolled.day_end()
    assert (end.agreed, end.refused, end.held) == (True, count - 1, count)

    member = StaffMember(
        id=new_id("staff_member"),
        made=enrolled.desk.made(),
        staff=unknown.session.staff,
        name="无名氏",
        unit=enrolled.desk.session.unit,
        roles=(Role.REGISTRAR, Role.MEDIATOR),
    )
    with enrolled.store.write() as work:
        work.add(member)
    assert enrolled.day_end().held == count
    send_all_again(enrolled.desk)
    end = enrolled.day_end()
    assert (end.agreed, end.refused, end.held, end.unsent) == (True, 0, 0, 0)
    assert enrolled.held_there(enrolled.store)
    assert open_there(enrolled) == set()
    closed = held_now(enrolled.desk, history=True).closed
    assert {row.id for row in closed} == set(reasons)
    assert all(row.state is HeldState.ACCEPTED and row.settled_at for row in closed)
    assert len(closed) < MOST_HISTORY


def test_a_colleague_says_a_fact_again_in_their_own_name(enrolled: Enrolled) -> None:
    visit = log(enrolled.desk)
    matter = open_matter(enrolled.desk, visit, matter_draft_from(enrolled.desk, visit)).id
    draft = fresh(
        STEP_FORM, "step", {"kind": "accepted", "text": "受理", "happened_at": enrolled.desk.now().isoformat()}
    )
    step = add_step(stranger(enrolled), matter, draft).id
    assert enrolled.day_end().held == 1
    found: Offer = offer(enrolled.desk, step)
    assert (found.mend, found.take_over) == (False, True)
    nobody = dataclasses.replace(enrolled.desk.session, roles=frozenset[Role]())
    with pytest.raises(Refused, match="not_yours"):
        take_over(dataclasses.replace(enrolled.desk, session=nobody), step)
    new = take_over(enrolled.desk, step)
    with pytest.raises(Refused, match=r"held\.mended_already"):
        take_over(enrolled.desk, step)
    assert held(enrolled)[step][0] is HeldState.MENDED
    end = enrolled.day_end()
    assert (end.agreed, end.held, end.refused) == (True, 0, 0)
    assert open_there(enrolled) == set()
    assert held_now(enrolled.desk, history=True).closed[0].successor == new.id


def test_a_mended_edit_of_a_card_reaches_the_district_whole_and_without_a_conflict(enrolled: Enrolled) -> None:
    visit = log(enrolled.desk, name="王芳")
    with enrolled.store.read() as reader:
        person = participations_of(reader, visit)[0].party
    draft, seen = person_draft(enrolled.desk, person)
    save_person(enrolled.desk, {**draft, "address": "一"}, person, seen)
    assert enrolled.day_end().held == 0
    draft, seen = person_draft(enrolled.desk, person)
    save_person(stranger(enrolled), {**draft, "address": "二", "occupation": "教师"}, person, seen)
    assert enrolled.day_end().held == 1
    (edit,) = held(enrolled)
    draft, seen = person_draft(enrolled.desk, person)
    done = save_person(enrolled.desk, {**draft, "address": "三"}, person, seen)
    mended(enrolled.desk, edit, done)
    end = enrolled.day_end()
    assert (end.agreed, end.refused, end.held) == (True, 0, 0)
    assert open_there(enrolled) == set()
    with enrolled.store.read() as reader:
        here = reader.folded(person)
    assert (here.fields["address"], here.fields["occupation"], here.conflicts) == ("三", "教师", {})
    with there(enrolled) as conn:
        card = folded_card(conn, person).folded
    assert (card.fields["address"], card.fields["occupation"], card.conflicts) == ("三", "教师", {})


def test_a_number_is_made_void_with_a_reason_and_the_district_hears_of_it(enrolled: Enrolled) -> None:
    enrolled.day_end()
    hand_out(stranger(enrolled), Series.VISIT, 1)
    (blank,) = blanks_out(enrolled.desk)
    assert enrolled.day_end().held == 1
    assert offer(enrolled.desk, blank.id).give_up
    give_up(enrolled.desk, blank.id, "纸损坏")
    assert held(enrolled)[blank.id][0] is HeldState.GIVEN_UP
    with pytest.raises(Refused, match=r"held\.not_to_give_up"):
        give_up(enrolled.desk, blank.id, "再来一次")
    end = enrolled.day_end()
    assert (end.agreed, end.held) == (True, 0)
    assert open_there(enrolled) == set()
    (row,) = held_now(enrolled.desk, history=True).closed
    with enrolled.store.read() as reader:
        void = reader.find(row.successor, NumberVoid)
    assert row.state is HeldState.VOID
    assert void is not None
    assert void.reason == "纸损坏"


def test_a_file_that_stopped_here_is_told_apart_and_leaves_once_its_withdrawal_is_known(enrolled: Enrolled) -> None:
    visit = log(enrolled.desk)
    attach(enrolled.desk, visit, PHOTO)
    enrolled.day_end()
    journal = StoreJournal(enrolled.store)
    journal.hold_file(PHOTO.digest, "protocol.foreign_type", {})
    ((file, (state, _, _)),) = held(enrolled).items()
    assert state is HeldState.REFUSED
    journal.hold_file(PHOTO.digest, "store.file_digest", {})
    assert held(enrolled)[file][0] is HeldState.HERE
    assert offer(enrolled.desk, file).give_up
    give_up(enrolled.desk, file, "拍错了")
    assert held(enrolled)[file][0] is HeldState.GIVEN_UP
    assert not offer(enrolled.desk, file).again
    assert enrolled.day_end().agreed
    assert held(enrolled) == {}
    assert list(journal.unsent_files()) == []


def test_a_correction_of_what_the_district_has_waits_for_its_cause_to_go(enrolled: Enrolled) -> None:
    """A second correction would not know its place at desks that never see the first."""
    visit = log(enrolled.desk)
    enrolled.day_end()
    unknown = stranger(enrolled)
    draft = visit_draft(unknown, visit) | {"text": "改过", "amend_reason": "笔误"}
    amend_visit(unknown, visit, draft)
    enrolled.day_end()
    (correction,) = (row.id for row in held_now(enrolled.desk).held if row.kind == "visit")
    found = offer(enrolled.desk, correction)
    assert (found.mend, found.take_over, found.again, found.bound) == (False, False, True, True)
    send_held_again(enrolled.desk, correction)
    assert offer(enrolled.desk, correction).undo
