"""The promise that the exchange asks of a station's store (sync.client.journal.Journal), kept by the real one."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.store import held as held_store
from desktop.store import replaced
from desktop.store.check import rebuild_projections
from desktop.store.files import put_file
from desktop.store.held import count_held, held_row, hold_back, list_again, list_closed, list_held, send_again
from desktop.store.index import catch_up
from desktop.store.journal import StoreJournal, list_receipts
from desktop.store.matters import list_matters
from desktop.store.rows import HeldState
from desktop.store.same import joined
from desktop.store.search import search
from desktop.store.visits import list_visits
from sync.client.journal import FileToSend, Journal, Settled
from sync.protocol.messages import Answer, Frame, Numbered, Receipt, State
from sync.records.audit import Erasure
from sync.records.canonical import Sealed, digest, record_hash, seal
from sync.records.cards import Revision
from sync.records.errors import Damaged, Refused
from sync.records.kinds import keyed_id, new_id
from sync.records.matters import Matter, StepKind
from sync.records.papers import Attachment
from sync.records.sameness import Sameness, Verdict
from tests.support.desk_store import NOW, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.new(tmp_path)
    yield desk
    desk.store.close()


@pytest.fixture
def journal(desk: Desk) -> Journal:
    return StoreJournal(desk.store)


def numbered(seq: int, sealed: Sealed) -> Numbered:
    return Numbered(seq, NOW, Frame.of(sealed))


def sealed_of(desk: Desk, record_id: str) -> Sealed:
    with desk.store.read() as reader:
        found = reader.sealed(record_id)
    assert found is not None
    return found


def state_of(desk: Desk, record_id: str) -> tuple[str, int | None]:
    with desk.store.read() as reader:
        row = reader.conn.exec_driver_sql("SELECT state, district_seq FROM record WHERE id = ?", (record_id,)).one()
    return row[0], row[1]


def accepted(sealed: Sealed, seq: int = 1) -> Answer:
    return Answer(sealed.id, sealed.hash, State.ACCEPTED, seq=seq, received_at=NOW)


def test_unsent_records_come_in_the_order_of_writing_within_both_limits(desk: Desk, journal: Journal) -> None:
    visits = [desk.visit("字" * 100) for _ in range(5)]
    desk.keep(*visits)
    size = len(sealed_of(desk, visits[0].id).body)
    first, line = journal.unsent(3, 1 << 20, 0)
    rest, last = journal.unsent(3, 1 << 20, line)
    assert [s.id for s in first + rest] == [v.id for v in visits]
    assert journal.unsent(3, 1 << 20, last) == ([], last)
    assert [s.id for s in journal.unsent(9, 2 * size, 0)[0]] == [v.id for v in visits[:2]]
    assert [s.id for s in journal.unsent(9, 1, 0)[0]] == [visits[0].id]
    assert journal.standing().unsent == 5


def test_only_an_answer_that_names_id_and_hash_settles(desk: Desk, journal: Journal) -> None:
    visit, other = desk.visit(), desk.visit()
    desk.keep(visit, other)
    sealed = sealed_of(desk, visit.id)
    made_up = [
        Answer(visit.id, sealed_of(desk, other.id).hash, State.ACCEPTED, seq=1),
        Answer(visit.id, b"", State.ACCEPTED, seq=1),
        Answer(new_id("visit"), sealed.hash, State.ACCEPTED, seq=1),
        Answer(visit.id, bytes(32), State.REFUSED, reason="protocol.bad_hash"),
    ]
    assert journal.settle(made_up) == Settled()
    assert (journal.standing().unsent, journal.standing().held) == (2, 0)
    assert journal.settle([accepted(sealed, 9)]) == Settled(accepted=1)
    assert state_of(desk, visit.id) == ("settled", 9)
    assert journal.settle([accepted(sealed, 10)]) == Settled()
    assert state_of(desk, visit.id) == ("settled", 9)
    assert [s.id for s in journal.unsent(9, 1 << 20, 0)[0]] == [other.id]
    with desk.store.read() as reader:
        assert {row.id: row.received_at for row in list_visits(reader)} == {visit.id: NOW, other.id: None}


def test_a_refused_record_is_held_and_shown_and_blocks_nothing(desk: Desk, journal: Journal) -> None:
    refused, next_ = desk.visit("被拒"), desk.visit()
    desk.keep(refused, next_)
    sealed = sealed_of(desk, refused.id)
    answer = Answer(refused.id, sealed.hash, State.REFUSED, received_at=NOW, reason="protocol.x", values={"n": 3})
    assert journal.settle([answer, accepted(sealed_of(desk, next_.id))]) == Settled(accepted=1, refused=1)
    assert (journal.standing().unsent, journal.standing().held) == (0, 1)
    with desk.store.read() as reader:
        (row,) = list_held(reader)
        assert (row.id, row.kind, row.reason, row.values, row.refused_at) == (
            refused.id,
            "visit",
            "protocol.x",
            {"n": 3},
            NOW,
        )
        assert {r.id: r.sent for r in list_visits(reader)} == {refused.id: "held", next_.id: "settled"}
    with desk.store.write() as work:
        send_again(work, refused.id)
        with pytest.raises(Refused, match=r"store\.not_held"):
            send_again(work, refused.id)
    assert journal.settle([accepted(sealed, 5)]) == Settled(accepted=1)
    with desk.store.read() as reader:
        assert list_held(reader) == []
    assert journal.standing().held == 0


def refuse(journal: Journal, sealed: Sealed, reason: str = "protocol.x") -> None:
    said = {"field": "made.by"}
    journal.settle([Answer(sealed.id, sealed.hash, State.REFUSED, received_at=NOW, reason=reason, values=said)])


def test_what_takes_a_held_records_place_leaves_the_list_by_proof_and_the_history_stays(
    desk: Desk, journal: Journal
) -> None:
    first, other = desk.visit("被拒"), desk.visit("另一件")
    desk.keep(first, other)
    for each in (first, other):
        refuse(journal, sealed_of(desk, each.id))
    second = dataclasses.replace(desk.visit("更正"), amends=first.id)
    desk.keep(second)
    with desk.store.read() as reader:
        assert {r.id: (r.state, r.field) for r in list_held(reader)} == {
            first.id: (HeldState.MENDED, "made.by"),
            other.id: (HeldState.REFUSED, "made.by"),
        }
        assert count_held(reader) == 2
        assert list_closed(reader, 9) == []
    refuse(journal, sealed_of(desk, second.id))  # the correction is refused too: it stands in the place now
    with desk.store.read() as reader:
        assert {r.id: r.state for r in list_held(reader)} == dict.fromkeys((second.id, other.id), HeldState.REFUSED)
        assert count_held(reader) == journal.standing().held == 2
        assert [(r.id, r.successor) for r in list_closed(reader, 9)] == [(first.id, second.id)]
    with desk.store.write() as work:
        send_again(work, second.id)
        send_again(work, other.id)
        hold_back(work, other.id)
        with pytest.raises(Refused, match=r"held\.not_held"):
            hold_back(work, other.id)
    with desk.store.read() as reader:
        assert [r.id for r in list_again(reader)] == [second.id]
        assert held_row(reader, other.id).state is HeldState.REFUSED
    journal.settle([accepted(sealed_of(desk, second.id), 7)])
    with desk.store.read() as reader:
        assert [r.id for r in list_held(reader)] == [other.id]
        assert {r.id: r.state for r in list_closed(reader, 9)} == {
            first.id: HeldState.REPLACED,
            second.id: HeldState.ACCEPTED,
        }
        assert held_row(reader, second.id).settled_at == NOW
        with pytest.raises(Refused, match=r"held\.not_held"):
            held_row(reader, desk.visit().id)


def test_the_list_of_held_records_asks_indexes_and_not_the_whole_store(desk: Desk, journal: Journal) -> None:
    desk.keep(*(desk.visit(f"第{n}件") for n in range(30)))
    asked: list[str] = []
    with desk.store.read() as reader:
        for statement in (held_store._LIST, held_store._IDS, held_store._AGAIN_ROWS):
            asked += [row[3] for row in reader.sql(f"EXPLAIN QUERY PLAN {statement}")]
        asked += [row[3] for row in reader.sql(f"EXPLAIN QUERY PLAN {held_store._SETTLED_ROWS}", (9,))]
        for statement in (replaced._AMENDING, replaced._STATES):
            asked += [row[3] for row in reader.sql(f"EXPLAIN QUERY PLAN {statement}", ("[]",))]
    assert asked
    assert not [step for step in asked if step.startswith("SCAN record") and "record_held" not in step], asked
    assert not [step for step in asked if step.startswith("SCAN link")], asked


def test_pulled_records_and_the_cursor_are_kept_together_and_twice_is_harmless(desk: Desk, journal: Journal) -> None:
    matter = desk.matter()
    page = [numbered(4, seal("matter", matter)), numbered(5, seal("step", desk.step(matter.id, StepKind.ACCEPTED)))]
    assert journal.take(list(reversed(page)), 5) == 2
    assert journal.take(page, 5) == 0
    assert journal.take([], 3) == 0
    assert (journal.standing().cursor, journal.standing().unsent) == (5, 0)
    with desk.store.read() as reader:
        (row,) = list_matters(reader)
        assert (row.state, row.sent) == ("accepted", "settled")
    assert journal.tally(0, 5) == (
        {"matter": 1, "step": 1},
        digest([(n.record.kind, n.record.id, n.record.hash) for n in page]),
    )
    assert journal.tally(4, 5)[0] == {"step": 1}
    assert journal.tally(5, 9) == ({}, digest([]))


def test_one_wrong_hash_stops_the_whole_page(desk: Desk, journal: Journal) -> None:
    good, bad = seal("visit", desk.visit()), seal("visit", desk.visit())
    spoiled = dataclasses.replace(bad, body=bad.body.replace(b"walk_in", b"letter "))
    with pytest.raises(Damaged):
        journal.take([numbered(1, good), numbered(2, spoiled)], 2)
    assert journal.standing().cursor == 0
    with desk.store.read() as reader:
        assert reader.known([good.id, bad.id]) == set()


@pytest.mark.parametrize(
    ("kind", "prefix", "body"),
    [
        ("drone_flight", "drn", b'{"id":"x","new":1}'),
        ("visit", "vis", b'{"id":"x","channel":"telepathy"}'),
        ("visit", "vis", b"not json"),
    ],
)
def test_what_cannot_be_read_is_kept_and_passed_on(
    desk: Desk, journal: Journal, kind: str, prefix: str, body: bytes
) -> None:
    record_id = new_id("visit").replace("vis", prefix)
    sealed = Sealed(kind, record_id, record_hash(kind, record_id, bytes(16), body), bytes(16), body)
    assert journal.take([numbered(1, sealed)], 1) == 1
    assert sealed_of(desk, record_id) == sealed
    assert journal.tally(0, 1)[0] == {kind: 1}
    with desk.store.read() as reader:
        assert list_visits(reader) == []
        with pytest.raises(Damaged):
            reader.get(record_id)


def test_what_was_said_of_two_cards_joins_them_whichever_comes_first(desk: Desk, journal: Journal) -> None:
    """The other station's statement may come down before its cards, and again after."""
    one, other = desk.person("张华生"), desk.person("张華生")
    pulled = [seal("person", one), seal("person", other)]
    said = Sameness(id=new_id("sameness"), made=desk.made, leading=one.id, other=other.id, verdict=Verdict.SAME)
    back = dataclasses.replace(said, id=new_id("sameness"), verdict=Verdict.WITHDRAWN, seen=(said.id,))
    order = [seal("sameness", said), pulled[1], pulled[0]]
    for seq, sealed in enumerate(order, 1):
        assert journal.take([numbered(seq, sealed)], seq) == 1
    with desk.store.read() as reader:
        assert joined(reader, other.id) == (one.id, other.id)
    assert journal.take([numbered(4, seal("sameness", back))], 4) == 1
    with desk.store.read() as reader:
        assert joined(reader, other.id) == (other.id,)
        assert joined(reader, one.id) == (one.id,)
    assert not rebuild_projections(desk.store)


