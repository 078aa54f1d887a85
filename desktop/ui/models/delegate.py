"""Paints the cells of lists: plain text, or a status as a chip with word, icon and colour."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from desktop.ui.icons import pixmap
from desktop.ui.measures import scaled
from desktop.ui.models.rows import STATUS
from desktop.ui.models.status import Status
from desktop.ui.pieces.chip import tone_colour
from desktop.ui.pieces.whole_words import WholeWords
from desktop.ui.theme import Theme

LINE_HEIGHT = 42
_AIR, _BESIDE = 18, 16


class CellDelegate(WholeWords):
    """One for a whole list."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All lines have one height."""
        return QSize(super().sizeHint(option, index).width(), scaled(LINE_HEIGHT))

    def cut(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> str:
        """A line is as high as it is: only its width cuts words, of a status those of its chip."""
        status = index.data(STATUS)
        if isinstance(status, Status):
            room = _chip_room(option.rect, status)
            return status.text if QFontMetrics(_small(option.font)).horizontalAdvance(status.text) > room else ""
        wanted = super().sizeHint(option, index).width()
        return "" if wanted <= option.rect.width() else str(index.data(Qt.ItemDataRole.DisplayRole) or "")

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """A status is painted by hand: no text under it. Text shows no focus rectangle: the line is marked."""
        super().initStyleOption(option, index)
        if isinstance(index.data(STATUS), Status):
            option.text = ""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The cell, then the chip on it."""
        super().paint(painter, option, index)
        status = index.data(STATUS)
        if isinstance(status, Status) and status.text:
            self._chip(painter, option.rect, option.font, status)

    def _chip(self, painter: QPainter, cell: QRect, font: QFont, status: Status) -> None:
        small = _small(font)
        metrics = QFontMetrics(small)
        picture = _picture(status)
        text = metrics.elidedText(status.text, Qt.TextElideMode.ElideRight, _chip_room(cell, status))
        wide = metrics.horizontalAdvance(text) + picture + scaled(_AIR)
        box = QRectF(cell.left() + 8, cell.center().y() - scaled(10), wide, scaled(21))
        ink = self._theme.colour(tone_colour(status.tone))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(f"{status.tone}_soft"))
        painter.drawRoundedRect(box, scaled(10), scaled(10))
        if picture:
            painter.drawPixmap(
                round(box.left()) + 8, round(box.center().y()) - scaled(7), pixmap(status.picture, ink.name(), 14)
            )
        painter.setFont(small)
        painter.setPen(ink)
        inside = box.adjusted(8 + picture, 0, -4, 0)
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
        painter.restore()


def _small(font: QFont) -> QFont:
    made = QFont(font)
    made.setPixelSize(scaled(12))
    return made


def _picture(status: Status) -> int:
    return scaled(18) if status.picture else 0


def _chip_room(cell: QRect, status: Status) -> int:
    """How wide the words of a chip may be within its cell."""
    return cell.width() - _BESIDE - _picture(status) - scaled(_AIR)
