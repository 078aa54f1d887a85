"""Renders any declared form: sections, questions that appear as they are called for, one button, one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from desktop.forms.form import Draft, Form, Section, Shape, never
from desktop.forms.telling import asked, told, wanting
from desktop.ui.fields.choice import ChecksControl, ComboControl, Options, SegmentControl
from desktop.ui.fields.group import Cell, FieldGroup
from desktop.ui.fields.sources import Surroundings
from desktop.ui.measures import scaled
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.fold import Fold
from desktop.ui.pieces.labels import column, label, restyle, row
from desktop.ui.pieces.tall import Tall
from desktop.ui.words import sentence
from sync.records.errors import QianshaoError, RuleBroken

WIDEST, SCROLL_BAR = 860, 16
_FOLDED, _UNDER_FOLD = (9, 3, 9, 3), (11, 2, 11, 12)
"""Margins of a section that folds, and of its questions below the heading."""


class _Part(QFrame):
    """One section: a heading that folds where the section is not open at first, and its questions."""

    def __init__(self, form: str, section: Section, around: Surroundings, *, framed: bool, single: bool) -> None:
        super().__init__()
        if framed:
            self.setProperty("role", "card")
        self.section = section
        self._around = around
        self.group = FieldGroup(section.fields, around, single=single)
        margins = (20, 14, 20, 18) if framed else (0, 0, 0, 0)
        inside = column(self, space=10, margins=margins)
        self.fold: Fold | None = None
        self._wanting = False
        if not section.open_at_first:
            self.fold = Fold(around.theme, around.words(section.label), f"fold.{form}.{section.name}")
            self.fold.toggled.connect(self.group.setVisible)
            self.fold.clicked.connect(self._go_in)
            inside.setContentsMargins(*_FOLDED if framed else (0, 0, 0, 0))
            inside.addWidget(self.fold)
            self.group.hide()
            self.group.setContentsMargins(*_UNDER_FOLD if framed else (0, 0, 0, 0))
        elif framed:
            inside.addWidget(label(around.words(section.label), "subheading"))
        inside.addWidget(self.group)
        for cell in self.group.cells.values():
            if cell.field.shape is Shape.ROWS and cell.caption.text() == around.words(section.label):
                cell.caption.hide()

    def unfold(self, opened: bool = True) -> None:
        """Show the questions."""
        if self.fold is not None:
            self.fold.setChecked(opened)

    @property
    def closed(self) -> bool:
        """Whether the questions are out of sight."""
        return self.fold is not None and not self.fold.isChecked()

    def tell(self, draft: Draft) -> None:
        """Say in the folded heading what the section holds, else what it asks; open where an answer is wanting."""
        if self.fold is None:
            return
        words = self._around.words
        chosen = {name: cell.control.chosen() for name, cell in self.group.cells.items()}
        held = told(self.section, draft, words, chosen)
        self.fold.tell("  ·  ".join(held) or words("forms.told_comma").join(asked(self.section, draft, words)))
        before, self._wanting = self._wanting, wanting(self.section, draft)
        if self._wanting and not before:
            self.unfold()

    def _go_in(self, opened: bool) -> None:
        if opened:
            self.group.start()


class FormView(QWidget):
    """``submitted`` carries the draft, once for each click until `settle`; ``edited`` tells each change by a person.

    Tests and the demo use `fill` and `submit`: they set the real widgets and click the real button.
    """

    submitted = Signal(object)
    edited = Signal()
    left = Signal()
    cancelled = Signal()

    def __init__(
        self, form: Form, around: Surroundings, *, framed: bool = True, cancel: bool = True, plain: bool = False
    ) -> None:
        super().__init__()
        self.form, self._around, self._plain = form, around, plain
        self.setObjectName(f"form.{form.name}")
        self._rest: Draft = {}
        self._derived: Draft = {}
        self._offers: dict[str, Options] = {}
        self._busy = self._filling = False
        self._late_stops: list[QWidget] = []
        self._parts = [
            _Part(form.name, s, around, framed=framed, single=plain)
            for s in form.sections
            if any(f.shown is not never for f in s.fields)
        ]
        self.cells: dict[str, Cell] = {n: c for p in self._parts for n, c in p.group.cells.items()}
        self.banner = label("", "error", wrap=True)
        self.banner.setObjectName(f"banner.{form.name}")
        self.banner.hide()
        self.note = label("", "small")
        self.button = button(around.words(form.verb), f"submit.{form.name}", "primary")
        self.button.setToolTip("Ctrl+Enter")
        self.stop = button(around.words("window.cancel"), f"cancel.{form.name}", "quiet")
        self.stop.setVisible(cancel)
        self._build()
        self._connect()
        self._ask_sources()
        self.fill(form.blank())

    def fill(self, values: Mapping[str, Any]) -> None:
        """Show ``values``; what no question shows (``_id``, a recognised person) is kept for the draft."""
        self._filling = True
        self._rest.update({n: v for n, v in values.items() if n not in self.cells})
        for name, value in values.items():
            if name in self.cells:
                self.cells[name].control.set_value(value)
        self._filling = False
        self._look_again()

    def values(self) -> Draft:
        """Everything as it stands, for keeping as a draft."""
        return {**self._rest, **{name: cell.control.value() for name, cell in self.cells.items()}}

    def answers(self) -> Draft:
        """What is handed in: answers of questions that are not asked are left out."""
        values = self.values()
        asked = {name for part in self._parts for name in part.group.asked()}
        return {n: v for n, v in values.items() if n not in self.cells or n in asked}

    def submit(self) -> None:
        """Click the button."""
        self.button.click()

    def settle(self, error: QianshaoError | None = None) -> None:
        """The answer to `submitted` is here: let the button work again, and show what was wrong."""
        self._busy = False
        self.button.setEnabled(True)
        if self.hasFocus():
            self.button.setFocus()
        if error is not None:
            self.refuse(error)

    def refuse(self, error: QianshaoError) -> None:
        """Show the sentence of ``error`` beside its field, or over the form where it is about none."""
        text = sentence(self._around.words, error)
        name, _, path = error.field.partition(".") if isinstance(error, RuleBroken) else ("", "", "")
        cell = self.cells.get(name)
        if cell is None:
            self.banner.setText(text)
            self.banner.show()
            return
        self.unfold(name)
        if (part_of := cell.control.refuse_part(path, text)) is not None:
            self._bring(part_of)
            return
        cell.refuse(text)
        self._bring(cell)
        cell.control.start()

    def unfold(self, name: str) -> None:
        """Open the section in which a field stands."""
        for part in self._parts:
            if name in part.group.cells:
                part.unfold()

    def start(self) -> None:
        """Take the focus at the first question."""
        for part in [p for p in self._parts if not p.closed][:1]:
            part.group.start()

    def set_options(self, name: str, options: Options) -> None:
        """Offer ``options`` in the field ``name``; "calls.called" is a question of each row of the field "calls"."""
        name, _, part = name.partition(".")
        control = self.cells[name].control
        if part:
            control.set_part_options(part, options)
        elif isinstance(control, (ComboControl, ChecksControl, SegmentControl)):
            filling, self._filling = self._filling, True
            control.set_options(options)
            self._filling = filling
            self._look_again()

    def stops(self) -> list[QWidget]:
        """Where Tab and Enter go, in order."""
        made: list[QWidget] = []
        for part in self._parts:
            if part.fold is not None:
                made.append(part.fold)
            if not part.closed:
                made += part.group.stops()
        return [*made, self.button]

    def append(self, part: QWidget, stop: QWidget) -> None:
        """Put ``part`` below the questions; Tab reaches ``stop`` after the button, Enter passes it by."""
        self._inner.insertWidget(self._inner.count() - (0 if self._plain else 1), part)
        self._late_stops.append(stop)
        self._order_stops()

    def _build(self) -> None:
        outer = column(self, space=0)
        ground = QWidget()
        ground.setProperty("role", "ground")
        ground.setMaximumWidth(scaled(WIDEST))
        inner = self._inner = column(ground, space=12, margins=(0, 0, 0 if self._plain else 6, 12))
        inner.addWidget(self.banner)
        for part in self._parts:
            inner.addWidget(part)
        self._scroll: Tall | None = None
        if self._plain:
            outer.addWidget(ground)
        else:
            inner.addStretch(1)
            self._scroll = Tall(ground)
            # the bar stands beside the form, however wide the page
            self._scroll.setMaximumWidth(scaled(WIDEST) + SCROLL_BAR)
            outer.addWidget(self._scroll, 1)
        foot = row(space=10, margins=(0, 12, 0, 0))
        foot.addWidget(self.button, 1 if self._plain else 0)
        foot.addWidget(self.stop)
        if not self._plain:
            foot.addSpacing(8)
            foot.addWidget(self.note, 1)
        outer.addLayout(foot)
        for part in self._parts:
            part.group.call_it(f"field.{self.form.name}")

    def _connect(self) -> None:
        for part in self._parts:
            part.group.changed.connect(self._on_change)
            part.group.left.connect(self.left)
            part.group.moved_on.connect(self._move_on)
            if part.fold is not None:
                part.fold.toggled.connect(lambda _on: self._order_stops())
        self.button.clicked.connect(self._hand_in)
        self.stop.clicked.connect(self.cancelled)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.button.click)

    def _ask_sources(self) -> None:
        sources = self._around.sources
        for field in (f for f in self.form.fields() if f.shape in (Shape.CHOICE, Shape.CHOICES) and f.kinds):
            if sources is not None and field.name in self.cells:
                self._ask(field.name)
        for rows in (f for f in self.form.fields() if f.rows and f.name in self.cells):
            for field in (f for f in rows.rows if f.shape is Shape.CHOICE and f.kinds):
                self._ask(f"{rows.name}.{field.name}")

    def _ask(self, name: str) -> None:
        sources = self._around.sources
        if sources is not None:
            form = self.form.name
            self._around.tasks.read(lambda: (name, sources.options(form, name)), self._offered)

    def _offered(self, answer: tuple[str, Options]) -> None:
        self.set_options(*answer)

    def _on_change(self) -> None:
        if self._filling:
            return
        self._derive()
        self._look_again()
        self.banner.hide()
        self.edited.emit()

    def _derive(self) -> None:
        draft = self.values()
        for name, cell in self.cells.items():
            read = cell.field.derived
            if read is None:
                continue
            blank = cell.field.default() if cell.field.default is not None else None
            before, now, standing = self._derived.get(name, blank), read(draft), draft.get(name)
            if standing and standing not in (blank, before):
                continue  # somebody said otherwise
            self._derived[name] = blank if now is None else now
            if (standing or blank) != self._derived[name]:
                self._filling = True
                cell.control.set_value(self._derived[name])
                self._filling = False

    def _look_again(self) -> None:
        draft = self.values()
        before = [part.group.asked() for part in self._parts]
        for cell in self.cells.values():
            cell.tell(draft)
            self._offer_fitting(cell, draft)
        for part in self._parts:
            part.tell(draft)
            part.group.ask_by(draft)
            part.setVisible(bool(part.group.asked()))
        if before != [part.group.asked() for part in self._parts]:
            restyle(self)
        self._order_stops()

    def _offer_fitting(self, cell: Cell, draft: Draft) -> None:
        """Offer those choices of ``cell`` that fit the draft, where it says which ones do."""
        field, control = cell.field, cell.control
        if field.offered is None or not isinstance(control, ComboControl | SegmentControl):
            return
        fitting = field.offered(draft)
        options = [
            (c.value, self._around.words(c.label)) for c in field.choices if fitting is None or c.value in fitting
        ]
        if options != self._offers.get(field.name):
            self._offers[field.name] = options
            filling, self._filling = self._filling, True
            control.set_options(options)
            self._filling = filling

    def _order_stops(self) -> None:
        stops = [*self.stops(), *self._late_stops, self.stop]
        for first, second in pairwise(stops):
            QWidget.setTabOrder(first, second)

    def _move_on(self) -> None:
        shut = [p.fold for p in self._parts if p.closed]  # Tab stops at them; Enter passes by and would open them
        stops = [s for s in self.stops() if s.isVisibleTo(self) and s not in shut]
        now = QApplication.focusWidget()
        at = next((i for i, s in enumerate(stops) if now is not None and (s is now or s.isAncestorOf(now))), -1)
        if self._plain and stops[at + 1 : at + 2] == [self.button]:
            self.button.click()  # a password is the last word: Enter after it hands in
        elif at + 1 < len(stops):
            stops[at + 1].setFocus(Qt.FocusReason.TabFocusReason)
            self._bring(stops[at + 1])

    def _bring(self, part: QWidget) -> None:
        if self._scroll is not None:
            self._scroll.ensureWidgetVisible(part, 0, 60)

    def _hand_in(self) -> None:
        if self._busy:
            return
        self._busy = True
        if self.button.hasFocus():
            self.setFocus()  # or a second Enter would reach the button beside
        self.button.setEnabled(False)
        self.banner.hide()
        self.submitted.emit(self.answers())
