"""What people paste, and what machines do meanwhile: nothing is lost, and one sentence where something is not taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from desktop.ui.dialogs.recover import RecoverDialog
from desktop.ui.dialogs.roster import RosterDialog
from desktop.ui.fields.rows import RowsControl
from desktop.ui.form_panel import FormPanel
from tests.gui.walk import Walk, still_clipped, type_in
from tests.support.window_desk import LEAD, PASSWORD

Open = Callable[..., Walk]
SPREADSHEET = "\n".join("\t".join(f"单元格{row}-{cell}" for cell in range(50)) for row in range(1000))
"""50,000 cells, as a spreadsheet puts them on the clipboard."""


@pytest.fixture
def walk(open_window: Open) -> Walk:
    walk = open_window(name=LEAD)
    walk.shell.turn("visits")
    return walk


def _paste(panel: FormPanel, name: str, text: str) -> Any:
    QApplication.clipboard().setText(text)
    (edit, *_) = panel.view.cells[name].control.stops()
    assert isinstance(edit, QLineEdit | QPlainTextEdit)
    edit.paste()
    QApplication.processEvents()
    return panel.view.values()[name]


def _sentence(panel: FormPanel, name: str) -> str:
    error = panel.view.cells[name].error
    return error.text() if error.isVisible() else ""


def test_ten_thousand_characters_stand_as_they_were_pasted_and_are_kept(walk: Walk) -> None:
    panel = walk.shell.visits.log()
    text = "漏水扰民" * 2500
    assert _paste(panel, "text", text) == text
    assert _paste(panel, "name", text) == text
    assert (_sentence(panel, "text"), _sentence(panel, "name")) == ("", "")
    panel.view.submit()
    walk.settle()
    assert "100" in _sentence(panel, "name"), "the rule names its limit, and nothing was cut off before"
    assert panel.view.values()["name"] == text


def test_a_piece_of_a_spreadsheet_in_one_line_keeps_every_cell(walk: Walk) -> None:
    panel = walk.shell.visits.log()
    assert _paste(panel, "address", "甲子塘\t3栋\r\n502\x0b房") == "甲子塘 3栋 502 房"
    assert _sentence(panel, "address") == ""


@pytest.mark.parametrize("name", ["name", "text"])
def test_a_whole_spreadsheet_is_left_out_with_a_sentence_and_what_stood_there_stays(walk: Walk, name: str) -> None:
    panel = walk.shell.visits.log()
    panel.view.fill({name: "先写下的"})
    assert _paste(panel, name, SPREADSHEET) == "先写下的"
    assert "附件" in _sentence(panel, name)


def test_a_whole_spreadsheet_is_no_roster_and_the_list_says_so(walk: Walk) -> None:
    panel = walk.shell.visits.log()
    panel.view.fill({"headcount": 3})
    roster = panel.view.cells["roster"].control
    assert isinstance(roster, RowsControl)
    roster.take_list("何秀英")
    (dialog,) = walk.dialogs()
    assert isinstance(dialog, RosterDialog)
    walk.until(dialog.take.isEnabled)
    QApplication.clipboard().setText(SPREADSHEET)
    dialog.lines.paste()
    walk.settle()
    assert dialog.wrong.isVisible()
    assert dialog.take.isEnabled(), "the list that stood there can still be taken"
    assert dialog.lines.toPlainText() == "何秀英"


@pytest.mark.parametrize("name", ["name", "text", "phone"])
def test_control_and_bidirectional_characters_are_taken_out_with_a_word(walk: Walk, name: str) -> None:
    panel = walk.shell.visits.log()
    assert _paste(panel, name, "1\u202e23\u0000\u2066\x07") == "123"
    assert "4" in _sentence(panel, name)
    assert "U+202E" in _sentence(panel, name)
    (edit, *_) = panel.view.cells[name].control.stops()
    type_in(edit, "4")
    assert _sentence(panel, name) == "", "the sentence goes with the next key"
    assert panel.view.values()[name] == "1234"


def test_characters_that_names_are_made_of_are_not_taken_for_control_characters(walk: Walk) -> None:
    panel = walk.shell.visits.log()
    for name in ("𬱖某", "阿依古丽·买买提", "葛\U000e0101", "\u3007二", "e\u0301", "\ue001"):
        panel.view.fill({"name": ""})
        assert _paste(panel, "name", name) == name
        assert _sentence(panel, "name") == ""


def test_a_window_that_is_closed_in_the_middle_of_a_word_offers_it_at_the_next_start(open_window: Open) -> None:
    walk = open_window(name=LEAD)
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    type_in(panel.view.cells["name"].control.stops()[0], "蒋桂")
    walk.application.close()  # before the half second after the last key is over

    again = open_window()
    again.until(lambda: again.application.store is not None)
    gate = again.application.gate
    assert gate is not None
    gate.view.fill({"name": LEAD, "password": PASSWORD})
    gate.view.submit()
    again.until(lambda: any(isinstance(d, RecoverDialog) for d in again.dialogs()))


def test_a_screen_that_changes_its_scaling_costs_no_word_and_clips_none(walk: Walk) -> None:
    """What Qt tells a window that was moved to another screen, or whose screen was set otherwise."""
    panel = walk.shell.visits.log()
    type_in(panel.view.cells["name"].control.stops()[0], "蒋桂珍")
    before = panel.view.values()
    window = walk.application.window
    for width, height in ((1536, 864), (1093, 614), (1366, 768)):
        for widget in (window, *window.findChildren(QWidget)):
            QApplication.sendEvent(widget, QEvent(QEvent.Type.DevicePixelRatioChange))
        window.windowHandle().screenChanged.emit(window.screen())
        window.resize(width, height)
        walk.settle()
        assert panel.view.values() == before
    assert still_clipped(walk.qtbot, panel) == []
