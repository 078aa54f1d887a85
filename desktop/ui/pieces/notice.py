"""A notice: one sentence between the page and the status line, which leaves by itself unless something is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.ui.icons import pixmap
from desktop.ui.measures import scaled
from desktop.ui.pieces.buttons import picture_button
from desktop.ui.pieces.labels import label, restyle, row
from desktop.ui.theme import Theme

_PICTURES = {"good": "check", "bad": "alert", "warn": "alert", "info": "info"}
SHOWN_MS = 6000
WIDEST = 860


class Notice(QWidget):
    """A strip of its own: the page gives it room, so that it covers nothing and nothing covers it."""

    def __init__(self, theme: Theme, close_text: str) -> None:
        super().__init__()
        self._theme = theme
        self.frame = QFrame()
        self.frame.setObjectName("notice")
        self.frame.setProperty("role", "notice")
        self.frame.setMaximumWidth(scaled(WIDEST))
        self._picture = QLabel()
        self.text = label("", wrap=True)
        self.text.setObjectName("notice.text")
        close = picture_button("cross", close_text, "notice.close", theme)
        close.clicked.connect(self.hide)
        inside = row(self.frame, space=10, margins=(14, 6, 8, 6))
        inside.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        inside.addWidget(self.text, 1)
        inside.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        strip = row(self, space=0, margins=(24, 0, 24, 10))
        strip.addWidget(self.frame, 1000)
        strip.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, tone: str = "good") -> None:
        """Show ``text``; what is wrong stays until it is closed."""
        self.frame.setProperty("tone", tone)
        self._picture.setPixmap(pixmap(_PICTURES[tone], self._theme.colour(tone).name(), 20))
        self.text.setText(text)
        self.frame.setAccessibleName(text)
        restyle(self.frame)
        self.show()
        self._timer.stop()
        if tone in ("good", "info"):
            self._timer.start(SHOWN_MS)
