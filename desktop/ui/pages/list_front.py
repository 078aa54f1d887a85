"""The list half of a list page: search box, filters, counts, the table, and what is said where it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QPushButton, QSplitter, QStackedWidget, QWidget

from desktop.store.groups import ways
from desktop.ui.command import Command, in_other_words
from desktop.ui.measures import scaled
from desktop.ui.models.narrow import Narrow
from desktop.ui.models.rows import RowsModel
from desktop.ui.pages.chosen_bar import ChosenBar
from desktop.ui.pages.group_band import FIELDS, GroupBand, day_of
from desktop.ui.pages.list_asking import MOST_HIDDEN, Asking, Hidden
from desktop.ui.pages.list_shape import Shape
from desktop.ui.pages.list_table import ListTable
from desktop.ui.pages.narrowing_bar import NarrowingBar
from desktop.ui.pages.search_line import SearchLine
from desktop.ui.pieces.bars import Bars
from desktop.ui.pieces.empty import Empty
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import card, column, label, row
from desktop.ui.tools import Tools

if TYPE_CHECKING:
    from desktop.actions.directory import Option
    from desktop.actions.list_views import View
    from desktop.store.listing import Filter


class ListFront(QWidget):
    """``current`` carries the row in front (None for none), ``activated`` that Enter was pressed on it.

    ``held`` of the table tells whether a key is held down; ``rested`` that it was let go.
    """

    current = Signal(object)
    activated = Signal()
    rested = Signal()
    failed = Signal(object)

    def __init__(
        self, tools: Tools, shape: Shape, over: Sequence[QPushButton], many: Sequence[QPushButton], beside: QWidget
    ) -> None:
        super().__init__()
        self._tools, self._shape, self._beside = tools, shape, beside
        self._wanted = ""
        self._row: Any = None
        self._began = False
        words, name = tools.words, shape.name
        tips = [words("lists.sorts" if c.sort else "lists.sorts_not") for c in shape.columns]
        self.model = RowsModel(tools.tasks, shape.columns, tips)
        self.asking = Asking(tools, name, self.model, self)
        self.search = SearchLine(tools, name)
        self.bar, self.band = NarrowingBar(tools, name), GroupBand(tools, name, ways(name))
        self.table = ListTable(tools, name, self.model)
        self.chosen = ChosenBar(tools, name, many)
        self.nothing = Empty(tools.theme, shape.picture, words("window.loading"))
        self._lists = QStackedWidget()
        self._lay(over)
        self._connect()

    @property
    def wanted(self) -> str:
        """The id of a record that is to be chosen when it comes, empty for none."""
        return self._wanted

    def ask(self) -> None:
        """Ask the store for what the search box and the filters say, and how many stand in each group."""
        if not self._began:
            self.asking.begin()
            return
        chosen = self.filter()
        self.asking.rows(chosen)
        if self.band.way:
            self.asking.counts(chosen, self.band.way)

    def want(self, record_id: str) -> None:
        """Choose the record with this id, now or when it arrives."""
        self._wanted = record_id
        self._choose_wanted()
        self._seek()

    def filter(self) -> Filter:
        """What is asked of the store now, in which order."""
        view = self.table.view
        return replace(self._filter_of(self.bar.narrow), sort=view.sort, rising=view.rising)

    def told(self) -> str:
        """What the list is narrowed to, in words; empty for the whole list."""
        said = self.search.said()
        parts = [
            *([self._tools.words("lists.told_search", text=said)] if said else []),
            *map(self.bar.told, self.bar.narrow.active()),
        ]
        return self._tools.words("window.list_comma").join(parts)

    def commands(self) -> list[Command]:
        """What may be done with the list itself, for the find box."""
        words, key = self._tools.words, "lists.columns_choose"
        also = in_other_words(words, key)
        choose = Command(f"{self._shape.name}.columns", words(key), self.choose_columns, "sheet", "", also)
        return [*self.bar.commands(), choose]

    def choose_columns(self) -> None:
        """Choose columns, their order and width, and the sort, by keyboard."""
        from desktop.ui.dialogs.columns import ColumnsDialog

        dialog = ColumnsDialog(self._tools, self._shape, self.table.view, self)
        dialog.chosen.connect(self.arrange)
        dialog.open()

    def arrange(self, view: View) -> None:
        """Show the list as ``view`` says, and keep it so."""
        self.table.arrange(view)
        self._arranged(view)

    def back(self) -> bool:
        """Leave several chosen rows, the search or the last filter, the first that there is; else return False."""
        if self.table.chosen_count() > 1:
            self.table.choose_only_current()
            return True
        if self.search.text():
            self.search.clear()
            return True
        return self.bar.take_last()

    # Inside

    def _lay(self, over: Sequence[QPushButton]) -> None:
        outer = column(self, space=12)
        head = row(space=10)
        head.addWidget(label(self._tools.words(f"window.page_{self._shape.name}"), "title"))
        head.addSpacing(12)
        head.addWidget(self.search, 1)
        head.addStretch(1)
        verbs = Flow(gap=10)
        for made in over:
            verbs.addWidget(made)
        head.addLayout(verbs)
        outer.addLayout(head)
        outer.addWidget(Bars(self.bar, self.band))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(14)
        split.setChildrenCollapsible(False)
        left = card()
        inside = column(left, space=0, margins=(1, 6, 1, 6))
        self._lists.addWidget(self.table)
        self._lists.addWidget(self.nothing)
        inside.addWidget(self._lists, 1)
        inside.addWidget(self.chosen)  # below: it comes and goes, and no row moves
        split.addWidget(left)
        self._beside.setMinimumWidth(min(scaled(330), 400))
        split.addWidget(self._beside)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 3)
        split.setSizes([760, 400])
        outer.addWidget(split, 1)

    def _connect(self) -> None:
        self.model.arrived.connect(self._arrived)
        self.model.came.connect(self._rows_came)
        self.model.counted.connect(self._seek)
        self.model.failed.connect(self.failed)
        self.asking.failed.connect(self.failed)
        self.asking.began.connect(self._begin)
        self.asking.counted.connect(lambda found: self.band.show_counts(found, self.bar.narrow))
        self.asking.hid.connect(self._say_hidden)
        self.search.asked.connect(self.ask)
        self.search.returnPressed.connect(self.table.setFocus)
        self.bar.changed.connect(self.ask)
        self.band.turned.connect(self._turned)
        self.band.picked.connect(self._picked)
        self.table.selectionModel().currentRowChanged.connect(self._current_changed)
        self.table.rested.connect(self.rested)
        self.table.activated.connect(lambda _index: self.activated.emit())
        self.table.arranged.connect(self._arranged)
        self.table.choose_columns.connect(self.choose_columns)
        self.table.chose.connect(self._chose)
        self.chosen.cleared.connect(self._clear_chosen)

    def _begin(self, view: View, units: list[Option]) -> None:
        self._began = True
        self.bar.offer_units(units)
        self.table.arrange(view)
        self.band.turn(view.groups)
        self.ask()

    def _arranged(self, view: View) -> None:
        self.asking.keep(view)
        self.ask()

    def _turned(self, way: str) -> None:
        self.table.view = msgspec.structs.replace(self.table.view, groups=way)
        self.asking.keep(self.table.view)
        self.band.wait()
        self.asking.counts(self.filter(), way)

    def _picked(self, way: str, value: str) -> None:
        if way in FIELDS:
            self.bar.toggle(FIELDS[way], value)
            return
        narrow, day = self.bar.narrow, day_of(value)
        same = narrow.period == "days" and narrow.first == narrow.last == day
        self.bar.set(narrow.without("period") if same else replace(narrow, period="days", first=day, last=day))

    def _chose(self) -> None:
        counting = self.table.all_chosen and not self.model.whole
        self.chosen.show_count(self.table.chosen_count(), counting=counting)

    def _clear_chosen(self) -> None:
        self.table.choose_only_current()
        self.table.setFocus()

    def _arrived(self) -> None:
        rows = self.model.rowCount()
        if not rows:
            self._say_nothing()
        self._lists.setCurrentIndex(0 if rows else 1)
        self._beside.setVisible(bool(rows))  # beside an empty list a record would look as if it had been found
        if not rows:
            self._row = None
            self.current.emit(None)
        if self.nothing.hasFocus():
            self.search.setFocus()
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        """Choose the record that is wanted, else leave what is chosen; in a new list the one before, or the first."""
        here = self.table.currentIndex()
        wanted = self._wanted or (self._row.id if self._row is not None and not here.isValid() else "")
        at = self.model.line_of(wanted) if wanted else -1
        if at >= 0:
            self._wanted = ""
            if here.row() != at:
                self.table.setCurrentIndex(self.model.index(at, 0))
        elif not self._wanted and not here.isValid() and self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))
        elif here.isValid():
            self._rows_came()

    def _seek(self) -> None:
        """A record that is wanted may stand far down the list."""
        if self._wanted:
            self.model.seek(self._wanted)

    def _current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        row_now = self.model.row_at(now)
        if row_now is not None:
            self._wanted = ""
            self._row = row_now
            self.current.emit(row_now)

    def _rows_came(self) -> None:
        """The row in front may be one that was sent for, or say something else now."""
        if self._wanted and self.model.line_of(self._wanted) >= 0:
            self._choose_wanted()
            return
        row_now = self.model.row_at(self.table.currentIndex())
        if row_now is not None and row_now != self._row and not self._wanted:
            self._current_changed(self.table.currentIndex(), QModelIndex())

    def _filter_of(self, narrow: Narrow) -> Filter:
        desk = self._tools.desk
        return narrow.filter(self.search.said(), desk.now(), desk.session.staff)

    def _say_nothing(self) -> None:
        words, name, narrow = self._tools.words, self._shape.name, self.bar.narrow
        key = "window.nothing_found" if self.search.said() or narrow.active() else f"window.empty_{name}"
        self.nothing.say(words(key), words(f"{key}_hint"))
        if narrow.active():
            self.asking.hidden(narrow, self._filter_of)

    def _say_hidden(self, answer: tuple[Narrow, Hidden]) -> None:
        """Say which part of the filter hides how many."""
        words, (narrow, found) = self._tools.words, answer
        if narrow != self.bar.narrow or self.model.rowCount():
            return
        told = [
            words("lists.hides_most" if count >= MOST_HIDDEN else "lists.hides", what=self.bar.told(field), count=count)
            for field, count in found
            if count
        ]
        self.nothing.say(words("window.nothing_found"), "\n".join(told) or words("window.nothing_found_hint"))
