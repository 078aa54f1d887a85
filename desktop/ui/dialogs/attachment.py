"""An attachment inside the program: a picture or a PDF, never a clear file; taking one out is an act of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMargins, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QMouseEvent, QPixmap, QResizeEvent, QShortcut
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QScrollArea, QWidget

from desktop.files.attached import PDF, SUFFIX
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import label, restyle, row
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.changes import Changes

WIDTH, HEIGHT = 940, 700
STEP, LEAST, MOST = 1.25, 0.05, 8.0
SHOWN_SIDE = 8192
"""Pixels: a kept picture is smaller than this, one from another program's desk is shown within it."""


class _Pages(QPdfView):
    """A stranger's PDF: a click on it follows no link, neither within it nor out of the program."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Nothing."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing."""


class AttachmentDialog(Sheet):
    """Opened by `show_draft` or `show_record`; ``changed`` carries the Changes of a withdrawal."""

    changed = Signal(object)

    def __init__(self, tools: Tools, name: str, media_type: str, record: str, parent: QWidget) -> None:
        super().__init__("attachment", name, "", parent, 640)
        self._tools, self._name, self._media_type, self._record = tools, name, media_type, record
        self._image = QImage()
        self._scale = 0.0
        self._buffer = QBuffer(self)
        self._bytes = QByteArray()
        self.document = QPdfDocument(self)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(name)
        self.shown: QWidget = self._pdf_view() if media_type == PDF else self._picture_view()
        self.body.addWidget(self.shown, 1)
        self.note = label(tools.words("window.loading"), "muted", wrap=True)
        self.body.addWidget(self.note)
        self._build_zoom()
        self._build_reason()
        self._build_foot()
        self.resize(WIDTH, max(HEIGHT, parent.height() - 60))

    @classmethod
    def show_draft(cls, parent: QWidget, tools: Tools, name: str, media_type: str, digest: str) -> AttachmentDialog:
        """Show a file that a draft names."""
        store = tools.desk.store

        def read() -> bytes:
            from desktop.store.files import read_file

            with store.read() as reader:
                return read_file(reader, digest)

        return cls._show(parent, tools, name, media_type, "", read)

    @classmethod
    def show_record(
        cls, parent: QWidget, tools: Tools, attachment_id: str, name: str, media_type: str, *, withdrawn: bool = False
    ) -> AttachmentDialog:
        """Show a file of a record; one that was ``withdrawn`` is not withdrawn again."""
        desk, home, keys = tools.desk, tools.home, tools.keys

        def read() -> bytes:
            from desktop.actions.fetching import read_or_fetch

            return read_or_fetch(desk, home, keys, attachment_id)[1]

        made = cls._show(parent, tools, name, media_type, attachment_id, read)
        made.withdraw.setVisible(not withdrawn and tools.may("attachment"))
        return made

    @classmethod
    def _show(
        cls, parent: QWidget, tools: Tools, name: str, media_type: str, record: str, read: Callable[[], bytes]
    ) -> AttachmentDialog:
        made = cls(tools, name, media_type, record, parent)
        made.open()

        def load(_task: object) -> bytes | QImage:
            content = read()
            if media_type == PDF:
                return content
            from desktop.ui.pictures import small

            return small(content, SHOWN_SIDE)

        tools.tasks.link(load, made.show_content, made.refuse)  # it may have to come from the district
        return made

    def show_content(self, content: bytes | QImage) -> None:
        """Show what was read."""
        if isinstance(content, QImage):
            self._image = content
            readable = not content.isNull()
            self.fit()
        else:
            self._bytes = QByteArray(content)
            self._buffer.setData(self._bytes)
            self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
            self.document.load(self._buffer)
            readable = self.document.error() == QPdfDocument.Error.None_
        self._tell("" if readable else self._tools.words("attachments.unshown", file=self._name), "error")
        self._allow(True)

    def refuse(self, error: QianshaoError) -> None:
        """Say why it cannot be shown, taken out or withdrawn."""
        self._tell(self._tools.sentence(error), "error")

    def fit(self) -> None:
        """Show the whole picture, or a page at the window's width."""
        self._scale = 0.0
        self._draw()

    def zoom(self, by: float) -> None:
        """Show it larger or smaller by a factor."""
        self._scale = min(max((self._scale or self._fitting()) * by, LEAST), MOST)
        self._draw()

    def whole(self) -> None:
        """Show one pixel of the picture on one pixel of the screen."""
        self._scale = 1.0 / self.devicePixelRatioF() if self._media_type != PDF else 1.0
        self._draw()

    def save_as(self, path: Path) -> None:
        """Write a clear copy to ``path``: a person's explicit act, with a reason, and in the station's log."""
        desk, record, reason = self._tools.desk, self._record, self.reason.text()

        def write() -> Path:
            from desktop.actions.attachments import save_copy

            return save_copy(desk, record, path, reason)

        self._tools.tasks.write(write, self._saved, self.refuse)

    def take_back(self) -> None:
        """Withdraw it, with the reason that was typed."""
        desk, record, reason = self._tools.desk, self._record, self.reason.text()

        def withdraw() -> Changes:
            from desktop.actions.attachments import withdraw

            return withdraw(desk, record, reason)

        self._tools.tasks.write(withdraw, self._withdrawn, self.refuse)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A picture that is shown whole stays whole."""
        super().resizeEvent(event)
        if not self._scale:
            self._draw()

    def _picture_view(self) -> QWidget:
        made = QScrollArea()
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
        made.setWidget(self.picture)
        made.setAccessibleName(self._name)
        return made

    def _pdf_view(self) -> QWidget:
        made = _Pages()
        made.setDocument(self.document)
        made.setPageMode(QPdfView.PageMode.MultiPage)
        made.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        made.setDocumentMargins(QMargins(14, 14, 14, 14))
        made.setAccessibleName(self._name)
        return made

    def _build_zoom(self) -> None:
        words = self._tools.words
        line = row(space=8)
        for name, keys, act in (
            ("zoom_in", "Ctrl++", lambda: self.zoom(STEP)),
            ("zoom_out", "Ctrl+-", lambda: self.zoom(1 / STEP)),
            ("zoom_fit", "Ctrl+0", self.fit),
            ("zoom_whole", "Ctrl+1", self.whole),
        ):
            made = button(words(f"attachments.{name}"), f"attachment.{name}", "quiet")
            made.setToolTip(keys)
            made.clicked.connect(act)
            QShortcut(QKeySequence(keys), self).activated.connect(act)
            line.addWidget(made)
        QShortcut(QKeySequence("Ctrl+="), self).activated.connect(lambda: self.zoom(STEP))
        line.addStretch(1)
        self.body.addLayout(line)

    def _build_reason(self) -> None:
        words = self._tools.words
        self.reason = QLineEdit()
        self.reason.setObjectName("attachment.reason")
        self.reason.setAccessibleName(words("attachments.reason"))
        self.reason.setPlaceholderText(words("attachments.reason"))
        self.reason.setMaxLength(200)
        self.reason.setVisible(bool(self._record))
        self.body.addWidget(self.reason)

    def _build_foot(self) -> None:
        words = self._tools.words
        self.withdraw = self.foot_button(words("attachments.withdraw"), "withdraw", "quiet")
        self.withdraw.clicked.connect(lambda: self._with_reason(self.take_back))
        self.withdraw.setVisible(False)
        self.save = self.foot_button(words("attachments.save"), "save")
        self.save.clicked.connect(lambda: self._with_reason(self._choose))
        self.save.setVisible(bool(self._record))
        close = self.foot_button(words("window.close"), "close", "primary")
        close.clicked.connect(self.reject)
        close.setFocus()
        self._allow(False)

    def _allow(self, allowed: bool) -> None:
        for made in (self.withdraw, self.save):
            made.setEnabled(allowed)

    def _with_reason(self, act: Callable[[], None]) -> None:
        if not self.reason.text().strip():
            self._tell(self._tools.words("attachments.reason_needed"), "error")
            self.reason.setFocus()
            return
        act()

    def _choose(self) -> None:
        words, suffix = self._tools.words, SUFFIX.get(self._media_type, "")
        path, _kind = QFileDialog.getSaveFileName(self, words("attachments.save"), self._name, f"*{suffix}")
        if path:
            self.save_as(Path(path) if path.lower().endswith(suffix) else Path(f"{path}{suffix}"))

    def _saved(self, path: Path) -> None:
        self._tell(self._tools.words("attachments.saved", file=path.name))

    def _withdrawn(self, changes: Changes) -> None:
        self.changed.emit(changes)
        self.accept()

    def _tell(self, text: str, role: str = "muted") -> None:
        self.note.setProperty("role", role)
        restyle(self.note)
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _fitting(self) -> float:
        if self._media_type == PDF or self._image.isNull():
            return 1.0
        room = self.shown.size()
        return min(1.0, (room.width() - 4) / self._image.width(), (room.height() - 4) / self._image.height())

    def _draw(self) -> None:
        if isinstance(self.shown, QPdfView):
            self.shown.setZoomMode(QPdfView.ZoomMode.Custom if self._scale else QPdfView.ZoomMode.FitToWidth)
            self.shown.setZoomFactor(self._scale or 1.0)
            return
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        size = self._image.size() * ((self._scale or max(self._fitting(), LEAST)) * ratio)
        ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        drawn = QPixmap.fromImage(self._image.scaled(size, *ways))
        drawn.setDevicePixelRatio(ratio)
        self.picture.setPixmap(drawn)
        self.picture.resize(drawn.deviceIndependentSize().toSize())
