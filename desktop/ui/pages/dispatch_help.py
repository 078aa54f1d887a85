"""Beside an order's form: likely departments with reasons, each taken by one key; who is on duty; what is demanded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.ui.pieces.buttons import PartsButton
from desktop.ui.pieces.elided import Elided
from desktop.ui.pieces.labels import card, clear, column, label, row
from desktop.ui.pieces.tall import Tall
from desktop.ui.tools import Tools

if TYPE_CHECKING:
    from desktop.actions.desk import Done
    from desktop.actions.order_help import OrderHelp
    from desktop.ui.form_panel import FormPanel, Job
    from desktop.ui.pages.list_page import ListPage
    from sync.records.department_ranking import Suggestion
    from sync.records.dispatch_rules import Grade

TYPING_PAUSE_MS = 250
REASONS = 2
"""So many reasons stand with a department; all of them are in its tool tip."""


class DispatchHelp(QWidget):
    """``chosen`` carries the identity of a department that was taken, ``graded`` the grades that the rules have."""

    chosen = Signal(str)
    graded = Signal(object)

    def __init__(self, tools: Tools, category: str) -> None:
        super().__init__()
        self._tools, self._category = tools, category
        self.setObjectName("dispatch_help")
        self._asked: tuple[str, str, tuple[str, ...]] | None = None
        self._found: list[str] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        frame = card()
        column(self, space=0).addWidget(frame)
        inside = column(frame, space=0, margins=(1, 1, 1, 1))
        ground = QWidget()
        ground.setProperty("role", "ground")
        self._parts: QVBoxLayout = column(ground, space=6, margins=(15, 13, 15, 13))
        inside.addWidget(Tall(ground))

    def watch(self, draft: Mapping[str, Any]) -> None:
        """Look again once typing pauses."""
        text = f"{draft.get('subject') or ''} {draft.get('text') or ''}".strip()
        asked = (text, str(draft.get("grade") or ""), tuple(draft.get("departments") or ()))
        if asked != self._asked:
            self._asked = asked
            self._pause.start()

    def keys(self, scope: QWidget) -> None:
        """Let Alt+1 to Alt+5 take a department while the focus is within ``scope``."""
        for at in range(5):
            shortcut = QShortcut(QKeySequence(f"Alt+{at + 1}"), scope)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda at=at: self.choose(at))

    def choose(self, at: int) -> None:
        """Take the department at ``at``."""
        if at < len(self._found):
            self.chosen.emit(self._found[at])

    def _look(self) -> None:
        desk, category, asked = self._tools.desk, self._category, self._asked
        if asked is None:
            return

        def read() -> tuple[object, OrderHelp]:
            from desktop.actions.order_help import order_help

            text, grade, departments = asked
            with desk.store.read() as reader:
                return asked, order_help(reader, desk.session, category, text, grade, departments, desk.now())

        self._tools.tasks.read(read, self._told)

    def _told(self, answer: tuple[object, OrderHelp]) -> None:
        if answer[0] == self._asked:
            self._show(answer[1])

    def _show(self, told: OrderHelp) -> None:
        words = self._tools.words
        self.graded.emit([(grade.name, self._grade(grade)) for grade in told.grades])
        clear(self._parts)
        self._found = [one.department for _name, one in told.suggestions]
        self._parts.addWidget(label(words("departments.suggested"), "subheading"))
        for at, (name, one) in enumerate(told.suggestions):
            self._parts.addWidget(self._suggestion(at, name, one))
        if not told.suggestions:
            self._parts.addWidget(label(words("departments.none"), "small", wrap=True))
        for key, lines in (
            ("duty", self._duty(told)),
            ("demanded", self._demanded(told)),
            ("register", self._register(told)),
        ):
            if lines:
                self._parts.addWidget(label(words(f"departments.{key}"), "subheading"))
            for kind, line in lines:
                made = label(line, kind, wrap=True)
                made.setObjectName(f"dispatch_help.{key}")
                self._parts.addWidget(made)
        self._parts.addStretch(1)

    def _suggestion(self, at: int, name: str, one: Suggestion) -> QPushButton:
        from desktop.actions.departments import reason_words

        said = [reason_words(self._tools.words, reason) for reason in one.reasons]
        made = PartsButton(" ".join((name, *said)), f"dispatch_help.{at}", "match")
        made.setToolTip("\n".join(said))
        inside = column(made, space=3, margins=(12, 8, 12, 8))
        top = row(space=8)
        top.addWidget(Elided(name, "subheading"), 1)
        top.addWidget(label(f"Alt+{at + 1}", "key"))
        inside.addLayout(top)
        for line in said[:REASONS]:
            inside.addWidget(Elided(line, "small"))
        made.clicked.connect(lambda: self.choose(at))
        return made

    def _duty(self, told: OrderHelp) -> list[tuple[str, str]]:
        from desktop.actions.order_help import officer_words

        return [("small", f"{name}: {officer_words(shift)}") for name, shifts in told.duty for shift in shifts[:2]]

    def _demanded(self, told: OrderHelp) -> list[tuple[str, str]]:
        words, limit = self._tools.words, told.limit
        graver = []
        if told.graver is not None:
            grade, sign = told.graver
            graver = [("error", words("departments.graver", grade=self._grade(grade), sign=sign))]
        if limit is None:
            return [*graver, ("error", words("departments.no_grade"))]
        lengths = {
            name: f"{length.amount} {words(f'records.periodunit_{length.unit.value}')}"
            for name, length in (("report", limit.report), ("arrive", limit.arrive), ("resolve", limit.resolve))
        }
        found = [("small", words("departments.limits", rank=limit.leader_rank, **lengths))]
        if limit.tell:
            named = words("window.list_comma").join(words(f"records.addressee_{one.value}") for one in limit.tell)
            found.append(("small", words("departments.told_at_issue", names=named)))
        chosen = next((grade for grade in told.grades if grade.name == told.grade), None)
        if chosen is not None and chosen.signs:
            found.append(("small", words("departments.signs", grade=self._grade(chosen), signs=chosen.signs)))
        key = "to_confirm" if told.to_confirm else "by_version"
        return [*graver, *found, ("small", words(f"departments.{key}", version=told.version))]

    def _grade(self, grade: Grade) -> str:
        return grade.label or self._tools.words(f"forms.grade_{grade.name}")

    def _register(self, told: OrderHelp) -> list[tuple[str, str]]:
        words = self._tools.words
        if told.lacking:
            return [("error", words("departments.lacking", names=words("window.list_comma").join(told.lacking)))]
        return [("small", told.register)] if told.register else []


def open_with_help(
    page: ListPage, job: Job, beside: QWidget | None, after: Callable[[Done], None], category: str = "other"
) -> FormPanel:
    """Open an order's form on ``page``, with what helps to fill it in above what the order is about."""
    aid, side = DispatchHelp(page.tools, category), QWidget()
    parts = column(side, space=12)
    parts.addWidget(aid, 3)
    if beside is not None:
        parts.addWidget(beside, 2)
    panel = page.open(job, side, after)
    view = panel.view
    aid.keys(panel)
    aid.watch(view.values())
    view.edited.connect(lambda: aid.watch(view.values()))
    aid.graded.connect(lambda grades: view.set_options("grade", grades))

    def take(department: str) -> None:
        chosen = list(view.values().get("departments") or ())
        if department not in chosen:
            view.fill({"departments": [*chosen, department]})
            view.edited.emit()

    aid.chosen.connect(take)
    return panel
