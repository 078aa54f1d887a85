"""One field in conflict: what the two places said, side by side with their differences marked, and the result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.measures import scaled
from desktop.ui.models.differences import marked
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.chip import Chip
from desktop.ui.pieces.labels import card, column, label, row
from desktop.ui.stories.conflicts import TellField, TellSide
from desktop.ui.theme import Theme
from resources import Wording

Tell = Callable[[str, Any], str]
LINES = 5


class ConflictField(QWidget):
    """``chosen`` carries the field and the value that a person chose, ``typed`` one that is being typed."""

    chosen = Signal(str, object)
    typed = Signal(str, object)

    def __init__(self, words: Wording, theme: Theme, told: TellField) -> None:
        super().__init__()
        self._words, self._theme, self.told = words, theme, told
        self.setObjectName(f"conflict.{told.field}")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.addWidget(label(told.label, "subheading", wrap=True), 0, 0)
        base = label(f"{words('conflicts.base')}　{told.base or words('conflicts.empty')}", "small", wrap=True)
        grid.addWidget(base, 0, 1, 1, 2)
        grid.addWidget(self._place([told.sides[0]], 0), 1, 0)
        grid.addWidget(self._place(told.sides[1:], 1), 1, 1)
        grid.addWidget(self._result(), 1, 2)
        for at in range(3):
            grid.setColumnStretch(at, 1)
            grid.setColumnMinimumWidth(at, scaled(150))

    def take(self, number: int) -> None:
        """Choose the left side (0), the right one (1), or, with 2, both where there is such a thing."""
        if number < 2:
            self.chosen.emit(self.told.field, self.told.sides[number].value)
        elif self.told.both is not None:
            self.chosen.emit(self.told.field, self.told.both)

    def show_result(self, decided: bool, value: Any) -> None:
        """Show what was chosen so far."""
        words, told = self._words, self.told
        self.state.show_status(
            words("conflicts.result") if decided else words("conflicts.undecided"),
            "good" if decided else "warn",
            "check" if decided else "alert",
        )
        same = next((side.text for side in told.sides if side.value == value), None)
        text = self._as_text(value) if same is None or told.typed else same
        if isinstance(self.edit, QLabel):
            self.edit.setText((text or words("conflicts.empty")) if decided else "—")
            return
        if decided and self._as_value(self._typed()) == value:
            return  # it is what somebody types just now
        self.edit.blockSignals(True)
        if isinstance(self.edit, QPlainTextEdit):
            self.edit.setPlainText(text if decided else "")
        else:
            self.edit.setText(text if decided else "")
        self.edit.blockSignals(False)

    def start(self) -> None:
        """Take the focus at the first choice."""
        self.first.setFocus()

    def _place(self, sides: tuple[TellSide, ...] | list[TellSide], at: int) -> QFrame:
        """One side's pane: who and when above, the value below; a third place stands under the second."""
        frame = card("well")
        inside = column(frame, space=6, margins=(12, 8, 12, 10))
        for number, side in enumerate(sides, at):
            inside.addWidget(label(side.by, "small", wrap=True))
            inside.addWidget(self._value(side, number))
            self._choices(inside, side, number)
        inside.addStretch(1)
        return frame

    def _choices(self, inside: QVBoxLayout, side: TellSide, number: int) -> None:
        words, told = self._words, self.told
        line = row(space=6)
        name = ("left", "right")[min(number, 1)]
        text = words(f"conflicts.take_{name}") if number < 2 else words("conflicts.take_this")
        made = button(text, f"conflict.{told.field}.take_{number}")
        made.setAccessibleName(f"{told.label} {text} {side.text}")
        made.clicked.connect(partial(self.chosen.emit, told.field, side.value))
        if number == 0:
            self.first = made
        line.addWidget(made)
        if side.used:
            line.addWidget(Chip(self._theme, words("conflicts.used"), "info", "info"))
        line.addStretch(1)
        inside.addLayout(line)

    def _value(self, side: TellSide, number: int) -> QLabel:
        words = self._words
        other = self.told.sides[1 if number == 0 else 0]
        if not side.text:
            return label(words("conflicts.empty"), "muted")
        made = label("", wrap=True, selectable=True)
        made.setTextFormat(Qt.TextFormat.RichText)
        ground = self._theme.colour("warn_soft").name()
        made.setText(marked(side.text, other.text, self._theme.colour("text").name(), ground))
        made.setAccessibleName(f"{side.by} {side.text}")
        return made

    def _result(self) -> QFrame:
        words, told = self._words, self.told
        frame = card("well")
        inside = column(frame, space=6, margins=(12, 8, 12, 10))
        self.state = Chip(self._theme, words("conflicts.undecided"), "warn", "alert")
        inside.addWidget(self.state)
        self.edit = self._edit()
        inside.addWidget(self.edit)
        if told.both is not None:
            made = button(words("conflicts.take_both"), f"conflict.{told.field}.take_both")
            made.setAccessibleName(f"{told.label} {words('conflicts.take_both')}")
            made.clicked.connect(partial(self.take, 2))
            inside.addWidget(made)
        inside.addStretch(1)
        return frame

    def _edit(self) -> QLineEdit | QPlainTextEdit | QLabel:
        words, told = self._words, self.told
        made: QLineEdit | QPlainTextEdit | QLabel
        if not told.typed:
            return label("—", wrap=True, selectable=True)
        if told.long:
            made = QPlainTextEdit()
            made.setTabChangesFocus(True)
            made.setFixedHeight(made.fontMetrics().lineSpacing() * LINES + scaled(24))
            made.textChanged.connect(self._typed_in)
        else:
            made = QLineEdit()
            made.textEdited.connect(self._typed_in)
        made.setObjectName(f"conflict.{told.field}.result")
        made.setAccessibleName(f"{told.label} {words('conflicts.result')}")
        made.setPlaceholderText(words("conflicts.typed"))
        return made

    def _typed_in(self, _text: str = "") -> None:
        text = self._typed()
        self.typed.emit(self.told.field, self._as_value(text))

    def _typed(self) -> str:
        if isinstance(self.edit, QPlainTextEdit):
            return self.edit.toPlainText()
        return self.edit.text()

    def _as_text(self, value: Any) -> str:
        if isinstance(value, list):
            return self._words("window.list_comma").join(str(one) for one in value)
        return "" if value is None else str(value)

    def _as_value(self, text: str) -> Any:
        """What is typed into a list is taken apart; a half typed number is checked when it is kept."""
        if self.told.field != "phones":
            return text
        return [one.strip() for one in text.replace("、", ",").replace("，", ",").split(",") if one.strip()]
