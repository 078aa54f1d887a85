"""What was being typed and is not handed in: after a crash or a closed window, and whenever somebody asks (Ctrl+D)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.store.rows import DraftRow
from desktop.ui.dialogs.confirm import Confirm
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import card, column, label, row
from desktop.ui.tools import Tools
from desktop.ui.words import draft_name, moment


class RecoverDialog(Sheet):
    """``taken`` carries the draft that is gone on with, ``discarded`` one that is thrown away; the rest wait."""

    taken = Signal(object)
    discarded = Signal(object)

    def __init__(
        self,
        tools: Tools,
        drafts: Sequence[DraftRow],
        parent: QWidget | None = None,
        *,
        parked: bool = False,
        more: int = 0,
    ) -> None:
        """``parked``: somebody asked for what they put aside; so many ``more`` wait beside those shown."""
        words = tools.words
        title = words("window.parked_title" if parked else "window.recover_title")
        text = words("window.parked_text" if parked else "window.recover_text", count=len(drafts) + more)
        super().__init__("recover", title, text, parent, 580)
        self._tools, self._verb = tools, words("window.go_on" if parked else "window.recover")
        self._left = len(drafts)
        for at, draft in enumerate(drafts):
            self.body.addWidget(self._line(at, draft))
        first = self.findChild(QPushButton, "recover.take.0")
        if first is not None:
            first.setFocus()
        if more:
            self.body.addWidget(label(words("window.parked_more", count=more), "small", wrap=True))
        later = self.foot_button(words("window.close" if parked else "window.recover_later"), "later")
        later.clicked.connect(self.reject)

    def _line(self, at: int, draft: DraftRow) -> QWidget:
        words = self._tools.words
        name = draft_name(words, draft)
        frame = card("well")
        inside = row(frame, space=10, margins=(14, 10, 10, 10))
        said = column(space=2)
        said.addWidget(label(name, "subheading", wrap=True))
        said.addWidget(label(words("window.draft_of", at=moment(draft.changed_at)), "small"))
        inside.addLayout(said, 1)
        away = button(words("window.discard"), f"recover.discard.{at}", "quiet")
        away.setAccessibleName(f"{away.accessibleName()} {name}")
        away.clicked.connect(lambda: self._ask(frame, draft))
        inside.addWidget(away)
        take = button(self._verb, f"recover.take.{at}", "primary")
        take.setAccessibleName(f"{take.accessibleName()} {name}")
        take.clicked.connect(lambda: self._take(draft))
        inside.addWidget(take)
        return frame

    def _take(self, draft: DraftRow) -> None:
        self.accept()
        self.taken.emit(draft)

    def _ask(self, frame: QWidget, draft: DraftRow) -> None:
        Confirm.discard(
            self, self._tools.words, draft_name(self._tools.words, draft), lambda: self._discard(frame, draft)
        )

    def _discard(self, frame: QWidget, draft: DraftRow) -> None:
        self.discarded.emit(draft)
        frame.hide()
        self._left -= 1
        if not self._left:
            self.accept()
