"""The emergency order of a call for help: the order's own form over whatever is being typed, which stays as it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.actions.desk import Done
from desktop.actions.orders import give_order
from desktop.actions.threats import emergency_draft
from desktop.forms.form import Draft
from desktop.forms.orders import ORDER_FORM
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.form_view import FormView
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError


class EmergencyDialog(Sheet):
    """Handing it in gives the order, by the same rules as anywhere: in an emergency it is ratified afterwards."""

    def __init__(self, tools: Tools, matter: str, draft: Draft, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("emergency", words("threats.order_title"), words("threats.order_hint"), parent, 760)
        self._tools, self._matter = tools, matter
        self.view = FormView(ORDER_FORM, tools.around(), framed=False)
        self.view.fill(draft)
        self.view.submitted.connect(self._hand_in)
        self.view.cancelled.connect(self.reject)
        self.body.addWidget(self.view)
        self.view.start()

    @classmethod
    def begin(cls, tools: Tools, threat: str, parent: QWidget, failed: Callable[[QianshaoError], None]) -> None:
        """Make the matter where there is none yet, and open the order over ``parent``."""
        desk = tools.desk

        def opened(answer: tuple[str, Draft, Done]) -> None:
            matter, draft, done = answer
            tools.bus.tell(done.changes)
            cls(tools, matter, draft, parent).open()

        tools.tasks.write(lambda: emergency_draft(desk, threat), opened, failed)

    def _hand_in(self, draft: Draft) -> None:
        desk, matter = self._tools.desk, self._matter
        self._tools.tasks.write(lambda: give_order(desk, matter, draft), self._done, self.view.settle)

    def _done(self, done: Done) -> None:
        self._tools.bus.tell(done.changes)
        self.accept()
