"""How files come in: dropped onto a form or page, pasted, chosen; each is made fit on a lane, one after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPlainTextEdit, QWidget

from desktop.actions.attachments import Content
from desktop.files.attached import limits, shown_name
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from desktop.ui.pictures import Ready

Report = Callable[[int, int], None]
_DRAGS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave, QEvent.Type.Drop})


@dataclass(frozen=True, slots=True)
class _Waiting:
    name: str
    make: Callable[[Report, Callable[[], bool]], Ready]


class Intake(QObject):
    """``ready`` carries a `Content`; ``refused`` one sentence that names the file; ``going`` what is under way.

    ``going``: name, steps done, steps in all; an empty name where nothing is. ``over`` tells that a drag with files is
    over the widget, or has left it; ``began`` that files are handed in anew.
    """

    began = Signal()
    ready = Signal(object)
    refused = Signal(str)
    going = Signal(str, int, int)
    over = Signal(bool)

    def __init__(self, tools: Tools, host: QWidget) -> None:
        super().__init__(host)
        self._tools, self._host = tools, host
        self._waiting: deque[_Waiting] = deque()
        self._task: Task | None = None
        host.setAcceptDrops(True)
        host.installEventFilter(self)

    def watch(self, root: QWidget) -> None:
        """Take files that are dropped on, or pasted into, the text fields below ``root``; text stays theirs."""
        for field in root.findChildren(QWidget):
            if isinstance(field, QPlainTextEdit):
                field.installEventFilter(self)
                field.viewport().installEventFilter(self)
            elif isinstance(field, QLineEdit):
                field.installEventFilter(self)

    @property
    def busy(self) -> bool:
        """Whether a file is under way or waits."""
        return self._task is not None or bool(self._waiting)

    def add_paths(self, paths: Iterable[Path]) -> None:
        """Take files by their paths."""
        from desktop.ui.pictures import prepare_path  # with Qt's PDF part, where a file is handed in

        def make(path: Path, report: Report, cancelled: Callable[[], bool]) -> Ready:
            return prepare_path(path, report, cancelled)

        self._queue(_Waiting(shown_name(path.name), partial(make, path)) for path in paths)

    def add_image(self, image: QImage) -> None:
        """Take a picture from the clipboard."""
        from desktop.ui.pictures import prepare_image  # as above

        clock = self._tools.desk.now().astimezone(BEIJING).strftime("%H-%M-%S")
        name = f"{self._tools.words('attachments.pasted_name')} {clock}"

        def make(report: Report, cancelled: Callable[[], bool]) -> Ready:
            return prepare_image(name, image, report, cancelled)

        self._queue([_Waiting(name, make)])

    def paste(self) -> None:
        """Take what lies in the clipboard: files that were copied, or a picture; else say that there is none."""
        if not self.take(QGuiApplication.clipboard().mimeData()):
            self.refused.emit(self._tools.words("attachments.nothing_to_paste"))

    def choose(self) -> None:
        """Choose files in the system's dialog."""
        words = self._tools.words
        kinds = f"{words('attachments.kinds')} (*.jpg *.jpeg *.png *.pdf *.JPG *.JPEG *.PNG *.PDF)"
        paths, _kind = QFileDialog.getOpenFileNames(self._host, words("attachments.add"), "", kinds)
        self.add_paths(Path(path) for path in paths)

    def cancel(self) -> None:
        """Stop what is under way and forget what waits; what was taken stays."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Files that are dragged or pasted are taken; everything else goes where it was going."""
        kind = event.type()
        if kind in _DRAGS:
            return self._dragged(event)
        if (
            kind == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Paste)
        ):
            return self.take(QGuiApplication.clipboard().mimeData(), pictures=False)
        return False

    def _dragged(self, event: QEvent) -> bool:
        if not isinstance(event, (QDragEnterEvent, QDragMoveEvent, QDropEvent)):
            self.over.emit(False)
            return False
        mime = event.mimeData()
        if not takes(mime):
            return False
        event.acceptProposedAction()
        dropped = event.type() == QEvent.Type.Drop
        self.over.emit(not dropped)
        if dropped:
            self.take(mime)
        return True

    def take(self, mime: QMimeData, *, pictures: bool = True) -> bool:
        """Take files or a picture; without ``pictures`` one that comes with text is left to who wants the text."""
        if paths := _paths(mime):
            self.add_paths(paths)
            return True
        if mime.hasImage() and (pictures or not mime.hasText()):
            image = mime.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.add_image(image)
                return True
        return False

    def _queue(self, files: Iterable[_Waiting]) -> None:
        if not self.busy:
            self.began.emit()
        self._waiting.extend(files)
        most = limits().files
        if len(self._waiting) > most:  # a whole folder: nobody waits for what no record could have
            self.refused.emit(self._tools.words("attachments.too_many", file=self._waiting[most].name, limit=most))
            while len(self._waiting) > most:
                self._waiting.pop()
        self._next()

    def _next(self) -> None:
        if self._task is not None:
            return
        if not self._waiting:
            self.going.emit("", 0, 0)
            return
        file = self._waiting.popleft()
        self.going.emit(file.name, 0, 0)

        def work(task: Task) -> Content:
            made = file.make(lambda done, of: task.report((file.name, done, of)), task.cancelled)
            return Content(made.name, made.media_type, made.content)

        self._task = self._tools.tasks.link(work, self._made, self._failed, self._progress)

    def _progress(self, answer: tuple[str, int, int]) -> None:
        self.going.emit(*answer)

    def _made(self, made: Content) -> None:
        self._task = None
        self.ready.emit(made)
        self._next()

    def _failed(self, error: QianshaoError) -> None:
        self._task = None
        self.refused.emit(self._tools.sentence(error))
        self._next()


def takes(mime: QMimeData) -> bool:
    """Whether something that is dragged or copied has files or a picture."""
    return bool(_paths(mime)) or mime.hasImage()


def _paths(mime: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()] if mime.hasUrls() else []
