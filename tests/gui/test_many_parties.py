"""Many parties in the window: a list becomes parties, a list becomes shares, and each agreement can be reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.matters import open_matter
from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.actions.rosters import read_roster
from desktop.forms.matters import MATTER_FORM
from desktop.forms.questions import fresh
from desktop.ui.dialogs.each_agreement import EachAgreementDialog
from desktop.ui.dialogs.papers import PapersDialog
from desktop.ui.dialogs.roster import RosterDialog
from desktop.ui.fields.rows import RowsControl
from tests.gui.layout import faults
from tests.gui.walk import Walk, without_a_name
from tests.support.window_desk import LEAD

NAMES = [f"王{a}{b}" for a in "一二三四五" for b in "甲乙丙丁戊"][:23]
LIST = "\n".join(f"{at}\t{name}\t2026年1月至3月\t24,347.00\t62170033200012{at:05d}" for at, name in enumerate(NAMES, 1))
HEADER = "序号\t姓名\t期间\t金额\t账号\n"


def shown(walk: Walk, kind: type[QDialog]) -> QDialog:
    walk.settle()
    return next(dialog for dialog in walk.dialogs() if type(dialog) is kind)


def laid_out(walk: Walk, dialog: QWidget) -> None:
    walk.until(lambda: faults(dialog) == [])
    assert without_a_name(dialog) == []


def mediation(walk: Walk) -> str:
    desk = walk.shell.tools.desk
    people = [{"role": "applicant", "party_kind": "person", **row} for row in read_roster("\n".join(NAMES)).rows]
    firm = {"role": "respondent", "party_kind": "organisation", "name": "光明建筑公司"}
    matter = open_matter(desk, None, fresh(MATTER_FORM, "matter", {"title": "工资纠纷", "parties": [*people, firm]})).id
    told = {"rights_told_at": desk.now().isoformat(), "consent": "all"}
    return open_mediation(desk, matter, mediation_draft_from(desk, matter) | told).id


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_list_becomes_shares_and_the_form_says_what_they_come_to(
    open_window: Callable[..., Walk], language: str
) -> None:
    walk = open_window(name=LEAD, language=language)
    made = mediation(walk)
    walk.shell.turn("mediations")
    walk.shell.mediations.select(made)
    walk.settle()
    walk.shell.mediations.conclude(made)
    walk.until(lambda: walk.shell.mediations.panel is not None)
    panel = walk.shell.mediations.panel
    assert panel is not None
    control = panel.view.cells["shares"].control
    assert isinstance(control, RowsControl)
    control.take_list(HEADER + LIST)
    dialog = shown(walk, RosterDialog)
    assert isinstance(dialog, RosterDialog)
    walk.until(lambda: dialog.table.rowCount() == len(NAMES))
    assert "559,981.00" in dialog.told.text()
    laid_out(walk, dialog)
    walk.qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    walk.settle()
    rows = panel.view.values()["shares"]
    assert [row["name"] for row in rows] == NAMES
    told = control.table.model().index(0, 0).data()
    assert "****0001" in told
    assert rows[0]["account"] not in told
    terms = [{"text": "支付工资", "amount": "559981", "payer": "2", "payee": "1"}]
    panel.view.fill({"terms": terms})
    panel.view.edited.emit()
    walk.settle()
    said = walk.application.words("forms.shares_right", count=23, sum="559,981.00", instalments="559,981.00")
    assert said in [label.text() for label in panel.view.cells["shares"].findChildren(type(dialog.told))]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_persons_agreement_is_reached_from_the_list(open_window: Callable[..., Walk], language: str) -> None:
    walk = open_window(name=LEAD, language=language)
    made, desk = mediation(walk), walk.shell.tools.desk
    shares = [{"name": name, "amount": "10"} for name in NAMES]
    terms = [{"text": "支付工资", "amount": "230", "payer": "2", "payee": "1"}]
    said = {"facts": "欠薪。", "performance": "当场。", "terms": terms, "shares": shares, "one_each": True}
    conclude(desk, made, agreement_draft(desk, made) | said)
    walk.shell.turn("mediations")
    walk.shell.mediations.ask()
    walk.settle()
    walk.shell.mediations.select(made)
    walk.settle()
    walk.command("mediations.each")
    dialog = shown(walk, EachAgreementDialog)
    assert isinstance(dialog, EachAgreementDialog)
    assert [dialog.table.item(line, 1).text() for line in range(dialog.table.rowCount())] == NAMES
    laid_out(walk, dialog)
    dialog.table.setCurrentCell(2, 0)
    walk.qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    papers = shown(walk, PapersDialog)
    assert isinstance(papers, PapersDialog)
    assert papers.table.rowCount() == 2
    papers.reject()
    walk.qtbot.mouseClick(dialog.sign, Qt.MouseButton.LeftButton)
    walk.until(lambda: walk.shell.mediations.panel is not None or len(walk.dialogs()) > 0)
