"""待处理: what the district refused and what stopped here, each with its reason, the rule and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QPushButton,
    QStackedWidget,
    QWidget,
)

from desktop.actions.held import (
    WAITING,
    Held,
    Offer,
    give_up,
    held_now,
    keep_held,
    offer,
    send_all_again,
    send_held_again,
    take_over,
)
from desktop.changes import Changes
from desktop.store.rows import HeldRow
from desktop.ui.dialogs.confirm import Confirm
from desktop.ui.dialogs.giving_up import GivingUp
from desktop.ui.pages.line_page import LinePage
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.empty import Empty
from desktop.ui.pieces.labels import card, card_of, column, label, row
from desktop.ui.pieces.page_turn import PageTurn
from desktop.ui.pieces.story import StoryView
from desktop.ui.stories.held import called, held_status, held_story, place_of
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.desk import Desk, Done

COLUMNS: Final = ("state", "what", "by", "at")
MOST: Final = 500
"""So many lines are a page."""


class HeldPage(LinePage):
    """``mend`` carries what is to be mended by its form."""

    mend = Signal(object)

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools, "held")
        self._every: tuple[HeldRow, ...] = ()
        self._rows: tuple[HeldRow, ...] = ()
        self._waiting = 0
        self._begins = False
        outer = column(self, space=12, margins=(24, 20, 24, 20))
        outer.addLayout(self._head())
        self._stack = QStackedWidget()
        outer.addWidget(self._stack, 1)
        words = tools.words
        self._stack.addWidget(card_of(Empty(tools.theme, "sent", words("held.none"), words("held.none_text"))))
        self.table = self.lines(words("held.title"), [words(f"held.column_{name}") for name in COLUMNS])
        self.table.itemSelectionChanged.connect(self._tell)
        left = card()
        self.pages = PageTurn(words, tools.theme, "pages.held", MOST)
        self.pages.turned.connect(self._turn)
        lines = column(left, space=0, margins=(1, 6, 1, 6))
        lines.addWidget(self.table, 1)
        lines.addWidget(self.pages)
        right = card()
        self.story = StoryView(tools.theme, words("held.history"))
        self._panes = QStackedWidget()
        self._panes.addWidget(Empty(tools.theme, "held", words("held.choose")))
        self._panes.addWidget(self.story)
        column(right, space=0, margins=(1, 1, 1, 1)).addWidget(self._panes)
        self._stack.addWidget(self.beside(left, right, (640, 480)))
        tools.bus.changed.connect(self._changed)

    def ask(self) -> None:
        """Ask for what waits, and for what was closed."""
        desk = self.tools.desk
        self.tools.tasks.read(lambda: held_now(desk, history=True), self._show, self.failed)

    def start(self) -> None:
        """Take the focus at the first line, as soon as there is one."""
        self._begins = True
        self.table.setFocus()

    def select(self, record_id: str) -> None:
        """Choose the line of a record, on whichever page it is."""
        at = next((at for at, one in enumerate(self._every) if one.id == record_id), -1)
        if at >= 0:
            self._page(at)
            self.table.selectRow(at - self.pages.start)

    @property
    def current(self) -> HeldRow | None:
        """The record in front."""
        at = self.table.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def send_all(self) -> None:
        """Ask once, then send again all that wait for a person."""
        words, count = self.tools.words, self._waiting
        Confirm(
            self,
            words("held.confirm_all", count=count),
            words("held.confirm_all_text"),
            words("held.verb_all_again"),
            words("window.cancel"),
            self._send_all,
        ).open()

    def _head(self) -> Any:
        words, theme = self.tools.words, self.tools.theme
        head = row(space=10)
        names = column(space=2)
        names.addWidget(label(words("held.title"), "title"))
        self.count = label("", "muted", wrap=True)
        self.count.setObjectName("count.held")
        names.addWidget(self.count)
        head.addLayout(names, 1)
        self.all = button(words("held.verb_all_again"), "verb.held.all_again", theme=theme, picture="exchange")
        self.all.clicked.connect(self.send_all)
        head.addWidget(self.all, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _show(self, found: Held) -> None:
        words, before = self.tools.words, self.current
        rows = (*found.held, *found.again, *found.closed)
        self._waiting = sum(one.state in WAITING for one in found.held)
        told = [words("held.count", count=len(found.held)), words("held.text")]
        if found.again:
            told.insert(1, words("held.count_again", count=len(found.again)))
        self.count.setText(words("held.count_comma").join(told) if found.held or found.again else words("held.text"))
        self.all.setEnabled(self._waiting > 0)
        self._every = rows
        self._stack.setCurrentIndex(1 if rows else 0)
        kept = next((at for at, one in enumerate(rows) if before is not None and one.id == before.id), self.pages.start)
        self._page(kept, anew=True)
        if rows:
            self.table.selectRow(min(kept - self.pages.start, len(self._rows) - 1))
            if self._begins and self.isVisible():
                self.table.setFocus()
        self._begins = False

    def _turn(self, start: int) -> None:
        self._page(start)
        self.table.selectRow(0)
        self.table.setFocus()

    def _page(self, at: int, *, anew: bool = False) -> None:
        """Show the page with the line ``at``; where it stands already, only ``anew``."""
        before = self.pages.start
        start = self.pages.tell(at, len(self._every))
        if anew or start != before:
            self._rows = self._every[start : start + MOST]
            self._fill()

    def _fill(self) -> None:
        words = self.tools.words
        self.fill(
            [
                (held_status(words, one.state), called(words, one), one.staff_name, moment(one.refused_at))
                for one in self._rows
            ]
        )

    def _tell(self) -> None:
        now, desk = self.current, self.tools.desk
        if now is None:
            self._panes.setCurrentIndex(0)
            return
        held = now.id
        self.tools.tasks.read(lambda: offer(desk, held), self._told, self.failed)

    def _told(self, found: Offer) -> None:
        now = self.current
        if now is None or found.row.id != now.id:
            return
        inside = self.in_story()
        verbs: list[QWidget] = [*self._verbs(found)]
        self.story.tell(held_story(self.tools.words, found), verbs)
        self._panes.setCurrentIndex(1)
        if inside:  # its buttons are others now
            self.table.setFocus()

    def _verbs(self, found: Offer) -> list[QPushButton]:
        held = found.row.id
        again = partial(self._do, "sent_again", lambda desk: send_held_again(desk, held))
        back = partial(self._do, "kept_back", lambda desk: keep_held(desk, held))
        rows: list[tuple[bool, str, str, str, Callable[[], object]]] = [
            (found.mend, "mend", "primary", "edit", partial(self.mend.emit, found)),
            (found.again, "again", "" if found.mend else "primary", "exchange", again),
            (found.undo, "undo", "", "back", back),
            (found.take_over, "take_over", "", "sign", partial(self._ask_to_take_over, found)),
            (found.give_up, "give_up", "quiet", "cross", partial(self._ask_to_give_up, found)),
            (bool(place_of(found)), "show", "quiet", "chevron_right", partial(self.followed.emit, place_of(found))),
        ]
        words, theme = self.tools.words, self.tools.theme
        made = []
        for offered, name, kind, picture, start in rows:
            if offered:
                verb = button(words(f"held.verb_{name}"), f"verb.held.{name}", kind, theme=theme, picture=picture)
                verb.clicked.connect(lambda _on=False, start=start: start())
                made.append(verb)
        return made

    def _send_all(self) -> None:
        desk = self.tools.desk
        self.tools.tasks.write(lambda: send_all_again(desk), self._were_sent, self._not_done)

    def _were_sent(self, answer: tuple[int, Done]) -> None:
        self._done(self.tools.words("held.sent_again", count=answer[0]), answer[1])

    def _ask_to_take_over(self, found: Offer) -> None:
        words = self.tools.words
        Confirm(
            self,
            words("held.confirm_take_over"),
            f"{called(words, found.row)}　{words('held.confirm_take_over_text')}",
            words("held.verb_take_over"),
            words("window.cancel"),
            partial(self._do, "taken_over", lambda desk: take_over(desk, found.row.id)),
        ).open()

    def _ask_to_give_up(self, found: Offer) -> None:
        words = self.tools.words
        GivingUp(self, words, called(words, found.row), partial(self._give_up, found.row.id)).open()

    def _give_up(self, held: str, reason: str) -> None:
        self._do("given_up", lambda desk: give_up(desk, held, reason))

    def _do(self, told: str, verb: Callable[[Desk], Done]) -> None:
        desk, said = self.tools.desk, self.tools.words(f"held.{told}", count=1)
        self.tools.tasks.write(lambda: verb(desk), partial(self._done, said), self._not_done)

    def _done(self, told: str, done: Done) -> None:
        self.said.emit(told, "good")
        self.table.setFocus()
        self.tools.bus.tell(done.changes)

    def _changed(self, changes: Changes) -> None:
        if changes.kinds:
            self.refresh()

    def _not_done(self, error: QianshaoError) -> None:
        self.failed(error)
        self.refresh()
