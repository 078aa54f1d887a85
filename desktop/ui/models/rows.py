"""A table over pages of frozen rows that are fetched as they scroll, newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop.ui.models.status import Status
from desktop.ui.tasks import TaskRunner
from sync.records.errors import QianshaoError

PAGE = 100
STATUS = Qt.ItemDataRole.UserRole + 1
"""The role under which a cell gives its `Status`."""

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: heading, how a row is told, width in pixels (0: what is left), and a status where it shows one."""

    heading: str
    tell: Callable[[Any], str]
    width: int = 0
    status: Callable[[Any], Status] | None = None


Fetch = Callable[[str | None], Sequence[Any]]
"""Given the last row's id (None for the first page), the next `PAGE` rows; asked on the read lane."""


class RowsModel(QAbstractTableModel):
    """Rows with an ``id``. ``arrived`` tells that the first page of a new question is here."""

    arrived = Signal()
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, columns: Sequence[Column]) -> None:
        super().__init__()
        self._tasks, self.columns = tasks, tuple(columns)
        self._rows: list[Any] = []
        self._fetch: Fetch | None = None
        self._question = 0
        self._fetching = False
        self._end = True
        self.asked = False

    def ask(self, fetch: Fetch) -> None:
        """Show what ``fetch`` gives; rows of the former question stay until the first page is here."""
        self._fetch = fetch
        self._question += 1
        self._fetching = True
        question = self._question
        self._tasks.read(lambda: (question, fetch(None)), self._first, self._failed)

    def row_at(self, index: Index) -> Any:
        """The row at ``index``, None where there is none."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def line_of(self, record_id: str) -> int:
        """The line of the row with this id among those fetched, -1 where it is not."""
        return next((i for i, r in enumerate(self._rows) if r.id == record_id), -1)

    def rows(self) -> Sequence[Any]:
        """The rows that were fetched so far."""
        return tuple(self._rows)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows fetched so far."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, accessible text with its heading, or the status of a cell."""
        row = self.row_at(index)
        if row is None:
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.tell(row)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            text = column.tell(row)
            return f"{column.heading} {text}" if role == Qt.ItemDataRole.AccessibleTextRole else text
        if role == STATUS and column.status is not None:
            return column.status(row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The headings."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def canFetchMore(self, parent: Index = _ROOT) -> bool:
        """Whether a further page may exist and none is under way."""
        return not parent.isValid() and not self._end and not self._fetching

    def fetchMore(self, parent: Index = _ROOT) -> None:
        """Ask for the next page."""
        fetch = self._fetch
        if not self.canFetchMore(parent) or fetch is None or not self._rows:
            return
        self._fetching = True
        question, after = self._question, self._rows[-1].id
        self._tasks.read(lambda: (question, fetch(after)), self._next, self._failed)

    def _first(self, answer: tuple[int, Sequence[Any]]) -> None:
        question, rows = answer
        if question != self._question:
            return
        self._fetching, self._end, self.asked = False, len(rows) < PAGE, True
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()
        self.arrived.emit()

    def _next(self, answer: tuple[int, Sequence[Any]]) -> None:
        question, rows = answer
        if question != self._question:
            return
        self._fetching, self._end = False, len(rows) < PAGE
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def _failed(self, error: QianshaoError) -> None:
        self._fetching, self._end = False, True
        self.failed.emit(error)
