"""The table of those who have to sign: who, as what, and how it stands."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from desktop.actions.signing import Signer
from desktop.ui.icons import icon
from desktop.ui.measures import scaled
from desktop.ui.models.status import Status
from desktop.ui.pieces.chip import tone_colour
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.tools import Tools
from desktop.ui.words import moment

COLUMNS = ("who", "role", "state")


class SignerTable(QTableWidget):
    """Enter and the space bar are verbs here; the arrows walk."""

    entered = Signal()
    spaced = Signal()

    def __init__(self, tools: Tools) -> None:
        words = tools.words
        super().__init__()
        self._tools = tools
        headings = [words(f"window.signing_column_{name}") for name in COLUMNS]
        as_lines(self, "dialog.signing.table", words("window.signing_title"), headings, 2)
        self.verticalHeader().setDefaultSectionSize(scaled(38))

    def show_signers(self, signers: tuple[Signer, ...]) -> None:
        """Show one line for each."""
        words, theme = self._tools.words, self._tools.theme
        self.setRowCount(len(signers))
        for at, signer in enumerate(signers):
            status = self._status(signer)
            state = QTableWidgetItem(status.text)
            colour = theme.colour(tone_colour(status.tone))
            state.setForeground(colour)
            if status.picture:
                state.setIcon(icon(status.picture, colour, 16))
            role = QTableWidgetItem(words(f"records.signerrole_{signer.role.value}"))
            name = QTableWidgetItem(signer.name)
            for column, item in enumerate((name, role, state)):
                self.setItem(at, column, item)
        self.resizeColumnToContents(1)
        self.setColumnWidth(0, scaled(300))

    def _status(self, signer: Signer) -> Status:
        words, kept = self._tools.words, signer.signature
        if signer.refused:
            return Status(words("window.signing_state_refused", why=signer.refused), "bad", "cross")
        if kept is None:
            return Status(words("window.signing_state_waits"), "calm", "clock")
        manner = words(f"records.signaturemanner_{kept.manner.value}")
        by = next((name for agent, name in signer.agents if agent == kept.by_agent), "")
        by = words("window.signing_agent", name=by) if by else ""
        told = "  ".join(part for part in (manner, moment(kept.signed_at), kept.place, by) if part)
        return Status(told, "good", "check")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter records, the space bar changes the manner."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Space:
            self.spaced.emit()
        else:
            super().keyPressEvent(event)
