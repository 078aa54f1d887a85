"""ROWS: several answers of the same questions, each a small card that can be added and taken away.

Many rows at once (a list that was pasted) stand in one table, and a card opens for the one that is looked at: five
hundred cards would be twelve thousand widgets, and five hundred lines of widgets stop the window for two seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop.forms.form import Draft, Field, always
from desktop.ui.fields.choice import ComboControl, Options
from desktop.ui.fields.control import Control
from desktop.ui.fields.group import FieldGroup
from desktop.ui.fields.one_row import OneRow
from desktop.ui.fields.row_table import RowTable
from desktop.ui.fields.sources import Surroundings
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import column, label

OPEN_ROWS = 6
"""So many rows stand open at first; more are lines of a table."""


class _Row:
    """A row's draft, or the card in which it is being answered."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.card: OneRow | None = None

    def values(self) -> Draft:
        return self.card.values() if self.card is not None else self.draft


class RowsControl(Control):
    """A list of drafts; ``extended`` tells that a list was taken into it, ``leftover`` what of it could not be."""

    extended = Signal()
    leftover = Signal(str)

    def __init__(self, field: Field, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field, self._around = field, around
        self._rows: list[_Row] = []
        self._offers: dict[str, Options] = {}
        self._blank: Draft | None = None
        self._name = self._left = ""
        inside = column(self, space=8)
        words = around.words
        self.table = RowTable(field, words)
        self.table.opened.connect(lambda at: self._open(self._rows[at]).start())
        self.table.removed.connect(lambda at: self._take_away(self._rows[at]))
        self.table.ticked.connect(self._ticked)
        self.table.hide()
        self.hint = label(words("window.row_table_hint"), "small", wrap=True)
        self.hint.hide()
        inside.addWidget(self.table)
        inside.addWidget(self.hint)
        self._list = column(space=8)
        inside.addLayout(self._list)
        one = f"forms.one_of_{field.name}"
        self._one = words(one if words.has(one) else field.label)
        text = words("window.add_row", what=self._one)
        self.adder = button(text, "", "quiet", theme=around.theme, picture="add")
        self.adder.clicked.connect(self._add_blank)
        self.paster = button(words("window.roster_paste"), "", "quiet", theme=around.theme, picture="import")
        self.paster.clicked.connect(lambda: self.take_list())
        self.paster.setVisible(bool(field.pasted))
        self.left_over = label("", "small")
        self.left_over.hide()
        foot = Flow()  # in large type and long words they stand below each other
        foot.addWidget(self.adder)
        foot.addWidget(self.paster)
        foot.addWidget(self.left_over)
        inside.addLayout(foot)
        if field.required is always:
            self._add(self._fresh())

    def value(self) -> Any:
        """The rows' drafts; a row in which nothing was entered is none."""
        blank = self._untouched()
        return [dict(v) for v in (r.values() for r in self._rows) if v != blank]

    def _said(self) -> list[_Row]:
        """The rows in which something was entered: a place in the answer is a place among these."""
        blank = self._untouched()
        return [made for made in self._rows if made.values() != blank]

    def set_value(self, value: Any) -> None:
        """Show one card for each draft, one table where they are many."""
        for made in self._rows:
            self._put_away(made)
        self._rows = []
        self._extend(list(value or ([self._fresh()] if self._field.required is always else ())))

    def stops(self) -> list[QWidget]:
        """The table, all stops of all cards, then the adder."""
        cards = [stop for made in self._rows if made.card is not None for stop in made.card.stops()]
        table = [] if self.table.isHidden() else [self.table]
        return [*table, *cards, self.adder, *([self.paster] if self._field.pasted else [])]

    def start(self) -> None:
        """The table, else the first question of the first row, else the adder."""
        stops = self.stops()
        stops[0].setFocus()

    def refuse_part(self, path: str, text: str) -> QWidget | None:
        """Open the row that ``path`` ("2.name") is about and show the sentence there."""
        number, _, name = path.partition(".")
        said = self._said()
        if not number.isdigit() or int(number) >= len(said):
            return None
        made = said[int(number)]
        cell = self._open(made).cells.get(name)
        if cell is None:
            return None
        cell.refuse(text)
        cell.control.start()
        return made.card

    def tell_parts(self, said: Mapping[int, str]) -> None:
        """Say it at the foot of each row that stands open; a line of the table says it once it does."""
        told = {id(made): said.get(at, "") for at, made in enumerate(self._said())} if said else {}
        for made in self._rows:
            if made.card is not None:
                made.card.say(told.get(id(made), ""))

    def set_part_options(self, name: str, options: Options) -> None:
        """Offer ``options`` in the question ``name`` of each row, those to come too."""
        self._offers[name] = options
        for made in self._rows:
            if made.card is not None:
                self._offer(made.card)

    def _offer(self, card: OneRow) -> None:
        for name, options in self._offers.items():
            control = card.group.cells[name].control
            if isinstance(control, ComboControl):
                control.set_options(options)

    def call_it(self, name: str, text: str) -> None:
        """Rows are called by the field and their number from 0."""
        self._name = name
        self.setObjectName(name)
        self.table.setObjectName(f"{name}.table")
        self.table.setAccessibleName(text)
        self.adder.setObjectName(f"{name}.add")
        self.paster.setObjectName(f"{name}.paste")
        self._renumber()

    def mark(self, *, wrong: bool) -> None:
        """The sentence below is the mark."""

    def take_list(self, text: str = "") -> None:
        """Ask for a list of people; what it cannot take is asked for again the next time."""
        from desktop.ui.dialogs.roster import RosterDialog  # a dialog stands over the form

        dialog = RosterDialog(self._around, self.value(), text or self._left, self.window(), self._field.pasted)
        dialog.taken.connect(self._taken)
        dialog.left.connect(self._leave)
        dialog.open()

    def leave(self, text: str) -> None:
        """Show that ``text`` waits to be put right: it was left of a list, in this sitting or an earlier one."""
        self._left = text
        count = sum(bool(line.strip()) for line in text.splitlines())
        self.left_over.setText(self._around.words("window.roster_left", count=count))
        self.left_over.setVisible(bool(count))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Several lines pasted into one answer are a list, not a name."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            text = QGuiApplication.clipboard().text() if event.matches(QKeySequence.StandardKey.Paste) else ""
            if "\n" in text.strip():
                self.take_list(text)
                return True
        return super().eventFilter(watched, event)

    def _taken(self, drafts: Sequence[Draft]) -> None:
        for made in [made for made in self._rows if made.values() == self._untouched()]:
            self._drop(made)
        self._extend(drafts)
        self.extended.emit()

    def _leave(self, text: str) -> None:
        if text != self._left:
            self.leave(text)
            self.leftover.emit(text)

    def _untouched(self) -> Draft:
        """What a row says in which nothing was entered."""
        if self._blank is None:
            group = FieldGroup(self._field.rows, self._around, narrow=True)
            group.fill(self._fresh())
            self._blank = group.values()
            group.deleteLater()
        return self._blank

    def _fresh(self) -> Draft:
        return {f.name: f.default() for f in self._field.rows if f.default is not None}

    def _extend(self, drafts: Sequence[Draft]) -> None:
        many = len(self._rows) + len(drafts) > OPEN_ROWS
        for draft in drafts:
            self._add({**self._fresh(), **draft}, folded=many)
        self._renumber()
        self.changed.emit()

    def _add_blank(self) -> None:
        made = self._add(self._fresh())
        self._renumber()
        self.changed.emit()
        self._open(made).start()

    def _add(self, draft: Draft, *, folded: bool = False) -> _Row:
        made = _Row(draft)
        self._rows.append(made)
        if not folded:
            self._make_card(made)
        return made

    def _open(self, made: _Row) -> FieldGroup:
        if made.card is None:
            self._make_card(made)
            self._renumber()
            self.changed.emit()  # its questions are stops now
        assert made.card is not None  # noqa: S101 it has just been made
        return made.card.group

    def _make_card(self, made: _Row) -> None:
        card = made.card = OneRow(self._field, self._around, made.draft, foldable=not self.table.isHidden())
        self._offer(card)
        card.changed.connect(self._changed)
        card.left.connect(self.left)
        card.moved_on.connect(self.moved_on)
        card.remove.clicked.connect(lambda: self._take_away(made))
        card.fold.clicked.connect(lambda: self._fold(made))
        self._list.addWidget(card)
        for stop in card.stops() if self._field.pasted else ():
            stop.installEventFilter(self)

    def _changed(self) -> None:
        self.table.redraw()
        self.changed.emit()

    def _ticked(self, at: int, ticked: bool) -> None:
        made, tick = self._rows[at], self.table.tick
        if made.card is not None:
            made.card.group.fill({tick: ticked})
        else:
            made.draft[tick] = ticked
        self.changed.emit()

    def _fold(self, made: _Row) -> None:
        made.draft = made.values()
        self._put_away(made)
        self._renumber()
        self.changed.emit()
        self.table.setFocus()

    def _put_away(self, made: _Row) -> None:
        if made.card is not None:
            self._list.removeWidget(made.card)
            made.card.hide()
            made.card.deleteLater()
            made.card = None

    def _drop(self, made: _Row) -> None:
        self._rows.remove(made)
        self._put_away(made)

    def _take_away(self, made: _Row) -> None:
        in_table = self.table.hasFocus()
        self._drop(made)
        self._renumber()
        self.changed.emit()
        (self.table if in_table and not self.table.isHidden() else self.adder).setFocus()

    def _renumber(self) -> None:
        many = any(made.card is None for made in self._rows)
        if many or not self.table.isHidden():
            many = many or len(self._rows) > OPEN_ROWS
            self.table.show_rows([made.values for made in self._rows] if many else [])
            self.table.setVisible(many)
            self.hint.setVisible(many)
        for at, made in enumerate(self._rows):
            if made.card is not None:
                made.card.fold.setVisible(many)
                made.card.call_it(f"{self._name}.{at}", f"{self._one} {at + 1}")
