"""Ctrl+Shift+H: a character that the keyboard does not give, found by code, reading, strokes or parts, or described."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.actions.characters import Character, Offered, find_characters, replaced
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.fields.sources import Surroundings
from desktop.ui.measures import scaled
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import column, label, row
from desktop.ui.words import sentence
from sync.records.errors import QianshaoError
from sync.records.ideographs import descriptions

OPERATORS = "⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻"
"""Beside each other, above each other, three of each, around, from above, below, left, the corners, over each other."""
KEY = "Ctrl+Shift+H"
PAUSE_MS = 120
CELL, BIG = 48, 96
"""A character in the list, and the height of the one that is shown large (window.qss), in pixels."""

TextBox = QLineEdit | QPlainTextEdit


class CharacterPicker(Sheet):
    """Typing finds, Enter takes the character in front; ``taken`` carries it, ``mended`` asks for the text's repair.

    ``private`` says that the text to type into holds private-use characters that have a standard one.
    """

    taken = Signal(str)
    mended = Signal()

    def __init__(self, around: Surroundings, parent: QWidget, *, private: bool = False) -> None:
        words = around.words
        super().__init__("characters", words("characters.title"), words("characters.text"), parent, 720)
        self._around = around
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.line = QLineEdit()
        self.line.setObjectName("dialog.characters.line")
        self.line.setAccessibleName(words("characters.line"))
        self.line.setPlaceholderText(words("characters.line"))
        self.body.addWidget(self.line)
        self.body.addLayout(self._operators())
        found = row(space=16)
        found.addWidget(self._list(), 1)
        found.addLayout(self._shown())
        self.body.addLayout(found, 1)
        self.told = label("", "small", wrap=True)
        self.told.setObjectName("dialog.characters.told")
        self.body.addWidget(self.told)
        self._buttons(private)
        self.line.textChanged.connect(self._typed)
        self.line.returnPressed.connect(self._enter)
        down = QShortcut(QKeySequence("Down"), self.line)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self.list.setFocus)
        self._show(Offered((), 0))
        self.line.setFocus()

    def _operators(self) -> QHBoxLayout:
        line = row(space=2)
        for operator in OPERATORS:
            made = button(operator, f"dialog.characters.{ord(operator):04X}", "quiet")
            made.setAccessibleName(self._around.words("characters.operator", operator=operator))
            made.setToolTip(self._around.words("characters.operator", operator=operator))
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            made.clicked.connect(self._operator)
            line.addWidget(made)
        line.addStretch(1)
        return line

    def _list(self) -> QListWidget:
        self.list = QListWidget()
        self.list.setObjectName("dialog.characters.list")
        self.list.setAccessibleName(self._around.words("characters.found"))
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(scaled(CELL) * 4)
        self.list.setProperty("role", "letters")
        self.list.currentRowChanged.connect(self._in_front)
        self.list.itemActivated.connect(self._take)
        return self.list

    def _shown(self) -> QVBoxLayout:
        self.big = label("", "letter")
        self.big.setObjectName("dialog.characters.big")
        self.big.setFixedSize(scaled(BIG + 56), scaled(2 * BIG))
        self.big.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.about = label("", "small", wrap=True)
        self.about.setObjectName("dialog.characters.about")
        self.about.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        beside = column(space=4)
        beside.addWidget(self.big)
        beside.addWidget(self.about, 1)
        return beside

    def _buttons(self, private: bool) -> None:
        words = self._around.words
        self.mend = self.foot_button(words("characters.mend"), "mend", "quiet")
        self.mend.setVisible(private)
        self.mend.clicked.connect(self._mend)
        self.describe = self.foot_button(words("characters.describe"), "describe")
        self.describe.clicked.connect(self._describe)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.take = self.foot_button(words("characters.take"), "take", "primary")
        self.take.clicked.connect(self._take)

    def _typed(self, text: str) -> None:
        self.describe.setEnabled(descriptions(text.strip()) == [text.strip()])
        self._pause.start()

    def _ask(self) -> None:
        text = self.line.text()
        self._around.tasks.read(lambda: (text, find_characters(text)), self._arrived, self._failed)

    def _arrived(self, found: tuple[str, Offered]) -> None:
        text, offered = found
        if text == self.line.text():
            self._show(offered)

    def _failed(self, error: QianshaoError) -> None:
        self._show(Offered((), 0))
        self.told.setText(sentence(self._around.words, error))

    def _show(self, offered: Offered) -> None:
        self.list.clear()
        for character in offered.characters:
            item = QListWidgetItem(character.text)
            item.setData(Qt.ItemDataRole.UserRole, character)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._about(character))
            item.setToolTip(self._about(character))
            item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            item.setSizeHint(QSize(scaled(CELL), scaled(CELL)))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._in_front(self.list.currentRow())
        words, given = self._around.words, len(offered.characters)
        self.describe.setEnabled(descriptions(self.line.text().strip()) == [self.line.text().strip()])
        if not self.line.text().strip():
            self.told.setText(words("characters.how"))
        elif not given:
            self.told.setText(words("characters.none"))
        elif given < offered.count:
            self.told.setText(words("characters.many", count=offered.count, given=given))
        else:
            self.told.setText(words("characters.count", count=offered.count))

    def _in_front(self, _at: int) -> None:
        character = self._chosen()
        self.take.setEnabled(character is not None)
        self.big.setText(character.text if character else "")
        self.about.setText(self._about(character) if character else "")

    def _about(self, character: Character) -> str:
        """Code point, readings and strokes in one line each."""
        words = self._around.words
        lines = [character.code]
        if character.readings:
            lines.append(words("window.list_comma").join(character.readings))
        if character.strokes:
            lines.append(words("characters.strokes", count=character.strokes))
        return "\n".join(lines)

    def _chosen(self) -> Character | None:
        if self.list.currentRow() < 0:
            return None
        found = self.list.currentItem().data(Qt.ItemDataRole.UserRole)
        return found if isinstance(found, Character) else None

    def _operator(self) -> None:
        self.line.insert(str(self.sender().property("text")))
        self.line.setFocus()

    def _enter(self) -> None:
        """Take what stands in front; where the last word was not looked for yet, look first."""
        if self._pause.isActive():
            self._pause.stop()
            text = self.line.text()
            self._around.tasks.read(lambda: (text, find_characters(text)), self._arrived_for_enter, self._failed)
        else:
            self._take()

    def _arrived_for_enter(self, found: tuple[str, Offered]) -> None:
        self._arrived(found)
        if len(found[1].characters) == 1:
            self._take()

    def _take(self) -> None:
        if character := self._chosen():
            self.taken.emit(character.text)
            self.accept()

    def _describe(self) -> None:
        self.taken.emit(self.line.text().strip())
        self.accept()

    def _mend(self) -> None:
        self.mended.emit()
        self.accept()


def characters_key(around: Surroundings, dialog: QWidget) -> None:
    """Let the key offer characters in a dialog, which the window's own keys do not reach."""
    QShortcut(QKeySequence(KEY), dialog).activated.connect(lambda: offer_characters(around, dialog))


