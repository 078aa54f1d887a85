"""A paper before it is printed: the PDF as it will be, then the print, recorded before paper leaves and followed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget

from desktop.actions.print_reasons import reasons_told
from desktop.config import write_private
from desktop.devices.printers import How, Job, JobState, JobTold
from desktop.ui.dialogs.print_rules import PrintRulesDialog, attention, counted
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.pieces.labels import label, restyle
from desktop.ui.pieces.pdf_pages import PdfPages
from desktop.ui.pieces.print_choices import PrintChoices
from desktop.ui.pieces.printer_choice import PrinterChoice, print_system
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError, RuleBroken, Unavailable
from sync.records.papers import PaperKind
from sync.records.print_rules import Finding, unmet

if TYPE_CHECKING:
    from desktop.actions.papers import Printed
    from desktop.actions.print_jobs import Sent
    from desktop.actions.print_sets import PaperSet
    from desktop.changes import Changes

    Shown = tuple[bytes, int, tuple[PaperSet, ...], tuple[Finding, ...]]

WIDTH, HEIGHT = 880, 660
ASK_AGAIN_MS = 800
"""So often the print system is asked what became of the job, while the dialog is open."""
_UNDER_WAY = (JobState.WAITING, JobState.PRINTING, JobState.HELD)
_ROLES = {JobState.PRINTED: "good", JobState.HELD: "warning", JobState.FAILED: "error", JobState.GONE: "warning"}


class PaperDialog(Sheet):
    """Shows ``paper`` of ``subject``; the print verb is the only way from here to a printer."""

    def __init__(self, tools: Tools, paper: PaperKind, subject: str, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("paper", words(f"records.paperkind_{paper.value}"), "", parent, 640)
        self._tools, self._paper, self._subject = tools, paper, subject
        self._not_left = ""
        self._rules: tuple[Finding, ...] = ()
        self._reasons: dict[str, str] = {}
        self._following: tuple[str, Job, int] | None = None
        self.pages = PdfPages(words, self.windowTitle())
        self.document, self.view = self.pages.document, self.pages.view
        self.body.addWidget(self.pages, 1)
        self.note: QLabel = label(words("window.paper_loading"), "muted", wrap=True)
        self.note.setObjectName("dialog.paper.note")
        self.body.addWidget(self.note)
        self.choices = PrintChoices(words, self.objectName())
        self.copies = self.choices.copies
        self.body.addWidget(self.choices)
        self.choice = PrinterChoice(tools, self.objectName())
        self.printer = self.choice.printer
        self.choice.found.connect(lambda: self._allow(self.save.isEnabled()))
        self.body.addWidget(self.choice)
        self.rules: QPushButton = self.foot_button(words("rules.open"), "rules", "quiet")
        self.rules.clicked.connect(self._look)
        self.rules.hide()
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.save: QPushButton = self.foot_button(words("window.paper_save"), "save")
        self.save.clicked.connect(self._choose_file)
        self.print: QPushButton = self.foot_button(words("window.print"), "print", "primary")
        self.print.clicked.connect(self._print)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(ASK_AGAIN_MS)
        self._again.timeout.connect(self._ask_job)
        self._allow(False)
        self.resize(fitted(WIDTH, max(HEIGHT, parent.height() - 60) if parent is not None else HEIGHT, parent))

    @classmethod
    def show_paper(cls, parent: QWidget, tools: Tools, paper: PaperKind, subject: str) -> PaperDialog:
        """Open the dialog over ``parent`` and make the PDF beside it."""
        made = cls(tools, paper, subject, parent.window())
        made.open()
        desk = tools.desk

        def render(_task: object) -> Shown:
            from desktop.actions.papers import preview, usual_copies
            from desktop.actions.print_rules import print_findings
            from desktop.actions.print_sets import sets_of

            found = print_findings(desk, paper, subject)
            sets = sets_of(desk, paper, subject)
            return preview(desk, paper, subject), usual_copies(desk, paper, subject), sets, found

        tools.tasks.link(render, made.show_preview, made.refuse)
        made.choice.look()
        return made

    def show_preview(self, made: Shown) -> None:
        """Show the paper as it will be, how many copies it has and for whom, and how the rules before print stand."""
        pdf, copies, sets, found = made
        self.choices.offer(copies, sets)
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
        self.pages.show_bytes(pdf)
        self._tell(self._tools.words("window.paper_pages", count=self.document.pageCount()))
        self._allow(True)

    def save_as(self, path: Path) -> None:
        """Record the print and write the PDF to ``path``, for its owner only: a person's explicit act."""
        if unmet(self._rules, self._reasons):
            self._show_rules(partial(self.save_as, path))
            return
        desk, paper, subject, not_left = self._tools.desk, self._paper, self._subject, self._not_left
        copies, whom, reasons = self.choices.copies.value(), self.choices.recipients(), dict(self._reasons)
        self._allow(False)

        def leave(_task: object) -> Sent:
            from desktop.actions.papers import issue_paper
            from desktop.actions.print_jobs import Sent

            printed = issue_paper(desk, paper, subject, copies, "", not_left, reasons, recipients=whom)
            try:
                write_private(path, printed.bytes)
            except OSError as why:
                error = Unavailable("cli.cannot_write", file=str(path))
                error.__cause__ = why
                return Sent(printed, printed.changes, error=error)
            return Sent(printed, printed.changes)

        self._tools.tasks.link(leave, self._left, self._stayed)

    def refuse(self, error: QianshaoError) -> None:
        """Say why there is no paper, or why it did not leave."""
        self._tell(self._tools.sentence(error), "error")

    def _tell(self, text: str, role: str = "muted") -> None:
        self.note.setProperty("role", role)
        restyle(self.note)
        self.note.setText(text)

    def _allow(self, allowed: bool) -> None:
        can_print = allowed and self.printer.count() > 0
        self.print.setEnabled(can_print)
        self.save.setEnabled(allowed)
        if allowed and not self.printer.count():
            self.print.setToolTip(self._tools.words("window.no_printer"))
        if can_print:
            self.print.setFocus(Qt.FocusReason.OtherFocusReason)

    def _print(self) -> None:
        from desktop.actions.print_jobs import Wanted, keep_sides, send_paper

        if unmet(self._rules, self._reasons):
            self._show_rules(self._print)
            return
        try:
            copies, pages, whom = self.choices.chosen(self.document.pageCount())
        except RuleBroken as broken:
            self.refuse(broken)
            self.choices.pages.setFocus()
            return
        desk, sides, printer = self._tools.desk, self.choice.chosen_sides(), self.printer.currentText()
        title, how = self.windowTitle(), How(copies, pages, sides)
        wanted = Wanted(self._paper, self._subject, printer, how, whom, title, self._not_left, dict(self._reasons))
        self._allow(False)

        def leave(_task: object) -> Sent:
            keep_sides(desk, printer, sides)
            return send_paper(desk, print_system(), wanted)

        self._tools.tasks.link(leave, self._left, self._stayed)

    def _choose_file(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(self, self._tools.words("window.paper_save"), "", "PDF (*.pdf)")
        if path:
            self.save_as(Path(path))

    def _left(self, sent: Sent) -> None:
        """Say that it left; where it did not, no paper of this print exists, and the next try is the same print."""
        printed: Printed = sent.printed
        self._tools.bus.tell(sent.changes)
        self._not_left = printed.print_id if sent.error else ""
        if sent.error is not None:
            self._stayed(sent.error)
            self.choice.ask()
            return
        self._rules = ()
        self.rules.hide()
        self.show_bytes(printed.bytes)
        self.choices.offer(1)
        self.choices.pages.clear()
        self._tell(self._tools.words("window.printed", copy=printed.copy))
        if sent.job is not None:
            self._following = (printed.print_id, sent.job, printed.copy)
            self._ask_job()

    def _stayed(self, error: QianshaoError) -> None:
        self._allow(True)
        self.refuse(error)

    def _ask_job(self) -> None:
        """Ask what became of the job, on the link lane; what is proven is noted there."""
        if self._following is None or not self.isVisible():
            return
        desk, (print_id, job, _copy) = self._tools.desk, self._following

        def work(_task: object) -> tuple[JobTold, Changes]:
            from desktop.actions.print_jobs import note_job

            told = print_system().state(job)
            return told, note_job(desk, print_id, told)

        self._tools.tasks.link(work, self._job_told, self.refuse)

    def _job_told(self, answer: tuple[JobTold, Changes]) -> None:
        told, changes = answer
        if self._following is None:
            return
        self._tools.bus.tell(changes)
        words, (_print_id, job, copy) = self._tools.words, self._following
        state = words(f"printing.job_{told.state.value}", printer=job.printer)
        if told.reasons:
            state = words("printing.job_because", state=state, reasons=reasons_told(words, told.reasons))
        self._tell(words("printing.job_told", copy=copy, state=state), _ROLES.get(told.state, "muted"))
        if told.state in _UNDER_WAY:
            self._again.start()
        else:
            self._following = None
            self.choice.ask()
