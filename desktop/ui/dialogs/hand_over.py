"""交接班: ask who takes the desk over, record it, and show the sheet that both sign."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.actions.desk import Done
from desktop.forms.form import Draft
from desktop.forms.hand_overs import HAND_OVER_FORM
from desktop.forms.questions import fresh
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.form_view import FormView
from desktop.ui.tools import Tools
from sync.records.papers import PaperKind


class HandOverDialog(Sheet):
    """Handing it in records the hand-over and turns to its paper."""

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("hand_over", words(HAND_OVER_FORM.title), words("window.hand_over_text"), parent, 560)
        self._tools, self._over = tools, parent
        self.view = FormView(HAND_OVER_FORM, tools.around(), framed=False, plain=True)
        self.view.fill(fresh(HAND_OVER_FORM, "hand_over"))
        self.view.submitted.connect(self._hand_in)
        self.view.cancelled.connect(self.reject)
        self.body.addWidget(self.view)
        self.view.start()

    def _hand_in(self, draft: Draft) -> None:
        desk = self._tools.desk

        def work() -> Done:
            from desktop.actions.hand_overs import hand_over

            return hand_over(desk, draft)

        self._tools.tasks.write(work, self._done, self.view.settle)

    def _done(self, done: Done) -> None:
        from desktop.ui.dialogs.paper import PaperDialog  # QtPdf is loaded when a paper is asked for

        self._tools.bus.tell(done.changes)
        self.accept()
        if self._over is not None:
            PaperDialog.show_paper(self._over, self._tools, PaperKind.HAND_OVER, done.id)
