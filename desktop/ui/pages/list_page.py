"""What the list pages share: search box, verbs, a list that fetches as it scrolls, and a pane that tells one record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from desktop.changes import Changes
from desktop.ui.command import Command, in_other_words
from desktop.ui.form_panel import FormPanel, Job
from desktop.ui.icons import icon
from desktop.ui.models.delegate import LINE_HEIGHT, CellDelegate
from desktop.ui.models.rows import Column, RowsModel
from desktop.ui.pieces.buttons import button, shortcut_of
from desktop.ui.pieces.empty import Empty
from desktop.ui.pieces.held_table import HeldTable
from desktop.ui.pieces.labels import card, column, label, row
from desktop.ui.pieces.story import StoryView
from desktop.ui.stories.story import Story
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.desk import Done
    from desktop.store.store import Reader

TYPING_PAUSE_MS = 200


@dataclass(frozen=True, slots=True)
class Verb:
    """A thing to do: its name within the page, icon, the kind that it writes, and what a click starts."""

    name: str
    picture: str
    start: Callable[[], object]
    writes: str = ""
    kind: str = ""
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes one list page different from another."""

    name: str
    kinds: tuple[str, ...]
    columns: tuple[Column, ...]
    fetch: Callable[[Reader, str, str | None], Sequence[Any]]
    story: Callable[[Reader, str], Story]
    picture: str


