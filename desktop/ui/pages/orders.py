"""发令: dispatch orders with their limits, and what departments answered, own word and witnessed."""

from __future__ import annotations

from functools import partial

from desktop.actions.desk import Done
from desktop.actions.orders import witness_reply
from desktop.forms.form import Draft, Form
from desktop.forms.orders import REPLY_FORM
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
from sync.records.papers import PaperKind


class OrdersPage(ListPage):
    """Orders are issued from a matter: this page follows them."""

    def __init__(self, tools: Tools) -> None:
        shape = Shape(
            "orders",
            ("dispatch_order", "order_reply", "print", "print_outcome", "number_void", "attachment"),
            order_columns(tools.words, tools.judged_now),
            partial(order_story, tools.words),
            "orders",
        )
        super().__init__(tools, shape)
        self.files = FilesOfPage(self)

    def verbs_of_many(self) -> list[Verb]:
        """Print them all."""
        return [Verb("print_chosen", "print", self.print_chosen, "print", "quiet")]

    def print_chosen(self) -> None:
        """Print the paper of each chosen record, in one go."""
        self.print_many(PaperKind.DISPATCH_ORDER)

    def verbs_of(self, row: OrderRow) -> list[Verb]:
        """Witness a reply, print."""
        return [
            Verb("reply", "reply", partial(self.reply, row.id), "order_reply"),
            Verb("print", "print", partial(self.print_order, row.id), "print"),
            self.files.verb(),
        ]

    def reply(self, order_id: str) -> FormPanel:
        """Record what the community saw or heard of a department."""
        return self.open_form(REPLY_FORM, fresh(REPLY_FORM, "order_reply"), order_id)

    def print_order(self, order_id: str) -> None:
        """Show the order's paper, then print it."""
        from desktop.ui.dialogs.paper import PaperDialog  # QtPdf is loaded when a paper is asked for

        PaperDialog.show_paper(self, self.tools, PaperKind.DISPATCH_ORDER, order_id)

    def open_form(self, form: Form, draft: Draft, record: str = "") -> FormPanel:
        """Open the form of a reply about the order ``record``."""
        desk = self.tools.desk

        def act(given: Draft) -> Done:
            return witness_reply(desk, record, given)

        side = Beside(self.tools, self.shape.story, record)
        side.followed.connect(self.followed)
        job = Job(form, draft, act, "window.reply_recorded", record=record)
        return self.open(job, side, lambda _done: self.select(record))
