"""Bars beside their names: a number of each type as a picture, for people who would rather look than read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.measures import scaled
from desktop.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Bar:
    """A name, its value, the value in words, and what was reported (None: nothing was)."""

    name: str
    value: int
    told: str
    reported: int | None = None


class BarChart(QWidget):
    """Draws ``bars`` from the top; a line marks where what was reported ended."""

    ROW, NAME, AIR = 26, 120, 84

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._bars: Sequence[Bar] = ()
        self._title = ""
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def show_bars(self, title: str, bars: Sequence[Bar]) -> None:
        """Show other bars; a screen reader is told all of them."""
        self._title, self._bars = title, bars
        told = "; ".join(f"{bar.name} {bar.told or 0}" for bar in bars)
        self.setAccessibleName(title)
        self.setAccessibleDescription(told)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its bars."""
        return QSize(scaled(420), scaled(self.ROW) * (len(self._bars) + 1) + scaled(8))

    def minimumSizeHint(self) -> QSize:
        """A little narrower."""
        return QSize(scaled(300), self.sizeHint().height())

    def _name_width(self, painter: QPainter) -> int:
        """The room of the names: the longest's, and no more than a third of all."""
        longest = max((painter.fontMetrics().horizontalAdvance(bar.name) for bar in self._bars), default=0)
        return max(scaled(self.NAME), min(longest + scaled(12), self.width() // 3))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw title, names, bars and numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row, name, air = scaled(self.ROW), self._name_width(painter), scaled(self.AIR)
        painter.setPen(self._theme.colour("text_muted"))
        painter.drawText(QRectF(0, 0, self.width(), row), Qt.AlignmentFlag.AlignVCenter, self._title)
        most = max((max(bar.value, bar.reported or 0) for bar in self._bars), default=0) or 1
        room = max(self.width() - name - air, 1)
        for at, bar in enumerate(self._bars, 1):
            top = at * row
            painter.setPen(self._theme.colour("text"))
            said = painter.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, name - scaled(10))
            painter.drawText(
                QRectF(0, top, name - scaled(10), row),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                said,
            )
            wide = room * bar.value / most
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("accent"))
            painter.drawRoundedRect(QRectF(name, top + row * 0.2, max(wide, 1.0), row * 0.6), 3, 3)
            if bar.reported is not None and bar.reported != bar.value:
                painter.setPen(QPen(self._theme.colour("warn"), 2))
                x = name + room * bar.reported / most
                painter.drawLine(int(x), top + 2, int(x), top + row - 2)
            painter.setPen(self._theme.colour("text"))
            left = name + max(wide, 1.0) + scaled(8)
            painter.drawText(QRectF(left, top, air, row), Qt.AlignmentFlag.AlignVCenter, bar.told or "0")
