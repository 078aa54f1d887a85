"""Ctrl+/: the phrases that somebody keeps, put where the cursor stands; what is marked there may be kept as another."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from desktop.actions.phrases import forget_phrase, keep_phrase, phrases
from desktop.store.words import folded
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.tools import Tools
from desktop.ui.words import one_line
from sync.records.errors import QianshaoError

SHOWN_CHARACTERS = 60


class PhrasePicker(Sheet):
    """Typing narrows the list, Enter takes the phrase in front; ``taken`` carries it.

    Where nothing that is kept holds what was typed, the button keeps it; Ctrl+Delete forgets the phrase in front.
    """

    taken = Signal(str)

    def __init__(self, tools: Tools, marked: str, parent: QWidget) -> None:
        words = tools.words
        super().__init__("phrases", words("window.phrases_title"), words("window.phrases_text"), parent, 560)
        self._tools = tools
        self._kept: list[str] = []
        self.line = QLineEdit()
        self.line.setObjectName("dialog.phrases.line")
        self.line.setAccessibleName(words("window.phrases_line"))
        self.line.setPlaceholderText(words("window.phrases_line"))
        self.body.addWidget(self.line)
        self.list = QListWidget()
        self.list.setObjectName("dialog.phrases.list")
        self.list.setAccessibleName(words("window.phrases_title"))
        self.list.setMinimumHeight(220)
        self.body.addWidget(self.list, 1)
        self.wrong = label("", "error", wrap=True)
        self.wrong.setObjectName("dialog.phrases.wrong")
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.forget = self.foot_button(words("window.phrases_forget"), "forget", "quiet")
        self.forget.setShortcut("Ctrl+Delete")
        self.forget.clicked.connect(self._forget)
        self.keep = self.foot_button(words("window.phrases_keep"), "keep")
        self.keep.clicked.connect(self._keep)
        self.take = self.foot_button(words("window.phrases_take"), "take", "primary")
        self.take.clicked.connect(self._take)
        self._marked = marked
        self.line.setText(marked if "\n" not in marked else "")
        self.line.textChanged.connect(lambda _text: self._show())
        self.line.returnPressed.connect(self._enter)
        self.list.itemActivated.connect(lambda _item: self._take())
        self.list.currentRowChanged.connect(lambda _at: self._allow())
        for key, by in (("Down", 1), ("Up", -1)):
            self._step(key, by)
        self._show()
        tools.tasks.read(lambda: phrases(tools.desk), self._arrived, self._failed)
        self.line.setFocus()

    def _step(self, key: str, by: int) -> None:
        from PySide6.QtGui import QKeySequence, QShortcut

        shortcut = QShortcut(QKeySequence(key), self.line)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(lambda: self._move(by))

    def _move(self, by: int) -> None:
        self.list.setCurrentRow(min(max(self.list.currentRow() + by, 0), self.list.count() - 1))

    def _wanted(self) -> str:
        """What would be kept: what was typed, or the lines that were marked in the form."""
        return self.line.text().strip() or self._marked.strip()

    def _arrived(self, kept: list[str]) -> None:
        self._kept = kept
        self.wrong.hide()
        self._show()

    def _show(self) -> None:
        typed = folded(self.line.text()).split()
        self.list.clear()
        for text in self._kept:
            if all(word in folded(text) for word in typed):
                item = QListWidgetItem(one_line(text, SHOWN_CHARACTERS))
                item.setData(Qt.ItemDataRole.UserRole, text)
                item.setToolTip(text)
                self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._allow()

    def _allow(self) -> None:
        chosen, wanted = self._chosen(), self._wanted()
        self.take.setEnabled(bool(chosen))
        self.forget.setEnabled(bool(chosen))
        self.keep.setEnabled(bool(wanted) and wanted not in self._kept)

    def _chosen(self) -> str:
        if self.list.currentRow() < 0:
            return ""
        return str(self.list.currentItem().data(Qt.ItemDataRole.UserRole))

    def _enter(self) -> None:
        if self._chosen():
            self._take()
        else:
            self._keep()

    def _take(self) -> None:
        if text := self._chosen():
            desk = self._tools.desk
            self._tools.tasks.write(lambda: keep_phrase(desk, text))  # the last used stands first
            self.taken.emit(text)
            self.accept()

    def _keep(self) -> None:
        desk, text = self._tools.desk, self._wanted()
        if self.keep.isEnabled():
            self._tools.tasks.write(lambda: keep_phrase(desk, text), self._new, self._failed)

    def _new(self, kept: list[str]) -> None:
        self.line.clear()
        self._marked = ""
        self._arrived(kept)

    def _forget(self) -> None:
        desk, text = self._tools.desk, self._chosen()
        if text:
            self._tools.tasks.write(lambda: forget_phrase(desk, text), self._arrived, self._failed)

    def _failed(self, error: QianshaoError) -> None:
        self.wrong.setText(self._tools.sentence(error))
        self.wrong.show()


def offer_phrases(tools: Tools, within: QWidget) -> None:
    """Offer phrases for the text that has the focus; nothing where no text has it, or it is a secret."""
    target = QApplication.focusWidget()
    if not isinstance(target, (QLineEdit, QPlainTextEdit)) or target.isReadOnly() or not within.isAncestorOf(target):
        return
    if isinstance(target, QLineEdit) and target.echoMode() != QLineEdit.EchoMode.Normal:
        return
    marked = target.selectedText() if isinstance(target, QLineEdit) else target.textCursor().selectedText()
    picker = PhrasePicker(tools, marked.replace("\u2029", "\n"), within.window())
    picker.taken.connect(lambda text: _put(target, text))
    picker.finished.connect(lambda _code: _back(target))
    picker.open()


def _put(target: QLineEdit | QPlainTextEdit, text: str) -> None:
    if not shiboken6.isValid(target):
        return
    if isinstance(target, QPlainTextEdit):
        target.insertPlainText(text)
    else:
        target.insert(" ".join(text.split()))


def _back(target: QWidget) -> None:
    """Typing goes on where it was, however the picker was left."""
    if shiboken6.isValid(target):
        target.activateWindow()
        target.setFocus()
