"""A chip: a status as word, icon and colour together, never by colour alone."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from desktop.ui.icons import pixmap
from desktop.ui.pieces.labels import label, restyle, row
from desktop.ui.theme import Theme


class Chip(QFrame):
    """``tone`` is one of good, warn, bad, info, accent, calm; ``picture`` an icon's name."""

    def __init__(
        self, theme: Theme, text: str, tone: str = "calm", picture: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._picture = QLabel()
        self._word = label("")
        inside = row(self, space=4, margins=(8, 2, 9, 2))
        inside.addWidget(self._picture)
        inside.addWidget(self._word)
        self.show_status(text, tone, picture)

    def show_status(self, text: str, tone: str, picture: str) -> None:
        """Show another status."""
        self.setProperty("tone", tone)
        self._word.setText(text)
        self.setAccessibleName(text)
        self._picture.setVisible(bool(picture))
        if picture:
            self._picture.setPixmap(pixmap(picture, self._theme.colour(tone_colour(tone)).name(), 14))
        restyle(self)
        restyle(self._word)


def tone_colour(tone: str) -> str:
    """The token of a tone's text."""
    return "accent_text" if tone == "accent" else tone
