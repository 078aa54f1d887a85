"""Five hundred people on one form: one table, a card for the one that is looked at, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from desktop.store.drafts import list_drafts, load_draft
from desktop.ui.dialogs.roster import RosterDialog
from desktop.ui.fields.rows import RowsControl
from desktop.ui.form_panel import FormPanel
from sync.records.errors import RuleBroken
from tests.gui.walk import Walk, elsewhere, type_in, without_a_name
from tests.support.window_desk import REGISTRAR

Open = Callable[..., Walk]
MANY = 499


@pytest.fixture
def walk(open_window: Open) -> Walk:
    return open_window(name=REGISTRAR)


def _people(count: int) -> list[dict[str, Any]]:
    tens = "甲乙丙丁戊己庚辛壬癸"
    return [
        {"name": f"来访{tens[n // 100]}{tens[n // 10 % 10]}{tens[n % 10]}", "phone": f"1381234{n:04d}"}
        for n in range(count)
    ]


def _opened(walk: Walk) -> tuple[FormPanel, RowsControl]:
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "周国富", "text": "电梯停运。", "headcount": MANY + 1})
    roster = panel.view.cells["roster"].control
    assert isinstance(roster, RowsControl)
    return panel, roster


def test_many_rows_are_lines_of_one_table_and_each_can_be_ticked_opened_and_removed_by_key(walk: Walk) -> None:
    panel, roster = _opened(walk)
    before = len(panel.findChildren(QWidget))
    panel.view.fill({"roster": _people(MANY)})
    assert len(panel.findChildren(QWidget)) - before < 20, "no widget is made for a row that nobody looks at"
    table = roster.table
    assert table.model().rowCount() == MANY
    assert "来访甲丁丙" in table.model().index(32, 0).data()
    table.setFocus()
    table.selectRow(32)
    walk.qtbot.keyClick(table, Qt.Key.Key_Space)
    assert [at for at, row in enumerate(roster.value()) if row.get("representative")] == [32]
    walk.qtbot.keyClick(table, Qt.Key.Key_Return)
    walk.settle()
    focus = QApplication.focusWidget()
    assert isinstance(focus, QLineEdit)
    assert focus.objectName() == "field.visit.roster.32.name"
    focus.end(False)
    type_in(focus, "改")
    assert roster.value()[32]["name"].endswith("改")
    assert roster.value()[32]["representative"] is True
    assert without_a_name(roster) == []
    fold = panel.findChild(QWidget, "field.visit.roster.32.fold")
    assert fold is not None
    walk.qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert table.model().index(32, 0).data().startswith("33   来访甲丁丙改")
    table.selectRow(0)
    walk.qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert (len(roster.value()), roster.value()[0]["name"]) == (MANY - 1, "来访甲甲乙")
    assert table.hasFocus()


def test_a_refused_row_among_many_is_opened_with_its_sentence(walk: Walk) -> None:
    panel, _ = _opened(walk)
    panel.view.fill({"roster": _people(MANY)})
    panel.view.refuse(RuleBroken("records.phone_unreadable", field="roster.400.phone", text="x"))
    walk.settle()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "field.visit.roster.400.phone"
    error = panel.findChild(QWidget, "error.field.visit.roster.400.phone")
    assert error is not None
    assert error.isVisibleTo(panel)


def test_lines_that_could_not_be_taken_wait_in_the_draft(walk: Walk) -> None:
    panel, roster = _opened(walk)
    roster.take_list("何秀英\n王\u202e五\n13900000000")
    (dialog,) = walk.dialogs()
    assert isinstance(dialog, RosterDialog)
    walk.until(dialog.take.isEnabled)
    dialog.take.click()
    walk.settle()
    # Nobody closed the dialog: this is where the machine goes down.
    panel.keeper.keep()
    walk.settle()

    def kept() -> Any:
        with walk.reader() as reader:
            (row,) = (r for r in list_drafts(reader, walk.desk.staff[REGISTRAR]) if r.form == "visit")
            return load_draft(reader, row.id)

    draft = elsewhere(kept)
    dialog.reject()
    panel.leave()
    walk.settle()
    assert [row["name"] for row in draft[1]["roster"]] == ["何秀英"]
    again = walk.shell.visits.open_visit(draft[1])
    there = again.view.cells["roster"].control
    assert isinstance(there, RowsControl)
    assert there.left_over.isVisibleTo(again)
    there.take_list()
    (dialog,) = walk.dialogs()
    assert isinstance(dialog, RosterDialog)
    assert dialog.lines.toPlainText() == "王\u202e五\n13900000000"
