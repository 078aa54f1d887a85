"""Every declared form renders, keeps what is filled in, and clips no word, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.forms.catalogue import FORMS
from desktop.forms.form import Draft, Field, Form, Shape, never
from desktop.forms.questions import ask, folded, section, ticked
from desktop.ui.fields.choice import Options, SegmentControl
from desktop.ui.fields.one_row import OneRow
from desktop.ui.fields.rows import RowsControl
from desktop.ui.fields.sources import Found, Surroundings
from desktop.ui.form_view import FormView
from desktop.ui.pieces.fold import Fold
from desktop.ui.tasks import TaskRunner
from desktop.ui.theme import Theme
from resources import wording
from sync.records.errors import RuleBroken
from sync.records.persons import Sex
from tests.gui.walk import still_clipped, type_in, without_a_name

FORM_NAMES = sorted(FORMS)


class Directory:
    """A directory of two units, and one person whom every search finds."""

    def options(self, form: str, field: str) -> Options:
        return [("uni_a", "区住房和建设局"), ("uni_b", "区人力资源局")]

    def find(self, kinds: tuple[str, ...], text: str) -> list[Found]:
        return [Found("per_1", "黎平桂", "1960-05-31")]

    def name_of(self, record_id: str) -> str:
        return "黎平桂"


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


def shown(qtbot: QtBot, tasks: TaskRunner, form: Form, language: str = "zh", *, opened: bool = True) -> FormView:
    theme = Theme("light")
    theme.wear()
    view = FormView(form, Surroundings(wording(language), theme, tasks, Directory()))
    qtbot.addWidget(view)
    view.resize(760, 620)
    view.show()
    for fold in view.findChildren(Fold):
        fold.setChecked(opened)
    qtbot.waitUntil(tasks.idle)
    return view


ANSWERS: dict[Shape, Any] = {
    Shape.NUMBER: 6,
    Shape.YES_NO: True,
    Shape.DATE: "2026-03-05",
    Shape.MOMENT: "2026-03-05T14:30:12+08:00",
    Shape.DOCUMENT: {"answer": "given", "type": "foreign_passport", "number": "E12345678", "doubt": "字迹不清"},
    Shape.RECORD: "per_1",
    Shape.TEXT: "第一行\n第二行 𠮷·=1+1",
}


def answer(field: Field) -> Any:
    """An answer that a person might give."""
    if field.shape is Shape.CHOICE:
        return field.choices[-1].value if field.choices else "uni_b"
    if field.shape is Shape.CHOICES:
        return [field.choices[-1].value] if field.choices else ["uni_a", "uni_b"]
    if field.shape is Shape.ROWS:
        return [filled(field.rows), filled(field.rows)]
    return ANSWERS.get(field.shape, "买买提·𠮷田 100")


def filled(fields: tuple[Field, ...]) -> Draft:
    return {f.name: answer(f) for f in fields if f.shown is not never}


@pytest.mark.parametrize("name", FORM_NAMES)
def test_a_form_gives_back_what_was_filled_in(qtbot: QtBot, tasks: TaskRunner, name: str) -> None:
    form = FORMS[name]
    view = shown(qtbot, tasks, form)
    values = {**filled(form.fields()), "_id": "vis_1", "kept_for_later": "x"}

    view.fill(values)
    qtbot.waitUntil(tasks.idle)

    assert view.values() == values


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", FORM_NAMES)
def test_no_word_of_a_form_is_clipped(qtbot: QtBot, tasks: TaskRunner, name: str, language: str) -> None:
    view = shown(qtbot, tasks, FORMS[name], language)
    view.fill(filled(FORMS[name].fields()))
    qtbot.waitUntil(tasks.idle)

    assert still_clipped(qtbot, view) == []


@pytest.mark.parametrize("name", FORM_NAMES)
def test_every_control_has_a_name_for_tests_and_one_for_screen_readers(
    qtbot: QtBot, tasks: TaskRunner, name: str
) -> None:
    view = shown(qtbot, tasks, FORMS[name])
    view.fill(filled(FORMS[name].fields()))

    assert without_a_name(view) == []
    for stop in view.stops():
        assert stop.accessibleName() or stop.property("kind") == "fold", stop
        assert stop.objectName() or stop.property("kind") == "fold", stop


@pytest.mark.parametrize("name", FORM_NAMES)
def test_tab_goes_through_a_form_in_the_order_of_asking(qtbot: QtBot, tasks: TaskRunner, name: str) -> None:
    view = shown(qtbot, tasks, FORMS[name])
    stops = [s for s in view.stops() if s.isVisibleTo(view)]
    view.start()
    seen: list[QWidget] = [stops[0]]
    while len(seen) < len(stops):
        after = seen[-1].nextInFocusChain()
        while after not in stops:
            after = after.nextInFocusChain()
        seen.append(after)

    assert seen == stops


def test_a_question_appears_when_it_is_called_for_and_is_handed_in_only_then(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["visit"])
    assert view.cells["roster"].isHidden()
    view.fill({"channel": "walk_in", "headcount": 6, "answered": True, "answer": "已答复"})
    assert view.cells["roster"].isVisibleTo(view)

    view.fill({"answered": False})

    assert "answer" not in view.answers()
    assert view.values()["answer"] == "已答复"


def folds(view: FormView) -> dict[str, Fold]:
    return {fold.objectName(): fold for fold in view.findChildren(Fold)}


def test_a_folded_section_says_what_it_holds_else_what_it_asks(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["visit"], opened=False)
    made = folds(view)
    assert "性别" in made["fold.visit.visitor_more"].accessibleName()
    assert "来访  ·  " in made["fold.visit.contact"].accessibleName()
    view.fill({"channel": "phone", "sex": Sex.FEMALE.value, "ethnic_group": "01", "address": "松白路1号"})
    view.fill({"remark": "带了\n材料"})

    assert made["fold.visit.contact"].accessibleName().startswith("来访方式 来电  ·  ")
    assert made["fold.visit.visitor_more"].accessibleName() == "来访人详情 女  ·  汉族  ·  松白路1号"
    assert made["fold.visit.more"].accessibleName() == "更多 带了 材料"
    assert not view.cells["address"].isVisibleTo(view)
    assert view.answers()["address"] == "松白路1号"


def test_a_folded_section_says_the_words_of_a_choice_that_records_supply(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["matter"], opened=False)
    view.fill({"discovered_at": "2026-11-24T09:30:00+08:00", "source": "uni_b"})
    qtbot.waitUntil(tasks.idle)
    told = view.findChild(Fold, "fold.matter.matter_more")

    qtbot.waitUntil(lambda: "区人力资源局" in told.accessibleName())
    assert "发现来源" not in told.accessibleName()


def test_tab_goes_to_a_folded_heading_a_key_opens_it_and_enter_passes_it_by(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["visit"], opened=False)
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    more = folds(view)["fold.visit.visitor_more"]
    tick = view.cells["answered"].control.stops()[0]
    tick.setFocus()
    qtbot.keyClick(tick, Qt.Key.Key_Return)
    assert view.focusWidget() is view.button

    tick.setFocus()
    qtbot.keyClick(tick, Qt.Key.Key_Tab)
    assert view.focusWidget() is more
    qtbot.keyClick(more, Qt.Key.Key_Return)

    assert view.cells["sex"].isVisibleTo(view)
    assert view.cells["sex"].isAncestorOf(view.focusWidget() or view)
    qtbot.keyClick(more, Qt.Key.Key_Space)
    assert not view.cells["sex"].isVisibleTo(view)


def test_an_error_in_a_folded_section_opens_it(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["visit"], opened=False)
    view.refuse(RuleBroken("records.name_long", field="address", length=300, limit=200))

    assert view.cells["address"].error.isVisibleTo(view)


def test_a_folded_section_opens_when_an_answer_in_it_is_wanting(qtbot: QtBot, tasks: TaskRunner) -> None:
    form = Form(
        "trial",
        1,
        "forms.visit_title",
        "forms.visit_verb",
        (
            section("request", ask("answered", Shape.YES_NO)),
            folded("more", ask("place", Shape.LINE, required=ticked("answered"))),
        ),
    )
    view = shown(qtbot, tasks, form, opened=False)
    assert not view.cells["place"].isVisibleTo(view)
    view.fill({"answered": True})

    assert view.cells["place"].isVisibleTo(view)


def test_a_broken_rule_is_told_beside_its_field_and_leaves_when_the_answer_changes(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    view = shown(qtbot, tasks, FORMS["person"])
    view.refuse(RuleBroken("records.name_long", field="name", length=120, limit=100))
    cell = view.cells["name"]
    assert cell.error.isVisibleTo(view)
    assert "120" in cell.error.text()

    view.fill({"name": "黎平桂"})

    assert cell.error.isHidden()


def test_a_click_on_the_button_hands_in_once_until_the_answer_is_there(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["person"])
    handed: list[Draft] = []
    view.submitted.connect(handed.append)

    view.submit()
    view.submit()
    assert len(handed) == 1
    view.settle()
    view.submit()

    assert len(handed) == 2


def test_enter_moves_on_and_ctrl_enter_hands_in(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["person"])
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    handed: list[Draft] = []
    view.submitted.connect(handed.append)
    name = view.cells["name"].control.stops()[0]
    name.setFocus()

    type_in(name, "黎平桂")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert view.cells["sex"].isAncestorOf(view.focusWidget() or view)
    qtbot.keyClick(view.focusWidget() or view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert [d["name"] for d in handed] == ["黎平桂"]


def test_what_an_input_method_is_composing_is_no_answer_yet(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["person"])
    name = view.cells["name"].control.stops()[0]
    name.setFocus()
    QApplication.sendEvent(name, QInputMethodEvent("li ping", []))
    assert view.values()["name"] == ""

    type_in(name, "黎平")

    assert view.values()["name"] == "黎平"


def test_whether_somebody_is_satisfied_is_no_answer_before_it_is_given(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["follow_up"])
    assert view.answers()["satisfied"] is None
    view.fill({"satisfied": "no"})

    assert view.answers()["satisfied"] == "no"


def test_words_that_chose_no_record_do_not_stay_as_if_they_had(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["matter"])
    view.fill({"parties": [{"role": "respondent"}]})
    finder = view.findChild(QLineEdit, "field.matter.parties.0.party")
    assert finder is not None
    finder.setText("没有这个人")
    finder.editingFinished.emit()

    assert finder.text() == ""


def test_the_form_says_what_the_terms_add_up_to_while_they_are_typed(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["agreement"])
    live = view.cells["total"].live
    assert live.isHidden()
    view.fill({"terms": [{"text": "赔偿", "amount": "3000"}, {"text": "维修", "amount": "1,200.50"}], "total": ""})
    assert live.text() == "各条金额合计 4,200.50 元。"

    (total,) = view.cells["total"].control.stops()
    assert isinstance(total, QLineEdit)
    for typed, said in (("5000", "还差 799.50 元。"), ("4200.5", "与总额相符。"), ("1", "超出总额 4,199.50 元。")):
        total.clear()
        type_in(total, typed)
        assert live.text().endswith(said)
        assert not live.isHidden()
    type_in(total, "x")
    assert live.text() == "有一处金额看不懂，请核对。"


def test_a_row_says_beside_itself_what_does_not_hold_and_a_blank_row_shifts_nothing(
    qtbot: QtBot, tasks: TaskRunner
) -> None:
    view = shown(qtbot, tasks, FORMS["agreement"])
    terms = view.cells["terms"].control
    assert isinstance(terms, RowsControl)
    terms.adder.click()
    group = terms.findChildren(OneRow)[1].group
    group.fill({"text": "赔偿", "amount": "3000", "payer": "2", "payee": "2"})
    told = [view.findChild(QLabel, f"live.field.agreement.terms.{at}") for at in (0, 1)]

    assert [label is not None and label.text() for label in told] == ["", "第 1 条的付款方与收款方是同一方。"]
    group.cells["payee"].control.set_value("1")
    assert [label is not None and label.isHidden() for label in told] == [True, True]
    view.refuse(RuleBroken("records.term_due_order", field="terms.0.due_on", number=1, earlier=1))
    assert not group.cells["due_on"].error.isHidden()


def test_segments_that_need_more_than_half_the_width_take_the_whole(qtbot: QtBot, tasks: TaskRunner) -> None:
    view = shown(qtbot, tasks, FORMS["mediation"])
    view.fill({"consent": "asked"})  # an older record's answer: a new mediation is not asked it
    view.edited.emit()
    view.resize(720, 620)
    qtbot.waitUntil(lambda: view.cells["host"].width() > 360)

    for name in ("host", "consent"):
        control = view.cells[name].control
        assert isinstance(control, SegmentControl)
        assert len({b.y() for b in control.buttons}) == 1, name


@pytest.mark.parametrize(
    ("language", "called"), [("zh", ("添加同行人", "同行人 1")), ("en", ("Add: Companion", "Companion 1"))]
)
def test_a_row_is_called_as_one_of_its_kind(
    qtbot: QtBot, tasks: TaskRunner, language: str, called: tuple[str, str]
) -> None:
    view = shown(qtbot, tasks, FORMS["visit"], language)
    view.fill({"headcount": 6, "roster": [{"name": "何秀英"}, {"name": "周国富"}]})
    rows = view.cells["roster"].control
    assert isinstance(rows, RowsControl)

    assert rows.adder.text() == called[0]
    assert called[1] in [part.text() for part in rows.findChildren(QLabel)]
