"""登记: log visits and consultations, import a ledger, open a matter from a visit, print its sheet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from desktop.actions.desk import Done
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.visits import amend_visit, close_consultation, log_visit, visit_draft
from desktop.forms.form import Draft, Form
from desktop.forms.matters import MATTER_FORM
from desktop.forms.questions import fresh
from desktop.forms.visits import CONSULTATION_FORM, VISIT_FORM
from desktop.store.rows import VisitRow
from desktop.ui.confirming import KEY, FormConfirmation, VisitConfirmation
from desktop.ui.dialogs.importing import ImportDialog
from desktop.ui.fields.rows import RowsControl
from desktop.ui.files_shown import FilesOfPage
from desktop.ui.form_panel import FormPanel, Job
from desktop.ui.models.columns import visit_columns
from desktop.ui.pages.list_page import ListPage
from desktop.ui.pages.list_shape import Shape, Verb
from desktop.ui.pages.recognition import Recognition
from desktop.ui.stories.visits import visit_story
from desktop.ui.tools import Tools
from sync.records.errors import RuleBroken
from sync.records.papers import PaperKind

LEFT = "_roster_left"
"""The draft's value with what a list could not be taken of."""


def _with_the_whole_list(verb: Callable[[Draft], Done]) -> Callable[[Draft], Done]:
    """Hand in a visit only once no line of its list waits to be put right: with the draft these lines would be gone."""

    def act(given: Draft) -> Done:
        count = sum(bool(line.strip()) for line in str(given.get(LEFT) or "").splitlines())
        if count and "roster" in given:
            raise RuleBroken("window.roster_waits", field="roster", count=count)
        return verb(given)

    return act


