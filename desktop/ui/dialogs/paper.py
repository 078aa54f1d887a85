"""A paper before it is printed: the PDF as it will be, then the print, recorded before paper leaves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMargins, Qt, Slot
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QPushButton, QSpinBox, QWidget

from desktop.config import write_private
from desktop.devices.printers import printers_here
from desktop.ui.dialogs.print_rules import PrintRulesDialog, attention, counted
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted, scaled
from desktop.ui.pieces.labels import label, restyle, row
from desktop.ui.qt_printers import QtPrinters
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError, Unavailable
from sync.records.papers import PaperKind
from sync.records.print_rules import Finding, unmet

if TYPE_CHECKING:
    from desktop.actions.papers import Printed

WIDTH, HEIGHT = 880, 660


class PaperDialog(Sheet):
    """Shows ``paper`` of ``subject``; the print verb is the only way from here to a printer."""

    def __init__(self, tools: Tools, paper: PaperKind, subject: str, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("paper", words(f"records.paperkind_{paper.value}"), "", parent, 640)
        self._tools, self._paper, self._subject = tools, paper, subject
        self._bytes = QByteArray()
        self._not_left = ""
        self._rules: tuple[Finding, ...] = ()
        self._reasons: dict[str, str] = {}
        self._buffer = QBuffer(self)
        self.document = QPdfDocument(self)
        self.view = QPdfView()
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setDocumentMargins(QMargins(14, 14, 14, 14))
        self.view.setAccessibleName(words(f"records.paperkind_{paper.value}"))
        self.body.addWidget(self.view, 1)
        self.note: QLabel = label(words("window.paper_loading"), "muted", wrap=True)
        self.body.addWidget(self.note)
        self._choices()
        self.rules: QPushButton = self.foot_button(words("rules.open"), "rules", "quiet")
        self.rules.clicked.connect(self._look)
        self.rules.hide()
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.save: QPushButton = self.foot_button(words("window.paper_save"), "save")
        self.save.clicked.connect(self._choose_file)
        self.print: QPushButton = self.foot_button(words("window.print"), "print", "primary")
        self.print.clicked.connect(self._print)
        self._allow(False)
        self.resize(fitted(WIDTH, max(HEIGHT, parent.height() - 60) if parent is not None else HEIGHT, parent))

    @classmethod
    def show_paper(cls, parent: QWidget, tools: Tools, paper: PaperKind, subject: str) -> PaperDialog:
        """Open the dialog over ``parent`` and make the PDF beside it."""
        made = cls(tools, paper, subject, parent.window())
        made.open()
        desk = tools.desk

        def render(_task: object) -> tuple[bytes, int, tuple[Finding, ...]]:
            from desktop.actions.papers import preview, usual_copies
            from desktop.actions.print_rules import print_findings

            found = print_findings(desk, paper, subject)
            return preview(desk, paper, subject), usual_copies(desk, paper, subject), found

        tools.tasks.link(render, made.show_preview, made.refuse)
        tools.tasks.link(_printers, made.offer_printers, made.no_printers)
        return made

    def show_preview(self, made: tuple[bytes, int, tuple[Finding, ...]]) -> None:
        """Show the paper as it will be, offer as many copies as it has, and say how the rules before print stand."""
        pdf, copies, found = made
        self.copies.setValue(copies)
        self.show_bytes(pdf)
        self._rules = found
        self.rules.setVisible(bool(found))
        if found:
            self._tell(counted(self._tools.words, found), "error" if attention(found) else "muted")

    @Slot()
    def _look(self) -> None:
        self._show_rules()

    def _show_rules(self, then: Callable[[], None] | None = None) -> None:
        """Open the checklist; accepted, it goes on to ``then``, or to print where there is a printer."""
        dialog = PrintRulesDialog(self._tools, self._rules, self._reasons, self)

        def accepted() -> None:
            self._reasons = dialog.reasons
            if then is not None:
                then()
            elif self.print.isEnabled():
                self._print()

        dialog.accepted.connect(accepted)
        dialog.open()

    def show_bytes(self, pdf: bytes) -> None:
        """Show a PDF."""
        self._buffer.close()
        self._bytes = QByteArray(pdf)
        self._buffer.setData(self._bytes)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(self._buffer)
        self._tell(self._tools.words("window.paper_pages", count=self.document.pageCount()))
        self._allow(True)

    def save_as(self, path: Path) -> None:
        """Record the print and write the PDF to ``path``, for its owner only: a person's explicit act."""
        self._issue("", str(path))

    def offer_printers(self, found: tuple[tuple[str, ...], str]) -> None:
        """Offer the printers that there are; the one that was set here, or the system's own, comes first."""
        names, default = found
        self.printer.clear()
        self.printer.addItems(list(names))
        self.printer.setEnabled(bool(names))
        self.printer.setPlaceholderText(self._tools.words("window.no_printer"))
        if not names:
            self._allow(self.save.isEnabled())
            return
        at = max(self.printer.findText(self._tools.home.settings.printer), self.printer.findText(default), 0)
        self.printer.setCurrentIndex(at)
        self._allow(self.save.isEnabled())

    def no_printers(self, _error: QianshaoError) -> None:
        """No print system answers: the paper can be saved, and the empty list says why it cannot be printed."""
        self.offer_printers(((), ""))

    def refuse(self, error: QianshaoError) -> None:
        """Say why there is no paper, or why it did not leave."""
        self._tell(self._tools.sentence(error), "error")

    def _tell(self, text: str, role: str = "muted") -> None:
        self.note.setProperty("role", role)
        restyle(self.note)
        self.note.setText(text)

    def _choices(self) -> None:
        words = self._tools.words
        self.printer = QComboBox()
        self.printer.setEnabled(False)
        self.printer.setPlaceholderText(words("window.printer_looking"))
        self.printer.setObjectName("dialog.paper.printer")
        self.printer.setAccessibleName(words("window.printer"))
        self.copies = QSpinBox()
        self.copies.setObjectName("dialog.paper.copies")
        self.copies.setAccessibleName(words("window.copies"))
        self.copies.setRange(1, 99)
        self.copies.setFixedWidth(scaled(64))
        self.copies.setAlignment(Qt.AlignmentFlag.AlignCenter)
        line = row(space=10)
        line.addWidget(label(words("window.printer"), "caption"))
        line.addWidget(self.printer, 1)
        line.addSpacing(8)
        line.addWidget(label(words("window.copies"), "caption"))
        line.addWidget(self.copies)
        self.body.addLayout(line)

    def _allow(self, allowed: bool) -> None:
        can_print = allowed and self.printer.count() > 0
        self.print.setEnabled(can_print)
        self.save.setEnabled(allowed)
        if allowed and not self.printer.count():
            self.print.setToolTip(self._tools.words("window.no_printer"))
        if can_print:
            self.print.setFocus(Qt.FocusReason.OtherFocusReason)

    def _print(self) -> None:
        self._issue(self.printer.currentText(), "")

    def _choose_file(self) -> None:
        words = self._tools.words
        path, _kind = QFileDialog.getSaveFileName(self, words("window.paper_save"), "", "PDF (*.pdf)")
        if path:
            self._issue("", path)

    def _issue(self, printer: str, path: str) -> None:
        if unmet(self._rules, self._reasons):
            self._show_rules(partial(self._issue, printer, path))
            return
        self._allow(False)
        reasons = dict(self._reasons)
        desk, paper, subject, copies = self._tools.desk, self._paper, self._subject, self.copies.value()
        title, not_left = self.windowTitle(), self._not_left

        def leave(_task: object) -> tuple[Printed, QianshaoError | None]:
            from desktop.actions.papers import issue_paper

            printed = issue_paper(desk, paper, subject, copies, printer, not_left, reasons)
            try:
                _send(printed.bytes, printer, path, copies, title)
            except QianshaoError as error:
                return printed, error
            return printed, None

        self._tools.tasks.link(leave, self._left, self._stayed)

    def _left(self, answer: tuple[Printed, QianshaoError | None]) -> None:
        """Say that it left; where it did not, no paper of this print exists, and the next try is the same print."""
        printed, error = answer
        self._tools.bus.tell(printed.changes)
        self._not_left = printed.print_id if error else ""
        if error is not None:
            self._stayed(error)
            return
        self._rules = ()
        self.rules.hide()
        self.show_bytes(printed.bytes)
        self.copies.setValue(1)
        self._tell(self._tools.words("window.printed", copy=printed.copy))

    def _stayed(self, error: QianshaoError) -> None:
        self._allow(True)
        self.refuse(error)


def _send(pdf: bytes, printer: str, path: str, copies: int, title: str) -> None:
    """Let a recorded print leave: to a file or to a printer."""
    if not path:
        (printers_here() or QtPrinters()).print_pdf(printer, pdf, copies, title)
        return
    try:
        write_private(Path(path), pdf)
    except OSError as error:
        raise Unavailable("cli.cannot_write", file=path) from error


def _printers(_task: object) -> tuple[tuple[str, ...], str]:
    """Ask the print system on the link lane: it may take its time."""
    here = printers_here() or QtPrinters()
    return here.names(), here.default()
