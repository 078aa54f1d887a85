"""What other units passed here, at the window: from Today to the list, read beside it, answered by the keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.actions.passed_matters import passed_here
from desktop.store.links import steps_of
from desktop.ui.dialogs.passed_matters import PassedMattersDialog
from desktop.ui.form_panel import FormPanel
from desktop.ui.models.found import Sort
from sync.records.matters import StepKind
from sync.records.passed_parts import PassedStage
from tests.gui.test_find import find, titles
from tests.gui.walk import Walk
from tests.support.window_passed import asked_to_mediate, passed_week

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def shown() -> PassedMattersDialog | None:
    return next(
        (w for w in QApplication.topLevelWidgets() if isinstance(w, PassedMattersDialog) and w.isVisible()), None
    )


def offered(panel: FormPanel) -> list[str]:
    """The answers that can be chosen on the form."""
    segments = panel.view.cells["kind"].control.findChildren(QPushButton)
    return [segment.text() for segment in segments if not segment.isHidden()]


def words_of(dialog: PassedMattersDialog) -> str:
    return " ".join(each.text() for each in dialog.story.findChildren(QLabel))


def test_today_leads_to_the_list_and_the_keyboard_to_the_answer(walk: Walk) -> None:
    desk = walk.shell.tools.desk
    waiting, covered, over = passed_week(desk, desk.now())
    walk.shell.turn("today")
    walk.shell.today.refresh()
    walk.until(lambda: walk.shell.today.findChild(QPushButton, f"today.passed.{waiting}") is not None)
    assert walk.shell.today.findChild(QPushButton, f"today.passed.{covered}") is not None
    assert walk.shell.today.findChild(QPushButton, f"today.passed.{over}") is None
    line = walk.shell.today.findChild(QPushButton, f"today.passed.{waiting}")
    assert isinstance(line, QPushButton)
    line.click()
    walk.until(lambda: (dialog := shown()) is not None and dialog.table.rowCount() == 3)
    dialog = shown()
    assert dialog is not None
    assert "陈秀英" in words_of(dialog)
    covered_title = walk.shell.tools.words("window.passed_restricted_title")
    assert [dialog.table.item(at, 0).text() for at in (0, 1, 2)] == [  # type: ignore[union-attr]
        *("三栋楼上漏水，物业两次上门没有修好", covered_title, "占道经营"),
    ]
    walk.qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
    assert "家庭内的事" not in words_of(dialog)
    assert not dialog.answer.isEnabled()
    walk.qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    walk.until(lambda: "家庭内的事" in words_of(dialog))
    with desk.store.read() as reader:
        bodies = reader.sql("SELECT body FROM record WHERE kind = 'audit_entry'").fetchall()
    assert any(b"revealed" in body and covered.encode() in body for (body,) in bodies)
    walk.qtbot.keyClick(dialog.table, Qt.Key.Key_Up)
    walk.qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    walk.until(lambda: walk.shell.matters.panel is not None)
    panel = walk.shell.matters.panel
    assert panel is not None
    words = walk.shell.tools.words
    assert offered(panel) == [words(f"forms.passed_{kind}") for kind in ("received", "sent_back", "transferred")]
    panel.view.fill({"kind": "sent_back", "text": " "})
    panel.view.submit()
    walk.until(lambda: not panel.view.cells["text"].error.isHidden())
    panel.view.fill({"kind": "sent_back", "text": "属翠湖社区"})
    panel.view.submit()
    walk.until(lambda: walk.shell.matters.panel is None)
    with desk.store.read() as reader:
        (step,) = steps_of(reader, waiting)
    assert (step.kind, step.by_unit, step.text) == (StepKind.SENT_BACK, desk.session.unit, "属翠湖社区")
    stages = {one.told.matter: one.stage for one in passed_here(desk)}
    assert stages[waiting] is PassedStage.SENT_BACK
    walk.settle()
    walk.application.window.activateWindow()
    walk.until(walk.application.window.isActiveWindow)
    walk.shell.matters.table.setFocus()
    walk.qtbot.keyClick(walk.shell.matters.table, Qt.Key.Key_T, CTRL | SHIFT)
    walk.until(lambda: (again := shown()) is not None and again.table.rowCount() == 3)
    again = shown()
    assert again is not None
    again.reject()


def test_each_line_of_today_leads_to_its_own_matter_the_clock_that_runs_as_well(walk: Walk) -> None:
    desk = walk.shell.tools.desk
    waiting, covered, _ = passed_week(desk, desk.now())
    told = {one.told.matter: one.told.id for one in passed_here(desk)}
    for name, matter in ((f"today.passed.{covered}", covered), (f"today.due.{told[waiting]}", waiting)):
        walk.shell.turn("today")
        walk.shell.today.refresh()
        walk.until(lambda name=name: walk.shell.today.findChild(QPushButton, name) is not None)
        line = walk.shell.today.findChild(QPushButton, name)
        assert isinstance(line, QPushButton)
        walk.qtbot.keyClick(line, Qt.Key.Key_Return)
        walk.until(lambda: (dialog := shown()) is not None and dialog.table.rowCount() == 3)
        dialog = shown()
        assert dialog is not None
        found = dialog.current()
        assert found is not None
        assert found.told.matter == matter
        dialog.reject()


def test_find_leads_to_it_and_knows_nothing_of_what_is_covered(walk: Walk) -> None:
    desk = walk.shell.tools.desk
    waiting, _, over = passed_week(desk, desk.now())
    assert "家庭内的事" not in titles(find(walk, "家庭内的事"), Sort.RECORD)
    walk.close_dialogs()
    for text, matter in (("陈秀英 漏水", waiting), ("占道", over)):
        box = find(walk, text)
        box.kind.setCurrentIndex(box.kind.findData("passed_matter"))
        walk.until(lambda box=box: len(titles(box, Sort.RECORD)) == 1)
        walk.qtbot.keyClick(box.box, Qt.Key.Key_Return)
        walk.until(lambda: (dialog := shown()) is not None and dialog.table.rowCount() == 3)
        dialog = shown()
        assert dialog is not None
        found = dialog.current()
        assert found is not None
        assert found.told.matter == matter
        dialog.reject()


def test_who_is_asked_to_mediate_agrees_in_the_words_of_a_mediator(walk: Walk) -> None:
    desk, words = walk.shell.tools.desk, walk.shell.tools.words
    matter = asked_to_mediate(desk, desk.now())
    walk.shell.turn("today")
    walk.shell.today.refresh()
    walk.until(lambda: walk.shell.today.findChild(QPushButton, f"today.passed.{matter}") is not None)
    line = walk.shell.today.findChild(QPushButton, f"today.passed.{matter}")
    assert isinstance(line, QPushButton)
    assert words("records.passedstage_asked") in " ".join(each.text() for each in line.findChildren(QLabel))
    line.click()
    walk.until(lambda: (dialog := shown()) is not None and dialog.table.rowCount() == 1)
    dialog = shown()
    assert dialog is not None
    assert words("records.stepkind_mediation_asked") in words_of(dialog)
    dialog.answer.click()
    walk.until(lambda: walk.shell.matters.panel is not None)
    panel = walk.shell.matters.panel
    assert panel is not None
    assert panel.view.values()["kind"] == "mediates"
    assert offered(panel) == [words("forms.passed_mediates"), words("forms.passed_no_mediation")]
    panel.view.fill({"kind": "no_mediation", "text": " "})
    panel.view.submit()
    walk.until(lambda: not panel.view.cells["text"].error.isHidden())
    panel.view.fill({"kind": "mediates", "text": "周五下午，李调解员"})
    panel.view.submit()
    walk.until(lambda: walk.shell.matters.panel is None)
    with desk.store.read() as reader:
        (step,) = steps_of(reader, matter)
    assert (step.kind, step.by_unit, step.text) == (StepKind.RECEIVED, desk.session.unit, "周五下午，李调解员")
    (one,) = passed_here(desk)
    assert (one.stage, one.due) == (PassedStage.MEDIATING, None)