class VisitsPage(ListPage):
    """The page a registrar works on all day."""

    def __init__(self, tools: Tools) -> None:
        shape = Shape(
            "visits",
            ("visit", "participation", "person", "matter", "attachment"),
            visit_columns(tools.words, tools.desk.now),
            partial(visit_story, tools.words),
            "visits",
        )
        super().__init__(tools, shape)
        self.files = FilesOfPage(self)
        self.confirmation = VisitConfirmation(self, tools)

    def verbs(self) -> list[Verb]:
        """Import, consultation, log."""
        return [
            Verb("import", "import", self.import_ledger, "visit", "quiet", "Ctrl+I"),
            Verb("consult", "chat", self.consult, "visit", "", "Ctrl+Shift+N"),
            Verb("log", "add", self.log, "visit", "primary"),
        ]

    def verbs_of_many(self) -> list[Verb]:
        """Print them all."""
        return [Verb("print_chosen", "print", self.print_chosen, "print", "quiet")]

    def print_chosen(self) -> None:
        """Print the paper of each chosen record, in one go."""
        self.print_many(PaperKind.REGISTRATION)

    def verbs_of(self, row: VisitRow) -> list[Verb]:
        """Open a matter, print, correct."""
        opening = [] if row.matter else [Verb("open_matter", "matters", partial(self.open_matter, row.id), "matter")]
        return [
            *opening,
            Verb("print", "print", partial(self.print_sheet, row.id), "print"),
            Verb("papers", "sheet", partial(self.show_papers, row.id), "print", "quiet"),
            self.files.verb(),
            Verb("confirm", "person", partial(self.confirmation.show, row.id), "attachment", "quiet", KEY),
            Verb("amend", "edit", partial(self.amend, row.id), "visit", "quiet"),
        ]

    def log(self) -> FormPanel:
        """Open the form of a visit."""
        return self.open_visit(fresh(VISIT_FORM, "visit"))

    def open_visit(self, draft: Draft) -> FormPanel:
        """Open the form of a visit with ``draft``: capture on the left, who it may be on the right."""
        desk = self.tools.desk
        side = Recognition(self.tools)
        job = Job(VISIT_FORM, draft, _with_the_whole_list(partial(log_visit, desk)), "window.visit_logged")
        panel = self.open(job, side, self._logged)
        self._count_list(panel)
        panel.view.edited.connect(lambda: side.watch(panel.view.values()))
        side.chosen.connect(lambda values: self._recognised(panel, values))
        side.followed.connect(self.followed)
        side.keys(panel)
        self.form_confirmation = FormConfirmation(panel, self.tools)
        cell = panel.view.cells.get("document")
        if cell is not None:
            cell.control.start()
        return panel

    def consult(self) -> FormPanel:
        """Open the four-field form of a consultation, closed on the spot."""
        return self.open_form(CONSULTATION_FORM, fresh(CONSULTATION_FORM, "visit"))

    def open_form(self, form: Form, draft: Draft, record: str = "") -> FormPanel:
        """Open one of this page's forms with a draft that waited."""
        desk = self.tools.desk
        if form is VISIT_FORM and not record:
            return self.open_visit(draft)
        if form is VISIT_FORM:
            return self._open_amendment(record, draft)
        job = Job(form, draft, partial(close_consultation, desk), "window.consultation_closed")
        panel = self.open(job, None, self._logged)
        self.form_confirmation = FormConfirmation(panel, self.tools)
        return panel

    def amend(self, visit_id: str) -> None:
        """Correct a visit by a new fact."""
        desk = self.tools.desk
        self.tools.tasks.read(
            lambda: visit_draft(desk, visit_id), partial(self._open_amendment, visit_id), self._refused
        )

    def open_matter(self, visit_id: str) -> None:
        """Open a matter from a visit."""
        desk = self.tools.desk
        self.tools.tasks.read(
            lambda: matter_draft_from(desk, visit_id), partial(self._open_matter, visit_id), self._refused
        )

    def print_sheet(self, visit_id: str) -> None:
        """Show the registration sheet, then print it."""
        from desktop.ui.dialogs.paper import PaperDialog  # QtPdf is loaded when a paper is asked for

        PaperDialog.show_paper(self, self.tools, PaperKind.REGISTRATION, visit_id)

    def show_papers(self, visit_id: str) -> None:
        """Show all papers of the visit: the sheet, the receipt, the privacy notice."""
        from desktop.ui.dialogs.papers import PapersDialog

        PapersDialog.show_papers(self, self.tools, "visit", visit_id)

    def import_ledger(self) -> None:
        """Choose a ledger and import it."""
        ImportDialog(self.tools, self).open()

    def _open_matter(self, visit_id: str, draft: Draft) -> None:
        desk = self.tools.desk

        def verb(given: Draft) -> Done:
            return open_matter(desk, visit_id, given)

        self.open(
            Job(MATTER_FORM, draft, verb, "window.matter_opened", title=self._title("open_matter")), None, self._go
        )

    def _open_amendment(self, visit_id: str, draft: Draft) -> FormPanel:
        desk = self.tools.desk

        def verb(given: Draft) -> Done:
            return amend_visit(desk, visit_id, given)

        whole = _with_the_whole_list(verb)
        keep = self.tools.words("window.keep_amendment")
        title = self._title("amend")
        job = Job(VISIT_FORM, draft, whole, "window.visit_amended", record=visit_id, title=title, submit=keep)
        panel = self.open(job, None, self._logged)
        self._count_list(panel)
        return panel

    def _count_list(self, panel: FormPanel) -> None:
        """A list that was taken raises the number of visitors, and the window says so; nothing lowers it."""
        roster = panel.view.cells["roster"].control
        if isinstance(roster, RowsControl):
            if left := str(panel.job.draft.get(LEFT) or ""):
                roster.leave(left)
                panel.view.unfold("roster")
            roster.extended.connect(lambda: self._counted(panel))
            roster.leftover.connect(lambda text: self._left(panel, text))

    @staticmethod
    def _left(panel: FormPanel, text: str) -> None:
        """What could not be taken of a list is a part of the draft."""
        panel.view.fill({LEFT: text})
        panel.view.edited.emit()

    def _counted(self, panel: FormPanel) -> None:
        values = panel.view.values()
        named, told = len(values["roster"]), values["headcount"]
        headcount = max(named + 1, told if isinstance(told, int) else 0)
        panel.view.fill({"headcount": headcount})
        self.said.emit(self.tools.words("window.roster_taken", count=named, headcount=headcount), "good")

    def _title(self, verb: str) -> str:
        return self.tools.words(f"window.verb_visits_{verb}")

    def _logged(self, done: Done) -> None:
        self.search.clear()
        self.select(done.id)
        self.ask()

    def _go(self, done: Done) -> None:
        self.followed.emit(done.id)

    def _refused(self, error: Any) -> None:
        self.said.emit(self.tools.sentence(error), "bad")

    @staticmethod
    def _recognised(panel: FormPanel, values: Draft) -> None:
        panel.view.fill(values)
        text = panel.view.cells.get("text")
        if values.get("person") and text is not None:
            text.control.start()
