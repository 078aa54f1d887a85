"""Ctrl+K: one box for everything: verbs, records sent or unsent, what was opened last, searches that are kept.

Ctrl+J opens the same box on the neighbours of the record in front. It knows nothing of pages: what was chosen is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QListView, QWidget

from desktop.actions.directory import Option, station_options
from desktop.actions.finding import (
    Kept,
    Opened,
    Question,
    Since,
    Standing,
    find,
    forget_question,
    keep_question,
    kept_questions,
    neighbours_of,
    opened_lately,
    percent_filled,
)
from desktop.store.neighbours import Neighbour
from desktop.store.rows import Hit, Manner
from desktop.ui.command import Command, meant
from desktop.ui.dialogs.characters import characters_key
from desktop.ui.dialogs.sheet import Hosting
from desktop.ui.icons import icon
from desktop.ui.measures import fitted
from desktop.ui.models.found import FoundLine, FoundModel, Sort
from desktop.ui.models.found_delegate import FoundDelegate
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import column, label, row
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from desktop.ui.words import short_moment
from sync.records.errors import QianshaoError

WIDTH, HEIGHT = 780, 560
TYPING_PAUSE_MS = 110
MOST_COMMANDS = 6
LONGEST_QUERY = 400
WHOLE = 100
"""Percent."""
"""A whole page that was pasted says nothing that its beginning does not."""

PICTURES = {
    "visit": "visits",
    "matter": "matters",
    "dispatch_order": "orders",
    "mediation": "mediations",
    "mediation_event": "chat",
    "agreement": "agreement",
    "person": "person",
    "organisation": "firm",
    "order_reply": "reply",
    "step": "step",
    "follow_up": "visits",
    "attachment": "sheet",
    "number_void": "cross",
    "passed_matter": "reply",
}
KINDS = ("visit", "matter", "passed_matter", "dispatch_order", "mediation", "agreement", "person", "organisation")
_SURE = frozenset({Manner.EXACT, Manner.START, Manner.TEXT, Manner.PART})


class FindBox(Hosting):
    """``chosen`` carries the id of a record and its title; commands start themselves once the box is closed."""

    chosen = Signal(str, str)

    def __init__(
        self, tools: Tools, commands: Sequence[Command], parent: QWidget | None = None, neighbours_of_: str = ""
    ) -> None:
        super().__init__(parent)
        self._tools, self._commands, self._around = tools, tuple(commands), neighbours_of_
        self._opened: list[Opened] = []
        self._kept: list[Kept] = []
        self._filled = WHOLE
        self._near: list[Neighbour] = []
        self._hits: list[Hit] = []
        self._asked: Task | None = None
        self._question = 0
        self.setObjectName("dialog.find")
        self.setWindowTitle(tools.words("find.title_near" if neighbours_of_ else "find.title"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedSize(fitted(WIDTH, HEIGHT, self.parentWidget()))
        self.model = FoundModel()
        self._build()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._load()

    def showEvent(self, event: object) -> None:
        """Stand in the upper middle of the window, with the focus in the box."""
        super().showEvent(event)  # type: ignore[arg-type]
        over = self.parentWidget()
        if over is not None:
            left, free = (over.width() - self.width()) // 2, over.height() - self.height()
            self.move(over.mapToGlobal(QPoint(left, min(96, max(free, 0) // 3))))
        self.box.setFocus()

    # Its parts

    def _build(self) -> None:
        words, theme = self._tools.words, self._tools.theme
        outer = column(self, space=10, margins=(14, 14, 14, 12))
        self.box = QLineEdit()
        self.box.setObjectName("find.box")
        self.box.setProperty("role", "search")
        self.box.setAccessibleName(self.windowTitle())
        self.box.setPlaceholderText(words("find.hint_near" if self._around else "find.hint"))
        self.box.setClearButtonEnabled(True)
        glass = QAction(icon("search", theme.colour("text_muted"), 18), "", self.box)
        self.box.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self.box.textChanged.connect(self._typed)
        self.box.installEventFilter(self)
        outer.addWidget(self.box)
        outer.addWidget(self._filters())
        self.list = QListView()
        self.list.setObjectName("find.list")
        self.list.setAccessibleName(words("find.results"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(FoundDelegate(theme, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(self._take)
        outer.addWidget(self.list, 1)
        foot = row(space=10)
        self.told = label("", "small")
        foot.addWidget(self.told, 1)
        foot.addWidget(label(words("find.keys"), "small"))
        outer.addLayout(foot)

    def _filters(self) -> QFrame:
        words = self._tools.words
        frame = QFrame()
        frame.setVisible(not self._around)
        inside = row(frame, space=8)
        kinds = [("", words("find.kind_all")), *((kind, words(f"window.kind_{kind}")) for kind in KINDS)]
        since = [(each.value, words(f"find.since_{each.value or 'ever'}")) for each in Since]
        standing = [(each.value, words(f"find.standing_{each.value or 'any'}")) for each in Standing]
        self.kind = self._choice("kind", kinds)
        self.since = self._choice("since", since)
        self.standing = self._choice("standing", standing)
        self.unit = self._choice("unit", [("", words("find.unit_all"))])
        for each in (self.kind, self.since, self.standing, self.unit):
            inside.addWidget(each)
        inside.addStretch(1)
        self.keep = button(words("find.keep"), "find.keep", "small")
        self.keep.setToolTip(words("find.keep_hint"))
        self.keep.clicked.connect(self._keep)
        inside.addWidget(self.keep)
        characters_key(self._tools.around(), self)
        shortcut = QShortcut(QKeySequence("Ctrl+S"), self)
        shortcut.activated.connect(self.keep.click)
        return frame

    def _choice(self, name: str, options: Sequence[tuple[str, str]]) -> QComboBox:
        made = QComboBox()
        made.setObjectName(f"find.{name}")
        made.setAccessibleName(self._tools.words(f"find.{name}"))
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for value, text in options:
            made.addItem(text, value)
        made.currentIndexChanged.connect(lambda _at: self._ask())
        return made

    # What is asked, and what comes back

    @property
    def question(self) -> Question:
        """What is asked now."""
        return Question(
            self.box.text().strip()[:LONGEST_QUERY],
            self.kind.currentData() or "",
            Since(self.since.currentData() or ""),
            Standing(self.standing.currentData() or ""),
            self.unit.currentData() or "",
        )

    def ask(self, question: Question) -> None:
        """Ask ``question`` as if it had been typed and chosen."""
        for box, value in (
            (self.kind, question.kind),
            (self.since, question.since.value),
            (self.standing, question.standing.value),
            (self.unit, question.unit),
        ):
            box.blockSignals(True)
            box.setCurrentIndex(max(box.findData(value), 0))
            box.blockSignals(False)
        self.box.setText(question.text)
        self._ask()

    def _load(self) -> None:
        desk, tasks, around = self._tools.desk, self._tools.tasks, self._around
        if around:
            tasks.read(lambda: neighbours_of(desk, around), self._near_came, self._failed)
            return
        tasks.read(
            lambda: (opened_lately(desk), kept_questions(desk), station_options(desk), percent_filled(desk)),
            self._loaded,
            self._failed,
        )
        self._show()

    def _loaded(self, found: tuple[list[Opened], list[Kept], list[Option], int]) -> None:
        self._opened, self._kept, units, self._filled = found
        self.unit.blockSignals(True)
        for option in units:
            self.unit.addItem(option.text, option.value)
        self.unit.setVisible(len(units) > 1)
        self.unit.blockSignals(False)
        self._show()

    def _near_came(self, near: list[Neighbour]) -> None:
        self._near = near
        self._show()

    def _typed(self, text: str) -> None:
        if self._around:
            self._show()
        elif text.strip():
            self._pause.start()
        else:
            self._ask()

    def _ask(self) -> None:
        self._pause.stop()
        self._question += 1
        if self._asked is not None:
            self._asked.cancel()
            self._asked = None
        question = self.question
        if self._around or not question.text:
            self._hits = []
            self._show()
            return
        desk, number = self._tools.desk, self._question
        self._asked = self._tools.tasks.look(
            lambda task: (number, find(desk, question, task.cancelled)), self._came, self._failed
        )

    def _came(self, found: tuple[int, list[Hit]]) -> None:
        number, hits = found
        if number == self._question:
            self._asked = None
            self._hits = hits
            self._show(searched=True)

    def _failed(self, error: QianshaoError) -> None:
        self.told.setText(self._tools.sentence(error))

    # What is shown

    def _show(self, *, searched: bool = False) -> None:
        text = self.box.text().strip()
        lines = self._near_lines(text) if self._around else self._found_lines(text) if text else self._first_lines()
        self.model.show(lines)
        first = self.model.next_line(-1, 1)
        self._choose(first)
        self._tell(text, searched, found=first >= 0)

    def _tell(self, text: str, searched: bool, *, found: bool) -> None:
        words = self._tools.words
        if self._around and not found:
            self.told.setText(words("find.nothing_near"))
        elif searched:
            count = len(self._hits)
            said = words("find.count", count=count) if count else words("window.nothing_found")
            more = "" if self._filled == WHOLE else words("find.filling", percent=self._filled)
            self.told.setText(f"{said}   {more}".rstrip())
        else:
            self.told.setText("" if not text or self._around else words("find.searching"))

    def _first_lines(self) -> list[FoundLine]:
        words = self._tools.words
        opened = [self._record(each.kind, each.id, each.title, each.at) for each in self._opened]
        kept = [FoundLine(Sort.KEPT, each.name, each.name, "search", note=words("find.kept")) for each in self._kept]
        commands = [self._command(each) for each in self._commands]
        return [
            *self._under("find.opened", opened[:8]),
            *self._under("find.kept_searches", kept),
            *self._under("find.commands", commands),
        ]

    def _found_lines(self, text: str) -> list[FoundLine]:
        commands = [self._command(each) for each in meant(self._commands, text)[:MOST_COMMANDS]]
        hits = [self._hit(hit) for hit in self._hits]
        return [*self._under("find.commands", commands), *self._under("find.records", hits)]

    def _near_lines(self, text: str) -> list[FoundLine]:
        near = [self._record(each.kind, each.id, each.title, each.at) for each in self._near]
        wanted = text.casefold().split()
        return [line for line in near if all(word in line.spoken.casefold() for word in wanted)]

    def _under(self, heading: str, lines: list[FoundLine]) -> list[FoundLine]:
        return [FoundLine(Sort.HEADING, self._tools.words(heading)), *lines] if lines else []

    def _command(self, command: Command) -> FoundLine:
        return FoundLine(Sort.COMMAND, command.text, command.name, command.picture, note=command.keys)

    def _record(self, kind: str, record_id: str, title: str, at: datetime) -> FoundLine:
        words = self._tools.words
        when = short_moment(words, at, self._tools.desk.now())
        title = title or words("window.no_name")
        note = words(f"window.kind_{kind}")
        return FoundLine(Sort.RECORD, title, record_id, PICTURES.get(kind, "info"), note=note, when=when)

    def _hit(self, hit: Hit) -> FoundLine:
        words = self._tools.words
        line = self._record(hit.kind, hit.id, hit.title, hit.at)
        said_already = hit.excerpt == hit.title
        manner = "" if hit.manner in _SURE else words(f"find.manner_{hit.manner.value}")
        excerpt = manner if said_already else hit.excerpt
        return FoundLine(
            Sort.RECORD,
            line.title,
            hit.id,
            line.picture,
            hit.title_spans,
            excerpt,
            () if said_already else hit.excerpt_spans,
            line.note,
            line.when,
        )

    # What is chosen

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the focus stays in the box; Enter takes the line."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._move(1 if key == Qt.Key.Key_Down else -1)
                return True
            if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                for _ in range(8):
                    self._move(1 if key == Qt.Key.Key_PageDown else -1)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._enter()
                return True
            if key == Qt.Key.Key_Delete and not self.box.text():
                self._forget()
                return True
        return super().eventFilter(watched, event)

    def _move(self, by: int) -> None:
        self._choose(self.model.next_line(self.list.currentIndex().row(), by))

    def _choose(self, at: int) -> None:
        if at >= 0:
            index = self.model.index(at)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(self.model.index(0) if at <= 1 else index)

    def _enter(self) -> None:
        if self._pause.isActive():
            self._ask()
        self._take(self.list.currentIndex())

    def _take(self, index: QModelIndex) -> None:
        line = self.model.at(index)
        if line is None or line.sort is Sort.HEADING:
            return
        if line.sort is Sort.KEPT:
            self.ask(next(each.question for each in self._kept if each.name == line.target))
            return
        self.accept()
        if line.sort is Sort.RECORD:
            self.chosen.emit(line.target, line.title)
        else:
            command = next(each for each in self._commands if each.name == line.target)
            QTimer.singleShot(0, command.start)

    def _keep(self) -> None:
        question, desk = self.question, self._tools.desk
        name = self._name(question)
        self._tools.tasks.write(
            lambda: keep_question(desk, name, question), partial(self._kept_now, name), self._failed
        )

    def _name(self, question: Question) -> str:
        """A kept search is called by what it asks for."""
        chosen = [box.currentText() for box in (self.kind, self.since, self.standing, self.unit) if box.currentData()]
        return " · ".join(part for part in (question.text, *chosen) if part)

    def _kept_now(self, name: str, kept: list[Kept]) -> None:
        self._kept = kept
        self.told.setText(self._tools.words("find.kept_now", name=name))

    def _forget(self) -> None:
        line = self.model.at(self.list.currentIndex())
        if line is not None and line.sort is Sort.KEPT:
            desk, name = self._tools.desk, line.target
            self._tools.tasks.write(lambda: forget_question(desk, name), self._forgotten, self._failed)

    def _forgotten(self, kept: list[Kept]) -> None:
        self._kept = kept
        self._show()
