"""Drafts that wait: offered after signing in, shown when somebody asks, gone on with or thrown away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.actions.drafts import discard, draft_id, take_up, waiting_drafts
from desktop.forms.catalogue import FORMS
from desktop.forms.form import Draft
from desktop.store.rows import DraftRow
from desktop.ui.dialogs.confirm import Confirm
from desktop.ui.dialogs.recover import RecoverDialog
from desktop.ui.draft_keeper import DRAFT
from desktop.ui.form_panel import FormPanel
from desktop.ui.tools import Tools
from desktop.ui.trail import page_of
from desktop.ui.words import draft_name
from sync.records.errors import QianshaoError

PAGE_OF_FORM = {
    "visit": "visits",
    "consultation": "visits",
    "matter": "matters",
    "step": "matters",
    "referral_result": "referrals",
    "order": "matters",
    "reply": "orders",
    "mediation_event": "mediations",
    "consent": "mediations",
    "agreement": "mediations",
    "signature": "mediations",
    "person": "people",
    "organisation": "people",
}
"""Which page goes on with a draft; "mediation" and "follow_up" depend on what they are about."""

MOST_OFFERED = 5


class Forms(Protocol):
    """Where forms are open: the shell and its pages."""

    tools: Tools

    def panels(self) -> list[FormPanel]:
        """The forms that are open."""

    def turn(self, name: str) -> None:
        """Bring a page to the front."""

    def page(self, name: str) -> QWidget:
        """The page of that name."""

    def say(self, text: str, tone: str = "good") -> None:
        """Show one sentence over the pages."""

    def window(self) -> QWidget:
        """The window."""


class WaitingDrafts(QObject):
    """One for each shell."""

    def __init__(self, forms: Forms, parent: QObject) -> None:
        super().__init__(parent)
        self._forms = forms
        self._tools = forms.tools

    def offer(self, drafts: list[DraftRow]) -> None:
        """Ask whether what was being typed is to be recovered or discarded."""
        self._list(drafts, parked=False)

    def show_parked(self) -> None:
        """Show what was put aside, to go on with; what stands in an open form is not among it."""
        desk = self._tools.desk
        self._tools.tasks.read(lambda: waiting_drafts(desk), self._show_parked)

    def take(self, draft: DraftRow) -> None:
        """Go on with a draft that waited."""
        form = FORMS.get(draft.form)
        if form is None or form.version != draft.form_version:
            self._forms.say(self._tools.words("window.draft_of_other_version"), "warn")
            return
        desk = self._tools.desk
        self._tools.tasks.read(lambda: take_up(desk, draft.id), self._taken, self._refused)

    def discard(self, draft: DraftRow) -> None:
        """Ask once, then throw a draft away."""
        words = self._tools.words
        Confirm.discard(self._forms.window(), words, draft_name(words, draft), partial(self._discard, draft))

    def _show_parked(self, drafts: list[DraftRow]) -> None:
        desk = self._tools.desk
        jobs = [(p.job, p.view.values()) for p in self._forms.panels()]
        in_hand = {draft_id(desk, job.form, values, job.record) for job, values in jobs}
        parked = [draft for draft in drafts if draft.id not in in_hand]
        if parked:
            self._list(parked, parked=True)
        else:
            self._forms.say(self._tools.words("window.parked_none"), "info")

    def _list(self, drafts: list[DraftRow], *, parked: bool) -> None:
        shown = drafts[:MOST_OFFERED]
        more = len(drafts) - len(shown)
        dialog = RecoverDialog(self._tools, shown, self._forms.window(), parked=parked, more=more)
        dialog.taken.connect(self.take)
        dialog.discarded.connect(self._discard)
        dialog.open()

    def _discard(self, draft: DraftRow) -> None:
        desk = self._tools.desk
        self._tools.tasks.write(lambda: discard(desk, draft.id), self._discarded, self._refused)

    def _discarded(self, _answer: None) -> None:
        self._tools.bus.tell(DRAFT)

    def _taken(self, answer: tuple[DraftRow, Draft]) -> None:
        draft, values = answer
        name = PAGE_OF_FORM.get(draft.form) or page_of(draft.record) or "mediations"
        self._forms.turn(name)
        open_form: Callable[..., FormPanel | None] = getattr(self._forms.page(name), "open_form")  # noqa: B009 each has it
        open_form(FORMS[draft.form], values, draft.record)

    def _refused(self, error: QianshaoError) -> None:
        self._forms.say(self._tools.sentence(error), "bad")
