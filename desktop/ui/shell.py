"""What a signed-in person works in: navigation, header, the seven pages, the status line and the shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Protocol, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from desktop.actions.drafts import discard, draft_id, take_up, waiting_drafts
from desktop.changes import Changes
from desktop.forms.catalogue import FORMS
from desktop.forms.form import Draft
from desktop.store.rows import DraftRow
from desktop.ui import collecting
from desktop.ui.command import Command, in_other_words
from desktop.ui.dialogs.colleagues import ColleaguesDialog
from desktop.ui.dialogs.confirm import Confirm
from desktop.ui.dialogs.password import PasswordDialog
from desktop.ui.dialogs.recover import RecoverDialog
from desktop.ui.dialogs.shortcuts import ShortcutSheet
from desktop.ui.draft_keeper import DRAFT
from desktop.ui.form_panel import FormPanel
from desktop.ui.measures import TYPE_SIZES
from desktop.ui.navigation import PAGES, Header, Navigation
from desktop.ui.pages.day_end import DayEndPage
from desktop.ui.pages.list_page import ListPage
from desktop.ui.pages.matters import MattersPage
from desktop.ui.pages.mediations import MediationsPage
from desktop.ui.pages.orders import OrdersPage
from desktop.ui.pages.people import PeoplePage
from desktop.ui.pages.today import TodayPage
from desktop.ui.pages.visits import VisitsPage
from desktop.ui.pieces.labels import column, label, row
from desktop.ui.pieces.notice import Notice
from desktop.ui.stories.day import Standing, read_standing
from desktop.ui.tools import Tools
from desktop.ui.wayfinder import Wayfinder
from sync.records.errors import QianshaoError
from sync.records.ids import prefix_of

PAGE_OF = {
    "vis": "visits",
    "mat": "matters",
    "ord": "orders",
    "med": "mediations",
    "per": "people",
    "fir": "people",
}
"""Which page shows a record, by its id's prefix."""

PAGE_OF_FORM = {
    "visit": "visits",
    "consultation": "visits",
    "matter": "matters",
    "step": "matters",
    "order": "matters",
    "reply": "orders",
    "mediation_event": "mediations",
    "agreement": "mediations",
    "signature": "mediations",
    "person": "people",
    "organisation": "people",
}
"""Which page goes on with a draft; "mediation" and "follow_up" depend on what they are about."""

STANDING_PAUSE_MS = 250
MOST_OFFERED = 5
P = TypeVar("P", bound=QWidget)


class Page(Protocol):
    """What every page can do."""

    def refresh(self) -> None: ...
    def start(self) -> None: ...
    def seek(self) -> None: ...
    def back(self) -> bool: ...


