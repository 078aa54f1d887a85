"""A mediator's hour: the agreement's paper follows the typing, sessions begin and end by a key, entries are mended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QScrollArea, QWidget

from desktop.actions.mediations import mediation_draft_from, open_mediation
from desktop.printing import agreement
from desktop.store.links import agreements_of, mediation_events_of, mediations_of_matter, prints_of
from desktop.store.matters import list_matters
from desktop.ui.pages.agreement_side import AgreementSide
from sync.records.seen import standing
from tests.gui.walk import Walk, clipped, still_clipped, without_a_name
from tests.support.window_desk import LEAD, NOW, WindowDesk


@pytest.fixture
def mediation(desk: WindowDesk) -> str:
    """A mediation of the day's second matter, without an agreement yet."""
    store = desk.store()
    try:
        at = desk.desk(store, LEAD)
        with store.read() as reader:
            matter = next(m.id for m in list_matters(reader) if not mediations_of_matter(reader, m.id))
        draft = mediation_draft_from(at, matter) | {"rights_told_at": NOW.isoformat(), "consent": "all"}
        return open_mediation(at, matter, draft | {"facts": "拖欠三个月工资。", "disputed": "金额。"}).id
    finally:
        store.close()


@pytest.fixture
def at(open_window: Callable[..., Walk], mediation: str) -> Walk:
    """The window with that mediation chosen."""
    walk = open_window(name=LEAD)
    walk.shell.turn("mediations")
    walk.shell.mediations.select(mediation)
    walk.until(lambda: walk.shell.mediations.current is not None and walk.shell.mediations.current.id == mediation)
    walk.settle()
    return walk


def press(walk: Walk, key: Qt.Key) -> None:
    walk.qtbot.keyClick(walk.application.window.focusWidget() or walk.application.window, key)
    walk.settle()


def field(walk: Walk, kind: type[Any], name: str) -> Any:
    found = walk.shell.mediations.findChild(kind, name)
    assert found is not None, name
    return found


def writing(walk: Walk) -> AgreementSide:
    """Open the agreement and wait for its paper."""
    walk.shell.mediations.table.setFocus()
    walk.qtbot.mouseClick(field(walk, QPushButton, "verb.mediations.conclude"), Qt.MouseButton.LeftButton)
    walk.until(lambda: walk.shell.mediations.panel is not None)
    side = field(walk, AgreementSide, "side.agreement")
    walk.until(lambda: side.paper.document.pageCount() > 0)
    assert isinstance(side, AgreementSide)
    return side


def said(side: AgreementSide) -> str:
    document = side.paper.document
    return "".join("".join(document.getAllText(at).text().split()) for at in range(document.pageCount()))


def test_few_verbs_stand_in_sight_the_others_behind_one_that_a_key_opens_and_it_stays_open(at: Walk) -> None:
    page = at.shell.mediations
    shown = [b.objectName() for b in page.story.findChildren(QPushButton) if b.isVisible()]
    assert 4 <= len(shown) <= 8
    edit = field(at, QPushButton, "verb.mediations.edit")
    assert not edit.isVisible()
    assert not edit.isWindow()

    more = field(at, QPushButton, "verb.mediations.more")
    more.setFocus()
    press(at, Qt.Key.Key_Space)
    assert edit.isVisible()
    press(at, Qt.Key.Key_Tab)
    assert at.application.window.focusWidget().objectName() == "verb.mediations.correct"

    other = next(row.id for row in page.model.rows() if row.id != page.current.id)
    page.select(other)
    at.until(lambda: page.current.id == other)
    at.settle()
    assert field(at, QPushButton, "verb.mediations.edit").isVisible()
    at.qtbot.mouseClick(field(at, QPushButton, "verb.mediations.more"), Qt.MouseButton.LeftButton)
    assert not field(at, QPushButton, "verb.mediations.edit").isVisible()


