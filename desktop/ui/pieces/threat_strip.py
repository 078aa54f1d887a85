"""The strip over the pages while somebody needs help at a desk: what is known, whom to call, what was done.

It takes no focus when it comes, and its words are plain: whoever stands at the desk may read them.
"""

from __future__ import annotations

from datetime import datetime

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
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
INTO = "Ctrl+F6"
ORDER = "Ctrl+Shift+E"


class ThreatStrip(QWidget):
    """``noted`` carries a step that somebody says was done; ``ordered``, ``ending`` and ``closed`` are verbs.

    Two keys of its window lead to it while it is shown, also in a dialog: into the strip and back, and to the order. In
    a dialog (``within``) it is shorter; in one that the call opened itself (``noting``) it only says and notes.
    """

    noted = Signal(str)
    ordered = Signal()
    ending = Signal()
    closed = Signal()

    def __init__(self, tools: Tools, *, within: bool = False, noting: bool = False) -> None:
        super().__init__()
        self._tools, self._within, self._noting = tools, within, noting
        self._came_from: QWidget | None = None
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
        keys = (
            tools.words("threats.keys_into", into=INTO)
            if noting
            else tools.words("threats.keys", into=INTO, order=ORDER)
        )
        inside.addWidget(label(keys, "small", wrap=True))
        row(self, space=0, margins=(0, 0, 0, 0) if within else (24, 8, 24, 4)).addWidget(self.frame, 1)
        QShortcut(QKeySequence(INTO), self).activated.connect(self._go_in_or_back)
        if not noting:
            QShortcut(QKeySequence(ORDER), self).activated.connect(self.ordered)
        self.hide()

    def _go_in_or_back(self) -> None:
        """Take the focus; pressed within the strip, give it back to where it came from."""
        had = QApplication.focusWidget()
        if had is not None and self.isAncestorOf(had):
            back = self._came_from
            if back is not None and shiboken6.isValid(back) and back.isVisible():
                back.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        self._came_from = had
        first = next((each for each in self.frame.findChildren(QPushButton) if each.isVisible()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_standing(self, standing: Standing, *, connected: bool, late: bool, order: str = "") -> None:
        """Say how it stands; ``late``: the district should have heard of it by now. ``order`` tells of one given."""
        words = self._tools.words
        tone = _tone(standing, connected=connected, late=late)
        self.frame.setProperty("tone", tone)
        picture = "alert" if tone == "bad" else "info"
        self._picture.setPixmap(pixmap(picture, self._tools.theme.colour(tone).name(), 20))
        said = [self._came(standing), *self._sent(standing, connected=connected, late=late), *self._done(standing)]
        said += [order] if order else []
        self.text.setText(words("threats.stop").join(said))
        self.numbers.setText("    ".join(self._number(one) for one in standing.numbers))
        self.frame.setAccessibleName(self.text.text())
        self.says.setVisible(standing.own and not self._within)
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
        name = one.name if one.colleague or one.named else words(f"threats.number_{one.name}")
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
        for name, verb in () if self._noting else (("order", self.ordered), ("end", self.ending)):
            made = self._verb(f"threats.verb_{name}", f"strip.{name}")
            made.clicked.connect(lambda _on=False, verb=verb: verb.emit())
            verbs.append(made)
        if before and verbs:  # whoever walks through by keyboard stays where he was
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
