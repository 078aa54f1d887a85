"""A table over a list of any length: leaves of frozen rows that come as they are looked at, and go when far away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from desktop.store.leaves import LEAF, Key, Leaf, Spine
from desktop.ui.models.leaves import Leaves
from desktop.ui.models.status import Status
from desktop.ui.tasks import Task, TaskRunner
from sync.records.errors import QianshaoError

STATUS = Qt.ItemDataRole.UserRole + 1
"""The role under which a cell gives its `Status`."""
LONGEST: Final = 10 * LEAF
"""A leaf that grew beyond this (an import came between) is cut anew, with the whole list."""

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: heading, how a row is told, width in pixels (0: what is left), and a status where it shows one.

    ``name`` is what a person's choice of columns keeps; ``sort`` a name of the list's sorts where it has one;
    ``shown`` whether a newcomer sees it.
    """

    heading: str
    tell: Callable[[Any], str]
    width: int = 0
    status: Callable[[Any], Status] | None = None
    name: str = ""
    sort: str = ""
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from; asked on other threads. ``leaf(after, upto, limit)``, ``spine(after, cancelled)`` and
    ``key(record_id)`` are as in desktop.store.leaves; ``rising`` is the order of the keys.
    """

    leaf: Callable[[Key | None, Key | None, int], Leaf]
    spine: Callable[[Key | None, Callable[[], bool]], Spine]
    key: Callable[[str], Key | None]
    rising: bool = False


class RowsModel(QAbstractTableModel):
    """Rows with an ``id``.

    ``arrived`` tells that the answer to a question, or to the same question asked again, is here; ``came`` that rows
    which were looked at are; ``counted`` that the list's whole length is known.
    """

    arrived = Signal()
    came = Signal()
    counted = Signal()
    failed = Signal(object)

    def __init__(self, tasks: TaskRunner, columns: Sequence[Column], head_tips: Sequence[str] = ()) -> None:
        super().__init__()
        self._tasks, self.columns, self._tips = tasks, tuple(columns), tuple(head_tips)
        self._leaves: Leaves | None = None
        self._source: Source | None = None
        self._question = 0
        self._wanted: list[int] = []
        self._fetching = False
        self._growing = False
        self._spine: Task | None = None
        self.asked = False

    def ask(self, source: Source) -> None:
        """Show what ``source`` gives; rows of the former question stay until the first ones are here."""
        self._begin(source)
        question = self._question
        self._tasks.read(lambda: (question, source.leaf(None, None, LEAF)), self._first, self._failed)

    def again(self) -> None:
        """Ask the same question again: what is here is brought up to date where it stands, and nothing moves."""
        source, leaves = self._source, self._leaves
        if source is None or leaves is None or not leaves.total:
            if source is not None:
                self.ask(source)
            return
        question = self._question
        leaves.drop_unseen()
        asked = [(leaf, leaves.bounds(leaf)) for leaf in leaves.here()]

        def read() -> tuple[int, list[tuple[int, Leaf]]]:
            return question, [(leaf, source.leaf(*bounds, LONGEST)) for leaf, bounds in asked]

        self._tasks.read(read, self._came_again, self._failed)

    def row_at(self, index: Index) -> Any:
        """The row at ``index``, None where there is none or it is not here."""
        leaves = self._leaves
        if leaves is None or not index.isValid():
            return None
        before = leaves.looked_at
        row = leaves.row(index.row())
        if leaves.looked_at != before:
            self._look_ahead(leaves)
        return row

    def seek(self, record_id: str) -> None:
        """Send for the rows among which a record stands, however far down; ``came`` tells that they are here."""
        source, question = self._source, self._question
        if source is not None and self.whole:
            self._tasks.read(lambda: (question, source.key(record_id)), self._sought, self._failed)

    def line_of(self, record_id: str) -> int:
        """The line of the row with this id among those that are here, -1 where it is not."""
        return self._leaves.line_of(record_id) if self._leaves is not None else -1

    def rows(self) -> Sequence[Any]:
        """The rows that are here, in their order."""
        leaves = self._leaves
        return tuple(r for leaf in leaves.here() for r in leaves.rows(leaf) or ()) if leaves is not None else ()

    @property
    def whole(self) -> bool:
        """Whether the list's whole length is known."""
        return self._leaves is not None and self._leaves.whole

    def begins(self, row: int) -> tuple[Key | None, int]:
        """The key behind which the leaf of a row begins, and how far into it the row stands."""
        leaves = self._leaves
        if leaves is None:
            return None, 0
        leaf = leaves.leaf_at(row)
        return leaves.bounds(leaf)[0], row - leaves.first_of(leaf)

    # What Qt asks

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows that are known of."""
        return 0 if parent.isValid() or self._leaves is None else self._leaves.total

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, accessible text with its heading, or the status of a cell; rows that are not here are sent for."""
        row = self.row_at(index)
        if row is None:
            if role == Qt.ItemDataRole.DisplayRole and index.isValid():
                self._want(index.row())
                return "…" if index.column() == 0 else None
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.tell(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.heading} {column.tell(row)}"
        if role == STATUS and column.status is not None:
            return column.status(row)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The headings, and what is said of sorting by them."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        if role == Qt.ItemDataRole.ToolTipRole and self._tips:
            return self._tips[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def canFetchMore(self, parent: Index = _ROOT) -> bool:
        """Whether a further leaf may exist and none is under way."""
        return not parent.isValid() and self._leaves is not None and not self._leaves.whole and not self._growing

    def fetchMore(self, parent: Index = _ROOT) -> None:
        """Ask for the next leaf: the list's whole length may take a while to come."""
        source, leaves = self._source, self._leaves
        if source is None or leaves is None or not self.canFetchMore(parent):
            return
        self._growing = True
        question, after = self._question, leaves.end
        self._tasks.read(lambda: (question, source.leaf(after, None, LEAF)), self._next, self._failed)

    # What comes

    def _begin(self, source: Source) -> None:
        self._source = source
        self._question += 1
        self._fetching = self._growing = False
        self._wanted = []
        if self._spine is not None:
            self._spine.cancel()
            self._spine = None

    def _first(self, answer: tuple[int, Leaf]) -> None:
        question, leaf = answer
        if question != self._question:
            return
        self.asked = True
        self.beginResetModel()
        self._leaves = Leaves(leaf)
        self.endResetModel()
        self.arrived.emit()
        self._measure()

    def _measure(self) -> None:
        source, leaves, question = self._source, self._leaves, self._question
        if source is None or leaves is None:
            return
        if leaves.whole:
            self.counted.emit()
            return
        after = leaves.ask_spine()
        self._spine = self._tasks.link(
            lambda task: (question, source.spine(after, task.cancelled)),
            self._measured,
            partial(self._unmeasured, question),
        )

    def _measured(self, answer: tuple[int, Spine]) -> None:
        question, spine = answer
        leaves = self._leaves
        if question != self._question or leaves is None or leaves.whole:
            return
        self._spine = None
        first = leaves.total
        rest = leaves.beyond(spine)
        if rest is None:
            self._measure()
            return
        ends, counts = rest
        if ends:
            self.beginInsertRows(QModelIndex(), first, first + sum(counts) - 1)
        leaves.extend(ends, counts)
        if ends:
            self.endInsertRows()
        self.counted.emit()

    def _unmeasured(self, question: int, error: QianshaoError) -> None:
        if question == self._question:  # one that was cancelled belongs to a former question
            self._failed(error)

    def _next(self, answer: tuple[int, Leaf]) -> None:
        question, leaf = answer
        leaves = self._leaves
        if question != self._question or leaves is None:
            return
        self._growing = False
        if leaves.whole:
            return
        first = leaves.total
        if leaf.rows:
            self.beginInsertRows(QModelIndex(), first, first + len(leaf.rows) - 1)
            leaves.append(leaf)
            self.endInsertRows()
            leaves.drop_far(leaves.last)
        else:
            leaves.whole = True
        if leaves.whole:
            if self._spine is not None:
                self._spine.cancel()
                self._spine = None
            self.counted.emit()
        self.came.emit()

    def _came_again(self, answer: tuple[int, list[tuple[int, Leaf]]]) -> None:
        question, found = answer
        if question != self._question or self._leaves is None or self._source is None:
            return
        if any(leaf.more for _, leaf in found):
            self.ask(self._source)
            return
        for at, leaf in sorted(found, key=lambda each: -each[0]):
            self._put(at, leaf.rows)
        self.arrived.emit()

    def _put(self, leaf: int, rows: Sequence[Any]) -> None:
        """Show the rows of a leaf where others, or as many that were not here, stood."""
        leaves = self._leaves
        if leaves is None:
            return
        before: list[Any] = leaves.rows(leaf) or [None] * leaves.count(leaf)
        known = leaves.rows(leaf) is not None
        same = (lambda a, b: a.id == b.id) if known else (lambda _a, _b: True)
        short = min(len(before), len(rows))
        head = next((i for i in range(short) if not same(before[i], rows[i])), short)
        tail = next((i for i in range(short - head) if not same(before[-1 - i], rows[-1 - i])), short - head)
        first = leaves.first_of(leaf)
        if gone := len(before) - head - tail:
            self.beginRemoveRows(QModelIndex(), first + head, first + head + gone - 1)
            leaves.place(leaf, [*before[:head], *before[len(before) - tail :]])
            leaves.resize(leaf, head + tail)
            self.endRemoveRows()
        if new := len(rows) - head - tail:
            self.beginInsertRows(QModelIndex(), first + head, first + head + new - 1)
            leaves.resize(leaf, len(rows))
            leaves.place(leaf, rows)
            self.endInsertRows()
        leaves.place(leaf, rows)
        if rows:
            self.dataChanged.emit(self.index(first, 0), self.index(first + len(rows) - 1, len(self.columns) - 1))

    # Rows that are looked at and not here

    def _want(self, row: int) -> None:
        leaves = self._leaves
        if leaves is None:
            return
        leaf = leaves.leaf_at(row)
        self._send_soon()
        if leaf in self._wanted:
            self._wanted.remove(leaf)
        self._wanted.append(leaf)

    def _look_ahead(self, leaves: Leaves) -> None:
        """The leaves beside the one that is looked at are sent for before they are needed, when nothing else is."""
        for leaf in (leaves.looked_at - 1, leaves.looked_at + 1):
            if 0 <= leaf <= leaves.last and leaves.rows(leaf) is None and leaf not in self._wanted:
                self._send_soon()
                self._wanted.insert(0, leaf)

    def _sought(self, answer: tuple[int, Key | None]) -> None:
        question, key = answer
        leaves, source = self._leaves, self._source
        if question != self._question or leaves is None or source is None or key is None:
            return
        leaf = leaves.leaf_of(key, rising=source.rising)
        if leaves.rows(leaf) is None:
            self._send_soon()
            self._wanted.append(leaf)
        else:
            self.came.emit()

    def _send_soon(self) -> None:
        if not self._wanted and not self._fetching:
            QTimer.singleShot(0, self._send)

    def _send(self) -> None:
        """Send for the leaf that was looked at last: those before it may have gone by."""
        source, leaves = self._source, self._leaves
        if source is None or leaves is None or self._fetching or not self._wanted:
            return
        leaf = self._wanted.pop()
        self._wanted = self._wanted[-2:]
        if leaf > leaves.last or leaves.rows(leaf) is not None:
            self._send()
            return
        self._fetching = True
        question, bounds = self._question, leaves.bounds(leaf)
        self._tasks.read(lambda: (question, leaf, bounds, source.leaf(*bounds, LONGEST)), self._came, self._failed)

    def _came(self, answer: tuple[int, int, tuple[Key | None, Key | None], Leaf]) -> None:
        question, at, bounds, leaf = answer
        if question != self._question or self._leaves is None or self._source is None:
            return
        self._fetching = False
        if leaf.more:
            self.ask(self._source)
            return
        if self._leaves.bounds(at) == bounds:
            self._put(at, leaf.rows)
            self._leaves.drop_far(at)
        self.came.emit()
        self._send()

    def _failed(self, error: QianshaoError) -> None:
        self._fetching = self._growing = False
        self.failed.emit(error)
