"""转来事项: the matters that other units passed to this one; one is read beside the list, and answered by a form.

Of one with a duty to report the list has no title: it is read when somebody opens it, and that is noted.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from desktop.actions.passed_matters import PassedHere, passed_here, passed_matter
from desktop.changes import Changes
from desktop.store.units import units
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.measures import fitted
from desktop.ui.pieces.labels import label, row
from desktop.ui.pieces.line_table import as_lines
from desktop.ui.pieces.story import StoryView
from desktop.ui.stories.passed_matters import passed_story, stage_status
from desktop.ui.stories.story import Story
from desktop.ui.tools import Tools
from desktop.ui.words import short_moment
from sync.records.errors import QianshaoError
from sync.records.passed_matters import PassedMatter

WIDTH, HEIGHT = 1080, 560
COLUMNS = ("subject", "from", "due", "state")
Listed = tuple[list[PassedHere], dict[str, str], str]


class PassedMattersDialog(Sheet):
    """``answers`` carries the id of the matter that its page opens the form for.

    ``told`` is a record that told of a matter: that one is in front first, though it may have been told anew since.
    """

    answers = Signal(str)

    def __init__(self, tools: Tools, parent: QWidget | None = None, told: str = "") -> None:
        words = tools.words
        super().__init__("passed", words("window.passed_title"), words("window.passed_hint"), parent, 760)
        self._tools, self._told = tools, told
        self._shown: list[PassedHere] = []
        self._places: dict[str, str] = {}
        self._opened: set[str] = set()
        self.table = QTableWidget()
        headings = [words(f"window.passed_{name}") for name in COLUMNS]
        as_lines(self.table, "dialog.passed.table", words("window.passed_title"), headings)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.table.itemActivated.connect(self._activated)
        self.story = StoryView(tools.theme, words("window.timeline"))
        beside = row(space=14)
        beside.addWidget(self.table, 3)
        beside.addWidget(self.story, 2)
        self.body.addLayout(beside, 1)
        self.note = label("", "muted", wrap=True)
        self.note.setObjectName("dialog.passed.note")
        self.body.addWidget(self.note)
        self.foot_button(words("window.close"), "close").clicked.connect(self.reject)
        self.open_one = self.foot_button(words("window.passed_open"), "open")
        self.open_one.clicked.connect(self._open_it)
        self.answer = self.foot_button(words("window.passed_answer"), "answer", "primary")
        self.answer.clicked.connect(self._answer)
        self.resize(fitted(WIDTH, HEIGHT, parent))
        tools.bus.changed.connect(self._changed)
        self._chosen()

    def read(self) -> None:
        """Ask again what was passed here."""
        desk, told, self._told = self._tools.desk, self._told, ""

        def work() -> Listed:
            with desk.store.read() as reader:
                places = {identity: unit.name for identity, unit in units(reader).items()}
                first = reader.find(told, PassedMatter)
            return passed_here(desk), places, first.matter if first else ""

        self._tools.tasks.read(work, self.offer, self._refused)

    def offer(self, found: Listed) -> None:
        """Show matters, those first in which this unit has something to do."""
        words, now, at = self._tools.words, self._tools.desk.now(), max(self.table.currentRow(), 0)
        self._shown, self._places, first = found
        at = next((line for line, one in enumerate(self._shown) if one.told.matter == first), at)
        self.table.setRowCount(len(self._shown))
        for line, one in enumerate(self._shown):
            title = words("window.passed_restricted_title") if one.restricted else one.told.title
            due = short_moment(words, one.due, now) if one.due else ""
            cells = (title, self._places.get(one.told.given_by, ""), due, stage_status(words, one).text)
            for column, text in enumerate(cells):
                self.table.setItem(line, column, QTableWidgetItem(text))
        for column in (1, 2, 3):
            self.table.resizeColumnToContents(column)
        if self._shown:
            self.table.setCurrentCell(min(at, len(self._shown) - 1), 0)
        self._chosen()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def current(self) -> PassedHere | None:
        """The matter in front."""
        at = self.table.currentRow()
        return self._shown[at] if 0 <= at < len(self._shown) else None

    @Slot()
    def _chosen(self) -> None:
        words, found = self._tools.words, self.current()
        covered = found is not None and found.restricted and found.told.matter not in self._opened
        self.open_one.setVisible(covered)
        self.answer.setEnabled(found is not None and found.open and not covered and self._tools.may("step"))
        self.note.setText("" if self._shown else words("window.passed_none"))
        if found is None:
            self.story.tell(Story("", ""), [])
        elif covered:
            told = Story(found.told.matter, words("window.passed_restricted_title"))
            self.story.tell(told, [])
            self.note.setText(words("window.passed_open_hint"))
        else:
            self.story.tell(passed_story(words, found, self._places), [])

    def _open_it(self) -> None:
        found, desk = self.current(), self._tools.desk
        if found is not None:
            matter = found.told.matter
            self._tools.tasks.write(lambda: passed_matter(desk, matter), self._seen, self._refused)

    def _seen(self, one: PassedHere) -> None:
        self._opened.add(one.told.matter)
        self._chosen()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(QTableWidgetItem)
    def _activated(self, _item: QTableWidgetItem) -> None:
        if self.open_one.isVisible():
            self._open_it()
        elif self.answer.isEnabled():
            self._answer()

    def _answer(self) -> None:
        found = self.current()
        self.accept()
        if found is not None:
            self.answers.emit(found.told.matter)

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        if changes.touches("passed_matter", "step"):
            self.read()

    def _refused(self, error: QianshaoError) -> None:
        self.note.setText(self._tools.sentence(error))
