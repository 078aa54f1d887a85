"""Care of the store: an unclean end is followed by the full check, an index in pieces is merged."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.actions.care import look_after
from desktop.changes import Changes
from desktop.store import refolding
from desktop.store.rebuild import rebuild_projections
from desktop.store.store import Store
from sync.records.errors import Damaged
from sync.records.kinds import UNIT_PREFIX, new_id, new_identity
from sync.records.persons import Person
from sync.records.record import Made
from sync.records.times import BEIJING
from tests.support.desk_store import Desk
from tests.support.older_lists import as_an_older_program_listed_it, closed_then_dissatisfied, listed_state


def left_behind(folder: Path) -> tuple[Path, bytes]:
    """A store whose last user ended without a word: its marker is there, and nobody holds it."""
    path, key = folder / "store.db", os.urandom(32)
    store = Store.create(path, key, unit=new_identity(UNIT_PREFIX))
    made = Made(by="", unit=store.unit, store=store.id, at=datetime.now(BEIJING))
    for name in ("梁𬱖", "阿依古丽·买买提", "谢㛃"):
        with store.write() as work:
            work.add(Person(id=new_id("person"), made=made, name=name))
    store.close()
    path.with_name(f"{path.name}.open-1-00000000").touch(mode=0o600)
    return path, key


def test_an_unclean_end_is_followed_by_the_full_check(tmp_path: Path) -> None:
    store = Store.open(*left_behind(tmp_path))
    before = store.unclean
    while look_after(store, bool):
        pass
    assert (before, store.unclean) == (True, False)
    store.close()


def test_a_check_that_was_stopped_is_still_due(tmp_path: Path) -> None:
    store = Store.open(*left_behind(tmp_path))
    assert look_after(store, lambda: True)
    assert store.unclean
    store.close()


def test_a_quiet_desk_is_checked_once_a_day_whatever_its_clock_says(tmp_path: Path) -> None:
    path, key = left_behind(tmp_path)
    store = Store.open(path, key)
    at = datetime(2026, 11, 24, 9, tzinfo=BEIJING)
    look_after(store, bool, quiet=True, now=at)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return False

    def checks(now: datetime) -> bool:
        """A check asks whether it is to stop; a look without one asks once, before the index."""
        before = asked
        look_after(store, cancelled, quiet=True, now=now)
        return asked > before + 1

    assert not checks(at + timedelta(hours=2))
    assert checks(at + timedelta(hours=25))
    assert checks(at - timedelta(days=300))
    store.close()


def test_a_page_that_was_changed_on_the_disk_is_found(tmp_path: Path) -> None:
    path, key = left_behind(tmp_path)
    content = bytearray(path.read_bytes())
    at = len(content) // 2
    content[at : at + 64] = os.urandom(64)
    path.write_bytes(content)
    store = Store.open(path, key)
    with pytest.raises(Damaged):
        look_after(store, bool)
    store.close()


def test_matters_closed_before_a_resident_was_dissatisfied_are_open_again_without_a_repair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refolding, "BATCH", 2)
    desk = Desk.new(tmp_path)
    store = desk.store
    wrong = [closed_then_dissatisfied(desk) for _ in range(5)]
    happy = [closed_then_dissatisfied(desk, satisfied=True) for _ in range(3)]
    with store.read() as reader:
        right = reader.sql("SELECT * FROM matter ORDER BY line").fetchall()
        clocks = reader.sql("SELECT * FROM running ORDER BY line, clock").fetchall()
    as_an_older_program_listed_it(store, *wrong)
    assert {listed_state(store, matter) for matter in wrong} == {"closed"}
    heard: list[Changes] = []
    assert refolding.correct_some(store, bool, heard.append, seconds=0), "a little at a time"
    assert [listed_state(store, matter) for matter in wrong[:3]] == ["in_hand", "in_hand", "closed"]
    while look_after(store, bool, tell=heard.append):
        pass
    with store.read() as reader:
        assert reader.sql("SELECT * FROM matter ORDER BY line").fetchall() == right
        assert reader.sql("SELECT * FROM running ORDER BY line, clock").fetchall() == clocks
        assert reader.meta(refolding.UPTO) == refolding.DONE
    assert all(changes.touches("matter") for changes in heard)
    assert len(heard) == 3
    assert {listed_state(store, matter) for matter in happy} == {"closed"}
    assert rebuild_projections(store) == {}
    # A store in which all is right is not looked at again.
    monkeypatch.setattr(refolding, "_look", None)
    assert not refolding.correct_some(store)
    store.close()


def test_a_repair_opens_them_in_one_go(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    matter = closed_then_dissatisfied(desk)
    as_an_older_program_listed_it(desk.store, matter)
    assert rebuild_projections(desk.store)["matter"]
    assert listed_state(desk.store, matter) == "in_hand"
    desk.store.close()


def test_who_is_stopped_goes_on_where_he_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refolding, "BATCH", 1)
    desk = Desk.new(tmp_path)
    matters = [closed_then_dissatisfied(desk) for _ in range(2)]
    as_an_older_program_listed_it(desk.store, *matters)
    assert refolding.correct_some(desk.store, lambda: True, seconds=60)
    assert [listed_state(desk.store, matter) for matter in matters] == ["in_hand", "closed"]
    assert not refolding.correct_some(desk.store, seconds=60)
    assert listed_state(desk.store, matters[1]) == "in_hand"
    desk.store.close()
