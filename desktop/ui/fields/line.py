"""Answers that are typed: one line, several lines, numbers, money, telephones, secrets."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from desktop.forms.form import Field, Shape
from desktop.ui.fields.control import Control
from desktop.ui.fields.pasted import cleaned
from desktop.ui.pieces.labels import column
from sync.records.graphemes import utf16_length
from sync.records.text import MAX_TEXT

LONGEST_LINE = 20_000
"""So much a line shows at once; what is longer is pasted as a text, or belongs in an attachment."""


class LineControl(Control):
    """LINE, PHONE, MONEY and SECRET: the text as it is typed, to the letter, but for what cannot be shown truly."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        # Longer than allowed can be typed and is refused with a sentence; nothing is cut off silently. Qt counts UTF-16
        # units, of which a rare character has two.
        self.edit.setMaxLength(2 * LONGEST_LINE + 2)
        if field.shape is Shape.SECRET:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        else:
            self.edit.textEdited.connect(self._typed)
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

    def _typed(self, text: str) -> None:
        if len(text) > LONGEST_LINE or cleaned(text, lines=False)[0] != text:
            QTimer.singleShot(0, self, self._put_right)  # Qt has not told everybody yet what was typed

    def _put_right(self) -> None:
        if len(self.edit.text()) > LONGEST_LINE:
            self.edit.undo()  # Qt cut off the end: better nothing than a part that looks whole
            self.noticed.emit("window.pasted_too_long", {"limit": LONGEST_LINE})
            return
        text, told = cleaned(self.edit.text(), lines=False)
        if text != self.edit.text():
            behind = utf16_length(self.edit.text()) - self.edit.cursorPosition()
            self.edit.setText(text)
            self.edit.setCursorPosition(max(utf16_length(text) - behind, 0))
        if told is not None:
            self.noticed.emit(*told)


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

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop text; more than any text may hold is left out whole."""
        text, told = cleaned(source.text(), lines=True)
        if len(text) + len(self.toPlainText()) > MAX_TEXT:
            told = "window.pasted_too_long", {"limit": MAX_TEXT}
        else:
            kept = QMimeData()
            kept.setText(text)
            super().insertFromMimeData(kept)
        if told is not None:
            self._owner.noticed.emit(*told)


MOST_LINES = 14
"""So many lines a text grows to before it scrolls in itself."""


class TextControl(Control):
    """TEXT: paragraphs. Enter begins a new one, Tab moves on. It grows with what is written."""

    def __init__(self, lines: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = _Paragraphs(self)
        self._least = lines
        self._fit()
        column(self, space=0).addWidget(self.edit)
        self.edit.textChanged.connect(self._fit)
        self.edit.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.edit.cursorPositionChanged.connect(self._keep_in_sight)
        self.edit.textChanged.connect(self.changed)

    def _fit(self, *_size: object) -> None:
        lines = int(self.edit.document().size().height())  # a plain text's layout counts in lines
        height = self.edit.fontMetrics().lineSpacing() * min(max(lines, self._least), MOST_LINES) + 22
        if height != self.edit.height():
            self.edit.setFixedHeight(height)

    def _keep_in_sight(self) -> None:
        """Whoever writes sees the line that is written, however far the form is scrolled."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        ground = area.widget() if area is not None else None
        if area is None or ground is None or not self.edit.hasFocus():
            return
        if (layout := ground.layout()) is not None:
            layout.activate()  # a text that has just grown stands lower than it did
        caret = self.edit.cursorRect()
        place = self.edit.viewport().mapTo(ground, caret.center())
        area.ensureVisible(place.x(), place.y(), 0, caret.height() + 24)

    def value(self) -> Any:
        """The text."""
        return self.edit.toPlainText()

    def set_value(self, value: Any) -> None:
        """Show ``value``."""
        self.edit.setPlainText("" if value is None else str(value))

    def stops(self) -> list[QWidget]:
        """The paragraphs."""
        return [self.edit]
