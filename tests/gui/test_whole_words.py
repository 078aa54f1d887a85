"""Words that a table, a list or the find box has no room for stand whole in the tool tip, and only those."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QModelIndex
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableWidget, QTableWidgetItem, QToolTip
from pytestqt.qtbot import QtBot

from desktop.ui.measures import scaled
from desktop.ui.pieces.leavings import READABLE
from desktop.ui.pieces.line_table import as_lines
from tests.gui.walk import Walk
from tests.support.window_desk import LEAD

LONG = "广东省深圳市光明区凤凰街道甲子塘社区第三工业区二号宿舍楼"


def tip_at(qtbot: QtBot, view: QAbstractItemView, index: QModelIndex) -> str:
    """Rest the mouse on a cell and return what the tool tip says."""
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())  # it takes a moment to go
    view.scrollTo(index)
    at = view.visualRect(index).center()
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, view.viewport().mapToGlobal(at)))
    return QToolTip.text() if QToolTip.isVisible() else ""


@pytest.fixture
def lines(qtbot: QtBot) -> QTableWidget:
    """A table of one line: a long cell, a short one, a short one with a tip of its own."""
    table = QTableWidget(1, 3)
    qtbot.addWidget(table)
    as_lines(table, "table", "名单", ["住址", "姓名", "状态"], None)
    own = QTableWidgetItem("待签")
    own.setToolTip("等对方到场")
    for at, item in enumerate((QTableWidgetItem(LONG), QTableWidgetItem("陈木"), own)):
        table.setItem(0, at, item)
    table.resize(420, 160)
    table.show()
    qtbot.waitExposed(table)
    return table


def test_a_cell_without_room_tells_its_words(qtbot: QtBot, lines: QTableWidget) -> None:
    assert [tip_at(qtbot, lines, lines.model().index(0, at)) for at in range(3)] == [LONG, "", "等对方到场"]


def test_a_cell_with_room_says_nothing_more(qtbot: QtBot, lines: QTableWidget) -> None:
    lines.resize(2400, 160)

    assert tip_at(qtbot, lines, lines.model().index(0, 0)) == ""


def test_lists_tell_cut_words_and_cut_chips(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    walk.shell.turn("matters")
    walk.settle()
    table, model = walk.shell.matters.table, walk.shell.matters.model
    columns = [column.name for column in model.columns]
    title, state = (model.index(0, columns.index(name)) for name in ("title", "state"))
    walk.application.window.resize(1366, 768)
    walk.settle()
    whole = model.rows()[0].title
    assert tip_at(walk.qtbot, table, title) == whole
    assert tip_at(walk.qtbot, table, state) == ""

    table.setColumnWidth(state.column(), 72)
    assert tip_at(walk.qtbot, table, state) == model.columns[state.column()].status(model.rows()[0]).text
    walk.application.window.resize(2600, 900)
    walk.settle()
    assert tip_at(walk.qtbot, table, title) == ""


def test_the_column_that_takes_what_others_leave_stays_readable(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=LEAD)
    walk.shell.turn("mediations")
    walk.settle()
    page = walk.shell.mediations
    at = [column.name for column in page.model.columns].index("title")
    walk.application.window.resize(1920, 1080)
    walk.settle()
    wide = page.table.columnWidth(at)
    assert wide > scaled(READABLE)

    page.table.setColumnWidth(at + 1, 700)
    assert page.table.columnWidth(at) == scaled(READABLE)
    page.table.setColumnWidth(at + 1, 140)
    assert page.table.columnWidth(at) == wide
    assert page.table.view.widths == {}


def test_so_does_that_of_a_table_in_a_dialog(qtbot: QtBot) -> None:
    table = QTableWidget(1, 3)
    qtbot.addWidget(table)
    as_lines(table, "table", "名单", ["状态", "事项", "期限"], 1)
    table.resize(700, 160)
    table.show()
    qtbot.waitExposed(table)
    wide = table.columnWidth(1)
    assert wide > scaled(READABLE)

    table.setColumnWidth(0, 560)
    assert table.columnWidth(1) == scaled(READABLE)
    table.resize(1200, 160)
    qtbot.waitUntil(lambda: table.columnWidth(1) > scaled(READABLE))
    table.setColumnWidth(0, 100)
    assert table.columnWidth(1) == table.horizontalHeader().width() - 100 - table.columnWidth(2)


def test_the_find_box_tells_a_title_that_it_has_no_room_for(open_window: Callable[..., Walk]) -> None:
    from desktop.ui.dialogs.find import FindBox

    walk = open_window(name=LEAD)
    walk.shell.finder.find()
    walk.settle()
    box = next(dialog for dialog in walk.dialogs() if isinstance(dialog, FindBox))
    box.box.setText("楼上654房")
    lines = box.model
    walk.until(lambda: any("654" in str(lines.index(at, 0).data()) for at in range(lines.rowCount())))
    walk.settle()
    index = next(i for i in (lines.index(at, 0) for at in range(lines.rowCount())) if "654" in str(i.data()))
    assert tip_at(walk.qtbot, box.list, index) == ""

    box.list.setFixedWidth(300)
    walk.settle()
    assert "楼上654房" in tip_at(walk.qtbot, box.list, index)
