"""转介 at the window: the page by keyboard, a result in two parts; who counsels alone sees that page and no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.commands.access import Access, Secrets
from desktop.store.links import steps_of
from desktop.ui.dialogs.shortcuts import SHORTCUTS
from desktop.ui.navigation import PAGES
from desktop.ui.pieces.buttons import Link
from desktop.ui.pieces.empty import Empty
from desktop.ui.pieces.threat_strip import ThreatStrip
from resources import wording
from sync.records.errors import Refused
from sync.records.matters import StepKind
from sync.records.units import Role
from tests.gui.test_threats import elsewhere_raised
from tests.gui.walk import Walk, still_clipped, without_a_name
from tests.support.window_desk import PASSPHRASE, PASSWORD, REGISTRAR, WindowDesk
from tests.support.window_referrals import COUNSELLOR, SECRET, counsels, referred

CTRL = Qt.KeyboardModifier.ControlModifier


def words_of(walk: Walk) -> str:
    return "\n".join(each.text() for each in walk.shell.referrals.story.findChildren(QLabel))


def listed(walk: Walk) -> list[str]:
    table = walk.shell.referrals.table
    return [item.text() for at in range(table.rowCount()) if (item := table.item(at, 1)) is not None]


def shown(walk: Walk, lines: int) -> None:
    walk.until(lambda: walk.shell.now == "referrals" and len(listed(walk)) == lines)
    walk.settle()


def test_the_page_says_what_to_do_where_nothing_was_referred(walk: Walk) -> None:
    walk.qtbot.keyClick(walk.shell, Qt.Key.Key_0, CTRL)
    walk.until(lambda: walk.shell.now == "referrals")
    walk.settle()
    page = walk.shell.referrals
    assert [each.hint.text() for each in page.findChildren(Empty) if each.isVisible()] == [
        walk.shell.tools.words("referrals.none_hint")
    ]
    assert still_clipped(walk.qtbot, page) == []
    assert "window.keys_referrals" in dict(SHORTCUTS).values()
    walk.shell.turn("today")
    walk.command("page.referrals")
    assert walk.shell.now == "referrals"


def test_a_registrar_sees_the_state_and_the_result_and_not_what_was_confided(
    desk: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    made = referred(desk)
    walk = open_window(name="李国强")
    walk.shell.turn("referrals")
    shown(walk, 3)
    walk.shell.referrals.select(made.under_way)
    walk.settle()
    told = words_of(walk)
    assert "本人到访，谈了一次" in told
    assert walk.shell.tools.words("referrals.kept_here") in told
    assert SECRET not in told
    assert walk.shell.referrals.story.findChildren(Link) == [], "nothing to open"
    assert walk.shell.navigation.findChild(QPushButton, "page_button.referrals") is None
    assert without_a_name(walk.shell.referrals) == []


def test_who_counsels_alone_writes_a_result_by_keyboard_and_opens_what_she_kept(
    desk: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    made = referred(desk)
    walk = open_window(name=COUNSELLOR)
    shown(walk, 2)
    page = walk.shell.referrals
    page.select(made.waiting)
    walk.until(lambda: "13812345678" in words_of(walk).replace(" ", ""))
    page.table.setFocus()
    walk.qtbot.keyClick(page.table, Qt.Key.Key_Return)
    verb = QApplication.focusWidget()
    assert isinstance(verb, QPushButton)
    assert verb.objectName() == "verb.referrals.result"
    walk.qtbot.keyClick(verb, Qt.Key.Key_Space)
    walk.until(lambda: page.panel is not None)
    assert page.panel is not None
    walk.settle()
    assert still_clipped(walk.qtbot, page.panel) == []
    page.panel.view.fill({"text": "本人到访，愿意再来。", "kept": SECRET})
    page.panel.view.submit()
    walk.until(lambda: page.panel is None)
    walk.until(lambda: "本人到访，愿意再来。" in words_of(walk))
    assert SECRET not in words_of(walk)
    with walk.reader() as reader:
        step = steps_of(reader, made.matter)[-1]
    assert (step.kind, step.refers_to) == (StepKind.REFERRAL_RESULT, made.waiting)

    def to_open() -> list[Link]:
        return [each for each in page.story.findChildren(Link) if each.isVisible()]

    walk.until(lambda: len(to_open()) == 1)
    walk.settle()
    to_open()[0].click()
    walk.until(lambda: SECRET in words_of(walk))
    walk.application.lock.close()
    walk.until(lambda: walk.application.lock.closed)
    walk.until(lambda: SECRET not in words_of(walk))  # behind a locked desk it is covered again


def test_who_counsels_alone_reaches_no_other_page_by_any_key_or_command(
    desk: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    made = referred(desk)
    walk = open_window(name=COUNSELLOR)
    shown(walk, 2)
    shell, others = walk.shell, {*PAGES, "held"}
    for shortcut in shell.findChildren(QShortcut):
        shortcut.activated.emit()
        walk.close_dialogs()
    for command in shell.commands():
        assert command.name == "referrals.result"
    for name in others:
        shell.turn(name)
    assert not shell.follow(made.matter)
    assert shell.now == "referrals"
    assert others & set(vars(shell)) == set()
    assert shell.findChild(QPushButton, "header.find") is None
    texts = {each.text() for each in shell.findChildren(QPushButton, "verb.referrals.matter")}
    assert texts == set()


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("zh", "light")])
def test_nothing_is_clipped(desk: WindowDesk, open_window: Callable[..., Walk], language: str, theme: str) -> None:
    made = referred(desk)
    walk = open_window(name=COUNSELLOR, language=language, theme=theme)
    shown(walk, 2)
    walk.shell.referrals.select(made.under_way)
    walk.settle()
    assert still_clipped(walk.qtbot, walk.shell) == []


def test_a_registrar_who_counsels_too_has_the_page_in_the_navigation(
    desk: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    referred(desk)
    store = desk.store()
    counsels(desk, store, "周宁", Role.REGISTRAR)
    store.close()
    walk = open_window(name="周宁")
    button = walk.shell.navigation.findChild(QPushButton, "page_button.referrals")
    assert isinstance(button, QPushButton)
    button.click()
    shown(walk, 3)
    assert button.isChecked()


def test_the_command_line_refuses_who_counsels_alone(desk: WindowDesk) -> None:
    referred(desk)
    access = Access(desk.home, wording("zh"), Secrets(COUNSELLOR, PASSWORD, PASSPHRASE))
    with pytest.raises(Refused) as refused, access.desk():
        pass
    assert refused.value.key == "cli.one_page"


def test_who_counsels_alone_is_called_for_help_on_her_page_and_behind_a_lock(
    desk: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    referred(desk)
    walk = open_window(name=COUNSELLOR)
    shown(walk, 2)
    walk.application._threats()
    walk.application.lock.close()
    elsewhere_raised(walk)
    lock, words = walk.application.lock, walk.application.words
    walk.until(lambda: lock.page is not None and lock.page.text.text() == words("threats.please_come", name=REGISTRAR))
    lock.page.view.fill({"password": PASSWORD})  # type: ignore[union-attr]
    lock.page.view.submit()  # type: ignore[union-attr]
    walk.until(lambda: not lock.closed)
    walk.until(lambda: (found := walk.shell.findChild(ThreatStrip)) is not None and found.isVisible())
    found = walk.shell.findChild(ThreatStrip)
    assert isinstance(found, ThreatStrip)
    assert REGISTRAR in found.text.text()
