"""Questions that stand together, in two columns where they fit: a section of a form, or one row of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from desktop.forms.form import Draft, Field, Shape, never
from desktop.ui.fields.control import Control
from desktop.ui.fields.make import in_line, make_control, wide
from desktop.ui.fields.sources import Surroundings
from desktop.ui.measures import scaled
from desktop.ui.pieces.labels import column, label, row

SEGMENT_HEIGHT = 32


class Cell(QWidget):
    """One question: its words, its widget, its hint, and the sentence of the rule that it broke."""

    def __init__(self, field: Field, around: Surroundings, *, narrow: bool = False) -> None:
        super().__init__()
        self.field, self._around, self._narrow = field, around, narrow
        self.control: Control = make_control(field, around, narrow=narrow)
        inside = column(self, space=4)
        self.caption: QLabel = label(around.words(field.label), "caption")
        self._star = label("*", "required")
        self._star.setToolTip(around.words("window.required"))
        top = row(space=3)
        top.addWidget(self.caption)
        top.addWidget(self._star)
        top.addStretch(1)
        self._top = QWidget()
        self._top.setLayout(top)
        if not narrow and in_line(field, around.words):
            beside = row(space=10)
            self._top.setFixedHeight(scaled(SEGMENT_HEIGHT))
            beside.addWidget(self._top, 0, Qt.AlignmentFlag.AlignTop)
            beside.addWidget(self.control, 1)
            inside.addLayout(beside)
        else:
            inside.addWidget(self._top)
            inside.addWidget(self.control)
        self.hint = label(around.words(field.hint) if field.hint else "", "small", wrap=True)
        self.hint.setVisible(bool(field.hint))
        inside.addWidget(self.hint)
        self.live = label("", "small", wrap=True)
        self.live.hide()
        inside.addWidget(self.live)
        self.error = label("", "error", wrap=True)
        self.error.hide()
        inside.addWidget(self.error)
        if field.shape is Shape.YES_NO:
            self.caption.hide()
            self._top.setFixedHeight(self.caption.sizeHint().height())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.control.changed.connect(self.clear)
        self.control.noticed.connect(self.notice)

    @property
    def ticked(self) -> bool:
        """Whether the question is its own answer's words: a tick."""
        return self.field.shape is Shape.YES_NO

    def stand_alone(self, alone: bool) -> None:
        """A tick beside a captioned answer stands level with it; alone on its line it needs no room above."""
        if self.ticked:
            self._top.setVisible(not self._narrow and not alone)

    def call_it(self, name: str) -> None:
        """Give the widgets their names; ``name`` is "field.<form>.<field>"."""
        self.setObjectName(f"cell.{name}")
        self.error.setObjectName(f"error.{name}")
        self.live.setObjectName(f"live.{name}")
        self.control.call_it(name, self._around.words(self.field.label))

    def require(self, required: bool) -> None:
        """Show whether an answer must be given."""
        self._star.setVisible(required and self.field.shape is not Shape.YES_NO)

    def tell(self, draft: Mapping[str, Any]) -> None:
        """Say what the draft comes to, and what does not hold in its rows."""
        if self.field.tells_rows is not None:
            rows = self.field.tells_rows(draft)
            self.control.tell_parts({at: self._around.words(key, **values) for at, (key, values) in rows.items()})
        if self.field.tells is None:
            return
        said = self.field.tells(draft)
        self.live.setText(self._around.words(said[0], **said[1]) if said else "")
        self.live.setVisible(said is not None)

    def refuse(self, sentence: str) -> None:
        """Show why the answer cannot stand, beside it."""
        self.error.setText(sentence)
        self.error.show()
        self.control.mark(wrong=True)

    def notice(self, key: str, values: Mapping[str, Any]) -> None:
        """Say what of a paste was left out; the answer that stands is not wrong for that."""
        self.error.setText(self._around.words(key, **values))
        self.error.show()

    def clear(self) -> None:
        """Another answer: the old sentence no longer holds."""
        if not self.error.isHidden():
            self.error.hide()
            self.control.mark(wrong=False)


