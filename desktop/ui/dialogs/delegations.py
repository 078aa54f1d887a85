"""The delegations to issue orders that hold or will: a new one is asked for, or one is withdrawn once that is sure."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from desktop.actions.desk import Done
from desktop.actions.order_requests import delegations, withdraw_delegation
from desktop.changes import Changes
from desktop.ui.dialogs.confirm import Confirm
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.tools import Tools
from desktop.ui.words import day
from sync.records.errors import QianshaoError
from sync.records.order_steps import OrderDelegation
from sync.records.ownership import may_issue

WIDTH, HEIGHT = 760, 380
COLUMNS = ("who", "paper", "days", "by")


class DelegationsDialog(Sheet):
    """``asked``: a new delegation is to be written down. ``withdrawn``: one was taken back."""

    asked = Signal()
    withdrawn = Signal()

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__(
            "delegations", words("window.delegations_title"), words("window.delegations_hint"), parent, 680
        )
        self._tools = tools
        self._shown: list[OrderDelegation] = []
        self.table = QTableWidget()
        headings = [words(f"window.delegations_{name}") for name in COLUMNS]
        as_lines(self.table, "dialog.delegations.table", words("window.delegations_title"), headings, widest=1)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.body.addWidget(self.table, 1)
        self.note = label("", "muted", wrap=True)
        self.note.setObjectName("dialog.delegations.note")
        self.body.addWidget(self.note)
        self.foot_button(words("window.close"), "close").clicked.connect(self.reject)
        self.take_back = self.foot_button(words("window.delegation_withdraw"), "withdraw")
        self.take_back.clicked.connect(self._ask_back)
        self.add = self.foot_button(words("window.delegation_add"), "add", "primary")
        self.add.clicked.connect(self._add)
        self.resize(fitted(WIDTH, HEIGHT, parent))
        tools.bus.changed.connect(self._changed)
        self._chosen()

    def read(self) -> None:
        """Ask again who may issue."""
        desk = self._tools.desk
        self._tools.tasks.read(lambda: delegations(desk), self.offer, self._refused)

    def offer(self, found: list[OrderDelegation]) -> None:
        """Show delegations."""
        words, at = self._tools.words, max(self.table.currentRow(), 0)
        self._shown = found
        self.table.setRowCount(len(found))
        for line, one in enumerate(found):
            days = f"{day(one.starts_on)} – {day(one.ends_on)}"
            for column, text in enumerate((one.delegate_name, one.paper, days, one.secretary_name)):
                self.table.setItem(line, column, QTableWidgetItem(text))
        for column in (0, 2, 3):
            self.table.resizeColumnToContents(column)
        if found:
            self.table.setCurrentCell(min(at, len(found) - 1), 0)
        self.note.setText("" if found else words("window.delegations_none"))
        self._chosen()
        (self.table if found else self.add).setFocus(Qt.FocusReason.OtherFocusReason)

    def current(self) -> OrderDelegation | None:
        """The delegation in front."""
        at = self.table.currentRow()
        return self._shown[at] if 0 <= at < len(self._shown) else None

    @Slot()
    def _chosen(self) -> None:
        self.take_back.setEnabled(self.current() is not None and may_issue(self._tools.desk.session.roles))

    def _add(self) -> None:
        self.accept()
        self.asked.emit()

    def _ask_back(self) -> None:
        found, words = self.current(), self._tools.words
        if found is None:
            return
        name = found.delegate_name
        Confirm(
            self,
            words("window.delegation_withdraw_title", name=name),
            words("window.delegation_withdraw_text", name=name, paper=found.paper),
            words("window.delegation_withdraw_verb"),
            words("window.cancel"),
            lambda: self._withdraw(found.id),
            danger=True,
        ).open()

    def _withdraw(self, delegation_id: str) -> None:
        desk = self._tools.desk
        self._tools.tasks.write(lambda: withdraw_delegation(desk, delegation_id), self._taken, self._refused)

    def _taken(self, done: Done) -> None:
        self._tools.bus.tell(done.changes)
        self.withdrawn.emit()

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        if changes.touches("order_delegation"):
            self.read()

    def _refused(self, error: QianshaoError) -> None:
        self.note.setText(self._tools.sentence(error))
