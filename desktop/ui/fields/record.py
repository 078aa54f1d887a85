"""RECORD: another record as an answer, found while typing and chosen from a list by keyboard or mouse."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QStringListModel, QTimer
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from desktop.forms.form import Field
from desktop.ui.fields.control import Control
from desktop.ui.fields.sources import Found, Surroundings
from desktop.ui.pieces.labels import column

TYPING_PAUSE_MS = 180


class RecordControl(Control):
    """The id of the chosen record, None while none is chosen; typing again lets go of it."""

    def __init__(self, field: Field, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field, self._around = field, around
        self._id: str | None = None
        self._title = ""
        self._found: list[Found] = []
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(around.words("window.find_record"))
        self.edit.setClearButtonEnabled(True)
        column(self, space=0).addWidget(self.edit)
        self._texts = QStringListModel(self)
        self._completer = QCompleter(self._texts, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self.edit)
        self._completer.activated[QModelIndex].connect(self._chosen)  # type: ignore[index]
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.edit.textEdited.connect(self._typed)
        self.edit.returnPressed.connect(self._entered)
        self.edit.editingFinished.connect(self._settle)

    def value(self) -> Any:
        """The id or None."""
        return self._id

    def set_value(self, value: Any) -> None:
        """Take a record by its id; its name follows from the read lane."""
        self._id = str(value) if value else None
        self.edit.setText("")
        sources = self._around.sources
        if self._id and sources is not None:
            wanted = self._id
            self._around.tasks.read(lambda: (wanted, sources.name_of(wanted)), self._named)
        self.changed.emit()

    def stops(self) -> list[QWidget]:
        """The line."""
        return [self.edit]

    def _named(self, answer: tuple[str, str]) -> None:
        if answer[0] == self._id:
            self.edit.setText(answer[1])

    def _typed(self, _text: str) -> None:
        if self._id is not None:
            self._id = None
            self.changed.emit()
        self._pause.start()

    def _look(self) -> None:
        sources, text, kinds = self._around.sources, self.edit.text().strip(), self._field.kinds
        if sources is not None:
            self._around.tasks.read(lambda: (text, sources.find(kinds, text)), self._looked)

    def _looked(self, answer: tuple[str, list[Found]]) -> None:
        if answer[0] != self.edit.text().strip() or not self.edit.hasFocus():
            return
        self._found = answer[1]
        self._texts.setStringList([f"{f.title}   {f.detail}" for f in self._found])
        popup = self._completer.popup()
        if self._found:
            self._completer.complete()
        if self._found and popup is not None:
            popup.setCurrentIndex(self._completer.completionModel().index(0, 0))
        elif popup is not None:
            popup.hide()

    def _chosen(self, index: QModelIndex) -> None:
        at = index.row()
        if 0 <= at < len(self._found):
            self._take(self._found[at])

    def _take(self, found: Found) -> None:
        self._id, self._title = found.id, found.title
        QTimer.singleShot(0, self, self._show_title)  # the completer writes its own text after this signal
        self.changed.emit()

    def _show_title(self) -> None:
        self.edit.setText(self._title)

    def _settle(self) -> None:
        popup = self._completer.popup()
        if self._id is None and (popup is None or not popup.isVisible()):
            self.edit.clear()  # words that chose nobody are no answer: nothing may look as if it were one
        self.left.emit()

    def _entered(self) -> None:
        popup = self._completer.popup()
        if popup is None or not popup.isVisible():
            self.moved_on.emit()
