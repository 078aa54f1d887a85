"""Print several papers in one go: asks first and says how many, tells how far it is, stops, and says what stayed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QProgressBar, QPushButton, QWidget

from desktop.devices.printers import printers_here
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.qt_printers import QtPrinters
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError
from sync.records.papers import PaperKind

if TYPE_CHECKING:
    from desktop.actions.many_papers import ManyPrinted

MOST_TOLD = 5


class PrintManyDialog(Sheet):
    """Prints ``paper`` of each of the ``count`` records whose ids ``read`` gives, on the link lane."""

    def __init__(
        self, tools: Tools, paper: PaperKind, count: int, read: Callable[[], Sequence[str]], parent: QWidget
    ) -> None:
        words = tools.words
        what = words("lists.print_many_text", count=f"{count:,}", paper=words(f"records.paperkind_{paper.value}"))
        super().__init__("print_many", words("lists.print_many"), what, parent.window(), 520)
        self._tools, self._paper, self._read = tools, paper, read
        self._task: Task | None = None
        self.printer = QComboBox()
        self.printer.setObjectName("dialog.print_many.printer")
        self.printer.setAccessibleName(words("window.printer"))
        self.printer.setPlaceholderText(words("window.printer_looking"))
        self.body.addWidget(self.printer)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(words("lists.print_many"))
        self.bar.hide()
        self.body.addWidget(self.bar)
        self.told = label(words("lists.print_many_care"), "muted", wrap=True)
        self.body.addWidget(self.told)
        self.close_button: QPushButton = self.foot_button(words("window.close"), "close")
        self.close_button.clicked.connect(self.reject)
        self.print: QPushButton = self.foot_button(words("lists.print_many_go", count=f"{count:,}"), "print", "primary")
        self.print.clicked.connect(self.start)
        self.print.setEnabled(False)
        tools.tasks.link(_printers, self.offer_printers, self._no_printers)

    def offer_printers(self, found: tuple[tuple[str, ...], str]) -> None:
        """Offer the printers that there are; the one that was set here, or the system's own, comes first."""
        names, default = found
        self.printer.clear()
        self.printer.addItems(list(names))
        self.printer.setPlaceholderText(self._tools.words("window.no_printer"))
        at = max(self.printer.findText(self._tools.home.settings.printer), self.printer.findText(default), 0)
        self.printer.setCurrentIndex(at if names else -1)
        self.printer.setEnabled(bool(names))
        self.print.setEnabled(bool(names))
        if names:
            self.print.setFocus()
        else:
            self.told.setText(self._tools.words("window.no_printer"))

    def start(self) -> None:
        """Print them all, one after the other."""
        desk, paper, read, printer = self._tools.desk, self._paper, self._read, self.printer.currentText()
        title = self._tools.words(f"records.paperkind_{paper.value}")
        self._busy(True)

        def work(task: Task) -> ManyPrinted:
            from desktop.actions.many_papers import issue_many

            here = printers_here() or QtPrinters()

            def send(pdf: bytes, copies: int) -> None:
                here.print_pdf(printer, pdf, copies, title)

            return issue_many(desk, paper, read(), printer, send, lambda d, t: task.report((d, t)), task.cancelled)

        self._task = self._tools.tasks.link(work, self._done, self._failed, self._progress)

    def reject(self) -> None:
        """Esc and the button: stop before the next paper, and stay to tell; else close."""
        if self._task is None:
            super().reject()
        else:
            self._task.cancel()
            self.told.setText(self._tools.words("window.stopping"))

    def _progress(self, answer: tuple[int, int]) -> None:
        done, total = answer
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _done(self, done: ManyPrinted) -> None:
        words = self._tools.words
        self._busy(False)
        self.print.setEnabled(False)
        self._tools.bus.tell(done.changes)
        said = [words("lists.print_many_done", count=done.printed)]
        if done.left:
            said.append(words("lists.print_many_left", count=done.left))
        if done.stayed:
            said.append(words("lists.print_many_stayed", count=len(done.stayed)))
            said += [f"· {self._tools.sentence(error)}" for _, error in done.stayed[:MOST_TOLD]]
        self.told.setText("\n".join(said))

    def _failed(self, error: QianshaoError) -> None:
        self._busy(False)
        self.told.setText(self._tools.sentence(error))

    def _no_printers(self, _error: QianshaoError) -> None:
        self.offer_printers(((), ""))

    def _busy(self, busy: bool) -> None:
        self._task = None
        self.bar.setRange(0, 0)
        self.bar.setVisible(busy)
        self.print.setEnabled(not busy)
        self.printer.setEnabled(not busy)
        self.close_button.setText(self._tools.words("window.stop" if busy else "window.close"))


def _printers(_task: object) -> tuple[tuple[str, ...], str]:
    here = printers_here() or QtPrinters()
    return here.names(), here.default()
