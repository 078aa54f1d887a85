"""A file as a small picture with its name; a click opens it, the cross beside it takes it away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton

from desktop.ui.icons import icon
from desktop.ui.pieces.buttons import picture_button
from desktop.ui.pieces.labels import column, label, row
from desktop.ui.theme import Theme
from desktop.ui.words import one_line
from sync.records.errors import QianshaoError

SIDE = 52
NAME_CHARACTERS = 18
NOTE_WIDTH = 170


class FileTile(QFrame):
    """``opened`` and ``removed`` carry the tile's key; ``note`` is a second line, such as who handed it in.

    ``struck`` is one that was withdrawn.
    """

    opened = Signal(str)
    removed = Signal(str)

    def __init__(
        self, theme: Theme, key: str, name: str, note: str = "", remove: str = "", *, struck: bool = False
    ) -> None:
        super().__init__()
        self.key = key
        self.setProperty("role", "well")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        inside = row(self, space=8, margins=(4, 4, 6, 4))
        self.picture = QToolButton()
        self.picture.setObjectName(f"file.{key}")
        self.picture.setAccessibleName(name)
        self.picture.setToolTip(name)
        self.picture.setIcon(icon("file", theme.colour("text_muted"), 24))
        self.picture.setIconSize(QSize(SIDE, SIDE))
        self.picture.setFixedSize(SIDE + 8, SIDE + 8)
        self.picture.setCursor(Qt.CursorShape.PointingHandCursor)
        self.picture.clicked.connect(lambda: self.opened.emit(self.key))
        inside.addWidget(self.picture)
        told = column(space=0)
        shown = label(one_line(name, NAME_CHARACTERS))
        shown.setToolTip(name)
        told.addWidget(shown)
        if struck:
            font = shown.font()
            font.setStrikeOut(True)
            shown.setFont(font)
        if note:
            under = label(note, "small", wrap=True)
            under.setFixedWidth(NOTE_WIDTH)
            told.addWidget(under)
        inside.addLayout(told)
        if remove:
            away = picture_button("cross", f"{remove} {name}", f"file.remove.{key}", theme)
            away.clicked.connect(lambda: self.removed.emit(self.key))
            inside.addWidget(away)

    def show_picture(self, image: QImage) -> None:
        """Show the file's own picture in place of the icon."""
        if not image.isNull():
            self.picture.setIcon(QIcon(QPixmap.fromImage(image)))

    def keep_icon(self, _error: QianshaoError) -> None:
        """Nothing to show: opening the file says why."""
