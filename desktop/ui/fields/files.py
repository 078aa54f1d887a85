"""The files of a form: dropped, pasted or chosen, kept with the draft, saved together with its record."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QWidget

from desktop.actions.attachments import FILES, HELD, Content, entry, keep_with_draft, leave_out, must_take
from desktop.forms.form import Draft
from desktop.ui.attaching import Intake
from desktop.ui.files_shown import KEYS, PASTE_KEYS, show_small
from desktop.ui.form_view import FormView
from desktop.ui.pieces.buttons import button, shortcut_of
from desktop.ui.pieces.file_tile import FileTile
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.intake_line import IntakeLine
from desktop.ui.pieces.labels import clear, column, label, restyle, row
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError, RuleBroken


class FilesField(QFrame):
    """Stands below a form's questions; the draft of ``view`` names its files, the store holds their bytes.

    ``changed`` tells that the draft has other files now.
    """

    changed = Signal()

    def __init__(
        self, tools: Tools, view: FormView, panel: QWidget, title: Callable[[Draft], str], record: str
    ) -> None:
        super().__init__()
        self._tools, self._view, self._title, self._record = tools, view, title, record
        self._on_their_way: deque[str] = deque()
        self.setObjectName("files")
        self.setProperty("role", "card")
        self.intake = Intake(tools, panel)
        self._build(panel)
        self.intake.ready.connect(self._ready)
        self.intake.over.connect(self._over)
        self.intake.watch(view)
        self.show_files()

    @property
    def files(self) -> list[dict[str, Any]]:
        """What the draft names (actions.attachments.entry)."""
        return list(self._view.values().get(FILES) or [])

    def show_files(self) -> None:
        """Show the files of the draft as it stands."""
        clear(self._tiles)
        files = [f for f in self.files if not f.get("purpose")]
        self._holder.setVisible(bool(files))
        self.hint.setVisible(not files)
        for file in files:
            tile = FileTile(
                self._tools.theme, file["digest"], file["name"], remove=self._tools.words("attachments.remove")
            )
            tile.opened.connect(self._open)
            tile.removed.connect(self._remove)
            self._tiles.addWidget(tile)
            show_small(self._tools, tile, file["media_type"], file["digest"], file.get(HELD))

    def _build(self, panel: QWidget) -> None:
        words, theme = self._tools.words, self._tools.theme
        inside = column(self, space=8, margins=(20, 10, 20, 10))
        head = row(space=10)
        head.addWidget(label(words("attachments.title"), "subheading"))
        hint = "attachments.hint_sealed" if self._view.form.sealed else "attachments.hint"
        self.hint = label(words(hint), "small", wrap=True)
        head.addWidget(self.hint, 1)
        head.addStretch(0)
        self.add = button(words("attachments.add"), "files.add", "quiet", theme=theme, picture="clip")
        self.add.clicked.connect(self.intake.choose)
        shortcut_of(self.add, KEYS, panel)
        head.addWidget(self.add)
        inside.addLayout(head)
        paste = QShortcut(QKeySequence(PASTE_KEYS), panel)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self.intake.paste)
        self._holder = QWidget()
        self._tiles = Flow(self._holder, gap=8)
        inside.addWidget(self._holder)
        self.line = IntakeLine(words, self.intake)
        inside.addWidget(self.line)

    def _ready(self, file: Content) -> None:
        try:
            must_take([f["digest"] for f in self.files], file)
        except RuleBroken as error:
            self.line.refuse(self._tools.sentence(error))
            return
        self.take(file)

    def take(self, file: Content) -> None:
        """Let the draft name one file more and keep its bytes, encrypted, in the same transaction.

        A sealed form's draft has the file itself: nothing of it reaches the store before it is sealed.
        """
        if self._view.form.sealed:
            self._changed_here([*self.files, entry(file) | {HELD: file}])
            return
        self._view.fill({FILES: [*self.files, entry(file)]})
        desk, form, draft, record = self._tools.desk, self._view.form, self._view.values(), self._record
        title = self._title(draft)
        self._tools.tasks.write(
            lambda: keep_with_draft(desk, form, draft, file, record=record, title=title),
            self._kept,
            self._not_kept,
        )
        self._on_their_way.append(file.digest)
        self._view.edited.emit()
        self.show_files()
        self.changed.emit()

    def drop(self, digest: str) -> None:
        """Let the draft name a file no longer; its bytes are forgotten."""
        self.line.forgive()
        if self._view.form.sealed:
            self._changed_here([f for f in self.files if f["digest"] != digest])
            return
        self._view.fill({FILES: [f for f in self.files if f["digest"] != digest]})
        desk, form, draft, record = self._tools.desk, self._view.form, self._view.values(), self._record
        title = self._title(draft)
        self._tools.tasks.write(
            lambda: leave_out(desk, form, draft, digest, record=record, title=title), None, self._could_not
        )
        self._view.edited.emit()
        self.show_files()
        self.changed.emit()

    def _changed_here(self, files: list[dict[str, Any]]) -> None:
        self._view.fill({FILES: files})
        self._view.edited.emit()
        self.show_files()
        self.changed.emit()

    def _remove(self, digest: str) -> None:
        self.drop(digest)
        self.add.setFocus()

    def _kept(self, _draft_id: str) -> None:
        self._on_their_way.popleft()
        self.show_files()

    def _not_kept(self, error: QianshaoError) -> None:
        digest = self._on_their_way.popleft()
        self._view.fill({FILES: [f for f in self.files if f["digest"] != digest]})
        self.show_files()
        self._could_not(error)

    def _could_not(self, error: QianshaoError) -> None:
        self.line.refuse(self._tools.sentence(error))

    def _over(self, over: bool) -> None:
        self.setProperty("role", "well" if over else "card")
        restyle(self)

    def _open(self, digest: str) -> None:
        from desktop.ui.dialogs.attachment import AttachmentDialog

        found = next((f for f in self.files if f["digest"] == digest), None)
        if found is not None:
            name, kind, held = found["name"], found["media_type"], found.get(HELD)
            AttachmentDialog.show_draft(self.window(), self._tools, name, kind, digest, held)
