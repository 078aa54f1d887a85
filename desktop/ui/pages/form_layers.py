"""A page's front and the form that is open over it: one at a time, and the front waits behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.ui.form_panel import FormPanel, Job
from desktop.ui.tools import Tools
from desktop.ui.words import told_of
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.desk import Done


class FormLayers(QStackedWidget):
    """``said`` carries a sentence and its tone; ``closed`` tells that the front stands again."""

    said = Signal(str, str)
    closed = Signal()

    def __init__(self, tools: Tools, front: QWidget) -> None:
        super().__init__()
        self._tools, self._front = tools, front
        self.panel: FormPanel | None = None
        self.addWidget(front)

    def leave(self) -> bool:
        """Leave the open form, its draft kept (one that is sealed asks first); returns whether there was one."""
        if self.panel is None:
            return False
        self.panel.leave()
        return True

    def open(self, job: Job, side: QWidget | None = None, after: Callable[[Done], None] | None = None) -> FormPanel:
        """Open a form; the panel that is returned is the one before, where that asks first."""
        self.leave()
        if self.panel is not None:
            return self.panel
        self.panel = panel = FormPanel(self._tools, job, side)
        panel.finished.connect(partial(self._finished, panel, after))
        panel.closed.connect(self._close)
        panel.refused_late.connect(partial(self._refused_late, panel))
        self.addWidget(panel)
        self.setCurrentWidget(panel)
        panel.view.start()
        return panel

    def _finished(self, panel: FormPanel, after: Callable[[Done], None] | None, done: Done) -> None:
        self.said.emit(*told_of(self._tools.words, panel.job.done_key, done))
        if panel is not self.panel:  # left meanwhile: the person is elsewhere, and stays there
            panel.deleteLater()
            return
        self._close()
        if after is not None:
            after(done)

    def _refused_late(self, panel: FormPanel, error: QianshaoError) -> None:
        words = self._tools.words
        self.said.emit(words("window.refused_late", form=panel.title, why=self._tools.sentence(error)), "bad")
        panel.deleteLater()

    def _close(self) -> None:
        panel, self.panel = self.panel, None
        self.setCurrentWidget(self._front)
        if panel is not None:
            self.removeWidget(panel)
            panel.hide()
            if not panel.busy:
                panel.deleteLater()
        self.closed.emit()
