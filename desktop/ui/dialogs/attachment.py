"""An attachment inside the program: a picture or a PDF, never a clear file; taking one out is an act of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from desktop.files.attached import PDF, SUFFIX
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import label, restyle, row
from desktop.ui.pieces.limited import limit
from desktop.ui.pieces.place_choice import PlaceChoice
from desktop.ui.pieces.shown_file import PagesView, PictureView
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.attachments import Content
    from desktop.actions.desk import Done
    from desktop.changes import Changes

WIDTH, HEIGHT = 940, 700
STEP = 1.25
SHOWN_SIDE = 8192
"""Pixels: a kept picture is smaller than this, one from another program's desk is shown within it."""


class AttachmentDialog(Sheet):
    """Opened by `show_draft` or `show_record`; ``changed`` carries the Changes of a withdrawal."""

    changed = Signal(object)

    def __init__(self, tools: Tools, name: str, media_type: str, record: str, parent: QWidget) -> None:
        super().__init__("attachment", name, "", parent, 640)
        self._tools, self._name, self._media_type, self._record = tools, name, media_type, record
        self.shown = PagesView(name, self) if media_type == PDF else PictureView(name)
        self.body.addWidget(self.shown, 1)
        self.note = label(tools.words("window.loading"), "muted", wrap=True)
        self.body.addWidget(self.note)
        self._build_zoom()
        self.placed = PlaceChoice(tools, record)
        self.placed.moved.connect(self._moved)
        self.placed.failed.connect(self.refuse)
        self.body.addWidget(self.placed)
        self._build_reason()
        self._build_foot()
        self.resize(WIDTH, max(HEIGHT, parent.height() - 60))

    @classmethod
    def show_draft(
        cls, parent: QWidget, tools: Tools, name: str, media_type: str, digest: str, held: Content | None = None
    ) -> AttachmentDialog:
        """Show a file that a draft names; ``held`` is the file itself, of a form that keeps nothing."""
        store = tools.desk.store

        def read() -> bytes:
            if held is not None:
                return held.content
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
        made.placed.ask()
        return made

    @classmethod
    def _show(
        cls, parent: QWidget, tools: Tools, name: str, media_type: str, record: str, read: Callable[[], bytes]
    ) -> AttachmentDialog:
        made = cls(tools, name, media_type, record, parent)
        made.open()
        from desktop.ui.pictures import small  # with Qt's PDF part, where a file is shown

        def load(_task: object) -> bytes | QImage:
            content = read()
            if media_type == PDF:
                return content
            return small(content, SHOWN_SIDE)

        tools.tasks.link(load, made.show_content, made.refuse)  # it may have to come from the district
        return made

    def show_content(self, content: bytes | QImage) -> None:
        """Show what was read."""
        if isinstance(self.shown, PagesView):
            readable = isinstance(content, bytes) and self.shown.show_bytes(content)
        else:
            readable = isinstance(content, QImage) and self.shown.show_image(content)
        self._tell("" if readable else self._tools.words("attachments.unshown", file=self._name), "error")
        self._allow(True)

    def refuse(self, error: QianshaoError) -> None:
        """Say why it cannot be shown, taken out or withdrawn."""
        self._tell(self._tools.sentence(error), "error")

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

    def _build_zoom(self) -> None:
        words = self._tools.words
        line = row(space=8)
        for name, keys, act in (
            ("zoom_in", "Ctrl++", lambda: self.shown.zoom(STEP)),
            ("zoom_out", "Ctrl+-", lambda: self.shown.zoom(1 / STEP)),
            ("zoom_fit", "Ctrl+0", self.shown.fit),
            ("zoom_whole", "Ctrl+1", self.shown.whole),
        ):
            made = button(words(f"attachments.{name}"), f"attachment.{name}", "quiet")
            made.setToolTip(keys)
            made.clicked.connect(act)
            QShortcut(QKeySequence(keys), self).activated.connect(act)
            line.addWidget(made)
        QShortcut(QKeySequence("Ctrl+="), self).activated.connect(lambda: self.shown.zoom(STEP))
        line.addStretch(1)
        self.body.addLayout(line)

    def _build_reason(self) -> None:
        words = self._tools.words
        self.reason = QLineEdit()
        self.reason.setObjectName("attachment.reason")
        self.reason.setAccessibleName(words("attachments.reason"))
        self.reason.setPlaceholderText(words("attachments.reason"))
        limit(self.reason, 200)
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

    def _moved(self, done: Done) -> None:
        """The fact that stands now is another one: a withdrawal is of that."""
        self._record = done.id
        self.changed.emit(done.changes)

    def _withdrawn(self, changes: Changes) -> None:
        self.changed.emit(changes)
        self.accept()

    def _tell(self, text: str, role: str = "muted") -> None:
        self.note.setProperty("role", role)
        restyle(self.note)
        self.note.setText(text)
        self.note.setVisible(bool(text))
