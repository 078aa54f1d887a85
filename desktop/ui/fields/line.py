"""Answers that are typed: one line, several lines, numbers, money, telephones, secrets."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from desktop.forms.form import Field, Shape
from desktop.ui.fields.control import Control
from desktop.ui.pieces.labels import column


class LineControl(Control):
    """LINE, PHONE, MONEY and SECRET: the text as it is typed, to the letter."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        # Longer than allowed can be typed and is refused with a sentence; nothing is cut off silently.
        self.edit.setMaxLength(32767)
        if field.shape is Shape.SECRET:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        column(self, space=0).addWidget(self.edit)
        self.edit.textChanged.connect(self.changed)
        self.edit.returnPressed.connect(self.moved_on)
        self.edit.editingFinished.connect(self.left)

    def value(self) -> Any:
        """The text."""
        return self.edit.text()

    def set_value(self, value: Any) -> None:
        """Show ``value`` from its beginning."""
        self.edit.setText("" if value is None else str(value))
        self.edit.setCursorPosition(0)

    def stops(self) -> list[QWidget]:
        """The line."""
        return [self.edit]


class NumberControl(LineControl):
    """NUMBER: a whole number; what is none is kept as typed, for the rule to name."""

    def value(self) -> Any:
        """The number, None where nothing was typed, else the text."""
        text = self.edit.text().strip()
        if not text:
            return None
        return int(text) if text.isdecimal() and len(text) < 10 else text


class _Paragraphs(QPlainTextEdit):
    """Several lines; Tab leaves it, as everywhere in a form."""

    def __init__(self, owner: TextControl) -> None:
        super().__init__()
        self._owner = owner
        self.setTabChangesFocus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._owner.left.emit()


class TextControl(Control):
    """TEXT: paragraphs. Enter begins a new one, Tab moves on."""

    def __init__(self, lines: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = _Paragraphs(self)
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * lines + 22)
        column(self, space=0).addWidget(self.edit)
        self.edit.textChanged.connect(self.changed)

    def value(self) -> Any:
        """The text."""
        return self.edit.toPlainText()

    def set_value(self, value: Any) -> None:
        """Show ``value``."""
        self.edit.setPlainText("" if value is None else str(value))

    def stops(self) -> list[QWidget]:
        """The paragraphs."""
        return [self.edit]
