"""The strip over the pages while somebody needs help at a desk: what is known, whom to call, what was done.

It takes no focus when it comes, and its words are plain: whoever stands at the desk may read them.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QPushButton, QWidget

from desktop.actions.threats import Number, Standing
from desktop.ui.icons import pixmap
from desktop.ui.pieces.buttons import button, picture_button
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import clear, column, label, restyle, row
from desktop.ui.tools import Tools
from sync.records.telephones import written_phone
from sync.records.threats import ThreatStep
from sync.records.times import BEIJING

NOTED = (ThreatStep.POLICE, ThreatStep.COUNSELLING)


class ThreatStrip(QWidget):
    """``noted`` carries a step that somebody says was done; ``ordered``, ``ending`` and ``closed`` are verbs."""

    noted = Signal(str)
    ordered = Signal()
    ending = Signal()
    closed = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self.setObjectName("strip")
        self.frame = QFrame()
        self.frame.setProperty("role", "notice")
        inside = column(self.frame, space=6, margins=(14, 8, 8, 8))
        head = row(space=10)
        self._picture = QLabel()
        self.text = label("", wrap=True)
        self.text.setObjectName("strip.text")
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.text, 1)
        away = picture_button("cross", tools.words("window.close"), "strip.close", tools.theme)
        away.clicked.connect(self.closed)
        head.addWidget(away, 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(head)
        self.numbers = label("", "subheading", wrap=True, selectable=True)
        self.numbers.setObjectName("strip.numbers")
        inside.addWidget(self.numbers)
        self.says = label(tools.words("threats.script"), "muted", wrap=True)
        inside.addWidget(self.says)
        self._verbs = Flow(gap=8)
        inside.addLayout(self._verbs)
        row(self, space=0, margins=(24, 8, 24, 4)).addWidget(self.frame, 1)
        self.hide()

    def show_standing(self, standing: Standing, *, connected: bool, late: bool) -> None:
        """Say how it stands; ``late``: the district should have heard of it by now."""
        words = self._tools.words
        tone = _tone(standing, connected=connected, late=late)
        self.frame.setProperty("tone", tone)
        picture = "alert" if tone == "bad" else "info"
        self._picture.setPixmap(pixmap(picture, self._tools.theme.colour(tone).name(), 20))
        said = [self._came(standing), *self._sent(standing, connected=connected, late=late), *self._done(standing)]
        self.text.setText(words("threats.stop").join(said))
        self.numbers.setText("    ".join(self._number(one) for one in standing.numbers))
        self.frame.setAccessibleName(self.text.text())
        self.says.setVisible(standing.own)
        self._offer(standing)
        restyle(self.frame)
        self.show()

    def _came(self, standing: Standing) -> str:
        at, words = _clock(standing.threat.raised_at), self._tools.words
        if standing.own:
            return words("threats.noted_at", at=at)
        return words("threats.colleague_needs", name=standing.threat.raised_by, at=at)

    def _sent(self, standing: Standing, *, connected: bool, late: bool) -> list[str]:
        words = self._tools.words
        if standing.own and not standing.heard:
            key = "no_network" if not connected else "late" if late else "sending"
            return [words(f"threats.{key}")]
        if standing.failed:
            return [words("threats.not_told")]
        told = [words("threats.heard")] if standing.own else []
        return [*told, *([words("threats.read")] if standing.read else [])]

    def _done(self, standing: Standing) -> list[str]:
        words = self._tools.words
        return [
            words(f"threats.done_{step.value}", at=_clock(at), name=name)
            for step, (at, name) in standing.threat.done.items()
            if step is not ThreatStep.RAISED
        ]

    def _number(self, one: Number) -> str:
        words = self._tools.words
        name = one.name if one.colleague else words(f"threats.number_{one.name}")
        name = words("threats.counsellor", name=name) if one.counsellor else name
        return f"{name} {written_phone(one.telephone)}"

    def _offer(self, standing: Standing) -> None:
        done, had = standing.threat.done, QApplication.focusWidget()
        before = had.objectName() if had is not None and self.isAncestorOf(had) else ""
        clear(self._verbs)
        steps = [step for step in NOTED if step not in done]
        if not standing.own and ThreatStep.COMING not in done:
            steps.insert(0, ThreatStep.COMING)
        verbs = []
        for step in steps:
            made = self._verb(f"threats.verb_{step.value}", f"strip.{step.value}")
            made.clicked.connect(lambda _on=False, step=step: self.noted.emit(step.value))
            verbs.append(made)
        for name, verb in (("order", self.ordered), ("end", self.ending)):
            made = self._verb(f"threats.verb_{name}", f"strip.{name}")
            made.clicked.connect(lambda _on=False, verb=verb: verb.emit())
            verbs.append(made)
        if before:  # whoever walks through by keyboard stays where he was
            next((each for each in verbs if each.objectName() == before), verbs[0]).setFocus()

    def _verb(self, key: str, name: str) -> QPushButton:
        made = button(self._tools.words(key), name, "quiet")
        self._verbs.addWidget(made)
        return made


def _tone(standing: Standing, *, connected: bool, late: bool) -> str:
    lost = standing.own and not standing.heard and (late or not connected)
    return "bad" if lost or standing.failed else "warn" if not standing.own else "info"


def _clock(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%H:%M:%S")
