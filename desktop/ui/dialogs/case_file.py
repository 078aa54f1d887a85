"""The file (卷宗) of a mediation: every document in its order, how it stands, and from here to its paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from desktop.actions.case_documents import FRAMES, Present
from desktop.changes import Changes
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.file_parts import Standing

WIDTH, HEIGHT = 820, 640
COLUMNS = ("document", "need", "state", "scans")


class CaseFileDialog(Sheet):
    """A line for each document; Enter shows its paper, from where it is printed."""

    def __init__(self, tools: Tools, mediation_id: str, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("case_file", words("window.case_file_title"), words("window.case_file_hint"), parent, 680)
        self._tools, self._mediation = tools, mediation_id
        self._shown: tuple[Present, ...] = ()
        self._standing: Standing | None = None
        self.table = QTableWidget()
        headings = [words(f"window.case_file_{name}") for name in COLUMNS]
        as_lines(self.table, "dialog.case_file.table", words("window.case_file_title"), headings)
        self.table.itemActivated.connect(self._activated)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.body.addWidget(self.table, 1)
        self.note = label("", "muted", wrap=True)
        self.body.addWidget(self.note)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.add_scans = self.foot_button(words("whole_file.add_scans"), "scans")
        self.add_scans.clicked.connect(self._add_scans)
        self.show_paper = self.foot_button(words("window.case_file_show"), "show")
        self.show_paper.clicked.connect(self._show)
        self.whole = self.foot_button(words("whole_file.button"), "whole", "primary")
        self.whole.clicked.connect(self._bind)
        self.whole.setVisible(tools.may("print"))
        self.resize(WIDTH, max(HEIGHT, parent.height() - 60) if parent is not None else HEIGHT)
        tools.bus.changed.connect(self._changed)

    @classmethod
    def show_file(cls, parent: QWidget, tools: Tools, mediation_id: str) -> CaseFileDialog:
        """Open the dialog over ``parent`` and read the documents beside it."""
        made = cls(tools, mediation_id, parent.window())
        made.open()
        made.read()
        return made

    def read(self) -> None:
        """Ask again how the documents stand."""
        desk, mediation = self._tools.desk, self._mediation

        def read() -> tuple[tuple[Present, ...], Standing]:
            from desktop.actions.file_parts import how_it_stands

            return how_it_stands(desk, mediation)

        self._tools.tasks.read(read, self.offer, self._refused)

    def offer(self, found: tuple[tuple[Present, ...], Standing]) -> None:
        """Show the documents; the line that was current stays so."""
        documents, self._standing = found
        words, at = self._tools.words, max(self.table.currentRow(), 0)
        self._shown = documents
        self.table.setRowCount(len(documents))
        for line, present in enumerate(documents):
            document = present.document
            name = words(f"records.paperkind_{document.paper}" if document.paper else f"records.paper_{document.name}")
            count = found[1].scans.get(document.name, 0)
            scans = words("whole_file.scan_count", count=count) if count else ""
            shown = (name, words(f"window.need_{document.need}"), self._state(present), scans)
            for column, text in enumerate(shown):
                self.table.setItem(line, column, QTableWidgetItem(text))
        for column in range(1, len(COLUMNS)):
            self.table.resizeColumnToContents(column)
        self.table.setCurrentCell(at, 0)
        self.note.setText("\n".join(self._told(documents, found[1])))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _told(self, documents: tuple[Present, ...], stands: Standing) -> list[str]:
        words = self._tools.words
        missing = [p for p in documents if p.document.need == "must" and p.document.paper and not p.prints]
        if not stands.parts:
            return [words("window.case_file_missing", count=len(missing))] if missing else []
        last = stands.parts[-1][1]
        told = [words("whole_file.bound_until", parts=len(stands.parts), last=last)]
        return [*told, words("whole_file.new_since", count=stands.new)] if stands.new else told

    def _state(self, present: Present) -> str:
        words = self._tools.words
        if present.document.paper is None:
            there = self._standing.scans.get(present.document.name) if self._standing else 0
            return words("whole_file.there" if there else "window.case_file_by_hand")
        if present.prints:
            return words("window.case_file_printed", count=present.prints)
        return words("window.case_file_unprinted" if present.subject else "window.case_file_not_yet")

    @Slot()
    def _chosen(self) -> None:
        chosen = self._current()
        self.show_paper.setEnabled(chosen is not None and bool(chosen.subject))
        takes = chosen is not None and chosen.document.paper not in FRAMES
        self.add_scans.setEnabled(takes and self._tools.may("attachment"))

    def _current(self) -> Present | None:
        at = self.table.currentRow()
        return self._shown[at] if 0 <= at < len(self._shown) else None

    @Slot(QTableWidgetItem)
    def _activated(self, _item: QTableWidgetItem) -> None:
        self._show()

    @Slot()
    def _show(self) -> None:
        from desktop.ui.dialogs.paper import PaperDialog  # QtPdf is loaded when a paper is asked for

        chosen = self._current()
        if chosen is not None and chosen.subject and chosen.document.paper is not None:
            PaperDialog.show_paper(self, self._tools, chosen.document.paper, chosen.subject)

    @Slot()
    def _add_scans(self) -> None:
        from desktop.ui.dialogs.attachments import AttachmentsDialog

        chosen, words = self._current(), self._tools.words
        if chosen is None:
            return
        document = chosen.document
        name = words(f"records.paperkind_{document.paper}" if document.paper else f"records.paper_{document.name}")
        title = words("whole_file.scans_of", document=name)
        AttachmentsDialog(self._tools, self._mediation, title, self.window(), document.name).open()

    @Slot()
    def _bind(self) -> None:
        from desktop.ui.dialogs.whole_file import WholeFileDialog  # QtPdf is loaded when a paper is asked for

        WholeFileDialog.show_file(self, self._tools, self._mediation)

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        if changes.touches("print", "agreement", "mediation", "attachment", "mediation_event", "follow_up"):
            self.read()

    def _refused(self, error: QianshaoError) -> None:
        self.note.setText(self._tools.sentence(error))
