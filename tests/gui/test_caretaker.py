"""The store is looked after while the window stands idle."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.changes import Changes
from desktop.store.store import Store
from desktop.ui import caretaker
from desktop.ui.bus import Bus
from desktop.ui.tasks import TaskRunner
from sync.records.kinds import UNIT_PREFIX, new_id, new_identity
from sync.records.persons import Person
from sync.records.record import Made
from sync.records.times import BEIJING
from tests.support.desk_store import Desk
from tests.support.older_lists import as_an_older_program_listed_it, closed_then_dissatisfied, listed_state


def unclean_store(folder: Path) -> Store:
    path, key = folder / "store.db", os.urandom(32)
    store = Store.create(path, key, unit=new_identity(UNIT_PREFIX))
    made = Made(by="", unit=store.unit, store=store.id, at=datetime.now(BEIJING))
    with store.write() as work:
        work.add(Person(id=new_id("person"), made=made, name="梁𬱖"))
    store.close()
    path.with_name(f"{path.name}.open-1-00000000").touch(mode=0o600)
    return Store.open(path, key)


def test_the_daily_check_waits_while_somebody_works(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def look_after(_store: Store, _cancelled: object, *, quiet: bool, tell: object) -> bool:
        asked.append(quiet)
        return False

    monkeypatch.setattr("desktop.actions.care.look_after", look_after)
    monkeypatch.setattr(caretaker, "FIRST_MS", 1)
    monkeypatch.setattr(caretaker, "PAUSE_MS", 1)
    store, tasks, bus = unclean_store(tmp_path), TaskRunner(), Bus()
    keeper = caretaker.Caretaker(tasks)
    bus.changed.connect(keeper.disturbed)
    keeper.watch(store)
    qtbot.waitUntil(lambda: asked[-1:] == [True], timeout=20_000)
    bus.tell(Changes(frozenset({"visit"})))
    asked.clear()
    # Once quiet it stays so, unless somebody disturbs it.
    qtbot.waitUntil(lambda: False in asked, timeout=20_000)
    keeper.rest()
    tasks.close()
    store.close()


def test_an_idle_window_checks_a_store_that_was_not_closed_in_good_order(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caretaker, "FIRST_MS", 10)
    store, tasks = unclean_store(tmp_path), TaskRunner()
    keeper = caretaker.Caretaker(tasks)
    assert store.unclean
    keeper.watch(store)
    qtbot.waitUntil(lambda: not store.unclean, timeout=20_000)
    keeper.rest()
    tasks.close()
    store.close()


def test_a_list_that_an_older_program_wrote_is_put_right_while_the_window_idles_and_the_pages_hear_of_it(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caretaker, "FIRST_MS", 10)
    desk, tasks, bus = Desk.new(tmp_path), TaskRunner(), Bus()
    matter = closed_then_dissatisfied(desk)
    as_an_older_program_listed_it(desk.store, matter)
    keeper = caretaker.Caretaker(tasks)
    keeper.put_right.connect(bus.tell)
    heard: list[Changes] = []
    bus.changed.connect(heard.append)
    keeper.watch(desk.store)
    qtbot.waitUntil(lambda: any(changes.touches("matter") for changes in heard), timeout=20_000)
    assert listed_state(desk.store, matter) == "in_hand"
    keeper.rest()
    tasks.close()
    desk.store.close()
