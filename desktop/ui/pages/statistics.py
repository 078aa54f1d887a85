"""统计: the numbers of a period by dispute type, each leading to its records, as a table and as a picture."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QWidget,
)

from desktop.changes import Changes
from desktop.store.listing import Filter
from desktop.ui.measures import scaled
from desktop.ui.models.statistics import MEASURES, StatisticsModel
from desktop.ui.pages.period_bar import PeriodBar
from desktop.ui.pieces.bar_chart import Bar, BarChart
from desktop.ui.pieces.buttons import button, shortcut_of
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import card, column, label, restyle, row
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.errors import QianshaoError
from sync.records.papers import PaperKind
from sync.records.statistics import TOTAL, Measure
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from desktop.actions.desk import Done
    from desktop.actions.statistics import Table

COUNTED = ("mediation", "agreement", "follow_up", "matter", "revision", "statistics_report", "erasure")


class StatisticsPage(QWidget):
    """Counts beside the UI thread when it is shown and when something that counts has changed."""

    followed = Signal(str)
    said = Signal(str, str)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.tools = tools
        self.setObjectName("page.statistics")
        self._stale = True
        self._task: Task | None = None
        self.verbs: dict[str, QPushButton] = {}
        words = tools.words
        self.bar = PeriodBar(words, tools.desk.now().astimezone(BEIJING).date())
        self.bar.chosen.connect(self.ask)
        self.model = StatisticsModel(words, self)
        self.table = QTableView()
        self.chart = BarChart(tools.theme, "statistics.chart")
        self.state = label("", "muted", wrap=True)
        self.state.setObjectName("statistics.state")
        self.meaning = label("", "muted", wrap=True)
        self.meaning.setObjectName("statistics.meaning")
        self._lay()
        tools.bus.changed.connect(self._changed)

    # What the window calls

    def refresh(self) -> None:
        """Count again, where the page is shown; else when it is shown next."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.ask()

    def start(self) -> None:
        """Take the focus at the numbers."""
        self.table.setFocus()

    def seek(self) -> None:
        """Take the focus at the period."""
        self.bar.span.setFocus()

    def back(self) -> bool:
        """Esc: stop counting; else from the picture back to the numbers. Returns whether there was anything."""
        if self._task is not None:
            self._task.cancel()
            return True
        if self.views.currentIndex():
            self.turn()
            return True
        return False

    def showEvent(self, event: Any) -> None:
        """Count when it is shown after changes."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def ask(self) -> None:
        """Count the period; what was being counted before is stopped."""
        if self._task is not None:
            self._task.cancel()
        desk, period, basis = self.tools.desk, self.bar.period, self.bar.basis

        def work(task: Task) -> Table:
            from desktop.actions.statistics import count

            return count(desk, period, basis, lambda d, t: task.report((d, t)), task.cancelled)

        self.progress.setRange(0, 0)
        self.progress.show()
        self._task = self.tools.tasks.link(work, self._show, self._failed, self._progressed)

    def turn(self) -> None:
        """Between the numbers and the picture of the column that is chosen."""
        self.views.setCurrentIndex(1 - self.views.currentIndex())
        picture = bool(self.views.currentIndex())
        text = self.tools.words("statistics.as_table" if picture else "statistics.as_picture")
        self.verbs["turn"].setText(text)
        self.verbs["turn"].setAccessibleName(text)
        (self.picture if picture else self.table).setFocus()

    def open_cell(self, index: QModelIndex) -> None:
        """Show the records that a number counts, and those that came or went since it was reported."""
        table = self.model.table
        if table is None or not index.isValid():
            return
        from desktop.ui.dialogs.cases import CasesDialog

        words, (name, measure) = self.tools.words, self.model.key(index)
        cases = table.cases_of(name, measure)
        came, went = table.came_and_went(name, measure) if table.reported else ((), ())
        if not cases and not went:
            return
        heading = words(f"records.measure_{measure.value}")
        title = f"{self.bar.period.written} · {self.model.names[index.row()]} · {heading}"
        marked = {**dict.fromkeys(came, "came"), **dict.fromkeys(went, "went")}
        dialog = CasesDialog(self.tools, title, self._definition(measure), cases, marked, self)
        dialog.chosen.connect(self.followed)
        dialog.open()

    def report(self) -> None:
        """Freeze the numbers as reported, having asked once."""
        table = self.model.table
        if table is None:
            return
        from desktop.ui.dialogs.reporting import ReportDialog

        again, changed = table.reported is not None, len(table.changed)
        then = partial(self._report, table)
        ReportDialog(self.tools.words, table.period.written, self, then, again=again, changed=changed).open()

    def export(self) -> None:
        """Ask where to, and write the numbers as a workbook or a PDF."""
        words = self.tools.words
        offered = f"{words('statistics.title')} {self.bar.period.written}.xlsx"
        path, _kind = QFileDialog.getSaveFileName(self, words("statistics.export"), offered, "*.xlsx;;*.pdf")
        if path:
            self.export_to(Path(path))

    def export_to(self, path: Path) -> None:
        """Write the numbers to ``path``, by its suffix."""
        desk, table, language = self.tools.desk, self.model.table, self.tools.words.language
        if table is None:
            return
        counted = table

        def work(_task: object) -> Path:
            from desktop.actions.statistics_export import export_statistics

            return export_statistics(desk, counted, path, language=language)

        self.tools.tasks.link(work, self._exported, self._refused)

    def print_report(self) -> None:
        """Show the paper of what was reported, to print it."""
        table = self.model.table
        if table is not None and table.reported is not None:
            from desktop.ui.dialogs.paper import PaperDialog

            PaperDialog.show_paper(self, self.tools, PaperKind.STATISTICS, table.reported.id)

    def ledger(self, name: str) -> None:
        """Write the visits or mediations of the period as a ledger."""
        from desktop.ui.dialogs.exporting import ExportDialog

        period = self.bar.period
        since, until = (datetime.combine(d, time(), BEIJING) for d in (period.first, period.last + timedelta(days=1)))
        ExportDialog(self.tools, name, Filter(since=since, until=until), self, period.written).open()

    # Inside

    def _lay(self) -> None:
        words = self.tools.words
        outer = column(self, space=10, margins=(24, 20, 24, 16))
        head = row(space=14)
        head.addWidget(label(words("statistics.title"), "title"))
        head.addWidget(self._verbs(), 1)
        outer.addLayout(head)
        outer.addWidget(self.bar)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(words("statistics.counting"))
        self.progress.hide()
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

    def _verbs(self) -> QWidget:
        words, theme = self.tools.words, self.tools.theme
        holder = QWidget()
        flow = Flow(holder, 6)
        for name, picture, act, kind, keys in (
            ("turn", "sheet", self.turn, "quiet", "F6"),
            ("ledger_visits", "visits", partial(self.ledger, "visits"), "quiet", ""),
            ("ledger_mediations", "mediations", partial(self.ledger, "mediations"), "quiet", ""),
            ("export", "export", self.export, "quiet", ""),
            ("print", "print", self.print_report, "", ""),
            ("report", "sent", self.report, "primary", ""),
        ):
            text = words("statistics.as_picture" if name == "turn" else f"statistics.{name}")
            made = button(text, f"verb.statistics.{name}", kind, theme=theme, picture=picture)
            made.clicked.connect(lambda _on=False, act=act: act())
            if keys:
                shortcut_of(made, keys, self)
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
        table.activated.connect(self.open_cell)
        table.selectionModel().currentChanged.connect(self._current)
        inside.addWidget(table)
        return frame

    def _show(self, table: Table) -> None:
        self._task = None
        self.progress.hide()
        here = self.table.currentIndex()
        at = (here.row(), here.column()) if here.isValid() else (len(table.types.rows), 0)
        self.model.show(table)
        self.table.setCurrentIndex(self.model.index(min(at[0], self.model.rowCount() - 1), at[1]))
        self._current(self.table.currentIndex(), QModelIndex())
        self._tell_state(table)
        self.verbs["print"].setEnabled(table.reported is not None)
        self.verbs["report"].setEnabled(self.tools.may("statistics_report"))

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
        self.meaning.setText(self._definition(measure))
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

    def _definition(self, measure: Measure) -> str:
        from desktop.actions.statistics_paper import definition

        return definition(self.tools.words, measure, self.bar.basis)

    def _report(self, table: Table, reason: str) -> None:
        desk = self.tools.desk

        def work() -> tuple[Table, Done]:
            from desktop.actions.statistics import report

            return table, report(desk, table, reason)

        self.tools.tasks.write(work, self._reported, self._refused)

    def _reported(self, answer: tuple[Table, Done]) -> None:
        table, done = answer
        text = self.tools.words("statistics.reported", period=table.period.written, cases=table.cases)
        self.said.emit(text, "good")
        self.tools.bus.tell(done.changes)

    def _exported(self, path: Path) -> None:
        self.said.emit(self.tools.words("statistics.exported", file=path.name), "good")

    def _progressed(self, answer: tuple[int, int]) -> None:
        done, total = answer
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def _failed(self, error: QianshaoError) -> None:
        if error.key == "lists.cancelled":
            return  # another period is counted now, or somebody stopped it
        self._task = None
        self.progress.hide()
        self._refused(error)

    def _refused(self, error: QianshaoError) -> None:
        self.said.emit(self.tools.sentence(error), "bad")

    def _changed(self, changes: Changes) -> None:
        if changes.touches(*COUNTED):
            self.refresh()
