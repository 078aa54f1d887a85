"""One row of ROWS: its questions in a small card, or one line that tells its answers until it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QWidget

from desktop.forms.form import Draft, Field, Shape, never
from desktop.ui.fields.group import FieldGroup
from desktop.ui.fields.sources import Surroundings
from desktop.ui.pieces.buttons import picture_button
from desktop.ui.pieces.labels import column, label, row


class OneRow(QFrame):
    """``opened`` carries the row itself, once its questions stand there."""

    changed = Signal()
    left = Signal()
    moved_on = Signal()
    opened = Signal(object)

    def __init__(self, field: Field, around: Surroundings, draft: Draft) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self._field, self._around, self._draft = field, around, draft
        self._group: FieldGroup | None = None
        self._number = ""
        words = around.words
        self._inside = column(self, space=6, margins=(12, 8, 12, 8))
        top = row(space=10)
        self.told = label("", "subheading")
        top.addWidget(self.told, 1)
        self.tick: QCheckBox | None = None
        ticked = next((f for f in field.rows if f.shape is Shape.YES_NO and f.shown is not never), None)
        if ticked is not None:
            self._ticked = ticked.name
            self.tick = QCheckBox(words(ticked.label))
            self.tick.setChecked(bool(draft.get(ticked.name)))
            self.tick.toggled.connect(self._on_tick)
            top.addWidget(self.tick)
        self.more = picture_button("edit", "", "", around.theme)
        self.more.clicked.connect(lambda: self.open().start())
        top.addWidget(self.more)
        self.remove = picture_button("cross", words("window.remove_row"), "", around.theme)
        top.addWidget(self.remove)
        self._inside.addLayout(top)
        self.live = label("", "error", wrap=True)
        self.live.hide()
        self._inside.addWidget(self.live)

    def open(self) -> FieldGroup:
        """Return the questions, made when they are first asked for."""
        if self._group is None:
            made = self._group = FieldGroup(self._field.rows, self._around, narrow=True)
            made.fill(self._draft)
            made.changed.connect(self.changed)
            made.left.connect(self.left)
            made.moved_on.connect(self.moved_on)
            self._inside.insertWidget(1, made)
            self.more.hide()
            if self.tick is not None:
                self.tick.hide()
            self._tell()
            self.opened.emit(self)
        return self._group

    def values(self) -> Draft:
        """The row's draft."""
        return self._group.values() if self._group is not None else dict(self._draft)

    def say(self, sentence: str) -> None:
        """Say at the foot what does not hold in this row; empty for nothing."""
        self.live.setText(sentence)
        self.live.setVisible(bool(sentence))

    def stops(self) -> list[QWidget]:
        """Its questions and the button that takes it away; of a line the tick and the buttons."""
        if self._group is not None:
            return [*self._group.stops(), self.remove]
        return [*([self.tick] if self.tick is not None else []), self.more, self.remove]

    def call_it(self, name: str, text: str) -> None:
        """Name the widgets; ``text`` is what the row is called."""
        self._number = text
        self.remove.setObjectName(f"{name}.remove")
        self.more.setObjectName(f"{name}.open")
        self.live.setObjectName(f"live.{name}")
        number = text.rpartition(" ")[2]
        told = self._around.words("window.change_row", number=number)
        self.more.setToolTip(told)
        self.more.setAccessibleName(told)
        if self.tick is not None:
            self.tick.setObjectName(f"{name}.tick")
            self.tick.setAccessibleName(f"{number} {self.tick.text()}")
        if self._group is not None:
            self._group.call_it(name)
        self._tell()

    def _on_tick(self, ticked: bool) -> None:
        if self._group is None:
            self._draft[self._ticked] = ticked
            self.changed.emit()

    def _tell(self) -> None:
        said = "" if self._group is not None else "   ".join(_said(f, self._draft) for f in self._field.rows)
        number = self._number.rpartition(" ")[2]
        self.told.setText(f"{number}   {' '.join(said.split(' '))}".rstrip() if said.strip() else self._number)


def _said(field: Field, draft: Mapping[str, Any]) -> str:
    value = draft.get(field.name)
    if field.shape is Shape.DOCUMENT and isinstance(value, Mapping):
        return str(value.get("number") or "")
    return str(value or "") if field.shape in (Shape.LINE, Shape.PHONE) else ""
