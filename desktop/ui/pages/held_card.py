"""The held records on the page of the day end: the newest with their reasons, and the way to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.actions.held_words import why
from desktop.store.rows import HeldRow
from desktop.ui.pieces.buttons import Link, button
from desktop.ui.pieces.labels import clear, column, label, line, row
from desktop.ui.stories.day import SHOWN
from desktop.ui.stories.held import called
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.desk import Done


class HeldCard(QFrame):
    """``followed`` carries a record, ``opened`` asks for the page of all, ``sent`` tells that one waits again."""

    followed = Signal(str)
    opened = Signal()
    sent = Signal()
    said = Signal(str, str)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._tools = tools
        words = tools.words
        inside = column(self, space=10, margins=(20, 16, 20, 18))
        inside.addWidget(label(words("window.held_title"), "subheading"))
        inside.addWidget(label(words("window.held_text"), "muted", wrap=True))
        self._lines: QVBoxLayout = column(space=8)
        inside.addLayout(self._lines)
        self.more = label("", "muted", wrap=True)
        inside.addWidget(self.more)
        foot = row()
        self.all = button(words("held.open_page"), "verb.day_end.held", theme=tools.theme, picture="held")
        self.all.clicked.connect(self.opened)
        foot.addWidget(self.all)
        foot.addStretch(1)
        inside.addLayout(foot)
        self.hide()

    def show_rows(self, rows: Sequence[HeldRow]) -> None:
        """Show the first of ``rows``; nothing at all where there are none."""
        clear(self._lines)
        for at, each in enumerate(rows[:SHOWN]):
            if at:
                self._lines.addWidget(line())
            self._lines.addWidget(self._line(each))
        left = len(rows) - SHOWN
        self.more.setText(self._tools.words("held.more", count=left))
        self.more.setVisible(left > 0)
        self.setVisible(bool(rows))

    def _line(self, held: HeldRow) -> QWidget:
        words = self._tools.words
        holder = QWidget()
        inside = column(holder, space=3)
        leads = Link(called(words, held), f"link.{held.id}")
        leads.clicked.connect(partial(self.followed.emit, held.id))
        again = button(words("window.held_again"), f"verb.day_end.again.{held.id}", "quiet")
        again.clicked.connect(partial(self._send_again, held.id))
        top = row()
        top.addWidget(leads)
        top.addStretch(1)
        top.addWidget(again)
        inside.addLayout(top)
        inside.addWidget(label(why(words, held).reason, "error", wrap=True))
        inside.addWidget(label(words("window.held_when", at=moment(held.refused_at), name=held.staff_name), "small"))
        return holder

    def _send_again(self, record_id: str) -> None:
        """Put a held record among the unsent; the next exchange asks the district again."""
        desk = self._tools.desk

        def work() -> Done:
            from desktop.actions.held import send_held_again

            return send_held_again(desk, record_id)

        self._tools.tasks.write(work, self._waits_again, self._failed)

    def _waits_again(self, done: Done) -> None:
        self._tools.bus.tell(done.changes)
        self.sent.emit()

    def _failed(self, error: QianshaoError) -> None:
        self.said.emit(self._tools.sentence(error), "bad")
