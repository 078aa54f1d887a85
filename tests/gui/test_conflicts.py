"""A card that was edited in two places, in the window: led to, looked at, decided by mouse and by keyboard, put off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from desktop.store.conflicts import conflict_of, count_conflicts
from desktop.ui.dialogs.conflict import ConflictDialog
from desktop.ui.pieces.buttons import PushButton
from sync.records.audit import Erasure
from sync.records.cards import Revision
from sync.records.kinds import new_id
from sync.records.persons import Person
from sync.records.record import Made
from tests.gui.keyboard import CTRL, Keyboard
from tests.gui.walk import Walk, elsewhere, still_clipped, without_a_name
from tests.support.window_conflicts import MINE, THEIRS, in_conflict
from tests.support.window_desk import LEAD, NOW, REGISTRAR, SECRETARY, WindowDesk

Open = Callable[..., Walk]


def opened(walk: Walk) -> ConflictDialog:
    walk.settle()
    (dialog,) = walk.dialogs()
    assert isinstance(dialog, ConflictDialog)
    return dialog


def from_today(walk: Walk) -> ConflictDialog:
    walk.settle()
    made = walk.shell.today.findChild(QPushButton, "today.conflicts")
    assert made is not None
    made.click()
    return opened(walk)


def texts(dialog: ConflictDialog) -> str:
    return "\n".join(part.text() for part in dialog.findChildren(QLabel) if part.isVisible())


def click(dialog: ConflictDialog, name: str) -> None:
    made = dialog.findChild(PushButton, name)
    assert made is not None
    made.click()


def person(walk: Walk, card: str) -> Person:
    with walk.reader() as reader:
        found = elsewhere(lambda: reader.get(card))
    assert isinstance(found, Person)
    return found


def waiting(walk: Walk) -> int:
    with walk.reader() as reader:
        return elsewhere(lambda: count_conflicts(reader))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_today_leads_to_it_and_both_sides_are_told_with_people_and_times(
    open_window: Open, desk: WindowDesk, language: str
) -> None:
    card = in_conflict(desk)
    walk = open_window(language=language, name=LEAD)
    dialog = from_today(walk)
    words = walk.shell.tools.words
    told = texts(dialog)
    for expected in (
        LEAD,
        REGISTRAR,
        "09:30",
        "10:30",
        words("conflicts.count", count=1),
        words("conflicts.undecided"),
    ):
        assert expected in told
    assert still_clipped(walk.qtbot, dialog) == []
    assert without_a_name(dialog) == []
    click(dialog, "conflict.address.take_1")
    click(dialog, "conflict.sex.take_0")
    dialog.settle.click()
    walk.settle()
    assert (person(walk, card).address, person(walk, card).sex) == (THEIRS["address"], MINE["sex"])
    assert dialog.isVisible(), "one field is still open"
    assert set(dialog._fields) == {"note"}
    click(dialog, "conflict.note.take_both")
    dialog.settle.click()
    walk.settle()
    assert walk.dialogs() == []
    assert set(person(walk, card).note.split("\n")) == {MINE["note"], THEIRS["note"]}
    assert waiting(walk) == 0
    assert walk.shell.today.findChild(QPushButton, "today.conflicts") is None


def test_the_cards_pane_and_the_list_mark_it_and_lead_to_it(open_window: Open, desk: WindowDesk) -> None:
    card = in_conflict(desk)
    walk = open_window(name=LEAD)
    walk.shell.follow(card)
    walk.settle()
    page = walk.shell.people.shown
    words = walk.shell.tools.words
    index = page.table.currentIndex()
    assert any("⚠" in str(index.siblingAtColumn(c).data()) for c in range(page.model.columnCount()))
    told = "\n".join(part.text() for part in page.story.findChildren(QLabel))
    assert words("window.conflict_value", value=MINE["address"], name=LEAD, at="2026-11-24 09:30") in told
    made = page.story.findChild(PushButton, "verb.persons.conflict")
    assert made is not None
    made.click()
    dialog = opened(walk)
    click(dialog, "conflict.address.take_0")
    dialog.settle.click()
    walk.settle()
    assert person(walk, card).address == MINE["address"]


def test_all_of_it_by_keyboard_with_undo(open_window: Open, desk: WindowDesk) -> None:
    card = in_conflict(desk)
    walk = open_window(name=LEAD)
    dialog = from_today(walk)
    keys, alt = Keyboard(walk), Qt.KeyboardModifier.AltModifier
    walk.until(lambda: keys.at == "conflict.address.take_0")  # the window system makes the dialog active in its time
    for key in (Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_1):
        keys.press(key, alt)
    assert dialog._decision.chosen == {"address": THEIRS["address"], "note": MINE["note"], "sex": MINE["sex"]}
    keys.press(Qt.Key.Key_Z, CTRL)
    assert set(dialog._decision.chosen) == {"address", "note"}
    keys.tab_to("dialog.conflict.undo")
    keys.press(Qt.Key.Key_Return)
    assert set(dialog._decision.chosen) == {"address"}
    keys.tab_to("dialog.conflict.decide")
    keys.press(Qt.Key.Key_Return)
    walk.settle()
    assert person(walk, card).address == THEIRS["address"]


def test_closed_half_way_it_decides_nothing_and_goes_on_next_time(open_window: Open, desk: WindowDesk) -> None:
    card = in_conflict(desk)
    walk = open_window(name=LEAD)
    dialog = from_today(walk)
    edit = dialog.findChild(QLineEdit, "conflict.address.result")
    assert edit is not None
    walk.qtbot.keyClicks(edit, "3-5-20")
    assert dialog._decision.chosen == {"address": "3-5-20"}
    walk.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    walk.settle()
    assert waiting(walk) == 1
    with walk.reader() as reader:
        assert len(elsewhere(lambda: conflict_of(reader, card)).fields) == 3
    again = from_today(walk)
    assert again._decision.chosen == {"address": "3-5-20"}
    again.settle.click()
    walk.settle()
    assert person(walk, card).address == "3-5-20"


def test_what_cannot_be_is_told_beside_the_field_and_nothing_is_decided(open_window: Open, desk: WindowDesk) -> None:
    in_conflict(desk, {"name": "欧阳华"}, {"name": "欧阳生"})
    walk = open_window(name=LEAD)
    dialog = from_today(walk)
    dialog.choose("name", "甲" * 200)
    dialog.settle.click()
    walk.settle()
    assert dialog.isVisible()
    assert dialog.problem.isVisible()
    assert walk.shell.tools.words("forms.field_name") in dialog.problem.text() or dialog.problem.text()
    assert waiting(walk) == 1


FIRST = {"address": "甲子塘社区1栋101"}


@pytest.mark.parametrize(("mine", "theirs"), [({"address": ""}, THEIRS), (MINE, {"address": ""})])
@pytest.mark.parametrize("taken", [0, 1])
def test_what_one_cleared_and_the_other_edited_is_held_and_either_counts(
    open_window: Open, desk: WindowDesk, mine: dict[str, str], theirs: dict[str, str], taken: int
) -> None:
    sides = (mine["address"], theirs["address"])
    card = in_conflict(desk, {"address": sides[0]}, {"address": sides[1]}, FIRST)
    walk = open_window(name=LEAD)
    dialog, words = from_today(walk), walk.shell.tools.words
    told = texts(dialog)
    assert words("conflicts.empty") in told, "what was cleared says so"
    assert FIRST["address"] in told, "and what both had seen is told"
    edit = dialog.findChild(QLineEdit, "conflict.address.result")
    assert edit is not None
    click(dialog, "conflict.address.take_0")
    click(dialog, "conflict.address.take_1")
    assert edit.text() == sides[1]
    dialog.back.click()
    assert edit.text() == sides[0], "one step back is the choice before"
    click(dialog, f"conflict.address.take_{taken}")
    assert edit.text() == sides[taken]
    dialog.settle.click()
    walk.settle()
    assert person(walk, card).address == sides[taken]
    assert (walk.dialogs(), waiting(walk)) == ([], 0)


def test_what_both_cleared_is_no_conflict(open_window: Open, desk: WindowDesk) -> None:
    card = in_conflict(desk, {"address": ""}, {"address": None}, FIRST)
    walk = open_window(name=LEAD)
    walk.settle()
    assert walk.shell.today.findChild(QPushButton, "today.conflicts") is None
    assert person(walk, card).address == ""
    walk.command("desk.conflicts")
    dialog = opened(walk)
    assert walk.shell.tools.words("conflicts.none") in texts(dialog)
    assert not dialog.settle.isEnabled()


@pytest.mark.parametrize("both", [False, True])
def test_a_card_that_is_erased_while_it_is_decided_is_told_and_leaves_nothing_behind(
    open_window: Open, desk: WindowDesk, both: bool
) -> None:
    card = in_conflict(desk)
    walk = open_window(name=LEAD)
    dialog, words = from_today(walk), walk.shell.tools.words
    click(dialog, "conflict.address.take_0")
    click(dialog, "conflict.note.take_1")
    store = desk.store()
    for _ in range(2 if both else 1):
        with store.write() as work:
            made = desk.desk(store).made()
            work.add(Erasure(id=new_id("erasure"), made=made, target=card, reason="本人要求"))
    told: list[str] = []
    dialog.told.connect(told.append)
    dialog.settle.click()
    walk.settle()
    assert told == [words("store.erased")]
    assert words("conflicts.none") in texts(dialog)
    assert MINE["address"] not in texts(dialog), "it is on no screen any more"
    dialog.reject()
    walk.settle()
    with store.read() as reader:
        assert reader.sql("SELECT count(*) FROM draft WHERE record = ?", (card,)).fetchone()[0] == 0, "nor kept"
    store.close()


def test_who_may_not_edit_the_card_sees_it_and_cannot_decide(open_window: Open, desk: WindowDesk) -> None:
    store = desk.store()
    with store.read() as reader:
        row = reader.sql("SELECT id FROM record WHERE kind = 'mediation' LIMIT 1").fetchone()
    for place, where in (("一号调解室", store.id), ("二号调解室", "sto_other")):
        made = Made(by=desk.staff[LEAD], unit=desk.unit, store=where, at=NOW)
        with store.write() as work:
            heads = (row[0],)
            work.add(Revision(id=new_id("revision"), made=made, card=row[0], seen=heads, fields={"place": place}))
    store.close()
    walk = open_window(name=SECRETARY)
    dialog = from_today(walk)
    assert not dialog.settle.isEnabled()
    assert walk.shell.tools.words("window.not_yours") in texts(dialog)
