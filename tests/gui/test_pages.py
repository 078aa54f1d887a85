"""Each page opens in both languages, light and dark, at 1366×768, says what the store holds, and clips no word."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from desktop.ui import theme
from desktop.ui.models.rows import STATUS
from desktop.ui.models.status import Status
from desktop.ui.navigation import PAGES
from desktop.ui.pieces.buttons import Link
from desktop.ui.pieces.labels import restyle
from desktop.ui.theme import style_sheet, tokens
from tests.gui.walk import Walk, still_clipped, without_a_name
from tests.support.window_desk import LEAD, REGISTRAR, SECRETARY


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_without_a_clipped_word(open_window: Callable[..., Walk], language: str, theme: str) -> None:
    walk = open_window(language=language, theme=theme, name=LEAD)
    clipped = {}
    for name in PAGES:
        walk.shell.turn(name)
        walk.settle()
        if found := still_clipped(walk.qtbot, walk.application.window):
            clipped[name] = found

    assert clipped == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_gate_clips_no_word(open_window: Callable[..., Walk], language: str) -> None:
    walk = open_window(language=language)
    walk.until(lambda: walk.application.store is not None)

    assert still_clipped(walk.qtbot, walk.application.window) == []


def test_lists_show_what_the_day_brought(walk: Walk) -> None:
    shell = walk.shell
    counts = {}
    for name in ("visits", "matters", "orders", "mediations"):
        shell.turn(name)
        walk.settle()
        counts[name] = getattr(shell, name).model.rowCount()

    assert counts == {"visits": 6, "matters": 3, "orders": 1, "mediations": 1}


def test_numbers_and_telephones_are_masked_in_lists_and_panes(walk: Walk) -> None:
    walk.shell.turn("people")
    walk.settle()
    page = walk.shell.people.persons
    line = next(r for r in page.model.rows() if r.name == "黎平桂")
    page.select(line.id)
    walk.settle()
    shown = [page.model.index(page.model.line_of(line.id), c).data() for c in range(page.model.columnCount())]
    told = [w.text() for w in page.story.findChildren(QLabel)]

    assert "440311********0337" in shown
    assert not any("440311196005310337" in t or "13812345678" in t for t in [*shown, *told])


def test_the_search_box_narrows_the_list_and_esc_empties_it(walk: Walk) -> None:
    walk.shell.turn("visits")
    walk.settle()
    page = walk.shell.visits
    page.search.setText("渗水")
    walk.until(lambda: page.model.rowCount() == 1)

    walk.shell.go_back()

    walk.until(lambda: page.model.rowCount() == 6)


def test_a_key_that_is_held_moves_the_line_and_the_pane_tells_where_it_was_let_go(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk.shell.turn("visits")
    walk.settle()
    page, told = walk.shell.visits, list[str]()
    page.table.setCurrentIndex(page.model.index(0, 0))
    page.table.setFocus()
    walk.settle()
    tell = page.tell
    monkeypatch.setattr(page, "tell", lambda record: (told.append(record), tell(record)))

    def key(kind: QEvent.Type, *, repeated: bool) -> None:
        event = QKeyEvent(kind, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, "", repeated)
        QApplication.sendEvent(page.table, event)

    key(QEvent.Type.KeyPress, repeated=False)
    for _ in range(3):
        key(QEvent.Type.KeyRelease, repeated=True)
        key(QEvent.Type.KeyPress, repeated=True)
    assert page.table.currentIndex().row() == 4
    assert told == [page.model.rows()[1].id]

    key(QEvent.Type.KeyRelease, repeated=False)

    assert told == [page.model.rows()[1].id, page.model.rows()[4].id]
    walk.settle()


def test_a_search_without_result_says_what_to_do(walk: Walk) -> None:
    walk.shell.turn("visits")
    walk.settle()
    page = walk.shell.visits
    page.search.setText("没有这样的词")

    walk.until(lambda: page.nothing.isVisible())
    assert walk.application.words("window.nothing_found") == page.nothing.line.text()


def test_a_status_is_word_icon_and_colour(walk: Walk) -> None:
    walk.shell.turn("visits")
    walk.settle()
    model = walk.shell.visits.model
    sent = next(at for at, column in enumerate(model.columns) if column.name == "sent")
    status = model.index(0, sent).data(STATUS)

    assert isinstance(status, Status)
    assert status.text
    assert status.picture
    assert status.tone


def test_a_line_in_a_story_leads_to_its_record(walk: Walk) -> None:
    walk.shell.turn("visits")
    walk.settle()
    page = walk.shell.visits
    visit = next(r for r in page.model.rows() if r.matter)
    page.select(visit.id)
    walk.settle()
    link = page.story.findChild(QPushButton, f"link.{visit.matter}")
    assert link is not None

    walk.qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    walk.settle()

    assert walk.shell.now == "matters"
    assert walk.shell.matters.current.id == visit.matter


def test_who_may_not_do_a_thing_finds_its_button_grey(open_window: Callable[..., Walk]) -> None:
    walk = open_window(name=REGISTRAR)
    walk.shell.turn("orders")
    walk.settle()
    page = walk.shell.orders
    delegate = page.findChild(QPushButton, "verb.orders.delegate")
    step = page.story.findChild(QPushButton, "verb.orders.step")

    assert delegate is not None
    assert step is not None
    assert not delegate.isEnabled()
    assert delegate.toolTip() == walk.application.words("window.not_yours")
    assert step.isEnabled()


def test_shortcuts_lead_to_every_page(walk: Walk) -> None:
    for at, name in enumerate(PAGES):
        walk.qtbot.keyClick(walk.application.window, Qt.Key(Qt.Key.Key_1 + at), Qt.KeyboardModifier.ControlModifier)
        walk.settle()
        assert walk.shell.now == name


def test_the_language_changes_while_somebody_types_and_nothing_is_lost(walk: Walk) -> None:
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": "何秀英", "text": "楼道堆物"})
    panel.view.edited.emit()

    walk.application.choose_language("en")
    walk.settle()

    assert walk.shell.visits.panel is None
    walk.shell.turn("today")
    walk.settle()
    drafts = [w.accessibleName() for w in walk.shell.today.findChildren(QPushButton) if "何秀英" in w.accessibleName()]
    assert len(drafts) == 1


def test_what_another_process_writes_is_seen(walk: Walk) -> None:
    from desktop.actions.visits import close_consultation
    from desktop.forms.questions import fresh
    from desktop.forms.visits import CONSULTATION_FORM

    walk.shell.turn("visits")
    walk.settle()
    walk.until(lambda: walk.application.bus._version is not None)  # it knows what was there before
    beside = walk.desk.store()
    draft = fresh(CONSULTATION_FORM, "visit", {"name": "周先生", "text": "社保怎么转?", "answer": "在线办理。"})
    close_consultation(walk.desk.desk(beside, SECRETARY), draft)
    beside.close()

    walk.until(lambda: walk.shell.visits.model.rowCount() == 7)


def test_whatever_takes_the_focus_has_an_accessible_name(walk: Walk) -> None:
    nameless = []
    for name in PAGES:
        walk.shell.turn(name)
        walk.settle()
        nameless += [(name, *each) for each in without_a_name(walk.application.window)]

    assert nameless == []


def test_a_person_s_history_tells_a_corrected_visit_once(walk: Walk) -> None:
    walk.shell.turn("people")
    walk.settle()
    page = walk.shell.people.persons
    page.select(next(r for r in page.model.rows() if r.name == "黎平桂").id)
    walk.settle()
    titles = [w.accessibleName() for w in page.story.findChildren(Link)]

    assert sum(t.startswith("来访") for t in titles) == 1


def test_beside_an_empty_list_no_record_is_told(walk: Walk) -> None:
    walk.shell.turn("visits")
    walk.settle()
    page = walk.shell.visits
    assert page.story.isVisible()
    page.search.setText("没有这样的人")
    walk.until(lambda: page.model.rowCount() == 0)
    walk.settle()
    assert not page.story.isVisible()
    page.search.clear()
    walk.until(lambda: page.model.rowCount() > 0)
    walk.settle()

    assert page.story.isVisible()


def test_another_theme_is_worn_at_once_and_remembered_and_the_page_stays(walk: Walk) -> None:
    walk.shell.turn("matters")
    walk.settle()
    walk.application.choose_theme("dark")
    walk.settle()

    assert walk.shell.now == "matters"
    assert walk.application.theme.shade == "dark"
    assert walk.desk.home.settings.theme == "dark"
    assert tokens("dark")["accent"] in style_sheet(walk.application.theme.shade)
    assert walk.application.window.palette().window().color().name().upper() == tokens("dark")["bg"]


def test_larger_type_is_worn_at_once_by_everything_and_remembered_and_the_page_stays(walk: Walk) -> None:
    walk.shell.turn("visits")
    walk.settle()
    before = walk.shell.visits.table.rowHeight(0), walk.shell.visits.buttons[-1].height()
    walk.command("desk.type_150")
    walk.settle()
    table = walk.shell.visits.table

    assert walk.shell.now == "visits"
    assert walk.desk.home.settings.font_scale == 150
    assert QApplication.font().pixelSize() == 21
    assert table.rowHeight(0) == round(before[0] * 1.5)
    assert walk.shell.visits.buttons[-1].height() >= before[1] * 1.4
    assert table.itemDelegate().sizeHint(QStyleOptionViewItem(), table.model().index(0, 0)).height() == 63

    walk.command("desk.type_100")
    walk.settle()

    assert walk.shell.visits.table.rowHeight(0) == before[0]


def test_high_contrast_is_chosen_by_command_and_remembered(walk: Walk) -> None:
    walk.command("desk.theme_contrast")
    walk.settle()

    assert walk.desk.home.settings.theme == "contrast"
    assert walk.application.window.palette().window().color().name().upper() == tokens("contrast")["bg"]
    assert walk.application.window.palette().text().color().name().upper() == tokens("contrast")["text"]


@pytest.mark.parametrize(("asked", "worn"), [("HighContrast", "contrast"), ("NoPreference", "light")])
def test_a_system_that_asks_for_high_contrast_gets_it(monkeypatch: pytest.MonkeyPatch, asked: str, worn: str) -> None:
    preference = getattr(getattr(Qt, "ContrastPreference", None), asked, None)
    if preference is None:  # before Qt 6.10 no system can ask
        worn, wishes = "light", None
    else:
        wishes = SimpleNamespace(contrastPreference=lambda: preference, contrastPreferenceChanged=ColoursChanged())
    monkeypatch.setattr(theme, "_wishes", lambda _hints: wishes)

    assert theme.Theme("system").shade == worn
    assert theme.Theme("dark").shade == "dark"


class ColoursChanged:
    """A signal that a platform without such a setting never sends."""

    def connect(self, _slot: object) -> None:
        pass


@pytest.mark.parametrize("shade", ["light", "dark", "contrast"])
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_what_an_empty_box_says_is_as_dark_as_its_token(
    qtbot: QtBot, shade: str, kind: type[QLineEdit | QPlainTextEdit]
) -> None:
    """Qt would halve the text's colour: less than the contrast that can be read."""
    worn = theme.Theme(shade)
    worn.wear()
    box = kind()
    qtbot.addWidget(box)
    box.setPlaceholderText("2026-03-05")
    box.show()
    qtbot.waitExposed(box)

    assert box.palette().color(QPalette.ColorRole.PlaceholderText) == worn.colour("text_faint")
    box.setProperty("wrong", "true")
    restyle(box)
    assert box.palette().color(QPalette.ColorRole.PlaceholderText) == worn.colour("text_muted")


def test_a_system_that_goes_dark_does_not_open_a_locked_desk(walk: Walk) -> None:
    walk.application.lock.close()
    walk.settle()
    walk.application.theme.followed.emit()
    walk.settle()

    assert walk.application.lock.closed
