"""An exchange stopped because it would erase or rewrite much at once: what it would change, and the lead's answer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget

from desktop.actions.mass_change import Told, answer, open_question
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.limited import limit
from desktop.ui.pieces.whole_words import WholeWords
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError
from sync.records.units import Role

MOST_WORDS = 200


class MassChangeDialog(Sheet):
    """``allowed`` is emitted once the station lead has agreed, ``told`` carries what was noted, as a sentence."""

    allowed = Signal()
    told = Signal(str)

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("mass_change", words("exchange.mass_title"), "", parent, 640)
        self._tools = tools
        self.says = label("", wrap=True)
        self.body.addWidget(self.says)
        self.body.addWidget(label(words("exchange.mass_records"), "subheading"))
        self.records = QListWidget()
        self.records.setObjectName("dialog.mass_change.records")
        self.records.setAccessibleName(words("exchange.mass_records"))
        self.records.setItemDelegate(WholeWords(self.records))
        self.body.addWidget(self.records, 1)
        self.reason = QLineEdit()
        limit(self.reason, MOST_WORDS)
        self.reason.setObjectName("dialog.mass_change.reason")
        self.reason.setAccessibleName(words("exchange.mass_reason"))
        self.reason.setPlaceholderText(words("exchange.mass_reason"))
        self.body.addWidget(self.reason)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.later = self.foot_button(words("exchange.mass_later"), "later")
        self.later.clicked.connect(self.reject)
        self.decline = self.foot_button(words("exchange.mass_not"), "decline")
        self.decline.clicked.connect(lambda: self._answer(go_on=False))
        self.go_on = self.foot_button(words("exchange.mass_go_on"), "go_on", "danger")
        self.go_on.clicked.connect(lambda: self._answer(go_on=True))

    @classmethod
    def show_for(cls, parent: QWidget, tools: Tools) -> MassChangeDialog:
        """Open the dialog over ``parent`` and read what waits."""
        made, desk = cls(tools, parent.window()), tools.desk
        made.open()
        made.later.setFocus()
        tools.tasks.read(lambda: open_question(desk), made.show_question, made._refused)
        return made

    def show_question(self, told: Told | None) -> None:
        """Show what would change; only the station lead can answer."""
        words = self._tools.words
        lead = self._tools.desk.session.may(Role.STATION_LEAD)
        for made in (self.decline, self.go_on, self.reason):
            made.setEnabled(lead and told is not None)
        if told is None:
            self.says.setText(words("exchange.mass_nothing"))
            return
        asked = told.asked
        key = f"exchange.mass_{asked.direction}"
        self.says.setText(words(key, erased=asked.erased, rewritten=asked.rewritten, stored=asked.stored))
        for one in told.named:
            kind = f"records.kind_{one.kind}"
            self.records.addItem(f"{words(kind) if words.has(kind) else one.kind}　{one.title or one.id}")
        if asked.erased + asked.rewritten > len(told.named):
            self.records.addItem(words("exchange.mass_more", count=asked.erased + asked.rewritten))
        if not lead:
            self._say(words("exchange.mass_not_lead"))

    def _answer(self, *, go_on: bool) -> None:
        desk, reason = self._tools.desk, self.reason.text().strip()
        self._tools.tasks.write(
            lambda: answer(desk, go_on=go_on, reason=reason), lambda done: self._answered(go_on), self._refused
        )

    def _answered(self, go_on: bool) -> None:
        self.told.emit(self._tools.words("exchange.mass_allowed" if go_on else "exchange.mass_stays"))
        self.accept()
        if go_on:
            self.allowed.emit()

    def _refused(self, error: QianshaoError) -> None:
        self._say(self._tools.sentence(error))

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.show()
