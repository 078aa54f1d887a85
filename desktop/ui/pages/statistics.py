"""统计: the numbers of a period by dispute type, each leading to its records, as a table and as a picture."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.changes import Changes
from desktop.store.listing import Filter
from desktop.ui.models.narrow import Narrow
from desktop.ui.pages.statistics_front import Acts, StatisticsFront
from desktop.ui.pieces.labels import column
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError
from sync.records.papers import PaperKind
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from desktop.actions.desk import Done
    from desktop.actions.statistics import Table

COUNTED = ("mediation", "agreement", "follow_up", "matter", "revision", "statistics_report", "erasure")


class StatisticsPage(QWidget):
    """Counts beside the UI thread when it is shown and when something that counts has changed.

    ``listed`` asks for a page's list, narrowed to the records that a number counts.
    """

    followed = Signal(str)
    listed = Signal(str, object)
    said = Signal(str, str)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.tools = tools
        self.setObjectName("page.statistics")
        self._stale = True
        self._task: Task | None = None
        acts: Acts = {
            "turn": ("sheet", self.turn, "quiet"),
            "ledger_visits": ("visits", partial(self.ledger, "visits"), "quiet"),
            "ledger_mediations": ("mediations", partial(self.ledger, "mediations"), "quiet"),
            "export": ("export", self.export, "quiet"),
            "print": ("print", self.print_report, ""),
            "report": ("sent", self.report, "primary"),
        }
        today = tools.desk.now().astimezone(BEIJING).date()
        self.front = StatisticsFront(tools, today, acts, self.open_cell)
        self.bar, self.model, self.table = self.front.bar, self.front.model, self.front.table
        column(self, space=0, margins=(24, 20, 24, 16)).addWidget(self.front)
        self.bar.chosen.connect(self.ask)
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
            self._rest()
            return True
        if self.front.pictured():
            self.turn()
            return True
        return False

    def turn(self) -> None:
        """Between the numbers and the picture of the column that is chosen."""
        self.front.turn()

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

        self.front.progress.setRange(0, 0)
        self.front.progress.show()
        self._task = self.tools.tasks.link(work, self._show, self._failed, self._progressed)

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
        dialog = CasesDialog(self.tools, title, self.front.definition(measure), cases, marked, self)
        dialog.chosen.connect(self.followed)
        narrow = Narrow(among=tuple(sorted({*cases, *marked})), told=title)
        dialog.listed.connect(lambda: self.listed.emit("mediations", narrow))
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

    def _rest(self) -> None:
        self._task = None
        self.front.progress.hide()

    def _show(self, table: Table) -> None:
        if (table.period, table.basis) != (self.bar.period, self.bar.basis):
            return  # counted just before another period was asked for
        self._rest()
        self.front.show_table(table)

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
        self.front.progress.setRange(0, total)
        self.front.progress.setValue(done)

    def _failed(self, error: QianshaoError) -> None:
        if error.key == "lists.cancelled":
            return  # another period is counted now, or somebody stopped it
        self._rest()
        self._refused(error)

    def _refused(self, error: QianshaoError) -> None:
        self.said.emit(self.tools.sentence(error), "bad")

    def _changed(self, changes: Changes) -> None:
        if changes.touches(*COUNTED):
            self.refresh()
