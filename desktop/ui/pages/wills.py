"""各方意愿 on the page of mediations: the form with each party's answer, and the ending that a refusal offers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from desktop.actions.consents import consent_draft, end_refused, note_consents, refusing
from desktop.actions.desk import Done
from desktop.changes import Changes
from desktop.forms.consents import CONSENT_FORM
from desktop.forms.form import Draft
from desktop.ui.form_panel import FormPanel, Job
from sync.records.errors import QianshaoError
from sync.records.papers import PaperKind

if TYPE_CHECKING:
    from desktop.ui.pages.mediations import MediationsPage


class Wills:
    """Notes on ``page`` whether the parties of the chosen mediation agree to it."""

    def __init__(self, page: MediationsPage) -> None:
        self._page, self._tools = page, page.tools

    def note(self, mediation_id: str) -> None:
        """Open the form with a row for each party."""
        asked = partial(consent_draft, self._tools.desk, mediation_id)
        self._tools.tasks.read(asked, partial(self.open_form, mediation_id), self._refused)

    def note_by_keys(self) -> None:
        """F5: the same for the mediation in front."""
        row = self._page.current
        if self._page.panel is None and row is not None and self._tools.may("mediation_event"):
            self.note(row.id)

    def open_form(self, mediation_id: str, draft: Draft) -> FormPanel:
        """Open the form with ``draft``; where a party refuses then, the ending is offered."""
        desk = self._tools.desk

        def act(given: Draft) -> Done:
            return note_consents(desk, mediation_id, given)

        job = Job(CONSENT_FORM, draft, act, "window.consents_noted", record=mediation_id)
        return self._page.open_beside(job, mediation_id, partial(self._ask_refusing, mediation_id))

    def _ask_refusing(self, mediation_id: str) -> None:
        asked = partial(refusing, self._tools.desk, mediation_id)
        self._tools.tasks.read(asked, partial(self._offer_end, mediation_id), self._refused)

    def _offer_end(self, mediation_id: str, names: tuple[str, ...]) -> None:
        if not names or not self._tools.may("mediation"):
            return
        from desktop.ui.dialogs.confirm import Confirm

        words = self._tools.words
        Confirm(
            self._page.window(),
            words("window.end_refused_title"),
            words("window.end_refused_text", names=words("window.list_comma").join(names)),
            words("window.end_refused_verb"),
            words("window.end_refused_later"),
            partial(self._end, mediation_id),
            danger=True,
        ).open()

    def _end(self, mediation_id: str) -> None:
        act = partial(end_refused, self._tools.desk, mediation_id)
        self._tools.tasks.write(act, partial(self._ended, mediation_id), self._refused)

    def _ended(self, mediation_id: str, changes: Changes) -> None:
        self._tools.bus.tell(changes)
        self._page.steps.print_about(PaperKind.TERMINATION_NOTICE, mediation_id)

    def _refused(self, error: QianshaoError) -> None:
        self._page.said.emit(self._tools.sentence(error), "bad")
