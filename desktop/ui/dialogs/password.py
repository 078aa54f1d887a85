"""Change one's own password. Nothing of it is ever kept as a draft."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.actions.desk import Done
from desktop.actions.staff import set_password
from desktop.forms.form import Draft
from desktop.forms.staff import PASSWORD_FORM
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.form_view import FormView
from desktop.ui.tools import Tools


class PasswordDialog(Sheet):
    """``changed`` carries the sentence that tells it."""

    changed = Signal(str)

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        super().__init__("password", tools.words(PASSWORD_FORM.title), "", parent, 480)
        self._tools = tools
        self.view = FormView(PASSWORD_FORM, tools.around(), framed=False, plain=True)
        self.view.submitted.connect(self._hand_in)
        self.view.cancelled.connect(self.reject)
        self.body.addWidget(self.view)
        self.view.start()

    def _hand_in(self, draft: Draft) -> None:
        desk = self._tools.desk
        self._tools.tasks.write(lambda: set_password(desk, desk.session.staff, draft), self._done, self.view.settle)

    def _done(self, done: Done) -> None:
        self._tools.bus.tell(done.changes)
        self.changed.emit(self._tools.words("window.password_changed"))
        self.accept()
