"""日结: what stays to be looked at, the exchange with its receipt, and held records with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from desktop.actions.receipt_words import headline, lacking
from desktop.changes import Changes
from desktop.ui import later
from desktop.ui.files_lane import FilesLine
from desktop.ui.icons import pixmap
from desktop.ui.line_button import arrived_told
from desktop.ui.measures import scaled
from desktop.ui.pages.held_card import HeldCard
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.chip import tone_colour
from desktop.ui.pieces.labels import card, clear, column, label, row
from desktop.ui.stories.day import ASKED_FIRST, Evening, Standing, read_evening
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from desktop.ui.words import file_size, moment
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.arrivals import Came
    from desktop.actions.day_end import DayEnd, Underway

WIDEST = 820


class DayEndPage(QWidget):
    """One button; success is said only in the receipt's words. ``ended`` tells whether an exchange was finished,
    ``arrived`` the orders and replies that it brought.
    """

    followed = Signal(str)
    turned = Signal(str)
    said = Signal(str, str)
    ended = Signal(bool)
    arrived = Signal(object)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.tools = tools
        self.setObjectName("page.day_end")
        self._stale = True
        self._task: Task | None = None
        self._left: list[Came] = []
        words = tools.words
        outer = column(self, space=14, margins=(24, 20, 24, 20))
        outer.addWidget(label(words("window.page_day_end"), "title"))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setProperty("role", "ground")
        ground.setMaximumWidth(scaled(WIDEST))
        inside = column(ground, space=16)
        inside.addWidget(self._check_card())
        inside.addWidget(self._run_card())
        self.held = HeldCard(tools)
        self.held.followed.connect(self.followed)
        self.held.opened.connect(lambda: self.turned.emit("held"))
        self.held.sent.connect(self.refresh)
        self.held.said.connect(self.said)
        inside.addWidget(self.held)
        inside.addStretch(1)
        area.setWidget(ground)
        outer.addWidget(area, 1)
        tools.bus.changed.connect(self._changed)

    def refresh(self) -> None:
        """Ask again, where the page is shown; else when it is shown next."""
        self._stale = not self.isVisible()
        if not self._stale:
            desk = self.tools.desk
            self.tools.tasks.read(lambda: read_evening(desk), self._show, self._not_read)

    def start(self) -> None:
        """Take the focus at the button."""
        self.run.setFocus()

    def seek(self) -> None:
        """Nothing to search here."""
        self.turned.emit("visits")

    def back(self) -> bool:
        """Nothing is open here."""
        return False

    def showEvent(self, event: Any) -> None:
        """Ask when it is shown after changes."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def begin(self) -> None:
        """Start the exchange."""
        if self._task is not None:
            return
        desk, home, keys = self.tools.desk, self.tools.home, self.tools.keys
        self.cancel.show()
        self.cancel.setEnabled(True)
        if self.run.hasFocus():
            self.cancel.setFocus()  # or the focus would wander off to the navigation
        self.run.setEnabled(False)
        self.bar.setRange(0, 0)
        self.bar.show()
        self._say(self.tools.words("exchange.stage_hello"), "")

        left: list[Came] = []
        self._left = left

        def work(task: Task) -> DayEnd:
            from desktop.actions.day_end import run_day_end

            return run_day_end(
                desk,
                home,
                task.report,
                keys=keys,
                cancelled=task.cancelled,
                cut_by=task.ends_by,
                failing=left.append,
            )

        self._task = self.tools.tasks.link(work, self._done, self._failed, self._progress)

    def ask_about_many(self) -> None:
        """Show what the exchange would change at once; once the station lead agrees it goes on."""
        from desktop.ui.dialogs.mass_change import MassChangeDialog  # only where an exchange stopped for it

        made = MassChangeDialog.show_for(self, self.tools)
        made.told.connect(lambda told: self.said.emit(told, "info"))
        made.allowed.connect(self.begin)

    def stop(self) -> None:
        """Stop the exchange: a request that is under way is cut, and what was settled by then stays settled."""
        if self._task is not None:
            self._task.cancel()
            self._say(self.tools.words("window.stopping"), "")

    def by_stick(self) -> None:
        """Open the dialog for a stick, where there is no network."""
        made = later.stick_dialog(self.tools, self.window())
        made.arrived.connect(self.arrived)
        made.open()

    def _check_card(self) -> QWidget:
        frame = card()
        inside = column(frame, space=10, margins=(20, 16, 20, 18))
        inside.addWidget(label(self.tools.words("window.day_end_checklist"), "subheading"))
        self._checks: QVBoxLayout = column(space=8)
        inside.addLayout(self._checks)
        return frame

    def _run_card(self) -> QWidget:
        words, theme = self.tools.words, self.tools.theme
        frame = card()
        inside = column(frame, space=12, margins=(20, 16, 20, 18))
        inside.addWidget(label(words("window.day_end_exchange"), "subheading"))
        self.receipt: QLabel = label("", "heading", wrap=True)
        self.receipt.setObjectName("day_end.receipt")
        inside.addWidget(self.receipt)
        self.lacking: QLabel = label("", "error", wrap=True)
        self.lacking.setObjectName("day_end.lacking")
        inside.addWidget(self.lacking)
        self.lacking.hide()  # as long as there is nothing to say, a label takes no room
        self.told: QLabel = label("", "muted", wrap=True)
        self.told.setObjectName("day_end.told")
        inside.addWidget(self.told)
        self.told.hide()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(words("window.day_end_exchange"))
        self.bar.hide()
        inside.addWidget(self.bar)
        foot = row(space=10)
        self.run = button(
            words("window.verb_day_end_run"), "verb.day_end.run", "primary", theme=theme, picture="exchange"
        )
        self.run.clicked.connect(self.begin)
        foot.addWidget(self.run)
        self.stick = button(words("bundle.verb"), "verb.day_end.stick", "quiet", theme=theme, picture="export")
        self.stick.clicked.connect(self.by_stick)
        foot.addWidget(self.stick)
        self.cancel = button(words("window.stop"), "verb.day_end.cancel", "quiet")
        self.cancel.clicked.connect(self.stop)
        self.cancel.hide()
        foot.addWidget(self.cancel)
        foot.addStretch(1)
        inside.addLayout(foot)
        self.files = FilesLine(self.tools)
        inside.addWidget(self.files)
        return frame

    def _show(self, evening: Evening) -> None:
        words = self.tools.words
        clear(self._checks)
        standing = evening.standing
        self._check(words("window.check_visits", count=evening.visits_today), "info", "visits")
        drafts = evening.drafts
        self._check(
            words("window.check_drafts" if drafts else "window.check_drafts_none", count=drafts),
            "warn" if drafts else "good",
            "draft",
        )
        held = standing.held
        self._check(
            words("window.check_held" if held else "window.check_held_none", count=held),
            "bad" if held else "good",
            "held",
        )
        unsent = standing.unsent
        self._check(
            words("window.check_unsent" if unsent else "window.check_unsent_none", count=unsent),
            "info" if unsent else "good",
            "unsent",
        )
        if self._task is None:
            self._show_receipt(standing)
        self.held.show_rows(evening.held)

    def _check(self, text: str, tone: str, picture: str) -> None:
        holder = QWidget()
        inside = row(holder, space=10)
        image = QLabel()
        image.setPixmap(
            pixmap("check" if tone == "good" else picture, self.tools.theme.colour(tone_colour(tone)).name(), 20)
        )
        inside.addWidget(image)
        inside.addWidget(label(text, wrap=True), 1)
        self._checks.addWidget(holder)

    def _show_receipt(self, standing: Standing) -> None:
        words, receipt = self.tools.words, standing.receipt
        self.lacking.hide()
        if receipt is None:
            self.receipt.setText(words("window.never_exchanged"))
            return
        at = moment(receipt.at)
        told = [words("receipts.unsigned", at=at)] if receipt.agreed and not receipt.signed else []
        if not receipt.agreed:  # whatever an earlier one proved
            self.receipt.setText(words("exchange.receipt_differs"))
        elif standing.today.proof is not None:
            self.receipt.setText(headline(words, standing.today))
            told += lacking(words, standing.today)
        elif not standing.times:
            self.receipt.setText(words("desk.receipt_before", at=at, count=sum(receipt.counts.values())))
        else:
            key = "desk.receipt_today" if standing.times == 1 else "desk.receipts_today"
            self.receipt.setText(words(key, at=at, count=standing.exchanged, times=standing.times))
        self.lacking.setText("\n".join(told))
        self.lacking.setVisible(bool(told))

    def _progress(self, now: Underway) -> None:
        if self._task is not None and self._task.cancelled():
            return
        words = self.tools.words
        self.bar.setRange(0, now.total)
        self.bar.setValue(now.done)
        if now.pause:
            self._say(words("exchange.again", seconds=round(now.pause) or 1), "")
            return
        told = [words(f"exchange.{now.stage}"), f"{now.done:,}/{now.total:,}" if now.total else ""]
        told.append(words("exchange.carried", size=file_size(now.carried)) if now.carried else "")
        self._say("  ".join(part for part in told if part), "")

    def _done(self, end: DayEnd) -> None:
        words = self.tools.words
        self._end()
        self._say(
            words("window.day_end_done", pushed=end.pushed, pulled=end.pulled, unsent=end.unsent, held=end.held), ""
        )
        self.tools.bus.tell(end.changes)
        self.refresh()
        if end.files_waiting:
            self.files.begin()
        warning, come = self._warning(end), end.arrivals
        if warning:
            self.said.emit("\n".join([warning, arrived_told(words, come)] if come else [warning]), "warn")
        elif come:  # a notice is one sentence; the receipt stands on the page
            self.arrived.emit(come)
        elif end.agreed:
            self.said.emit(words("window.day_end_acknowledged"), "good")
        self.ended.emit(True)

    def _warning(self, end: DayEnd) -> str:
        words = self.tools.words
        if end.unusable and end.unusable[-1].fault is not None:
            newest, fault = end.unusable[-1], self.tools.sentence(end.unusable[-1].fault)
            return words("proof.arrived_unusable", template=newest.edition, fault=fault)
        return end.twice[0].told(words) if end.twice else ""

    def _failed(self, error: QianshaoError) -> None:
        self._end()
        self._say(self.tools.sentence(error), "error")
        for came in self._left:  # what was settled and taken before it stopped stays so
            self.tools.bus.tell(came.changes)
            if came.arrivals:
                self.arrived.emit(came.arrivals)
        self.refresh()
        if error.key in ASKED_FIRST:
            self.ask_about_many()
        self.ended.emit(False)

    def _end(self) -> None:
        self._task = None
        self.run.setEnabled(True)
        if self.cancel.hasFocus() or self.focusWidget() is self.cancel:
            self.run.setFocus()
        self.cancel.hide()
        self.bar.hide()

    def _say(self, text: str, role: str) -> None:
        self.told.setProperty("role", role or "muted")
        self.told.style().unpolish(self.told)
        self.told.style().polish(self.told)
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def _changed(self, changes: Changes) -> None:
        if changes.kinds:
            self.refresh()

    def _not_read(self, error: QianshaoError) -> None:
        self.said.emit(self.tools.sentence(error), "bad")
