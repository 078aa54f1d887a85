"""One row of ROWS: its questions in a small card, with its number and the button that takes it away."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.forms.form import Draft, Field
from desktop.ui.fields.group import FieldGroup
from desktop.ui.fields.sources import Surroundings
from desktop.ui.pieces.buttons import picture_button
from desktop.ui.pieces.labels import column, label, row


class OneRow(QFrame):
    """``foldable``: the row is one line of a table too, and can be put away into it again."""

    changed = Signal()
    left = Signal()
    moved_on = Signal()

    def __init__(self, field: Field, around: Surroundings, draft: Draft, *, foldable: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "well")
        words = around.words
        inside = column(self, space=6, margins=(12, 8, 12, 8))
        top = row(space=10)
        self.told = label("", "subheading")
        top.addWidget(self.told, 1)
        self.fold = picture_button("up", words("window.fold_row"), "", around.theme)
        self.fold.setVisible(foldable)
        top.addWidget(self.fold)
        self.remove = picture_button("cross", words("window.remove_row"), "", around.theme)
        top.addWidget(self.remove)
        inside.addLayout(top)
        self.group = FieldGroup(field.rows, around, narrow=True)
        self.group.fill(draft)
        self.group.changed.connect(self.changed)
        self.group.left.connect(self.left)
        self.group.moved_on.connect(self.moved_on)
        inside.addWidget(self.group)
        self.live = label("", "error", wrap=True)
        self.live.hide()
        inside.addWidget(self.live)

    def values(self) -> Draft:
        """The row's draft."""
        return self.group.values()

    def say(self, sentence: str) -> None:
        """Say at the foot what does not hold in this row; empty for nothing."""
        self.live.setText(sentence)
        self.live.setVisible(bool(sentence))

    def stops(self) -> list[QWidget]:
        """Its questions and its buttons."""
        return [*self.group.stops(), *([self.fold] if not self.fold.isHidden() else []), self.remove]

    def call_it(self, name: str, text: str) -> None:
        """Name the widgets; ``text`` is what the row is called."""
        self.told.setText(text)
        self.remove.setObjectName(f"{name}.remove")
        self.fold.setObjectName(f"{name}.fold")
        self.group.call_it(name)
        self.live.setObjectName(f"live.{name}")
