"""ROWS: several answers of the same questions, each a small card that can be added and taken away."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QWidget

from desktop.forms.form import Draft, Field, always
from desktop.ui.fields.control import Control
from desktop.ui.fields.group import FieldGroup
from desktop.ui.fields.sources import Surroundings
from desktop.ui.pieces.buttons import button, picture_button
from desktop.ui.pieces.labels import column, label, row


class _Row(QFrame):
    """One row: its questions, its number, and the values it was given that no question shows."""

    def __init__(self, field: Field, around: Surroundings) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self.group = FieldGroup(field.rows, around, narrow=True)
        self.number = label("", "subheading")
        self.remove = picture_button("cross", around.words("window.remove_row"), "", around.theme)
        inside = column(self, space=6, margins=(12, 8, 12, 12))
        top = row()
        top.addWidget(self.number, 1)
        top.addWidget(self.remove)
        inside.addLayout(top)
        inside.addWidget(self.group)


class RowsControl(Control):
    """A list of drafts."""

    def __init__(self, field: Field, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field, self._around = field, around
        self._rows: list[_Row] = []
        self._blank: Draft | None = None
        self._name = self._text = ""
        inside = column(self, space=8)
        self._list = column(space=8)
        inside.addLayout(self._list)
        text = around.words("window.add_row", what=around.words(field.label))
        self.adder = button(text, "", "quiet", theme=around.theme, picture="add")
        self.adder.clicked.connect(self._add_blank)
        foot = row()
        foot.addWidget(self.adder)
        foot.addStretch(1)
        inside.addLayout(foot)
        if field.required is always:
            self._add(self._fresh())

    def value(self) -> Any:
        """The rows' drafts; a row in which nothing was entered is none."""
        if self._blank is None:
            self._blank = self._untouched()
        return [v for v in (r.group.values() for r in self._rows) if v != self._blank]

    def set_value(self, value: Any) -> None:
        """Show one card for each draft."""
        for made in self._rows:
            self._list.removeWidget(made)
            made.hide()
            made.deleteLater()
        self._rows = []
        for draft in value or ([self._fresh()] if self._field.required is always else ()):
            self._add(dict(draft))
        self._renumber()
        self.changed.emit()

    def rows(self) -> list[FieldGroup]:
        """The questions of each row."""
        return [r.group for r in self._rows]

    def stops(self) -> list[QWidget]:
        """All stops of all rows, then the adder."""
        inner = [stop for made in self._rows for stop in (*made.group.stops(), made.remove)]
        return [*inner, self.adder]

    def start(self) -> None:
        """The first question of the first row, else the adder."""
        if self._rows:
            self._rows[0].group.start()
        else:
            self.adder.setFocus()

    def call_it(self, name: str, text: str) -> None:
        """Rows are called by the field and their number from 0."""
        self._name, self._text = name, text
        self.setObjectName(name)
        self.adder.setObjectName(f"{name}.add")
        self._renumber()

    def mark(self, *, wrong: bool) -> None:
        """The sentence below is the mark."""

    def _untouched(self) -> Draft:
        group = FieldGroup(self._field.rows, self._around, narrow=True)
        group.fill(self._fresh())
        values = group.values()
        group.deleteLater()
        return values

    def _fresh(self) -> Draft:
        return {f.name: f.default() for f in self._field.rows if f.default is not None}

    def _add_blank(self) -> None:
        self._add(self._fresh())
        self._renumber()
        self.changed.emit()
        self._rows[-1].group.start()

    def _add(self, draft: Draft) -> None:
        made = _Row(self._field, self._around)
        made.group.fill(draft)
        made.group.changed.connect(self.changed)
        made.group.left.connect(self.left)
        made.group.moved_on.connect(self.moved_on)
        made.remove.clicked.connect(lambda: self._take_away(made))
        self._rows.append(made)
        self._list.addWidget(made)

    def _take_away(self, made: _Row) -> None:
        self._rows.remove(made)
        self._list.removeWidget(made)
        made.hide()
        made.deleteLater()
        self._renumber()
        self.changed.emit()
        self.adder.setFocus()

    def _renumber(self) -> None:
        for at, made in enumerate(self._rows):
            made.number.setText(f"{self._text} {at + 1}")
            made.group.call_it(f"{self._name}.{at}")
            made.remove.setObjectName(f"{self._name}.{at}.remove")
