"""A form as it stands on a page: title, the form, what is known beside it, and the draft that is kept meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.forms.form import Draft, Form
from desktop.ui.draft_keeper import DraftKeeper
from desktop.ui.fields.files import FilesField
from desktop.ui.form_view import SCROLL_BAR, WIDEST, FormView
from desktop.ui.icons import icon
from desktop.ui.measures import scaled
from desktop.ui.pieces.buttons import picture_button
from desktop.ui.pieces.labels import column, label, row
from desktop.ui.tools import Tools
from desktop.ui.words import one_line
from sync.records.errors import QianshaoError, RuleBroken
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from desktop.actions.desk import Done

SIDE_WIDTH = 348


@dataclass(frozen=True, slots=True)
class Job:
    """What a panel is opened for: the form, its first draft, the verb that takes it, what it edits, what it says.

    ``title`` and ``submit`` are words that stand over the form and on its button in place of the form's own.
    """

    form: Form
    draft: Draft
    verb: Callable[[Draft], Done]
    done_key: str = "window.saved"
    record: str = ""
    title: str = ""
    submit: str = ""


class FormPanel(QWidget):
    """``finished`` carries the verb's answer; ``closed`` tells that the person left, with the draft kept.

    Somebody in a hurry may leave while the answer is on its way (``busy``): whoever holds the panel keeps it until
    then, and ``refused_late`` carries a refusal that nobody stands before any more; the draft is kept then too.
    """

    finished = Signal(object)
    closed = Signal()
    refused_late = Signal(object)

    def __init__(self, tools: Tools, job: Job, side: QWidget | None = None) -> None:
        super().__init__()
        self._tools, self.job = tools, job
        self.busy = self._away = self._warned = False
        self.setObjectName(f"panel.{job.form.name}")
        self.view = FormView(job.form, tools.around())
        if job.submit:
            self.view.button.setText(job.submit)
            self.view.button.setAccessibleName(job.submit)
        self.view.fill(job.draft)
        self.keeper = DraftKeeper(self.view, tools, self._draft_title, job.record)
        self.files: FilesField | None = None
        if job.form.files and tools.may("attachment"):
            self.files = FilesField(tools, self.view, self, self._draft_title, job.record)
            self.view.append(self.files, self.files.add)
        self._build(side)
        self.view.submitted.connect(self._hand_in)
        self.view.cancelled.connect(self.leave)
        self.keeper.kept.connect(self._kept)
        phrases = QShortcut(QKeySequence("Ctrl+/"), self)
        phrases.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        phrases.activated.connect(self._offer_phrases)

    @property
    def title(self) -> str:
        """What the form is called here."""
        return self.job.title or self._tools.words(self.job.form.title)

    def leave(self) -> None:
        """Go back; what was typed is kept and offered again. A sealed form keeps nothing, and asks once before that."""
        if self.view.form.sealed and self.keeper.touched and not (self._warned or self.busy):
            self._warned = True
            self.view.refuse(RuleBroken("window.sealed_leave"))
            return
        self._away = True
        self.keeper.keep()
        self.closed.emit()

    def throw_away(self) -> None:
        """Go back without keeping anything."""
        self.keeper.throw_away()
        self.closed.emit()

    def _build(self, side: QWidget | None) -> None:
        words, theme = self._tools.words, self._tools.theme
        outer = column(self, space=14)
        head = self.head = row(space=8)
        back = picture_button("back", words("window.back"), f"back.{self.job.form.name}", theme)
        back.setIcon(icon("back", theme.colour("text"), 20))
        back.setIconSize(QSize(scaled(20), scaled(20)))
        back.clicked.connect(self.leave)
        head.addWidget(back)
        head.addWidget(label(self.title, "title"))
        head.addStretch(1)
        outer.addLayout(head)
        body = row(space=18)
        body.addWidget(self.view, 1)
        if side is not None:
            side.setMinimumWidth(SIDE_WIDTH)
            self.view.setMaximumWidth(scaled(WIDEST) + SCROLL_BAR)
            body.setStretch(0, 1000)
            body.addWidget(side, 1)
        outer.addLayout(body, 1)

    def _draft_title(self, draft: Draft) -> str:
        said = [str(draft.get(k) or "") for k in ("name", "title", "subject", "text", "facts")]
        told = next((s for s in said if s.strip()), "")
        return one_line(f"{self._tools.words(self.job.form.title)} {told}", 40)

    def _hand_in(self, draft: Draft) -> None:
        if self.files is not None and self.files.intake.busy:
            self.view.settle(RuleBroken("attachments.wait"))
            return
        self.busy = True
        self.keeper.rest()
        verb = self.job.verb
        self._tools.tasks.write(lambda: verb(draft), self._done, self._refused)

    def _done(self, done: Done) -> None:
        self.busy = False
        self.keeper.throw_away()
        self._tools.bus.tell(done.changes)
        self.finished.emit(done)

    def _refused(self, error: QianshaoError) -> None:
        self.busy = False
        self.keeper.go_on()
        if self._away:
            self.keeper.keep(all_the_same=True)
            self.refused_late.emit(error)
        else:
            self.view.settle(error)

    def _offer_phrases(self) -> None:
        from desktop.ui.dialogs.phrases import offer_phrases  # only where somebody asks for them

        offer_phrases(self._tools, self)

    def _kept(self) -> None:
        clock = self._tools.desk.now().astimezone(BEIJING).strftime("%H:%M:%S")
        self.view.note.setText(self._tools.words("window.draft_kept", clock=clock))
