"""The locked desk: a page over the window that asks for the password again; what lies behind stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QToolTip, QWidget

from desktop.forms.form import Draft
from desktop.forms.gate import UNLOCK_FORM
from desktop.ui.fields.sources import Surroundings
from desktop.ui.gate import Gate
from desktop.ui.idle import IdleWatch
from desktop.ui.pieces.buttons import Link
from desktop.ui.window import Window
from sync.records.errors import QianshaoError, RuleBroken

if TYPE_CHECKING:
    from desktop.session import Session

SignIn = Callable[[str, str], "Session"]
"""Name and password to a session; runs on the write lane, for it counts failures."""


class Lock(QObject):
    """Covers ``window`` when asked or when nobody is there; only the person who is signed in opens it again.

    A session that nobody uses ends (GB/T 22239-2019, 8.1.4.1: 登录连接超时自动退出); here what was typed stays.
    ``closing`` is emitted before it covers (drafts are kept then), ``left`` when somebody else wants to sign in.
    """

    closing = Signal()
    opened = Signal()
    left = Signal()

    def __init__(self, window: Window, limit_s: float) -> None:
        super().__init__(window)
        self._window = window
        self.page: Gate | None = None
        self._session: Session | None = None
        self._around: Surroundings | None = None
        self._sign_in: SignIn | None = None
        self._hidden: list[QDialog] = []
        self._focus: QWidget | None = None
        self.watch = IdleWatch(limit_s, self)
        self.watch.idle.connect(self.close)
        self.watch.asked.connect(self.close)
        shortcut = QShortcut(QKeySequence("Ctrl+L"), window)
        shortcut.activated.connect(self.close)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusWindowChanged.connect(self._hide_again)

    @property
    def closed(self) -> bool:
        """Whether the desk is locked."""
        return self.page is not None

    def guard(self, session: Session, around: Surroundings, sign_in: SignIn) -> None:
        """From now on ``session`` works here."""
        self._session, self._around, self._sign_in = session, around, sign_in
        self.watch.start()

    def leave(self) -> None:
        """Nobody is signed in any more: dialogs of the person who was are gone for good."""
        self.watch.rest()
        for dialog in self._take_hidden():
            dialog.done(QDialog.DialogCode.Rejected)
        self.page = self._session = None

    def close(self) -> None:
        """Lock the desk."""
        if self._session is None or self._around is None or self.closed:
            return
        self.closing.emit()
        self.watch.rest()
        self._focus = QApplication.focusWidget()
        words = self._around.words
        self.page = Gate(self._around, UNLOCK_FORM, words("desk.locked_text", name=self._session.name))
        self.page.setObjectName("lock")
        self.page.view.submitted.connect(self._hand_in)
        other = Link(words("desk.locked_other"), "lock.other")
        other.clicked.connect(self.left)
        self.page.add(other)
        self._window.cover(self.page)
        self._hide_again()
        self.page.view.start()

    def tell(self, text: str) -> None:
        """Say one sentence on a locked desk: a colleague who is not at it can come; it names no resident."""
        if self.page is not None:
            self.page.text.setText(text)

    def _hand_in(self, draft: Draft) -> None:
        session, sign_in = self._session, self._sign_in
        if session is None or sign_in is None or self._around is None:
            return

        def work() -> Session:
            back = sign_in(session.name, str(draft.get("password") or ""))
            if back.staff != session.staff:  # somebody of the same name, with another password
                raise RuleBroken("actions.wrong_password", field="password")
            return back

        self._around.tasks.write(work, self._open, self._refused)

    def _open(self, _session: Session) -> None:
        if self.page is None:
            return
        self.page = None
        self._window.uncover()
        for dialog in self._take_hidden():
            dialog.open()
        if self._focus is not None and shiboken6.isValid(self._focus):
            self._focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.watch.start()
        self.opened.emit()

    def _refused(self, error: QianshaoError) -> None:
        if isinstance(error, RuleBroken):  # only a password was asked for: the name is not what is wrong
            error = RuleBroken("desk.wrong_password", field="password")
        if self.page is not None:
            self.page.view.fill({"password": ""})
            self.page.view.settle(error)

    def _hide_again(self) -> None:
        """Hide every dialog, menu and list that is open over the window, or opens while it is locked."""
        if not self.closed:
            return
        QToolTip.hideText()
        while (popup := QApplication.activePopupWidget()) is not None and popup.close():
            pass
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                if isinstance(widget, QFileDialog):  # lives on its caller's stack, and ends when it is hidden
                    widget.reject()
                    continue
                self._hidden.append(widget)
                widget.hide()

    def _take_hidden(self) -> list[QDialog]:
        hidden, self._hidden = self._hidden, []
        return [d for d in hidden if shiboken6.isValid(d)]
