"""A list of any length in its table: rows come as they are looked at, go when far away, and nothing moves meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.store.leaves import LEAF, Key, key_of, leaf, spine
from desktop.store.listing import Filter
from desktop.store.store import Store
from desktop.ui.models.leaves import KEPT
from desktop.ui.models.rows import Column, RowsModel, Source
from desktop.ui.pages.list_table import ListTable
from desktop.ui.tasks import TaskRunner
from desktop.ui.theme import Theme
from resources import wording
from tests.support.desk_store import NOW, Desk

MANY = 2_534


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A closed store with many visits, made once; every test works on a copy."""
    desk = Desk.new(tmp_path_factory.mktemp("many"))
    desk.keep(*(desk.visit(f"第{i}次", happened_at=NOW + timedelta(minutes=i)) for i in range(MANY)))
    desk.store.close()
    return desk


@pytest.fixture
def desk(kept: Desk, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(kept.store.path.parent, tmp_path / "desk")
    desk = Desk(Store.open(tmp_path / "desk" / kept.store.path.name, kept.key), kept.key)
    yield desk
    desk.store.close()


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.close()


def source(desk: Desk, chosen: Filter) -> Source:
    def some(after: Key | None, upto: Key | None, limit: int):  # type: ignore[no-untyped-def]
        with desk.store.read() as reader:
            return leaf(reader, "visits", chosen, after, upto, limit)

    def whole(after: Key | None, cancelled):  # type: ignore[no-untyped-def]
        with desk.store.read() as reader:
            return spine(reader, "visits", chosen, after, cancelled)

    def key(record_id: str) -> Key | None:
        with desk.store.read() as reader:
            return key_of(reader, "visits", chosen, record_id)

    return Source(some, whole, key, chosen.rising)


def model_of(qtbot: QtBot, tasks: TaskRunner, desk: Desk, chosen: Filter) -> RowsModel:
    model = RowsModel(tasks, [Column("诉求", lambda r: r.text)])
    with qtbot.waitSignal(model.counted, timeout=10_000):
        model.ask(source(desk, chosen))
    return model


def stands_at(model: RowsModel, record_id: str, line: int) -> bool:
    return model.line_of(record_id) == line


def text_at(qtbot: QtBot, model: RowsModel, row: int) -> str:
    """What the row says, having been looked at as a view looks."""
    model.index(row, 0).data()
    qtbot.waitUntil(lambda: model.row_at(model.index(row, 0)) is not None, timeout=10_000)
    return str(model.index(row, 0).data())


@pytest.mark.parametrize("rising", [False, True])
def test_every_row_is_there_once_and_only_those_near_by_are_kept(
    qtbot: QtBot, tasks: TaskRunner, desk: Desk, rising: bool
) -> None:
    model = model_of(qtbot, tasks, desk, Filter(rising=rising))
    assert model.rowCount() == MANY

    last = text_at(qtbot, model, MANY - 1)
    assert last == ("第2533次" if rising else "第0次")
    told = [text_at(qtbot, model, row) for row in range(MANY)]

    expected = [f"第{i}次" for i in range(MANY)]
    assert told == (expected if rising else expected[::-1])
    assert len(model.rows()) <= KEPT * LEAF


def test_what_is_added_or_amended_shows_and_the_row_in_front_stays(qtbot: QtBot, tasks: TaskRunner, desk: Desk) -> None:
    model = model_of(qtbot, tasks, desk, Filter())
    assert text_at(qtbot, model, 1_250) == "第1283次"
    chosen = QPersistentModelIndex(model.index(1_250, 0))

    desk.keep(
        desk.visit("刚来的", happened_at=NOW + timedelta(days=9)),
        desk.visit("补录的", happened_at=NOW + timedelta(minutes=1_290, seconds=5)),
    )
    amended = model.rows()[3]
    desk.keep(desk.visit("更正的", happened_at=amended.happened_at, amends=amended.id, amend_reason="错"))
    with qtbot.waitSignal(model.arrived, timeout=10_000):
        model.again()

    assert model.rowCount() == MANY + 2
    assert chosen.row() == 1_252
    assert str(chosen.data()) == "第1283次"
    assert str(model.index(0, 0).data()) == "刚来的"
    assert amended.text not in [row.text for row in model.rows()]
    assert [text_at(qtbot, model, row) for row in range(4, 5)] == ["更正的"]


def test_end_and_ctrl_a_reach_the_whole_list_as_soon_as_its_length_is_known(
    qtbot: QtBot, tasks: TaskRunner, desk: Desk
) -> None:
    model = RowsModel(tasks, [Column("诉求", lambda r: r.text)])
    tools: Any = SimpleNamespace(words=wording("zh"), theme=Theme("light"))
    table = ListTable(tools, "visits", model)
    qtbot.addWidget(table)
    table.resize(400, 300)
    table.show()
    with qtbot.waitSignal(model.arrived, timeout=10_000):
        model.ask(source(desk, Filter()))
    QTest.keyClick(table, Qt.Key.Key_End)  # its length is still being counted
    with qtbot.waitSignal(model.counted, timeout=10_000):
        pass
    qtbot.waitUntil(lambda: model.row_at(table.currentIndex()) is not None, timeout=10_000)
    assert model.row_at(table.currentIndex()).text == "第0次"
    assert table.verticalScrollBar().value() == table.verticalScrollBar().maximum()

    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert (table.chosen_count(), table.all_chosen) == (MANY, True)
    # A header that knew of it would ask of each of a million rows whether it is chosen, whenever it is drawn.
    assert not table.horizontalHeader().selectionModel().hasSelection()
    table.setCurrentIndex(model.index(MANY - 21, 0))
    QTest.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert (table.chosen_count(), table.all_chosen) == (21, False)
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert (table.currentIndex().row(), table.chosen_count()) == (0, 1)


@pytest.mark.parametrize("rising", [False, True])
def test_a_record_far_down_is_found_by_its_key(qtbot: QtBot, tasks: TaskRunner, desk: Desk, rising: bool) -> None:
    model = model_of(qtbot, tasks, desk, Filter(rising=rising))
    with desk.store.read() as reader:
        ids = {row.text: row.id for row in leaf(reader, "visits", Filter("次"), limit=MANY).rows}
    for text, line in (("第1000次", 1_000), ("第99次", 99), ("第0次", 0), ("第2533次", 2_533)):
        model.seek(ids[text])
        wanted = line if rising else MANY - 1 - line
        qtbot.waitUntil(partial(stands_at, model, ids[text], wanted), timeout=10_000)
    with qtbot.assertNotEmitted(model.failed, wait=50):
        model.seek("vis_0198a0000000700080000000000000ff")


def test_a_list_grows_before_its_length_is_known_and_an_import_cuts_it_anew(
    qtbot: QtBot, tasks: TaskRunner, desk: Desk
) -> None:
    model = RowsModel(tasks, [Column("诉求", lambda r: r.text)])
    with qtbot.waitSignal(model.arrived, timeout=10_000):
        model.ask(source(desk, Filter()))
    model.fetchMore()
    qtbot.waitUntil(lambda: model.whole, timeout=10_000)
    assert model.rowCount() == MANY
    assert text_at(qtbot, model, 250) == "第2283次"

    desk.keep(*(desk.visit(f"台账{i}", happened_at=NOW + timedelta(days=9, minutes=i)) for i in range(1_200)))
    with qtbot.waitSignal(model.counted, timeout=10_000):
        model.again()
    assert model.rowCount() == MANY + 1_200
