"""The column of a table that takes what the others leave, and keeps room to be read where they leave too little."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHeaderView

from desktop.ui.measures import scaled

READABLE = 112
"""What such a column gets at least, at 100 %: seven Chinese characters; the table goes on at the side then."""


def fit_leavings(header: QHeaderView, at: int, room: int) -> None:
    """Let the column ``at`` take what the others leave of ``room``, or so much that it can be read."""
    others = sum(header.sectionSize(i) for i in range(header.count()) if i != at)  # hidden ones measure nothing
    tight = room - others < scaled(READABLE)
    header.setSectionResizeMode(at, QHeaderView.ResizeMode.Fixed if tight else QHeaderView.ResizeMode.Stretch)
    if tight:
        header.resizeSection(at, scaled(READABLE))


class Leavings(QObject):
    """Keeps the column ``at`` of a table fitted: whatever becomes of the table's width, and of the other columns."""

    def __init__(self, header: QHeaderView, at: int) -> None:
        super().__init__(header)
        self._header, self._at, self._fitting = header, at, False
        header.installEventFilter(self)
        header.sectionResized.connect(self._fit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The header is as wide as the table's ground."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        if not self._fitting:
            self._fitting = True
            fit_leavings(self._header, self._at, self._header.width())
            self._fitting = False
