"""Beside a form: the record that it is about, told as in its pane, to look at while writing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.store.reader import Reader
from desktop.ui.pieces.labels import card, column
from desktop.ui.pieces.story import StoryView
from desktop.ui.stories.story import Story
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError


class Beside(QWidget):
    """``followed`` carries the id of a neighbour that was clicked."""

    followed = Signal(str)

    def __init__(self, tools: Tools, tell: Callable[[Reader, str], Story], record_id: str) -> None:
        super().__init__()
        frame = card()
        column(self, space=0).addWidget(frame)
        self._view = StoryView(tools.theme, tools.words("window.timeline"))
        self._view.followed.connect(self.followed)
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
