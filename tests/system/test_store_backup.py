"""The drill: a backup is made while the store is in use, and opens on another machine by its own passphrase."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store.backup import backup, restore
from desktop.store.check import full_check, rebuild_projections
from desktop.store.files import put_file, read_file
from desktop.store.journal import StoreJournal
from desktop.store.raw import raw_connection
from desktop.store.store import Store
from desktop.store.tally import records
from desktop.store.version import USER_VERSION
from desktop.wrapping import stretched
from sync.protocol.messages import Answer, State
from sync.records.errors import Damaged, Refused, Unavailable
from sync.records.papers import Series
from tests.support.desk_store import NOW, UNIT, Desk

PASSPHRASE = "恢复口令 recovery 2026"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.new(tmp_path / "first")
    yield desk
    desk.store.close()


def all_of(store: Store) -> set[tuple[str, str, bytes]]:
    with store.read() as reader:
        return set(records(reader))


def test_the_drill_backup_and_restore_on_another_machine(desk: Desk, tmp_path: Path) -> None:
    sent, unsent, person = desk.visit("已报送"), desk.visit("未报送"), desk.person("阿卜杜·热合曼")
    desk.keep(desk.lease(1, 50), sent, unsent, person)
    with desk.store.write() as work:
        work.set_meta("cursor", "7")
        put_file(work, EMPTY, b"")
        sealed = work.sealed(sent.id)
    assert sealed is not None
    StoreJournal(desk.store).settle([Answer(sent.id, sealed.hash, State.ACCEPTED, seq=7, received_at=NOW)])
    there = all_of(desk.store)
    made = backup(desk.store, desk.key, tmp_path / "usb" / "copy.qsb", PASSPHRASE)
    assert made.records == len(there)
    assert [p.name for p in (tmp_path / "usb").iterdir()] == ["copy.qsb"]
    assert (tmp_path / "usb" / "copy.qsb").stat().st_mode & 0o077 == 0

    new_key = bytes(range(32))
    restored = restore(tmp_path / "usb" / "copy.qsb", tmp_path / "second" / "store.db", PASSPHRASE, new_key)
    assert restored.id != desk.store.id
    assert restored.key_id == restored.id
    assert all_of(restored) == there
    standing = StoreJournal(restored).standing()
    assert (standing.store, standing.cursor) == (restored.id, 7)
    assert {s.id for s in StoreJournal(restored).unsent(100, 1 << 20, 0)[0]} == {r[1] for r in there} - {sent.id}
    with restored.write() as work:
        assert work.meta("restored_from") == desk.store.id
        assert read_file(work, EMPTY) == b""
        assert work.get(person.id) == person
        number = work.allocate(Series.VISIT, UNIT, "光明", 2026)
        assert "-000001-" in number
        work.add(desk.visit(number=number))
    assert full_check(restored).finished
    assert rebuild_projections(restored) == {}
    restored.close()
    assert Store.open(tmp_path / "second" / "store.db", new_key).id == restored.id


def test_a_backup_is_a_snapshot_while_others_write(desk: Desk, tmp_path: Path) -> None:
    desk.keep(*(desk.visit(f"第{i}次" * 40) for i in range(1500)))
    before = all_of(desk.store)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            desk.keep(desk.visit("备份之间"))

    writer = threading.Thread(target=write)
    steps: list[tuple[int, int]] = []
    writer.start()
    try:
        backup(desk.store, desk.key, tmp_path / "copy.qsb", PASSPHRASE, lambda done, total: steps.append((done, total)))
    finally:
        stop.set()
        writer.join()
    assert len(steps) >= 2
    assert steps == sorted(steps)
    restored = restore(tmp_path / "copy.qsb", tmp_path / "second" / "store.db", PASSPHRASE, desk.key)
    assert before <= all_of(restored) < all_of(desk.store)
    assert rebuild_projections(restored) == {}
    restored.close()


def test_a_cancelled_backup_leaves_no_file(desk: Desk, tmp_path: Path) -> None:
    desk.keep(*(desk.visit(f"第{i}次" * 40) for i in range(1500)))
    heard: list[int] = []
    with pytest.raises(Refused, match=r"store\.backup_cancelled"):
        backup(
            desk.store, desk.key, tmp_path / "c" / "a", PASSPHRASE, lambda d, t: heard.append(d), lambda: bool(heard)
        )
    assert heard
    assert list((tmp_path / "c").iterdir()) == []
    with pytest.raises(Refused, match=r"store\.backup_cancelled"):
        backup(desk.store, desk.key, tmp_path / "c" / "a", PASSPHRASE, cancelled=lambda: True)
    desk.keep(desk.visit())


def test_a_wrong_passphrase_a_spoiled_backup_and_an_existing_store_are_refused(desk: Desk, tmp_path: Path) -> None:
    copy, target = tmp_path / "copy.qsb", tmp_path / "second" / "store.db"
    backup(desk.store, desk.key, copy, PASSPHRASE)
    with pytest.raises(Refused, match=r"store\.backup_unreadable"):
        restore(copy, target, PASSPHRASE + "?", bytes(32))
    with pytest.raises(Refused, match=r"store\.no_such_backup"):
        restore(tmp_path / "nowhere", target, PASSPHRASE, bytes(32))
    with pytest.raises(Refused, match=r"store\.exists"):
        restore(copy, desk.store.path, PASSPHRASE, bytes(32))
    with pytest.raises(Refused, match=r"store\.backup_exists"):
        backup(desk.store, desk.key, copy, PASSPHRASE)
    with pytest.raises(Refused, match=r"store\.passphrase_needed"):
        backup(desk.store, desk.key, tmp_path / "b", "")
    spoiled = bytearray(copy.read_bytes())
    spoiled[1000] ^= 1
    copy.write_bytes(spoiled)
    with pytest.raises(Refused, match=r"store\.backup_unreadable"):
        restore(copy, target, PASSPHRASE, bytes(32))
    spoiled[1000] ^= 1
    spoiled[len(spoiled) // 2] ^= 1
    copy.write_bytes(spoiled)
    with pytest.raises(Damaged, match=r"store\.backup_damaged"):
        restore(copy, target, PASSPHRASE, bytes(32))
    assert not target.exists()
    assert not list(target.parent.iterdir())


def test_a_backup_s_place_that_cannot_be_used_is_named(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no folder")
    with pytest.raises(Unavailable, match=r"store\.backup_place") as told:
        backup(desk.store, desk.key, tmp_path / "file" / "copy.qsb", PASSPHRASE)
    assert told.value.values["file"] == "copy.qsb"
    with pytest.raises(Unavailable, match=r"store\.backup_place"):
        restore(tmp_path, tmp_path / "second" / "store.db", PASSPHRASE, bytes(32))


def test_a_backup_of_a_newer_program_is_refused(desk: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "copy.qsb"
    backup(desk.store, desk.key, copy, PASSPHRASE)
    connection = raw_connection(copy, stretched(PASSPHRASE, copy.read_bytes()[:16]))
    connection.execute(f"PRAGMA user_version = {USER_VERSION + 1}")
    connection.close()
    with pytest.raises(Refused, match=r"store\.newer"):
        restore(copy, tmp_path / "second" / "store.db", PASSPHRASE, bytes(32))


def test_a_backup_does_not_open_by_the_store_s_own_key(desk: Desk, tmp_path: Path) -> None:
    backup(desk.store, desk.key, tmp_path / "copy.qsb", PASSPHRASE)
    with pytest.raises(Exception, match="wrong_key"):
        Store.open(tmp_path / "copy.qsb", desk.key)
