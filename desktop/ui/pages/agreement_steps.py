"""What follows an agreement on the page of mediations: its signing, what is due next, handwriting on the screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from desktop.actions.due import DueRow, due_of_agreement
from desktop.actions.signing import needs_ink
from sync.records.due import DueKind
from sync.records.errors import QianshaoError
from sync.records.mediation_events import MediationEventKind, SuspensionReason
from sync.records.papers import PaperKind

if TYPE_CHECKING:
    from desktop.ui.dialogs.signing import SigningDialog
    from desktop.ui.pages.mediations import MediationsPage


class AgreementSteps:
    """The steps of ``page``'s chosen mediation; forms and papers open on the page itself."""

    def __init__(self, page: MediationsPage) -> None:
        self._page, self._tools = page, page.tools

    def signing(self, mediation_id: str, agreement_id: str) -> SigningDialog:
        """Show everybody who has to sign, and record each signature as it is seen."""
        from desktop.ui.dialogs.signing import SigningDialog

        dialog = SigningDialog(self._tools, agreement_id, self._page.window())
        dialog.asked.connect(lambda name: self._after_signing(name, mediation_id, agreement_id, dialog.refused))
        dialog.open()
        return dialog

    def _after_signing(self, name: str, mediation_id: str, agreement_id: str, refused: tuple[str, ...]) -> None:
        if name == "adjourn":
            adjourned = SuspensionReason.ADJOURNED.value
            self._page.note(mediation_id, MediationEventKind.SUSPENDED, reason=adjourned)
        elif name == "remain":
            self._page.conclude(mediation_id, agreement_id, refused)
        elif name == "many":
            self._page.sign(mediation_id, agreement_id)
        else:
            self.print_about(PaperKind.TERMINATION_NOTICE, mediation_id)

    def print_about(self, paper: PaperKind, mediation_id: str) -> None:
        """Show a paper about the mediation, then print it."""
        from desktop.ui.dialogs.paper import PaperDialog  # QtPdf is loaded when a paper is asked for

        PaperDialog.show_paper(self._page, self._tools, paper, mediation_id)

    def next_step(self, row: DueRow) -> None:
        """Begin what is due: the seal, an application to the court or for review by arbitration, or a return visit."""
        match row.due.kind:
            case DueKind.SEAL:
                self.signing(row.mediation, row.agreement)
            case DueKind.CONFIRM:
                self.print_about(PaperKind.CONFIRMATION_APPLICATION, row.mediation)
            case DueKind.PERFORMANCE | DueKind.FOLLOW_UP:
                self._page.follow_up(row.mediation, row.agreement)
            case DueKind.ARBITRATION_REVIEW:
                self.print_about(PaperKind.REVIEW_APPLICATION, row.mediation)
            case DueKind.COURT_ACCEPT:
                self._page.note(row.mediation, MediationEventKind.COURT_ACCEPTED)
            case DueKind.COURT_DECIDE:
                self._page.note(row.mediation, MediationEventKind.COURT_RULED)

    def next_by_keys(self) -> None:
        """F10: what is due first of the chosen mediation's agreement."""
        row, desk = self._page.current, self._tools.desk
        if self._page.panel is None and row is not None and row.agreement is not None:
            self._tools.tasks.read(partial(due_of_agreement, desk, row.agreement), self._begin_next, self._refused)

    def _begin_next(self, due: tuple[DueRow, ...]) -> None:
        if due:
            self.next_step(due[0])
        else:
            self._page.said.emit(self._tools.words("window.due_nothing"), "info")

    def sign_by_keys(self) -> None:
        """F9: the signing of the chosen mediation's agreement."""
        row = self._page.current
        if self._page.panel is None and row is not None and row.agreement and self._tools.may("signature"):
            self.signing(row.id, row.agreement)

    def draw(self, agreement_id: str) -> None:
        """Give a recorded signature its handwriting on the screen, where that is worth anything (电子签名法 3)."""
        asked = partial(needs_ink, self._tools.desk, agreement_id)
        self._tools.tasks.read(asked, partial(self._draw, agreement_id), self._refused)

    def _draw(self, agreement_id: str, ink: bool) -> None:
        from desktop.ui.dialogs.drawn_signature import DrawnSignatureDialog

        if ink:
            self._page.said.emit(self._tools.words("rules.ink_family"), "bad")
        else:
            DrawnSignatureDialog(self._tools, agreement_id, self._page.window()).open()

    def _refused(self, error: QianshaoError) -> None:
        self._page.said.emit(self._tools.sentence(error), "bad")
