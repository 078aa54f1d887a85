"""Mending a held record: its form opens with the district's reason at the field, and what is saved takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from desktop.actions.held_words import why
from desktop.ui.form_panel import FormPanel
from desktop.ui.pages.list_page import ListPage
from desktop.ui.tools import Tools
from desktop.ui.trail import page_of
from sync.records.cards import Revision
from sync.records.errors import QianshaoError, RuleBroken
from sync.records.ids import prefix_of
from sync.records.mediation_events import MediationEvent
from sync.records.mediations import Agreement
from sync.records.orders import DispatchOrder
from sync.records.visits import Visit

if TYPE_CHECKING:
    from desktop.actions.desk import Done
    from desktop.actions.held import Offer
    from desktop.ui.pages.matters import MattersPage
    from desktop.ui.pages.mediations import MediationsPage
    from desktop.ui.pages.people import PeoplePage
    from desktop.ui.pages.visits import VisitsPage


class Forms(Protocol):
    """The pages that have the forms."""

    tools: Tools

    @property
    def visits(self) -> VisitsPage: ...
    @property
    def matters(self) -> MattersPage: ...
    @property
    def mediations(self) -> MediationsPage: ...
    @property
    def people(self) -> PeoplePage: ...

    def show_place(self, page: str, record: str) -> None: ...


class Mending(QObject):
    """Waits at a page for the form about ``about``; ``said`` carries a sentence and its tone."""

    said = Signal(str, str)

    def __init__(self, tools: Tools, offer: Offer, about: str, parent: QObject) -> None:
        super().__init__(parent)
        self._tools, self._offer, self._about = tools, offer, about

    def meet(self, panel: FormPanel) -> None:
        """Say the district's reason as a refusal of the form is said; once it is handed in the place is taken."""
        same_kind = self._offer.row.kind == "revision" and prefix_of(panel.job.record) == prefix_of(self._about)
        if panel.job.record != self._about and not same_kind:
            return
        told = why(self._tools.words, self._offer.row)
        panel.view.refuse(RuleBroken("held.mend_reason", field=told.field, reason=told.reason))
        panel.finished.connect(self._finished)

    def _finished(self, done: Done) -> None:
        desk, held = self._tools.desk, self._offer.row.id

        def work() -> Done:
            from desktop.actions.held import mended

            return mended(desk, held, done)

        self._tools.tasks.write(work, self._noted, self._failed)

    def _noted(self, done: Done) -> None:
        self._tools.bus.tell(done.changes)
        self.deleteLater()

    def _failed(self, error: QianshaoError) -> None:
        self.said.emit(self._tools.sentence(error), "bad")


def mend(forms: Forms, offer: Offer, parent: QObject) -> Mending | None:
    """Open the form that mends what is offered; None where there is none."""
    record: Any = offer.record
    match record:
        case Visit():
            return _open(forms, offer, parent, "visits", record.id)
        case MediationEvent() | Agreement():
            return _open(forms, offer, parent, "mediations", record.mediation or "")
        case DispatchOrder():
            return _open(forms, offer, parent, "matters", record.matter)
        case Revision():
            return _open(forms, offer, parent, page_of(record.card), record.card)
    return None


def _open(forms: Forms, offer: Offer, parent: QObject, name: str, about: str) -> Mending | None:
    if not (name and about):
        return None
    forms.show_place(name, about)
    record: Any = offer.record
    page: ListPage = forms.people.shown if name == "people" else getattr(forms, name)
    page.mending = made = Mending(forms.tools, offer, about, parent)
    match record:
        case Visit():
            forms.visits.amend(record.id)
        case MediationEvent():
            forms.mediations.correct(about, record.id)
        case Agreement():
            forms.mediations.conclude(about, record.id)
        case DispatchOrder():
            forms.matters.order(about)
        case _:
            page.edit(about)  # type: ignore[attr-defined]  # each page of cards has it
    return made