class Shell(QWidget):
    """``language``, ``theme``, ``type_size``, ``lock`` and ``sign_out`` are asked of the composition root."""

    language = Signal()
    theme = Signal(str)
    type_size = Signal(int)
    lock = Signal()
    sign_out = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.tools = tools
        self.setObjectName("shell")
        self._pages = QStackedWidget()
        self._turned = "today"
        self.ways = Wayfinder(self, self)
        self.navigation, self.header = Navigation(tools), Header(tools)
        self._build()
        self._connect()
        self._keys()
        self.turn("today")

    # Each page is made when it is first turned to: nobody waits at signing in for pages that are not looked at.

    @cached_property
    def today(self) -> TodayPage:
        """What waits today."""
        page = self._put(TodayPage(self.tools))
        page.turned.connect(self.turn)
        page.taken.connect(self.take)
        page.discarded.connect(self.discard)
        page.started.connect(self._begin)
        return page

    @cached_property
    def visits(self) -> VisitsPage:
        """Visits."""
        return self._put(VisitsPage(self.tools))

    @cached_property
    def matters(self) -> MattersPage:
        """Matters."""
        return self._put(MattersPage(self.tools))

    @cached_property
    def orders(self) -> OrdersPage:
        """Dispatch orders."""
        return self._put(OrdersPage(self.tools))

    @cached_property
    def mediations(self) -> MediationsPage:
        """Mediations."""
        return self._put(MediationsPage(self.tools))

    @cached_property
    def people(self) -> PeoplePage:
        """Persons and organisations."""
        return self._put(PeoplePage(self.tools))

    @cached_property
    def day_end(self) -> DayEndPage:
        """The exchange."""
        page = self._put(DayEndPage(self.tools))
        page.turned.connect(self.turn)
        return page

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
        """Bring a page to the front."""
        self.ways.leaving()
        self._turned = name
        self._pages.setCurrentWidget(self.page(name))
        self.navigation.show_page(name)
        self._as_page(name).start()
        self.ways.came(name)

    def here(self) -> str:
        """The id of the record chosen on the page in front, empty for none."""
        page = self.page(self.now)
        return page.here() if isinstance(page, (ListPage, PeoplePage)) else ""

    def show_place(self, page: str, record: str) -> None:
        """Bring a page to the front with a record chosen."""
        self.turn(page)
        shown = self.page(page)
        if record and isinstance(shown, (ListPage, PeoplePage)):
            shown.select(record)

    def follow(self, record_id: str) -> bool:
        """Show a record on its page; returns whether its kind has one."""
        name = PAGE_OF.get(prefix_of(record_id))
        if name is None:
            return False
        self.show_place(name, record_id)
        self.ways.came(name, record_id)
        self.ways.note(record_id)
        return True

    def go_back(self) -> None:
        """Esc: leave what is open, else return to the page before."""
        if not self._as_page(self.now).back():
            self.ways.back()

    def commands(self) -> list[Command]:
        """Everything that can be done now: on the page in front first, then the pages, then the desk."""
        page = self.page(self.now)
        own = page.commands() if isinstance(page, (ListPage, PeoplePage)) else []
        named = {command.name for command in own}
        return [*own, *(each for each in self._desk_commands() if each.name not in named)]

    def say(self, text: str, tone: str = "good") -> None:
        """Show one sentence over the pages."""
        self.notice.say(text, tone)

    def panels(self) -> list[FormPanel]:
        """The forms that are open."""
        made = [vars(self).get(name) for name in PAGES]
        listed = [page for page in made if isinstance(page, ListPage)]
        for page in made:
            listed += [page.persons, page.organisations] if isinstance(page, PeoplePage) else []
        return [p.panel for p in listed if p.panel is not None]

    def keep_drafts(self) -> None:
        """Keep what is being typed on any page."""
        for panel in self.panels():
            panel.keeper.keep()

    def offer_drafts(self) -> None:
        """Ask whether what was being typed is to be recovered or discarded."""
        desk = self.tools.desk
        self.tools.tasks.read(lambda: waiting_drafts(desk), self._offer)

    def show_parked(self) -> None:
        """Show what was put aside, to go on with; what stands in an open form is not among it."""
        desk = self.tools.desk
        self.tools.tasks.read(lambda: waiting_drafts(desk), self._show_parked)

    def exchange_first(self) -> None:
        """After an enrolment: fetch departments, colleagues and numbers; where that fails the desk works without."""
        self.turn("day_end")
        self.say(self.tools.words("desk.first_exchange"), "info")
        self.day_end.ended.connect(self._exchanged_first, Qt.ConnectionType.SingleShotConnection)
        self.day_end.begin()

    def take(self, draft: DraftRow) -> None:
        """Go on with a draft that waited."""
        form = FORMS.get(draft.form)
        if form is None or form.version != draft.form_version:
            self.say(self.tools.words("window.draft_of_other_version"), "warn")
            return
        desk = self.tools.desk
        self.tools.tasks.read(lambda: take_up(desk, draft.id), self._taken, self._refused)

    def discard(self, draft: DraftRow) -> None:
        """Ask once, then throw a draft away."""
        Confirm.discard(self.window(), self.tools.words, draft.title, partial(self._discard, draft))

    def _build(self) -> None:
        outer = row(self, space=0)
        outer.addWidget(self.navigation)
        right = column(space=0)
        right.addWidget(self.header)
        right.addWidget(self._pages, 1)
        self.notice = Notice(self.tools.theme, self.tools.words("window.close"))
        right.addWidget(self.notice)
        right.addWidget(self._status())
        outer.addLayout(right, 1)

    def _status(self) -> QFrame:
        words = self.tools.words
        frame = QFrame()
        frame.setObjectName("status")
        inside = row(frame, space=16, margins=(24, 5, 20, 5))
        inside.addWidget(label(words("window.status_local")))
        inside.addStretch(1)
        inside.addWidget(label(words("window.status_keys")))
        return frame

    def _connect(self) -> None:
        self.navigation.turned.connect(self.turn)
        header = self.header
        header.asked.connect(self.ways.find)
        header.exchange.connect(partial(self.turn, "day_end"))
        header.language.connect(self.language)
        header.theme.connect(self.theme)
        header.type_size.connect(self.type_size)
        header.password.connect(self._change_password)
        header.sheet.connect(self.show_keys)
        header.colleagues.connect(self.show_colleagues)
        header.lock.connect(self.lock)
        header.sign_out.connect(self.sign_out)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(STANDING_PAUSE_MS)
        self._pause.timeout.connect(self._ask_standing)
        self.tools.bus.changed.connect(self._changed)
        self._ask_standing()

    def _desk_commands(self) -> list[Command]:
        words = self.tools.words
        may_log = self.tools.may("visit")
        rows: list[tuple[str, str, Callable[[], object], str, str]] = [
            *(
                [("visits.log", "window.verb_visits_log", partial(self._begin, "log"), "add", "Ctrl+N")]
                if may_log
                else []
            ),
            *(
                [("visits.consult", "window.verb_visits_consult", partial(self._begin, "consult"), "chat", "")]
                if may_log
                else []
            ),
            *(
                (f"page.{name}", f"window.page_{name}", partial(self.turn, name), name, f"Ctrl+{at + 1}")
                for at, name in enumerate(PAGES)
            ),
            ("desk.back", "find.go_back", self.ways.back, "back", "Alt+←"),
            ("desk.forward", "find.go_forward", self.ways.forward, "chevron_right", "Alt+→"),
            ("desk.parked", "window.parked_title", self.show_parked, "draft", "Ctrl+D"),
            ("desk.near", "find.title_near", self.ways.find_near, "people", "Ctrl+J"),
            ("desk.language", "find.language", self.language.emit, "language", ""),
            *(
                (f"desk.theme_{mode}", f"find.theme_{mode}", partial(self.theme.emit, mode), "theme", "")
                for mode in ("light", "dark", "contrast", "system")
            ),
            *(
                (f"desk.type_{size}", f"find.type_{size}", partial(self.type_size.emit, size), "type_size", "")
                for size in TYPE_SIZES
            ),
            ("desk.password", "window.change_password", self._change_password, "key", ""),
            ("desk.keys", "window.keys_title", self.show_keys, "info", "F1"),
            ("desk.lock", "desk.lock", self.lock.emit, "key", "Ctrl+L"),
            ("desk.sign_out", "window.sign_out", self.sign_out.emit, "leave", ""),
        ]
        return [
            Command(name, words(key), start, picture, keys, in_other_words(words, key))
            for name, key, start, picture, keys in rows
        ]

    def _keys(self) -> None:
        keys: list[tuple[str, Callable[[], object]]] = [
            *((f"Ctrl+{at + 1}", partial(self.turn, name)) for at, name in enumerate(PAGES)),
            ("Ctrl+N", partial(self._begin, "log")),
            ("Ctrl+F", lambda: self._as_page(self.now).seek()),
            ("Ctrl+K", self.ways.find),
            ("Ctrl+J", self.ways.find_near),
            ("Ctrl+D", self.show_parked),
            ("Alt+Left", self.ways.back),
            ("Alt+Right", self.ways.forward),
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

    def _change_password(self) -> None:
        dialog = PasswordDialog(self.tools, self.window())
        dialog.changed.connect(self.say)
        dialog.open()

    def show_keys(self) -> None:
        """Show the sheet of shortcuts."""
        ShortcutSheet(self.tools.words, self.window()).open()

    def show_colleagues(self) -> None:
        """Show the staff of this station, to its lead."""
        ColleaguesDialog(self.tools, self.window()).open()

    def _begin(self, verb: str) -> None:
        self.turn("visits")
        start: Callable[[], object] = self.visits.consult if verb == "consult" else self.visits.log
        start()

    def _as_page(self, name: str) -> Page:
        found: Page = getattr(self, name)
        return found

    def _changed(self, _changes: Changes) -> None:
        self._pause.start()

    def _ask_standing(self) -> None:
        desk = self.tools.desk
        self.tools.tasks.read(lambda: read_standing(desk), self._show_standing, self._refused)

    def _show_standing(self, standing: Standing) -> None:
        self.header.show_standing(standing.unsent, standing.held)

    def _offer(self, drafts: list[DraftRow]) -> None:
        if drafts:
            self._list_drafts(drafts, parked=False)

    def _show_parked(self, drafts: list[DraftRow]) -> None:
        desk = self.tools.desk
        jobs = [(p.job, p.view.values()) for p in self.panels()]
        in_hand = {draft_id(desk, job.form, values, job.record) for job, values in jobs}
        parked = [draft for draft in drafts if draft.id not in in_hand]
        if parked:
            self._list_drafts(parked, parked=True)
        else:
            self.say(self.tools.words("window.parked_none"), "info")

    def _list_drafts(self, drafts: list[DraftRow], *, parked: bool) -> None:
        shown = drafts[:MOST_OFFERED]
        more = len(drafts) - len(shown)
        dialog = RecoverDialog(self.tools, shown, self.window(), parked=parked, more=more)
        dialog.taken.connect(self.take)
        dialog.discarded.connect(self._discard)
        dialog.open()

    def _discard(self, draft: DraftRow) -> None:
        desk = self.tools.desk
        self.tools.tasks.write(lambda: discard(desk, draft.id), self._discarded, self._refused)

    def _discarded(self, _answer: None) -> None:
        self.tools.bus.tell(DRAFT)

    def _exchanged_first(self, finished: bool) -> None:
        if not finished:
            self.say(self.tools.words("desk.first_exchange_failed"), "warn")

    def _taken(self, answer: tuple[DraftRow, Draft]) -> None:
        draft, values = answer
        about = PAGE_OF.get(prefix_of(draft.record), "mediations")
        name = PAGE_OF_FORM.get(draft.form, about)
        self.turn(name)
        open_form: Callable[..., FormPanel | None] = getattr(self.page(name), "open_form")  # noqa: B009 as above
        open_form(FORMS[draft.form], values, draft.record)

    def _refused(self, error: QianshaoError) -> None:
        self.say(self.tools.sentence(error), "bad")
