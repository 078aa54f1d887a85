"""A call that waits: whom, which number, about which order; and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.actions.desk import Done
from desktop.actions.notices import CallRow, call_draft, note_call
from desktop.forms.form import Draft
from desktop.forms.notices import CALL_FORM
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.form_view import FormView
from desktop.ui.pieces.labels import label
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.telephones import written_phone


class CallDialog(Sheet):
    """Handing it in records the call; a number that was reached leaves the list."""

    def __init__(self, tools: Tools, call: CallRow, parent: QWidget | None = None) -> None:
        words = tools.words
        about = words("notices.call_about", number=call.number, subject=call.subject)
        super().__init__("call", words("notices.call_title", unit=call.unit_name), about, parent, 520)
        self._tools, self._row = tools, call
        self.number = label(written_phone(call.telephone) or words("notices.call_no_number"), "figure")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(self.number)
        if call.officer:
            self.body.addWidget(label(call.officer, "muted"))
        self.body.addWidget(label(words("notices.call_says", number=call.number, at=moment(call.report_by)), wrap=True))
        self.view = FormView(CALL_FORM, tools.around(), framed=False, plain=True)
        self.view.fill(call_draft(call))
        self.view.submitted.connect(self._hand_in)
        self.view.cancelled.connect(self.reject)
        self.body.addWidget(self.view)
        self.view.start()

    def _hand_in(self, draft: Draft) -> None:
        desk, call = self._tools.desk, self._row
        self._tools.tasks.write(
            lambda: note_call(desk, call.order, call.department, draft), self._done, self.view.settle
        )

    def _done(self, done: Done) -> None:
        self._tools.bus.tell(done.changes)
        self.accept()
