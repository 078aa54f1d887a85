"""A registrar's day by keyboard alone: every key goes to the widget that has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.store.links import agreements_of, mediations_of_matter, orders_of_matter, participations_of
from desktop.store.persons import list_persons
from desktop.store.visits import count_visits, list_visits
from desktop.ui.dialogs.paper import PaperDialog
from desktop.ui.form_panel import FormPanel
from desktop.ui.pages.list_page import ListPage
from sync.records.participations import PartyRole
from sync.records.visits import Visit
from tests.gui.keyboard import CTRL, NONE, Keyboard
from tests.gui.walk import Walk, type_in
from tests.support.window_desk import LEAD, PASSWORD

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key


@pytest.fixture
def keyboard(walk: Walk) -> Keyboard:
    return Keyboard(walk)


def visits(walk: Walk) -> int:
    with walk.reader() as reader:
        return count_visits(reader)


def form_of(walk: Walk, page: ListPage) -> None:
    """Wait for the form of a verb."""
    walk.until(lambda: page.panel is not None)
    walk.settle()


def hand_in(walk: Walk, keyboard: Keyboard, page: ListPage) -> None:
    """Ctrl+Enter, then the list again."""
    panel = page.panel
    assert panel is not None
    keyboard.press(Key.Key_Return, CTRL)
    walk.settle()
    told = {n: c.error.text() for n, c in panel.view.cells.items() if not c.error.isHidden()} if page.panel else {}
    assert page.panel is None, (told, panel.view.banner.text())
    walk.settle()


def verb(walk: Walk, keyboard: Keyboard, page: ListPage, name: str) -> None:
    """From the list: Enter goes to the record's verbs, Tab to this one, Enter starts it."""
    page.table.setFocus()
    walk.settle()
    keyboard.press(Key.Key_Return)
    keyboard.tab_to(f"verb.{page.shape.name}.{name}")
    keyboard.press(Key.Key_Return)


def begin_visit(walk: Walk) -> FormPanel:
    """Open the form of a visit on its page."""
    walk.shell.turn("visits")
    walk.settle()
    panel = walk.shell.visits.log()
    walk.settle()
    return panel


