"""转介: what was referred to advice, legal aid, counselling or aid; what came of it is read and written here.

Who does nothing else than counsel has this page alone, with what is hers to take (`sync.records.units.OF_ONE_PAGE`).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QPushButton,
    QStackedWidget,
    QWidget,
)

from desktop.actions.desk import Done
from desktop.actions.referrals import ReferralHere, Sought, open_kept, result_draft, write_result
from desktop.changes import Changes
from desktop.forms.form import Draft, Form
from desktop.forms.referrals import REFERRAL_RESULT_FORM
from desktop.ui.command import Command, in_other_words
from desktop.ui.form_panel import FormPanel, Job
from desktop.ui.pages.form_layers import FormLayers
from desktop.ui.pages.line_page import LinePage
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.empty import Empty
from desktop.ui.pieces.labels import card, card_of, column, label
from desktop.ui.pieces.story import StoryView
from desktop.ui.stories.referrals import (
    OPEN_KEPT,
    Referrals,
    due_status,
    read_people,
    read_referrals,
    referral_story,
    state_status,
    whose,
)
from desktop.ui.tools import Tools
from sync.records.ownership import may_tell_result
from sync.records.units import Role, of_one_page

COLUMNS: Final = ("state", "what", "for", "due")
MOST: Final = 500
"""So many lines are shown, what waits first."""


class ReferralsPage(LinePage):
    """``filled`` tells that the list stands."""

    filled = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools, "referrals")
        self._found = Referrals()
        self._people: list[Sought] = []
        self._opened: dict[str, str] = {}
        self._wanted = ""
        self._alone = of_one_page(tools.desk.session.roles)
        self._layers = FormLayers(tools, self._front())
        self._layers.said.connect(self.said)
        self._layers.closed.connect(self.table.setFocus)
        column(self, space=0, margins=(24, 20, 24, 20)).addWidget(self._layers)
        tools.bus.changed.connect(self._changed)

    # What the window calls

    def ask(self) -> None:
        """Ask for all that was referred."""
        desk = self.tools.desk
        self.tools.tasks.read(lambda: read_referrals(desk), self._show, self.failed)

    def start(self) -> None:
        """Take the focus."""
        if self.panel is not None:
            self.panel.view.start()
        else:
            self.table.setFocus()

    def back(self) -> bool:
        """Leave the form, its draft kept, or the verbs; returns whether that was a step."""
        return self._layers.leave() or super().back()

    def here(self) -> str:
        """The referral in front, empty for none."""
        return self.current.id if self.current is not None else ""

    def select(self, record_id: str) -> None:
        """Choose the line of a referral, now or when it is there."""
        self._wanted = record_id
        at = next((at for at, one in enumerate(self._rows) if record_id in (one.id, one.matter.id)), -1)
        if at >= 0:
            self._wanted = ""
            self.table.selectRow(at)

    def panels(self) -> list[FormPanel]:
        """The form that is open, if any."""
        return [self.panel] if self.panel is not None else []

    def commands(self) -> list[Command]:
        """What may be done with the referral in front, for the find box."""
        if self.current is None or self.panel is not None or not may_tell_result(self.tools.desk.session.roles):
            return []
        key = "referrals.verb_result"
        also = in_other_words(self.tools.words, key)
        return [Command("referrals.result", self.tools.words(key), self.write, "edit", "", also)]

    def hideEvent(self, event: QHideEvent) -> None:
        """Whatever was opened is covered again when somebody looks elsewhere, or the desk is locked."""
        super().hideEvent(event)
        if self._opened:
            self._opened.clear()
            self._tell()

    @property
    def panel(self) -> FormPanel | None:
        """The form that is open."""
        return self._layers.panel

    @property
    def current(self) -> ReferralHere | None:
        """The referral in front."""
        at = self.table.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def write(self) -> None:
        """Open the form for the referral in front."""
        desk, one = self.tools.desk, self.current
        if one is not None and self.panel is None:
            opened = partial(self._opened_form, one.id)
            self.tools.tasks.read(lambda: result_draft(desk, one.id), opened, self.failed)

    def open_form(self, form: Form, draft: Draft, record: str) -> FormPanel | None:
        """Open the form with a draft that waited."""
        return self._opened_form(record, draft) if form is REFERRAL_RESULT_FORM else None

    # Inside

    @property
    def _rows(self) -> tuple[ReferralHere, ...]:
        return self._found.rows[:MOST]

    def _front(self) -> QWidget:
        words, theme = self.tools.words, self.tools.theme
        front = QWidget()
        outer = column(front, space=12, margins=(0, 0, 0, 0))
        outer.addWidget(label(words("window.page_referrals"), "title"))
        self.count = label("", "muted", wrap=True)
        self.count.setObjectName("count.referrals")
        outer.addWidget(self.count)
        self._stack = QStackedWidget()
        none = "none_alone" if self._alone else "none"
        empty = Empty(theme, "referrals", words(f"referrals.{none}"), words(f"referrals.{none}_hint"))
        self._stack.addWidget(card_of(empty))
        headings = [words(f"referrals.column_{name}") for name in COLUMNS]
        self.table = self.lines(words("window.page_referrals"), headings)
        self.table.itemSelectionChanged.connect(self._chosen)
        left, right = card(), card()
        column(left, space=0, margins=(1, 6, 1, 6)).addWidget(self.table)
        self.story = StoryView(theme, words("referrals.results"), {OPEN_KEPT: words("referrals.verb_open_kept")})
        self.story.asked.connect(self._open_kept)
        column(right, space=0, margins=(1, 1, 1, 1)).addWidget(self.story)
        self._stack.addWidget(self.beside(left, right, (660, 460)))
        outer.addWidget(self._stack, 1)
        return front

    def _show(self, found: Referrals) -> None:
        before, words = self._wanted or self.here(), self.tools.words
        self._found, self._wanted = found, ""
        open_ = [one for one in found.rows if one.due is not None]
        told = [words("referrals.count", count=len(open_))]
        if not self._alone and self.tools.desk.session.may(Role.COUNSELLOR):
            told.append(words("referrals.count_mine", count=sum(one.mine for one in open_)))
        self.count.setText(words("window.list_comma").join(told))
        self.count.setVisible(bool(found.rows))
        self._stack.setCurrentIndex(1 if found.rows else 0)
        self._fill()
        kept = next((at for at, one in enumerate(self._rows) if before in (one.id, one.matter.id)), 0)
        if self._rows:
            self.table.selectRow(kept)
        self.filled.emit()

    def _fill(self) -> None:
        words, names, now = self.tools.words, self._names, self.tools.judged_now()
        self.fill(
            [
                (state_status(words, one), one.matter.title, whose(words, one, names), due_status(words, one, now))
                for one in self._rows
            ]
        )

    @property
    def _names(self) -> dict[str, str]:
        return dict(self._found.names or {})

    def _chosen(self) -> None:
        one, desk = self.current, self.tools.desk
        self._opened.clear()
        self._people = []
        if one is not None:
            self._tell()
            self.tools.tasks.read(lambda: read_people(desk, one), partial(self._reached, one.id), self.failed)

    def _reached(self, referral: str, people: list[Sought]) -> None:
        if people and referral == self.here():
            self._people = people
            self._tell()

    def _tell(self) -> None:
        one = self.current
        if one is None:
            return
        inside = self.in_story()
        told = referral_story(self.tools.words, self.tools.desk, one, self._names, self._people, self._opened)
        self.story.tell(told, [*self._verbs(one)])
        if inside:  # its buttons are others now
            self.to_verbs()

    def _verbs(self, one: ReferralHere) -> list[QPushButton]:
        words, theme = self.tools.words, self.tools.theme
        result = button(words("referrals.verb_result"), "verb.referrals.result", "primary", theme=theme, picture="edit")
        result.clicked.connect(self.write)
        result.setEnabled(may_tell_result(self.tools.desk.session.roles))
        if self._alone:
            return [result]
        show = button(words("referrals.verb_matter"), "verb.referrals.matter", theme=theme, picture="chevron_right")
        show.clicked.connect(partial(self.followed.emit, one.matter.id))
        return [result, show]

    def _open_kept(self, _offer: str, result: str) -> None:
        one, desk = self.current, self.tools.desk
        if one is not None:
            opened = partial(self._was_opened, one.id, result)
            self.tools.tasks.write(lambda: open_kept(desk, one.id, result), opened, self.failed)

    def _was_opened(self, referral: str, result: str, text: str) -> None:
        if referral == self.here() and self.isVisible():
            self._opened[result] = text
            self._tell()

    def _opened_form(self, referral: str, draft: Draft) -> FormPanel:
        desk = self.tools.desk
        one = next((one for one in self._rows if one.id == referral), None)

        def act(given: Draft) -> Done:
            return write_result(desk, referral, given)

        title = one.matter.title if one is not None else ""
        job = Job(REFERRAL_RESULT_FORM, draft, act, "referrals.written", record=referral, title=title)
        return self._layers.open(job)

    def _changed(self, changes: Changes) -> None:
        if changes.touches("step", "matter", "revision", "staff_member"):
            self.refresh()