class ListPage(QWidget):
    """``followed`` asks the window to show another record; ``said`` carries a sentence and its tone."""

    followed = Signal(str)
    said = Signal(str, str)

    def __init__(self, tools: Tools, shape: Shape) -> None:
        super().__init__()
        self.tools, self.shape = tools, shape
        self.setObjectName(f"page.{shape.name}")
        self.model = RowsModel(tools.tasks, shape.columns)
        self.panel: FormPanel | None = None
        self._wanted = ""
        self._stale = True
        self.current: Any = None
        self._stack = QStackedWidget()
        column(self, space=0, margins=(24, 20, 24, 20)).addWidget(self._stack)
        self._front = self._build()
        self._stack.addWidget(self._front)
        self.model.arrived.connect(self._arrived)
        self.model.failed.connect(lambda error: self.said.emit(tools.sentence(error), "bad"))
        tools.bus.changed.connect(self._changed)

    # What a page gives

    def verbs(self) -> list[Verb]:
        """Verbs over the list."""
        return []

    def verbs_of(self, row: Any) -> list[Verb]:
        """Verbs of the chosen record."""
        return []

    def offers(self) -> dict[str, str]:
        """What may be done with a single event of a story, in words, by the offer's name."""
        return {}

    def all_verbs(self) -> list[Verb]:
        """What every list can do, then the page's own verbs over the list."""
        return [Verb("export", "export", self.export, "", "quiet"), *self.verbs()]

    def export(self) -> None:
        """Export what the search box finds, or the whole list."""
        from desktop.ui.dialogs.exporting import ExportDialog

        ExportDialog(self.tools, self.shape.name, self.search.text().strip(), self).open()

    # What the window calls

    def refresh(self) -> None:
        """Ask again, where the page is shown; else when it is shown next."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.ask()

    def ask(self) -> None:
        """Ask the store for what the search box says."""
        self._stale = False
        store, fetch, text = self.tools.desk.store, self.shape.fetch, self.search.text().strip()

        def page(after: str | None) -> Sequence[Any]:
            with store.read() as reader:
                return fetch(reader, text, after)

        self.model.ask(page)

    def select(self, record_id: str) -> None:
        """Choose the record with this id, now or when it arrives."""
        self._wanted = record_id
        if self.panel is None:
            self._choose_wanted()
        self.tell(record_id)

    def start(self) -> None:
        """Take the focus."""
        if self.panel is not None:
            self.panel.view.start()
        else:
            self.table.setFocus()

    def seek(self) -> None:
        """Take the focus at the search box."""
        if self.panel is None:
            self.search.setFocus()
            self.search.selectAll()

    def here(self) -> str:
        """The id of the record in front, empty for none."""
        return self.current.id if self.current is not None else ""

    def commands(self) -> list[Command]:
        """The verbs that this person may use now: over the list, and of the chosen record."""
        verbs = [*self.all_verbs(), *(self.verbs_of(self.current) if self.current is not None else [])]
        return [self._command(verb) for verb in verbs if not verb.writes or self.tools.may(verb.writes)]

    def _command(self, verb: Verb) -> Command:
        key = f"window.verb_{self.shape.name}_{verb.name}"
        text, also = self.tools.words(key), in_other_words(self.tools.words, key)
        return Command(f"{self.shape.name}.{verb.name}", text, verb.start, verb.picture, verb.keys, also)

    def back(self) -> bool:
        """Leave the form, keeping its draft; empty the search box; tell whether there was anything to leave."""
        if self.panel is not None:
            self.panel.leave()
            return True
        if self.search.text():
            self.search.clear()
            return True
        return False

    def open(self, job: Job, side: QWidget | None = None, after: Callable[[Done], None] | None = None) -> FormPanel:
        """Open a form on this page; the list waits behind it."""
        if self.panel is not None:
            self.panel.leave()
        panel = FormPanel(self.tools, job, side)
        panel.finished.connect(partial(self._finished, panel, after))
        panel.closed.connect(self._close_panel)
        panel.refused_late.connect(partial(self._refused_late, panel))
        self.panel = panel
        self._stack.addWidget(panel)
        self._stack.setCurrentWidget(panel)
        panel.view.start()
        return panel

    def showEvent(self, event: Any) -> None:
        """A page that missed changes asks again when it is shown."""
        super().showEvent(event)
        if self._stale:
            self.ask()

    # Inside

    def _build(self) -> QWidget:
        words, theme = self.tools.words, self.tools.theme
        front = QWidget()
        outer = column(front, space=14)
        head = row(space=10)
        head.addWidget(label(words(f"window.page_{self.shape.name}"), "title"))
        head.addSpacing(12)
        self.search = QLineEdit()
        self.search.setObjectName(f"search.{self.shape.name}")
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText(words(f"window.search_{self.shape.name}"))
        self.search.setAccessibleName(words(f"window.search_{self.shape.name}"))
        self.search.setClearButtonEnabled(True)
        glass = QAction(icon("search", theme.colour("text_muted"), 18), "", self.search)
        self.search.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self.search.setMaximumWidth(420)
        head.addWidget(self.search, 1)
        head.addStretch(1)
        self.buttons = [self.make_verb(v, front) for v in self.all_verbs()]
        for made in self.buttons:
            head.addWidget(made)
        outer.addLayout(head)
        outer.addWidget(self._body(), 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.ask)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.search.returnPressed.connect(self.table.setFocus)
        return front

    def make_verb(self, verb: Verb, scope: QWidget | None = None) -> QPushButton:
        """Return the button of a verb; one that this person may not use says so and is grey."""
        words = self.tools.words
        text = words(f"window.verb_{self.shape.name}_{verb.name}")
        made = button(
            text, f"verb.{self.shape.name}.{verb.name}", verb.kind, theme=self.tools.theme, picture=verb.picture
        )
        made.clicked.connect(lambda _checked=False: verb.start())
        if verb.keys and scope is not None:
            shortcut_of(made, verb.keys, scope)
        if verb.writes and not self.tools.may(verb.writes):
            made.setEnabled(False)
            made.setToolTip(words("window.not_yours"))
        return made

    def _body(self) -> QWidget:
        words, theme = self.tools.words, self.tools.theme
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(14)
        split.setChildrenCollapsible(False)
        left = card()
        inside = column(left, space=0, margins=(1, 6, 1, 6))
        self.table = self._table()
        self.nothing = Empty(theme, self.shape.picture, words("window.loading"))
        self._lists = QStackedWidget()
        self._lists.addWidget(self.table)
        self._lists.addWidget(self.nothing)
        inside.addWidget(self._lists)
        split.addWidget(left)
        right = self._right = card()
        inside = column(right, space=0, margins=(1, 1, 1, 1))
        self.story = StoryView(theme, words("window.timeline"), self.offers())
        self.story.followed.connect(self.followed)
        self.unchosen = Empty(theme, self.shape.picture, words(f"window.choose_{self.shape.name}"))
        self._panes = QStackedWidget()
        self._panes.addWidget(self.unchosen)
        self._panes.addWidget(self.story)
        inside.addWidget(self._panes)
        right.setMinimumWidth(330)
        split.addWidget(right)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 3)
        split.setSizes([760, 400])
        return split

    def _table(self) -> HeldTable:
        made = HeldTable()
        made.setObjectName(f"list.{self.shape.name}")
        made.setAccessibleName(self.tools.words(f"window.page_{self.shape.name}"))
        made.setModel(self.model)
        made.setItemDelegate(CellDelegate(self.tools.theme, made))
        made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setShowGrid(False)
        made.setWordWrap(False)
        made.setTabKeyNavigation(False)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.verticalHeader().hide()
        made.verticalHeader().setDefaultSectionSize(LINE_HEIGHT)
        header = made.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, each in enumerate(self.shape.columns):
            if each.width:
                made.setColumnWidth(at, each.width)
            else:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        made.selectionModel().currentRowChanged.connect(self._current_changed)
        made.rested.connect(self._rested)
        made.activated.connect(self._activated)
        return made

    def _activated(self, _index: QModelIndex) -> None:
        first = self.story.findChild(QPushButton)
        if first is not None and first.isEnabled():
            first.setFocus()

    def _arrived(self) -> None:
        words, rows = self.tools.words, self.model.rowCount()
        if not rows:
            searching = bool(self.search.text().strip())
            key = "window.nothing_found" if searching else f"window.empty_{self.shape.name}"
            hint = "window.nothing_found_hint" if searching else f"window.empty_{self.shape.name}_hint"
            self.nothing.say(words(key), words(hint))
        self._lists.setCurrentIndex(0 if rows else 1)
        self._right.setVisible(bool(rows))  # beside an empty list a record would look as if it had been found
        if not rows:
            self.current = None
            self._panes.setCurrentIndex(0)
        if self.nothing.hasFocus():
            self.search.setFocus()
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        wanted = self._wanted or (self.current.id if self.current is not None else "")
        at = self.model.line_of(wanted) if wanted else -1
        if at >= 0:
            self.table.setCurrentIndex(self.model.index(at, 0))
            self._wanted = ""
        elif self.current is None and not wanted and self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        row_now = self.model.row_at(now)
        if row_now is not None:
            self.current = row_now
            if not self.table.held:  # a story for each line that a held key passes would slow the key down
                self.tell(row_now.id)

    def _rested(self) -> None:
        if self.current is not None:
            self.tell(self.current.id)

    def tell(self, record_id: str) -> None:
        """Tell the record in the pane."""
        store, story = self.tools.desk.store, self.shape.story

        def read() -> Story:
            with store.read() as reader:
                return story(reader, record_id)

        self.tools.tasks.read(read, self._told, self._not_told)

    def _told(self, story: Story) -> None:
        wanted = self._wanted or (self.current.id if self.current is not None else story.id)
        if story.id != wanted:
            return
        verbs: list[QWidget] = [self.make_verb(v) for v in self.verbs_of(self.current)] if self.current else []
        self.story.tell(story, verbs)
        self._panes.setCurrentIndex(1)

    def _not_told(self, error: QianshaoError) -> None:
        self.said.emit(self.tools.sentence(error), "bad")

    def _changed(self, changes: Changes) -> None:
        if changes.touches(*self.shape.kinds):
            self.refresh()

    def _finished(self, panel: FormPanel, after: Callable[[Done], None] | None, done: Done) -> None:
        words = self.tools.words
        self.said.emit(words(panel.job.done_key, number=done.number).rstrip(), "good")
        if panel is not self.panel:  # left meanwhile: the person is elsewhere, and stays there
            panel.deleteLater()
            return
        self._close_panel()
        if after is not None:
            after(done)

    def _refused_late(self, panel: FormPanel, error: QianshaoError) -> None:
        words = self.tools.words
        self.said.emit(words("window.refused_late", form=panel.title, why=self.tools.sentence(error)), "bad")
        panel.deleteLater()

    def _close_panel(self) -> None:
        panel, self.panel = self.panel, None
        self._stack.setCurrentWidget(self._front)
        if panel is not None:
            self._stack.removeWidget(panel)
            panel.hide()
            if not panel.busy:
                panel.deleteLater()
        self.table.setFocus()
