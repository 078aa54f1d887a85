"""打印记录: every print, what became of its paper, and the word of a person where the print system has none."""

from __future__ import annotations

from functools import partial

from desktop.actions.desk import Done
from desktop.changes import Changes
from desktop.store.rows import PrintRow
from desktop.ui.dialogs.confirm import Confirm
from desktop.ui.models.columns import print_columns
from desktop.ui.pages.list_page import ListPage
from desktop.ui.pages.list_shape import Shape, Verb
from desktop.ui.stories.prints import print_story
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError
from sync.records.papers import FINAL_RESULTS, PaperKind


class PrintsPage(ListPage):
    """Looking at it asks the print system about everything that is under way."""

    def __init__(self, tools: Tools) -> None:
        columns = print_columns(tools.words, tools.desk.now)
        story = partial(print_story, tools.words)
        super().__init__(tools, Shape("prints", ("print", "print_outcome"), columns, story, "print"))

    def start(self) -> None:
        """Take the focus, and ask what became of the jobs that are under way."""
        super().start()
        self.settle()

    def settle(self) -> None:
        """Ask the print system, on the link lane."""
        from desktop.ui.pieces.printer_choice import print_system  # here: its classes of Qt are made on this thread

        desk = self.tools.desk

        def work(_task: object) -> Changes:
            from desktop.actions.print_jobs import settle

            return settle(desk, print_system())

        self.tools.tasks.link(work, self.tools.bus.tell, lambda _error: None)

    def verbs(self) -> list[Verb]:
        """Ask the printers."""
        return [Verb("settle", "print", self.settle, "", "quiet", "F5")]

    def verbs_of(self, row: PrintRow) -> list[Verb]:
        """Show what was printed; say what became of it, where nobody knows."""
        found = [Verb("subject", "chevron_right", partial(self.show_subject, row.subject))]
        if row.paper is not PaperKind.CASE_FILE:  # a whole file is printed from its mediation, part by part
            found.append(Verb("again", "print", partial(self.again, row), "print"))
        if row.result not in FINAL_RESULTS:
            found.append(Verb("in_hand", "check", partial(self.say_in_hand, row.id, True), "print_outcome", "quiet"))
            found.append(
                Verb("not_in_hand", "cross", partial(self.say_in_hand, row.id, False), "print_outcome", "quiet")
            )
        return found

    def show_subject(self, subject: str) -> None:
        """Show the record that the paper was about, on its page: an agreement on that of its mediation."""
        desk = self.tools.desk

        def read() -> str:
            from desktop.actions.finding import home_of

            return home_of(desk, subject)

        self.tools.tasks.read(read, self.followed.emit, self._not_said)

    def again(self, row: PrintRow) -> None:
        """Show the paper, to print it again."""
        from desktop.ui.dialogs.paper import PaperDialog

        PaperDialog.show_paper(self, self.tools, row.paper, row.subject)

    def say_in_hand(self, print_id: str, in_hand: bool) -> None:
        """A person says whether the paper is in hand, having been asked once."""
        words = self.tools.words
        key = "in_hand" if in_hand else "not_in_hand"
        verb = words(f"window.verb_prints_{key}")
        text, then = words(f"printing.{key}_text"), partial(self._say, print_id, in_hand)
        Confirm(self.window(), verb, text, verb, words("window.cancel"), then).open()

    def _say(self, print_id: str, in_hand: bool) -> None:
        desk = self.tools.desk

        def work() -> Done:
            from desktop.actions.print_jobs import say_outcome

            return say_outcome(desk, print_id, in_hand=in_hand)

        self.tools.tasks.write(work, self._said, self._not_said)

    def _said(self, done: Done) -> None:
        self.tools.bus.tell(done.changes)

    def _not_said(self, error: QianshaoError) -> None:
        self.said.emit(self.tools.sentence(error), "bad")
