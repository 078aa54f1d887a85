"""An empty state: what would be here, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop.ui.icons import pixmap
from desktop.ui.pieces.labels import column, label
from desktop.ui.theme import Theme


class Empty(QWidget):
    """A large faint icon, one line, one hint, and at most one button."""

    def __init__(self, theme: Theme, picture: str, text: str, hint: str = "", verb: QPushButton | None = None) -> None:
        super().__init__()
        inside = column(self, space=8, margins=(24, 24, 24, 24))
        inside.addStretch(2)
        image = QLabel()
        image.setPixmap(pixmap(picture, theme.colour("border_strong").name(), 52))
        image.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(image)
        self.line = label(text, "heading", wrap=True)
        self.line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(self.line)
        self.hint = label(hint, "muted", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setVisible(bool(hint))
        inside.addWidget(self.hint)
        if verb is not None:
            inside.addSpacing(4)
            inside.addWidget(verb, 0, Qt.AlignmentFlag.AlignCenter)
        inside.addStretch(3)

    def say(self, text: str, hint: str = "") -> None:
        """Change what it says."""
        self.line.setText(text)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
