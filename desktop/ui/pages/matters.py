"""事项: what has to be solved; its steps, its card, and what is started from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.actions.accusations import seal_accusation
from desktop.actions.desk import Done
from desktop.actions.matters import edit_matter, matter_draft, open_matter
from desktop.actions.mediations import follow_up, mediation_draft_from, open_mediation
from desktop.actions.orders import CATEGORY, emergency_order, give_order, order_draft
from desktop.actions.passed_matters import answer_passed, passed_draft
from desktop.actions.steps import add_step, step_draft
from desktop.forms.accusations import ACCUSATION_FORM
from desktop.forms.form import Draft, Form
from desktop.forms.matters import MATTER_FORM, STEP_FORM
from desktop.forms.mediations import FOLLOW_UP_FORM, MEDIATION_FORM
from desktop.forms.orders import EMERGENCY, ORDER_FORM
from desktop.forms.passed_matters import PASSED_FORM
from desktop.forms.questions import fresh
from desktop.store.rows import MatterRow
from desktop.ui.files_shown import FilesOfPage
from desktop.ui.form_panel import FormPanel, Job
from desktop.ui.models.columns import matter_columns
from desktop.ui.pages.beside import Beside
from desktop.ui.pages.list_page import ListPage
from desktop.ui.pages.list_shape import Shape, Verb
from desktop.ui.stories.law_hints import law_hints
from desktop.ui.stories.matters import matter_story
from desktop.ui.stories.passed_matters import told_story
from desktop.ui.tools import Tools
from desktop.ui.words import told_of
from sync.records.papers import PaperKind


class MattersPage(ListPage):
    """Matters with everything that hangs on them."""

    def __init__(self, tools: Tools) -> None:
        kinds = (
            "matter",
            "step",
            "visit",
            "dispatch_order",
            "order_reply",
            "mediation",
            "agreement",
            "revision",
            "participation",
            "attachment",
        )
        shape = Shape(
            "matters",
            kinds,
            matter_columns(tools.words, tools.desk.now),
            partial(matter_story, tools.words, tools.desk.now),
            "matters",
        )
        super().__init__(tools, shape)
        self.files = FilesOfPage(self)
        for keys, start in (("Ctrl+Shift+O", self.order_by_keys), ("Ctrl+Shift+T", self.show_passed)):
            by_keys = QShortcut(QKeySequence(keys), self)
            by_keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            by_keys.activated.connect(start)

    def verbs(self) -> list[Verb]:
        """Items of an outside system, what other units passed here, a matter without a visit, and an accusation, which
        nobody here reads again."""
        return [
            Verb("import", "import", self.import_items, "matter", "quiet"),
            Verb("passed", "reply", self.show_passed, "step", "quiet", "Ctrl+Shift+T", at_hand=False),
            Verb("accuse", "key", self.accuse, "accusation", "quiet"),
            Verb("new", "add", self.new, "matter", "primary", "Ctrl+Shift+M"),
        ]

    def verbs_of(self, row: MatterRow) -> list[Verb]:
        """Step, order, mediation, follow-up, edit."""
        return [
            Verb("step", "step", partial(self.step, row.id), "step"),
            Verb("order", "orders", partial(self.order, row.id), "dispatch_order", "", "Ctrl+Shift+O"),
            Verb("mediate", "mediations", partial(self.mediate, row.id), "mediation"),
            Verb("emergency", "alert", partial(self.emergency, row.id), "dispatch_order", "quiet"),
            Verb("follow_up", "visit_again", partial(self.follow_up, row.id), "follow_up", "quiet"),
            Verb("papers", "sheet", partial(self.show_papers, row.id), "print", "quiet"),
            self.files.verb(),
            Verb("edit", "edit", partial(self.edit, row.id), "matter", "quiet"),
        ]

    def new(self) -> FormPanel:
        """Open a matter that no visit began."""
        return self._new(fresh(MATTER_FORM, "matter"))

    def import_items(self) -> None:
        """Choose a file of an outside system and import its items."""
        from desktop.ui.dialogs.importing import ImportDialog

        ImportDialog(self.tools, self, items=True).open()

    def show_passed(self) -> None:
        """Show what other units passed to this one."""
        self.open_passed("")

    def open_passed(self, told: str) -> None:
        """Show what other units passed to this one, with the matter in front that the record ``told`` told of."""
        from desktop.ui.dialogs.passed_matters import PassedMattersDialog

        dialog = PassedMattersDialog(self.tools, self.window(), told)
        dialog.answers.connect(self.answer_passed)
        dialog.open()
        dialog.read()

    def answer_passed(self, matter_id: str) -> None:
        """Answer for a matter that was passed to this unit."""
        desk = self.tools.desk
        self._draft(lambda: passed_draft(desk, matter_id), partial(self.open_form, PASSED_FORM, record=matter_id))

    def accuse(self) -> FormPanel:
        """Take down an accusation; it is sealed as it is handed in, and no draft of it is kept."""
        return self.open_form(ACCUSATION_FORM, fresh(ACCUSATION_FORM, "accusation"))

    def _accused(self, done: Done) -> None:
        """The accuser waits for the receipt: it is shown at once, and stands among the matter's papers later."""
        from desktop.ui.dialogs.paper import PaperDialog  # QtPdf is loaded when a paper is asked for

        self.ask()
        if self.tools.may("print"):
            PaperDialog.show_paper(self, self.tools, PaperKind.ACCUSATION_RECEIPT, done.id)

    def step(self, matter_id: str) -> None:
        """Add a step that is open to it."""
        desk = self.tools.desk
        self._draft(lambda: step_draft(desk, matter_id), partial(self.open_form, STEP_FORM, record=matter_id))

    def follow_up(self, matter_id: str) -> FormPanel:
        """Record a return visit."""
        return self.open_form(FOLLOW_UP_FORM, fresh(FOLLOW_UP_FORM, "follow_up"), matter_id)

    def order(self, matter_id: str) -> None:
        """Issue a dispatch order."""
        desk = self.tools.desk
        self._draft(lambda: order_draft(desk, matter_id), partial(self.open_form, ORDER_FORM, record=matter_id))

    def order_by_keys(self) -> None:
        """Ctrl+Shift+O: the order of the matter in front."""
        if self.panel is None and self.here():
            self.order(self.here())

    def emergency(self, matter_id: str) -> None:
        """Issue an order at once to whom such matters go; where nobody knows that, open the form for an emergency."""
        desk = self.tools.desk

        def issued(done: Done) -> None:
            self.tools.bus.tell(done.changes)
            self.said.emit(*told_of(self.tools.words, "window.order_issued", done))
            self._go(done)

        def asks(error: Any) -> None:
            self._refused(error)
            open_it = partial(self.open_form, ORDER_FORM, record=matter_id)
            self._draft(lambda: order_draft(desk, matter_id, EMERGENCY), open_it)

        self.tools.tasks.write(lambda: emergency_order(desk, matter_id), issued, asks)

    def mediate(self, matter_id: str) -> None:
        """Open a mediation."""
        desk = self.tools.desk
        self._draft(
            lambda: mediation_draft_from(desk, matter_id), partial(self.open_form, MEDIATION_FORM, record=matter_id)
        )

    def show_papers(self, matter_id: str) -> None:
        """Show the papers of the matter's steps: notices of the competent body, the letter that passes it on."""
        from desktop.ui.dialogs.papers import PapersDialog

        PapersDialog.show_papers(self, self.tools, "matter", matter_id)

    def edit(self, matter_id: str) -> None:
        """Edit the card, having seen its heads."""
        desk = self.tools.desk
        self.tools.tasks.read(lambda: matter_draft(desk, matter_id), partial(self._edit, matter_id), self._refused)

    def open_form(self, form: Form, draft: Draft, record: str = "") -> FormPanel:
        """Open one of this page's forms about the matter ``record``."""
        if form is MATTER_FORM:
            return self._edit(record, (draft, tuple(draft.get("_seen") or ()))) if record else self._new(draft)
        desk = self.tools.desk
        if form is ACCUSATION_FORM:
            job = Job(form, draft, partial(seal_accusation, desk), "window.accusation_sealed")
            return self.open(job, None, self._accused)
        verbs: dict[str, tuple[Callable[..., Done], str, Callable[[Done], None]]] = {
            PASSED_FORM.name: (answer_passed, "window.passed_answered", lambda _done: self.ask()),
            STEP_FORM.name: (add_step, "window.step_added", lambda _done: self.select(record)),
            FOLLOW_UP_FORM.name: (follow_up, "window.followed_up", lambda _done: self.select(record)),
            ORDER_FORM.name: (give_order, "window.order_given", self._order_given),
            MEDIATION_FORM.name: (open_mediation, "window.mediation_opened", self._go),
        }
        verb, said, after = verbs[form.name]

        def act(given: Draft) -> Done:
            return verb(desk, record, given)

        tell = partial(told_story, self.tools.words, desk) if form is PASSED_FORM else self.shape.story
        beside = Beside(self.tools, tell, record, law_hints(form.name, self.tools.words.language))
        beside.followed.connect(self.followed)
        verbs_of = {
            STEP_FORM.name: "step",
            PASSED_FORM.name: "passed",
            FOLLOW_UP_FORM.name: "follow_up",
            ORDER_FORM.name: "order",
        }
        title = self.tools.words(f"window.verb_matters_{verbs_of.get(form.name, 'mediate')}")
        job = Job(form, draft, act, said, record=record, title=title)
        if form is not ORDER_FORM:
            return self.open(job, beside, after)
        from desktop.ui.pages.dispatch_help import open_with_help  # only where an order is written

        return open_with_help(self, job, beside, after, str(draft.get(CATEGORY) or "other"))

    def _new(self, draft: Draft) -> FormPanel:
        desk = self.tools.desk

        def act(given: Draft) -> Done:
            return open_matter(desk, None, given)

        job = Job(MATTER_FORM, draft, act, "window.matter_opened", title=self.tools.words("window.verb_matters_new"))
        return self.open(job, None, self._shown)

    def _edit(self, matter_id: str, answer: tuple[Draft, tuple[str, ...]]) -> FormPanel:
        desk, (draft, seen) = self.tools.desk, answer
        draft = {**draft, "_seen": list(seen)}

        def act(given: Draft) -> Done:
            return edit_matter(desk, matter_id, given, seen)

        side = Beside(self.tools, self.shape.story, matter_id)
        side.followed.connect(self.followed)
        title = self.tools.words("window.verb_matters_edit")
        job = Job(MATTER_FORM, draft, act, "window.saved", record=matter_id, title=title)
        return self.open(job, side, self._shown)

    def _draft(self, read: Callable[[], Draft], then: Callable[[Draft], Any]) -> None:
        self.tools.tasks.read(read, then, self._refused)

    def _shown(self, done: Done) -> None:
        self.select(done.id)
        self.ask()

    def _order_given(self, done: Done) -> None:
        """An issued order is shown on its page; what was asked for waits there, and the matter stays in front."""
        if done.number:
            self._go(done)

    def _go(self, done: Done) -> None:
        self.followed.emit(done.id)

    def _refused(self, error: Any) -> None:
        self.said.emit(self.tools.sentence(error), "bad")