def test_a_day_by_keyboard_from_signing_in_to_the_print_preview(open_window: Callable[..., Walk]) -> None:
    walk = open_window()
    keyboard = Keyboard(walk)
    walk.until(lambda: walk.application.store is not None)
    walk.application.window.activateWindow()
    walk.until(walk.application.window.isActiveWindow)
    walk.settle()
    assert keyboard.at == "field.sign_in.name"
    type_in(keyboard.focus, LEAD)
    keyboard.press(Key.Key_Return)
    assert keyboard.at == "field.sign_in.password"
    type_in(keyboard.focus, PASSWORD)
    keyboard.press(Key.Key_Return)
    walk.until(lambda: walk.application.shell is not None and walk.shell.stood)
    walk.settle()
    walk.close_dialogs()
    walk.until(lambda: QApplication.focusWidget() is not None)
    shell, before = walk.shell, visits(walk)

    # A visit by somebody who was here before, recognised by the number.
    keyboard.press(Key.Key_N, CTRL)
    walk.settle()
    assert keyboard.at == "field.visit.document.number"
    type_in(keyboard.focus, "440311196005310337")
    walk.until(lambda: shell.visits.panel.findChild(QPushButton, "recognition.0") is not None)
    keyboard.press(Key.Key_1, ALT)
    walk.settle()
    assert keyboard.at == "field.visit.text"
    type_in(keyboard.focus, "上次的渗水又发生了,要求催办。")
    hand_in(walk, keyboard, shell.visits)
    assert shell.visits.current.visitor == "黎平桂"

    # A consultation of four fields, closed on the spot.
    keyboard.press(Key.Key_N, CTRL | SHIFT)
    walk.settle()
    keyboard.answer("field.consultation.name", "孙女士")
    keyboard.answer("field.consultation.text", "居住证怎么续签?")
    keyboard.answer("field.consultation.answer", "带身份证来窗口。")
    hand_in(walk, keyboard, shell.visits)
    assert visits(walk) == before + 2

    # A matter from the visit: the second line of the list.
    keyboard.press(Key.Key_Down)
    walk.settle()
    verb(walk, keyboard, shell.visits, "open_matter")
    form_of(walk, shell.visits)
    assert keyboard.at == "field.matter.title"
    keyboard.answer("field.matter.title", "渗水复发纠纷")
    keyboard.tab_to("field.matter.parties.add")
    keyboard.press(Key.Key_Return)
    walk.settle()
    assert keyboard.at == "field.matter.parties.1.party"
    keyboard.tab_to("field.matter.parties.1.party_kind.person")
    keyboard.press(Key.Key_Right)
    keyboard.tab_to("field.matter.parties.1.role")
    keyboard.press(Key.Key_Down)
    keyboard.answer("field.matter.parties.1.name", "安居物业")
    hand_in(walk, keyboard, shell.visits)
    assert shell.now == "matters"
    matter = shell.matters.current.id

    # An order to a department.
    verb(walk, keyboard, shell.matters, "order")
    form_of(walk, shell.matters)
    box = shell.matters.panel.view.cells["departments"].control.stops()[0].objectName()
    keyboard.tab_to(box)
    keyboard.press(Key.Key_Space)
    hand_in(walk, keyboard, shell.matters)
    assert shell.now == "orders"

    # A mediation of it, and the agreement.
    keyboard.press(Key.Key_3, CTRL)
    walk.settle()
    assert shell.now == "matters"
    shell.matters.select(matter)
    walk.settle()
    verb(walk, keyboard, shell.matters, "mediate")
    form_of(walk, shell.matters)
    keyboard.answer("field.mediation.rights_told_at", "2026-11-24 09:00")
    hand_in(walk, keyboard, shell.matters)
    assert shell.now == "mediations"
    verb(walk, keyboard, shell.mediations, "conclude")
    form_of(walk, shell.mediations)
    keyboard.answer("field.agreement.facts", "渗水复发。")
    keyboard.answer("field.agreement.terms.0.text", "十日内修好。")
    keyboard.answer("field.agreement.performance", "被申请人派工。")
    hand_in(walk, keyboard, shell.mediations)

    # Its paper, before it is printed; Esc closes it, and the list has the focus.
    verb(walk, keyboard, shell.mediations, "print")
    walk.until(lambda: any(isinstance(d, PaperDialog) and d.document.pageCount() for d in walk.dialogs()))
    walk.qtbot.keyClick(walk.dialogs()[0], Key.Key_Escape)
    walk.settle()
    assert walk.dialogs() == []
    walk.application.window.activateWindow()
    walk.until(lambda: QApplication.focusWidget() is not None)

    # The day end.
    keyboard.press(Key.Key_7, CTRL)
    walk.settle()
    assert keyboard.at == "verb.day_end.run"
    keyboard.press(Key.Key_Return)
    walk.settle()
    assert keyboard.at == "verb.day_end.run"

    with walk.reader() as reader:
        assert len(orders_of_matter(reader, matter)) == 1
        mediation = mediations_of_matter(reader, matter)[0]
        assert [t.text for t in agreements_of(reader, mediation.id)[0].terms] == ["十日内修好。"]


def test_two_enters_make_one_record_and_reach_no_other_button(walk: Walk, keyboard: Keyboard) -> None:
    before = visits(walk)
    panel = begin_visit(walk)
    panel.view.fill({"name": "何秀英", "text": "楼道堆物"})
    panel.view.button.setFocus()
    told: list[str] = []
    walk.shell.visits.said.connect(lambda text, _tone: told.append(text))

    keyboard.press(Key.Key_Return)
    keyboard.press(Key.Key_Return)
    assert walk.shell.visits.panel is panel
    walk.until(lambda: walk.shell.visits.panel is None)
    walk.settle()

    assert visits(walk) == before + 1
    assert len(told) == 1


