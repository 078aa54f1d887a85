"""How somebody signed: manner, by whom, when, where; and below it why something is taken back, corrected or missing."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from desktop.actions.signing import Signer
from desktop.ui.pieces.labels import column, row
from desktop.ui.pieces.limited import limit
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.mediations import SignatureManner
from sync.records.times import parse_moment

LONGEST = 200


class SigningLine(QWidget):
    """``changed`` follows what is typed as a reason."""

    changed = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.setProperty("role", "ground")
        self._tools = tools
        self.manner, self.by = QComboBox(), QComboBox()
        self.at, self.place, self.reason = QLineEdit(), QLineEdit(), QLineEdit()
        for manner in SignatureManner:
            self.manner.addItem(tools.words(f"records.signaturemanner_{manner.value}"), manner.value)
        inside = column(self, space=10)
        line = row(space=8)
        parts: tuple[tuple[str, QComboBox | QLineEdit, int], ...] = (
            ("manner", self.manner, 2), ("by", self.by, 3), ("at", self.at, 3), ("place", self.place, 4),
        )  # fmt: skip
        for name, control, share in parts:
            self._name(name, control)
            line.addWidget(control, share)
        inside.addLayout(line)
        self._name("reason", self.reason)
        inside.addWidget(self.reason)
        self.reason.textChanged.connect(self.changed)

    def _name(self, name: str, control: QComboBox | QLineEdit) -> None:
        told = self._tools.words(f"window.signing_{name}")
        control.setObjectName(f"dialog.signing.{name}")
        control.setAccessibleName(told)
        control.setToolTip(told)
        if isinstance(control, QLineEdit):
            limit(control, LONGEST)
            control.setPlaceholderText(told)

    def show_signer(self, signer: Signer) -> None:
        """Offer what is usual, or show what was recorded."""
        words, kept = self._tools.words, signer.signature
        self.manner.setCurrentIndex(self.manner.findData((kept.manner if kept else signer.usual).value))
        self.by.clear()
        self.by.addItem(words("window.signing_oneself"), "")
        for agent, name in signer.agents:
            self.by.addItem(words("window.signing_agent", name=name), agent)
        self.by.setEnabled(bool(signer.agents) and kept is None)
        if kept is not None:
            self.at.setText(moment(kept.signed_at))
            self.place.setText(kept.place)
            self.by.setCurrentIndex(max(self.by.findData(kept.by_agent), 0))
        self.reason.clear()

    def turn_manner(self) -> None:
        """Go on to the next manner."""
        self.manner.setCurrentIndex((self.manner.currentIndex() + 1) % self.manner.count())

    @property
    def said_manner(self) -> SignatureManner:
        """The manner that is chosen."""
        return SignatureManner(self.manner.currentData())

    @property
    def agent(self) -> str:
        """The id of the agent who signed, "" for the party itself."""
        return str(self.by.currentData() or "")

    def moment(self) -> datetime:
        """When it was signed; RuleBroken where that cannot be read."""
        return parse_moment(self.at.text(), field="signed_at")
