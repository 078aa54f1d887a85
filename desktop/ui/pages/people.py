"""人员与单位: two lists of cards behind one switch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.actions.desk import Done
from desktop.actions.organisations import organisation_draft, save_organisation
from desktop.actions.persons import person_draft, save_person
from desktop.actions.sameness import leading_card
from desktop.forms.form import Draft, Form
from desktop.forms.organisations import ORGANISATION_FORM
from desktop.forms.persons import PERSON_FORM
from desktop.forms.questions import fresh
from desktop.store.reader import Reader
from desktop.ui.command import Command
from desktop.ui.form_panel import FormPanel, Job
from desktop.ui.models.columns import organisation_columns, person_columns
from desktop.ui.models.rows import Column
from desktop.ui.pages.beside import Beside
from desktop.ui.pages.list_page import ListPage
from desktop.ui.pages.list_shape import Shape, Verb
from desktop.ui.pieces.labels import column
from desktop.ui.stories.people import organisation_story, person_story
from desktop.ui.stories.story import Story
from desktop.ui.tools import Tools
from sync.records.kinds import kind_of


class CardsPage(ListPage):
    """The cards of one kind: "person" or "organisation"."""

    def __init__(self, tools: Tools, kind: str, other: Callable[[], None]) -> None:
        self.kind, self._other = kind, other
        words, now = tools.words, tools.desk.now
        person = kind == "person"
        columns: tuple[Column, ...] = person_columns(words, now) if person else organisation_columns(words, now)
        story: Callable[[Reader, str], Story] = partial(person_story if person else organisation_story, words)
        name, picture = ("persons", "person") if person else ("organisations", "firm")
        super().__init__(
            tools, Shape(name, (kind, "revision", "visit", "participation", "sameness"), columns, story, picture)
        )

    def verbs(self) -> list[Verb]:
        """The other list, and a new card."""
        picture = "firm" if self.kind == "person" else "person"
        return [
            Verb("other", picture, self._other, "", "quiet"),
            Verb("new", "add", self.new, self.kind, "primary", "Ctrl+Shift+P"),
        ]

    def verbs_of(self, row: Any) -> list[Verb]:
        """Edit; look at cards that may be the same."""
        return [
            Verb("edit", "edit", partial(self.edit, row.id), self.kind),
            Verb("same", "people", partial(self.compare, row.id), "", "quiet"),
        ]

    def new(self) -> FormPanel:
        """Open a new card."""
        form = PERSON_FORM if self.kind == "person" else ORGANISATION_FORM
        return self.open_form(form, fresh(form, self.kind))

    def edit(self, card_id: str) -> None:
        """Edit a card, having seen its heads; of cards that are shown together the leading one."""
        desk = self.tools.desk
        draft = person_draft if self.kind == "person" else organisation_draft

        def read() -> tuple[str, tuple[Draft, tuple[str, ...]]]:
            leading = leading_card(desk, card_id)
            return leading, draft(desk, leading)

        self.tools.tasks.read(read, self._edit_leading, self._refused)

    def compare(self, card_id: str) -> None:
        """Look at cards that may be of the same person or organisation, side by side."""
        from desktop.ui.dialogs.same import SameDialog  # only where somebody compares

        made = SameDialog.show_for(self, self.tools, card_id)
        made.told.connect(lambda sentence: self.said.emit(sentence, "good"))

    def open_form(self, form: Form, draft: Draft, record: str = "") -> FormPanel:
        """Open the card's form; ``record`` names a card that is edited."""
        if record:
            return self._edit(record, (draft, tuple(draft.get("_seen") or ())))
        save = save_person if self.kind == "person" else save_organisation
        desk = self.tools.desk

        def act(given: Draft) -> Done:
            return save(desk, given)

        title = self.tools.words(f"window.verb_{self.shape.name}_new")
        return self.open(Job(form, draft, act, "window.saved", title=title), None, self._shown)

    def _edit_leading(self, found: tuple[str, tuple[Draft, tuple[str, ...]]]) -> None:
        self._edit(*found)

    def _edit(self, card_id: str, answer: tuple[Draft, tuple[str, ...]]) -> FormPanel:
        form = PERSON_FORM if self.kind == "person" else ORGANISATION_FORM
        save = save_person if self.kind == "person" else save_organisation
        desk, (draft, seen) = self.tools.desk, answer
        draft = {**draft, "_seen": list(seen)}

        def act(given: Draft) -> Done:
            return save(desk, given, card_id, seen)

        side = Beside(self.tools, self.shape.story, card_id)
        side.followed.connect(self.followed)
        return self.open(Job(form, draft, act, "window.saved", record=card_id), side, self._shown)

    def _shown(self, done: Done) -> None:
        self.select(done.id)
        self.ask()

    def _refused(self, error: Any) -> None:
        self.said.emit(self.tools.sentence(error), "bad")


class PeoplePage(QWidget):
    """Persons in front; organisations one click behind."""

    followed = Signal(str)
    said = Signal(str, str)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.setObjectName("page.people")
        self._stack = QStackedWidget()
        column(self, space=0).addWidget(self._stack)
        self.persons = CardsPage(tools, "person", partial(self.turn, 1))
        self.organisations = CardsPage(tools, "organisation", partial(self.turn, 0))
        for page in (self.persons, self.organisations):
            page.followed.connect(self.followed)
            page.said.connect(self.said)
            self._stack.addWidget(page)

    @property
    def shown(self) -> CardsPage:
        """The list in front."""
        return self.organisations if self._stack.currentIndex() else self.persons

    @property
    def panel(self) -> FormPanel | None:
        """The form that is open on the list in front."""
        return self.shown.panel

    def turn(self, at: int) -> None:
        """Bring persons (0) or organisations (1) to the front."""
        self._stack.setCurrentIndex(at)
        self.shown.start()

    def refresh(self) -> None:
        """Ask again."""
        self.shown.refresh()

    def start(self) -> None:
        """Take the focus."""
        self.shown.start()

    def seek(self) -> None:
        """Take the focus at the search box."""
        self.shown.seek()

    def back(self) -> bool:
        """Leave what is open."""
        return self.shown.back()

    def here(self) -> str:
        """The id of the card in front."""
        return self.shown.here()

    def panels(self) -> list[FormPanel]:
        """The forms that are open."""
        return [*self.persons.panels(), *self.organisations.panels()]

    def commands(self) -> list[Command]:
        """The verbs of the list in front."""
        return self.shown.commands()

    def select(self, record_id: str) -> None:
        """Show a person's or an organisation's card."""
        kind = kind_of(record_id)
        self.turn(1 if kind is not None and kind.name == "organisation" else 0)
        self.shown.select(record_id)

    def open_form(self, form: Form, draft: Draft, record: str = "") -> FormPanel:
        """Open a card's form."""
        self.turn(1 if form is ORGANISATION_FORM else 0)
        return self.shown.open_form(form, draft, record)
