"""Two cards side by side, for a person to say whether they are one, and to take that back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QGridLayout, QLineEdit, QScrollArea, QWidget

from desktop.forms.form import Field, Shape
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.fields.record import RecordControl
from desktop.ui.pieces.chip import Chip
from desktop.ui.pieces.labels import card, clear, column, label, row
from desktop.ui.pieces.limited import limit
from desktop.ui.stories.sameness import Comparison, Line, Other, comparison
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError
from sync.records.kinds import kind_of
from sync.records.sameness import SamenessReason

if TYPE_CHECKING:
    from desktop.actions.desk import Done

WIDTH, HEIGHT = 980, 640
MOST_WORDS = 500
_OF_PERSONS = (SamenessReason.PHONE_AND_NAME, SamenessReason.NAME_AND_BIRTH)
_NOT_OFFERED = {"person": (SamenessReason.SAME_NAME,), "organisation": _OF_PERSONS}
_TONES = {"possible": "warn", "contradicted": "bad", "same": "good", "different": "calm", "chosen": "info"}


class SameDialog(Sheet):
    """``told`` carries what was said, as a sentence, once it is kept."""

    told = Signal(str)

    def __init__(self, tools: Tools, card_id: str, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("same", words("same.title"), words("same.text"), parent, 760)
        self._tools, self._card = tools, card_id
        kind = kind_of(card_id)
        self._kind = kind.name if kind is not None else "person"
        self._shown: Comparison | None = None
        self._build()
        self.resize(WIDTH, min(HEIGHT, parent.height() - 40) if parent is not None else HEIGHT)

    @classmethod
    def show_for(cls, parent: QWidget, tools: Tools, card_id: str) -> SameDialog:
        """Open the dialog over ``parent`` for one card."""
        made = cls(tools, card_id, parent.window())
        made.open()
        made.ask()
        return made

    def ask(self, chosen: str = "") -> None:
        """Read the cards anew; ``chosen`` is one that a person picked."""
        store, words, mine = self._tools.desk.store, self._tools.words, self._card

        def read() -> Comparison:
            with store.read() as reader:
                return comparison(words, reader, mine, chosen)

        self._tools.tasks.read(read, self.offer, self._refused)

    def offer(self, found: Comparison) -> None:
        """Show a card beside the first of the others; all of them can be chosen."""
        words = self._tools.words
        self._shown = found
        self.others.blockSignals(True)
        self.others.clear()
        for other in found.others:
            self.others.addItem(f"{other.title}   {words(f'same.standing_{other.standing}')}", other.id)
        self.others.blockSignals(False)
        self.others.setEnabled(len(found.others) > 1)
        self.others.setVisible(bool(found.others))
        self._show()

    def _build(self) -> None:
        words = self._tools.words
        head = row(space=12)
        self.others = self._box("other")
        head.addWidget(self.others, 3)
        field = Field("chosen", Shape.RECORD, "same.choose", kinds=(self._kind,))
        self.picker = RecordControl(field, self._tools.around())
        self.picker.call_it("dialog.same.choose", words("same.choose"))
        self.picker.edit.setPlaceholderText(words("same.choose"))
        self.picker.changed.connect(self._picked)
        head.addWidget(self.picker, 2)
        self.body.addLayout(head)
        ground = QWidget()
        ground.setProperty("role", "ground")
        self._inside = column(ground, space=8, margins=(0, 0, 8, 0))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(words("same.title"))
        scroll.setWidget(ground)
        self.body.addWidget(scroll, 1)
        self._asked = QWidget()
        questions = QFormLayout(self._asked)
        questions.setContentsMargins(0, 0, 0, 0)
        self.leading, self.reason, self.words = self._box("leading"), self._box("reason"), QLineEdit()
        for reason in SamenessReason:
            if reason not in _NOT_OFFERED[self._kind]:
                self.reason.addItem(words(f"records.samenessreason_{reason}"), reason.value)
        limit(self.words, MOST_WORDS)
        self.words.setObjectName("dialog.same.words")
        self.words.setAccessibleName(words("same.words"))
        self.words.setPlaceholderText(words("same.words"))
        questions.addRow(words("same.leading"), self.leading)
        questions.addRow(words("same.reason"), self.reason)
        questions.addRow("", self.words)
        self.body.addWidget(self._asked)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.foot_button(words("window.close"), "close").clicked.connect(self.reject)
        self.back = self._verb("take_back", self._take_back)
        self.different = self._verb("say_different", self._say_different)
        self.same = self._verb("say_same", self._say_same, "primary")
        self.others.currentIndexChanged.connect(lambda _at: self._show())

    def _box(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setObjectName(f"dialog.same.{name}")
        made.setAccessibleName(self._tools.words(f"same.{name}"))
        return made

    def _verb(self, name: str, start: Callable[[], None], kind: str = "") -> QWidget:
        made = self.foot_button(self._tools.words(f"same.{name}"), name, kind)
        made.clicked.connect(start)
        made.hide()
        return made

    @property
    def other(self) -> Other | None:
        """The card that is shown beside."""
        at = self.others.currentIndex()
        return self._shown.others[at] if self._shown is not None and at >= 0 else None

    def _show(self) -> None:
        clear(self._inside)
        words, other, shown = self._tools.words, self.other, self._shown
        self.problem.hide()
        may = self._tools.may("sameness")
        standing = other.standing if other is not None else ""
        again = other is not None and other.edited
        open_one = may and (standing in ("possible", "chosen", "contradicted") or again)
        self.same.setVisible(open_one)
        self.different.setVisible(open_one or (may and standing == "same" and other is not None and other.spoken))
        self.back.setVisible(may and other is not None and other.spoken and standing != "possible")
        self._asked.setVisible(open_one)
        if other is None or shown is None:
            self._inside.addWidget(label(words("same.none"), "muted", wrap=True))
            self._inside.addStretch(1)
            return
        self.leading.clear()
        for card_id, title in ((shown.id, shown.title), (other.id, other.title)):
            self.leading.addItem(title, card_id)
        self.leading.setCurrentIndex(int(other.leads))
        self._choose_reason(other)
        self._inside.addLayout(self._head(other))
        for sentence in other.said:
            self._inside.addWidget(label(sentence, "muted", wrap=True, selectable=True))
        self._inside.addWidget(self._table(shown, other))
        self._inside.addStretch(1)

    def _choose_reason(self, other: Other) -> None:
        at = self.reason.findText(other.grounds[0]) if other.grounds else -1
        self.reason.setCurrentIndex(at if at >= 0 else self.reason.findData(SamenessReason.TOLD.value))

    def _head(self, other: Other) -> QGridLayout:
        words, theme = self._tools.words, self._tools.theme
        grid = QGridLayout()
        tone = _TONES[other.standing]
        grid.addWidget(Chip(theme, words(f"same.standing_{other.standing}"), tone, "people"), 0, 0)
        told = words("window.list_semicolon").join(other.grounds)
        grid.addWidget(label(told, wrap=True), 0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _table(self, shown: Comparison, other: Other) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.addWidget(label(shown.title, "subheading", wrap=True), 0, 1)
        grid.addWidget(label(other.title, "subheading", wrap=True), 0, 2)
        for at, line in enumerate(other.lines, 1):
            grid.addWidget(label(line.label, "small"), at, 0)
            grid.addWidget(self._cell(line, line.mine), at, 1)
            grid.addWidget(self._cell(line, line.theirs), at, 2)
            grid.addWidget(self._mark(line), at, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        return holder

    def _cell(self, line: Line, text: str) -> QFrame:
        made = card("well" if line.agrees is None else "notice")
        if line.agrees is not None:
            made.setProperty("tone", "good" if line.agrees else "warn")
        inside = column(made, space=0, margins=(10, 5, 10, 5))
        inside.addWidget(label(text or "—", "" if text else "muted", wrap=True, selectable=True))
        return made

    def _mark(self, line: Line) -> QWidget:
        if line.agrees is None:
            return label("")
        words, theme = self._tools.words, self._tools.theme
        if line.agrees:
            return Chip(theme, words("same.agrees"), "good", "check")
        return Chip(theme, words("same.differs"), "warn", "alert")

    def _picked(self) -> None:
        chosen = self.picker.value()
        if chosen:
            self.ask(str(chosen))

    def _say_same(self) -> None:
        other, leading = self.other, str(self.leading.currentData())
        if other is not None:
            pair = (leading, other.id if leading == self._card else self._card)
            self._say("same", pair)

    def _say_different(self) -> None:
        if self.other is not None:
            self._say("different", (self._card, self.other.id))

    def _take_back(self) -> None:
        if self.other is not None:
            self._say("withdrawn", (self._card, self.other.id))

    def _say(self, verdict: str, pair: tuple[str, str]) -> None:
        desk, text = self._tools.desk, self.words.text()
        standing = self.other.standing if self.other is not None else ""
        # Whoever parts what was joined says by it that it was a mistake: no reason is asked again.
        reason = (
            SamenessReason.MISTAKE
            if standing == "same" and verdict != "same"
            else SamenessReason(str(self.reason.currentData()))
        )

        def act() -> Done:
            from desktop.actions import sameness

            if verdict == "withdrawn":
                return sameness.take_back(desk, *pair, text)
            say = sameness.say_same if verdict == "same" else sameness.say_different
            return say(desk, *pair, reason, text)

        self.setEnabled(False)
        self._tools.tasks.write(act, lambda done: self._kept(done, verdict), self._refused)

    def _kept(self, done: Done, verdict: str) -> None:
        self._tools.bus.tell(done.changes)
        self.told.emit(self._tools.words(f"same.done_{verdict}"))
        self.accept()

    def _refused(self, error: QianshaoError) -> None:
        self.setEnabled(True)
        self.problem.setText(self._tools.sentence(error))
        self.problem.show()
