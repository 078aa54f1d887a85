"""The lines of the find box: headings, commands, records and kept searches, as frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.store.rows import Span

LINE = Qt.ItemDataRole.UserRole + 1
"""The role under which the list gives its `FoundLine`."""

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Sort(StrEnum):
    """What a line leads to; a heading leads nowhere."""

    HEADING = "heading"
    COMMAND = "command"
    RECORD = "record"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class FoundLine:
    """``target`` is a command's name, a record's id or a kept search's name; spans are places to be marked."""

    sort: Sort
    title: str
    target: str = ""
    picture: str = ""
    title_spans: tuple[Span, ...] = ()
    excerpt: str = ""
    excerpt_spans: tuple[Span, ...] = ()
    note: str = ""
    when: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return " ".join(part for part in (self.note, self.title, self.excerpt, self.when) if part)


class FoundModel(QAbstractListModel):
    """What the find box shows now."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[FoundLine, ...] = ()

    def show(self, lines: Sequence[FoundLine]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    @property
    def lines(self) -> tuple[FoundLine, ...]:
        """The lines that are shown."""
        return self._lines

    def at(self, index: Index) -> FoundLine | None:
        """The line at ``index``."""
        return self._lines[index.row()] if 0 <= index.row() < len(self._lines) else None

    def next_line(self, now: int, by: int) -> int:
        """The line that an arrow key leads to from ``now``: headings are passed over, the ends meet; -1 for none."""
        for turn in range(1, len(self._lines) + 1):
            at = (now + by * turn) % len(self._lines)
            if self._lines[at].sort is not Sort.HEADING:
                return at
        return -1

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Lines."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A line's title, what is said of it, or the line itself."""
        line = self.at(index)
        if line is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return line.spoken
        return line if role == LINE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        line = self.at(index)
        if line is None or line.sort is Sort.HEADING:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