def offer_characters(around: Surroundings, within: QWidget) -> bool:
    """Offer characters for the text that has the focus; False where no text has it, or it is a secret."""
    target = QApplication.focusWidget()
    if not isinstance(target, TextBox) or target.isReadOnly() or target.window() is not within.window():
        return False
    if isinstance(target, QLineEdit) and target.echoMode() != QLineEdit.EchoMode.Normal:
        return False
    text = _text(target)
    picker = CharacterPicker(around, within.window(), private=replaced(text) != text)
    picker.taken.connect(lambda taken: _put(target, taken))
    picker.mended.connect(lambda: _mend_text(target))
    picker.finished.connect(lambda _code: _back(target))
    picker.open()
    return True


def _text(target: TextBox) -> str:
    return target.text() if isinstance(target, QLineEdit) else target.toPlainText()


def _put(target: TextBox, text: str) -> None:
    """Write ``text`` where the cursor stands, as if it had been typed."""
    if not shiboken6.isValid(target):
        return
    if isinstance(target, QPlainTextEdit):
        target.insertPlainText(text)
    else:
        target.insert(text)
        target.textEdited.emit(target.text())


def _mend_text(target: TextBox) -> None:
    """Replace private-use characters by the standard ones; undo takes it back."""
    if not shiboken6.isValid(target):
        return
    whole = replaced(_text(target))
    target.selectAll()
    _put(target, whole)


def _back(target: QWidget) -> None:
    """Typing goes on where it was, however the picker was left."""
    if shiboken6.isValid(target):
        target.activateWindow()
        target.setFocus()