def test_who_goes_on_to_the_next_visit_at_once_is_told_of_the_last_one(walk: Walk, keyboard: Keyboard) -> None:
    before = visits(walk)
    panel = begin_visit(walk)
    panel.view.fill({"name": "何秀英", "text": "楼道堆物"})
    told: list[tuple[str, str]] = []
    walk.shell.visits.said.connect(lambda text, tone: told.append((text, tone)))

    keyboard.press(Key.Key_Return, CTRL)
    keyboard.press(Key.Key_N, CTRL)
    following = walk.shell.visits.panel
    assert following is not panel
    walk.settle()

    assert walk.shell.visits.panel is following
    assert [tone for _text, tone in told] == ["good"]
    assert visits(walk) == before + 1
    assert walk.shell.visits.model.rows()[0].visitor == "何秀英"


def test_a_form_that_is_refused_after_it_was_left_is_kept_as_a_draft_and_told(walk: Walk, keyboard: Keyboard) -> None:
    from desktop.actions.drafts import waiting_drafts

    panel = begin_visit(walk)
    number = {"answer": "given", "type": "citizen", "number": "440311196005310338", "doubt": ""}
    panel.view.fill({"name": "何秀英", "text": "楼道堆物", "document": number})
    draft = panel.view.values()["_id"]
    told: list[tuple[str, str]] = []
    walk.shell.visits.said.connect(lambda text, tone: told.append((text, tone)))

    keyboard.press(Key.Key_Return, CTRL)
    keyboard.press(Key.Key_Escape)
    walk.settle()

    assert walk.shell.visits.panel is None
    assert [tone for _text, tone in told] == ["bad"]
    assert draft in [d.id for d in waiting_drafts(walk.shell.tools.desk)]


def test_enter_on_a_button_clicks_it_on_every_platform(walk: Walk, keyboard: Keyboard) -> None:
    walk.shell.turn("today")
    walk.settle()
    assert keyboard.at == "verb.today.log"
    keyboard.press(Key.Key_Enter)

    walk.until(lambda: walk.shell.visits.panel is not None)


def test_a_visit_by_a_known_person_takes_at_most_twelve_keys_beside_its_text(walk: Walk) -> None:
    """From Today to "saved". A key held with another counts as a key; so do the characters that name the person."""
    said = "楼上又渗水了。"
    keyboard = Keyboard(walk)
    keys = 0

    def press(key: Qt.Key, modifier: Any = NONE) -> None:
        nonlocal keys
        keys += 1 if modifier == NONE else 2
        keyboard.press(key, modifier)

    assert walk.shell.now == "today"
    walk.until(lambda: QApplication.focusWidget() is not None)
    press(Key.Key_N, CTRL)
    walk.until(lambda: keyboard.at == "field.visit.document.number")
    press(Key.Key_Return)
    assert keyboard.at == "field.visit.name"
    for key in (Key.Key_L, Key.Key_P, Key.Key_G):
        press(key)
    walk.until(lambda: walk.shell.visits.panel.findChild(QPushButton, "recognition.0") is not None)
    press(Key.Key_1, ALT)
    walk.until(lambda: keyboard.at == "field.visit.text")
    type_in(keyboard.focus, said)
    press(Key.Key_Return, CTRL)
    walk.until(lambda: walk.shell.visits.panel is None)
    walk.settle()

    assert keys <= 12
    store = walk.desk.store()
    try:
        with store.read() as reader:
            (known,) = list_persons(reader, text="黎平桂")
            saved = reader.get(list_visits(reader, text=said)[0].id)
            assert isinstance(saved, Visit)
            assert saved.text == said
            came = [p.party for p in participations_of(reader, saved.id) if p.role is PartyRole.VISITOR]
            assert came == [known.id]
    finally:
        store.close()