class FieldGroup(QWidget):
    """Cells of ``fields``. A row of its own (``narrow``) decides by its own draft what is asked."""

    changed = Signal()
    left = Signal()
    moved_on = Signal()

    def __init__(
        self, fields: Sequence[Field], around: Surroundings, *, narrow: bool = False, single: bool = False
    ) -> None:
        super().__init__()
        self._narrow, self._single = narrow, single
        self._words = around.words
        self._rest: Draft = {}
        self._filling = False
        self._shown: tuple[str, ...] | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10 if narrow else 14)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.cells: dict[str, Cell] = {}
        for field in fields:
            if field.shown is never:
                continue
            cell = Cell(field, around, narrow=narrow)
            cell.setParent(self)
            cell.control.changed.connect(self._on_change)
            cell.control.left.connect(self.left)
            cell.control.moved_on.connect(self.moved_on)
            self.cells[field.name] = cell
        if narrow:
            self.ask_by(self.values())

    def fill(self, draft: Mapping[str, Any]) -> None:
        """Show ``draft``; values that no question shows are kept and given back."""
        self._filling = True
        self._rest = {name: value for name, value in draft.items() if name not in self.cells}
        for name, cell in self.cells.items():
            if name in draft:
                cell.control.set_value(draft[name])
        self._filling = False
        self._on_change()

    def values(self) -> Draft:
        """The draft."""
        return {**self._rest, **{name: cell.control.value() for name, cell in self.cells.items()}}

    def ask_by(self, draft: Mapping[str, Any]) -> None:
        """Show the questions that ``draft`` calls for."""
        shown = tuple(name for name, cell in self.cells.items() if cell.field.shown(draft))
        for name in shown:
            self.cells[name].require(self.cells[name].field.required(draft))
        if shown != self._shown:
            self._shown = shown
            self._lay(shown)

    def asked(self) -> tuple[str, ...]:
        """The names of the questions that are shown."""
        return self._shown or ()

    def stops(self) -> list[QWidget]:
        """The stops of all questions that are shown."""
        return [stop for name in self.asked() for stop in self.cells[name].control.stops()]

    def start(self) -> None:
        """Take the focus at the first question."""
        for name in self.asked()[:1]:
            self.cells[name].control.start()

    def call_it(self, prefix: str) -> None:
        """Name the widgets ``<prefix>.<field>``."""
        for name, cell in self.cells.items():
            cell.call_it(f"{prefix}.{name}")

    def _on_change(self) -> None:
        if self._filling:
            return
        if self._narrow:
            self.ask_by(self.values())
        self.changed.emit()

    def _lay(self, shown: tuple[str, ...]) -> None:
        for name, cell in self.cells.items():
            # takeAt would leave the old item alive: the new one then never hears that the cell has grown, and clips it
            self._grid.removeWidget(cell)
            cell.setVisible(name in shown)
        for line, names in enumerate(self._lines(shown)):
            for half, name in enumerate(names):
                cell = self.cells[name]
                whole = len(names) == 1 and (self._is_wide(cell) or cell.ticked)
                self._grid.addWidget(cell, line, half, 1, 2 if whole else 1, Qt.AlignmentFlag.AlignTop)
                cell.stand_alone(all(self.cells[n].ticked for n in names))

    def _lines(self, shown: Sequence[str]) -> list[list[str]]:
        """Two questions to a line, or one that takes its whole width."""
        lines: list[list[str]] = []
        open_half = False
        for name in shown:
            whole = self._is_wide(self.cells[name])
            if open_half and not whole:
                lines[-1].append(name)
                open_half = False
            else:
                lines.append([name])
                open_half = not whole
        return lines

    def _is_wide(self, cell: Cell) -> bool:
        return self._single or wide(cell.field, self._words)
