"""Asks until when a reminder is put off, and why: without a reason nothing is."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from desktop.actions.desk import Done
from desktop.actions.snoozes import LONGEST_REASON, put_off
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.models.statuses import length
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.limited import limit
from desktop.ui.stories.dues import LATER, DueLine
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError


class SnoozeDialog(Sheet):
    """Handing it in keeps the reason at this desk and logs it; Esc and the other button do nothing."""

    def __init__(self, tools: Tools, line: DueLine, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("snooze", words("window.snooze_title"), words("window.snooze_text"), parent, 520)
        self._tools, self._line = tools, line
        self.body.addWidget(label(line.title, wrap=True))
        self.until = QComboBox()
        self.until.setObjectName("dialog.snooze.until")
        self.until.setAccessibleName(words("window.snooze_until"))
        for span in LATER:
            self.until.addItem(words("window.snooze_in", length=length(words, span)), span // timedelta(minutes=1))
        self.reason = QLineEdit()
        self.reason.setObjectName("dialog.snooze.reason")
        self.reason.setAccessibleName(words("window.snooze_reason"))
        limit(self.reason, LONGEST_REASON)
        for text, field in ((words("window.snooze_until"), self.until), (words("window.snooze_reason"), self.reason)):
            caption = label(text)
            caption.setBuddy(field)
            self.body.addWidget(caption)
            self.body.addWidget(field)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        away = self.foot_button(words("window.cancel"), "cancel")
        away.clicked.connect(self.reject)
        self.sure = self.foot_button(words("window.snooze"), "confirm", "primary")
        self.sure.clicked.connect(self._hand_in)
        self.reason.textChanged.connect(self._allow)
        self.reason.returnPressed.connect(self._hand_in)
        self._allow("")
        self.reason.setFocus()

    def _allow(self, _text: str) -> None:
        self.sure.setEnabled(bool(self.reason.text().strip()))

    def _hand_in(self) -> None:
        desk, line, reason = self._tools.desk, self._line, self.reason.text()
        if reason.strip():
            until = desk.now() + timedelta(minutes=int(self.until.currentData()))
            self._tools.tasks.write(
                lambda: put_off(desk, line.key, line.title, until, line.due, reason), self._done, self._refused
            )

    def _done(self, done: Done) -> None:
        self._tools.bus.tell(done.changes)
        self.accept()

    def _refused(self, error: QianshaoError) -> None:
        self.wrong.setText(self._tools.sentence(error))
        self.wrong.show()
