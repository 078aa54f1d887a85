"""Paints the lines of the find box: an icon, a title and an excerpt with what was found marked, a note at the right."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from desktop.store.rows import Span
from desktop.ui.icons import pixmap
from desktop.ui.measures import scaled
from desktop.ui.models.found import LINE, FoundLine, Sort
from desktop.ui.pieces.whole_words import WholeWords
from desktop.ui.theme import Theme

HEADING_HEIGHT, SHORT_HEIGHT, TALL_HEIGHT = 30, 38, 54
_PADDING, _PICTURE, _NOTE_ROOM = 12, 18, 190


class FoundDelegate(WholeWords):
    """One for the whole list."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Headings are low, lines with an excerpt are tall."""
        line = index.data(LINE)
        if not isinstance(line, FoundLine):
            return super().sizeHint(option, index)
        if line.sort is Sort.HEADING:
            return QSize(option.rect.width(), scaled(HEADING_HEIGHT))
        return QSize(option.rect.width(), scaled(TALL_HEIGHT if line.excerpt else SHORT_HEIGHT))

    def cut(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> str:
        """The title and the excerpt, where either has no room; of a heading nothing."""
        line = index.data(LINE)
        if not isinstance(line, FoundLine) or line.sort is Sort.HEADING:
            return ""
        room = _words_of(option.rect, line).width()
        wide = (
            _wide(line.title, line.title_spans, _sized(option.font, 14)),
            _wide(line.excerpt, line.excerpt_spans, _sized(option.font, 12)),
        )
        return "\n".join(part for part in (line.title, line.excerpt) if part) if max(wide) > room else ""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The whole line by hand."""
        line = index.data(LINE)
        if not isinstance(line, FoundLine):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.sort is Sort.HEADING:
            self._heading(painter, option, line)
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.colour("selection"))
                painter.drawRoundedRect(QRectF(option.rect).adjusted(4, 1, -4, -1), 6, 6)
            self._line(painter, option, line)
        painter.restore()

    def _heading(self, painter: QPainter, option: QStyleOptionViewItem, line: FoundLine) -> None:
        painter.setFont(_sized(option.font, 12, bold=True))
        painter.setPen(self._theme.colour("text_muted"))
        room = option.rect.adjusted(_PADDING + 4, 6, -_PADDING, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), line.title)

    def _line(self, painter: QPainter, option: QStyleOptionViewItem, line: FoundLine) -> None:
        rect = option.rect.adjusted(_PADDING + 4, 0, -_PADDING - 4, 0)
        if line.picture:
            ink = self._theme.colour("accent_text").name()
            middle = rect.center().y() - scaled(_PICTURE) // 2
            painter.drawPixmap(rect.left(), middle, pixmap(line.picture, ink, _PICTURE))
        words = _words_of(option.rect, line)
        if line.excerpt:
            upper, lower = QRect(words), QRect(words)
            upper.setBottom(words.center().y() + 1)
            lower.setTop(words.center().y() + 1)
            upper.setTop(words.top() + 4)
            lower.setBottom(words.bottom() - 4)
            self._marked(painter, upper, line.title, line.title_spans, _sized(option.font, 14), "text")
            self._marked(painter, lower, line.excerpt, line.excerpt_spans, _sized(option.font, 12), "text_muted")
        else:
            self._marked(painter, words, line.title, line.title_spans, _sized(option.font, 14), "text")
        self._note(painter, rect, option.font, line)

    def _note(self, painter: QPainter, rect: QRect, font: QFont, line: FoundLine) -> None:
        if not (line.note or line.when):
            return
        room = QRect(rect)
        room.setLeft(rect.right() - scaled(_NOTE_ROOM) + 8)
        small = _sized(font, 12)
        painter.setFont(small)
        painter.setPen(self._theme.colour("text_muted"))
        said = "  ".join(part for part in (line.note, line.when) if part)
        told = QFontMetrics(small).elidedText(said, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), told)

    def _marked(
        self, painter: QPainter, room: QRect, text: str, spans: tuple[Span, ...], font: QFont, ink: str
    ) -> None:
        """Draw ``text`` on one line; what was found stands on a coloured ground and is bold."""
        bold = _bold(font)
        plain, strong = QFontMetrics(font), QFontMetrics(bold)
        left = room.left()
        for part, found in _parts(text, spans):
            metrics = strong if found else plain
            told = metrics.elidedText(part, Qt.TextElideMode.ElideRight, max(room.right() - left, 0))
            wide = metrics.horizontalAdvance(told)
            box = QRect(left, room.top(), wide, room.height())
            if found and told:
                self._ground(painter, box, metrics.height())
            painter.setFont(bold if found else font)
            painter.setPen(QColor(self._theme.colour("accent_text" if found else ink)))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), told)
            left += wide
            if told != part:
                return

    def _ground(self, painter: QPainter, box: QRect, height: int) -> None:
        ground = QRectF(box.left() - 1, box.center().y() - height / 2 + 1, box.width() + 2, height - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("warn_soft"))
        painter.drawRoundedRect(ground, 3, 3)


def _sized(font: QFont, pixels: int, *, bold: bool = False) -> QFont:
    made = QFont(font)
    made.setPixelSize(scaled(pixels))
    made.setBold(bold)
    return made


def _bold(font: QFont) -> QFont:
    made = QFont(font)
    made.setBold(True)
    return made


def _words_of(line_rect: QRect, line: FoundLine) -> QRect:
    """Where title and excerpt stand, between the icon and the note."""
    right = scaled(_NOTE_ROOM) if line.note or line.when else 0
    return line_rect.adjusted(_PADDING + 4 + scaled(_PICTURE) + 12, 0, -_PADDING - 4 - right, 0)


def _wide(text: str, spans: tuple[Span, ...], font: QFont) -> int:
    plain, strong = QFontMetrics(font), QFontMetrics(_bold(font))
    return sum((strong if found else plain).horizontalAdvance(part) for part, found in _parts(text, spans))


def _parts(text: str, spans: tuple[Span, ...]) -> Iterator[tuple[str, bool]]:
    """Cut ``text`` into what was found and what stands between."""
    at = 0
    for start, end in spans:
        if start > at:
            yield text[at:start], False
        yield text[max(start, at) : end], True
        at = max(end, at)
    if at < len(text):
        yield text[at:], False
