"""The page of held records: each with reason, field, rule and way out; mended, sent again or void, by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.store.held import list_again, list_closed, list_held
from desktop.store.replaced import successors
from desktop.store.rows import HeldState
from desktop.store.store import Store
from desktop.ui.models.found import Sort
from desktop.ui.pages import held as held_page
from desktop.ui.pages.held import HeldPage
from desktop.ui.pieces.story import StoryView
from desktop.ui.stories.story import Story
from sync.protocol.messages import Frame
from sync.records.cards import Revision
from sync.records.matters import Step
from sync.records.orders import DispatchOrder
from sync.records.papers import NumberVoid
from sync.records.visits import Visit
from tests.gui.keyboard import CTRL, Keyboard
from tests.gui.test_find import find
from tests.gui.walk import Walk, clipped, still_clipped, type_in, without_a_name
from tests.support.window_held import accept, in_trouble, refuse, unsent

Key = Qt.Key


@pytest.fixture
def keyboard(walk: Walk) -> Keyboard:
    return Keyboard(walk)


def store_of(walk: Walk) -> Store:
    assert walk.application.store is not None
    return walk.application.store


def page_of(walk: Walk) -> HeldPage:
    walk.shell.turn("held")
    walk.settle()
    return walk.shell.held


def told(page: HeldPage) -> str:
    return "\n".join(each.text() for each in page.story.findChildren(QLabel))


def states(walk: Walk) -> dict[str, HeldState]:
    with walk.reader() as reader:
        return {row.id: row.state for row in list_held(reader)}


def choose(walk: Walk, page: HeldPage, record_id: str) -> None:
    page.select(record_id)
    walk.settle()


def test_a_held_record_is_shown_and_can_be_sent_again_at_the_day_end(walk: Walk) -> None:
    store = store_of(walk)
    refused = unsent(store)[0]
    refuse(store, refused, "protocol.no_role")
    walk.shell.turn("day_end")
    page = walk.shell.day_end
    page.refresh()
    walk.settle()
    again = page.findChild(QPushButton, f"verb.day_end.again.{refused.id}")
    assert again is not None
    assert page.held.isVisible()

    again.click()
    walk.settle()

    assert states(walk) == {}
    assert refused.id in {frame.id for frame in unsent(store)}


def test_the_day_end_shows_few_and_leads_to_all(walk: Walk) -> None:
    store = store_of(walk)
    for frame in unsent(store)[:9]:
        refuse(store, frame, "protocol.unknown_staff", "made.by")
    walk.shell.turn("day_end")
    walk.shell.day_end.refresh()
    walk.settle()
    card = walk.shell.day_end.held
    assert "3" in card.more.text()
    card.all.click()
    walk.settle()
    assert walk.shell.now == "held"
    assert walk.shell.held.table.rowCount() == 9
    walk.shell.go_back()
    assert walk.shell.now == "day_end"


def test_every_held_record_tells_reason_field_rule_and_what_to_do(walk: Walk) -> None:
    ids = in_trouble(store_of(walk))
    page = page_of(walk)
    words = walk.application.words
    expected = {
        "visit": ("protocol.unreadable_record", "held.part_happened_at", "held.rule_unreadable_record"),
        "person": ("protocol.unknown_staff", "held.part_made_by", "held.do_unknown_staff"),
        "step": ("protocol.no_role", "held.rule_no_role", "held.do_no_role"),
        "dispatch_order": ("protocol.no_role", "held.part_issuer", "held.rule_no_role"),
        "agreement": ("protocol.id_taken", "held.part_id", "held.do_id_taken"),
    }
    for kind, keys in expected.items():
        choose(walk, page, ids[kind])
        assert page.current is not None
        assert page.current.id == ids[kind]
        for key in keys:
            assert words(key) in told(page), (kind, key)
    choose(walk, page, ids["participation"])  # a reason of a newer district: its code, and nothing made up
    assert "protocol.of_a_newer_district" in told(page)
    assert words("held.unknown_do") in told(page)
    assert without_a_name(page) == []
    assert still_clipped(walk.qtbot, page) == [], clipped(page)


def test_an_id_breaks_anywhere_rather_than_widen_the_pane_and_is_copied_whole(walk: Walk) -> None:
    long = f"par_{'0123456789abcdef' * 2}"
    view = StoryView(walk.shell.tools.theme, "")
    walk.qtbot.addWidget(view)
    view.resize(300, 400)
    view.tell(Story(id=long, title="参与", facts=(("编号", long), ("经办", "李国强"))), [])
    view.show()
    walk.settle()
    ground = view.widget()
    assert ground is not None
    assert ground.width() <= view.viewport().width()
    assert clipped(view) == []
    shown = next(each for each in view.findChildren(QLabel) if each.text() == long)
    assert shown.height() > 2 * shown.fontMetrics().height() - 2
    walk.qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
    assert shown.selectedText() == long
    walk.qtbot.keyClick(shown, Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == long


def test_a_visit_is_mended_by_its_form_with_the_reason_at_the_field_by_keyboard(walk: Walk, keyboard: Keyboard) -> None:
    store = store_of(walk)
    ids = in_trouble(store)
    box = find(walk, walk.application.words("held.title"))
    assert [line.target for line in box.model.lines if line.sort is Sort.COMMAND][:1] == ["desk.held"]
    walk.qtbot.keyClick(box.box, Key.Key_Return)
    walk.until(lambda: walk.shell.now == "held")
    walk.settle()
    page = walk.shell.held
    walk.application.window.activateWindow()
    walk.until(lambda: QApplication.focusWidget() is not None)
    assert keyboard.at == "table.held"
    while page.current is None or page.current.id != ids["visit"]:
        keyboard.press(Key.Key_Down)
        walk.settle()
    keyboard.press(Key.Key_Return)
    assert keyboard.at == "verb.held.mend"
    keyboard.press(Key.Key_Return)
    walk.until(lambda: walk.shell.visits.panel is not None)
    walk.settle()

    panel = walk.shell.visits.panel
    assert panel is not None
    cell = panel.view.cells["happened_at"]
    reason = walk.application.words("protocol.unreadable_record")
    assert any(reason in each.text() for each in cell.findChildren(QLabel) if each.isVisible())
    assert cell.isAncestorOf(keyboard.focus)
    panel.view.fill({"amend_reason": "补时间", "late_reason": "停电"})
    keyboard.press(Key.Key_Return, CTRL)
    walk.until(lambda: walk.shell.visits.panel is None)
    walk.settle()

    assert states(walk)[ids["visit"]] is HeldState.MENDED
    with walk.reader() as reader:
        new = reader.find(successors(reader, [ids["visit"]])[ids["visit"]].id, Visit)
    assert new is not None
    assert new.amends == ids["visit"]
    accept(store)
    page = page_of(walk)
    page.refresh()
    walk.settle()
    assert ids["visit"] not in states(walk)
    assert {r.id: r.state for r in page._rows}[ids["visit"]] is HeldState.REPLACED


def test_the_reason_stands_over_the_form_where_no_question_is_about_it_and_is_said_once(walk: Walk) -> None:
    store = store_of(walk)
    visit = in_trouble(store)["visit"]
    with walk.reader() as reader:
        sealed = reader.sealed(visit)
    assert sealed is not None
    refuse(store, Frame.of(sealed), "protocol.unknown_staff", "made.by")
    page = page_of(walk)
    choose(walk, page, visit)
    verb = page.story.findChild(QPushButton, "verb.held.mend")
    assert verb is not None
    verb.click()
    walk.until(lambda: walk.shell.visits.panel is not None)
    walk.settle()
    panel = walk.shell.visits.panel
    assert panel is not None
    assert walk.application.words("protocol.unknown_staff") in panel.view.banner.text()
    panel.throw_away()
    walk.settle()
    walk.shell.visits.amend(visit)
    walk.until(lambda: walk.shell.visits.panel is not None)
    walk.settle()
    assert walk.shell.visits.panel is not None
    assert not walk.shell.visits.panel.view.banner.isVisible()
    assert walk.shell.visits.panel.view.button.text() == walk.application.words("window.keep_amendment")


def test_what_is_sent_again_can_be_kept_until_it_went(walk: Walk, keyboard: Keyboard) -> None:
    ids = in_trouble(store_of(walk))
    page = page_of(walk)
    choose(walk, page, ids["person"])
    keyboard.press(Key.Key_Return)
    assert keyboard.at == "verb.held.again"
    keyboard.press(Key.Key_Return)
    walk.settle()
    assert ids["person"] not in states(walk)
    assert keyboard.at == "table.held"
    choose(walk, page, ids["person"])
    keyboard.press(Key.Key_Return)
    assert keyboard.at == "verb.held.undo"
    keyboard.press(Key.Key_Space)
    walk.settle()
    assert states(walk)[ids["person"]] is HeldState.REFUSED


def test_all_are_sent_again_once_somebody_is_sure(walk: Walk) -> None:
    ids = in_trouble(store_of(walk))
    page = page_of(walk)
    page.all.click()
    (dialog,) = walk.dialogs()
    dialog.reject()
    walk.settle()
    assert set(states(walk)) == set(ids.values())
    page.all.click()
    (dialog,) = walk.dialogs()
    dialog.accept()
    walk.settle()
    assert states(walk) == {}
    with walk.reader() as reader:
        assert {row.id for row in list_again(reader)} == set(ids.values())
    assert not page.all.isEnabled()


def test_a_step_is_recorded_anew_in_ones_own_name_after_a_question(walk: Walk) -> None:
    store = store_of(walk)
    ids = in_trouble(store)
    page = page_of(walk)
    choose(walk, page, ids["step"])
    verb = page.story.findChild(QPushButton, "verb.held.take_over")
    assert verb is not None
    verb.click()
    (dialog,) = walk.dialogs()
    dialog.accept()
    walk.settle()
    assert states(walk)[ids["step"]] is HeldState.MENDED
    accept(store)
    with walk.reader() as reader:
        (closed,) = [row for row in list_closed(reader, 99) if row.id == ids["step"]]
        new = reader.find(closed.successor, Step)
    assert new is not None
    assert (new.amends, closed.state) == (ids["step"], HeldState.REPLACED)


def test_an_order_is_made_void_with_a_reason_and_never_without(walk: Walk, keyboard: Keyboard) -> None:
    ids = in_trouble(store_of(walk))
    page = page_of(walk)
    choose(walk, page, ids["dispatch_order"])
    verb = page.story.findChild(QPushButton, "verb.held.give_up")
    assert verb is not None
    verb.setFocus()
    keyboard.press(Key.Key_Return)
    (dialog,) = walk.dialogs()
    walk.until(lambda: keyboard.at == "dialog.giving_up.reason")
    keyboard.press(Key.Key_Return)
    assert dialog.isVisible()
    type_in(keyboard.focus, "部门写错")
    keyboard.press(Key.Key_Return)
    walk.settle()
    assert walk.dialogs() == []
    assert states(walk)[ids["dispatch_order"]] is HeldState.GIVEN_UP


def test_an_order_is_issued_anew_and_the_refused_ones_number_is_void(walk: Walk) -> None:
    store = store_of(walk)
    refused = in_trouble(store)["dispatch_order"]
    page = page_of(walk)
    choose(walk, page, refused)
    verb = page.story.findChild(QPushButton, "verb.held.mend")
    assert verb is not None
    verb.click()
    walk.until(lambda: walk.shell.matters.panel is not None)
    walk.settle()
    panel = walk.shell.matters.panel
    assert panel is not None
    assert walk.application.words("protocol.no_role") in panel.view.banner.text()
    with walk.reader() as reader:
        old = reader.find(refused, DispatchOrder)
    assert old is not None
    panel.view.fill({"text": old.text, "departments": list(old.departments), "grade": "yellow"})
    panel.view.submit()
    walk.until(lambda: walk.shell.now == "orders")
    walk.settle()
    with walk.reader() as reader:
        new = successors(reader, [refused])[refused]
        issued = reader.find(new.id, DispatchOrder)
        void = reader.find(reader.meta(f"void.{refused}"), NumberVoid)
    assert issued is not None
    assert void is not None
    assert (issued.matter, void.number) == (old.matter, old.number)
    assert issued.number != old.number
    assert "没有写此类记录的角色" in void.reason
    assert states(walk)[refused] is HeldState.MENDED


def test_an_edit_of_a_card_is_mended_by_the_cards_form(walk: Walk) -> None:
    store = store_of(walk)
    person = next(f.id for f in unsent(store) if f.kind == "person")
    accept(store)
    page = walk.shell.people
    walk.shell.show_place("people", person)
    walk.settle()
    page.shown.edit(person)
    walk.until(lambda: page.panel is not None)
    assert page.panel is not None
    page.panel.view.fill({"address": "一号"})
    page.panel.view.submit()
    walk.until(lambda: page.panel is None)
    walk.settle()
    (edit,) = (f for f in unsent(store) if f.kind == "revision")
    refuse(store, edit, "protocol.no_role", "made.by")
    held = page_of(walk)
    verb = held.story.findChild(QPushButton, "verb.held.mend")
    assert verb is not None
    verb.click()
    walk.until(lambda: page.panel is not None)
    walk.settle()
    assert page.panel is not None
    assert walk.application.words("protocol.no_role") in page.panel.view.banner.text()
    page.panel.view.submit()  # the content was right: it is said again in one's own name
    walk.until(lambda: page.panel is None)
    walk.settle()
    assert states(walk)[edit.id] is HeldState.MENDED
    with walk.reader() as reader:
        new = reader.find(successors(reader, [edit.id])[edit.id].id, Revision)
    assert new is not None
    assert new.fields == {"address": "一号"}
    assert set(edit_seen(walk, edit.id)) <= set(new.seen)


def edit_seen(walk: Walk, revision: str) -> tuple[str, ...]:
    with walk.reader() as reader:
        found = reader.find(revision, Revision)
    assert found is not None
    return (revision, *found.seen)


def test_today_leads_to_them_and_an_empty_page_says_so(walk: Walk) -> None:
    page = page_of(walk)
    assert page._stack.currentIndex() == 0
    in_trouble(store_of(walk))
    walk.shell.turn("today")
    walk.shell.today.refresh()
    page.refresh()
    walk.settle()
    tile = walk.shell.today.findChild(QPushButton, "tile.held.held")
    assert tile is not None
    tile.click()
    walk.settle()
    assert walk.shell.now == "held"
    assert page.table.rowCount() == 6


def test_more_than_a_page_is_turned_and_a_record_is_found_on_its_page(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_page, "MOST", 2)
    store = store_of(walk)
    for frame in unsent(store)[:5]:
        refuse(store, frame, "protocol.no_role")
    page = page_of(walk)
    with walk.reader() as reader:
        every = [row.id for row in list_held(reader)]
    assert len(every) == 5
    words = walk.shell.tools.words

    def shown() -> list[str]:
        assert page.table.rowCount() == len(page._rows)
        return [row.id for row in page._rows]

    assert (shown(), page.pages.told.text()) == (every[:2], words("window.page_of", first=1, last=2, count=5))
    assert not page.pages.before.isEnabled()
    page.pages.after.setFocus()
    walk.qtbot.keyClick(page.pages.after, Key.Key_Space)
    walk.settle()
    assert (shown(), page.current.id if page.current else "") == (every[2:4], every[2])
    choose(walk, page, every[4])
    assert (shown(), page.current.id if page.current else "") == ([every[4]], every[4])
    assert not page.pages.after.isEnabled()
    page.refresh()
    walk.settle()
    assert page.current is not None
    assert page.current.id == every[4], "what is read again stays where it was"
    page.pages.before.click()
    walk.settle()
    assert shown() == every[2:4]