THEN = "2026-01-01T00:00:00"
VISIT = {"channel": "phone", "text": "x", "happened_at": f"{THEN}Z"}
LEASE = {"series": "visit", "unit": "u", "year": 2026, "store": "OURS", "first": 1, "last": 9}
REPLY = {"order": "o", "department": "d", "kind": "signed", "happened_at": f"{THEN}Z"}
HOSTILE = {
    "no zone": ("visit", {**VISIT, "happened_at": THEN}),
    "no zone within": ("order_reply", {**REPLY, "until": THEN}),
    "another id": ("visit", {**VISIT, "id": "vis_other"}),
    "deep": ("visit", {**VISIT, "new": "DEEP"}),
    "far date": ("visit", {**VISIT, "happened_at": "9999-12-31T23:59:59-23:00"}),
    "amends itself": ("visit", {**VISIT, "amends": "SELF"}),
    "huge lease": ("number_lease", {**LEASE, "last": 1 << 70}),
    "lease of a far year": ("number_lease", {**LEASE, "year": 1 << 62}),
    "lease backwards": ("number_lease", {**LEASE, "first": 10}),
    "edits itself": ("revision", {"card": "SELF", "seen": ["SELF"], "fields": {"name": 5}}),
    "joins itself": ("sameness", {"leading": "SELF", "other": "SELF", "verdict": "same"}),
    "joins what is nothing": ("sameness", {"leading": "", "other": "per_", "verdict": "same"}),
    "a word without end": ("visit", {**VISIT, "text": "工" * 400_000}),
    "a name without end": ("person", {"name": "工" * 400_000}),
    "a unit without end": (
        "visit",
        {**VISIT, "made": {"by": "s", "unit": "工" * 400_000, "store": "x", "at": f"{THEN}Z"}},
    ),
    "erases itself": ("erasure", {"target": "SELF", "reason": ""}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_record_stops_neither_the_pull_nor_the_lists(desk: Desk, journal: Journal, name: str) -> None:
    kind, fields = HOSTILE[name]
    record_id = new_id(kind)
    made = {"by": "s", "unit": "u", "store": "sto_x", "at": "2026-01-01T00:00:00Z"}
    text = (
        json.dumps({"id": record_id, "made": made, **fields}).replace("OURS", desk.store.id).replace("SELF", record_id)
    )
    body = text.replace('"DEEP"', "[" * 100_000 + "]" * 100_000).encode()
    sealed = Sealed(kind, record_id, record_hash(kind, record_id, bytes(16), body), bytes(16), body)
    good = desk.visit("漏水")
    assert journal.take([numbered(1, sealed), numbered(2, seal("visit", good))], 2) == 2
    assert sealed_of(desk, record_id) == sealed
    with desk.store.read() as reader:
        assert good.id in {row.id for row in list_visits(reader)}
        assert [hit.id for hit in search(reader, "漏水")] == [good.id]
    catch_up(desk.store)
    assert rebuild_projections(desk.store) == {}


def test_an_edit_to_what_a_card_cannot_be_leaves_the_card_as_it_was(desk: Desk, journal: Journal) -> None:
    matter = desk.matter("漏水")
    desk.keep(matter)
    for fields in ({"title": 5}, {"discovered_at": "2026-01-01T00:00:00"}, {"nature": "unheard_of"}):
        edit = Revision(id=new_id("revision"), made=desk.made, card=matter.id, seen=(matter.id,), fields=fields)
        assert journal.take([numbered(1, seal("revision", edit))], 1) == 1
        with desk.store.read() as reader:
            assert [row.title for row in list_matters(reader)] == ["漏水"]
    with desk.store.write() as work:
        assert work.revise(matter.id, {"place": "二楼"}, desk.made) is not None
        (row,) = list_matters(work)
        assert (row.title, row.conflicted) == ("漏水", False)
        value = work.get(matter.id)
        assert isinstance(value, Matter)
        assert value.place == "二楼"
    assert rebuild_projections(desk.store) == {}


def test_our_own_record_that_comes_down_is_not_settled_by_that(desk: Desk, journal: Journal) -> None:
    visit = desk.visit()
    desk.keep(visit)
    sealed = sealed_of(desk, visit.id)
    assert journal.take([numbered(8, sealed)], 8) == 0
    assert state_of(desk, visit.id) == ("unsent", 8)
    assert journal.settle([accepted(sealed, 8)]) == Settled(accepted=1)


@pytest.mark.parametrize("pulled_first", [True, False])
def test_where_ours_was_merged_the_district_s_record_stands(desk: Desk, journal: Journal, pulled_first: bool) -> None:
    record_id = keyed_id("visit", hashlib.sha256(b"row").digest())
    ours, theirs = desk.visit("我们的写法漏水", id=record_id), desk.visit("区里的写法渗水", id=record_id)
    desk.keep(ours)
    standing = seal("visit", theirs)
    answer = Answer(
        record_id, sealed_of(desk, record_id).hash, State.MERGED, seq=3, standing=standing.hash, received_at=NOW
    )
    if pulled_first:
        assert journal.take([numbered(3, standing)], 3) == 0
        assert sealed_of(desk, record_id) != standing  # nothing has been answered yet
        assert journal.tally(0, 3)[1] == digest([("visit", record_id, standing.hash)])
        assert journal.settle([answer]) == Settled(merged=1)
    else:
        assert journal.settle([answer]) == Settled(merged=1)
        assert journal.take([numbered(3, standing)], 3) == 0
    assert sealed_of(desk, record_id) == standing
    assert state_of(desk, record_id) == ("settled", 3)
    assert journal.tally(0, 3) == ({"visit": 1}, digest([("visit", record_id, standing.hash)]))
    with desk.store.read() as reader:
        assert [row.text for row in list_visits(reader)] == ["区里的写法渗水"]
        assert [hit.id for hit in search(reader, "渗水")] == [record_id]
        assert search(reader, "漏水") == []


def test_another_record_under_our_id_never_replaces_ours_unasked(desk: Desk, journal: Journal) -> None:
    visit = desk.visit("我们的")
    desk.keep(visit)
    ours = sealed_of(desk, visit.id)
    journal.take([numbered(2, seal("visit", desk.visit("别人的", id=visit.id)))], 2)
    journal.settle([Answer(visit.id, ours.hash, State.REFUSED, reason="protocol.id_taken", received_at=NOW)])
    assert sealed_of(desk, visit.id) == ours
    assert state_of(desk, visit.id)[0] == "held"
    made_up = Answer(visit.id, ours.hash, State.MERGED, seq=9, standing=bytes(32), received_at=NOW)
    journal.settle([made_up])
    assert sealed_of(desk, visit.id) == ours


@pytest.mark.parametrize("early", [True, False])
def test_an_erasure_destroys_content_and_salt_early_or_late(desk: Desk, journal: Journal, early: bool) -> None:
    visit = desk.visit("要删除的话")
    sealed = seal("visit", visit)
    erasure = Erasure(id=new_id("erasure"), made=desk.made, target=visit.id, reason="本人要求")
    page = [numbered(1, sealed), numbered(2, seal("erasure", erasure))]
    if early:
        journal.take([page[1]], 2)
        journal.take([page[0]], 2)
    else:
        journal.take([page[0]], 1)
        journal.take([page[1]], 2)
    journal.take([page[0]], 2)
    kept = sealed_of(desk, visit.id)
    assert (kept.hash, kept.salt, kept.body) == (sealed.hash, b"", b"")
    with desk.store.read() as reader:
        assert list_visits(reader) == []
        assert search(reader, "删除") == []
        with pytest.raises(Refused, match=r"store\.erased"):
            reader.get(visit.id)
    assert journal.tally(0, 2)[0] == {"erasure": 1, "visit": 1}


@pytest.mark.parametrize("early", [True, False])
def test_an_edit_that_is_erased_early_or_late_is_found_no_more(desk: Desk, journal: Journal, early: bool) -> None:
    person = desk.person("黎平桂")
    edit = Revision(
        id=new_id("revision"), made=desk.made, card=person.id, seen=(person.id,), fields={"name": "欧阳隐私"}
    )
    erasure = Erasure(id=new_id("erasure"), made=desk.made, target=edit.id, reason="误写")
    said = [seal("person", person), seal("revision", edit), seal("erasure", erasure)]
    for seq in (1, 3, 2) if early else (1, 2, 3):
        journal.take([numbered(seq, said[seq - 1])], 3)
        catch_up(desk.store)
    with desk.store.read() as reader:
        assert [hit.id for hit in search(reader, "黎平桂")] == [person.id]
        assert search(reader, "欧阳隐私") == []
    assert rebuild_projections(desk.store) == {}


@pytest.mark.parametrize("pages", [((2,), (3,)), ((3,), (2,)), ((2, 3),), ((3, 2),)])
def test_an_erasure_destroys_also_what_another_wrote_under_our_id_and_is_set_aside(
    desk: Desk, journal: Journal, pages: tuple[tuple[int, ...], ...]
) -> None:
    ours = desk.visit("我们的写法", id=keyed_id("visit", hashlib.sha256(b"row").digest()))
    desk.keep(ours)
    erasure = Erasure(id=new_id("erasure"), made=desk.made, target=ours.id, reason="本人要求")
    theirs = seal("visit", desk.visit("隐私内容", id=ours.id))
    come = {2: theirs, 3: seal("erasure", erasure)}
    for page in pages:
        journal.take([numbered(seq, come[seq]) for seq in page], 3)
    with desk.store.read() as reader:
        assert reader.sql("SELECT hash, salt, body FROM rival").fetchall() == [(theirs.hash, b"", b"")]
    answer = Answer(ours.id, sealed_of(desk, ours.id).hash, State.MERGED, seq=2, standing=theirs.hash, received_at=NOW)
    assert journal.settle([answer]) == Settled(merged=1)
    assert sealed_of(desk, ours.id) == dataclasses.replace(theirs, salt=b"", body=b"")
    assert rebuild_projections(desk.store) == {}


def receipt(desk: Desk, after: int, upto: int, **fields: Any) -> Receipt:
    said: dict[str, Any] = {"id": f"r{upto}", "store": desk.store.id, "agreed": True, "chain": f"c{upto}", **fields}
    return Receipt(unit="u", after=after, upto=upto, counts={}, digest="", at=NOW, **said)


def test_an_agreed_receipt_is_where_the_next_one_starts(desk: Desk, journal: Journal) -> None:
    journal.keep_receipt(receipt(desk, 0, 5))
    journal.keep_receipt(receipt(desk, 0, 5))
    journal.keep_receipt(receipt(desk, 5, 8, agreed=False))
    journal.keep_receipt(receipt(desk, 5, 9, store="sto_another"))
    journal.keep_receipt(receipt(desk, 2, 9, id="gap"))
    standing = journal.standing()
    assert (standing.receipt_upto, standing.receipt_chain) == (5, "c5")
    journal.keep_receipt(receipt(desk, 5, 8, id="second"))
    assert journal.standing().receipt_upto == 8
    with desk.store.read() as reader:
        assert len(list_receipts(reader)) == 5


def test_file_bytes_travel_once_their_record_is_settled(desk: Desk, journal: Journal) -> None:
    content = "附件".encode()
    name = hashlib.sha256(content).hexdigest()
    visit = desk.visit()
    attachment = Attachment(
        id=new_id("attachment"),
        made=desk.made,
        subject=visit.id,
        name="a.pdf",
        media_type="application/pdf",
        size=6,
        digest=name,
    )
    with desk.store.write() as work:
        work.add(visit)
        work.add(attachment)
        put_file(work, name, content)
        with pytest.raises(Damaged, match=r"store\.file_digest"):
            put_file(work, name, b"other bytes")
    assert list(journal.unsent_files()) == []
    journal.settle([accepted(sealed_of(desk, attachment.id))])
    assert list(journal.unsent_files()) == [FileToSend(name, len(content), attachment.id)]
    assert journal.read_file(name) == content
    journal.hold_file(name, "protocol.too_large", {})
    assert (list(journal.unsent_files()), journal.standing().held) == ([], 1)
    with desk.store.read() as reader:
        assert [(r.id, r.title, r.reason) for r in list_held(reader)] == [
            (attachment.id, "a.pdf", "protocol.too_large")
        ]
    with desk.store.write() as work:
        send_again(work, attachment.id)
        with pytest.raises(Refused, match=r"store\.not_held"):
            send_again(work, attachment.id)
    assert list(journal.unsent_files()) == [FileToSend(name, len(content), attachment.id)]
    journal.note_upload(name, "an-upload-s-name")
    assert (journal.upload_of(name), journal.upload_of("0" * 64)) == ("an-upload-s-name", "")
    journal.settle_file(name)
    assert journal.upload_of(name) == ""
    assert (list(journal.unsent_files()), journal.standing().held) == ([], 0)
