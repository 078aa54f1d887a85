"""The emergency order of a call for help: given by one press where all is known, else asked for by the order's form."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.actions.desk import Done
from desktop.actions.orders import give_order
from desktop.actions.threats import Emergency, emergency_at_once
from desktop.forms.form import Draft
from desktop.forms.orders import ORDER_FORM
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.form_view import FormView
from desktop.ui.tools import Tools
from desktop.ui.words import in_doubt
from sync.records.errors import QianshaoError


class EmergencyDialog(Sheet):
    """Handing it in gives the order, by the same rules as anywhere: in an emergency it is ratified afterwards."""

    OF_A_CALL = True

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
    def begin(
        cls,
        tools: Tools,
        threat: str,
        parent: QWidget,
        given: Callable[[str, str], None],
        failed: Callable[[QianshaoError], None],
    ) -> None:
        """Give the order at once: ``given`` hears its number and departments. Else open its form over ``parent``."""
        desk = tools.desk

        def came(answer: Emergency) -> None:
            tools.bus.tell(answer.changes)
            if answer.number:
                departments = tools.words("window.list_comma").join(answer.departments)
                given(answer.number, in_doubt(tools.words, departments, answer.dated))
            else:
                cls(tools, answer.matter, answer.draft, parent).open()

        tools.tasks.write(lambda: emergency_at_once(desk, threat), came, failed)

    def _hand_in(self, draft: Draft) -> None:
        desk, matter = self._tools.desk, self._matter
        self._tools.tasks.write(lambda: give_order(desk, matter, draft), self._done, self.view.settle)

    def _done(self, done: Done) -> None:
        self._tools.bus.tell(done.changes)
        self.accept()
