"""The window's own icons: 24-pixel strokes, drawn in the colour that the theme gives."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources
from desktop.ui.measures import scaled

_SCALES = (1.0, 1.25, 1.5, 2.0, 3.0)


def pixmap(name: str, colour: str, size: int = 20, scale: float = 2.0) -> QPixmap:
    """Return the icon ``name`` in ``colour`` (#RRGGBB), ``size`` logical pixels square at type of 100 %."""
    return _drawn(name, colour, scaled(size), scale)


@cache
def _drawn(name: str, colour: str, size: int, scale: float) -> QPixmap:
    svg = resources.read_text("icons", f"{name}.svg").replace("currentColor", colour)
    image = QPixmap(round(size * scale), round(size * scale))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(scale)
    return image


def icon(name: str, colour: QColor, size: int = 20) -> QIcon:
    """Return an icon with pixmaps for the usual screen scales."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(pixmap(name, colour.name(), size, scale))
    return made
