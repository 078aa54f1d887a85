"""The records that a number counts: each leads to its mediation; what came or went since a report is marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from desktop.store.mediations import mediation_rows
from desktop.store.reader import chunks
from desktop.store.rows import MediationRow
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted, scaled
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.errors import QianshaoError

MOST = 5000
"""So many are listed; whoever counts more exports the list of mediations."""
WIDTH, HEIGHT, WIDEST = 860, 520, 240


class CasesDialog(Sheet):
    """``chosen`` carries the id of the mediation that was asked for; ``listed`` asks for all of them as a list."""

    chosen = Signal(str)
    listed = Signal()

    def __init__(
        self, tools: Tools, title: str, text: str, cases: Sequence[str], marked: dict[str, str], parent: QWidget
    ) -> None:
        super().__init__("cases", title, text, parent.window(), 640)
        words = tools.words
        self._tools, self._marked = tools, marked
        self._ids: list[str] = []
        heads = ("when", "matter", "parties", "agreement", "state", "change")
        self.list = QTableWidget()
        as_lines(self.list, "dialog.cases.list", title, [words(f"statistics.column_{head}") for head in heads], 1)
        self.list.horizontalHeader().setMaximumSectionSize(scaled(WIDEST))
        self.list.activated.connect(lambda index: self._choose(index.row()))
        self.body.addWidget(self.list, 1)
        self.told = label(words("window.loading"), "muted", wrap=True)
        self.body.addWidget(self.told)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.show_all = self.foot_button(words("statistics.show_list"), "list")
        self.show_all.clicked.connect(self._list)
        self.show_one = self.foot_button(words("statistics.show_case"), "show", "primary")
        self.show_one.clicked.connect(lambda: self._choose(self.list.currentRow()))
        self.show_one.setEnabled(False)
        self.resize(fitted(WIDTH, HEIGHT, parent.window()))
        self._read([*cases, *(each for each in marked if each not in cases)])

    def _list(self) -> None:
        self.accept()
        self.listed.emit()

    def _read(self, ids: Sequence[str]) -> None:
        store, count = self._tools.desk.store, len(ids)

        def read() -> tuple[list[MediationRow], int]:
            rows: list[MediationRow] = []
            with store.read() as reader:
                for some in chunks(ids[:MOST]):
                    rows += mediation_rows(reader, some)
            return sorted(rows, key=lambda row: row.started_at, reverse=True), count

        self._tools.tasks.read(read, self._show, self._failed)

    def _show(self, answer: tuple[list[MediationRow], int]) -> None:
        rows, count = answer
        words = self._tools.words
        self._ids = [row.id for row in rows]
        self.list.setRowCount(len(rows))
        for at, row in enumerate(rows):
            mark = self._marked.get(row.id, "")
            told = (
                moment(row.started_at), row.title, row.parties, row.agreement_number,
                words(f"records.outcome_{row.outcome.value}"), words(f"statistics.change_{mark}") if mark else "",
            )  # fmt: skip
            for column, text in enumerate(told):
                self.list.setItem(at, column, QTableWidgetItem(text))
        self.list.resizeColumnsToContents()
        self.list.setColumnHidden(5, not self._marked)
        key = "statistics.cases_some" if count > len(rows) else "statistics.cases_all"
        self.told.setText(words(key, count=f"{count:,}", shown=f"{len(rows):,}"))
        self.show_one.setEnabled(bool(rows))
        if rows:
            self.list.setCurrentCell(0, 0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: QianshaoError) -> None:
        self.told.setText(self._tools.sentence(error))

    def _choose(self, at: int) -> None:
        if 0 <= at < len(self._ids):
            self.accept()
            self.chosen.emit(self._ids[at])
