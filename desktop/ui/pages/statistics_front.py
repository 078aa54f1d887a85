"""The looks of the statistics: period, verbs, the table, the picture of one column, and what a number means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import (
    QHeaderView,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QWidget,
)

from desktop.ui.measures import scaled
from desktop.ui.models.statistics import MEASURES, StatisticsModel
from desktop.ui.pages.period_bar import PeriodBar
from desktop.ui.pieces.bar_chart import Bar, BarChart
from desktop.ui.pieces.buttons import button, shortcut_of
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import card, column, label, restyle, row
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.statistics import TOTAL, Measure

if TYPE_CHECKING:
    from desktop.actions.statistics import Table

Acts = dict[str, tuple[str, Callable[[], object], str]]
"""What a button starts, by its name: its icon, the verb, its style."""


class StatisticsFront(QWidget):
    """Shows a table of numbers; ``acts`` are the buttons over it, ``open_cell`` what Enter on a number starts."""

    def __init__(self, tools: Tools, today: date, acts: Acts, open_cell: Callable[[QModelIndex], object]) -> None:
        super().__init__()
        self.tools = tools
        words = tools.words
        self.verbs: dict[str, QPushButton] = {}
        self.bar = PeriodBar(words, today)
        self.model = StatisticsModel(words, self)
        self.table = QTableView()
        self.chart = BarChart(tools.theme, "statistics.chart")
        self.state = label("", "muted", wrap=True)
        self.state.setObjectName("statistics.state")
        self.meaning = label("", "muted", wrap=True)
        self.meaning.setObjectName("statistics.meaning")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(words("statistics.counting"))
        self.progress.hide()
        self._lay(acts)
        self.table.activated.connect(open_cell)

    def show_table(self, table: Table) -> None:
        """Show other numbers; the cell in front stays where it was, at first the total of what was accepted."""
        here = self.table.currentIndex()
        at = (here.row(), here.column()) if here.isValid() else (len(table.types.rows), 0)
        self.model.show(table)
        self.table.setCurrentIndex(self.model.index(min(at[0], self.model.rowCount() - 1), at[1]))
        self._current(self.table.currentIndex(), QModelIndex())
        self._tell_state(table)
        self.verbs["print"].setEnabled(table.reported is not None)
        self.verbs["report"].setEnabled(self.tools.may("statistics_report"))

    def pictured(self) -> bool:
        """Whether the picture is in front."""
        return bool(self.views.currentIndex())

    def turn(self) -> None:
        """Between the numbers and the picture of the column that is chosen."""
        self.views.setCurrentIndex(1 - self.views.currentIndex())
        picture = bool(self.views.currentIndex())
        text = self.tools.words("statistics.as_table" if picture else "statistics.as_picture")
        self.verbs["turn"].setText(text)
        self.verbs["turn"].setAccessibleName(text)
        (self.picture if picture else self.table).setFocus()

    def definition(self, measure: Measure) -> str:
        """Return what a measure means, with the date by which it counts."""
        from desktop.actions.statistics_paper import definition

        return definition(self.tools.words, measure, self.bar.basis)

    def _lay(self, acts: Acts) -> None:
        words = self.tools.words
        outer = column(self, space=10)
        head = row(space=14)
        head.addWidget(label(words("statistics.title"), "title"))
        head.addWidget(self._verbs(acts), 1)
        outer.addLayout(head)
        outer.addWidget(self.bar)
        outer.addWidget(self.progress)
        outer.addWidget(self.state)
        self.views = QStackedWidget()
        self.views.addWidget(self._table_card())
        self.picture = QScrollArea()
        self.picture.setWidgetResizable(True)
        self.picture.setWidget(self.chart)
        self.picture.setAccessibleName(words("statistics.as_picture"))
        self.views.addWidget(self.picture)
        outer.addWidget(self.views, 1)
        outer.addWidget(self.meaning)

    def _verbs(self, acts: Acts) -> QWidget:
        words, theme = self.tools.words, self.tools.theme
        holder = QWidget()
        flow = Flow(holder, 6, at_right=True)
        for name, (picture, act, kind) in acts.items():
            text = words("statistics.as_picture" if name == "turn" else f"statistics.{name}")
            made = button(text, f"verb.statistics.{name}", kind, theme=theme, picture=picture)
            made.clicked.connect(lambda _on=False, act=act: act())
            if name == "turn":
                shortcut_of(made, "F6", self)
            flow.addWidget(made)
            self.verbs[name] = made
        return holder

    def _table_card(self) -> QWidget:
        frame = card()
        inside = column(frame, space=0, margins=(1, 1, 1, 1))
        table = self.table
        table.setModel(self.model)
        table.setObjectName("statistics.table")
        table.setProperty("kind", "numbers")
        table.setAccessibleName(self.tools.words("statistics.title"))
        table.setTabKeyNavigation(False)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.verticalHeader().setDefaultSectionSize(scaled(27))
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.selectionModel().currentChanged.connect(self._current)
        inside.addWidget(table)
        return frame

    def _tell_state(self, table: Table) -> None:
        words, role = self.tools.words, "muted"
        told = words("statistics.state_open", count=table.cases)
        if table.reported is not None:
            at, many = moment(table.reported.made.at), len(table.changed)
            told = words("statistics.state_changed" if many else "statistics.state_reported", at=at, count=many)
            role = "warning" if many else "good"
        self.state.setProperty("role", role)
        restyle(self.state)
        self.state.setText(told)

    def _current(self, now: QModelIndex, _before: QModelIndex) -> None:
        if not now.isValid() or self.model.table is None:
            return
        measure = MEASURES[now.column()]
        self.meaning.setText(self.definition(measure))
        table = self.model.table
        reported = table.reported
        before = {n.type: n.value for n in reported.numbers if n.measure is measure} if reported else {}
        bars = [
            Bar(
                name,
                table.value(each, measure),
                self.model.value(each, measure),
                before.get(each, 0) if reported else None,
            )
            for each, name in zip(self.model.rows, self.model.names, strict=True)
            if each != TOTAL
        ]
        total = self.model.value(TOTAL, measure) or "0"
        title = self.tools.words(f"records.measure_{measure.value}")
        self.chart.show_bars(self.tools.words("statistics.chart", what=title, total=total), bars)
