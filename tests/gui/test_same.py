"""Two cards side by side in the window: proposed beside the form and on the page, joined, and taken apart again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desktop.actions.persons import save_person
from desktop.actions.visits import log_visit
from desktop.forms.persons import PERSON_FORM
from desktop.forms.questions import fresh
from desktop.forms.visits import VISIT_FORM
from desktop.store.links import subjects_of_party
from desktop.ui.dialogs.same import SameDialog
from desktop.ui.pages.people import CardsPage
from desktop.ui.pages.recognition import Recognition
from desktop.ui.pieces.buttons import PushButton
from desktop.ui.pieces.story import StoryView
from tests.gui.walk import Walk, elsewhere, still_clipped, without_a_name
from tests.support.window_desk import LEAD, NOW, WindowDesk

Open = Callable[..., Walk]
PHONE = "13912340001"


@pytest.fixture
def two_cards(desk: WindowDesk) -> tuple[str, str]:
    """One woman, logged twice: with her document, and later by a clerk who typed another character."""
    store = desk.store()
    lead = desk.desk(store, LEAD)
    document = {"answer": "given", "type": "citizen", "number": "11010519491231002X", "doubt": ""}
    first = {"name": "欧阳华生", "document": document, "phone": PHONE, "address": "甲子塘社区3栋502"}
    second = {"name": "欧阳華生", "phone": PHONE, "address": "甲子塘3栋502", "note": "耳背，请大声"}
    cards = [save_person(lead, fresh(PERSON_FORM, "person", given)).id for given in (first, second)]
    for card, given, text in zip(cards, (first, second), ("楼上漏水", "夜里施工太吵"), strict=True):
        said = {"person": card, "name": given["name"], "phone": PHONE, "text": text}
        log_visit(lead, fresh(VISIT_FORM, "visit", {**said, "happened_at": NOW.isoformat()}))
    store.close()
    return cards[0], cards[1]


def _page(walk: Walk, card: str) -> CardsPage:
    walk.shell.follow(card)
    walk.settle()
    return walk.shell.people.shown


def _compare(walk: Walk, page: CardsPage) -> SameDialog:
    button = page.story.findChild(PushButton, "verb.persons.same")
    assert button is not None
    button.click()
    walk.settle()
    (dialog,) = walk.dialogs()
    assert isinstance(dialog, SameDialog)
    return dialog


def _texts(page: CardsPage) -> str:
    return "\n".join(_words(page.story))


def _words(view: StoryView) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [part.text() for part in view.findChildren(QLabel) if part.isVisible()] + [
        part.text() for part in view.findChildren(PushButton) if part.isVisible()
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_cards_are_looked_at_joined_and_taken_apart(
    open_window: Open, two_cards: tuple[str, str], language: str
) -> None:
    second = two_cards[1]
    walk = open_window(language=language, name=LEAD)
    words = walk.shell.tools.words
    page = _page(walk, second)
    assert words("same.possible", count=1) in _texts(page)
    dialog = _compare(walk, page)
    assert dialog.other is not None
    assert [(line.label, line.agrees) for line in dialog.other.lines if line.agrees is not None] == [
        (words("forms.field_name"), True),
        (words("forms.field_phone"), True),
        (words("forms.field_address"), False),
    ]
    assert still_clipped(walk.qtbot, dialog) == []
    assert without_a_name(dialog) == []
    dialog.same.click()
    walk.settle()
    assert walk.dialogs() == []
    with walk.reader() as reader:
        assert len(elsewhere(lambda: subjects_of_party(reader, second))) == 2
    assert "楼上漏水" in _texts(page)
    assert "夜里施工太吵" in _texts(page)
    assert words("same.cards") in _texts(page)
    assert "耳背，请大声" in _texts(page), "what either card notes is told"
    dialog = _compare(walk, page)
    assert not dialog.same.isVisible()
    dialog.back.click()
    walk.settle()
    assert "楼上漏水" not in _texts(page)
    assert words("same.possible", count=1) in _texts(page)


def test_what_is_not_the_same_is_not_proposed_again(open_window: Open, two_cards: tuple[str, str]) -> None:
    walk = open_window(name=LEAD)
    page = _page(walk, two_cards[0])
    dialog = _compare(walk, page)
    dialog.different.click()
    walk.settle()
    assert dialog.problem.text() == walk.shell.tools.words("records.same_reason_speaks_for")
    dialog.reason.setCurrentIndex(dialog.reason.findData("other"))
    dialog.different.click()
    walk.settle()
    assert dialog.isVisible(), "another reason is told in words"
    assert dialog.problem.text() == walk.shell.tools.words("records.same_text_missing")
    dialog.words.setText("是姐妹")
    dialog.different.click()
    walk.settle()
    assert walk.shell.tools.words("same.possible", count=1) not in _texts(page)
    dialog = _compare(walk, page)
    assert dialog.other is not None
    assert dialog.other.standing == "different"
    assert "是姐妹" in " ".join(dialog.other.said)


def test_beside_the_form_it_is_said_that_two_who_came_may_be_one(open_window: Open, two_cards: tuple[str, str]) -> None:
    walk = open_window(name=LEAD)
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"phone": PHONE})
    side = panel.findChild(Recognition)
    assert side is not None
    side.watch(panel.view.values())
    walk.until(lambda: len(side._found) == 2)
    assert all(found.alike for found in side._found)
    side.choose(0)
    walk.settle()
    button = side.findChild(PushButton, "recognition.compare")
    assert button is not None
    button.click()
    walk.settle()
    (dialog,) = walk.dialogs()
    assert isinstance(dialog, SameDialog)
    dialog.same.click()
    walk.settle()
    assert "夜里施工太吵" in "\n".join(_words(side._history))
    assert panel.view.values()["person"] in two_cards
