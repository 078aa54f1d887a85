"""What dialogs over long work share: how far it is, a button that stops it, and what is told of it at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget

from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

T = TypeVar("T")


class LongWork(Sheet):
    """A dialog lays its own questions, calls `lay_foot`, and starts its work by `run` on the link lane.

    While it runs the questions are grey and the closing button stops it; the dialog stays to tell what became of it.
    """

    def __init__(self, tools: Tools, name: str, title: str, text: str, parent: QWidget, width: int = 520) -> None:
        super().__init__(name, title, text, parent.window(), width)
        self._tools = tools
        self._task: Task | None = None
        self._questions: Sequence[QWidget] = ()
        self._done: Callable[[Any], object] = id
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title)
        self.bar.hide()
        self.told: QLabel = label("", "muted", wrap=True)

    def lay_foot(self, care: str, begin: QPushButton, *questions: QWidget) -> None:
        """Put the bar, ``care`` and the buttons below what was laid; ``begin`` starts, ``questions`` wait meanwhile."""
        self.body.addWidget(self.bar)
        self.told.setText(care)
        self.body.addWidget(self.told)
        self._questions = (begin, *questions)

    def close_first(self) -> QPushButton:
        """The button that closes, or stops what runs."""
        self.close_button = self.foot_button(self._tools.words("window.close"), "close")
        self.close_button.clicked.connect(self.reject)
        return self.close_button

    def run(self, work: Callable[[Task], T], done: Callable[[T], object]) -> None:
        """Start ``work``; ``done`` tells its answer, an error is told as its sentence."""
        self._busy(True)
        self._done = done
        self._task = self._tools.tasks.link(work, self._answered, self._failed, self._progress)

    def reject(self) -> None:
        """Esc and the button: stop what runs, and stay to tell what became of it; else close."""
        if self._task is None:
            super().reject()
        else:
            self._task.cancel()
            self.told.setText(self._tools.words("window.stopping"))

    def _answered(self, answer: object) -> None:
        self._busy(False)
        self._done(answer)

    def _failed(self, error: QianshaoError) -> None:
        self._busy(False)
        self.told.setText(self._tools.sentence(error))

    def _progress(self, answer: tuple[int, int]) -> None:
        if self._task is not None and not self._task.cancelled():
            done, total = answer
            self.bar.setRange(0, total)
            self.bar.setValue(done)

    def _busy(self, busy: bool) -> None:
        self._task = None
        self.bar.setRange(0, 0)
        self.bar.setVisible(busy)
        if busy:  # what has the focus is about to wait, and would take the focus with it
            self.close_button.setFocus()
        for widget in self._questions:
            widget.setEnabled(not busy)
        self.close_button.setText(self._tools.words("window.stop" if busy else "window.close"))
