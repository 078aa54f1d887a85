"""The agreements of a mediation in which each of many persons has his own: how they stand, to sign and to print."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from desktop.actions.agreements import Standing, agreements_that_stand
from desktop.changes import Changes
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.tools import Tools
from desktop.ui.words import day
from sync.records.errors import QianshaoError
from sync.records.papers import PaperKind

WIDTH, HEIGHT = 720, 560
COLUMNS = ("number", "names", "state")


class EachAgreementDialog(Sheet):
    """``to_sign`` carries the agreement whose signatures are to be recorded."""

    to_sign = Signal(str)

    def __init__(self, tools: Tools, mediation_id: str, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("each", words("window.each_title"), words("window.each_text"), parent, 640)
        self._tools, self._mediation = tools, mediation_id
        self._shown: list[Standing] = []
        self.table = self._table()
        self.body.addWidget(self.table, 1)
        self.note = label("", "muted", wrap=True)
        self.body.addWidget(self.note)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.all = self.foot_button(words("window.each_print_all"), "all")
        self.all.clicked.connect(self._print_all)
        self.papers = self.foot_button(words("window.verb_mediations_papers"), "papers")
        self.papers.clicked.connect(self._papers)
        self.sign = self.foot_button(words("window.verb_mediations_sign"), "sign", "primary")
        self.sign.clicked.connect(self._sign)
        self.resize(fitted(WIDTH, HEIGHT, parent))
        tools.bus.changed.connect(self._changed)

    @classmethod
    def show_each(cls, parent: QWidget, tools: Tools, mediation_id: str) -> EachAgreementDialog:
        """Open the dialog over ``parent`` and read the agreements beside it."""
        made = cls(tools, mediation_id, parent.window())
        made.open()
        made.read()
        return made

    def _table(self) -> QTableWidget:
        words = self._tools.words
        made = QTableWidget()
        headings = [words(f"window.each_{name}") for name in COLUMNS]
        as_lines(made, "dialog.each.table", words("window.each_title"), headings, 1)
        made.itemActivated.connect(lambda _item: self._papers())
        return made

    def read(self) -> None:
        """Ask again how the agreements stand."""
        ask = partial(agreements_that_stand, self._tools.desk, self._mediation)
        self._tools.tasks.read(ask, self.offer, self._refused)

    def offer(self, agreements: list[Standing]) -> None:
        """Show the agreements; the line that was current stays so."""
        words, at = self._tools.words, max(self.table.currentRow(), 0)
        self._shown = agreements
        self.table.setRowCount(len(agreements))
        for line, one in enumerate(agreements):
            since = words("window.each_effective", day=day(one.effective_on)) if one.effective_on else ""
            for column, text in enumerate((one.number, one.names, since or words("window.each_waits"))):
                self.table.setItem(line, column, QTableWidgetItem(text))
        self.table.resizeColumnToContents(0)
        self.table.resizeColumnToContents(2)
        self.table.setCurrentCell(min(at, len(agreements) - 1), 0)
        signed = sum(one.effective_on is not None for one in agreements)
        self.note.setText(words("window.each_counted", count=len(agreements), signed=signed))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _current(self) -> Standing | None:
        at = self.table.currentRow()
        return self._shown[at] if 0 <= at < len(self._shown) else None

    @Slot()
    def _sign(self) -> None:
        if (chosen := self._current()) is not None:
            self.to_sign.emit(chosen.id)
            self.accept()

    @Slot()
    def _papers(self) -> None:
        from desktop.ui.dialogs.papers import PapersDialog

        if (chosen := self._current()) is not None:
            PapersDialog.show_papers(self, self._tools, "agreement", chosen.id)

    @Slot()
    def _print_all(self) -> None:
        from desktop.ui.dialogs.printing_many import PrintManyDialog

        ids = [one.id for one in self._shown]
        PrintManyDialog(self._tools, PaperKind.AGREEMENT, len(ids), lambda: ids, self).open()

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        if changes.touches("agreement", "signature", "number_void"):
            self.read()

    def _refused(self, error: QianshaoError) -> None:
        self.note.setText(self._tools.sentence(error))
