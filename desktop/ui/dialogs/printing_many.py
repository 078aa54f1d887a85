"""Print several papers in one go: asks first and says how many, tells how far it is, stops, and says what stayed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.devices.printers import How
from desktop.ui.dialogs.long_work import LongWork
from desktop.ui.pieces.printer_choice import PrinterChoice, print_system
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from sync.records.papers import PaperKind

if TYPE_CHECKING:
    from desktop.actions.many_papers import ManyPrinted

MOST_TOLD = 5


class PrintManyDialog(LongWork):
    """Prints ``paper`` of each of the ``count`` records whose ids ``read`` gives, on the link lane."""

    def __init__(
        self, tools: Tools, paper: PaperKind, count: int, read: Callable[[], Sequence[str]], parent: QWidget
    ) -> None:
        words = tools.words
        what = words("lists.print_many_text", count=f"{count:,}", paper=words(f"records.paperkind_{paper.value}"))
        super().__init__(tools, "print_many", words("lists.print_many"), what, parent)
        self._paper, self._read = paper, read
        self.choice = PrinterChoice(tools, self.objectName())
        self.printer = self.choice.printer
        self.choice.found.connect(self._found)
        self.body.addWidget(self.choice)
        self.close_first()
        self.print: QPushButton = self.foot_button(words("lists.print_many_go", count=f"{count:,}"), "print", "primary")
        self.print.clicked.connect(self.start)
        self.lay_foot(words("lists.print_many_care"), self.print, self.choice)
        self.print.setEnabled(False)
        self.choice.look()

    def start(self) -> None:
        """Print them all, one after the other."""
        desk, read, printer = self._tools.desk, self._read, self.printer.currentText()
        paper, sides = self._paper, self.choice.chosen_sides()
        title = self._tools.words(f"records.paperkind_{paper.value}")

        def work(task: Task) -> ManyPrinted:
            from desktop.actions.many_papers import send_many
            from desktop.actions.print_jobs import Wanted, keep_sides

            keep_sides(desk, printer, sides)
            wanted = Wanted(paper, "", printer, How(1, "", sides), title=title)
            return send_many(desk, print_system(), wanted, read(), lambda d, t: task.report((d, t)), task.cancelled)

        self.run(work, self._printed)

    def _printed(self, done: ManyPrinted) -> None:
        words = self._tools.words
        self.print.setEnabled(False)
        self._tools.bus.tell(done.changes)
        said = [words("lists.print_many_done", count=done.printed)]
        if done.left:
            said.append(words("lists.print_many_left", count=done.left))
        if done.stayed:
            said.append(words("lists.print_many_stayed", count=len(done.stayed)))
            said += [f"· {self._tools.sentence(error)}" for _, error in done.stayed[:MOST_TOLD]]
        self.told.setText("\n".join(said))

    def _found(self) -> None:
        some = self.printer.count() > 0
        self.print.setEnabled(some)
        if some:
            self.print.setFocus()
        else:
            self.told.setText(self._tools.words("window.no_printer"))
