"""The locked desk: at once by Ctrl+L, after a while by itself; nothing personal is seen, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.store.drafts import list_drafts
from desktop.ui.dialogs.colleagues import ColleaguesDialog
from desktop.ui.form_panel import FormPanel
from desktop.ui.gate import Gate
from desktop.ui.idle import IdleWatch
from tests.gui.walk import Walk, clipped
from tests.support.window_desk import LEAD, PASSWORD, REGISTRAR, WindowDesk

TYPED = "黎平桂"


def typing(walk: Walk) -> FormPanel:
    """A visit that somebody is typing."""
    walk.shell.turn("visits")
    panel = walk.shell.visits.log()
    panel.view.fill({"name": TYPED, "text": "楼上漏水"})
    panel.view.edited.emit()
    return panel


def locked(walk: Walk) -> Gate:
    """The page over the window."""
    page = walk.application.lock.page
    assert page is not None
    assert walk.application.window.inside is page
    return page


def unlock(walk: Walk, password: str = PASSWORD) -> None:
    """Type the password."""
    page = locked(walk)
    page.view.fill({"password": password})
    page.view.submit()


def words_on(root: QWidget) -> str:
    """Every word that is to be seen."""
    parts = [w for w in root.findChildren(QWidget) if w.isVisible()]
    labels = [w.text() for w in parts if isinstance(w, QLabel | QPushButton)]
    return "\n".join([*labels, *(w.text() for w in parts if isinstance(w, QLineEdit))])


def test_ctrl_l_locks_and_the_password_gives_back_the_form_as_it_stood(walk: Walk) -> None:
    panel = typing(walk)
    QTest.keyClick(walk.application.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert walk.application.lock.closed
    assert not panel.isVisible()
    walk.settle()
    assert TYPED not in words_on(walk.application.window)
    with walk.reader() as reader:
        assert any(TYPED in draft.title for draft in list_drafts(reader))
    unlock(walk)
    walk.until(lambda: not walk.application.lock.closed)
    assert walk.application.window.inside is walk.shell
    assert walk.shell.visits.panel is panel
    assert panel.isVisible()
    assert panel.view.values()["name"] == TYPED


def test_a_wrong_password_opens_nothing_and_is_told_beside_the_field(walk: Walk) -> None:
    walk.application.lock.close()
    unlock(walk, "wrong")
    cell = locked(walk).view.cells["password"]
    walk.until(lambda: bool(cell.error.text()))
    assert walk.application.lock.closed
    assert cell.error.text() == "密码不对。"
    assert cell.error.isVisible()
    assert cell.control.value() == ""
    assert locked(walk).view.button.isEnabled()


def test_a_colleagues_password_does_not_open_somebody_elses_desk(open_window: Callable[..., Walk]) -> None:
    from desktop.actions.staff import set_password

    walk = open_window(name=LEAD)
    colleague = {"password": "Guang-Ming-2026", "password_again": "Guang-Ming-2026"}
    set_password(walk.shell.tools.desk, walk.desk.staff[REGISTRAR], colleague)
    walk.application.lock.close()
    unlock(walk, "Guang-Ming-2026")
    walk.until(lambda: bool(locked(walk).view.cells["password"].error.text()))
    assert walk.application.lock.closed


def test_shortcuts_of_the_desk_do_nothing_while_it_is_locked(walk: Walk) -> None:
    walk.application.lock.close()
    for key in (Qt.Key.Key_N, Qt.Key.Key_3, Qt.Key.Key_F, Qt.Key.Key_L):
        QTest.keyClick(walk.application.window, key, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(walk.application.window, Qt.Key.Key_Escape)
    assert walk.application.lock.closed
    assert walk.shell.now == "today"
    assert walk.shell.panels() == []


def test_an_open_dialog_is_hidden_and_comes_back(walk: Walk) -> None:
    walk.shell.show_colleagues()
    walk.settle()
    (dialog,) = walk.dialogs()
    walk.application.lock.close()
    assert walk.dialogs() == []
    unlock(walk)
    walk.until(lambda: not walk.application.lock.closed)
    assert walk.dialogs() == [dialog]
    assert isinstance(dialog, ColleaguesDialog)


def test_ctrl_l_locks_over_a_dialog_too(walk: Walk) -> None:
    walk.shell.show_colleagues()
    walk.settle()
    (dialog,) = walk.dialogs()
    dialog.activateWindow()
    walk.until(lambda: QGuiApplication.focusWindow() is dialog.windowHandle())
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    walk.until(lambda: walk.application.lock.closed)
    assert walk.dialogs() == []


def test_somebody_else_may_sign_in_and_sees_nothing_of_it(walk: Walk) -> None:
    typing(walk)
    walk.shell.show_colleagues()
    walk.application.lock.close()
    other = locked(walk).findChild(QPushButton, "lock.other")
    assert isinstance(other, QPushButton)
    other.click()
    assert walk.application.shell is None
    assert not walk.application.lock.closed
    shell = walk.sign_in(REGISTRAR)
    assert shell.tools.desk.session.name == REGISTRAR
    assert walk.dialogs() == []
    assert shell.panels() == []
    walk.until(lambda: len(walk.application.window.findChildren(type(shell))) == 1)


def test_an_idle_desk_locks_by_itself(walk: Walk) -> None:
    panel = typing(walk)
    walk.application.lock.watch.limit_s = 0.3
    walk.application.lock.watch.start()
    walk.until(lambda: walk.application.lock.closed)
    assert not panel.isVisible()


def test_the_limit_is_ten_minutes_unless_the_settings_say_otherwise(
    desk: WindowDesk, open_window: Callable[..., Walk]
) -> None:
    assert open_window().application.lock.watch.limit_s == 600
    desk.home.save(replace(desk.home.settings, lock_minutes=0))
    walk = open_window(name=LEAD)
    assert walk.application.lock.watch.limit_s == 0
    assert not walk.application.lock.watch.look()


class Clocks:
    """A clock that counts while the program runs, and one on the wall."""

    def __init__(self) -> None:
        self.running = self.wall = 1000.0

    def pair(self) -> tuple[Callable[[], float], ...]:
        return (lambda: self.running, lambda: self.wall)


@pytest.fixture
def watched(qtbot: QtBot) -> tuple[IdleWatch, Clocks, QLineEdit, list[str]]:
    """A window with one field, watched for a minute."""
    clocks, told = Clocks(), list[str]()
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    field.activateWindow()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is field.windowHandle())
    watch = IdleWatch(60, field, clocks.pair())
    watch.idle.connect(lambda: told.append("idle"))
    watch.start()
    return watch, clocks, field, told


@pytest.mark.parametrize(
    "touch",
    [
        pytest.param(lambda w: QTest.keyClick(w, Qt.Key.Key_A), id="a key"),
        pytest.param(lambda w: QTest.mouseClick(w, Qt.MouseButton.LeftButton), id="the mouse"),
    ],
)
def test_a_key_or_the_mouse_begins_the_time_anew(
    watched: tuple[IdleWatch, Clocks, QLineEdit, list[str]], touch: Callable[[object], None]
) -> None:
    watch, clocks, field, told = watched
    for _ in range(5):
        clocks.running += 40
        clocks.wall += 40
        touch(field.windowHandle())
        QApplication.processEvents()
        assert not watch.look()
    clocks.running += 61
    assert watch.look()
    assert told == ["idle"]


def test_words_from_an_input_method_count_as_somebody(watched: tuple[IdleWatch, Clocks, QLineEdit, list[str]]) -> None:
    watch, clocks, field, _ = watched
    field.setFocus()
    clocks.running += 40
    QApplication.processEvents()
    field.insert("楼上漏水")
    QApplication.processEvents()
    clocks.running += 40
    assert not watch.look()


def test_after_a_sleep_the_first_touch_finds_the_desk_locked(
    watched: tuple[IdleWatch, Clocks, QLineEdit, list[str]],
) -> None:
    _, clocks, field, told = watched
    clocks.wall += 3600
    QTest.keyClick(field.windowHandle(), Qt.Key.Key_A)
    QApplication.processEvents()
    assert told == ["idle"]
    assert field.text() == ""


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
def test_the_menu_locks_and_the_page_fits(open_window: Callable[..., Walk], language: str, theme: str) -> None:
    walk = open_window(name=LEAD, language=language, theme=theme)
    entry = walk.shell.header.findChild(QAction, "person.desk.lock")
    assert isinstance(entry, QAction)
    entry.trigger()
    walk.settle()
    assert clipped(locked(walk)) == []
    unlock(walk, "wrong")
    walk.until(lambda: bool(locked(walk).view.cells["password"].error.text()))
    assert clipped(locked(walk)) == []
