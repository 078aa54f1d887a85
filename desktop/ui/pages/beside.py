"""Beside a form: the record that it is about, told as in its pane, to look at while writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.store.reader import Reader
from desktop.ui.files_shown import show_files
from desktop.ui.pieces.labels import card, column, label
from desktop.ui.pieces.story import StoryView
from desktop.ui.stories.law_hints import LawHint
from desktop.ui.stories.story import Story
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError


class Beside(QWidget):
    """``followed`` carries the id of a neighbour that was clicked."""

    followed = Signal(str)

    def __init__(
        self, tools: Tools, tell: Callable[[Reader, str], Story], record_id: str, hints: Sequence[LawHint] = ()
    ) -> None:
        super().__init__()
        frame = card()
        outer = column(self, space=12)
        outer.addWidget(frame, 1)
        if hints:
            outer.addWidget(_law(tools, hints))
        self._view = StoryView(tools.theme, tools.words("window.timeline"))
        self._view.followed.connect(self.followed)
        show_files(self._view, tools)
        column(frame, space=0, margins=(1, 1, 1, 1)).addWidget(self._view)
        store = tools.desk.store

        def read() -> Story:
            with store.read() as reader:
                return tell(reader, record_id)

        tools.tasks.read(read, self._told, self._not_told)

    def _told(self, story: Story) -> None:
        self._view.tell(story, [])

    def _not_told(self, _error: QianshaoError) -> None:
        # The form says the same when it is handed in; beside it there is simply nothing to look at.
        self.hide()


def _law(tools: Tools, hints: Sequence[LawHint]) -> QFrame:
    frame = card()
    frame.setObjectName("law")
    inside = column(frame, space=6, margins=(20, 12, 16, 14))
    inside.addWidget(label(tools.words("window.law_hints"), "subheading"))
    for hint in hints:
        inside.addWidget(label(f"{hint.text}\n{hint.law}", "small", wrap=True))
    return frame
