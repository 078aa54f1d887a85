"""调解: the working card of each mediation, its agreement, signatures, paper and return visits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from shiboken6 import isValid

from desktop.actions.agreements import agreement_draft, conclude, sign, signature_draft
from desktop.actions.desk import Done
from desktop.actions.mediation_events import correction_draft, event_draft, note_event
from desktop.actions.mediations import edit_mediation, follow_up, mediation_draft
from desktop.forms.consents import CONSENT_FORM
from desktop.forms.form import Draft, Form
from desktop.forms.mediation_events import MEDIATION_EVENT_FORM
from desktop.forms.mediations import AGREEMENT_FORM, FOLLOW_UP_FORM, MEDIATION_FORM, SIGNATURE_FORM
from desktop.forms.questions import fresh
from desktop.store.rows import MediationRow
from desktop.ui.files_shown import FilesOfPage
from desktop.ui.form_panel import FormPanel, Job
from desktop.ui.models.columns import mediation_columns
from desktop.ui.pages.agreement_steps import AgreementSteps
from desktop.ui.pages.beside import Beside
from desktop.ui.pages.list_page import ListPage
from desktop.ui.pages.list_shape import Shape, Verb
from desktop.ui.pages.wills import Wills
from desktop.ui.stories.law_hints import law_hints
from desktop.ui.stories.mediations import mediation_story
from desktop.ui.tools import Tools
from sync.records.mediation_events import MediationEventKind
from sync.records.papers import PaperKind

if TYPE_CHECKING:
    from desktop.ui.pages.agreement_side import AgreementSide

JOINT = MediationEventKind.JOINT


class MediationsPage(ListPage):
    """Mediations are opened from a matter: this page carries them to their agreement and beyond."""

    def __init__(self, tools: Tools) -> None:
        kinds = (
            "mediation",
            "mediation_event",
            "agreement",
            "signature",
            "follow_up",
            "print",
            "print_outcome",
            "revision",
            "participation",
            "attachment",
        )
        columns = mediation_columns(tools.words, tools.desk.now)
        story = partial(mediation_story, tools.words, tools.desk.now)
        super().__init__(tools, Shape("mediations", kinds, columns, story, "mediations"))
        self.files = FilesOfPage(self)
        self.steps = AgreementSteps(self)
        self.wills = Wills(self)
        self._side: AgreementSide | None = None
        self.story.asked.connect(self._asked)
        for keys, start in (
            ("F5", self.wills.note_by_keys),
            ("F6", self.turn_side),
            ("F7", self.begin),
            ("F8", self.end),
            ("F9", self.steps.sign_by_keys),
            ("F10", self.steps.next_by_keys),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(start)

    def verbs_of(self, row: MediationRow) -> list[Verb]:
        """Conclude or, where an agreement stands, sign, print and follow up; edit."""
        noted = partial(Verb, writes="mediation_event", kind="quiet")
        wills = noted("consent", "check", partial(self.wills.note, row.id), keys="F5", at_hand=row.agreement is None)
        rest = [
            noted("correct", "edit", partial(self.correct, row.id), at_hand=False),
            Verb("edit", "edit", partial(self.edit, row.id), "mediation", "quiet", at_hand=False),
            Verb("file", "sheet", partial(self.show_file, row.id), "print", "quiet", at_hand=False),
        ]
        if row.agreement is None:
            return [
                Verb("conclude", "agreement", partial(self.conclude, row.id), "agreement", "primary"),
                noted("event", "chat", partial(self.note, row.id), kind=""),
                noted("begin", "people", partial(self.note, row.id, JOINT), kind="", keys="F7"),
                wills,
                self.files.verb(),
                *rest,
            ]
        each = Verb("each", "people", partial(self.show_each, row.id), "print", "")
        compare = Verb("compare", "sheet", partial(self.compare, row.id), "", "quiet", at_hand=False)
        change = partial(self.conclude, row.id, row.agreement)
        return [
            Verb("sign", "sign", partial(self.steps.signing, row.id, row.agreement), "signature", "", "F9"),
            Verb("print", "print", partial(self.print_agreement, row.agreement), "print"),
            *([each] if row.agreements > 1 else []),
            Verb("papers", "sheet", partial(self.show_papers, row.agreement), "print", "quiet"),
            Verb("follow_up", "visit_again", partial(self.follow_up, row.id, row.agreement), "follow_up", "quiet"),
            Verb("next", "clock", self.steps.next_by_keys, "", "quiet", "F10"),
            self.files.verb(),
            Verb("change", "agreement", change, "agreement", "quiet", at_hand=False),
            *([compare] if row.agreement_version > 1 else []),
            Verb("draw", "sign", partial(self.steps.draw, row.agreement), "attachment", "quiet", at_hand=False),
            noted("event", "chat", partial(self.note, row.id), at_hand=False),
            noted("begin", "people", partial(self.note, row.id, JOINT), keys="F7", at_hand=False),
            wills,
            *rest,
        ]

    def conclude(self, mediation_id: str, amends: str | None = None, without: tuple[str, ...] = ()) -> None:
        """Write the agreement, or a new version of it, ``without`` parties who would not sign."""
        desk = self.tools.desk
        then = partial(self.open_form, AGREEMENT_FORM, record=mediation_id)
        self.tools.tasks.read(lambda: agreement_draft(desk, mediation_id, amends, without), then, self._refused)

    def note(self, mediation_id: str, kind: MediationEventKind | None = None, **given: str) -> None:
        """Note a contact, a session, an inspection, a suspension or its end; a session of ``kind`` begins now."""
        desk = self.tools.desk
        then = partial(self.open_form, MEDIATION_EVENT_FORM, record=mediation_id)
        self.tools.tasks.read(lambda: event_draft(desk, mediation_id, kind) | given, then, self._refused)

    def begin(self) -> None:
        """F7: a joint session of the chosen mediation begins now; its form stays open while it goes on."""
        if self.panel is None and self.current is not None and self.tools.may("mediation_event"):
            self.note(self.current.id, JOINT)

    def turn_side(self) -> None:
        """F6: hide the paper beside the agreement that is being written, or show it again."""
        if self.panel is not None and self._side is not None and isValid(self._side) and self._side.isVisible():
            self._side.turn()

    def end(self) -> None:
        """F8: the session or inspection that is being written ends now."""
        view = self.panel.view if self.panel is not None else None
        if view is not None and view.form is MEDIATION_EVENT_FORM and view.cells["ended_at"].isVisible():
            now = self.tools.desk.now().replace(second=0, microsecond=0).isoformat()
            view.cells["ended_at"].control.set_value(now)

    def correct(self, mediation_id: str, event_id: str = "") -> None:
        """Correct an event, by default the one that was noted last."""
        desk = self.tools.desk
        then = partial(self.open_form, MEDIATION_EVENT_FORM, record=mediation_id)
        self.tools.tasks.read(lambda: correction_draft(desk, mediation_id, event_id), then, self._refused)

    def print_record(self, event_id: str) -> None:
        """Show the record of a session or an inspection, then print it."""
        from desktop.ui.dialogs.paper import PaperDialog

        PaperDialog.show_paper(self, self.tools, PaperKind.MEDIATION_RECORD, event_id)

    def offers(self) -> dict[str, str]:
        """An event may be corrected; the record of a session is printed."""
        words = self.tools.words
        may = {
            "correct": self.tools.may("mediation_event") and words("window.correct_event"),
            "record": self.tools.may("print") and words("window.print_record"),
        }
        return {offer: text for offer, text in may.items() if text}

    def _asked(self, offer: str, event_id: str) -> None:
        if offer == "record":
            self.print_record(event_id)
        elif self.current is not None:
            self.correct(self.current.id, event_id)

    def sign(self, mediation_id: str, agreement_id: str) -> None:
        """Record many signatures and seals that were seen being put, in one form."""
        desk = self.tools.desk

        def then(draft: Draft) -> None:
            self._on_agreement(SIGNATURE_FORM, draft, mediation_id, agreement_id, sign, "window.signed")

        self.tools.tasks.read(lambda: signature_draft(desk, agreement_id), then, self._refused)

    def follow_up(self, mediation_id: str, agreement_id: str) -> None:
        """Record a return visit on the agreement."""
        draft = fresh(FOLLOW_UP_FORM, "follow_up")
        self._on_agreement(FOLLOW_UP_FORM, draft, mediation_id, agreement_id, follow_up, "window.followed_up")

    def print_agreement(self, agreement_id: str) -> None:
        """Show the agreement's paper, then print it."""
        from desktop.ui.dialogs.paper import PaperDialog  # QtPdf is loaded when a paper is asked for

        PaperDialog.show_paper(self, self.tools, PaperKind.AGREEMENT, agreement_id)

    def show_each(self, mediation_id: str) -> None:
        """Show the agreements where each person has one of his own: to sign, to print, or all at once."""
        from desktop.ui.dialogs.each_agreement import EachAgreementDialog

        dialog = EachAgreementDialog.show_each(self, self.tools, mediation_id)
        dialog.to_sign.connect(partial(self.sign, mediation_id))

    def show_papers(self, agreement_id: str) -> None:
        """Show the papers of the agreement: itself, and the payer's list of many persons."""
        from desktop.ui.dialogs.papers import PapersDialog

        PapersDialog.show_papers(self, self.tools, "agreement", agreement_id)

    def show_file(self, mediation_id: str) -> None:
        """Show the documents of the mediation's file, from where each is printed."""
        from desktop.ui.dialogs.case_file import CaseFileDialog

        CaseFileDialog.show_file(self, self.tools, mediation_id)

    def compare(self, mediation_id: str) -> None:
        """Show two versions of the agreement side by side."""
        from desktop.ui.dialogs.versions import VersionsDialog

        VersionsDialog.show_versions(self, self.tools, mediation_id)

    def edit(self, mediation_id: str) -> None:
        """Edit the working card, having seen its heads."""
        desk = self.tools.desk
        self.tools.tasks.read(
            lambda: mediation_draft(desk, mediation_id), partial(self._edit, mediation_id), self._refused
        )

    def open_form(self, form: Form, draft: Draft, record: str = "") -> FormPanel:
        """Open a form about the mediation, or the agreement, ``record``."""
        desk = self.tools.desk
        if form is MEDIATION_FORM:
            return self._edit(record, (draft, tuple(draft.get("_seen") or ())))
        if form is CONSENT_FORM:
            return self.wills.open_form(record, draft)
        if form not in (AGREEMENT_FORM, MEDIATION_EVENT_FORM):
            verb, said = (sign, "window.signed") if form is SIGNATURE_FORM else (follow_up, "window.followed_up")
            return self._on_agreement(form, draft, record, record, verb, said)
        carry, said = (conclude, "window.concluded") if form is AGREEMENT_FORM else (note_event, "window.event_noted")

        def act(given: Draft) -> Done:
            return carry(desk, record, given)

        again = "window.correct_event_title" if form is MEDIATION_EVENT_FORM else "window.verb_mediations_change"
        title = self.tools.words(again) if draft.get("amends") else ""
        return self.open_beside(Job(form, draft, act, said, record=record, title=title), record)

    def _on_agreement(
        self, form: Form, draft: Draft, mediation_id: str, agreement_id: str, verb: Callable[..., Done], said: str
    ) -> FormPanel:
        desk = self.tools.desk

        def act(given: Draft) -> Done:
            return verb(desk, agreement_id, given)

        return self.open_beside(Job(form, draft, act, said, record=agreement_id), mediation_id)

    def _edit(self, mediation_id: str, answer: tuple[Draft, tuple[str, ...]]) -> FormPanel:
        desk, (draft, seen) = self.tools.desk, answer
        draft = {**draft, "_seen": list(seen)}

        def act(given: Draft) -> Done:
            return edit_mediation(desk, mediation_id, given, seen)

        return self.open_beside(Job(MEDIATION_FORM, draft, act, "window.saved", record=mediation_id), mediation_id)

    def open_beside(self, job: Job, mediation_id: str, then: Callable[[], None] | None = None) -> FormPanel:
        """Open a form with the mediation told beside it; ``then`` follows when it is handed in."""
        if not mediation_id.startswith("med_"):
            return self.open(job)
        hints = law_hints(job.form.name, self.tools.words.language)
        # The parties sit before this screen while it is written: what one side said alone is not told beside it.
        story = partial(mediation_story, self.tools.words, self.tools.desk.now, covered=True)
        beside = Beside(self.tools, story, mediation_id, hints)

        def after(_done: Done) -> None:
            self.select(mediation_id)
            if then is not None:
                then()

        if job.form is not AGREEMENT_FORM:
            beside.followed.connect(self.followed)
            return self.open(job, beside, after)
        from desktop.ui.pages.agreement_side import AgreementSide  # QtPdf is loaded when a paper is looked at

        side = self._side = AgreementSide(self.tools, mediation_id, beside)
        side.followed.connect(self.followed)
        panel = self.open(job, side, after)
        side.attend(panel.view)
        return panel

    def _refused(self, error: Any) -> None:
        self.said.emit(self.tools.sentence(error), "bad")