def test_the_paper_follows_the_typing_and_is_set_beside_the_ui_thread(
    at: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[bool] = []
    real = agreement.render

    def watched(*sheet: Any, **more: Any) -> bytes:
        threads.append(threading.current_thread() is threading.main_thread())
        return real(*sheet, **more)

    monkeypatch.setattr(agreement, "render", watched)
    side = writing(at)
    assert "预览件" in said(side)
    assert "拖欠三个月工资。" in said(side)
    facts = field(at, QPlainTextEdit, "field.agreement.facts")
    at.qtbot.keyClicks(facts, "zz18600")
    at.until(lambda: "zz18600" in said(side))
    amount = field(at, QLineEdit, "field.agreement.terms.0.amount")
    at.qtbot.keyClicks(field(at, QPlainTextEdit, "field.agreement.terms.0.text"), "pay")
    at.qtbot.keyClicks(amount, "18600")
    at.until(lambda: "人民币18,600.00元（大写：人民币壹万捌仟陆佰元整）" in said(side))
    at.qtbot.keyClicks(amount, "x")  # half typed: the paper leaves the amount out, the form says why beside the row
    at.until(lambda: "大写" not in said(side))
    assert field(at, QLabel, "live.field.agreement.terms.0").isVisible()
    assert threads
    assert not any(threads)
    assert side.paper.findChildren(QPushButton) == []
    with at.reader() as reader:
        assert prints_of(reader, at.shell.mediations.current.id) == []


def test_the_paper_goes_to_the_clause_that_is_written_and_hides_by_a_key(at: Walk) -> None:
    side = writing(at)
    bar = side.paper.view.verticalScrollBar()
    field(at, QPlainTextEdit, "field.agreement.facts").setFocus()
    assert bar.value() < bar.maximum() / 2
    field(at, QPlainTextEdit, "field.agreement.performance").setFocus()
    at.until(lambda: bar.value() > bar.maximum() / 3)
    press(at, Qt.Key.Key_F6)
    assert not side.paper.isVisible()
    before = said(side)
    at.qtbot.keyClicks(field(at, QPlainTextEdit, "field.agreement.performance"), "cash")
    at.settle()
    assert said(side) == before
    press(at, Qt.Key.Key_F6)
    at.until(lambda: "cash" in said(side))
    assert still_clipped(at.qtbot, at.shell.mediations) == []
    assert without_a_name(side) == []


def shown(root: QWidget, text: str) -> list[QLabel]:
    return [w for w in root.findChildren(QLabel) if text in w.text()]


def test_a_session_begins_and_ends_by_a_key_and_a_wrong_entry_is_struck(at: Walk, mediation: str) -> None:
    page = at.shell.mediations
    page.table.setFocus()
    press(at, Qt.Key.Key_F7)
    at.until(lambda: page.panel is not None)
    at.settle()
    assert page.panel is not None
    values = page.panel.view.values()
    assert (values["kind"], bool(values["present"]), values["ended_at"]) == ("joint", True, "")
    at.qtbot.keyClicks(field(at, QPlainTextEdit, "field.mediation_event.text"), "both told")
    press(at, Qt.Key.Key_F8)
    assert page.panel.view.values()["ended_at"]
    assert "历时" in field(at, QLabel, "live.field.mediation_event.ended_at").text()
    at.qtbot.keyClick(
        field(at, QPlainTextEdit, "field.mediation_event.text"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    at.settle()
    assert page.panel is None

    link = next(b for b in page.story.findChildren(QPushButton) if b.objectName().startswith("correct."))
    link.setFocus()
    at.qtbot.keyClick(link, Qt.Key.Key_Space)
    at.until(lambda: page.panel is not None)
    at.settle()
    assert page.panel is not None
    assert page.panel.view.values()["text"] == "both told"
    page.panel.view.fill({"text": "both agreed", "amend_reason": "slip"})
    page.panel.view.submit()
    at.settle()
    assert page.panel is None
    (gone,) = shown(page.story, "both told")
    assert gone.font().strikeOut()
    assert shown(page.story, "原因：slip")
    assert not shown(page.story, "both agreed")[0].font().strikeOut()
    with at.reader() as reader:
        known = mediation_events_of(reader, mediation)
    assert len(known) == 2
    assert [e.text for e in standing(known)[0].values()] == ["both agreed"]
    assert clipped(page.story) == []


def test_the_parties_go_on_and_the_workspace_says_until_when_and_why(at: Walk, mediation: str) -> None:
    page = at.shell.mediations
    page.note(mediation)
    at.until(lambda: page.panel is not None)
    view = page.panel.view
    kinds = view.cells["kind"].control.combo
    kinds.setCurrentIndex(kinds.findText("约定调解期限、继续调解"))
    at.settle()
    names = view.values()["agreed_by"]
    assert names, "everybody, as long as nobody says otherwise"
    day = NOW.date() + timedelta(days=50)
    view.fill({"agreed_until": day.isoformat(), "agreed_why": "等银行放款"})
    view.submit()
    at.until(lambda: page.panel is None)
    at.settle()
    told = " ".join(label.text() for label in page.findChildren(QLabel))
    for said in (f"当事人约定调解至{day}。", "等银行放款", f"同意：{names}"):
        assert said in told, said


def test_what_one_side_said_alone_is_not_on_the_screen_before_which_both_sit(at: Walk, mediation: str) -> None:
    page = at.shell.mediations
    page.note(mediation)
    at.until(lambda: page.panel is not None)
    assert page.panel is not None
    page.panel.view.fill({"kind": "separate", "side": "2", "text": "my limit is 8000"})
    page.panel.view.submit()
    at.settle()
    assert shown(page.story, "my limit is 8000")
    for start in (page.begin, lambda: page.conclude(mediation)):
        start()
        at.until(lambda: page.panel is not None)
        at.settle()
        assert page.panel is not None
        page.turn_side()
        at.settle()
        assert shown(page.panel, "已遮住")
        assert not shown(page.panel, "my limit")
        page.panel.throw_away()
        at.settle()


def test_a_long_record_grows_and_the_line_that_is_written_stays_in_sight(at: Walk) -> None:
    page = at.shell.mediations
    page.begin()
    at.until(lambda: page.panel is not None)
    at.settle()
    text = field(at, QPlainTextEdit, "field.mediation_event.text")
    before = text.height()
    text.setFocus()
    for _ in range(12):
        at.qtbot.keyClicks(text, "a line")
        at.qtbot.keyClick(text, Qt.Key.Key_Return)
        at.settle()
        area = text.parentWidget()
        while not isinstance(area, QScrollArea):
            area = area.parentWidget()
        caret = text.viewport().mapTo(area.viewport(), text.cursorRect().center())
        assert area.viewport().rect().contains(caret)
    assert text.height() > before


def key(walk: Walk, pressed: Qt.Key, control: bool = False) -> None:
    """Press a key where the focus is."""
    more = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    walk.qtbot.keyClick(QApplication.focusWidget() or walk.application.window, pressed, more)
    walk.settle()


def go_to(walk: Walk, name: str) -> None:
    """Tab on until the question has the focus."""
    for _ in range(60):
        now = QApplication.focusWidget()
        if now is not None and now.objectName() == name:
            return
        key(walk, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach {name}")


def type_into(walk: Walk, name: str, text: str) -> None:
    go_to(walk, name)
    walk.qtbot.keyClicks(QApplication.focusWidget(), text)
    walk.settle()


def command(walk: Walk, words: str) -> None:
    """Start a verb from the find box."""
    key(walk, Qt.Key.Key_K, control=True)
    walk.until(lambda: bool(walk.dialogs()))
    walk.qtbot.keyClicks(QApplication.focusWidget(), words)
    walk.qtbot.wait(300)
    walk.settle()
    key(walk, Qt.Key.Key_Return)
    walk.until(lambda: walk.shell.mediations.panel is not None)
    walk.close_dialogs()  # none is open: without a window manager nobody else brings the window to the front again
    walk.settle()


def test_an_hour_of_mediation_by_keyboard_alone(at: Walk, mediation: str) -> None:
    page = at.shell.mediations
    page.table.setFocus()
    key(at, Qt.Key.Key_F7)
    at.until(lambda: page.panel is not None)
    at.settle()
    type_into(at, "field.mediation_event.text", "both sides were heard")
    key(at, Qt.Key.Key_F8)
    key(at, Qt.Key.Key_Return, control=True)
    assert page.panel is None

    command(at, "correct the last")
    type_into(at, "field.mediation_event.text", "and agreed: ")
    type_into(at, "field.mediation_event.amend_reason", "left out")
    key(at, Qt.Key.Key_Return, control=True)
    assert page.panel is None

    command(at, "conclude")
    type_into(at, "field.agreement.responsibility", "the firm alone")
    type_into(at, "field.agreement.terms.0.text", "wages")
    type_into(at, "field.agreement.terms.0.amount", "18600")
    type_into(at, "field.agreement.terms.0.due_on", "2026-02-30")
    live = field(at, QLabel, "live.field.agreement.terms.0")
    assert "2026-02-30" in live.text()
    key(at, Qt.Key.Key_A, control=True)
    at.qtbot.keyClicks(QApplication.focusWidget(), "2199-12-05")
    assert not live.isVisible()
    for name, downs in (("payer", 2), ("payee", 1)):
        go_to(at, f"field.agreement.terms.0.{name}")
        for _ in range(downs):
            key(at, Qt.Key.Key_Down)
    type_into(at, "field.agreement.performance", "by bank")
    go_to(at, "field.agreement.read_aloud")
    key(at, Qt.Key.Key_Space)
    side = field(at, AgreementSide, "side.agreement")
    at.until(lambda: "theFirmalone".lower() in said(side).lower() and "已于" in said(side))
    key(at, Qt.Key.Key_F6)
    assert not side.paper.isVisible()
    key(at, Qt.Key.Key_Return, control=True)
    at.until(lambda: page.panel is None)
    at.settle()
    with at.reader() as reader:
        (made,) = agreements_of(reader, mediation)
        happened = standing(mediation_events_of(reader, mediation))[0].values()
    (term,) = made.terms
    assert (term.amount_fen, term.payer, term.payee) == (1_860_000, 2, 1)
    assert (made.responsibility, made.read_by, made.clause_version) == ("the firm alone", LEAD, "agreement-2")
    assert [e.text for e in happened] == ["and agreed: both sides were heard"]
    assert all(e.ended_at for e in happened)
