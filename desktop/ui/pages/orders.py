"""发令: dispatch orders with their limits, and what departments answered, own word and witnessed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.actions.desk import Done
from desktop.actions.order_replies import witness_reply
from desktop.actions.order_requests import delegate, refuse_request
from desktop.actions.order_steps import add_order_step, named, step_draft
from desktop.actions.orders import CATEGORY, draft_of_request, give_order
from desktop.forms.form import Draft, Form
from desktop.forms.orders import DELEGATION_FORM, ORDER_FORM, ORDER_STEP_FORM, REFUSAL_FORM, REPLY_FORM
from desktop.forms.questions import fresh
from desktop.store.rows import OrderRow
from desktop.ui.files_shown import FilesOfPage
from desktop.ui.form_panel import FormPanel, Job
from desktop.ui.models.columns import order_columns
from desktop.ui.pages.beside import Beside
from desktop.ui.pages.list_page import ListPage
from desktop.ui.pages.list_shape import Shape, Verb
from desktop.ui.stories.orders import order_story
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError
from sync.records.order_steps import OrderRequest, OrderStepKind
from sync.records.orders import DispatchOrder
from sync.records.papers import PaperKind

if TYPE_CHECKING:
    from desktop.actions.desk import Desk


class OrdersPage(ListPage):
    """Orders are issued from a matter: this page follows them."""

    def __init__(self, tools: Tools) -> None:
        shape = Shape(
            "orders",
            ("dispatch_order", "order_reply", "order_step", "print", "print_outcome", "number_void", "attachment"),
            order_columns(tools.words, tools.judged_now),
            partial(order_story, tools.words, tools.judged_now),
            "orders",
        )
        super().__init__(tools, shape)
        self.files = FilesOfPage(self)
        print_it = QShortcut(QKeySequence("Ctrl+P"), self)
        print_it.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        print_it.activated.connect(self.print_by_keys)

    def verbs_of_many(self) -> list[Verb]:
        """Print them all."""
        return [Verb("print_chosen", "print", self.print_chosen, "print", "quiet")]

    def print_chosen(self) -> None:
        """Print the paper of each chosen record, in one go."""
        self.print_many(PaperKind.DISPATCH_ORDER)

    def verbs(self) -> list[Verb]:
        """What is asked for, and who may issue meanwhile."""
        return [
            Verb("requests", "draft", self.show_requests, "order_step", "quiet", "Ctrl+Shift+R"),
            Verb("delegate", "key", self.show_delegations, "order_delegation", "quiet"),
        ]

    def verbs_of(self, row: OrderRow) -> list[Verb]:
        """Witness a reply, take a step, show the arrival code, print."""
        return [
            Verb("reply", "reply", partial(self.reply, row.id), "order_reply"),
            Verb("step", "step", partial(self.step, row.id), "order_step"),
            Verb("arrival", "sheet", partial(self.show_arrival, row.id), "order_reply"),
            Verb("print", "print", partial(self.print_order, row.id), "print", "", "Ctrl+P"),
            self.files.verb(),
        ]

    def reply(self, order_id: str) -> FormPanel:
        """Record what the community saw or heard of a department."""
        return self.open_form(REPLY_FORM, fresh(REPLY_FORM, "order_reply"), order_id)

    def step(self, order_id: str) -> None:
        """Record a call, a meeting, the close, or what the secretary does: the form says which."""
        desk = self.tools.desk

        def read() -> Draft:
            return step_draft(desk, order_id, OrderStepKind.TELEPHONED) | {"kind": ""}

        self.tools.tasks.read(read, lambda draft: self.open_form(ORDER_STEP_FORM, draft, order_id), self._refused)

    def delegate(self) -> FormPanel:
        """Let a colleague issue between two days."""
        return self.open_form(DELEGATION_FORM, fresh(DELEGATION_FORM, "order_delegation"))

    def show_delegations(self) -> None:
        """Show who may issue beside the secretary: a delegation is given or withdrawn there."""
        from desktop.ui.dialogs.delegations import DelegationsDialog

        dialog = DelegationsDialog(self.tools, self.window())
        dialog.asked.connect(self.delegate)
        dialog.withdrawn.connect(lambda: self.said.emit(self.tools.words("window.delegation_withdrawn"), "good"))
        dialog.open()
        dialog.read()

    def show_requests(self) -> None:
        """Show what is asked for."""
        from desktop.ui.dialogs.order_requests import OrderRequestsDialog

        dialog = OrderRequestsDialog(self.tools, self.window())
        dialog.issues.connect(self.issue)
        dialog.refuses.connect(lambda request: self.open_form(REFUSAL_FORM, self._refusal(), request.id))
        dialog.open()
        dialog.read()

    def _refusal(self) -> Draft:
        return fresh(REFUSAL_FORM, "order_step")

    def issue(self, request: OrderRequest) -> None:
        """Open the order that a request asks for."""
        desk = self.tools.desk

        def read() -> Draft:
            return draft_of_request(desk, request.id)

        self.tools.tasks.read(read, lambda draft: self.open_form(ORDER_FORM, draft, request.matter), self._refused)

    def show_arrival(self, order_id: str) -> None:
        """Turn the screen to who arrives."""
        store = self.tools.desk.store

        def read() -> list[tuple[str, str]]:
            with store.read() as reader:
                order = reader.get(order_id)
                assert isinstance(order, DispatchOrder)  # noqa: S101 the list holds nothing else
                return list(zip(order.departments, named(reader, order.departments), strict=True))

        self.tools.tasks.read(read, partial(self._show_arrival, order_id), self._refused)

    def _show_arrival(self, order_id: str, departments: list[tuple[str, str]]) -> None:
        from desktop.ui.dialogs.arrival_code import ArrivalCodeDialog  # what draws codes is loaded when it is asked for

        ArrivalCodeDialog(self.tools, order_id, departments, self.window()).open()

    def print_by_keys(self) -> None:
        """Ctrl+P: print the order in front."""
        if self.panel is None and self.here() and self.tools.may("print"):
            self.print_order(self.here())

    def print_order(self, order_id: str) -> None:
        """Show the order's paper, then print it."""
        from desktop.ui.dialogs.paper import PaperDialog  # QtPdf is loaded when a paper is asked for

        PaperDialog.show_paper(self, self.tools, PaperKind.DISPATCH_ORDER, order_id)

    def open_form(self, form: Form, draft: Draft, record: str = "") -> FormPanel:
        """Open one of this page's forms about ``record``: an order, a request, or the matter of an order to issue."""
        desk = self.tools.desk
        verb, said, after = self._jobs()[form.name]

        def act(given: Draft) -> Done:
            return verb(desk, record, given)

        side = None
        if form.name in (REPLY_FORM.name, ORDER_STEP_FORM.name):
            side = Beside(self.tools, self.shape.story, record)
            side.followed.connect(self.followed)
        job = Job(form, draft, act, said, record=record)
        if form is not ORDER_FORM:
            return self.open(job, side, partial(after, record))
        from desktop.ui.pages.dispatch_help import open_with_help  # only where an order is written

        return open_with_help(self, job, None, partial(after, record), str(draft.get(CATEGORY) or "other"))

    def _jobs(self) -> dict[str, tuple[Callable[[Desk, str, Draft], Done], str, Callable[[str, Done], None]]]:
        return {
            REPLY_FORM.name: (witness_reply, "window.reply_recorded", lambda record, _done: self.select(record)),
            ORDER_STEP_FORM.name: (add_order_step, "window.order_step_done", lambda record, _done: self.select(record)),
            ORDER_FORM.name: (give_order, "window.order_issued", lambda _record, done: self.select(done.id)),
            REFUSAL_FORM.name: (refuse_request, "window.request_refused", lambda _record, _done: self.ask()),
            DELEGATION_FORM.name: (
                lambda desk, _record, draft: delegate(desk, draft),
                "window.delegated",
                lambda _record, _done: self.ask(),
            ),
        }

    def _refused(self, error: QianshaoError) -> None:
        self.said.emit(self.tools.sentence(error), "bad")
