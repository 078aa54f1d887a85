"""The table of a list page: its columns as somebody likes them, sorting by its header, rows chosen one or many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu

from desktop.actions.list_views import View
from desktop.store.listing import LISTS
from desktop.ui.measures import scaled
from desktop.ui.models.delegate import LINE_HEIGHT, CellDelegate
from desktop.ui.models.rows import Column, RowsModel
from desktop.ui.pieces.held_table import HeldTable
from desktop.ui.pieces.leavings import fit_leavings
from desktop.ui.tools import Tools

NARROWEST, WIDEST = 72, 900
_STILL_MS = 400


@dataclass(frozen=True, slots=True)
class Span:
    """Rows that were chosen together: the number of the first, and how many."""

    first: int
    count: int


class ListTable(HeldTable):
    """``arranged`` carries a `View` that somebody made by the header; ``chose`` tells that other rows are chosen."""

    arranged = Signal(object)
    choose_columns = Signal()
    chose = Signal()

    def __init__(self, tools: Tools, name: str, model: RowsModel) -> None:
        super().__init__()
        self._words, self._rows = tools.words, model
        self._columns: Sequence[Column] = model.columns
        self._usual = next(iter(LISTS[name].sorts), "")
        self.view = View()
        self.all_chosen = False
        self._to_end = self._arranging = False
        self._stretched, self._room = -1, WIDEST
        self.setObjectName(f"list.{name}")
        self.setAccessibleName(tools.words(f"window.page_{name}"))
        self.setModel(model)
        self.setItemDelegate(CellDelegate(tools.theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(scaled(LINE_HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(_STILL_MS)
        self._still.timeout.connect(self._arranged)
        self._head()
        self.arrange(View())
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        model.counted.connect(self._counted)
        model.rowsInserted.connect(self._more_rows)

    # Columns and sorting

    def arrange(self, view: View) -> None:
        """Show the columns as ``view`` says; names that are not known any more are passed over."""
        self._arranging = True
        self.view = view
        names = [c.name for c in self._columns]
        shown = [names.index(n) for n in view.columns if n in names] or [
            i for i, c in enumerate(self._columns) if c.shown
        ]
        header = self.horizontalHeader()
        stretched = next((i for i in shown if not self._columns[i].width), -1)
        self._stretched = stretched
        header.setStretchLastSection(stretched < 0)
        for at, column in enumerate(self._columns):
            header.setSectionHidden(at, at not in shown)
            mode = QHeaderView.ResizeMode.Stretch if at == stretched else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(at, mode)
            if at != stretched:
                width = view.widths.get(column.name) or scaled(column.width or 220)
                self.setColumnWidth(at, max(NARROWEST, min(width, WIDEST)))
        for place, at in enumerate([*shown, *(i for i in range(len(names)) if i not in shown)]):
            header.moveSection(header.visualIndex(at), place)
        by = next((i for i in shown if self._columns[i].sort == (view.sort or self._usual) != ""), -1)
        header.setSortIndicatorShown(by >= 0)
        if by >= 0:
            # This style points its arrow to where the great ones are: the other way round from what offices know.
            header.setSortIndicator(by, Qt.SortOrder.DescendingOrder if view.rising else Qt.SortOrder.AscendingOrder)
        self._arranging = False
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The column that takes what the others leave is another one's width now."""
        super().resizeEvent(event)
        self._room = event.size().width()
        self._fit()

    def _fit(self) -> None:
        if self._stretched >= 0:
            arranging, self._arranging = self._arranging, True
            fit_leavings(self.horizontalHeader(), self._stretched, self._room)
            self._arranging = arranging

    def sort_by(self, sort: str, *, rising: bool) -> None:
        """Sort by one of the list's sorts."""
        self._say(msgspec.structs.replace(self.view, sort=sort, rising=rising))

    def _head(self) -> None:
        header = self.horizontalHeader()
        # A header asks of every row whether its column is chosen, a million of them each time that it is drawn.
        header.setSelectionModel(QItemSelectionModel(self._rows, header))
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(True)
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(scaled(NARROWEST))
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._menu)
        header.sectionClicked.connect(self._clicked)
        header.sectionMoved.connect(lambda *_: self._touched())
        header.sectionResized.connect(lambda *_: self._touched())

    def _clicked(self, at: int) -> None:
        column = self._columns[at]
        if column.sort:
            now = self.view.sort or self._usual
            self.sort_by(column.sort, rising=not self.view.rising if now == column.sort else False)

    def _touched(self) -> None:
        """A section is dragged or sized: what came of it is kept once the mouse rests."""
        if not self._arranging and self.isVisible():
            self._fit()
            self._still.start()

    def _arranged(self) -> None:
        header = self.horizontalHeader()
        order = sorted(range(len(self._columns)), key=header.visualIndex)
        shown = [i for i in order if not header.isSectionHidden(i)]
        fixed = [i for i in shown if header.sectionResizeMode(i) is QHeaderView.ResizeMode.Interactive]
        widths = {self._columns[i].name: header.sectionSize(i) for i in fixed}
        changed = {n: w for n, w in widths.items() if w != next(c.width for c in self._columns if c.name == n)}
        usual = [i for i, c in enumerate(self._columns) if c.shown]
        names = () if shown == usual else tuple(self._columns[i].name for i in shown)
        if (names, changed) != (self.view.columns, self.view.widths):
            self._say(msgspec.structs.replace(self.view, columns=names, widths=changed))

    def _say(self, view: View) -> None:
        self.arrange(view)
        self.arranged.emit(view)

    def _menu(self, where: QPoint) -> None:
        header, words = self.horizontalHeader(), self._words
        menu = QMenu(self)
        menu.setObjectName("list.columns_menu")
        for at, column in enumerate(self._columns):
            action = menu.addAction(column.heading)
            action.setCheckable(True)
            action.setChecked(not header.isSectionHidden(at))
            action.setData(column.name)
            action.toggled.connect(lambda on, at=at: self._show_column(at, on))
        menu.addSeparator()
        menu.addAction(words("lists.columns_choose")).triggered.connect(self.choose_columns)
        menu.addAction(words("lists.columns_as_it_was")).triggered.connect(self.as_it_was)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(header.mapToGlobal(where))

    def as_it_was(self) -> None:
        """Show the columns and the sort with which the list comes."""
        self._say(View(groups=self.view.groups))

    def _show_column(self, at: int, on: bool) -> None:
        header = self.horizontalHeader()
        left = sum(not header.isSectionHidden(i) for i in range(len(self._columns)))
        if on or left > 1:
            header.setSectionHidden(at, not on)
        self._arranged()

    # Rows that are chosen

    def spans(self) -> list[Span]:
        """The rows that are chosen, without asking for each of a million."""
        chosen = self.selectionModel().selection()
        ranges = [chosen.at(i) for i in range(chosen.count())]
        found = {(r.top(), r.height()) for r in ranges}
        return [Span(first, count) for first, count in sorted(found)]

    def chosen_count(self) -> int:
        """How many rows are chosen."""
        return sum(span.count for span in self.spans())

    def choose_only_current(self) -> None:
        """Choose the current row alone."""
        current = self.currentIndex()
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(current, flags.ClearAndSelect | flags.Rows)

    def selectAll(self) -> None:
        """Choose all of the list, also what is not here yet."""
        super().selectAll()
        self.all_chosen = True
        self.chose.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End go to the ends of the list, also where its length is still being counted.

        In a table they would go along the line; with Shift all rows on the way are chosen.
        """
        keys, mods = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = mods == Qt.KeyboardModifier.ShiftModifier
        if keys in (Qt.Key.Key_Home, Qt.Key.Key_End) and (shift or mods == Qt.KeyboardModifier.NoModifier):
            self.held = event.isAutoRepeat()
            self._to_end = keys == Qt.Key.Key_End and not self._rows.whole
            self._go(self._rows.rowCount() - 1 if keys == Qt.Key.Key_End else 0, choosing=shift)
            event.accept()
            return
        self._to_end = False
        super().keyPressEvent(event)

    def _go(self, row: int, *, choosing: bool = False) -> None:
        now, there = self.currentIndex(), self._rows.index(row, 0)
        if not there.isValid():
            return
        self.updateGeometries()  # rows may just have come: the scroll bar has to know of them before it goes there
        if not choosing or not now.isValid():
            self.setCurrentIndex(there)
            return
        flags = QItemSelectionModel.SelectionFlag
        way = QItemSelection(self._rows.index(min(now.row(), row), 0), self._rows.index(max(now.row(), row), 0))
        self.selectionModel().setCurrentIndex(there, flags.NoUpdate)
        self.selectionModel().select(way, flags.ClearAndSelect | flags.Rows)

    def _selection_changed(self, _now: QItemSelection, gone: QItemSelection) -> None:
        if gone.count():
            self.all_chosen = False
        self.chose.emit()

    def _more_rows(self) -> None:
        if self.all_chosen:
            self.selectAll()

    def _counted(self) -> None:
        if self._to_end:
            self._to_end = False
            self._go(self._rows.rowCount() - 1)
        self.chose.emit()
