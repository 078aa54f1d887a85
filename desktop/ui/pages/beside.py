"""Beside a form: the record that it is about, told as in its pane, to look at while writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from desktop.store.reader import Reader
from desktop.ui.files_shown import show_files
from desktop.ui.measures import scaled
from desktop.ui.pieces.labels import card, column, label
from desktop.ui.pieces.story import LARGE, StoryView
from desktop.ui.pieces.tall import Tall
from desktop.ui.stories.law_hints import LawHint
from desktop.ui.stories.story import Story
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

LEAST_LAW = 96
"""Least height of the hints in pixels."""


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


class Law(Tall):
    """What the law asks; as high as its words, and scrolled where the window is too low for them."""

    def sizeHint(self) -> QSize:
        """The height of its words at the width that there is."""
        ground = self.widget()
        layout = ground.layout() if ground is not None else None
        high = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        return QSize(self.minimumSizeHint().width(), high)

    def minimumSizeHint(self) -> QSize:
        """A heading and a line or two."""
        return QSize(super().minimumSizeHint().width(), scaled(LEAST_LAW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width asks for another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


def _law(tools: Tools, hints: Sequence[LawHint]) -> QFrame:
    frame = card()
    frame.setObjectName("law")
    if scaled(100) < LARGE:
        _tell_law(tools, hints, column(frame, space=6, margins=(20, 12, 16, 14)))
        return frame
    ground = QWidget()  # in large type the words take more than the window's height has: they are scrolled
    ground.setProperty("role", "ground")
    _tell_law(tools, hints, column(ground, space=6, margins=(19, 11, 15, 13)))
    law = Law(ground)
    law.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    column(frame, space=0, margins=(1, 1, 1, 1)).addWidget(law)
    return frame


def _tell_law(tools: Tools, hints: Sequence[LawHint], inside: QVBoxLayout) -> None:
    inside.addWidget(label(tools.words("window.law_hints"), "subheading"))
    for hint in hints:
        inside.addWidget(label(f"{hint.text}\n{hint.law}", "small", wrap=True))
