"""The statistics as a table of the window: a row for each dispute type, a column for each number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.ui.words import money
from resources import Wording
from sync.records.statistics import TOTAL, Measure

if TYPE_CHECKING:
    from desktop.actions.statistics import Table

MEASURES = tuple(Measure)
_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class StatisticsModel(QAbstractTableModel):
    """``table`` is what is shown; the last row is the total."""

    def __init__(self, words: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.table: Table | None = None
        self.rows: tuple[str, ...] = ()
        self.names: tuple[str, ...] = ()
        self._changed: dict[tuple[str, Measure], int] = {}

    def show(self, table: Table) -> None:
        """Show other numbers."""
        from desktop.actions.statistics_paper import row_name

        self.beginResetModel()
        gone = sorted({row for row, _ in table.numbers} - {*table.types.rows, TOTAL})
        self.table, self.rows = table, (*table.types.rows, *gone, TOTAL)
        self.names = tuple(row_name(table.types, row, self._words) for row in self.rows)
        self._changed = table.changed
        self.endResetModel()

    def key(self, index: Index) -> tuple[str, Measure]:
        """The row and the measure of a cell."""
        return self.rows[index.row()], MEASURES[index.column()]

    def value(self, row: str, measure: Measure) -> str:
        """A number as people read it; an empty text for zero."""
        number = self.table.value(row, measure) if self.table else 0
        if not number:
            return ""
        return money(number) if measure is Measure.AMOUNT else f"{number:,}"

    def difference(self, row: str, measure: Measure) -> str:
        """By how much it differs from what was reported, with its sign; empty where it does not."""
        more = self._changed.get((row, measure), 0)
        if not more:
            return ""
        told = money(abs(more)) if measure is Measure.AMOUNT else f"{abs(more):,}"
        return f"{'+' if more > 0 else '−'}{told}"

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Types and the total."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """The measures."""
        return 0 if parent.isValid() else len(MEASURES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The number, with the difference where there is one."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) or not self.rows:
            return None
        row, measure = self.key(index)
        told = [part for part in (self.value(row, measure), self.difference(row, measure)) if part]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            heading = self._words(f"records.measure_{measure.value}")
            return f"{self.names[index.row()]} {heading} {' '.join(told) or 0}"
        return f"{told[0]} ({told[1]})" if len(told) > 1 else "".join(told)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What is counted, and of which type."""
        if role == Qt.ItemDataRole.DisplayRole:
            if way is Qt.Orientation.Horizontal:
                return self._words(f"records.measure_{MEASURES[section].value}")
            return self.names[section] if section < len(self.names) else ""
        return None
