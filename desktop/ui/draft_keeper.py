"""Keeps what is being typed: half a second after the last key, when the focus leaves, and when the form closes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.actions.drafts import discard, draft_id, keep_draft
from desktop.changes import Changes
from desktop.forms.form import Draft
from desktop.ui.form_view import FormView
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

TYPING_PAUSE_MS = 500
DRAFT = Changes(frozenset({"draft"}))


class DraftKeeper(QObject):
    """Watches one form. Nothing is kept before somebody has typed; a form that was handed in keeps nothing."""

    kept = Signal()

    def __init__(self, view: FormView, tools: Tools, title: Callable[[Draft], str], record: str = "") -> None:
        super().__init__(view)
        self._view, self._tools, self._title, self._record = view, tools, title, record
        self._touched = self._done = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        view.edited.connect(self._edited)
        view.left.connect(self._left)

    @property
    def touched(self) -> bool:
        """Whether somebody has typed since the form was opened."""
        return self._touched

    @Slot()
    def keep(self, *, all_the_same: bool = False) -> None:
        """Keep the draft now, where there is something new; ``all_the_same``: where nobody has typed, too."""
        self._pause.stop()
        if self._done or self._view.form.sealed or not (self._touched or all_the_same):
            return
        desk, form, draft = self._tools.desk, self._view.form, self._view.values()
        title, record = self._title(draft), self._record
        self._tools.tasks.write(
            lambda: keep_draft(desk, form, draft, record=record, title=title), self._told, self._could_not
        )

    def rest(self) -> None:
        """The form is being handed in: what is typed is on its way as a record."""
        self._pause.stop()
        self._done = True

    def go_on(self) -> None:
        """It was refused: keep on keeping."""
        self._done = False

    def throw_away(self) -> None:
        """The draft is not wanted, or has become a record."""
        self.rest()
        if self._touched:
            desk = self._tools.desk
            own = draft_id(desk, self._view.form, self._view.values(), self._record)
            self._tools.tasks.write(lambda: discard(desk, own), self._thrown)

    def _edited(self) -> None:
        self._touched = True
        self._pause.start()

    def _left(self) -> None:
        if self._pause.isActive():
            self.keep()

    def _told(self, _draft_id: str) -> None:
        self.kept.emit()

    def _thrown(self, _answer: None) -> None:
        self._tools.bus.tell(DRAFT)

    def _could_not(self, _error: QianshaoError) -> None:
        # A busy store: the words are still on the screen, and are tried again.
        self._pause.start()
