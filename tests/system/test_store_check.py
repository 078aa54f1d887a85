"""Is the store whole: what the checks find, that they can be stopped, that projections follow from records alone."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from desktop.store.backup import backup
from desktop.store.check import full_check, quick_check, rebuild_projections
from desktop.store.index import catch_up
from desktop.store.marker import Marker
from desktop.store.raw import raw_connection
from desktop.store.search import search
from desktop.store.store import Store
from sync.records.audit import Erasure
from sync.records.errors import Damaged, Unavailable
from sync.records.kinds import new_id
from sync.records.matters import StepKind
from tests.support.desk_store import Desk

PAGE = 4096


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.new(tmp_path)
    person, visit, matter = desk.person(), desk.visit(), desk.matter()
    desk.keep(person, visit, matter, desk.takes_part(person.id, visit.id), desk.step(matter.id, StepKind.ACCEPTED))
    with desk.store.write() as work:
        work.revise(person.id, {"address": "甲子塘"}, desk.made)
        gone = desk.visit("要删除的内容")
        work.add(gone)
        work.add(Erasure(id=new_id("erasure"), made=desk.made, target=gone.id, reason="本人要求"))
    yield desk
    desk.store.close()


def open_and_check(path: Path, key: bytes) -> None:
    with contextlib.closing(Store.open(path, key)) as store:
        full_check(store)


def many(desk: Desk, count: int) -> None:
    desk.keep(*(desk.visit(f"第{i}次反映渗水") for i in range(count)))


def test_a_whole_store_passes_and_others_may_write_meanwhile(desk: Desk) -> None:
    many(desk, 1500)
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        desk.keep(desk.visit())

    checked = full_check(desk.store, progress=progress)
    assert checked.finished
    assert seen[-1] == (checked.records, checked.records)
    assert len(seen) >= 2


def test_one_changed_byte_in_any_page_is_found(desk: Desk) -> None:
    many(desk, 300)
    path = desk.store.path
    desk.store.close()
    whole = path.read_bytes()
    for page in (2, len(whole) // PAGE // 2, len(whole) // PAGE - 1):
        spoiled = bytearray(whole)
        spoiled[page * PAGE + 1000] ^= 1
        path.write_bytes(spoiled)
        with pytest.raises(Damaged):
            open_and_check(path, desk.key)
    path.write_bytes(whole)


def test_a_record_that_is_not_what_it_was_is_named(desk: Desk) -> None:
    visit = desk.visit()
    desk.keep(visit)
    with desk.store.write() as work:
        work.conn.exec_driver_sql("UPDATE record SET body = CAST('{}' AS BLOB) WHERE id = ?", (visit.id,))
    with pytest.raises(Damaged) as told:
        full_check(desk.store)
    assert told.value.key == "store.record_damaged"
    assert told.value.values == {"id": visit.id}


def test_no_backup_is_made_of_a_store_that_is_not_whole(desk: Desk, tmp_path: Path) -> None:
    with desk.store.write() as work:
        work.conn.exec_driver_sql("UPDATE record SET salt = zeroblob(16) WHERE kind = 'visit' AND salt <> x''")
    with pytest.raises(Damaged):
        backup(desk.store, desk.key, tmp_path / "copy", "a recovery passphrase")
    assert list(tmp_path.glob("copy*")) == []


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_full_check_stops_when_asked(desk: Desk, after: int) -> None:
    many(desk, 3000)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    assert not full_check(desk.store, cancelled).finished


def test_an_unclean_end_is_remembered_until_a_full_check_has_passed(desk: Desk) -> None:
    path = desk.store.path
    assert not desk.store.unclean
    desk.store.close()
    (path.parent / f"{path.name}.open-1-dead").write_bytes(b"")
    store = Store.open(path, desk.key)
    assert store.unclean
    store.close()
    store = Store.open(path, desk.key)
    assert store.unclean
    assert not full_check(store, lambda: True).finished
    assert store.unclean
    assert full_check(store).finished
    assert not store.unclean
    store.close()
    quick_check(path, desk.key)
    store = Store.open(path, desk.key)
    assert not store.unclean
    store.close()


def test_another_window_that_is_open_is_no_unclean_end(desk: Desk) -> None:
    second = Store.open(desk.store.path, desk.key)
    assert not second.unclean
    second.close()
    third = Marker.set(desk.store.path)
    assert not third.others_died
    third.clear()


def test_a_rebuild_finds_that_nothing_differed(desk: Desk) -> None:
    many(desk, 20)
    assert rebuild_projections(desk.store) == {}


def test_a_rebuild_mends_what_differed_and_says_where(desk: Desk) -> None:
    catch_up(desk.store)
    with desk.store.write() as work:
        work.conn.exec_driver_sql("UPDATE matter SET state = 'closed'")
        work.conn.exec_driver_sql("DELETE FROM visit")
        work.conn.exec_driver_sql("DELETE FROM link WHERE via = 'step.matter'")
        work.conn.exec_driver_sql("DELETE FROM card")
        work.conn.exec_driver_sql("INSERT INTO search(search) VALUES ('delete-all')")
    assert rebuild_projections(desk.store).keys() == {"matter", "visit", "link", "card", "search"}
    assert rebuild_projections(desk.store) == {}
    with desk.store.read() as reader:
        assert [hit.kind for hit in search(reader, "漏水")] == ["matter", "visit"]
        assert reader.conn.exec_driver_sql("SELECT state FROM matter").scalar() == "accepted"
    assert full_check(desk.store).finished


def test_a_cancelled_rebuild_changes_nothing(desk: Desk) -> None:
    with desk.store.write() as work:
        work.conn.exec_driver_sql("UPDATE matter SET state = 'closed'")
    assert rebuild_projections(desk.store, lambda: True) == {}
    with desk.store.read() as reader:
        assert reader.conn.exec_driver_sql("SELECT state FROM matter").scalar() == "closed"


def test_the_marker_of_this_process_is_gone_after_a_clean_end(desk: Desk) -> None:
    marker = f"{desk.store.path.name}.open-{os.getpid()}-"
    assert any(p.name.startswith(marker) for p in desk.store.path.parent.iterdir())
    desk.store.close()
    assert not any(p.name.startswith(marker) for p in desk.store.path.parent.iterdir())


def test_programs_that_come_and_go_at_once_do_not_look_like_ones_that_died(desk: Desk) -> None:
    code = (
        "import sys; from pathlib import Path; from desktop.store.marker import Marker\n"
        "died = 0\n"
        "for _ in range(400):\n"
        "    marker = Marker.set(Path(sys.argv[1])); died += marker.others_died; marker.clear()\n"
        "print(died)"
    )
    command = [sys.executable, "-c", code, str(desk.store.path)]
    programs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [program.communicate(timeout=150)[0].strip() for program in programs] == ["0", "0", "0"]


def test_a_store_that_could_not_be_opened_does_not_look_as_if_it_were_in_use(desk: Desk) -> None:
    with desk.store.write() as work:
        work.conn.exec_driver_sql("DELETE FROM meta WHERE key = 'place'")
    desk.store.close()
    holder = raw_connection(desk.store.path, desk.key)
    holder.execute("BEGIN IMMEDIATE")
    with mock.patch("desktop.store.raw.BUSY_SECONDS", 0.05), pytest.raises(Unavailable, match=r"store\.busy"):
        Store.open(desk.store.path, desk.key)
    holder.execute("ROLLBACK")
    holder.close()
    with contextlib.closing(Store.open(desk.store.path, desk.key)) as store:
        assert not store.unclean
