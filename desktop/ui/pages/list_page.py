"""What the list pages share: a list, a pane that tells one record, verbs over both, and the forms they open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from desktop.changes import Changes
from desktop.ui.command import Command, in_other_words
from desktop.ui.form_panel import FormPanel, Job
from desktop.ui.models.narrow import Narrow
from desktop.ui.pages.form_layers import FormLayers
from desktop.ui.pages.list_front import ListFront
from desktop.ui.pages.list_shape import Shape, Verb
from desktop.ui.pieces.buttons import button, shortcut_of
from desktop.ui.pieces.empty import Empty
from desktop.ui.pieces.labels import card, column
from desktop.ui.pieces.more import More
from desktop.ui.pieces.story import StoryView
from desktop.ui.stories.story import Story
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError
from sync.records.papers import PaperKind

if TYPE_CHECKING:
    from desktop.actions.desk import Done
    from desktop.ui.mending import Mending

MOST_PRINTED: Final = 500
"""So many papers are printed in one go: a whole list by a slip of the hand is more paper than the printer has."""


class ListPage(QWidget):
    """``followed`` asks the window to show another record; ``said`` carries a sentence and its tone."""

    followed = Signal(str)
    said = Signal(str, str)

    def __init__(self, tools: Tools, shape: Shape) -> None:
        super().__init__()
        self.tools, self.shape = tools, shape
        self.setObjectName(f"page.{shape.name}")
        self.mending: Mending | None = None
        self._stale, self._more = True, False
        self.current: Any = None
        self.story = StoryView(tools.theme, tools.words("window.timeline"), self.offers())
        self.story.followed.connect(self.followed)
        self.front = self._build()
        self.model, self.table, self.search = self.front.model, self.front.table, self.front.search
        self.nothing = self.front.nothing
        self._layers = FormLayers(tools, self.front)
        self._layers.said.connect(self.said)
        self._layers.closed.connect(self.table.setFocus)
        column(self, space=0, margins=(24, 20, 24, 20)).addWidget(self._layers)
        self.front.current.connect(self._current_changed)
        self.front.rested.connect(self._rested)
        self.front.activated.connect(self._activated)
        self.front.failed.connect(self._not_told)
        tools.bus.changed.connect(self._changed)

    @property
    def panel(self) -> FormPanel | None:
        """The form that is open."""
        return self._layers.panel

    # What a page gives

    def verbs(self) -> list[Verb]:
        """Verbs over the list."""
        return []

    def verbs_of(self, row: Any) -> list[Verb]:
        """Verbs of the chosen record."""
        return []

    def verbs_of_many(self) -> list[Verb]:
        """Verbs of several chosen records, beside their export."""
        return []

    def offers(self) -> dict[str, str]:
        """What may be done with a single event of a story, in words, by the offer's name."""
        return {}

    def all_verbs(self) -> list[Verb]:
        """What every list can do, then the page's own verbs over the list."""
        return [Verb("export", "export", self.export, "", "quiet"), *self.verbs()]

    def all_verbs_of_many(self) -> list[Verb]:
        """What several chosen records of every list can be used for, then of this one."""
        return [Verb("export_chosen", "export", self.export_chosen, "", "quiet"), *self.verbs_of_many()]

    def export(self) -> None:
        """Export what is found and filtered, or the whole list."""
        from desktop.ui.dialogs.exporting import ExportDialog

        ExportDialog(self.tools, self.shape.name, self.front.filter(), self, self.front.told()).open()

    def export_chosen(self) -> None:
        """Export the chosen rows; where all are chosen, what is filtered."""
        from desktop.ui.dialogs.exporting import ExportDialog

        if self.table.all_chosen:
            self.export()
            return
        count, read = self.table.chosen_count(), self.front.asking.ids(self.table.spans())
        ExportDialog(self.tools, self.shape.name, self.front.filter(), self, read=read, count=count).open()

    def print_many(self, paper: PaperKind) -> None:
        """Print the paper of each chosen record, having asked."""
        from desktop.ui.dialogs.printing_many import PrintManyDialog

        count, read = self.table.chosen_count(), self.front.asking.ids(self.table.spans())
        if count > MOST_PRINTED:
            self.said.emit(self.tools.words("lists.print_too_many", most=MOST_PRINTED), "warn")
            return
        PrintManyDialog(self.tools, paper, count, read, self).open()

    def all_verbs_of(self, row: Any) -> list[Verb]:
        """Where two desks set something differently, its decision first; then what the page offers."""
        if not getattr(row, "conflicted", False):
            return self.verbs_of(row)
        return [Verb("conflict", "alert", partial(self.decide, row.id), "revision", "primary"), *self.verbs_of(row)]

    def decide(self, card_id: str) -> None:
        """Decide field by field what counts of a card that was edited in two places."""
        from desktop.ui.dialogs.conflict import ConflictDialog  # only where somebody decides

        ConflictDialog.show_for(self, self.tools, card_id).told.connect(lambda told: self.said.emit(told, "info"))

    # What the window calls

    def refresh(self) -> None:
        """Ask again, where the page is shown; else when it is shown next."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.ask()
            self._rested()  # what belongs to the record may have changed where its row says the same

    def ask(self) -> None:
        """Ask the store for what the search box and the filters say, and how many stand in each group."""
        self._stale = False
        self.front.ask()

    def select(self, record_id: str) -> None:
        """Choose the record with this id, now or when it arrives."""
        self.front.want(record_id)
        self.tell(record_id)

    def narrow_to(self, narrow: Narrow) -> None:
        """Show the list narrowed to ``narrow`` and to nothing else; a form that is open is left with its draft."""
        self._layers.leave()
        self.search.clear()
        self.front.bar.set(narrow)
        self.table.setFocus()

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

    def panels(self) -> list[FormPanel]:
        """The form that is open, if any."""
        return [self.panel] if self.panel is not None else []

    def commands(self) -> list[Command]:
        """The verbs that this person may use now: over the list, and of the chosen record."""
        verbs = [*self.all_verbs(), *(self.all_verbs_of(self.current) if self.current is not None else [])]
        if self.table.chosen_count() > 1:
            verbs += self.all_verbs_of_many()
        found = [self._command(verb) for verb in verbs if not verb.writes or self.tools.may(verb.writes)]
        return [*found, *self.front.commands()]

    def _command(self, verb: Verb) -> Command:
        key = f"window.verb_{self.shape.name}_{verb.name}"
        text, also = self.tools.words(key), in_other_words(self.tools.words, key)
        return Command(f"{self.shape.name}.{verb.name}", text, verb.start, verb.picture, verb.keys, also)

    def back(self) -> bool:
        """Leave the form, keeping its draft; else several chosen rows, the search, the last filter: the first there is.

        Returns whether there was anything to leave.
        """
        return self._layers.leave() or self.front.back()

    def open(self, job: Job, side: QWidget | None = None, after: Callable[[Done], None] | None = None) -> FormPanel:
        """Open a form on this page; the list waits behind it."""
        panel = self._layers.open(job, side, after)
        if panel.job is job and self.mending is not None:
            mending, self.mending = self.mending, None
            mending.meet(panel)
        return panel

    def showEvent(self, event: Any) -> None:
        """A page that missed changes asks again when it is shown."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    # Inside

    def _build(self) -> ListFront:
        right = card()
        inside = column(right, space=0, margins=(1, 1, 1, 1))
        self.unchosen = Empty(
            self.tools.theme, self.shape.picture, self.tools.words(f"window.choose_{self.shape.name}")
        )
        self._panes = QStackedWidget()
        self._panes.addWidget(self.unchosen)
        self._panes.addWidget(self.story)
        inside.addWidget(self._panes)
        self.buttons = [self.make_verb(v, self) for v in self.all_verbs() if v.at_hand]
        many = [self.make_verb(v) for v in self.all_verbs_of_many()]
        return ListFront(self.tools, self.shape, self.buttons, many, right)

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

    def _activated(self) -> None:
        first = self.story.findChild(QPushButton)
        if first is not None and first.isEnabled():
            first.setFocus()

    def _current_changed(self, row_now: Any) -> None:
        self.current = row_now
        if row_now is None:
            self._panes.setCurrentIndex(0)
        elif not self.table.held:  # a story for each line that a held key passes would slow the key down
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
        wanted = self.front.wanted or (self.current.id if self.current is not None else story.id)
        if story.id != wanted:
            return
        self.story.tell(story, self._verbs_told() if self.current else [])
        self._panes.setCurrentIndex(1)

    def _verbs_told(self) -> list[QWidget]:
        """The buttons of the chosen record; what is done now and then waits behind one that opens it."""
        offered = [(verb, self.make_verb(verb)) for verb in self.all_verbs_of(self.current)]
        shown: list[QWidget] = [made for verb, made in offered if verb.at_hand]
        rest = [made for verb, made in offered if not verb.at_hand]
        if not rest:
            return shown
        text, name = self.tools.words("window.more_verbs"), f"verb.{self.shape.name}.more"
        more = More(self.tools.theme, text, name, rest, opened=self._more)
        more.toggled.connect(self._more_turned)
        return [*shown, more, *rest]

    @Slot(bool)
    def _more_turned(self, opened: bool) -> None:
        self._more = opened  # whoever opened it wants it so for the next record too

    def _not_told(self, error: QianshaoError) -> None:
        self.said.emit(self.tools.sentence(error), "bad")

    def _changed(self, changes: Changes) -> None:
        if changes.touches(*self.shape.kinds):
            self.refresh()
