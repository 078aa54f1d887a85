"""Beside an order's form: likely departments with reasons, taken by one key; who is on duty; defaults marked."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.store.units import units
from desktop.ui.dialogs.duties import DutiesDialog
from desktop.ui.fields.choice import SegmentControl
from desktop.ui.pages.dispatch_help import DispatchHelp
from sync.records.duties import Duty, table_text
from sync.records.duty_rosters import DutyRoster, DutyShift
from sync.records.kinds import new_id
from sync.records.record import Made
from sync.records.rule_tables import FIRST, RuleTable, TableName
from tests.gui.test_order_ways import CTRL, SHIFT, press, the_matter
from tests.gui.walk import Walk


def pulled(walk: Walk) -> str:
    """What an exchange brings: a responsibility list and a duty roster; returns the department that both name."""
    desk = walk.shell.tools.desk
    made = Made(by="", unit="org_district", store="sto_district", at=desk.now())
    with desk.store.write() as work:
        last = sorted((u for u in units(work).values() if u.department and not u.closed_on), key=lambda u: u.name)[-1]
        text = table_text([Duty("夜间施工噪声扰民", last.name)])
        day, name = date(2020, 1, 1), TableName.DUTIES.value
        work.add(RuleTable(id=new_id("rule_table"), made=made, name=name, number=FIRST, text=text, starts_on=day))
        shifts = (DutyShift(name="王值班", post="科长", telephone="13800001111"),)
        work.add(DutyRoster(id=new_id("duty_roster"), made=made, department=last.unit, shifts=shifts))
    return last.unit


def told(aid: DispatchHelp, part: str) -> str:
    return "\n".join(one.text() for one in aid.findChildren(QLabel, f"dispatch_help.{part}"))


def test_a_likely_department_is_taken_by_one_key_and_its_officer_is_shown(walk: Walk) -> None:
    department = pulled(walk)
    the_matter(walk)
    press(walk, Qt.Key.Key_O, CTRL | SHIFT)
    walk.until(lambda: walk.shell.matters.panel is not None)
    panel = walk.shell.matters.panel
    assert panel is not None
    panel.view.fill({"subject": "夜间施工", "text": "工地夜间施工噪声扰民，群众不能休息。", "departments": []})
    panel.view.edited.emit()
    aid = panel.findChild(DispatchHelp, "dispatch_help")
    assert isinstance(aid, DispatchHelp)
    walk.until(lambda: aid.findChild(QPushButton, "dispatch_help.0") is not None)
    first = aid.findChild(QPushButton, "dispatch_help.0")
    assert isinstance(first, QPushButton)
    assert "职责清单：夜间施工噪声扰民" in first.toolTip()
    assert "default-2" in told(aid, "demanded")
    assert "尚未确认" in told(aid, "demanded")
    assert "扬言" not in told(aid, "demanded")
    panel.view.fill({"grade": "yellow", "text": "工地夜间施工噪声扰民，有住户扬言堵路。"})
    panel.view.edited.emit()
    walk.until(lambda: "文中有“扬言”：按规则属红级" in told(aid, "demanded"))
    assert "黄级的情形：集体访" in told(aid, "demanded")
    panel.view.fill({"grade": "red"})
    panel.view.edited.emit()
    walk.until(lambda: "红级的情形：危及生命安全、扬言" in told(aid, "demanded"))
    assert "文中有" not in told(aid, "demanded")
    assert "签发时由区级平台告知：部门领导、街道、区" in told(aid, "demanded")
    panel.view.cells["subject"].control.setFocus()
    walk.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    walk.until(lambda: panel.view.values()["departments"] == [department])
    walk.until(lambda: "王值班 科长 13800001111" in told(aid, "duty"))
    grade = panel.view.cells["grade"].control
    assert isinstance(grade, SegmentControl)
    assert [button.objectName()[-4:] for button in grade.buttons if button.isHidden()] == ["ange", "reen"]
    panel.throw_away()


def test_the_responsibility_list_is_searched_by_two_characters(walk: Walk) -> None:
    pulled(walk)
    walk.shell.show_duties()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, DutiesDialog))
    walk.until(lambda: "duties-1001" in dialog.note.text())
    assert dialog.table.rowCount() == 0
    dialog.line.setText("噪声")
    walk.until(lambda: dialog.table.rowCount() == 1)
    item = dialog.table.item(0, 0)
    assert item is not None
    assert item.text() == "夜间施工噪声扰民"
    dialog.line.setText("工资")
    walk.until(lambda: dialog.table.rowCount() == 0)
    dialog.reject()
