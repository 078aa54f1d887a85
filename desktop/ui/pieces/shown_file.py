"""A picture or a PDF that is looked at: fitted, larger, smaller, pixel for pixel; nothing of it is ever a file."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMargins, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

LEAST, MOST = 0.05, 8.0


class PictureView(QScrollArea):
    """One picture; it is shown whole until somebody asks otherwise."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._image = QImage()
        self._scale = 0.0
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWidget(self.picture)
        for part in (self, self.picture):
            part.setAccessibleName(name)

    def show_image(self, image: QImage) -> bool:
        """Show ``image``; returns whether there is anything to see."""
        self._image = image
        self.fit()
        return not image.isNull()

    def fit(self) -> None:
        """Show all of it."""
        self._scale = 0.0
        self._draw()

    def zoom(self, by: float) -> None:
        """Show it larger or smaller by a factor."""
        self._scale = min(max((self._scale or self._fitting()) * by, LEAST), MOST)
        self._draw()

    def whole(self) -> None:
        """Show one pixel of it on one pixel of the screen."""
        self._scale = 1.0 / self.devicePixelRatioF()
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A picture that is shown whole stays whole."""
        super().resizeEvent(event)
        if not self._scale:
            self._draw()

    def _fitting(self) -> float:
        if self._image.isNull():
            return 1.0
        room, size = self.size() - QSize(4, 4), self._image.size()
        return max(LEAST, min(1.0, room.width() / size.width(), room.height() / size.height()))

    def _draw(self) -> None:
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        size = self._image.size() * ((self._scale or self._fitting()) * ratio)
        ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        drawn = QPixmap.fromImage(self._image.scaled(size, *ways))
        drawn.setDevicePixelRatio(ratio)
        self.picture.setPixmap(drawn)
        self.picture.resize(drawn.deviceIndependentSize().toSize())


class PagesView(QPdfView):
    """A stranger's PDF: a click on it follows no link, neither within it nor out of the program.

    ``owner`` keeps the document: one that is its own view's child tells a view that is half gone that it ends.
    """

    def __init__(self, name: str, owner: QWidget) -> None:
        super().__init__(owner)  # before what it shows: it ends first, for a thread of its own still draws
        self.pages = QPdfDocument(owner)
        self._bytes = QByteArray()
        self._buffer = QBuffer(owner)
        self.setDocument(self.pages)
        self.setPageMode(QPdfView.PageMode.MultiPage)
        self.setDocumentMargins(QMargins(14, 14, 14, 14))
        self.setAccessibleName(name)
        self.fit()

    def show_bytes(self, content: bytes) -> bool:
        """Show a PDF, in the place of another one; returns whether it can be shown."""
        self.pages.close()
        self._buffer.close()
        self._bytes = QByteArray(content)
        self._buffer.setData(self._bytes)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.pages.load(self._buffer)
        return self.pages.error() == QPdfDocument.Error.None_

    def fit(self) -> None:
        """Show a page at the window's width."""
        self.setZoomMode(QPdfView.ZoomMode.FitToWidth)

    def zoom(self, by: float) -> None:
        """Show it larger or smaller by a factor."""
        now = self.zoomFactor() if self.zoomMode() == QPdfView.ZoomMode.Custom else 1.0
        self.setZoomMode(QPdfView.ZoomMode.Custom)
        self.setZoomFactor(min(max(now * by, LEAST), MOST))

    def whole(self) -> None:
        """Show it at the size of its paper."""
        self.setZoomMode(QPdfView.ZoomMode.Custom)
        self.setZoomFactor(1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Nothing."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing."""
