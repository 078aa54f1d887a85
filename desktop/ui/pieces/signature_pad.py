"""A field that is signed with a pen, a finger or the mouse: smooth strokes, dark on white whatever the theme."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEventPoint,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QWidget

WIDTH, HEIGHT = 900, 300
"""Pixels of the picture that is kept."""

THIN, THICK, USUAL = 1.6, 5.0, 3.0
MOST_POINTS = 20_000
"""Nobody signs with more; what comes after is not drawn."""

INK, PAPER, RULE = QColor("#101820"), QColor("#FFFFFF"), QColor("#C8D0D6")


@dataclass(slots=True)
class Stroke:
    """One line from touching to lifting: points in the field's own pixels, each with the pen's width there."""

    points: list[QPointF] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)

    def add(self, at: QPointF, width: float) -> None:
        """Draw on to ``at``; a tremble of less than a pixel adds nothing."""
        if self.points and (at - self.points[-1]).manhattanLength() < 1:
            return
        self.points.append(QPointF(at))
        self.widths.append(width)


class SignaturePad(QWidget):
    """``drawn`` tells that there is something else on it than before."""

    drawn = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.strokes: list[Stroke] = []
        self._now: Stroke | None = None
        self.setObjectName("signature_pad")
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(480, 160)

    @property
    def empty(self) -> bool:
        """Whether nothing is drawn."""
        return not self.strokes

    def sizeHint(self) -> QSize:
        """As the picture that is kept."""
        return QSize(WIDTH, HEIGHT)

    def undo(self) -> None:
        """Take the last stroke away."""
        if self.strokes:
            self.strokes.pop()
            self._changed()

    def clear(self) -> None:
        """Take everything away."""
        self.strokes.clear()
        self._now = None
        self._changed()

    def image(self) -> QImage:
        """Return what is drawn, on white, 900 by 300 pixels whatever the field's own size."""
        image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB888)
        image.fill(PAPER)
        painter = QPainter(image)
        scale = min(WIDTH / max(self.width(), 1), HEIGHT / max(self.height(), 1))
        painter.translate((WIDTH - self.width() * scale) / 2, (HEIGHT - self.height() * scale) / 2)
        painter.scale(scale, scale)
        self._draw(painter)
        painter.end()
        return image

    def event(self, event: QEvent) -> bool:
        """A finger draws as a pen does; only the first one counts."""
        if isinstance(event, QTouchEvent) and event.points():
            point = event.points()[0]
            if point.state() == QEventPoint.State.Pressed:
                self._begin(point.position(), USUAL)
            elif point.state() == QEventPoint.State.Released:
                self._end()
            else:
                self._go_on(point.position(), USUAL)
            event.accept()
            return True
        return super().event(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen: the harder it presses, the thicker the line."""
        width = THIN + (THICK - THIN) * min(max(event.pressure(), 0.0), 1.0)
        if event.type() == QEvent.Type.TabletPress:
            self._begin(event.position(), width)
        elif event.type() == QEvent.Type.TabletRelease:
            self._end()
        elif event.buttons():
            self._go_on(event.position(), width)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The mouse's left button draws."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin(event.position(), USUAL)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_on(event.position(), USUAL)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The stroke ends."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._end()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """White paper with a line to sign on."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), PAPER)
        painter.setPen(QPen(RULE, 1))
        base = self.height() * 0.78
        painter.drawLine(QPointF(24, base), QPointF(self.width() - 24, base))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        self._draw(painter)
        painter.end()

    def _begin(self, at: QPointF, width: float) -> None:
        if sum(len(s.points) for s in self.strokes) < MOST_POINTS:
            self._now = Stroke()
            self._now.add(at, width)
            self.strokes.append(self._now)
            self._changed()

    def _go_on(self, at: QPointF, width: float) -> None:
        if self._now is not None and len(self._now.points) < MOST_POINTS:
            self._now.add(at, width)
            self._changed()

    def _end(self) -> None:
        self._now = None

    def _changed(self) -> None:
        self.update()
        self.drawn.emit()

    def _draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke in self.strokes:
            _draw_stroke(painter, stroke)


def _draw_stroke(painter: QPainter, stroke: Stroke) -> None:
    """Curves through the middles of neighbouring points: each corner becomes a bend (quadratic B-spline)."""
    points, widths = stroke.points, stroke.widths
    if len(points) == 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(INK)
        painter.drawEllipse(points[0], widths[0] * 0.7, widths[0] * 0.7)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return
    begin = points[0]
    for at in range(1, len(points)):
        last = at == len(points) - 1
        end = points[at] if last else (points[at] + points[at + 1]) / 2
        path = QPainterPath(begin)
        path.quadTo(points[at], end)
        painter.setPen(QPen(INK, widths[at], Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(path)
        begin = end
