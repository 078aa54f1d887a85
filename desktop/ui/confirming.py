"""Turning the screen to the resident: from the form before it is saved, or for a visit that stands (F9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.actions.attachments import Content, attach
from desktop.actions.confirming import CONFIRMED, Shown, shown_of, stands
from desktop.actions.visits import visit_draft
from desktop.changes import Changes
from desktop.ui.dialogs.confirming import ConfirmPage
from desktop.ui.form_panel import FormPanel
from desktop.ui.pieces.buttons import button, shortcut_of
from desktop.ui.pieces.chip import Chip
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError, RuleBroken

if TYPE_CHECKING:
    from desktop.ui.pages.list_page import ListPage

KEY = "F9"


class FormConfirmation(QObject):
    """A button over the form of a visit; what a resident confirmed is kept with the draft while it stays the same."""

    def __init__(self, panel: FormPanel, tools: Tools) -> None:
        super().__init__(panel)
        self._panel, self._tools = panel, tools
        self.page: ConfirmPage | None = None
        self.chip = Chip(tools.theme, tools.words("confirm.done"), "good", "check")
        self.button = button(tools.words("confirm.verb"), "confirm", "quiet", theme=tools.theme, picture="person")
        self.button.clicked.connect(self.show)
        shortcut_of(self.button, KEY, panel)
        panel.head.addWidget(self.chip)
        panel.head.addWidget(self.button)
        panel.view.edited.connect(self._edited)
        self.chip.setVisible(bool(panel.view.values().get(CONFIRMED)))

    def show(self) -> None:
        """Turn the page to the resident; where there is nothing to show, say so beside the field."""
        try:
            shown = shown_of(self._panel.view.answers())
        except RuleBroken as error:
            self._panel.view.refuse(error)
            return
        self.page = turned(self._tools, shown, self._panel)
        self.page.confirmed.connect(lambda files: self._confirmed(shown, files))

    def _confirmed(self, shown: Shown, files: Sequence[Content]) -> None:
        if self._panel.files is None:
            return
        self._forget()
        self._panel.view.fill({CONFIRMED: shown.mark})
        for file in files:
            self._panel.files.take(file)
        self.chip.setVisible(True)

    def _edited(self) -> None:
        view = self._panel.view
        if view.values().get(CONFIRMED) and not stands(view.answers()):
            view.fill({CONFIRMED: None})
            self._forget()
            self.chip.hide()
            if self._panel.files is not None:
                self._panel.files.line.refuse(self._tools.words("confirm.changed"))

    def _forget(self) -> None:
        if self._panel.files is not None:
            for file in [f for f in self._panel.files.files if f.get("purpose")]:
                self._panel.files.drop(file["digest"])


class VisitConfirmation(QObject):
    """The same for the visit that is chosen on a page; what comes of it is added to the visit."""

    def __init__(self, page: ListPage, tools: Tools) -> None:
        super().__init__(page)
        self._page, self._tools = page, tools
        self.page: ConfirmPage | None = None
        if tools.may("attachment"):
            shortcut = QShortcut(QKeySequence(KEY), page.front)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda: self.show(page.current.id) if page.current is not None else None)

    def show(self, visit_id: str) -> None:
        """Read the visit and turn the page to the resident; where a form is open, it is what is meant."""
        if self._page.panel is not None:
            asked = self._page.panel.findChild(FormConfirmation)
            if asked is not None:
                asked.show()
            return
        desk = self._tools.desk
        self._tools.tasks.read(lambda: (visit_id, shown_of(visit_draft(desk, visit_id))), self._shown, self._failed)

    def _shown(self, answer: tuple[str, Shown]) -> None:
        visit_id, shown = answer
        self.page = turned(self._tools, shown, self._page)
        self.page.confirmed.connect(lambda files: self._confirmed(visit_id, files))

    def _confirmed(self, visit_id: str, files: Sequence[Content]) -> None:
        desk = self._tools.desk

        def keep() -> Changes:
            changes = Changes()
            for file in files:
                changes |= attach(desk, visit_id, file)
            return changes

        self._tools.tasks.write(keep, self._kept, self._failed)

    def _kept(self, changes: Changes) -> None:
        self._tools.bus.tell(changes)
        self._page.said.emit(self._tools.words("confirm.done"), "good")

    def _failed(self, error: QianshaoError) -> None:
        self._page.said.emit(self._tools.sentence(error), "bad")


def turned(tools: Tools, shown: Shown, over: QObject) -> ConfirmPage:
    """Return the page, covering the screen over the window of ``over``."""
    page = ConfirmPage(tools, shown, over.window())  # type: ignore[attr-defined]
    page.show_over()
    return page
