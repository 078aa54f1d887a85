"""ROWS: several answers of the same questions, each a small card that can be added and taken away.

Many rows at once (a list that was pasted) stand folded, one line each, and open when they are looked at: five hundred
open cards would be twelve thousand widgets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop.forms.form import Draft, Field, always
from desktop.ui.fields.control import Control
from desktop.ui.fields.group import FieldGroup
from desktop.ui.fields.one_row import OneRow
from desktop.ui.fields.sources import Surroundings
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import column, label, row

OPEN_ROWS = 6
"""So many rows stand open at first; of more, each is one line."""


class RowsControl(Control):
    """A list of drafts; ``extended`` tells that a list was taken into it."""

    extended = Signal()

    def __init__(self, field: Field, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field, self._around = field, around
        self._rows: list[OneRow] = []
        self._blank: Draft | None = None
        self._name = self._text = self._left = ""
        inside = column(self, space=8)
        self._list = column(space=8)
        inside.addLayout(self._list)
        words = around.words
        text = words("window.add_row", what=words(field.label))
        self.adder = button(text, "", "quiet", theme=around.theme, picture="add")
        self.adder.clicked.connect(self._add_blank)
        self.paster = button(words("window.roster_paste"), "", "quiet", theme=around.theme, picture="import")
        self.paster.clicked.connect(lambda: self.take_list())
        self.paster.setVisible(field.pasted)
        self.left_over = label("", "small")
        self.left_over.hide()
        foot = row()
        foot.addWidget(self.adder)
        foot.addWidget(self.paster)
        foot.addWidget(self.left_over)
        foot.addStretch(1)
        inside.addLayout(foot)
        if field.required is always:
            self._add(self._fresh())

    def value(self) -> Any:
        """The rows' drafts; a row in which nothing was entered is none."""
        if self._blank is None:
            self._blank = self._untouched()
        return [v for v in (r.values() for r in self._rows) if v != self._blank]

    def _said(self) -> list[OneRow]:
        """The rows in which something was entered: a place in the answer is a place among these."""
        self.value()
        return [r for r in self._rows if r.values() != self._blank]

    def set_value(self, value: Any) -> None:
        """Show one card for each draft, one line where they are many."""
        for made in self._rows:
            self._list.removeWidget(made)
            made.hide()
            made.deleteLater()
        self._rows = []
        self._extend(list(value or ([self._fresh()] if self._field.required is always else ())))

    def rows(self) -> list[FieldGroup]:
        """The questions of each row, all of them opened."""
        return [r.open() for r in self._rows]

    def stops(self) -> list[QWidget]:
        """All stops of all rows, then the adder."""
        inner = [stop for made in self._rows for stop in made.stops()]
        return [*inner, self.adder, *([self.paster] if self._field.pasted else [])]

    def start(self) -> None:
        """The first question of the first row, else the adder."""
        if self._rows:
            self._rows[0].open().start()
        else:
            self.adder.setFocus()

    def refuse_part(self, path: str, text: str) -> QWidget | None:
        """Open the row that ``path`` ("2.name") is about and show the sentence there."""
        number, _, name = path.partition(".")
        said = self._said()
        if not number.isdigit() or int(number) >= len(said):
            return None
        made = said[int(number)]
        cell = made.open().cells.get(name)
        if cell is None:
            return None
        cell.refuse(text)
        cell.control.start()
        return made

    def tell_parts(self, said: Mapping[int, str]) -> None:
        """Say it at the foot of each row."""
        told = {id(made): said.get(at, "") for at, made in enumerate(self._said())} if said else {}
        for made in self._rows:
            made.say(told.get(id(made), ""))

    def call_it(self, name: str, text: str) -> None:
        """Rows are called by the field and their number from 0."""
        self._name, self._text = name, text
        self.setObjectName(name)
        self.adder.setObjectName(f"{name}.add")
        self.paster.setObjectName(f"{name}.paste")
        self._renumber()

    def mark(self, *, wrong: bool) -> None:
        """The sentence below is the mark."""

    def take_list(self, text: str = "") -> None:
        """Ask for a list of people; what it cannot take is asked for again the next time."""
        from desktop.ui.dialogs.roster import RosterDialog  # a dialog stands over the form

        dialog = RosterDialog(self._around, self.value(), text or self._left, self.window())
        dialog.taken.connect(self._taken)
        dialog.left.connect(self._leave)
        dialog.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Several lines pasted into one answer are a list, not a name."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            text = QGuiApplication.clipboard().text() if event.matches(QKeySequence.StandardKey.Paste) else ""
            if "\n" in text.strip():
                self.take_list(text)
                return True
        return super().eventFilter(watched, event)

    def _taken(self, drafts: Sequence[Draft]) -> None:
        blank = [made for made in self._rows if made.values() == self._untouched()]
        for made in blank:
            self._drop(made)
        self._extend(drafts)
        self.extended.emit()

    def _leave(self, text: str, count: int) -> None:
        self._left = text
        self.left_over.setText(self._around.words("window.roster_left", count=count))
        self.left_over.setVisible(bool(count))

    def _untouched(self) -> Draft:
        group = FieldGroup(self._field.rows, self._around, narrow=True)
        group.fill(self._fresh())
        values = group.values()
        group.deleteLater()
        return values

    def _fresh(self) -> Draft:
        return {f.name: f.default() for f in self._field.rows if f.default is not None}

    def _extend(self, drafts: Sequence[Draft]) -> None:
        many = len(self._rows) + len(drafts) > OPEN_ROWS
        for draft in drafts:
            self._add({**self._fresh(), **draft}, folded=many)
        self._renumber()
        self.changed.emit()

    def _add_blank(self) -> None:
        self._add(self._fresh())
        self._renumber()
        self.changed.emit()
        self._rows[-1].open().start()

    def _add(self, draft: Draft, *, folded: bool = False) -> None:
        made = OneRow(self._field, self._around, draft)
        made.changed.connect(self.changed)
        made.left.connect(self.left)
        made.moved_on.connect(self.moved_on)
        made.remove.clicked.connect(lambda: self._take_away(made))
        self._rows.append(made)
        self._list.addWidget(made)
        if not folded:
            made.open()
            self._listen(made)
        made.opened.connect(self._opened)

    def _listen(self, made: OneRow) -> None:
        for stop in made.stops() if self._field.pasted else ():
            stop.installEventFilter(self)

    def _opened(self, made: OneRow) -> None:
        self._listen(made)
        self._renumber()
        self.changed.emit()  # its questions are stops now

    def _drop(self, made: OneRow) -> None:
        self._rows.remove(made)
        self._list.removeWidget(made)
        made.hide()
        made.deleteLater()

    def _take_away(self, made: OneRow) -> None:
        self._drop(made)
        self._renumber()
        self.changed.emit()
        self.adder.setFocus()

    def _renumber(self) -> None:
        for at, made in enumerate(self._rows):
            made.call_it(f"{self._name}.{at}", f"{self._text} {at + 1}")
