"""Capture at the window: by keyboard alone, once whatever is clicked, kept whatever happens, recognised while typed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QScrollArea, QToolButton, QWidget

from desktop.actions.drafts import waiting_drafts
from desktop.store.links import participations_of
from desktop.store.visits import count_visits
from desktop.ui.dialogs.phrases import PhrasePicker
from desktop.ui.dialogs.recover import RecoverDialog
from desktop.ui.dialogs.roster import RosterDialog
from desktop.ui.fields.rows import RowsControl
from sync.records.participations import PartyRole
from tests.gui.walk import Walk, elsewhere, type_in
from tests.support.window_desk import LEAD, PASSPHRASE, PASSWORD, WindowDesk

PASSPHRASE_NAME = "QIANSHAO_PASSPHRASE"


def visits(walk: Walk) -> int:
    with walk.reader() as reader:
        return count_visits(reader)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_a_visit_is_logged_by_keyboard_alone(walk: Walk) -> None:
    window, qtbot = walk.application.window, walk.qtbot
    before = visits(walk)
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    walk.settle()
    assert focused().objectName() == "field.visit.document.number"
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert focused().objectName() == "field.visit.name"
    type_in(focused(), "郭美玲")
    while focused().objectName() != "field.visit.text":
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    type_in(focused(), "路灯不亮,晚上不安全。")
    qtbot.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    walk.until(lambda: walk.shell.visits.panel is None)
    walk.settle()

    assert visits(walk) == before + 1
    assert walk.shell.visits.current.visitor == "郭美玲"


@pytest.mark.parametrize("type_size", [100, 125])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_request_stands_in_sight_when_the_form_of_a_visit_opens(
    open_window: Callable[..., Walk], language: str, type_size: int
) -> None:
    walk = open_window(language=language, name=LEAD)
    walk.application.choose_type_size(type_size)
    walk.settle()
    walk.qtbot.keyClick(walk.application.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    walk.until(lambda: walk.shell.visits.panel is not None)
    walk.settle()
    panel = walk.shell.visits.panel
    assert panel is not None
    (text,) = panel.view.cells["text"].control.stops()
    area = panel.view.findChild(QScrollArea)
    assert area is not None
    place = QRect(text.mapTo(area.viewport(), QPoint(0, 0)), text.size())

    assert (walk.application.window.width(), walk.application.window.height()) == (1366, 768)
    assert area.verticalScrollBar().value() == 0
    assert area.viewport().rect().contains(place)


def test_a_double_click_makes_one_record(walk: Walk) -> None:
    before = visits(walk)
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "何秀英", "text": "楼道堆物"})

    walk.qtbot.mouseDClick(panel.view.button, Qt.MouseButton.LeftButton)
    walk.qtbot.mouseClick(panel.view.button, Qt.MouseButton.LeftButton)
    walk.until(lambda: walk.shell.visits.panel is None)
    walk.settle()

    assert visits(walk) == before + 1


def test_what_is_typed_is_kept_and_offered_again_after_a_crash(
    open_window: Callable[..., Walk],
) -> None:
    walk = open_window(name=LEAD)
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    type_in(panel.view.cells["name"].control.stops()[0], "蒋桂珍")
    walk.until(lambda: bool(panel.view.note.text()))

    # The window is gone without a word, as after a power cut: nothing of it is closed.
    again = open_window()
    again.until(lambda: again.application.store is not None)
    gate = again.application.gate
    assert gate is not None
    gate.view.fill({"name": LEAD, "password": PASSWORD})
    gate.view.submit()
    again.until(lambda: any(isinstance(d, RecoverDialog) for d in again.dialogs()))
    dialog = next(d for d in again.dialogs() if isinstance(d, RecoverDialog))
    take = dialog.findChild(QPushButton, "recover.take.0")
    assert take is not None
    again.qtbot.mouseClick(take, Qt.MouseButton.LeftButton)
    again.until(lambda: again.shell.visits.panel is not None)

    recovered = again.shell.visits.panel
    assert recovered is not None
    assert recovered.view.values()["name"] == "蒋桂珍"
    assert recovered.view.values()["_id"] == panel.view.values()["_id"]


def test_what_was_typed_in_a_window_that_is_killed_is_offered_by_the_next_one(
    open_window: Callable[..., Walk], desk: WindowDesk
) -> None:
    command = [sys.executable, "-m", "tests.support.window_typist", str(desk.home.path), LEAD, PASSWORD, "蒋桂珍"]
    typist = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, PASSPHRASE_NAME: PASSPHRASE}
    )
    assert typist.stdout is not None
    kept = typist.stdout.readline().strip()  # the draft is in the store, says the window
    typist.kill()
    typist.communicate()
    assert kept.startswith("vis_")

    again = open_window()
    again.until(lambda: again.application.store is not None)
    gate = again.application.gate
    assert gate is not None
    gate.view.fill({"name": LEAD, "password": PASSWORD})
    gate.view.submit()
    again.until(lambda: any(isinstance(d, RecoverDialog) for d in again.dialogs()))
    offered = next(d for d in again.dialogs() if isinstance(d, RecoverDialog))
    take = offered.findChild(QPushButton, "recover.take.0")
    assert take is not None
    again.qtbot.mouseClick(take, Qt.MouseButton.LeftButton)
    again.until(lambda: again.shell.visits.panel is not None)
    values = again.shell.visits.panel.view.values()

    assert values["_id"] == kept
    assert values["name"] == "蒋桂珍"


def test_a_draft_that_became_a_record_waits_no_longer(walk: Walk) -> None:
    panel = walk.shell.visits.log()
    type_in(panel.view.cells["name"].control.stops()[0], "蒋桂珍")
    panel.view.fill({"text": "楼道堆物"})
    panel.keeper.keep()
    walk.settle()
    draft = panel.view.values()["_id"]
    assert draft in [d.id for d in waiting_drafts(walk.shell.tools.desk)]

    panel.view.submit()
    walk.until(lambda: walk.shell.visits.panel is None)
    walk.settle()

    assert draft not in [d.id for d in waiting_drafts(walk.shell.tools.desk)]


def test_esc_leaves_a_form_and_keeps_its_draft(walk: Walk) -> None:
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    type_in(panel.view.cells["text"].control.stops()[0], "路灯不亮")
    draft = panel.view.values()["_id"]

    walk.qtbot.keyClick(walk.application.window, Qt.Key.Key_Escape)
    walk.settle()

    assert walk.shell.visits.panel is None
    assert draft in [d.id for d in waiting_drafts(walk.shell.tools.desk)]


def test_a_returning_person_is_recognised_and_taken_by_key(walk: Walk) -> None:
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    side = panel.findChild(QWidget, "recognition")
    assert side is not None
    type_in(panel.view.cells["name"].control.stops()[0], "黎平")
    walk.until(lambda: side.findChild(QPushButton, "recognition.0") is not None)

    walk.qtbot.keyClick(focused(), Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    walk.settle()

    values = panel.view.values()
    assert values["name"] == "黎平桂"
    assert values["document"]["number"] == "440311196005310337"
    assert values["person"]
    assert focused().objectName() == "field.visit.text"


def test_a_wrong_number_is_told_beside_it_and_kept_with_a_reason(walk: Walk) -> None:
    before = visits(walk)
    panel = walk.shell.visits.log()
    number = {"answer": "given", "type": "citizen", "number": "440311196005310338", "doubt": ""}
    panel.view.fill({"name": "何秀英", "text": "楼道堆物", "document": number})
    panel.view.submit()
    cell = panel.view.cells["document"]
    walk.until(lambda: not cell.error.isHidden())
    assert panel.view.button.isEnabled()
    assert panel.view.findChild(QWidget, "field.visit.document.doubt").isVisibleTo(panel)

    panel.view.fill({"document": {**number, "doubt": "证件原件如此"}})
    panel.view.submit()
    walk.until(lambda: walk.shell.visits.panel is None)

    assert visits(walk) == before + 1


def test_records_that_arrive_do_not_touch_a_form_that_somebody_types_in(walk: Walk) -> None:
    from desktop.ui.bus import everything

    panel = walk.shell.visits.log()
    type_in(panel.view.cells["text"].control.stops()[0], "路灯不亮")
    standing = panel.view.values()

    walk.application.bus.tell(everything())
    walk.settle()

    assert walk.shell.visits.panel is panel
    assert panel.view.values() == standing


def test_a_consultation_is_closed_on_the_spot(walk: Walk) -> None:
    before = visits(walk)
    panel = walk.shell.visits.consult()
    panel.view.fill({"name": "孙女士", "text": "居住证怎么续?", "answer": "带身份证来窗口。"})
    panel.view.submit()
    walk.until(lambda: walk.shell.visits.panel is None)

    assert visits(walk) == before + 1


def test_a_wrong_password_is_one_sentence_beside_the_field(open_window: Callable[..., Walk]) -> None:
    walk = open_window()
    walk.until(lambda: walk.application.store is not None)
    gate = walk.application.gate
    assert gate is not None
    gate.view.fill({"name": LEAD, "password": "not this one"})
    gate.view.submit()

    walk.until(lambda: not gate.view.cells["password"].error.isHidden())
    assert gate.view.button.isEnabled()
    assert walk.application.shell is None


def test_sex_is_read_from_the_number_while_it_is_typed_and_stays_editable(walk: Walk) -> None:
    panel = walk.shell.visits.log()
    number = panel.view.cells["document"].control.stops()[1]

    type_in(number, "440311196005310337")
    assert panel.view.values()["sex"] == "1"
    number.clear()  # type: ignore[attr-defined]
    assert panel.view.values()["sex"] == "9"
    panel.view.cells["sex"].control.set_value("2")
    type_in(number, "440311196005310337")

    assert panel.view.values()["sex"] == "2"


def test_a_card_has_the_day_of_birth_of_the_number(walk: Walk) -> None:
    panel = walk.shell.people.persons.new()
    type_in(panel.view.cells["document"].control.stops()[1], "440311196005310337")

    assert panel.view.values()["born_on"] == "1960-05-31"


@pytest.mark.parametrize(("language", "called"), [("zh", "登记来访 马建国"), ("en", "Log a visit 马建国")])
def test_a_draft_is_called_in_the_reader_s_language(
    open_window: Callable[..., Walk], language: str, called: str
) -> None:
    walk = open_window(language=language, name=LEAD)
    walk.shell.turn("today")
    walk.settle()
    draft = waiting_drafts(walk.shell.tools.desk)[0]
    line = walk.shell.today.findChild(QPushButton, f"today.{draft.id}")

    assert draft.title == "登记来访 马建国"
    assert line.accessibleName().startswith(called)
    walk.shell.waiting.discard(draft)
    assert called in " ".join(part.text() for part in walk.dialogs()[0].findChildren(QLabel))


def test_a_draft_is_thrown_away_only_after_a_second_word(walk: Walk) -> None:
    walk.shell.turn("today")
    walk.settle()
    waiting = waiting_drafts(walk.shell.tools.desk)
    away = walk.shell.today.findChild(QToolButton, f"discard.{waiting[0].id}")
    assert away is not None

    walk.qtbot.mouseClick(away, Qt.MouseButton.LeftButton)
    walk.close_dialogs()
    walk.settle()
    assert waiting_drafts(walk.shell.tools.desk) == waiting
    walk.qtbot.mouseClick(away, Qt.MouseButton.LeftButton)
    sure = walk.dialogs()[0].findChild(QPushButton, "dialog.confirm.confirm")
    assert sure is not None
    walk.qtbot.mouseClick(sure, Qt.MouseButton.LeftButton)
    walk.settle()

    assert waiting_drafts(walk.shell.tools.desk) == waiting[1:]


def test_a_match_names_the_earlier_matters_before_it_is_chosen(walk: Walk) -> None:
    panel = walk.shell.visits.log()
    type_in(panel.view.cells["phone"].control.stops()[0], "13812345678")
    walk.until(lambda: panel.findChild(QPushButton, "recognition.0") is not None)
    match = panel.findChild(QPushButton, "recognition.0")
    assert match is not None

    assert "楼上654房卫生间长期渗水" in match.accessibleName()


def test_a_list_pasted_into_the_roster_is_taken_and_what_cannot_be_taken_stays(walk: Walk) -> None:
    before = visits(walk)
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "周国富", "text": "电梯停运,集体反映。", "headcount": 2})
    walk.settle()
    fold = panel.view.findChild(QPushButton, "fold.visit.group")
    assert fold is not None
    walk.qtbot.keyClick(fold, Qt.Key.Key_Space)
    paste = panel.view.findChild(QPushButton, "field.visit.roster.paste")
    assert paste is not None
    walk.qtbot.mouseClick(paste, Qt.MouseButton.LeftButton)
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, RosterDialog))
    people = "\n".join(f"来访人{'甲乙丙丁戊己庚辛壬癸'[n % 10] * (n // 10 + 1)}\t1381234{n:04d}" for n in range(40))
    QApplication.clipboard().setText(f"{people}\n13900000000\n")
    dialog.lines.paste()
    walk.until(dialog.take.isEnabled)
    assert dialog.wrong.isVisible()
    speaks = dialog.table.item(2, 3)
    assert speaks is not None
    speaks.setCheckState(Qt.CheckState.Checked)
    dialog.take.click()
    walk.until(lambda: dialog.lines.toPlainText() == "13900000000")
    walk.settle()
    dialog.reject()

    roster = panel.view.cells["roster"].control
    assert isinstance(roster, RowsControl)
    assert (len(roster.value()), panel.view.values()["headcount"]) == (40, 41)
    assert roster.left_over.isVisibleTo(panel)
    panel.view.submit()
    walk.settle()
    assert panel.view.cells["roster"].error.isVisibleTo(panel), "a line that waits is not thrown away with the draft"
    roster.take_list()
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, RosterDialog))
    dialog.lines.clear()
    dialog.reject()
    assert not roster.left_over.isVisibleTo(panel)
    panel.view.submit()
    walk.until(lambda: walk.shell.visits.panel is None)
    walk.settle()
    assert visits(walk) == before + 1
    with walk.reader() as reader:
        parts = participations_of(reader, walk.shell.visits.current.id)
    assert sum(p.role is PartyRole.REPRESENTATIVE for p in parts) == 1
    assert len(parts) == 41


def test_a_roster_is_read_from_a_workbook_and_typed_on(
    walk: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (("姓名", "联系电话", "是否代表"), ("何秀英", 13812340001, "是"), ("周国富", 13812340002, "")):
        sheet.append(cells)
    book.save(tmp_path / "名单.xlsx")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "马建国", "text": "电梯停运,集体反映。", "headcount": 4})
    roster = panel.view.cells["roster"].control
    assert isinstance(roster, RowsControl)
    roster.take_list()
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, RosterDialog))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(tmp_path / "名单.xlsx"), ""))
    file = dialog.findChild(QPushButton, "dialog.roster.file")
    assert file is not None
    file.click()
    walk.until(dialog.take.isEnabled)
    dialog.lines.moveCursor(QTextCursor.MoveOperation.End)
    walk.qtbot.keyClick(dialog.lines, Qt.Key.Key_Return)
    type_in(dialog.lines, "郑玉兰 13812340003")
    walk.until(lambda: dialog.take.isEnabled() and dialog.table.rowCount() == 3)
    dialog.take.click()
    walk.settle()
    taken = roster.value()
    assert [(row["name"], row["phone"]) for row in taken] == [
        ("何秀英", "13812340001"), ("周国富", "13812340002"), ("郑玉兰", "13812340003"),
    ]  # fmt: skip
    assert [bool(row["representative"]) for row in taken] == [True, False, False]
    (tmp_path / "照片.xlsx").write_bytes(b"MZ" + bytes(100))
    roster.take_list()
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, RosterDialog))
    dialog.read_file(tmp_path / "照片.xlsx")
    walk.until(dialog.wrong.isVisible)
    assert dialog.wrong.text().count("\n") == 0, "a file that is no workbook is one sentence"
    dialog.reject()


def test_a_phrase_is_kept_and_put_where_the_cursor_stands_by_keyboard_alone(walk: Walk) -> None:
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    text = panel.view.cells["text"].control.stops()[0]
    text.setFocus()
    type_in(text, "电梯停运。")

    def picker() -> PhrasePicker:
        walk.until(lambda: QApplication.focusWidget() is text)
        walk.qtbot.keyClick(text, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
        walk.until(lambda: any(isinstance(d, PhrasePicker) for d in walk.dialogs()))
        walk.settle()
        return next(d for d in walk.dialogs() if isinstance(d, PhrasePicker))

    first = picker()
    type_in(first.line, "已告知办理时限。")
    walk.qtbot.keyClick(first.line, Qt.Key.Key_Return)
    walk.until(lambda: first.list.count() == 1)
    walk.qtbot.keyClick(first.line, Qt.Key.Key_Return)
    walk.settle()
    again = picker()
    type_in(again.line, "时限")
    walk.qtbot.keyClick(again.line, Qt.Key.Key_Return)
    walk.settle()

    assert panel.view.values()["text"] == "电梯停运。已告知办理时限。已告知办理时限。"
    panel.throw_away()
    walk.settle()


def test_escape_parks_each_form_and_ctrl_d_lists_them_without_the_one_in_hand(walk: Walk) -> None:
    walk.shell.turn("visits")
    names = ("郭美玲", "周国富")
    for name in names:
        walk.qtbot.keyClick(walk.application.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        walk.settle()
        panel = walk.shell.visits.panel
        assert panel is not None
        type_in(panel.view.cells["name"].control.stops()[0], name)
        walk.qtbot.keyClick(focused(), Qt.Key.Key_Escape)
        walk.until(lambda: walk.shell.visits.panel is None)
        walk.settle()
    waiting = [draft.title for draft in elsewhere(lambda: waiting_drafts(walk.shell.tools.desk))]
    assert all(any(name in title for title in waiting) for name in names)

    walk.qtbot.keyClick(walk.application.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    walk.until(lambda: any(isinstance(d, RecoverDialog) for d in walk.dialogs()))
    assert focused().objectName() == "recover.take.0"  # the last one put aside
    walk.qtbot.keyClick(focused(), Qt.Key.Key_Return)
    walk.until(lambda: walk.shell.visits.panel is not None)
    assert walk.shell.visits.panel.view.values()["name"] == "周国富"
    walk.settle()
    walk.application.window.activateWindow()
    walk.until(walk.application.window.isActiveWindow)
    walk.qtbot.keyClick(walk.application.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    walk.until(lambda: any(isinstance(d, RecoverDialog) for d in walk.dialogs()))
    (dialog,) = (d for d in walk.dialogs() if isinstance(d, RecoverDialog))
    assert not any("周国富" in told.text() for told in dialog.findChildren(QLabel))  # it is in hand
