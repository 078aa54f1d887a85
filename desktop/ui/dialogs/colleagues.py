"""The staff of this station, for its lead: who can sign in here, first or new passwords, and new colleagues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.actions.staff import add_staff, set_password
from desktop.forms.form import Draft, Form
from desktop.forms.questions import fresh
from desktop.forms.staff import FIRST_PASSWORD_FORM, STAFF_FORM
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.form_view import FormView
from desktop.ui.measures import scaled
from desktop.ui.models.status import Status
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.chip import Chip
from desktop.ui.pieces.labels import card, clear, column, label, restyle, row
from desktop.ui.stories.colleagues import Colleague, read_colleagues
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.desk import Done

WIDTH = 640
TALLEST, FORM_TALLEST, HEAD_AND_FOOT = 380, 424, 160
"""Height in pixels of the list and of a new colleague's form; a longer one scrolls."""


class ColleaguesDialog(Sheet):
    """A list that gives way to one form at a time; Esc leaves the form first. Passwords are never kept as a draft."""

    def __init__(self, tools: Tools, parent: QWidget | None = None) -> None:
        words = tools.words
        super().__init__("colleagues", words("desk.colleagues"), words("desk.colleagues_text"), parent, WIDTH)
        self._tools = tools
        self.view: FormView | None = None
        self._found: tuple[Colleague, ...] = ()
        self.told: QLabel = label("", "muted", wrap=True)
        self.told.setObjectName("colleagues.told")
        self.told.hide()
        self.body.addWidget(self.told)
        self._list = self._make_list()
        self.body.addWidget(self._list, 1)
        self._form_holder: QVBoxLayout = column(space=10)
        self.body.addLayout(self._form_holder)
        self.add: QPushButton = self.foot_button(words("desk.colleague_add"), "add")
        self.add.clicked.connect(self.add_one)
        self.close_button: QPushButton = self.foot_button(words("window.close"), "close", "primary")
        self.close_button.clicked.connect(self.accept)
        self.close_button.setFocus()
        self._ask()

    def add_one(self) -> None:
        """Open the form of a new colleague."""
        desk = self._tools.desk
        self._open(STAFF_FORM, fresh(STAFF_FORM, "staff_member"), partial(add_staff, desk), "desk.colleague_added")

    def give_password(self, colleague: Colleague) -> None:
        """Open the form of a colleague's first or new password."""
        verb = partial(set_password, self._tools.desk, colleague.staff)
        title = "desk.password_again_for" if colleague.has_password else "desk.password_first_for"
        self._open(FIRST_PASSWORD_FORM, {}, verb, "desk.password_given", name=colleague.name, title=title)

    def colleague(self, name: str) -> Colleague | None:
        """The colleague of that name, as the list shows."""
        return next((c for c in self._found if c.name == name), None)

    def may_sign_in(self, name: str) -> bool:
        """Whether the list says that a colleague has a password here."""
        found = self.colleague(name)
        return found is not None and found.has_password

    def reject(self) -> None:
        """Leave the form, or the dialog where none is open."""
        if self.view is not None:
            self._back()
        else:
            super().reject()

    def _make_list(self) -> QScrollArea:
        ground = QWidget()
        ground.setProperty("role", "ground")
        self._lines: QVBoxLayout = column(ground, space=8, margins=(0, 0, 6, 0))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(ground)
        return area

    def _ask(self) -> None:
        desk = self._tools.desk
        self._tools.tasks.read(lambda: read_colleagues(desk), self._show, self._failed)

    def _show(self, found: Sequence[Colleague]) -> None:
        self._found = tuple(found)
        clear(self._lines)
        lines = [self._line(at, colleague) for at, colleague in enumerate(found)]
        for line in lines:
            self._lines.addWidget(line)
        self._lines.addStretch(1)
        self._list.setMinimumHeight(min(scaled(TALLEST), sum(line.sizeHint().height() + 8 for line in lines)))
        self.adjustSize()

    def _line(self, at: int, colleague: Colleague) -> QWidget:
        words, theme = self._tools.words, self._tools.theme
        frame = card("well")
        frame.setObjectName(f"colleague.{colleague.name}")
        inside = row(frame, space=12, margins=(14, 10, 10, 10))
        said = column(space=2)
        said.addWidget(label(colleague.name, "subheading", wrap=True))
        roles = [words(f"records.role_{role.value}") for role in colleague.roles]
        told = words("window.list_comma").join([*([colleague.post] if colleague.post else []), *roles])
        said.addWidget(label(told, "small", wrap=True))
        inside.addLayout(said, 1)
        status = self._status(colleague)
        inside.addWidget(Chip(theme, status.text, status.tone, status.picture))
        if not colleague.own:
            inside.addWidget(self._button(at, colleague))
        return frame

    def _button(self, at: int, colleague: Colleague) -> QPushButton:
        words = self._tools.words
        key, kind = ("password_again", "small") if colleague.has_password else ("password_first", "primary")
        made = button(words(f"desk.{key}"), f"colleague.password.{at}", kind)
        made.setAccessibleName(words(f"desk.{key}_for", name=colleague.name))
        made.clicked.connect(partial(self.give_password, colleague))
        return made

    def _status(self, colleague: Colleague) -> Status:
        words = self._tools.words
        if colleague.locked_until is not None:
            return Status(words("desk.colleague_locked", until=colleague.locked_until.strftime("%H:%M")), "bad", "key")
        if colleague.called:
            return Status(words("desk.colleague_called"), "info", "chat")
        if colleague.own:
            return Status(words("desk.colleague_own"), "accent", "person")
        if colleague.has_password:
            return Status(words("desk.colleague_ready"), "good", "check")
        return Status(words("desk.colleague_without"), "warn", "key")

    def _open(
        self, form: Form, draft: Draft, verb: Callable[[Draft], Done], done_key: str, *, name: str = "", title: str = ""
    ) -> None:
        tools = self._tools
        self._drop()
        self._form_holder.addWidget(label(tools.words(title or form.title, name=name), "subheading", wrap=True))
        self.view = view = FormView(form, tools.around(), framed=False, plain=form is not STAFF_FORM)
        if form is STAFF_FORM:
            room = (self.parentWidget() or self).window().height() - scaled(HEAD_AND_FOOT)
            view.setMinimumHeight(max(scaled(TALLEST), min(scaled(FORM_TALLEST), room)))
        view.fill(draft)
        view.cancelled.connect(self._back)
        view.submitted.connect(partial(self._hand_in, verb, done_key, name))
        self._form_holder.addWidget(view, 1)
        self._turn(False)
        view.start()

    def _hand_in(self, verb: Callable[[Draft], Done], done_key: str, name: str, draft: Draft) -> None:
        words, told = self._tools.words, name or str(draft.get("name") or "").strip()
        text = words(done_key, name=told)

        def work() -> tuple[str, Done]:
            return text, verb(draft)

        self._tools.tasks.write(work, self._done, self._refused)

    def _done(self, answer: tuple[str, Done]) -> None:
        text, done = answer
        self._back()
        self._say(text, "muted")
        self._tools.bus.tell(done.changes)
        self._ask()

    def _refused(self, error: QianshaoError) -> None:
        if self.view is not None:
            self.view.settle(error)
            self.adjustSize()

    def _failed(self, error: QianshaoError) -> None:
        self._say(self._tools.sentence(error), "error")

    def _back(self) -> None:
        self._drop()
        self._turn(True)
        self.add.setFocus()

    def _drop(self) -> None:
        self.view = None
        clear(self._form_holder)

    def _turn(self, listing: bool) -> None:
        for part in (self._list, self.text, self.add, self.close_button):
            part.setVisible(listing)
        self.told.hide()
        self.adjustSize()

    def _say(self, text: str, role: str) -> None:
        self.told.setProperty("role", role)
        restyle(self.told)
        self.told.setText(text)
        self.told.show()
