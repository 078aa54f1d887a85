"""今日: the work queue: what is due, what is new, what was being typed, and how the exchange stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.actions.receipt_words import headline
from desktop.changes import Changes
from desktop.store.rows import DraftRow, MatterRow, MediationRow, OrderRow
from desktop.ui.icons import pixmap
from desktop.ui.models.status import Status
from desktop.ui.models.statuses import matter_status, order_clock, outcome_status
from desktop.ui.pieces.buttons import Link, PartsButton, button, picture_button
from desktop.ui.pieces.chip import Chip, tone_colour
from desktop.ui.pieces.elided import Elided
from desktop.ui.pieces.labels import card, clear, column, label, row
from desktop.ui.stories.day import SHOWN, Day, read_day
from desktop.ui.tools import Tools
from desktop.ui.words import draft_name, moment, one_line, short_moment
from sync.records.errors import QianshaoError
from sync.records.ownership import may_issue
from sync.records.telephones import written_phone
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from desktop.actions.notices import CallRow
    from desktop.actions.passed_matters import PassedHere
    from desktop.actions.reports_owed import ReportOwed
    from desktop.actions.snoozes import Snooze
    from desktop.ui.stories.dues import DueLine, Dues
    from sync.records.order_steps import OrderRequest

_TONES = {True: ("good", "sent"), False: ("warn", "alert")}
_KINDS = (
    "visit",
    "matter",
    "step",
    "dispatch_order",
    "order_request",
    "passed_matter",
    "order_step",
    "order_reply",
    "notice",
    "mediation",
    "agreement",
    "signature",
    "follow_up",
    "print",
    "draft",
    "exchange",
    "revision",
    "mediation_event",
    "order_step",
    "snooze",
)

LOOK_MS = 30_000
AFTER_PAINT_MS = 50
"""What is shown is painted with the events that wait; this comes after them."""


class TodayPage(QWidget):
    """``followed`` carries a record, ``turned`` a page's name, ``taken`` a draft to go on with,
    ``discarded`` one that is not wanted, ``started`` a verb, ``due`` what is due and to be done now, ``dues`` that
    all of it is looked at, ``snooze`` what is to be put off and ``again`` what is to be shown again, ``conflicts`` that
    somebody will decide about cards that were edited in two places, ``call`` whom to telephone. ``filled`` follows each
    painting of an answer.
    """

    followed = Signal(str)
    turned = Signal(str)
    taken = Signal(object)
    discarded = Signal(object)
    started = Signal(str)
    due = Signal(object)
    dues = Signal()
    snooze = Signal(object)
    again = Signal(str)
    conflicts = Signal()
    call = Signal(object)
    asked_for = Signal()
    said = Signal(str, str)
    filled = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.tools = tools
        self.setObjectName("page.today")
        self._stale = True
        self._due: Dues | None = None
        self._dues: QVBoxLayout | None = None
        self._dues_stand = False
        self._calls: QVBoxLayout | None = None
        self._to_call: tuple[CallRow, ...] = ()
        self._requests: QVBoxLayout | None = None
        self._waiting: tuple[OrderRequest, ...] = ()
        self._passed: QVBoxLayout | None = None
        self._passed_here: tuple[PassedHere, ...] = ()
        self._owed: QVBoxLayout | None = None
        self._reports: tuple[ReportOwed, ...] = ()
        self.filled.connect(self._ask_due)
        self.filled.connect(self._ask_calls)
        self.filled.connect(self._ask_requests)
        self.filled.connect(self._ask_passed)
        self.filled.connect(self._ask_owed)
        self._minutes = QTimer(self)  # whom to call follows from the time that passes, too
        self._minutes.timeout.connect(self._ask_calls)
        self._minutes.timeout.connect(self._ask_due)
        self._minutes.start(LOOK_MS)
        outer = column(self, space=16, margins=(24, 20, 24, 20))
        outer.addLayout(self._head())
        self._tiles = row(space=14)
        outer.addLayout(self._tiles)
        body = row(space=16)
        self._left, left = self._column()
        self._right, right = self._column()
        body.addWidget(left, 3)
        body.addWidget(right, 2)
        outer.addLayout(body, 1)
        tools.bus.changed.connect(self._changed)

    def refresh(self) -> None:
        """Ask again, where the page is shown; else when it is shown next."""
        self._stale = not self.isVisible()
        if not self._stale:
            desk = self.tools.desk
            self.tools.tasks.read(lambda: read_day(desk), self._show, self._failed)

    def _ask_due(self) -> None:
        """Today stands first: what runs and what agreements make due is looked at after it, and as time passes."""
        if not self.isVisible():
            return
        desk, words = self.tools.desk, self.tools.words

        def work() -> Dues:
            from desktop.ui.stories.dues import read_dues

            return read_dues(desk, words)

        self.tools.tasks.read(work, self._show_due, self._failed)

    def _ask_calls(self) -> None:
        """Whom to telephone, because nobody has read of an order."""
        if not self.isVisible():
            return
        desk = self.tools.desk

        def work() -> tuple[CallRow, ...]:
            from desktop.actions.notices import call_rows

            return call_rows(desk)

        self.tools.tasks.read(work, self._show_calls, self._failed)

    def _ask_requests(self) -> None:
        """What is asked of who issues here: orders that wait for a signature."""
        desk = self.tools.desk
        if not self.isVisible() or not may_issue(desk.session.roles):
            return

        def work() -> tuple[OrderRequest, ...]:
            from desktop.actions.order_requests import requests

            return tuple(request for request, _ in requests(desk) if request.to_unit == desk.session.unit)

        self.tools.tasks.read(work, self._show_requests, self._failed)

    def _show_requests(self, waiting: tuple[OrderRequest, ...]) -> None:
        self._waiting = waiting
        if self._requests is None:
            return
        clear(self._requests)
        if waiting:
            words = self.tools.words
            more = words("window.due_more", count=len(waiting) - SHOWN) if len(waiting) > SHOWN else ""
            head = words("window.list_comma").join(part for part in (words("window.today_requests"), more) if part)
            self._requests.addWidget(self._card(head, map(self._request_line, waiting[:SHOWN]), ""))

    def _request_line(self, request: OrderRequest) -> QPushButton:
        words, now = self.tools.words, self.tools.desk.now()
        detail = f"{request.requested_by_name}  {short_moment(words, request.requested_at, now)}"
        status = Status(words("records.requeststage_waiting"), "warn", "clock")
        made = self._line(f"today.request.{request.id}", request.subject, detail, status, "")
        made.clicked.connect(lambda: self.asked_for.emit())
        return made

    def _ask_passed(self) -> None:
        """What other units passed to this one, as long as it has something to do."""
        desk = self.tools.desk
        if not self.isVisible():
            return

        def work() -> tuple[PassedHere, ...]:
            from desktop.actions.passed_matters import passed_open

            return tuple(passed_open(desk))

        self.tools.tasks.read(work, self._show_passed, self._failed)

    def _show_passed(self, waiting: tuple[PassedHere, ...]) -> None:
        self._passed_here = waiting
        if self._passed is None:
            return
        clear(self._passed)
        if waiting:
            words = self.tools.words
            more = words("window.due_more", count=len(waiting) - SHOWN) if len(waiting) > SHOWN else ""
            head = words("window.list_comma").join(part for part in (words("window.today_passed"), more) if part)
            self._passed.addWidget(self._card(head, map(self._passed_line, waiting[:SHOWN]), ""))

    def _ask_owed(self) -> None:
        """Of which matters the police have to be told and were not."""
        desk = self.tools.desk
        if not self.isVisible():
            return

        def work() -> tuple[ReportOwed, ...]:
            from desktop.actions.reports_owed import reports_owed

            return reports_owed(desk)

        self.tools.tasks.read(work, self._show_owed, self._failed)

    def _show_owed(self, reports: tuple[ReportOwed, ...]) -> None:
        self._reports = reports
        if self._owed is None:
            return
        clear(self._owed)
        if reports:
            words = self.tools.words
            more = words("window.due_more", count=len(reports) - SHOWN) if len(reports) > SHOWN else ""
            head = words("window.list_comma").join(part for part in (words("window.today_owed"), more) if part)
            self._owed.addWidget(self._card(head, map(self._owed_line, reports[:SHOWN]), ""))

    def _owed_line(self, one: ReportOwed) -> QPushButton:
        words = self.tools.words
        since = words("window.owed_since", at=short_moment(words, one.since, self.tools.desk.now()))
        status = Status(words("window.owed_report"), "bad", "alert")
        return self._line(f"today.owed.{one.matter}", one.title, since, status, one.matter)

    def _passed_line(self, one: PassedHere) -> QPushButton:
        words, now = self.tools.words, self.tools.desk.now()
        title = words("window.passed_restricted_title") if one.restricted else one.told.title
        given = short_moment(words, one.told.given_at, now)
        due = words("window.due_at", at=short_moment(words, one.due, now)) if one.due else ""
        over = one.due is not None and one.due < now
        waits = one.stage is not None and one.stage.value in ("waiting", "asked")
        look = ("bad", "alert") if over else ("warn", "clock") if waits else ("info", "matters")
        status = Status(words(f"records.passedstage_{one.stage.value if one.stage else 'waiting'}"), *look)
        return self._line(f"today.passed.{one.told.matter}", title, f"{given}  {due}".strip(), status, one.told.id)

    def start(self) -> None:
        """Take the focus at the first verb."""
        self.log.setFocus()

    def seek(self) -> None:
        """Searching is done on the pages of the kinds."""
        self.turned.emit("visits")

    def back(self) -> bool:
        """Nothing is open here."""
        return False

    def showEvent(self, event: Any) -> None:
        """Ask when it is shown after changes."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _head(self) -> Any:
        words, tools = self.tools.words, self.tools
        head = row(space=10)
        names = column(space=2)
        now = tools.desk.now().astimezone(BEIJING)
        part = "morning" if now.hour < 12 else "afternoon" if now.hour < 18 else "evening"
        names.addWidget(label(words(f"window.greeting_{part}", name=tools.desk.session.name), "title"))
        weekday = words(f"window.weekday_{now.isoweekday()}")
        names.addWidget(
            label(words("window.date_line", year=now.year, month=now.month, day=now.day, weekday=weekday), "muted")
        )
        head.addLayout(names, 1)
        consult = button(words("window.verb_visits_consult"), "verb.today.consult", theme=tools.theme, picture="chat")
        consult.clicked.connect(lambda: self.started.emit("consult"))
        self.log = button(
            words("window.verb_visits_log"), "verb.today.log", "primary", theme=tools.theme, picture="add"
        )
        self.log.setToolTip("Ctrl+N")
        self.log.clicked.connect(lambda: self.started.emit("log"))
        head.addWidget(consult)
        head.addWidget(self.log)
        return head

    def _column(self) -> tuple[QVBoxLayout, QScrollArea]:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        ground = QWidget()
        ground.setProperty("role", "ground")
        inside = column(ground, space=14, margins=(0, 0, 2, 0))
        area.setWidget(ground)
        return inside, area

    def _show(self, day: Day) -> None:
        words = self.tools.words
        clear(self._tiles)
        for name, count, picture, tone, page in (
            ("visits_today", day.visits_today, "visits", "accent", "visits"),
            ("orders_waiting", len(day.orders), "orders", "warn", "orders"),
            ("unsent", day.standing.unsent, "unsent", "calm", "day_end"),
            ("held", day.standing.held, "held", "bad", "held"),
        ):
            self._tiles.addWidget(
                self._tile(words(f"window.tile_{name}"), count, picture, tone if count else "calm", page)
            )
        clear(self._left)
        clear(self._right)
        self._calls = column(space=0)
        self._left.addLayout(self._calls)
        self._show_calls(self._to_call)
        self._owed = column(space=0)
        self._left.addLayout(self._owed)
        self._show_owed(self._reports)
        self._requests = column(space=0)
        self._left.addLayout(self._requests)
        self._show_requests(self._waiting)
        self._passed = column(space=0)
        self._left.addLayout(self._passed)
        self._show_passed(self._passed_here)
        self._dues, self._dues_stand = column(space=0), False
        self._left.addLayout(self._dues)
        self._show_due(self._due)
        if day.conflicts:
            self._left.addWidget(self._conflicts(day.conflicts))
        self._left.addWidget(self._orders(day.orders))
        self._left.addWidget(self._matters(day.matters))
        self._left.addWidget(self._mediations(day.mediations))
        self._left.addStretch(1)
        self._right.addWidget(self._drafts(day.drafts))
        self._right.addWidget(self._exchange(day))
        self._right.addStretch(1)
        self._has_shown()

    def _show_due(self, dues: Dues | None) -> None:
        """What is due comes after the day itself: nobody waits at signing in for it to be looked at."""
        before, self._due = self._due, dues
        if dues is not None:
            self.tools.judged.shift = dues.at.now - dues.desk_said
        if self._dues is None:
            return
        if self._dues_stand and before is not None and dues is not None and dues.says(before):
            return  # nobody's focus is taken away where nothing else would be said
        self._dues_stand = True
        clear(self._dues)
        if dues is None or not (dues.lines or dues.put_off or dues.doubt):
            return
        words = self.tools.words
        head = [words("window.today_due")]
        if dues.put_off:
            head.append(words("window.due_put_off", count=len(dues.put_off)))
        lines = [*self._doubted(dues), *map(self._due_line, dues.lines), *map(self._put_off_line, dues.put_off)]
        self._dues.addWidget(self._card(words("window.list_comma").join(head), lines, "", self._all_due(dues)))

    def _all_due(self, dues: Dues) -> Link:
        """What leads to all of it: how many more clocks there are, and where there are none the list itself, for what
        matters wait for (及时情况) stands there alone.
        """
        every = self.tools.words("window.due_all")
        more = self.tools.words("window.due_more_many" if dues.many else "window.due_more", count=dues.more)
        made = Link(more if dues.more else every, "today.due_all")
        made.setAccessibleName(f"{every} {more}" if dues.more else every)
        made.clicked.connect(lambda: self.dues.emit())
        return made

    def _doubted(self, dues: Dues) -> list[QWidget]:
        """The one sentence on a clock that is not believed."""
        if not dues.doubt:
            return []
        told = label(dues.doubt, "warning", wrap=True)
        told.setObjectName("today.clock")
        told.setContentsMargins(12, 2, 12, 6)
        return [told]

    def _show_calls(self, rows: tuple[CallRow, ...]) -> None:
        """Above all else: each of these is a telephone that should ring now."""
        self._to_call = rows
        if self._calls is None:
            return
        clear(self._calls)
        if rows:
            words = self.tools.words
            more = words("window.due_more", count=len(rows) - SHOWN) if len(rows) > SHOWN else ""
            head = words("window.list_comma").join(part for part in (words("notices.today_calls"), more) if part)
            self._calls.addWidget(self._card(head, map(self._call_line, rows[:SHOWN]), ""))

    def _call_line(self, row: CallRow) -> QPushButton:
        words, now = self.tools.words, self.tools.desk.now()
        number = written_phone(row.telephone) or words("notices.call_no_number")
        title = words("window.list_comma").join(part for part in (row.unit_name, row.officer, number) if part)
        tried = words("notices.call_tries", count=row.tries) if row.tries else ""
        at = words("notices.call_since", at=short_moment(words, row.since, now))
        detail = "  ".join(part for part in (row.number, at, tried) if part)
        why = words("notices.call_failed" if row.failed else "notices.call_unread")
        made = self._line(f"today.call.{row.order}.{row.department}", title, detail, Status(why, "bad", "alert"), "")
        made.clicked.connect(lambda: self.call.emit(row))
        return made

    def _due_line(self, line: DueLine) -> QPushButton:
        made = self._line(f"today.due.{line.record}", line.title, line.detail, line.status, "")
        if line.agreed is not None:
            made.clicked.connect(lambda: self.due.emit(line.agreed))
        else:
            made.clicked.connect(lambda: self.followed.emit(line.record))
        inside = made.layout()
        if line.may_wait and inside is not None:
            text = f"{self.tools.words('window.snooze')} {line.title}"
            wait = picture_button("clock", text, f"snooze.{line.record}", self.tools.theme)
            wait.clicked.connect(lambda: self.snooze.emit(line))
            inside.addWidget(wait)
        return made

    def _put_off_line(self, snooze: Snooze) -> QPushButton:
        words, at = self.tools.words, moment(snooze.until)
        detail = words("window.snooze_back", title="", at=at, name=snooze.name, reason=snooze.reason).strip()
        status = Status(words("window.snooze_again"), "calm", "clock")
        made = self._line(f"today.put_off.{snooze.key.split()[0]}", snooze.title, detail, status, "")
        made.clicked.connect(lambda: self.again.emit(snooze.key))
        return made

    def _conflicts(self, count: int) -> QWidget:
        words = self.tools.words
        status = Status(words("window.conflicted"), "bad", "alert")
        made = self._line("today.conflicts", words("conflicts.today", count=count), "", status, "")
        made.clicked.connect(lambda: self.conflicts.emit())
        return self._card(words("conflicts.title"), [made], "")

    def _tile(self, text: str, count: int, picture: str, tone: str, page: str) -> QWidget:
        made = PartsButton(f"{text} {count}", f"tile.{page}.{picture}", "tile")
        inside = row(made, space=14, margins=(18, 12, 18, 12))
        image = QLabel()
        image.setPixmap(pixmap(picture, self.tools.theme.colour(tone_colour(tone)).name(), 28))
        inside.addWidget(image)
        words = column(space=0)
        words.addWidget(label(str(count), "figure"))
        words.addWidget(label(text, "muted"))
        inside.addLayout(words, 1)
        made.clicked.connect(lambda: self.turned.emit(page))
        return made

    def _card(self, title: str, lines: Iterable[QWidget], nothing: str, leads: QWidget | None = None) -> QWidget:
        frame = card()
        inside = column(frame, space=2, margins=(8, 12, 8, 10))
        head = label(title, "subheading")
        head.setContentsMargins(12, 0, 12, 4)
        over = row(space=8)
        over.addWidget(head, 1)
        if leads is not None:
            over.addWidget(leads)
        inside.addLayout(over)
        made = list(lines)
        for each in made:
            inside.addWidget(each)
        if not made:
            hint = label(nothing, "muted", wrap=True)
            hint.setContentsMargins(12, 2, 12, 6)
            inside.addWidget(hint)
        return frame

    def _line(self, name: str, title: str, detail: str, status: Status | None, follow: str) -> QPushButton:
        made = PartsButton(f"{title} {detail}", name, "row")
        inside = row(made, space=10, margins=(12, 6, 12, 6))
        words = column(space=1)
        words.addWidget(Elided(one_line(title, 60)))
        if detail:
            words.addWidget(Elided(one_line(detail, 80), "small"))
        inside.addLayout(words, 1)
        if status is not None:
            inside.addWidget(Chip(self.tools.theme, status.text, status.tone, status.picture))
        if follow:
            made.clicked.connect(lambda: self.followed.emit(follow))
        return made

    def _orders(self, rows: tuple[OrderRow, ...]) -> QWidget:
        words, now = self.tools.words, self.tools.judged_now()

        def line(r: OrderRow) -> QPushButton:
            status = order_clock(words, r.due, r.state, now)
            due = words("window.due_at", at=short_moment(words, r.due or r.resolve_by, now))
            return self._line(
                f"today.{r.id}", r.subject, f"{words('window.list_comma').join(r.departments)}  {due}", status, r.id
            )

        return self._card(words("window.today_orders"), map(line, rows), words("window.today_orders_none"))

    def _matters(self, rows: tuple[MatterRow, ...]) -> QWidget:
        words, now = self.tools.words, self.tools.desk.now()

        def line(r: MatterRow) -> QPushButton:
            detail = f"{r.parties}  {short_moment(words, r.discovered_at, now)}".strip()
            return self._line(f"today.{r.id}", r.title, detail, matter_status(words, r.state), r.id)

        return self._card(words("window.today_matters"), map(line, rows), words("window.today_matters_none"))

    def _mediations(self, rows: tuple[MediationRow, ...]) -> QWidget:
        words, now = self.tools.words, self.tools.desk.now()

        def line(r: MediationRow) -> QPushButton:
            detail = f"{r.parties}  {short_moment(words, r.started_at, now)}".strip()
            return self._line(f"today.{r.id}", r.title, detail, outcome_status(words, r.outcome.value), r.id)

        return self._card(words("window.today_mediations"), map(line, rows), words("window.today_mediations_none"))

    def _drafts(self, rows: tuple[DraftRow, ...]) -> QWidget:
        words, now = self.tools.words, self.tools.desk.now()

        def line(r: DraftRow) -> QPushButton:
            name = draft_name(words, r)
            at = words("window.draft_of", at=short_moment(words, r.changed_at, now))
            made = self._line(f"today.{r.id}", name, at, Status(words("window.go_on"), "accent", "draft"), "")
            made.clicked.connect(lambda: self.taken.emit(r))
            away = picture_button("cross", f"{words('window.discard')} {name}", f"discard.{r.id}", self.tools.theme)
            away.clicked.connect(lambda: self.discarded.emit(r))
            inside = made.layout()
            if inside is not None:
                inside.addWidget(away)
            return made

        return self._card(words("window.today_drafts"), map(line, rows), words("window.today_drafts_none"))

    def _exchange(self, day: Day) -> QWidget:
        words, standing = self.tools.words, day.standing
        receipt = standing.receipt
        if receipt is None:
            title, status = words("window.never_exchanged"), Status(words("window.sent_unsent"), "calm", "unsent")
        elif not receipt.agreed:  # whatever an earlier one proved
            title = words("window.last_exchange", at=moment(receipt.at))
            status = Status(words("window.receipt_differs"), "bad", "alert")
        elif standing.today.proof is not None:
            told, gaps = standing.today, standing.today.proof.missing or standing.today.proof.differs
            waits = standing.unsent or standing.held
            whole = not gaps and not waits and told.signed == told.written
            title = headline(words, told, "signed_today")
            status = Status(words("receipts.whole" if whole else "receipts.lacking"), *_TONES[whole])
        else:
            title = words("window.last_exchange", at=moment(receipt.at))
            status = Status(words("window.receipt_agreed"), "good", "sent")
        detail = words("window.standing", unsent=standing.unsent, held=standing.held)
        made = self._line("today.exchange", title, detail, status, "")
        made.clicked.connect(lambda: self.turned.emit("day_end"))
        return self._card(words("window.today_exchange"), [made], "")

    def _changed(self, changes: Changes) -> None:
        if changes.touches(*_KINDS):
            self.refresh()

    def _has_shown(self) -> None:
        QTimer.singleShot(AFTER_PAINT_MS, self, self.filled.emit)

    def _failed(self, error: QianshaoError) -> None:
        self._has_shown()
        self.said.emit(self.tools.sentence(error), "bad")
