"""Everything that is due at this station: a list of any length, of which one is opened on its own page."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QHeaderView, QWidget

from desktop.actions.due_list import DueList, Sort, due_list, told_entries
from desktop.store.leaves import LEAF, Key, Leaf, Spine
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted, scaled
from desktop.ui.models.delegate import LINE_HEIGHT, CellDelegate
from desktop.ui.models.rows import Column, RowsModel, Source
from desktop.ui.pieces.held_table import HeldTable
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.leavings import Leavings
from desktop.ui.stories.dues import doubt_told
from desktop.ui.stories.listed_dues import ListedDue, listed_dues
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.errors import QianshaoError
from sync.records.open_clocks import Standing

WIDTH, HEIGHT = 1080, 620
WHICH: Final = {
    "all": tuple(Standing),
    "over": (Standing.OVERDUE, Standing.DOUBTFUL),
    "soon": (Standing.SOON,),
    "rest": (Standing.RUNNING, Standing.STOPPED),
}


class DuesDialog(Sheet):
    """``chosen`` carries the `ListedDue` that somebody opened. What is listed is as it was when it was asked for."""

    chosen = Signal(object)

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("dues", words("window.due_all"), words("window.due_all_hint"), parent, 760)
        self._tools = tools
        self._found: DueList | None = None
        self.sort, self.which = self._choice("sort"), self._choice("which")
        for name in ("", *Sort):
            self.sort.addItem(words(f"window.due_sort_{name or 'all'}"), name)
        self.sort.currentIndexChanged.connect(lambda _at: self._count())
        self.which.currentIndexChanged.connect(lambda _at: self._ask())
        line = QHBoxLayout()
        line.addWidget(self.sort)
        line.addWidget(self.which)
        line.addStretch(1)
        self.body.addLayout(line)
        self.model = RowsModel(tools.tasks, self._columns())
        self.model.arrived.connect(self._first)
        self.table = DuesTable(tools, self.model)
        self.table.opened.connect(self._open)
        self.body.addWidget(self.table, 1)
        self.note = label("", "muted", wrap=True)
        self.note.setObjectName("dialog.dues.note")
        self.body.addWidget(self.note)
        self.foot_button(words("window.close"), "close").clicked.connect(self.reject)
        self.resize(fitted(WIDTH, HEIGHT, parent))
        self.read()

    def _choice(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setObjectName(f"dialog.dues.{name}")
        made.setAccessibleName(self._tools.words(f"window.due_{name}"))
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        return made

    def read(self) -> None:
        """Ask what is due now, beside the UI thread."""
        desk = self._tools.desk
        self._tools.tasks.read(lambda: due_list(desk), self.offer, self._refused)

    def offer(self, found: DueList) -> None:
        """Show a list, and how many of it stand how."""
        self._found = found
        self._count()

    def _chosen(self) -> DueList | None:
        sort = self.sort.currentData()
        return self._found.of(Sort(sort) if sort else None) if self._found else None

    def _count(self) -> None:
        found = self._chosen()
        if found is None:
            return
        words, counts, chosen = self._tools.words, found.counts(), self.which.currentData()
        self.which.blockSignals(True)
        self.which.clear()
        for name, standing in WHICH.items():
            self.which.addItem(words(f"window.due_which_{name}", count=sum(counts[each] for each in standing)), name)
        self.which.setCurrentIndex(max(0, self.which.findData(chosen)))
        self.which.blockSignals(False)
        self._ask()

    def _ask(self) -> None:
        found = self._chosen()
        if found is None:
            return
        shown = found.standing(*WHICH[self.which.currentData()])
        self.model.ask(_source(self._tools, shown))
        told = [doubt_told(self._tools.words, shown.at)]
        told += [] if shown.entries else [self._tools.words("window.due_all_none")]
        self.note.setText(self._tools.words("window.list_semicolon").join(part for part in told if part))
        self.note.setVisible(bool(self.note.text()))

    def _first(self) -> None:
        if self.model.rowCount() and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, 0))
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, row: ListedDue) -> None:
        self.accept()
        self.chosen.emit(row)

    def _refused(self, error: QianshaoError) -> None:
        self.note.setText(self._tools.sentence(error))
        self.note.setVisible(True)

    def _columns(self) -> tuple[Column, ...]:
        words = self._tools.words
        return (
            Column(words("window.due_column_due"), lambda r: moment(r.due), 150),
            Column(words("window.due_column_state"), lambda r: r.status.text, 164, status=lambda r: r.status),
            Column(words("window.due_column_what"), lambda r: r.what, 220),
            Column(words("window.due_column_title"), lambda r: r.about),
            Column(words("window.due_column_number"), lambda r: r.number, 210),
        )


class DuesTable(HeldTable):
    """``opened`` carries the line that somebody opened with Enter or a double click."""

    opened = Signal(object)

    def __init__(self, tools: Tools, model: RowsModel) -> None:
        super().__init__()
        self._rows = model
        self.setObjectName("dialog.dues.table")
        self.setAccessibleName(tools.words("window.due_all"))
        self.setModel(model)
        self.setItemDelegate(CellDelegate(tools.theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(scaled(LINE_HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, column in enumerate(model.columns):
            if column.width:
                head.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
                self.setColumnWidth(at, scaled(column.width))
            else:
                Leavings(head, at)
        self.doubleClicked.connect(self._open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the line, on every platform."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        row = self._rows.row_at(index)
        if row is not None:
            self.opened.emit(row)


def _source(tools: Tools, shown: DueList) -> Source:
    """The list as leaves: what each line tells is read when it is looked at."""
    desk, words, entries = tools.desk, tools.words, shown.entries

    def leaf(after: Key | None, upto: Key | None, limit: int) -> Leaf:
        first = after[1] + 1 if after else 0
        last = min(upto[1] + 1 if upto else len(entries), first + limit)
        with desk.store.read() as reader:
            rows = listed_dues(words, told_entries(reader, entries[first:last]), shown.at)
        return Leaf(rows, (last - 1, last - 1) if rows else None, last < (upto[1] + 1 if upto else len(entries)))

    def spine(after: Key | None, _cancelled: object) -> Spine:
        first = after[1] + 1 if after else 0
        ends = [min(at + LEAF, len(entries)) - 1 for at in range(first, len(entries), LEAF)]
        return Spine([(end, end) for end in ends], (len(entries) - first - 1) % LEAF + 1 if ends else 0)

    return Source(leaf, spine, lambda _id: None, rising=True)
