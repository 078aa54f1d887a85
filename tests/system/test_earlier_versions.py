"""What earlier versions left behind is read by this one: their stores, their journals, their words on the wire."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from desktop.actions.care import look_after
from desktop.actions.desk import Desk
from desktop.actions.finding import percent_filled
from desktop.session import Session
from desktop.store import earlier
from desktop.store.backup import restore
from desktop.store.check import full_check, rebuild_projections
from desktop.store.journal import StoreJournal
from desktop.store.links import steps_of
from desktop.store.matters import list_matters
from desktop.store.mediations import list_mediations
from desktop.store.orders import list_orders
from desktop.store.organisations import list_organisations
from desktop.store.passed_matters import told_open
from desktop.store.persons import list_persons
from desktop.store.raw import raw_connection
from desktop.store.running import moments_waited
from desktop.store.same import said_about
from desktop.store.search import search
from desktop.store.store import Store
from desktop.store.tables import of_kind, record
from desktop.store.tally import counts
from desktop.store.visits import list_visits
from desktop.wrapping import stretched
from sync.protocol import codec, messages
from sync.records.canonical import Sealed, seal
from sync.records.errors import Damaged
from sync.records.kinds import new_id
from sync.records.matters import Nature, Step, StepKind
from sync.records.mediations import Host
from sync.records.order_stages import OrderStage
from sync.records.passed_matters import PassedMatter
from sync.records.record import Made
from sync.records.sameness import Sameness, Verdict, pair_of
from sync.records.times import BEIJING

FIXTURES = Path(__file__).parent.parent / "fixtures"
FIRST = "v0.1.0"
VERSIONS = sorted(p.name for p in FIXTURES.glob("v*") if p.is_dir())


def test_there_is_something_to_read() -> None:
    assert FIRST in VERSIONS
    assert len(VERSIONS) >= 2, "two older versions go on"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_backup_of_an_earlier_version_is_restored_with_every_record(version: str, tmp_path: Path) -> None:
    told = json.loads((FIXTURES / version / "store.json").read_text(encoding="utf-8"))
    salt, passphrase = bytes(range(16)), "a recovery passphrase"
    copy = raw_connection(tmp_path / "copy.qsb", stretched(passphrase, salt), salt=salt, mode="rwc")
    shutil.copyfile(FIXTURES / version / "store.db", tmp_path / "old.db")
    with closing(raw_connection(tmp_path / "old.db", bytes.fromhex(told["key"]))) as old, closing(copy):
        old.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    filled: list[str] = []
    place = tmp_path / "second" / "store.db"
    restored = restore(tmp_path / "copy.qsb", place, passphrase, bytes(32), fill=lambda work: filled.append(work.store))
    with closing(restored) as store, store.read() as reader:
        assert filled == [store.id]
        assert all(reader.sealed(name) is not None for _, name, _ in told["records"])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_of_an_earlier_version_opens_with_every_record(version: str, tmp_path: Path) -> None:
    told = json.loads((FIXTURES / version / "store.json").read_text(encoding="utf-8"))
    for file in (FIXTURES / version).glob("store.db*"):
        shutil.copyfile(file, tmp_path / file.name)
    store = Store.open(tmp_path / "store.db", bytes.fromhex(told["key"]))
    try:
        with store.read() as reader:
            for kind, record_id, hash_ in told["records"]:
                sealed = reader.sealed(record_id)
                assert sealed is not None
                assert (sealed.kind, sealed.hash.hex()) == (kind, hash_)
                assert sealed.intact()
                if not sealed.erased:
                    assert reader.get(record_id).id == record_id
            assert list_visits(reader, text="工资")
            assert list_matters(reader)
            assert list_mediations(reader)
            assert list_persons(reader, text="梁")
            assert list_organisations(reader)
            assert [row.state for row in list_orders(reader)] == [OrderStage.REPORTED_IN]
            assert search(reader, "工资")
            assert moments_waited(reader)
        _fill_up(store, anew=version == FIRST)
        assert not rebuild_projections(store)
        assert full_check(store).finished
        unsent, _ = StoreJournal(store).unsent(1000, 10**6, 0)
        assert set(told["unsent"]) <= {sealed.id for sealed in unsent}
    finally:
        store.close()


FOUND_BEFORE = ("梁", "𬱖", "440311", "宏途建筑", "工资")


def _fill_up(store: Store, *, anew: bool) -> None:
    """What could be found is found before the index is filled up (``anew``: from one of the first schema), and how
    names are read afterwards.
    """
    with store.read() as reader:
        before = [{hit.id for hit in search(reader, text)} for text in FOUND_BEFORE]
    assert all(before)
    desk = Desk(store, Session("sta_1", "陈晓梅", frozenset(), store.unit, "甲子塘社区"))
    assert (percent_filled(desk) < 100) == anew, "the find box says that more may be found later"
    with store.read() as reader:
        assert bool(reader.sql("SELECT 1 FROM sqlite_schema WHERE name = 'part'").fetchall()) == anew
    while look_after(store, bool):
        pass
    with store.read() as reader:
        after = [{hit.id for hit in search(reader, text)} for text in FOUND_BEFORE]
        assert all(then <= now for then, now in zip(before, after, strict=True))
        assert search(reader, "liangdi")
        assert earlier.how_far(reader)[0] == earlier.how_far(reader)[1]
    assert percent_filled(desk) == 100


@pytest.mark.parametrize("version", VERSIONS)
def test_what_an_earlier_version_only_kept_is_read_by_this_one(version: str, tmp_path: Path) -> None:
    """A colleague's newer desk had said that two cards are one person's, and the district told of a matter, and of a
    step in words of a newer program: the old program kept that unread.
    """
    told = json.loads((FIXTURES / version / "store.json").read_text(encoding="utf-8"))
    for file in (FIXTURES / version).glob("store.db*"):
        shutil.copyfile(file, tmp_path / file.name)
    path, key = tmp_path / "store.db", bytes.fromhex(told["key"])
    one, other = [record_id for kind, record_id, _ in told["records"] if kind == "person"][:2]
    made = Made(by="sta_1", unit="uni_1", store="sto_1", at=datetime(2026, 12, 1, tzinfo=BEIJING))
    said = Sameness(id=new_id("sameness"), made=made, leading=one, other=other, verdict=Verdict.SAME)
    matter = next(record_id for kind, record_id, _ in told["records"] if kind == "matter")
    passed = PassedMatter(
        id=new_id("passed_matter"), made=made, matter=new_id("matter"), unit="uni_2", stage="waiting", title="楼上漏水",
        nature=Nature.DISPUTE, station="uni_1", given_by="uni_1", given_at=made.at, discovered_at=made.at,
    )  # fmt: skip
    asked = Step(
        id=new_id("step"), made=made, matter=matter, kind=StepKind.MEDIATION_ASKED, happened_at=made.at,
        host=Host.PEOPLE, to_unit="uni_2",
    )  # fmt: skip
    later = {kind: seal(kind, each) for kind, each in (("sameness", said), ("passed_matter", passed), ("step", asked))}
    hostile = Sealed("brand_new", "bra" + said.id[3:], bytes(32), bytes(16), b"{}")
    raw = raw_connection(path, key)
    for sealed in (hostile, *later.values()):
        raw.execute(
            "INSERT INTO record(line, id, kind, state, origin, readable, hash, salt, body)"
            " SELECT max(line) + 1, ?, ?, 'settled', 'district', 0, ?, ?, ? FROM record",
            (sealed.id, sealed.kind, sealed.hash, sealed.salt, sealed.body),
        )
    raw.commit()
    raw.close()
    store = Store.open(path, key)
    heard: set[str] = set()
    try:
        with store.read() as reader:
            for sealed in later.values():
                with pytest.raises(Damaged):
                    reader.get(sealed.id)
        while look_after(store, bool, tell=lambda changes: heard.update(changes.kinds)):
            pass
        with store.read() as reader:
            assert [reader.get(each.id) for each in (said, passed, asked)] == [said, passed, asked]
            assert said_about(reader, one).pairs.keys() == {pair_of(one, other)}
            assert [each.id for each, _ in told_open(reader)] == [passed.id]
            assert asked in steps_of(reader, matter)
            assert search(reader, "楼上漏水", kinds=["passed_matter"])
            assert reader.sealed(hostile.id) == hostile
        assert heard >= set(later)
        assert not rebuild_projections(store)
    finally:
        store.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_message_of_an_earlier_version_is_understood(version: str) -> None:
    transcript = msgspec.msgpack.decode((FIXTURES / version / "transcript.msgpack").read_bytes())
    assert {line["asked"] for line in transcript} >= {"Hello", "Push", "Pull", "ReceiptAsked"}
    for line in transcript:
        asked = codec.unpack(line["request"], getattr(messages, line["asked"]))
        answered = codec.unpack(line["response"], getattr(messages, line["answer"]))
        if isinstance(asked, messages.Push):
            assert all(frame.sealed().intact() for frame in asked.records)
            assert isinstance(answered, messages.Pushed)
            assert all(answer.state is not messages.State.REFUSED for answer in answered.answers)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_earlier_store_has_the_index_of_kinds_without_what_every_save_makes(version: str, tmp_path: Path) -> None:
    told = json.loads((FIXTURES / version / "store.json").read_text(encoding="utf-8"))
    for file in (FIXTURES / version).glob("store.db*"):
        shutil.copyfile(file, tmp_path / file.name)
    store = Store.open(tmp_path / "store.db", bytes.fromhex(told["key"]))
    try:
        with store.read() as reader:
            names = {row[0] for row in reader.sql("SELECT name FROM sqlite_schema").fetchall()}
            kinds = [row[0] for row in reader.sql("SELECT DISTINCT kind FROM record").fetchall()]
            found, plans = {}, {}
            for kind in kinds:
                asked = select(record.c.line).where(of_kind(kind))
                found[kind] = len(reader.conn.execute(asked).all())
                words = str(asked.compile(reader.conn, compile_kwargs={"literal_binds": True}))
                plans[kind] = reader.sql(f"EXPLAIN QUERY PLAN {words}").fetchall()[0][3]
            counted = counts(reader)
    finally:
        store.close()

    assert "record_kind" not in names
    assert counted == found
    assert {kind for kind, plan in plans.items() if "record_seldom" not in plan} == {"visit", "participation", "person"}
