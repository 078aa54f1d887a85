"""The files of a record that stands: dropped, pasted or chosen ones are added at once, each as a fact of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QScrollArea, QWidget

from desktop.actions.attachments import Content, attach
from desktop.changes import Changes
from desktop.files.attached import limits
from desktop.ui.attaching import Intake
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.files_shown import KEYS, PASTE_KEYS, tiles_of
from desktop.ui.pieces.buttons import button, shortcut_of
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.intake_line import IntakeLine
from desktop.ui.pieces.labels import card, clear, column, label, restyle, row
from desktop.ui.stories.files import files_told
from desktop.ui.stories.story import FileLine
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

HEIGHT = 520


class AttachmentsDialog(Sheet):
    """Esc stops what is under way and closes; what was added stays added.

    ``document`` shows only the files of one document of a mediation's file; what is added belongs to it.
    """

    def __init__(self, tools: Tools, record_id: str, title: str, parent: QWidget, document: str = "") -> None:
        words = tools.words
        super().__init__("attachments", words("attachments.title"), title, parent, 600)
        self._tools, self._record, self._document = tools, record_id, document
        self.zone = card("well")
        self.intake = Intake(tools, self)
        inside = column(self.zone, space=10, margins=(16, 14, 16, 14))
        largest = limits().file_bytes // (1024 * 1024)
        inside.addWidget(label(words("attachments.drop_here", limit=largest), "muted", wrap=True))
        verbs = row(space=10)
        self.add = button(words("attachments.add"), "attachments.add", theme=tools.theme, picture="clip")
        self.add.clicked.connect(self.intake.choose)
        shortcut_of(self.add, KEYS, self)
        paste = button(words("attachments.paste"), "attachments.paste", "quiet")
        paste.clicked.connect(self.intake.paste)
        paste.setToolTip(PASTE_KEYS)
        verbs.addWidget(self.add)
        verbs.addWidget(paste)
        verbs.addStretch(1)
        inside.addLayout(verbs)
        self.line = IntakeLine(words, self.intake)
        inside.addWidget(self.line)
        self.body.addWidget(self.zone)
        self.none = label(words("attachments.none"), "muted")
        self.body.addWidget(self.none)
        holder = QWidget()
        holder.setProperty("role", "ground")
        self._tiles = Flow(holder, gap=8)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(holder)
        self.body.addWidget(scroll, 1)
        self.setMinimumHeight(HEIGHT)
        close = self.foot_button(words("window.close"), "close", "primary")
        close.clicked.connect(self.accept)
        for keys in ("Ctrl+V", PASTE_KEYS):
            QShortcut(QKeySequence(keys), self).activated.connect(self.intake.paste)
        self.intake.ready.connect(self._ready)
        self.intake.over.connect(self._over)
        self.finished.connect(lambda _code: self.intake.cancel())
        self.add.setFocus()
        self.ask()

    def ask(self) -> None:
        """Show the files as they stand."""
        store, words, record, document = self._tools.desk.store, self._tools.words, self._record, self._document

        def read() -> tuple[FileLine, ...]:
            with store.read() as reader:
                return tuple(f for f in files_told(reader, words, record) if not document or f.document == document)

        self._tools.tasks.read(read, self._show, self._failed)

    def _show(self, files: tuple[FileLine, ...]) -> None:
        clear(self._tiles)
        self.none.setVisible(not files)
        for tile in tiles_of(self._tools, files, self, self.ask):
            self._tiles.addWidget(tile)

    def _ready(self, file: Content) -> None:
        desk, record, document = self._tools.desk, self._record, self._document
        self._tools.tasks.write(lambda: attach(desk, record, file, document), self._added, self._failed)

    def _added(self, changes: Changes) -> None:
        self._tools.bus.tell(changes)
        self.ask()

    def _failed(self, error: QianshaoError) -> None:
        self.line.refuse(self._tools.sentence(error))

    def _over(self, over: bool) -> None:
        self.zone.setProperty("role", "card" if over else "well")
        restyle(self.zone)
