"""签字: everybody who has to sign an agreement, each signature recorded as it is seen, and the ways where one is not.

Enter records the chosen line, the space bar changes its manner. Taking back, correcting and noting that a party did
not sign want a reason first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.actions.attachments import Content, attach
from desktop.actions.signing import (
    Page,
    Signer,
    correct_signature,
    end_unsigned,
    not_signed,
    record_signature,
    signing_page,
    take_back_signature,
)
from desktop.changes import Changes
from desktop.ui.attaching import Intake
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.models.statuses import signing_status
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.chip import Chip
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import label, restyle, row
from desktop.ui.pieces.signers import SignerTable
from desktop.ui.pieces.signing_line import SigningLine
from desktop.ui.tools import Tools
from desktop.ui.words import day, moment
from sync.records.errors import QianshaoError, RuleBroken
from sync.records.mediations import SignerRole
from sync.records.papers import AttachmentPurpose
from sync.records.signing import SigningStage

WIDTH, HEIGHT = 900, 640


class SigningDialog(Sheet):
    """``asked`` carries what is done on the page: "adjourn", "remain" (a new version), "notice" (of the end), and
    "many": a form with a line for everybody who has not signed.
    """

    asked = Signal(str)

    def __init__(self, tools: Tools, agreement_id: str, parent: QWidget) -> None:
        words = tools.words
        super().__init__("signing", words("window.signing_title"), words("window.signing_hint"), parent, 760)
        self._tools, self._agreement = tools, agreement_id
        self.page: Page | None = None
        self._at = 0
        head = row(space=8)
        self.chip, self.original = Chip(tools.theme, "", "calm"), Chip(tools.theme, "", "calm")
        head.addWidget(self.chip)
        head.addWidget(self.original)
        head.addStretch(1)
        self.body.addLayout(head)
        self.ink = label(words("rules.ink_family"), "error", wrap=True)
        self.ink.hide()
        self.body.addWidget(self.ink)
        self.line = SigningLine(tools)
        self.line.changed.connect(self._allow)
        self.table = SignerTable(tools)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.table.entered.connect(self.record)
        self.table.spaced.connect(self.line.turn_manner)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.line)
        self._ways()
        self.note = label("", "muted", wrap=True)
        self.body.addWidget(self.note)
        close = self.foot_button(words("window.close"), "close")
        close.clicked.connect(self.reject)
        self.keep: QPushButton = self.foot_button(words("window.signing_record"), "record", "primary")
        self.keep.clicked.connect(self.record)
        self.intake = Intake(tools, self)
        self.intake.ready.connect(self._scanned)
        self.intake.refused.connect(lambda text: self._tell(text, "error"))
        self.resize(fitted(WIDTH, HEIGHT, parent))
        self.ask()

    def _ways(self) -> None:
        """What can be done besides: about the chosen line, about the paper, and where somebody did not sign."""
        holder = QWidget()
        holder.setProperty("role", "ground")
        ways = Flow(holder, gap=8)
        self.ways: dict[str, QPushButton] = {}
        acts: tuple[tuple[str, Callable[[], None]], ...] = (
            ("back", self.take_back),
            ("correct", self.correct),
            ("refused_verb", self.refuse),
            ("many", partial(self._leave, "many")),
            ("original", self._choose_scan),
            ("adjourn", partial(self._leave, "adjourn")),
            ("remain", partial(self._leave, "remain")),
            ("end", self.end),
        )
        for name, act in acts:
            made = button(self._tools.words(f"window.signing_{name}"), f"dialog.signing.{name}")
            made.clicked.connect(act)
            ways.addWidget(made)
            self.ways[name] = made
        self.body.addWidget(holder)

    def ask(self) -> None:
        """Read again how the signing stands."""
        self._tools.tasks.read(partial(signing_page, self._tools.desk, self._agreement), self.show_page, self._failed)

    def show_page(self, page: Page) -> None:
        """Show who has signed; the first who has not is chosen."""
        words = self._tools.words
        first = self.page is None
        self.page = page
        status = signing_status(words, page.state, day)
        self.chip.show_status(status.text, status.tone, status.picture)
        self.original.setVisible(page.original is not None)
        if page.original is not None:
            told = words("window.signed_original", digest=page.original.digest[:12])
            self.original.show_status(told, "good", "file")
            self.original.setToolTip(page.original.digest)
        self.ink.setVisible(page.ink)
        if first:
            self.line.place.setText(page.place)
        self.line.at.setText(moment(self._tools.desk.now()))
        self.table.show_signers(page.signers)
        waiting = [at for at, s in enumerate(page.signers) if s.signature is None and not s.refused]
        self._at = waiting[0] if waiting else min(self._at, len(page.signers) - 1)
        self.table.setCurrentCell(self._at, 0)
        self._chosen()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def refused(self) -> tuple[str, ...]:
        """The ids of parties who left or would not sign."""
        return self.page.state.refused if self.page is not None else ()

    @property
    def current(self) -> Signer | None:
        """Whose line is chosen."""
        at = self.table.currentRow()
        return self.page.signers[at] if self.page is not None and 0 <= at < len(self.page.signers) else None

    @Slot()
    def _chosen(self) -> None:
        signer = self.current
        if signer is not None:
            self._at = self.table.currentRow()
            self.line.show_signer(signer)
            self._allow()

    @Slot()
    def _allow(self) -> None:
        """What the chosen line lets one do now; what wants a reason waits for it."""
        signer, page = self.current, self.page
        if signer is None or page is None:
            return
        signed, reason = signer.signature is not None, bool(self.line.reason.text().strip())
        waits = page.state.stage is not SigningStage.IN_EFFECT
        sign, mediate = self._tools.may("signature"), self._tools.may("mediation")
        self.keep.setEnabled(not signed and sign)
        allowed = {
            "back": signed and reason and sign,
            "correct": signed and reason and sign,
            "refused_verb": not signed and signer.role is SignerRole.PARTY and reason and mediate,
            "many": waits and sign,
            "original": self._tools.may("attachment"),
            "adjourn": waits and mediate,
            "remain": waits and bool(page.state.refused) and mediate,
            "end": waits and reason and mediate,
        }
        for name, may in allowed.items():
            self.ways[name].setEnabled(bool(may))

    @Slot()
    def record(self) -> None:
        """Record the chosen signature; the next line that waits is chosen then."""
        signer = self.current
        if signer is None or not self.keep.isEnabled():
            return
        try:
            at = self.line.moment()
        except RuleBroken as broken:
            self._failed(broken)
            return
        manner, agent, place = self.line.said_manner, self.line.agent, self.line.place.text()
        desk, agreement = self._tools.desk, self._agreement
        self._write(lambda: record_signature(desk, agreement, signer, manner, at, place, agent))

    def take_back(self) -> None:
        """Take the chosen signature back."""
        if (signer := self.current) is not None and signer.signature is not None:
            desk, kept, reason = self._tools.desk, signer.signature.id, self.line.reason.text()
            self._write(lambda: take_back_signature(desk, kept, reason))

    def correct(self) -> None:
        """Put what stands in the fields in the place of the chosen signature."""
        signer = self.current
        if signer is None or signer.signature is None:
            return
        try:
            at = self.line.moment()
        except RuleBroken as broken:
            self._failed(broken)
            return
        desk, kept, manner = self._tools.desk, signer.signature.id, self.line.said_manner
        place, reason = self.line.place.text(), self.line.reason.text()
        self._write(lambda: correct_signature(desk, kept, manner, at, place, reason))

    def refuse(self) -> None:
        """Note that the chosen party left or would not sign."""
        if (signer := self.current) is not None:
            desk, agreement, why = self._tools.desk, self._agreement, self.line.reason.text()
            self._write(lambda: not_signed(desk, agreement, signer.signer, why))

    def end(self) -> None:
        """End the mediation, then show the notice with the routes that are left."""
        desk, agreement, why = self._tools.desk, self._agreement, self.line.reason.text()
        self._write(lambda: end_unsigned(desk, agreement, why), partial(self._leave, "notice"))

    def _leave(self, name: str) -> None:
        self.accept()
        self.asked.emit(name)

    def _choose_scan(self) -> None:
        self.intake.choose()

    @Slot(object)
    def _scanned(self, file: Content) -> None:
        desk, agreement = self._tools.desk, self._agreement
        purpose = AttachmentPurpose.SIGNED_ORIGINAL.value
        self._write(lambda: attach(desk, agreement, replace(file, purpose=purpose)))

    def _write(self, work: Callable[[], Changes], then: Callable[[], None] | None = None) -> None:
        self.keep.setEnabled(False)

        def done(changes: Changes) -> None:
            self._tell("")
            self._tools.bus.tell(changes)
            (then or self.ask)()

        self._tools.tasks.write(work, done, self._failed)

    def _failed(self, error: QianshaoError) -> None:
        self._tell(self._tools.sentence(error), "error")
        self._allow()

    def _tell(self, text: str, role: str = "muted") -> None:
        self.note.setProperty("role", role)
        restyle(self.note)
        self.note.setText(text)
