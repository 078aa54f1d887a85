"""The search box of a list: what is typed counts after a short pause."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit

from desktop.ui.icons import icon
from desktop.ui.measures import scaled
from desktop.ui.tools import Tools

TYPING_PAUSE_MS = 200


class SearchLine(QLineEdit):
    """``asked`` tells that something else is looked for."""

    asked = Signal()

    def __init__(self, tools: Tools, name: str) -> None:
        super().__init__()
        text = tools.words(f"window.search_{name}")
        self.setObjectName(f"search.{name}")
        self.setProperty("role", "search")
        self.setPlaceholderText(text)
        self.setAccessibleName(text)
        self.setClearButtonEnabled(True)
        glass = QAction(icon("search", tools.theme.colour("text_muted"), 18), "", self)
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self.setToolTip(text)
        self.setMinimumWidth(scaled(110))
        self.setMaximumWidth(scaled(420))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.asked)
        self.textChanged.connect(lambda _text: self._pause.start())

    def said(self) -> str:
        """What is looked for."""
        return self.text().strip()
