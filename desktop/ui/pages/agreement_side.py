"""Beside the form of an agreement: its paper as it is being written, and behind it the mediation with the law."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from desktop.actions.agreement_preview import LivePaper, live_paper
from desktop.ui.form_view import FormView
from desktop.ui.pages.beside import Beside
from desktop.ui.pieces.live_paper import LivePaperView
from desktop.ui.tools import Tools

LEAST, MOST, SHARE = 348, 660, 0.34
"""Pixels at least and at most, and the part of the window that the paper takes."""
FIELD = "field.agreement."
NEAR = {
    "disputed": "facts",
    "responsibility": "facts",
    "total": "terms",
    "read_aloud": "end",
    "read_by": "end",
    "read_at": "end",
    "extra_copies": "end",
}
"""Where to look for an answer that has no place of its own on the paper, or none yet."""


class AgreementSide(QTabWidget):
    """`turn` (F6) hides the paper for the mediation and brings it back; hidden, it is not set."""

    followed = Signal(str)

    def __init__(self, tools: Tools, mediation_id: str, beside: Beside) -> None:
        super().__init__()
        self._tools, self._mediation = tools, mediation_id
        self._form: FormView | None = None
        self.setObjectName("side.agreement")
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        words = tools.words
        self.paper = LivePaperView(tools, words("window.live_paper_tab"), self._draft)
        self.addTab(self.paper, words("window.live_paper_tab"))
        self.addTab(beside, words("window.live_paper_other"))
        self.tabBar().setAccessibleName(words("window.live_paper_tabs"))
        self.setTabToolTip(0, "F6")
        self.setTabToolTip(1, "F6")
        beside.followed.connect(self.followed)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def attend(self, form: FormView) -> None:
        """Follow what is typed in ``form``."""
        self._form = form
        form.edited.connect(self.paper.changed)
        self.paper.changed()

    def turn(self) -> None:
        """Show what stands behind."""
        self.setCurrentIndex(1 - self.currentIndex())

    def event(self, event: QEvent) -> bool:
        """Take a share of the window, as wide as it is now."""
        if event.type() in (QEvent.Type.Polish, QEvent.Type.Show):
            self.setMinimumWidth(max(LEAST, min(MOST, int(self.window().width() * SHARE))))
        return super().event(event)

    def _draft(self) -> Callable[[], LivePaper]:
        draft = self._form.values() if self._form is not None else {}
        desk, mediation = self._tools.desk, self._mediation
        return lambda: live_paper(desk, mediation, draft)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        name = now.objectName() if now is not None else ""
        if name.startswith(FIELD):
            self.paper.follow(name.removeprefix(FIELD), NEAR)
