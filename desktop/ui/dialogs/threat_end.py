"""How a call for help at the desk ended: it is over, or it was none, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.actions.desk import Done
from desktop.actions.threats import end_threat
from desktop.forms.form import Draft
from desktop.forms.questions import fresh
from desktop.forms.threats import THREAT_END_FORM
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.form_view import FormView
from desktop.ui.tools import Tools


class ThreatEndDialog(Sheet):
    """``ended`` carries what was written."""

    OF_A_CALL = True
    ended = Signal(object)

    def __init__(self, tools: Tools, threat: str, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("threat_end", words(THREAT_END_FORM.title), words("threats.end_text"), parent, 480)
        self._tools, self._threat = tools, threat
        self.view = FormView(THREAT_END_FORM, tools.around(), framed=False, plain=True)
        self.view.fill(fresh(THREAT_END_FORM, "threat_event"))
        self.view.submitted.connect(self._hand_in)
        self.view.cancelled.connect(self.reject)
        self.body.addWidget(self.view)
        self.view.start()

    def _hand_in(self, draft: Draft) -> None:
        desk, threat = self._tools.desk, self._threat
        self._tools.tasks.write(lambda: end_threat(desk, threat, draft), self._done, self.view.settle)

    def _done(self, done: Done) -> None:
        self.accept()
        self.ended.emit(done)
