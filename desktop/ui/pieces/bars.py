"""Two bars side by side where both fit in one line, else one below the other."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

GAP = 16


class Bars(QWidget):
    """``left`` and ``right`` break their own lines; what they hold may change at any time."""

    def __init__(self, left: QWidget, right: QWidget) -> None:
        super().__init__()
        self._left, self._right = left, right
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(left, 0, Qt.AlignmentFlag.AlignTop)
        self._box.addWidget(right, 1)

    def event(self, event: QEvent) -> bool:
        """A bar holds something else now."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._turn()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more or less room."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        wide = self._left.sizeHint().width() + GAP + self._right.sizeHint().width()
        beside = wide <= self.width() or self._right.isHidden()
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._box.direction() is not way:
            self._box.setDirection(way)
            self._box.setAlignment(self._left, Qt.AlignmentFlag.AlignTop if beside else Qt.AlignmentFlag(0))
        self._box.setSpacing(GAP if beside else 8)
