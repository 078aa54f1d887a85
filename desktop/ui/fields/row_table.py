"""Many rows of ROWS in one table: a line tells each row's answers, and only what is looked at is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.forms.form import Draft, Field, Shape, never
from desktop.ui.measures import scaled
from desktop.ui.pieces.whole_words import WholeWords
from resources import Wording

LINE_HEIGHT = 34
MOST_LINES = 9
"""So many lines are shown at once; the others are scrolled to."""
TICK_WIDTH = 96
MASKED_END = 4

Index = QModelIndex | QPersistentModelIndex
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_GONE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class _Model(QAbstractTableModel):
    """``drafts`` are asked for when a line is drawn; ``ticked`` tells a tick that a person set."""

    ticked = Signal(int, bool)

    def __init__(self, field: Field, words: Wording) -> None:
        super().__init__()
        self._field, self._words = field, words
        self.drafts: Sequence[Callable[[], Draft]] = ()
        self.tick = next((f for f in field.rows if f.shape is Shape.YES_NO and f.shown is not never), None)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.drafts)

    def columnCount(self, _parent: Index | None = None) -> int:
        return 1 if self.tick is None else 2

    def headerData(self, at: int, across: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if across is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._words(self.tick.label if at and self.tick is not None else self._field.label)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        draft = self.drafts[index.row()]()
        if index.column() == 1 and self.tick is not None:
            if role == Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if draft.get(self.tick.name) else Qt.CheckState.Unchecked
            if role == Qt.ItemDataRole.AccessibleTextRole:
                return self._words(self.tick.label)
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            told = "   ".join(said for f in self._field.rows if (said := _said(f, draft)))
            return f"{index.row() + 1}   {told}".rstrip()
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != 1:
            return False
        self.ticked.emit(index.row(), Qt.CheckState(value) is Qt.CheckState.Checked)
        self.dataChanged.emit(index, index)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return found | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 1 else found

    def show_rows(self, drafts: Sequence[Callable[[], Draft]]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.drafts = drafts
        self.endResetModel()


class RowTable(QTableView):
    """``opened`` and ``removed`` carry the place of a row; ``ticked`` its place and whether it is ticked now."""

    opened = Signal(int)
    removed = Signal(int)
    ticked = Signal(int, bool)

    def __init__(self, field: Field, words: Wording) -> None:
        super().__init__()
        self._model = _Model(field, words)
        self.setModel(self._model)
        self._model.ticked.connect(self.ticked)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(scaled(LINE_HEIGHT))
        self.setItemDelegate(WholeWords(self))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        if self._model.tick is not None:
            header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(1, scaled(TICK_WIDTH))
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def show_rows(self, drafts: Sequence[Callable[[], Draft]]) -> None:
        """Show other rows; the current line stays where it was."""
        at = max(self.currentIndex().row(), 0)
        self._model.show_rows(drafts)
        if drafts:
            self.setCurrentIndex(self._model.index(min(at, len(drafts) - 1), 0))
        lines = min(len(drafts), MOST_LINES)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + lines * scaled(LINE_HEIGHT) + 4)

    @property
    def tick(self) -> str:
        """The name of the question that a line's tick answers; empty where there is none."""
        return self._model.tick.name if self._model.tick is not None else ""

    def redraw(self) -> None:
        """A row's answers changed."""
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens a row, Space ticks it, Delete takes it away."""
        at = self.currentIndex().row()
        if at >= 0 and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if event.key() in _ENTER:
                self.opened.emit(at)
                return
            if event.key() in _GONE:
                self.removed.emit(at)
                return
            if event.key() == Qt.Key.Key_Space and self._model.tick is not None:
                index = self._model.index(at, 1)
                state = index.data(Qt.ItemDataRole.CheckStateRole)
                other = Qt.CheckState.Unchecked if state is Qt.CheckState.Checked else Qt.CheckState.Checked
                self._model.setData(index, other, Qt.ItemDataRole.CheckStateRole)
                return
        super().keyPressEvent(event)


def _said(field: Field, draft: Mapping[str, Any]) -> str:
    value = draft.get(field.name)
    if field.shape is Shape.DOCUMENT and isinstance(value, Mapping):
        return str(value.get("number") or "")
    told = (Shape.LINE, Shape.PHONE, Shape.TEXT, Shape.MONEY)
    text = " ".join(str(value or "").split()) if field.shape in told else ""
    return f"****{text[-MASKED_END:]}" if field.masked and text else text
