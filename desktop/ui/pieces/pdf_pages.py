"""A paper to look through: all its pages below each other, turned and enlarged by keyboard, button or wheel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMargins, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.ui.measures import scaled
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import column, label, row
from resources import Wording

ZOOMS: Final = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
MARGIN: Final = 14
_TURN: Final = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
_ZOOM: Final = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


class PdfPages(QWidget):
    """``document`` is what is shown; `show_bytes` shows another one. Nothing is written to a file."""

    def __init__(self, words: Wording, name: str) -> None:
        super().__init__()
        self._words = words
        self.view = _View(self)  # before what it shows: it ends first, for a thread of its own still draws
        self.document = QPdfDocument(self)
        self._bytes = QByteArray()
        self._buffer = QBuffer(self)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setDocumentMargins(QMargins(MARGIN, MARGIN, MARGIN, MARGIN))
        self.view.setAccessibleName(name)
        self.view.setToolTip(words("printing.view_keys"))
        self.view.turned.connect(self.turn)
        self.view.zoomed.connect(self.zoom)
        self.view.fitted.connect(self.fit)
        self._navigator = self.view.pageNavigator()  # kept: its signal ends with the last name for it
        self._navigator.currentPageChanged.connect(self._told)
        outer = column(self, space=8)
        outer.addLayout(self._bar())
        outer.addWidget(self.view, 1)
        self._told()

    def show_bytes(self, pdf: bytes) -> None:
        """Show a PDF from its first page."""
        self.document.close()
        self._buffer.close()
        self._bytes = QByteArray(pdf)
        self._buffer.setData(self._bytes)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(self._buffer)
        self._told()

    @property
    def page(self) -> int:
        """The page in front, from 1; 0 where there is none."""
        return self._navigator.currentPage() + 1 if self.document.pageCount() else 0

    def turn(self, by: int) -> None:
        """Go so many pages on or back."""
        self.go(self.page + by)

    def go(self, page: int) -> None:
        """Go to a page, from 1; to the first or last where there is none of that number."""
        if count := self.document.pageCount():
            self._navigator.jump(min(max(page, 1), count) - 1, QPointF(), 0)
            self._told()

    def zoom(self, by: int) -> None:
        """Show it larger or smaller by a step."""
        now = self._factor()
        bigger = [z for z in ZOOMS if z > now * 1.01]
        smaller = [z for z in ZOOMS if z < now * 0.99]
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(
            (bigger[0] if bigger else ZOOMS[-1]) if by > 0 else smaller[-1] if smaller else ZOOMS[0]
        )

    def fit(self) -> None:
        """Turn between the page's whole width and the whole page."""
        wide = self.view.zoomMode() is QPdfView.ZoomMode.FitToWidth
        self.view.setZoomMode(QPdfView.ZoomMode.FitInView if wide else QPdfView.ZoomMode.FitToWidth)

    def _factor(self) -> float:
        """How large a page is shown, 1 for the size that it has on paper."""
        if self.view.zoomMode() is QPdfView.ZoomMode.Custom:
            return self.view.zoomFactor()
        size = self.document.pagePointSize(max(self.page - 1, 0))
        if size.isEmpty():
            return 1.0
        room = self.view.viewport().size()
        wide = (room.width() - 2 * MARGIN) / (size.width() * self.view.logicalDpiX() / 72)
        if self.view.zoomMode() is QPdfView.ZoomMode.FitToWidth:
            return wide
        return min(wide, (room.height() - 2 * MARGIN) / (size.height() * self.view.logicalDpiY() / 72))

    def _bar(self) -> QHBoxLayout:
        words = self._words
        bar = row(space=6)
        bar.addWidget(self._small("‹", "back", partial(self.turn, -1)))
        bar.addWidget(self._small("›", "on", partial(self.turn, 1)))
        self.place: QLabel = label("", "caption")
        self.place.setMinimumWidth(scaled(92))
        bar.addWidget(self.place)
        bar.addStretch(1)
        bar.addWidget(self._small("−", "smaller", partial(self.zoom, -1)))
        bar.addWidget(self._small("+", "larger", partial(self.zoom, 1)))
        bar.addWidget(self._small(words("printing.view_fit_short"), "fit", self.fit))
        return bar

    def _small(self, text: str, name: str, act: Callable[[], None]) -> QWidget:
        made = button(text, f"pdf.{name}", "quiet")
        told = self._words(f"printing.view_{name}")
        made.setAccessibleName(told)
        made.setToolTip(told)
        made.clicked.connect(lambda _on=False: act())
        return made

    def _told(self, _page: int = 0) -> None:
        count = self.document.pageCount()
        self.place.setText(self._words("printing.view_place", page=self.page, count=count) if count else "")


class _View(QPdfView):
    """PgUp and PgDn turn pages, Home and End go to the ends, + and - enlarge, 0 fits."""

    turned = Signal(int)
    zoomed = Signal(int)
    fitted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys for looking through; the arrows scroll."""
        key = Qt.Key(event.key())
        if key in _TURN:
            self.turned.emit(_TURN[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar = self.verticalScrollBar()
            bar.setValue(bar.minimum() if key is Qt.Key.Key_Home else bar.maximum())
        elif key in _ZOOM:
            self.zoomed.emit(_ZOOM[key])
        elif key is Qt.Key.Key_0:
            self.fitted.emit()
        else:
            super().keyPressEvent(event)
