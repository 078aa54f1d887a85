"""The papers of one record: each with how often it was printed or what it still lacks, and from here to its preview."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from desktop.actions.papers_offered import Offered, papers_of
from desktop.changes import Changes
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

WIDTH, HEIGHT = 640, 400
COLUMNS = ("document", "state")


class PapersDialog(Sheet):
    """A line for each paper; Enter shows it, from where it is printed."""

    def __init__(self, tools: Tools, kind: str, subject: str, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("papers", words("window.papers_title"), words("window.papers_hint"), parent, 560)
        self._tools, self._kind, self._subject = tools, kind, subject
        self._shown: tuple[Offered, ...] = ()
        self.table = QTableWidget()
        headings = [words(f"window.case_file_{name}") for name in COLUMNS]
        as_lines(self.table, "dialog.papers.table", words("window.papers_title"), headings)
        self.table.itemActivated.connect(self._activated)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.body.addWidget(self.table, 1)
        self.note = label("", "muted", wrap=True)
        self.note.setObjectName("dialog.papers.note")
        self.body.addWidget(self.note)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.show_paper = self.foot_button(words("window.case_file_show"), "show", "primary")
        self.show_paper.clicked.connect(self._show)
        self.resize(fitted(WIDTH, HEIGHT, parent))
        tools.bus.changed.connect(self._changed)

    @classmethod
    def show_papers(cls, parent: QWidget, tools: Tools, kind: str, subject: str) -> PapersDialog:
        """Open the dialog over ``parent`` and read beside it which papers there are."""
        made = cls(tools, kind, subject, parent.window())
        made.open()
        made.read()
        return made

    def read(self) -> None:
        """Ask again how the papers stand."""
        ask = partial(papers_of, self._tools.desk, self._kind, self._subject)
        self._tools.tasks.read(ask, self.offer, self._refused)

    def offer(self, papers: tuple[Offered, ...]) -> None:
        """Show the papers; the line that was current stays so, at first it is the first that can be printed."""
        words, at = self._tools.words, self.table.currentRow()
        if at < 0:
            at = next((line for line, each in enumerate(papers) if each.why_not is None), 0)
        self._shown = papers
        self.table.setRowCount(len(papers))
        for line, offered in enumerate(papers):
            for column, text in enumerate((words(f"records.paperkind_{offered.paper}"), self._state(offered))):
                self.table.setItem(line, column, QTableWidgetItem(text))
        self.table.resizeColumnToContents(1)
        self.table.setCurrentCell(at, 0)
        self._chosen()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _state(self, offered: Offered) -> str:
        words = self._tools.words
        if offered.why_not is not None:
            return words("window.case_file_not_yet")
        if offered.prints:
            return words("window.case_file_printed", count=offered.prints)
        return words("window.case_file_unprinted")

    @Slot()
    def _chosen(self) -> None:
        chosen = self._current()
        why = chosen.why_not if chosen is not None else None
        self.show_paper.setEnabled(chosen is not None and why is None)
        self.note.setText(self._tools.sentence(why) if why is not None else "")

    def _current(self) -> Offered | None:
        at = self.table.currentRow()
        return self._shown[at] if 0 <= at < len(self._shown) else None

    @Slot(QTableWidgetItem)
    def _activated(self, _item: QTableWidgetItem) -> None:
        self._show()

    @Slot()
    def _show(self) -> None:
        from desktop.ui.dialogs.paper import PaperDialog  # QtPdf is loaded when a paper is asked for

        chosen = self._current()
        if chosen is not None and chosen.why_not is None:
            PaperDialog.show_paper(self, self._tools, chosen.paper, chosen.subject)

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        if changes.touches("print", "step", "agreement", "visit"):
            self.read()

    def _refused(self, error: QianshaoError) -> None:
        self.note.setText(self._tools.sentence(error))
