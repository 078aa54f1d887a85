"""The whole file of a mediation: bound beside the window, looked at, and only then recorded, as it leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QProgressBar, QPushButton, QWidget

from desktop.config import staged
from desktop.devices.printers import How
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.pieces.labels import label, restyle
from desktop.ui.pieces.printer_choice import PrinterChoice, print_system
from desktop.ui.pieces.shown_file import PagesView
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError, Unavailable

if TYPE_CHECKING:
    from desktop.actions.binding import Part
    from desktop.actions.file_parts import Standing
    from desktop.actions.papers import Printed
    from desktop.actions.print_jobs import Sent

WIDTH, HEIGHT = 900, 700


class WholeFileDialog(Sheet):
    """Binds what is new and shows it; where nothing is, offers copies of the parts. Esc stops, or closes."""

    def __init__(self, tools: Tools, mediation_id: str, parent: QWidget) -> None:
        words = tools.words
        super().__init__("whole_file", words("whole_file.title"), words("whole_file.hint"), parent, 640)
        self._tools, self._mediation = tools, mediation_id
        self._task: Task | None = None
        self._part: Part | None = None
        self._recorded = False
        self._standing: Standing | None = None
        self.bar = QProgressBar()
        self.bar.setAccessibleName(words("whole_file.making"))
        self.bar.setTextVisible(False)
        self.body.addWidget(self.bar)
        self.view = PagesView(words("whole_file.title"), self)
        self.body.addWidget(self.view, 1)
        self.note = label(words("whole_file.making"), "muted", wrap=True)
        self.body.addWidget(self.note)
        self._choices()
        self.close_button: QPushButton = self.foot_button(words("window.stop"), "close")
        self.close_button.clicked.connect(self.reject)
        self.save: QPushButton = self.foot_button(words("window.paper_save"), "save")
        self.save.clicked.connect(self._choose_file)
        self.print: QPushButton = self.foot_button(words("window.print"), "print", "primary")
        self.print.clicked.connect(lambda: self._leave(self.printer.currentText(), None))
        self._allow(False)
        self.resize(fitted(WIDTH, max(HEIGHT, parent.height() - 60), parent))

    @classmethod
    def show_file(cls, parent: QWidget, tools: Tools, mediation_id: str) -> WholeFileDialog:
        """Open the dialog over ``parent`` and bind beside it."""
        made = cls(tools, mediation_id, parent.window())
        made.open()
        made.bind()
        made.choice.look()
        return made

    def bind(self) -> None:
        """Bind what no part holds yet, or say that nothing is new."""
        desk, home, keys, mediation = self._tools.desk, self._tools.home, self._tools.keys, self._mediation

        def work(task: Task) -> tuple[Standing, Part | None]:
            from desktop.actions.binding import bind_part
            from desktop.actions.fetching import read_or_fetch
            from desktop.actions.file_parts import standing

            stands = standing(desk, mediation)
            if stands.parts and not stands.new:
                return stands, None

            def fetch(attachment_id: str) -> bytes:
                return read_or_fetch(desk, home, keys, attachment_id)[1]

            return stands, bind_part(desk, mediation, lambda d, o: task.report((d, o)), task.cancelled, fetch)

        self._busy(True)
        self._task = self._tools.tasks.link(work, self._bound, self._failed, self._progress)

    def reject(self) -> None:
        """Esc and the button: stop at the next page and stay to tell; else close."""
        if self._task is None:
            super().reject()
            return
        self._task.cancel()
        self._tell(self._tools.words("window.stopping"))

    def save_as(self, path: Path) -> None:
        """Record it and write it to ``path``, for its owner only: a person's explicit act."""
        self._leave("", path)

    def _choices(self) -> None:
        words = self._tools.words
        self.parts = QComboBox()
        self.parts.setObjectName("dialog.whole_file.part")
        self.parts.setAccessibleName(words("whole_file.which_part"))
        self.parts.currentIndexChanged.connect(self._tell_copy)
        self.parts.hide()
        self.body.addWidget(self.parts)
        self.choice = PrinterChoice(self._tools, self.objectName())
        self.printer = self.choice.printer
        self.choice.found.connect(self._found)
        self.body.addWidget(self.choice)

    @Slot()
    def _found(self) -> None:
        """It is known which printers there are."""
        self._allow(self.save.isEnabled())

    def _progress(self, answer: tuple[int, int]) -> None:
        done, of = answer
        self.bar.setRange(0, of)
        self.bar.setValue(done)

    def _bound(self, answer: tuple[Standing, Part | None]) -> None:
        words = self._tools.words
        self._standing, self._part = answer
        self._busy(False)
        if self._part is None:
            self._offer_copies()
            return
        first, last = self._part.pages
        self.view.show_bytes(self._part.pdf)
        key = "whole_file.ready_appendix" if self._standing.parts else "whole_file.ready"
        said = [words(key, pages=last - first + 1, first=first, last=last)]
        if self._part.missing:
            said.append(words("whole_file.missing", documents="、".join(map(words, self._part.missing))))
        if self._part.held_back:
            said.append(words("whole_file.held_back", documents="、".join(self._part.held_back)))
        if self._part.unvouched:
            said.append(words("whole_file.unvouched", files="、".join(self._part.unvouched)))
        self._tell("\n".join(said))
        self._allow(True)

    def _offer_copies(self) -> None:
        """Nothing is new: a copy of any part may leave again."""
        words, stands = self._tools.words, self._standing
        self.parts.clear()
        for number, (first, last) in enumerate(stands.parts if stands else (), 1):
            self.parts.addItem(words("whole_file.part", number=number, first=first, last=last), number)
        self.parts.setCurrentIndex(self.parts.count() - 1)
        self.parts.show()
        self._tell_copy()
        self._allow(True)

    def _tell_copy(self) -> None:
        at = self.parts.currentIndex()
        if self._standing is None or not 0 <= at < len(self._standing.parts):
            return
        first, last = self._standing.parts[at]
        self._tell(self._tools.words("whole_file.ready_copy", number=at + 1, first=first, last=last))
        desk, mediation = self._tools.desk, self._mediation

        def read() -> bytes:
            from desktop.actions.file_parts import read_part

            return read_part(desk, mediation, at + 1)

        self._tools.tasks.read(read, self.view.show_bytes, self._unseen)

    def _unseen(self, error: QianshaoError) -> None:
        """A part whose bytes are at another desk cannot be shown, nor copied."""
        self._tell(self._tools.sentence(error), "error")

    def _choose_file(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(self, self._tools.words("window.paper_save"), "", "PDF (*.pdf)")
        if path:
            self.save_as(Path(path))

    def _leave(self, printer: str, path: Path | None) -> None:
        self._allow(False)
        # A part that is recorded and that no printer took leaves again as the last one (`issue_copy`).
        desk, mediation, part = self._tools.desk, self._mediation, None if self._recorded else self._part
        number, title, sides = int(self.parts.currentData() or 0), self.windowTitle(), self.choice.chosen_sides()
        bytes_known = self._part.pdf if self._part else None

        def leave(_task: object) -> tuple[Sent, bool]:
            from desktop.actions.file_parts import issue_copy, issue_part
            from desktop.actions.print_jobs import Sent, hand_to_printer, keep_sides

            def record() -> Printed:
                return issue_part(desk, part, 1, printer) if part else issue_copy(desk, mediation, number, 1, printer)

            if path is not None:
                printed = _saved(path, bytes_known, record)
                return Sent(printed, printed.changes), True
            keep_sides(desk, printer, sides)
            return hand_to_printer(desk, print_system(), record(), printer, How(sides=sides), title), False

        self._task = self._tools.tasks.link(leave, self._left, self._failed)

    def _left(self, answer: tuple[Sent, bool]) -> None:
        sent, saved = answer
        self._task = None
        self._tools.bus.tell(sent.changes)
        self._recorded = self._part is not None
        if sent.error is not None:
            self._failed(sent.error)
            self._allow(True)
            return
        self._tell(self._tools.words("whole_file.saved" if saved else "whole_file.printed"))
        self._part = None

    def _failed(self, error: QianshaoError) -> None:
        self._busy(False)
        self._tell(self._tools.sentence(error), "error")
        self._allow(self._part is not None or self.parts.currentIndex() >= 0)

    def _busy(self, busy: bool) -> None:
        self._task = None
        self.bar.setRange(0, 0)
        self.bar.setVisible(busy)
        self.view.setVisible(not busy)
        self.close_button.setText(self._tools.words("window.stop" if busy else "window.close"))

    def _tell(self, text: str, role: str = "muted") -> None:
        self.note.setProperty("role", role)
        restyle(self.note)
        self.note.setText(text)

    def _allow(self, allowed: bool) -> None:
        self.save.setEnabled(allowed)
        self.print.setEnabled(allowed and self.printer.count() > 0)
        if allowed and self.isVisible():
            (self.print if self.print.isEnabled() else self.save).setFocus()


def _saved(path: Path, content: bytes | None, record: Callable[[], Printed]) -> Printed:
    """Write the file, record, and only then give it its name; a copy is known once it is recorded."""
    try:
        if content is None:
            printed = record()
            with staged(path, printed.bytes):
                return printed
        with staged(path, content):
            return record()
    except OSError as error:
        raise Unavailable("cli.cannot_write", file=path) from error
