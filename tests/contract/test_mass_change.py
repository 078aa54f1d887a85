"""An exchange that would erase or rewrite much at once stops before it is sent or applied, and a person is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.actions import mass_change as actions
from desktop.actions.desk import Desk as SignedIn
from desktop.actions.mass_change import GuardedJournal, MassChange
from desktop.session import Session
from desktop.store.mass_change import Limit
from sync.protocol.messages import Answer, Frame, Numbered, Receipt, State
from sync.records.audit import AuditEntry, Erasure
from sync.records.canonical import seal
from sync.records.cards import Revision
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.records.units import Role
from tests.support.desk_store import NOW, STAFF, UNIT, Desk

LIMIT = Limit(percent=10, least=5)
MANY = 30


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.new(tmp_path)
    yield desk
    desk.store.close()


@pytest.fixture
def journal(desk: Desk) -> GuardedJournal:
    return GuardedJournal(desk.store, LIMIT)


def lead(desk: Desk, *roles: Role) -> SignedIn:
    return SignedIn(desk.store, Session(STAFF, "李文静", frozenset(roles or (Role.STATION_LEAD,)), UNIT, "凤凰"))


def settled_people(desk: Desk, journal: GuardedJournal, count: int = MANY) -> list[Person]:
    people = [desk.person(f"甲{n}") for n in range(count)]
    desk.keep(*people)
    _settle(journal)
    end(desk, journal, count)
    return people


def _settle(journal: GuardedJournal) -> None:
    records, _ = journal.unsent(1000, 1 << 24, 0)
    journal.settle([Answer(r.id, r.hash, State.ACCEPTED, seq=n, received_at=NOW) for n, r in enumerate(records, 1)])


def erasure(desk: Desk, target: str) -> Erasure:
    return Erasure(id=new_id("erasure"), made=desk.made, target=target, reason="误登")


def edit(desk: Desk, card: str) -> Revision:
    return Revision(id=new_id("revision"), made=desk.made, card=card, seen=(card,), fields={"address": "甲"})


def page(*records: Erasure | Revision, start: int = 100) -> list[Numbered]:
    kinds = {Erasure: "erasure", Revision: "revision"}
    return [Numbered(start + n, NOW, Frame.of(seal(kinds[type(r)], r))) for n, r in enumerate(records)]


def end(desk: Desk, journal: GuardedJournal, upto: int = 0) -> None:
    journal.keep_receipt(Receipt(new_id("visit"), desk.store.id, UNIT, 0, upto, {}, "", True, "", NOW))


def test_few_changes_and_edits_of_what_is_unsent_itself_pass(desk: Desk, journal: GuardedJournal) -> None:
    people = settled_people(desk, journal)
    fresh = [desk.person(f"乙{n}") for n in range(MANY)]
    desk.keep(*fresh, *(edit(desk, p.id) for p in (*fresh, *people[:5])))
    assert len(journal.unsent(1000, 1 << 24, 0)[0]) == 2 * MANY + 5
    assert actions.open_question(lead(desk)) is None


@pytest.mark.parametrize("erases", [True, False])
def test_what_would_be_sent_stops_before_anything_is_sent_until_the_lead_agrees(
    desk: Desk, journal: GuardedJournal, erases: bool
) -> None:
    people = settled_people(desk, journal)
    desk.keep(*((erasure if erases else edit)(desk, p.id) for p in people[:10]))
    for _ in range(2):
        with pytest.raises(MassChange, match=r"mass_sent"):
            journal.unsent(1000, 1 << 24, 0)
    told = actions.open_question(lead(desk))
    assert told is not None
    assert (told.asked.erased, told.asked.rewritten) == ((10, 0) if erases else (0, 10))
    assert {one.id for one in told.named} == {p.id for p in people[:10]}
    with pytest.raises(Refused, match="mass_not_lead"):
        actions.answer(lead(desk, Role.REGISTRAR), go_on=True)
    actions.answer(lead(desk), go_on=False, reason="先问王姐")
    with pytest.raises(MassChange, match=r"mass_declined"):
        journal.unsent(1000, 1 << 24, 0)
    actions.answer(lead(desk), go_on=True, reason="核实过")
    assert len(journal.unsent(1000, 1 << 24, 0)[0]) == 12  # the two answers are in the log
    _settle(journal)
    end(desk, journal)
    desk.keep(*(edit(desk, p.id) for p in people[10:20]))
    with pytest.raises(MassChange):
        journal.unsent(1000, 1 << 24, 0)


def test_the_answers_are_in_the_log_with_counts_and_the_reason(desk: Desk, journal: GuardedJournal) -> None:
    people = settled_people(desk, journal)
    desk.keep(*(edit(desk, p.id) for p in people[:10]))
    with pytest.raises(MassChange):
        journal.unsent(1000, 1 << 24, 0)
    actions.answer(lead(desk), go_on=True, reason="核实过")
    with desk.store.read() as reader:
        (row,) = reader.sql("SELECT id FROM record WHERE kind = 'audit_entry'").fetchall()
        entry = reader.get(row[0])
    assert isinstance(entry, AuditEntry)
    assert (entry.action, entry.detail) == (
        "mass_change",
        f"sent allowed erased=0 rewritten=10 stored={MANY + 10} 核实过",
    )
    with pytest.raises(Refused, match="mass_nothing"):
        actions.answer(lead(desk), go_on=True)


@pytest.mark.parametrize("erases", [True, False])
def test_what_comes_down_is_not_applied_before_the_lead_agrees(
    desk: Desk, journal: GuardedJournal, erases: bool
) -> None:
    people = settled_people(desk, journal)
    records = page(*((erasure if erases else edit)(desk, p.id) for p in people[:10]))
    with pytest.raises(MassChange, match=r"mass_received"):
        journal.take(records, 200)
    with desk.store.read() as reader:
        assert reader.get(people[0].id) == people[0]
        assert not reader.known([n.record.id for n in records])
    assert journal.standing().cursor == 0
    actions.answer(lead(desk), go_on=True)
    assert journal.take(records, 200) == 10
    assert journal.standing().cursor == 200


def test_what_comes_in_small_pages_over_stopped_exchanges_is_counted_as_one(
    desk: Desk, journal: GuardedJournal
) -> None:
    people = settled_people(desk, journal)
    journal.take(page(*(edit(desk, p.id) for p in people[:4])), 110)
    again = GuardedJournal(desk.store, LIMIT)
    with pytest.raises(MassChange):
        again.take(page(*(edit(desk, p.id) for p in people[4:8]), start=111), 120)
    assert again.standing().cursor == 110


def test_who_agreed_to_few_is_asked_again_where_many_follow(desk: Desk, journal: GuardedJournal) -> None:
    people = settled_people(desk, journal)
    some = page(*(erasure(desk, p.id) for p in people[:6]))
    rest = page(*(erasure(desk, p.id) for p in people[6:]), start=200)
    with pytest.raises(MassChange):
        journal.take(some, 150)
    actions.answer(lead(desk), go_on=True)
    journal.take(some, 150)
    with pytest.raises(MassChange) as asked:
        journal.take(rest, 250)
    assert asked.value.values["erased"] == MANY
    assert journal.standing().cursor == 150
    actions.answer(lead(desk), go_on=True)
    journal.take(rest, 250)
    assert journal.standing().cursor == 250


def test_a_new_desk_that_takes_a_whole_unit_is_not_stopped(desk: Desk, journal: GuardedJournal) -> None:
    cards = [desk.person(f"甲{n}") for n in range(MANY)]
    first = [Numbered(n, NOW, Frame.of(seal("person", p))) for n, p in enumerate(cards, 1)]
    journal.take(first, MANY)
    assert journal.take(page(*(edit(desk, p.id) for p in cards)), 200) == MANY


def test_a_hostile_page_is_counted_without_being_believed(desk: Desk, journal: GuardedJournal) -> None:
    settled_people(desk, journal)
    bad = [
        Numbered(1, NOW, Frame("revision", new_id("revision"), bytes(32), b"", body)) for body in (b"{", b"[]", b"1")
    ]
    with pytest.raises(Exception, match="pulled_hash"):
        journal.take(bad, 9)
