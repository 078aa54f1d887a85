"""The requests for orders that wait: each can be issued, or refused with a reason; and those that were answered."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from desktop.actions.order_requests import requests
from desktop.changes import Changes
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.stories.orders import request_answer
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.errors import QianshaoError
from sync.records.order_course import RequestStage, RequestState
from sync.records.order_steps import OrderRequest
from sync.records.ownership import may_issue

WIDTH, HEIGHT = 860, 420
COLUMNS = ("subject", "who", "when", "order", "state")
Listed = list[tuple[OrderRequest, RequestState]]


class OrderRequestsDialog(Sheet):
    """``issues`` and ``refuses`` carry the request that its page opens the form for."""

    issues = Signal(object)
    refuses = Signal(object)

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("requests", words("window.requests_title"), words("window.requests_hint"), parent, 680)
        self._tools = tools
        self._shown: Listed = []
        self.table = QTableWidget()
        headings = [words(f"window.requests_{name}") for name in COLUMNS]
        as_lines(self.table, "dialog.requests.table", words("window.requests_title"), headings)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.table.itemActivated.connect(self._activated)
        self.body.addWidget(self.table, 1)
        self.note = label("", "muted", wrap=True)
        self.note.setObjectName("dialog.requests.note")
        self.body.addWidget(self.note)
        self.foot_button(words("window.close"), "close").clicked.connect(self.reject)
        self.refuse = self.foot_button(words("window.request_refuse"), "refuse")
        self.refuse.clicked.connect(partial(self._go, self.refuses))
        self.issue = self.foot_button(words("window.request_issue"), "issue", "primary")
        self.issue.clicked.connect(partial(self._go, self.issues))
        self.resize(fitted(WIDTH, HEIGHT, parent))
        tools.bus.changed.connect(self._changed)
        self._chosen()

    def read(self) -> None:
        """Ask again what waits and what was answered."""
        desk = self._tools.desk
        self._tools.tasks.read(lambda: requests(desk, waiting=False), self.offer, self._refused)

    def offer(self, found: Listed) -> None:
        """Show requests, those first that wait."""
        words, at = self._tools.words, max(self.table.currentRow(), 0)
        self._shown = sorted(found, key=lambda pair: pair[1].state is not RequestStage.WAITING)
        self.table.setRowCount(len(self._shown))
        for line, (request, state) in enumerate(self._shown):
            numbers = words("window.list_comma").join(one.number for one in state.issued)
            asked = (request.subject, request.requested_by_name, moment(request.requested_at))
            cells = (*asked, numbers, request_answer(words, state))
            for column, text in enumerate(cells):
                self.table.setItem(line, column, QTableWidgetItem(text))
        for column in (1, 2, 3, 4):
            self.table.resizeColumnToContents(column)
        if self._shown:
            self.table.setCurrentCell(min(at, len(self._shown) - 1), 0)
        self._chosen()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def current(self) -> tuple[OrderRequest, RequestState] | None:
        """The request in front with what became of it."""
        at = self.table.currentRow()
        return self._shown[at] if 0 <= at < len(self._shown) else None

    @Slot()
    def _chosen(self) -> None:
        words, found = self._tools.words, self.current()
        waits = found is not None and found[1].state is RequestStage.WAITING
        here = found is not None and found[0].to_unit == self._tools.desk.session.unit
        self.issue.setEnabled(waits and here)
        self.refuse.setEnabled(waits and here and may_issue(self._tools.desk.session.roles))
        if found is None:
            self.note.setText(words("window.requests_none") if not self._shown else "")
        else:
            self.note.setText(found[1].reason or found[0].text)

    @Slot(QTableWidgetItem)
    def _activated(self, _item: QTableWidgetItem) -> None:
        if self.issue.isEnabled():
            self._go(self.issues)

    def _go(self, says: SignalInstance) -> None:
        found = self.current()
        self.accept()
        if found is not None:
            says.emit(found[0])

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        if changes.touches("order_request", "order_step", "dispatch_order"):
            self.read()

    def _refused(self, error: QianshaoError) -> None:
        self.note.setText(self._tools.sentence(error))
