"""Blank forms for a power cut: give some out, see which are still out, print one again, void one that is not used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QTableWidget, QTableWidgetItem, QWidget

from desktop.changes import Changes
from desktop.forms.form import Draft
from desktop.forms.hand_overs import BLANKS_FORM
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.form_view import FormView
from desktop.ui.measures import fitted
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.limited import limit
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.errors import QianshaoError
from sync.records.papers import BlankForm, PaperKind, Series

if TYPE_CHECKING:
    from desktop.actions.blank_forms import Twice
    from desktop.actions.desk import Done

COLUMNS = ("number", "given")
WIDTH, HEIGHT = 640, 620


class BlankFormsDialog(Sheet):
    """The form on top gives out, the table below tells what is out."""

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("blanks", words(BLANKS_FORM.title), words("window.blanks_text"), parent, 600)
        self._tools, self._out = tools, list[BlankForm]()
        self.view = FormView(BLANKS_FORM, tools.around(), framed=False, plain=True, cancel=False)
        self.view.fill(BLANKS_FORM.blank())
        self.view.submitted.connect(self._give_out)
        self.body.addWidget(self.view)
        self.twice = label("", "error", wrap=True, selectable=True)
        self.twice.setObjectName("dialog.blanks.twice")
        self.twice.hide()
        self.body.addWidget(self.twice)
        self.body.addWidget(label(words("window.blanks_out_title"), "subheading"))
        self.table = self._table()
        self.body.addWidget(self.table, 1)
        self.reason = QLineEdit()
        self.reason.setObjectName("dialog.blanks.reason")
        self.reason.setAccessibleName(words("window.blanks_reason"))
        self.reason.setPlaceholderText(words("window.blanks_reason"))
        limit(self.reason, 200)
        self.body.addWidget(self.reason)
        self.told = label("", "muted", wrap=True)
        self.told.setObjectName("dialog.blanks.told")
        self.body.addWidget(self.told)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.void = self.foot_button(words("window.blanks_void"), "void", "quiet")
        self.void.clicked.connect(self._void)
        self.print = self.foot_button(words("window.blanks_print"), "print")
        self.print.clicked.connect(self._print)
        self.resize(fitted(WIDTH, HEIGHT, parent))
        tools.bus.changed.connect(self._changed)
        self.view.start()
        self._allow()
        self.read()

    def _table(self) -> QTableWidget:
        words = self._tools.words
        made = QTableWidget()
        headings = [words(f"window.blanks_{name}") for name in COLUMNS]
        as_lines(made, "dialog.blanks.table", words("window.blanks_out_title"), headings)
        made.setMinimumHeight(140)
        made.itemActivated.connect(lambda _item: self._print())
        made.itemSelectionChanged.connect(self._allow)
        return made

    def read(self) -> None:
        """Ask again which forms are out."""
        desk = self._tools.desk

        def ask() -> tuple[list[BlankForm], tuple[Twice, ...]]:
            from desktop.actions.blank_forms import blanks_out, blanks_twice

            return blanks_out(desk), blanks_twice(desk)

        self._tools.tasks.read(ask, self._read, self._refused)

    def _read(self, answer: tuple[list[BlankForm], tuple[Twice, ...]]) -> None:
        out, twice = answer
        self.offer(out)
        self.twice.setText("\n".join(each.told(self._tools.words) for each in twice))
        self.twice.setVisible(bool(twice))

    def offer(self, out: list[BlankForm]) -> None:
        """Show the forms that are out."""
        self._out = out
        self.table.setRowCount(len(out))
        for line, blank in enumerate(out):
            for column, text in enumerate((blank.number, moment(blank.made.at))):
                self.table.setItem(line, column, QTableWidgetItem(text))
        self.table.resizeColumnToContents(1)
        if not out:
            self.told.setText(self._tools.words("window.blanks_none"))
        self._allow()

    def _give_out(self, draft: Draft) -> None:
        desk, series, count = self._tools.desk, Series(str(draft["series"])), draft.get("count")

        def work() -> list[str]:
            from desktop.actions.blank_forms import hand_out

            return hand_out(desk, series, count if isinstance(count, int) else 0)

        self._tools.tasks.write(work, self._given, self.view.settle)

    def _given(self, ids: list[str]) -> None:
        self.view.settle()
        self._tools.bus.tell(Changes(frozenset({"blank_form"})))
        self.told.setText(self._tools.words("window.blanks_count", count=len(ids)))
        if len(ids) == 1:
            self._show(ids[0])
            return
        from desktop.ui.dialogs.printing_many import PrintManyDialog

        PrintManyDialog(self._tools, PaperKind.BLANK_FORM, len(ids), lambda: ids, self).open()

    def _chosen(self) -> BlankForm | None:
        at = self.table.currentRow()
        return self._out[at] if 0 <= at < len(self._out) and self.table.selectedItems() else None

    @Slot()
    def _allow(self) -> None:
        chosen = self._chosen() is not None
        for part in (self.void, self.print, self.reason):
            part.setEnabled(chosen)

    @Slot()
    def _print(self) -> None:
        if (blank := self._chosen()) is not None:
            self._show(blank.id)

    def _show(self, blank_id: str) -> None:
        from desktop.ui.dialogs.paper import PaperDialog  # QtPdf is loaded when a paper is asked for

        PaperDialog.show_paper(self, self._tools, PaperKind.BLANK_FORM, blank_id)

    @Slot()
    def _void(self) -> None:
        blank, desk, reason = self._chosen(), self._tools.desk, self.reason.text()
        if blank is None:
            return
        blank_id = blank.id

        def work() -> Done:
            from desktop.actions.blank_forms import void_blank

            return void_blank(desk, blank_id, reason)

        self._tools.tasks.write(work, self._voided, self._refused)

    def _voided(self, done: Done) -> None:
        self.reason.clear()
        self._tools.bus.tell(done.changes)
        self.told.setText(self._tools.words("window.blanks_voided", number=done.number))

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        if changes.touches("blank_form", "number_void", "visit", "agreement"):
            self.read()

    def _refused(self, error: QianshaoError) -> None:
        self.told.setText(self._tools.sentence(error))
        if error.key == "actions.required":
            self.reason.setFocus()
