"""What a signed-in person works in: navigation, header, the pages, the status line and the shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QWidget

from desktop.actions.drafts import waiting_drafts
from desktop.changes import Changes
from desktop.store.rows import DraftRow
from desktop.ui import collecting, later
from desktop.ui.escalating import Escalating
from desktop.ui.line_button import LineButton, arrived_told
from desktop.ui.navigation import PAGES, Header, Navigation
from desktop.ui.pages.today import TodayPage
from desktop.ui.pieces.labels import column, label, row
from desktop.ui.pieces.notice import Notice
from desktop.ui.stories.day import Standing, read_standing
from desktop.ui.tools import Tools
from desktop.ui.trail import page_of
from desktop.ui.wayfinder import Wayfinder
from sync.records.errors import QianshaoError
from sync.records.kinds import is_a
from sync.records.units import of_one_page

if TYPE_CHECKING:
    from desktop.actions.arrivals import Arrival
    from desktop.actions.desk import Done
    from desktop.actions.due import DueRow
    from desktop.actions.held import Offer
    from desktop.actions.notices import CallRow
    from desktop.ui.background import Background
    from desktop.ui.command import Command
    from desktop.ui.finder import Finder
    from desktop.ui.form_panel import FormPanel
    from desktop.ui.models.narrow import Narrow
    from desktop.ui.pages.day_end import DayEndPage
    from desktop.ui.pages.held import HeldPage
    from desktop.ui.pages.matters import MattersPage
    from desktop.ui.pages.mediations import MediationsPage
    from desktop.ui.pages.orders import OrdersPage
    from desktop.ui.pages.people import PeoplePage
    from desktop.ui.pages.prints import PrintsPage
    from desktop.ui.pages.referrals import ReferralsPage
    from desktop.ui.pages.statistics import StatisticsPage
    from desktop.ui.pages.visits import VisitsPage
    from desktop.ui.stories.dues import DueLine
    from desktop.ui.stories.listed_dues import ListedDue
    from desktop.ui.threats import ThreatWatch
    from desktop.ui.waiting import WaitingDrafts

LISTED = ("visits", "matters", "orders", "mediations", "people", "prints")
"""The pages that are lists of records."""
WORKED = (*LISTED, "referrals")
"""The pages on which forms are opened."""

STANDING_PAUSE_MS = 250
REMIND_AFTER_MS = 5_000
P = TypeVar("P", bound=QWidget)


class Page(Protocol):
    """What every page can do."""

    def refresh(self) -> None: ...
    def start(self) -> None: ...
    def seek(self) -> None: ...
    def back(self) -> bool: ...


class Listed(Page, Protocol):
    """What the pages of LISTED can do beside."""

    def here(self) -> str: ...
    def narrow_to(self, narrow: Narrow) -> None: ...

    def select(self, record_id: str) -> None: ...
    def commands(self) -> list[Command]: ...
    def panels(self) -> list[FormPanel]: ...


class Shell(QWidget):
    """``language``, ``theme``, ``type_size``, ``lock`` and ``sign_out`` are asked of the composition root.

    So is ``background``: whether exchanges are made by themselves.
    ``stands`` is emitted once, when Today has been filled and painted; ``stood`` says whether it was.
    """

    stands = Signal()
    language = Signal()
    theme = Signal(str)
    type_size = Signal(int)
    background = Signal(bool)
    lock = Signal()
    sign_out = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.tools = tools
        self._untold: list[Arrival] = []
        self.setObjectName("shell")
        self._pages = QStackedWidget()
        self.alone = of_one_page(tools.desk.session.roles)
        self._turned = "today"
        self.stood = False
        self.threats: ThreatWatch | None = None
        self.ways = Wayfinder(self, self)
        self.navigation, self.header = Navigation(tools), Header(tools)
        self._build()
        self._connect()
        self._keys()
        self.escalating = Escalating(tools, self)
        self.turn("today")

    # Each page is made when it is first turned to: nobody waits at signing in for pages that are not looked at.

    @cached_property
    def today(self) -> TodayPage:
        """What waits today."""
        page = self._put(TodayPage(self.tools))
        page.turned.connect(self.turn)
        page.taken.connect(self.take)
        page.discarded.connect(self.discard)
        page.started.connect(self.begin)
        page.due.connect(self.do_due)
        page.dues.connect(self.show_dues)
        page.snooze.connect(self.put_off)
        page.again.connect(self.show_again)
        page.conflicts.connect(self.decide_conflicts)
        page.call.connect(self.make_call)
        page.asked_for.connect(self.show_requests)
        page.filled.connect(self._has_stood, Qt.ConnectionType.SingleShotConnection)
        return page

    @cached_property
    def visits(self) -> VisitsPage:
        """Visits."""
        return self._put(later.visits_page(self.tools))

    @cached_property
    def matters(self) -> MattersPage:
        """Matters."""
        return self._put(later.matters_page(self.tools))

    @cached_property
    def orders(self) -> OrdersPage:
        """Dispatch orders."""
        return self._put(later.orders_page(self.tools))

    @cached_property
    def mediations(self) -> MediationsPage:
        """Mediations."""
        return self._put(later.mediations_page(self.tools))

    @cached_property
    def people(self) -> PeoplePage:
        """Persons and organisations."""
        return self._put(later.people_page(self.tools))

    @cached_property
    def day_end(self) -> DayEndPage:
        """The exchange."""
        page = self._put(later.day_end_page(self.tools))
        page.turned.connect(self.turn)
        page.arrived.connect(self.tell_arrived)
        return page

    @cached_property
    def held(self) -> HeldPage:
        """What the district refused."""
        page = self._put(later.held_page(self.tools))
        page.mend.connect(self.mend)
        return page

    @cached_property
    def prints(self) -> PrintsPage:
        """The print log."""
        return self._put(later.prints_page(self.tools))

    @cached_property
    def referrals(self) -> ReferralsPage:
        """What was referred to advice, legal aid, counselling or aid."""
        page = self._put(later.referrals_page(self.tools))
        if self.alone:
            page.filled.connect(self._has_stood, Qt.ConnectionType.SingleShotConnection)
        return page

    @cached_property
    def statistics(self) -> StatisticsPage:
        """The mediation statistics."""
        page = self._put(later.statistics_page(self.tools))
        page.listed.connect(self.show_list)
        return page

    @cached_property
    def finder(self) -> Finder:
        """What opens the find box."""
        return later.finder(self, self)

    @cached_property
    def waiting(self) -> WaitingDrafts:
        """What goes on with drafts."""
        return later.waiting_drafts(self, self)

    def _put(self, page: P) -> P:
        page.followed.connect(self.follow)  # type: ignore[attr-defined]
        page.said.connect(self.say)  # type: ignore[attr-defined]
        self._pages.addWidget(page)
        collecting.keep()
        return page

    def page(self, name: str) -> QWidget:
        """The page called ``name`` (navigation.PAGES)."""
        found: QWidget = getattr(self, name)
        return found

    @property
    def now(self) -> str:
        """The name of the page in front."""
        return self._turned

    def turn(self, name: str) -> None:
        """Bring a page to the front; for who does one work alone there is one (`sync.records.units.OF_ONE_PAGE`)."""
        name = "referrals" if self.alone else name
        self.ways.leaving()
        self._turned = name
        self._pages.setCurrentWidget(self.page(name))
        self.navigation.show_page(name)
        self._as_page(name).start()
        self.ways.came(name)

    def here(self) -> str:
        """The id of the record chosen on the page in front, empty for none."""
        page = self._listed(self.now)
        return page.here() if page is not None else ""

    def show_place(self, page: str, record: str) -> None:
        """Bring a page to the front with a record chosen."""
        self.turn(page)
        shown = self._listed(page)
        if record and shown is not None:
            shown.select(record)

    def show_list(self, name: str, narrow: Narrow) -> None:
        """Bring a page to the front with its list narrowed to something."""
        self.turn(name)
        page = self._listed(name)
        if page is not None:
            page.narrow_to(narrow)

    def follow(self, record_id: str) -> bool:
        """Show a record on its page; returns whether its kind has one."""
        if self.alone:
            return False
        if is_a(record_id, "passed_matter"):
            self.turn("matters")
            self.matters.open_passed(record_id)
            return True
        name = page_of(record_id)
        if not name:
            return False
        self.show_place(name, record_id)
        self.ways.came(name, record_id)
        self.finder.note(record_id)
        return True

    def go_back(self) -> None:
        """Esc: leave what is open, else return to the page before."""
        if not self._as_page(self.now).back():
            self.ways.back()

    def commands(self) -> list[Command]:
        """Everything that can be done now: on the page in front first, then the pages, then the desk."""
        page = self._listed(self.now)
        own = page.commands() if page is not None else []
        if self.alone:
            return own
        named = {command.name for command in own}
        return [*own, *(each for each in later.desk_commands(self) if each.name not in named)]

    def say(self, text: str, tone: str = "good") -> None:
        """Show one sentence over the pages."""
        self.notice.say(text, tone)

    def tell_arrived(self, arrivals: Sequence[Arrival]) -> None:
        """Say what came from the district; behind a locked desk it is said when somebody is back."""
        self._untold += arrivals
        if self.isVisible() and self._untold:
            told, self._untold = arrived_told(self.tools.words, self._untold), []
            self.say(told, "info")
            QApplication.alert(self.window())

    def showEvent(self, event: QShowEvent) -> None:
        """Say what came meanwhile."""
        super().showEvent(event)
        self.tell_arrived(())

    def panels(self) -> list[FormPanel]:
        """The forms that are open."""
        made = [self._listed(name) for name in WORKED if name in vars(self)]
        return [panel for page in made if page is not None for panel in page.panels()]

    def keep_drafts(self) -> None:
        """Keep what is being typed on any page."""
        for panel in self.panels():
            panel.keeper.keep()

    def offer_drafts(self) -> None:
        """Ask whether what was being typed is to be recovered or discarded."""
        desk = self.tools.desk
        self.tools.tasks.read(lambda: waiting_drafts(desk), self._offer)

    def show_parked(self) -> None:
        """Show what was put aside, to go on with."""
        self.waiting.show_parked()

    def take(self, draft: DraftRow) -> None:
        """Go on with a draft that waited."""
        self.waiting.take(draft)

    def discard(self, draft: DraftRow) -> None:
        """Ask once, then throw a draft away."""
        self.waiting.discard(draft)

    def exchange_first(self) -> None:
        """After an enrolment: fetch departments, colleagues and numbers; where that fails the desk works without."""
        self.turn("day_end")
        self.say(self.tools.words("desk.first_exchange"), "info")
        self.day_end.ended.connect(self._exchanged_first, Qt.ConnectionType.SingleShotConnection)
        self.day_end.begin()

    def _build(self) -> None:
        outer = row(self, space=0)
        outer.addWidget(self.navigation)
        right = column(space=0)
        right.addWidget(self.header)
        self._over = column(space=0)
        right.addLayout(self._over)
        right.addWidget(self._pages, 1)
        self.notice = Notice(self.tools.theme, self.tools.words("window.close"))
        right.addWidget(self.notice)
        right.addWidget(self._status())
        outer.addLayout(right, 1)

    def _status(self) -> QFrame:
        words = self.tools.words
        frame = QFrame()
        frame.setObjectName("status")
        inside = row(frame, space=16, margins=(24, 2, 20, 2))
        inside.addWidget(label(words("window.status_local")))
        inside.addStretch(1)
        self.line = LineButton(self.tools)
        self.line.chosen.connect(self.background)
        inside.addWidget(self.line)
        inside.addWidget(label(words("window.status_keys")))
        return frame

    def _connect(self) -> None:
        self.navigation.turned.connect(self.turn)
        header = self.header
        header.asked.connect(lambda: self.finder.find())
        header.exchange.connect(partial(self.turn, "day_end"))
        header.language.connect(self.language)
        header.theme.connect(self.theme)
        header.type_size.connect(self.type_size)
        header.password.connect(self.change_password)
        header.sheet.connect(self.show_keys)
        header.colleagues.connect(self.show_colleagues)
        header.hand_over.connect(self.hand_over)
        header.blanks.connect(self.show_blanks)
        header.proving.connect(self.verify_papers)
        header.lock.connect(self.lock)
        header.sign_out.connect(self.sign_out)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(STANDING_PAUSE_MS)
        self._pause.timeout.connect(self._ask_standing)
        self.tools.bus.changed.connect(self._changed)

    def _keys(self) -> None:
        everywhere: list[tuple[str, Callable[[], object]]] = [
            *((f"Ctrl+{at + 1}", partial(self.turn, name)) for at, name in enumerate(PAGES)),
            ("Ctrl+0", partial(self.turn, "referrals")),
            ("Ctrl+N", partial(self.begin, "log")),
            ("Ctrl+K", lambda: self.finder.find()),
            ("Ctrl+J", lambda: self.finder.find_near()),
        ]
        keys: list[tuple[str, Callable[[], object]]] = [
            *([] if self.alone else everywhere),
            ("Ctrl+F", lambda: self._as_page(self.now).seek()),
            ("Ctrl+D", self.show_parked),
            ("Alt+Left", self.ways.back),
            ("Alt+Right", self.ways.forward),
            ("Ctrl+Shift+H", self.offer_characters),
            ("F1", self.show_keys),
            ("Esc", self.go_back),
        ]
        for sequence, act in keys:
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.activated.connect(act)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The mouse's own back and forward buttons."""
        if event.button() == Qt.MouseButton.BackButton:
            self.ways.back()
        elif event.button() == Qt.MouseButton.ForwardButton:
            self.ways.forward()
        else:
            super().mouseReleaseEvent(event)

    def change_password(self) -> None:
        """Ask for one's own password, old and new."""
        dialog = later.password_dialog(self.tools, self.window())
        dialog.changed.connect(self.say)
        dialog.open()

    def offer_characters(self) -> None:
        """Offer a rare character for the text that has the focus."""
        if not later.offer_characters(self.tools, self):
            self.say(self.tools.words("characters.nowhere"), "info")

    def choose_manner(self) -> None:
        """Choose face and frame of this machine's papers."""
        later.paper_manner_dialog(self.tools, self.window()).open()

    def show_keys(self) -> None:
        """Show the sheet of shortcuts."""
        later.shortcut_sheet(self.tools, self.window()).open()

    def hand_over(self) -> None:
        """Hand the desk over to a colleague."""
        later.hand_over_dialog(self.tools, self.window()).open()

    def show_blanks(self) -> None:
        """Give out blank forms for a power cut, and see which are still out."""
        later.blank_forms_dialog(self.tools, self.window()).open()

    def show_duties(self) -> None:
        """Look in the responsibility list."""
        later.duties_dialog(self.tools, self.window()).open()

    def show_colleagues(self) -> None:
        """Show the staff of this station, to its lead."""
        later.colleagues_dialog(self.tools, self.window()).open()

    def decide_conflicts(self) -> None:
        """Decide what counts of cards that were edited in two places."""
        made = later.conflict_dialog(self.tools, self.window())
        made.told.connect(lambda told: self.say(told, "info"))

    def verify_papers(self) -> None:
        """Ask for a paper or its code, and say whether it is genuine."""
        later.proving_dialog(self.tools, self.window()).open()

    def begin(self, verb: str) -> None:
        """Log a visit, or note a consultation ("consult")."""
        self.turn("visits")
        start: Callable[[], object] = self.visits.consult if verb == "consult" else self.visits.log
        start()

    def do_due(self, row: DueRow) -> None:
        """Show the mediation of something that is due, and begin its next step."""
        if self.follow(row.mediation):
            self.mediations.steps.next_step(row)

    def show_dues(self) -> None:
        """Show everything that is due."""
        made = later.dues_dialog(self.tools, self.window())
        made.chosen.connect(self._open_due)
        made.open()

    def _open_due(self, row: ListedDue) -> None:
        if row.agreed is not None:
            self.do_due(row.agreed)
        else:
            self.follow(row.record)

    def put_off(self, line: DueLine) -> None:
        """Ask until when and why a reminder is put off."""
        later.snooze_dialog(self.tools, line, self.window()).open()

    def show_again(self, key: str) -> None:
        """Show what was put off again."""
        desk = self.tools.desk

        def work() -> Done:
            from desktop.actions.snoozes import take_back

            return take_back(desk, key)

        self.tools.tasks.write(work, lambda done: self.tools.bus.tell(done.changes), self._refused)

    def watch_threats(self, background: Background) -> ThreatWatch:
        """Make what shows who needs help at a desk, with its strip between header and pages."""
        self.threats = later.threat_watch(self, background)
        self._over.addWidget(self.threats.strip)
        return self.threats

    def show_requests(self) -> None:
        """Show on the page of orders what is asked for."""
        self.turn("orders")
        self.orders.show_requests()

    def show_passed(self) -> None:
        """Show on the page of matters what other units passed here."""
        self.turn("matters")
        self.matters.show_passed()

    def make_call(self, call: CallRow) -> None:
        """Show whom to telephone, and write down what came of it."""
        later.call_dialog(self.tools, call, self.window()).open()

    def mend(self, offer: Offer) -> None:
        """Open the form that mends a held record, with the district's reason at its field."""
        made = later.mend(self, offer)
        if made is None:
            self.say(self.tools.words("held.cannot_mend"), "info")
        else:
            made.said.connect(self.say)

    def _as_page(self, name: str) -> Page:
        return cast(Page, self.page(name))

    def _listed(self, name: str) -> Listed | None:
        return cast(Listed, self.page(name)) if name in WORKED else None

    def _has_stood(self) -> None:
        self.stood = True
        if not self.alone:
            QTimer.singleShot(REMIND_AFTER_MS, self, self._remind)
        self._ask_standing()
        self.stands.emit()

    def _remind(self) -> None:
        """Nobody who signs in waits for it to be loaded."""
        self.reminding = later.reminding(self.tools, self.window().windowIcon(), self)
        self.reminding.said.connect(self.say)

    def _changed(self, _changes: Changes) -> None:
        self._pause.start()

    def _ask_standing(self) -> None:
        desk = self.tools.desk
        self.tools.tasks.read(lambda: read_standing(desk), self._show_standing, self._refused)

    def _show_standing(self, standing: Standing) -> None:
        self.header.show_standing(standing.unsent, standing.held)

    def _offer(self, drafts: list[DraftRow]) -> None:
        if drafts:
            self.waiting.offer(drafts)

    def _exchanged_first(self, finished: bool) -> None:
        if not finished:
            self.say(self.tools.words("desk.first_exchange_failed"), "warn")

    def _refused(self, error: QianshaoError) -> None:
        self.say(self.tools.sentence(error), "bad")
