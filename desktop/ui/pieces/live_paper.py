"""A paper beside the form in which it is written: it follows the typing, and is nothing that anybody can print.

The paper is set on a lane beside the UI thread after a pause in the typing, and one at a time: no older one can follow
a newer one, and whoever types on sees the newest that there is. What arrives when nobody looks is dropped. Its bytes
stay in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMargins, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QFrame

from desktop.ui.pieces.labels import column, label, restyle
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.agreement_preview import LivePaper

PAUSE_MS = 300
"""Without a keystroke, before the paper is set anew."""
MARGIN, SPACING = 10, 8
ABOVE = 48.0
"""Points of paper that stay in sight above the clause that is written."""


class LivePaperView(QFrame):
    """Shows what ``draw`` sets, off the UI thread; `follow` says which question is being answered."""

    def __init__(self, tools: Tools, name: str, draw: Callable[[], Callable[[], LivePaper]]) -> None:
        super().__init__()
        self._tools, self._draw = tools, draw
        self._under_way = self._due = False
        self._clause = ""
        self._near: Mapping[str, str] = {}
        self._marks: dict[str, tuple[int, float]] = {}
        self.setProperty("role", "card")
        inside = column(self, space=6, margins=(12, 10, 12, 12))
        self.note = label(tools.words("window.live_paper"), "small", wrap=True)
        self.note.setObjectName("live.note")
        inside.addWidget(self.note)
        self.view = QPdfView(self)  # before what it shows: it ends first, for a thread of its own still draws
        self.document = QPdfDocument(self)
        self._bytes = QByteArray()
        self._buffer = QBuffer(self)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setDocumentMargins(QMargins(MARGIN, MARGIN, MARGIN, MARGIN))
        self.view.setPageSpacing(SPACING)
        self.view.setAccessibleName(name)
        self.view.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab goes through the form
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        inside.addWidget(self.view, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._set)

    def changed(self) -> None:
        """The draft is another one: set the paper after a pause, where it is looked at at all."""
        self._due = True
        if self.isVisible():
            self._pause.start()

    def follow(self, clause: str, near: Mapping[str, str]) -> None:
        """Bring the place of a question ("facts", "terms.1.amount") into sight, or of the one that is ``near`` it."""
        if clause != self._clause:
            self._clause, self._near = clause, near
            self._bring()

    def showEvent(self, event: QShowEvent) -> None:
        """What was typed meanwhile is shown now."""
        super().showEvent(event)
        if self._due:
            self._pause.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is set for nobody."""
        super().hideEvent(event)
        self._pause.stop()

    def _set(self) -> None:
        if self._under_way:
            return  # what is asked for now is set when that one is here
        self._under_way, self._due = True, False
        work = self._draw()
        self._tools.tasks.link(lambda _task: work(), self._take, self._refused)

    def _take(self, paper: LivePaper) -> None:
        self._go_on()
        if not self.isVisible():
            self._due = True
            return
        self._marks = paper.marks
        self._load(paper.pdf)
        self._say("")

    def _refused(self, error: QianshaoError) -> None:
        """Say why there is no paper; what was there before stays, and is no longer what is written."""
        self._go_on()
        self._say(self._tools.sentence(error))

    def _go_on(self) -> None:
        self._under_way = False
        if self._due and self.isVisible():
            self._pause.start()

    def _say(self, why: str) -> None:
        self.note.setText(why or self._tools.words("window.live_paper"))
        self.note.setProperty("role", "error" if why else "small")
        restyle(self.note)

    def _load(self, pdf: bytes) -> None:
        bar = self.view.verticalScrollBar()
        at = bar.value()
        self.document.close()
        self._buffer.close()
        self._bytes = QByteArray(pdf)
        self._buffer.setData(self._bytes)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(self._buffer)
        bar.setValue(at)
        if self._clause:
            self._bring()

    def _bring(self) -> None:
        """Scroll so that the clause stands near the upper edge; nothing where it is in sight already."""
        name = self._clause
        while name and name not in self._marks:
            name = name.rpartition(".")[0]
        name = name or self._near.get(self._clause, "")
        if name not in self._marks:
            return
        page, top = self._marks[name]
        sizes = [self.document.pagePointSize(at) for at in range(min(page + 1, self.document.pageCount()))]
        if len(sizes) <= page or not sizes[page].width():
            return
        width = self.view.viewport().width() - 2 * MARGIN
        heights = [size.height() * width / size.width() for size in sizes]
        scale = width / sizes[page].width()
        y = MARGIN + sum(heights[:page]) + page * SPACING + top * scale
        bar, room = self.view.verticalScrollBar(), self.view.viewport().height()
        if not bar.value() <= y - 8 <= y + 60 <= bar.value() + room:
            bar.setValue(int(y - ABOVE * scale))
