"""Beside a visit's form: who this may be, while number, telephone or name are typed, and why they came before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.pieces.buttons import PartsButton, button
from desktop.ui.pieces.chip import Chip
from desktop.ui.pieces.elided import Elided
from desktop.ui.pieces.empty import Empty
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import card, clear, column, label, row
from desktop.ui.pieces.story import StoryView
from desktop.ui.pieces.tall import Tall
from desktop.ui.stories.story import Story
from desktop.ui.tools import Tools
from desktop.ui.words import day, one_line
from sync.records.names import mask_number
from sync.records.telephones import mask_phone

if TYPE_CHECKING:
    from desktop.actions.persons import Recognised

TYPING_PAUSE_MS = 250
SHORTEST = {"number": 4, "phone": 4, "name": 2}
KEYS = 4
"""So many matches have a key of their own: Alt+1 to Alt+4."""
MATTERS = 2
"""So many earlier matters are named with a match; all of them stand in the history once it is chosen."""


class Recognition(QWidget):
    """``chosen`` carries the values to fill in and the person's id under "person"."""

    chosen = Signal(object)
    followed = Signal(str)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self.setObjectName("recognition")
        self._asked: dict[str, str] = {}
        self._found: list[Recognised] = []
        self._person = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self._build()

    def watch(self, draft: Mapping[str, Any]) -> None:
        """Look for who ``draft`` may be about, once typing pauses."""
        document = draft.get("document") or {}
        asked = {
            "number": str(document.get("number") or "").strip(),
            "phone": str(draft.get("phone") or "").strip(),
            "name": str(draft.get("name") or "").strip(),
        }
        asked = {k: v for k, v in asked.items() if len(v) >= SHORTEST[k]}
        if asked != self._asked and not self._person:
            self._asked = asked
            self._pause.start()

    def keys(self, scope: QWidget) -> None:
        """Let Alt+1 to Alt+4 choose while the focus is within ``scope``."""
        for at in range(KEYS):
            shortcut = QShortcut(QKeySequence(f"Alt+{at + 1}"), scope)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda at=at: self.choose(at))

    def choose(self, at: int) -> None:
        """Take the match at ``at``."""
        if at < len(self._found):
            found = self._found[at]
            self._person = found.person.id
            self.chosen.emit({**found.values, "person": found.person.id})
            self._tell(found)

    def let_go(self) -> None:
        """It is somebody else after all."""
        self._person = ""
        self._asked = {}
        self.chosen.emit({"person": None})
        self._show([])

    def _build(self) -> None:
        words, theme = self._tools.words, self._tools.theme
        frame = card()
        column(self, space=0).addWidget(frame)
        inside = column(frame, space=10, margins=(16, 14, 16, 14))
        self._title = label(words("window.recognised"), "subheading")
        inside.addWidget(self._title)
        nobody = Empty(theme, "people", words("window.recognise_nobody"), words("window.recognise_hint"))
        nobody.setProperty("role", "ground")
        self._nobody = Tall(nobody)
        inside.addWidget(self._nobody, 1)
        holder = QWidget()
        holder.setProperty("role", "ground")
        self._matches: QVBoxLayout = column(holder, space=6)
        self._list = QScrollArea()
        self._list.setWidgetResizable(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setWidget(holder)
        inside.addWidget(self._list, 1)
        self._history = StoryView(theme, words("window.history"))
        self._history.followed.connect(self.followed)
        inside.addWidget(self._history, 1)
        self._other = button(words("window.somebody_else"), "recognition.other", "quiet", theme=theme, picture="cross")
        self._other.clicked.connect(self.let_go)
        inside.addWidget(self._other)
        self._show([])

    def _look(self) -> None:
        asked, desk = dict(self._asked), self._tools.desk
        if not asked:
            self._show([])
            return

        def recognise() -> tuple[dict[str, str], list[Recognised]]:
            from desktop.actions.persons import recognise as look

            number, phone, name = (asked.get(k, "") for k in SHORTEST)
            return asked, look(desk, number=number, phone=phone, name=name)

        self._tools.tasks.read(recognise, self._looked)

    def _looked(self, answer: tuple[dict[str, str], list[Recognised]]) -> None:
        if answer[0] == self._asked and not self._person:
            self._show(answer[1])

    def _show(self, found: list[Recognised]) -> None:
        self._found = found
        clear(self._matches)
        for at, each in enumerate(found):
            self._matches.addWidget(self._match(at, each))
        self._matches.addStretch(1)
        words = self._tools.words
        self._title.setText(words("window.recognised_count", count=len(found)) if found else words("window.recognised"))
        self._nobody.setVisible(not found)
        self._list.setVisible(bool(found))
        self._history.hide()
        self._other.hide()

    def _match(self, at: int, found: Recognised) -> QPushButton:
        words, theme, person = self._tools.words, self._tools.theme, found.person
        spoken = " ".join((person.name, day(person.born_on), *(m.title for m in found.matters[:MATTERS])))
        made = PartsButton(spoken, f"recognition.{at}", "match")
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)  # chips may need a second line
        inside = column(made, space=3, margins=(12, 8, 12, 8))
        top = row(space=8)
        top.addWidget(Elided(person.name, "subheading"), 1)
        if at < KEYS:
            top.addWidget(label(f"Alt+{at + 1}", "key"))
        inside.addLayout(top)
        known = [mask_number(person.document_number), *(mask_phone(p) for p in person.phones[:1])]
        inside.addWidget(Elided("  ".join(k for k in known if k) or person.address, "mono"))
        chips = QWidget()
        told = Flow(chips)
        told.addWidget(Chip(theme, words("window.visits_count", count=person.visits), "accent", "visits"))
        if found.matters:
            told.addWidget(Chip(theme, words("window.matters_count", count=len(found.matters)), "info", "matters"))
        if found.alike:
            told.addWidget(Chip(theme, words("same.alike"), "warn", "people"))
        inside.addWidget(chips)
        for matter in found.matters[:MATTERS]:
            inside.addWidget(Elided(one_line(matter.title, 40), "small"))
        made.clicked.connect(lambda: self.choose(at))
        return made

    def _tell(self, found: Recognised) -> None:
        store, words, person = self._tools.desk.store, self._tools.words, found.person.id

        def read() -> Story:
            from desktop.ui.stories.people import person_story

            with store.read() as reader:
                return person_story(words, reader, person)

        self._tools.tasks.read(read, self._told)

    def _compare_button(self, person: str) -> QPushButton:
        """Beside the form: look at the cards that may be of the same person."""
        text, theme = self._tools.words("same.compare"), self._tools.theme
        made = button(text, "recognition.compare", "quiet", theme=theme, picture="people")
        made.clicked.connect(lambda: self._compare(person))
        return made

    def _compare(self, person: str) -> None:
        from desktop.ui.dialogs.same import SameDialog  # only where somebody compares

        dialog = SameDialog.show_for(self, self._tools, person)
        dialog.accepted.connect(self._compared)

    def _compared(self) -> None:
        found = next((each for each in self._found if each.person.id == self._person), None)
        if found is not None:
            self._tell(found)

    def _told(self, story: Story) -> None:
        if story.id == self._person:
            self._title.setText(self._tools.words("window.known_person"))
            self._nobody.hide()
            self._list.hide()
            self._history.tell(story, [self._compare_button(story.id)] if story.alike else [])
            self._history.show()
            self._other.show()
