"""The window's own icons: 24-pixel strokes, drawn in the colour that the theme gives, at the size that is asked for."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyleOption

import resources
from desktop.ui.measures import scaled

_AS_DRAWN = (QIcon.Mode.Normal, QIcon.Mode.Active)


@cache
def _drawing(name: str) -> str:
    return resources.read_text("icons", f"{name}.svg")


def pixmap(name: str, colour: str, size: int = 20, scale: float = 2.0) -> QPixmap:
    """Return the icon ``name`` in ``colour`` (#RRGGBB), ``size`` logical pixels square at type of 100 %."""
    return _drawn(name, colour, scaled(size), scale)


@cache
def _drawn(name: str, colour: str, size: int, scale: float) -> QPixmap:
    image = QPixmap(round(size * scale), round(size * scale))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing = _drawing(name).replace("currentColor", colour)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(scale)
    return image


class _Engine(QIconEngine):
    """Draws when it is painted: one size on one screen is what most icons ever need, and hidden ones need none."""

    def __init__(self, name: str, colour: str, size: int) -> None:
        super().__init__()
        self._name, self._colour, self._size = name, colour, size

    def clone(self) -> QIconEngine:
        """Another one that draws the same."""
        return _Engine(self._name, self._colour, self._size)

    def availableSizes(self, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off) -> list[QSize]:
        """What a desktop is given for its task bar, once and twice the size."""
        return [QSize(self._size, self._size), QSize(2 * self._size, 2 * self._size)]

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into ``rect``."""
        scale = painter.device().devicePixelRatio()
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, scale))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon for a screen without a scale."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float) -> QPixmap:
        """The icon in ``size`` logical pixels for a screen of ``scale``; what cannot be chosen is as the style has it.

        Qt 6.9 and 6.12 give the logical size and want size times scale in pixels.
        """
        image = _drawn(self._name, self._colour, max(min(size.width(), size.height()), 1), scale)
        return image if mode in _AS_DRAWN else QApplication.style().generatedIconPixmap(mode, image, QStyleOption())


def icon(name: str, colour: QColor, size: int = 20) -> QIcon:
    """Return the icon ``name``, usually of ``size`` logical pixels at type of 100 %; it is sharp at others and on every
    screen too.
    """
    return QIcon(_Engine(name, colour.name(), scaled(size)))
