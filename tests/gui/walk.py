"""Walks through the real window: waits for lanes, signs in, counts what the store holds, looks for clipped words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QDialog,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.app import Application
from desktop.store.store import Reader
from desktop.ui.navigation import FindButton
from desktop.ui.pages.list_page import ListPage
from desktop.ui.pieces.buttons import Link
from desktop.ui.pieces.elided import Elided
from desktop.ui.shell import Shell
from tests.support.window_desk import PASSWORD, WindowDesk

T = TypeVar("T")


class Walk:
    """One open window."""

    def __init__(self, qtbot: QtBot, application: Application, desk: WindowDesk) -> None:
        self.qtbot, self.application, self.desk = qtbot, application, desk

    @property
    def shell(self) -> Shell:
        """What a signed-in person works in."""
        assert self.application.shell is not None
        return self.application.shell

    def until(self, holds: Callable[[], bool], timeout: int = 10_000) -> None:
        """Wait until ``holds``, and let go of what was replaced: it is hidden at once and deleted a turn later."""
        self.qtbot.waitUntil(holds, timeout=timeout)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def settle(self) -> None:
        """Wait until no lane works and everything is drawn."""
        self.until(self.application.tasks.idle)
        for _ in range(3):
            QApplication.processEvents()
            self.until(self.application.tasks.idle)

    def sign_in(self, name: str, password: str = PASSWORD) -> Shell:
        """Sign in through the gate's form, and put off the drafts that are offered."""
        self.until(lambda: self.application.store is not None)
        gate = self.application.gate
        assert gate is not None
        gate.view.fill({"name": name, "password": password})
        gate.view.submit()
        self.until(lambda: self.application.shell is not None and self.application.shell.stood)
        self.settle()
        self.close_dialogs()
        return self.shell

    def verb(self, page: ListPage, name: str) -> QPushButton:
        """Return the button of a verb of the chosen record, with what stands in its way opened."""
        made = page.story.findChild(QPushButton, f"verb.{page.shape.name}.{name}")
        assert made is not None, name
        if not made.isVisible():
            more = page.story.findChild(QPushButton, f"verb.{page.shape.name}.more")
            self.qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
            self.settle()
        return made

    def command(self, name: str) -> None:
        """Do what the find box lists under ``name``."""
        next(each for each in self.shell.commands() if each.name == name).start()

    def dialogs(self) -> list[QDialog]:
        """The dialogs that are open."""
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]

    def close_dialogs(self) -> None:
        """Reject every dialog."""
        for dialog in self.dialogs():
            dialog.reject()
        QApplication.processEvents()
        self.application.window.activateWindow()
        self.until(self.application.window.isActiveWindow)  # or no shortcut would reach it

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Read the store."""
        assert self.application.store is not None
        with self.application.store.read() as reader:
            yield reader


def elsewhere(read: Callable[[], T]) -> T:
    """Return what the window's own ``read`` finds, run beside the UI thread as the window would run it."""
    with ThreadPoolExecutor(1) as lane:
        return lane.submit(read).result()


def without_a_name(root: QWidget) -> list[tuple[str, str]]:
    """Return what can have the focus below ``root`` and has no name for a screen reader: class and object name."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.focusProxy():
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        if told is None or not told.text(QAccessible.Text.Name).strip():
            found.append((type(widget).__name__, widget.objectName()))
    return found


def still_clipped(qtbot: QtBot, root: QWidget) -> list[str]:
    """Return what is clipped once the layouts have settled."""
    for _ in range(40):
        if not clipped(root):
            return []
        qtbot.wait(50)
    return clipped(root)


def clipped(root: QWidget) -> list[str]:
    """Return the words of labels and buttons below ``root`` that have less room than they need."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, Link | Elided | FindButton):
            continue
        if isinstance(widget, QLabel) and widget.text() and not widget.pixmap():
            if _label_clipped(widget):
                found.append(f"label “{widget.text()}” {widget.width()}x{widget.height()}")
        elif isinstance(widget, QPushButton | QToolButton | QCheckBox) and _button_clipped(widget):
            found.append(f"button “{widget.text()}” {widget.width()} < {widget.sizeHint().width()}")
    return found


def _label_clipped(label: QLabel) -> bool:
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height() + 1
    return label.sizeHint().width() > label.width() + 1 or label.sizeHint().height() > label.height() + 1


def _button_clipped(button: QAbstractButton) -> bool:
    return bool(button.text()) and button.sizeHint().width() > button.width() + 1


def type_in(widget: QWidget, text: str) -> None:
    """Type as an input method does: it composes, then commits."""
    QApplication.sendEvent(widget, QInputMethodEvent("pin yin", []))
    committed = QInputMethodEvent("", [])
    committed.setCommitString(text)
    QApplication.sendEvent(widget, committed)
