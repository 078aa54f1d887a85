"""A label for an id or a digest: it has no place to break, so it breaks anywhere rather than widen its pane."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy

from desktop.ui.measures import scaled

LONG: Final = 24
"""A word of more ASCII characters than these may be wider than the pane that it stands in."""

_NARROWEST = 96
_HIGHEST = 10_000
_FLAGS: Final = Qt.TextFlag.TextWrapAnywhere.value | Qt.AlignmentFlag.AlignLeft.value


def is_unspaced(text: str) -> bool:
    """Whether ``text`` is one long word, such as an id."""
    return len(text) > LONG and text.isascii() and len(text.split()) == 1


class Unspaced(QLabel):
    """Plain text in as many lines as it needs; a click chooses all of it, to be copied as it is."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def sizeHint(self) -> QSize:
        """All in one line."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """As narrow as some characters."""
        return QSize(scaled(_NARROWEST), self.fontMetrics().height())

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at ``width``."""
        return self.fontMetrics().boundingRect(QRect(0, 0, width, _HIGHEST), _FLAGS, self.text()).height()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Choose all of it: no part of an id is of use."""
        self.setSelection(0, len(self.text()))

    def mouseMoveEvent(self, _event: QMouseEvent) -> None:
        """It stays chosen as a whole."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy all of it."""
        self.setSelection(0, len(self.text()))
        super().contextMenuEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines, on the colour of what is chosen where it is."""
        painter, palette, roles = QPainter(self), self.palette(), QPalette.ColorRole
        if self.hasSelectedText():
            painter.fillRect(self.rect(), palette.color(roles.Highlight))
        painter.setPen(palette.color(roles.HighlightedText if self.hasSelectedText() else roles.WindowText))
        painter.drawText(self.rect(), _FLAGS, self.text())
        painter.end()
