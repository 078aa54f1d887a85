"""How many of a paper, for whom, and which of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSpinBox, QWidget

from desktop.devices.pages import page_range
from desktop.ui.measures import scaled
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import clear, column, label, row
from resources import Wording

if TYPE_CHECKING:
    from desktop.actions.print_sets import PaperSet

MOST_NAMED = 12
"""With more sets than these their names are not offered one by one: the number alone is asked."""
NAME = 18
"""Characters of a name that stand beside its box; the whole name is in the tool tip."""


class PrintChoices(QWidget):
    """``copies`` is the number of sets; while names are ticked it is how many are."""

    def __init__(self, words: Wording, name: str) -> None:
        super().__init__()
        self._words, self._name = words, name
        self._sets: list[tuple[PaperSet, QCheckBox]] = []
        self.copies = QSpinBox()
        self.copies.setObjectName(f"{name}.copies")
        self.copies.setAccessibleName(words("window.copies"))
        self.copies.setRange(1, 99)
        self.copies.setFixedWidth(scaled(64))
        self.copies.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages = QLineEdit()
        self.pages.setObjectName(f"{name}.pages")
        self.pages.setAccessibleName(words("printing.pages"))
        self.pages.setPlaceholderText(words("printing.pages_all"))
        self.pages.setToolTip(words("printing.pages_hint"))
        self.pages.setMaxLength(60)
        outer = column(self, space=6)
        line = row(space=10)
        line.addWidget(label(words("printing.pages"), "caption"))
        line.addWidget(self.pages, 1)
        line.addWidget(label(words("window.copies"), "caption"))
        line.addWidget(self.copies)
        outer.addLayout(line)
        self.whom = QWidget()
        self._flow = Flow(self.whom, 10)
        outer.addWidget(self.whom)
        self.whom.hide()

    def offer(self, copies: int, sets: Sequence[PaperSet] = ()) -> None:
        """Offer as many copies as the paper has, and for whom each is."""
        clear(self._flow)
        self._sets = []
        named = [each for each in sets if each.name]
        if 1 < len(named) <= MOST_NAMED:
            self._flow.addWidget(label(self._words("printing.sets"), "caption"))
            for at, each in enumerate(sets):
                self._sets.append((each, self._box(at, each)))
        self.whom.setVisible(bool(self._sets))
        self.copies.setEnabled(not self._sets)
        self.copies.setValue(copies)

    def chosen(self, page_count: int) -> tuple[int, str, tuple[str, ...]]:
        """Return copies, pages (empty: all) and for whom; RuleBroken where the pages cannot be read."""
        pages = page_range(self.pages.text(), page_count)
        return self.copies.value(), pages, self.recipients()

    def recipients(self) -> tuple[str, ...]:
        """Return the ids of those for whom a set each was ticked."""
        return tuple(each.id for each, box in self._sets if box.isChecked() and each.id)

    def _box(self, at: int, each: PaperSet) -> QCheckBox:
        name = each.name or self._words("printing.set_spare")
        box = QCheckBox(name if len(name) <= NAME else f"{name[: NAME - 1]}…")
        box.setObjectName(f"{self._name}.set.{at}")
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setChecked(True)
        box.toggled.connect(self._count)
        self._flow.addWidget(box)
        return box

    def _count(self) -> None:
        ticked = sum(box.isChecked() for _each, box in self._sets)
        if not ticked:  # one is always printed: the last box stays ticked
            sender = self.sender()
            if isinstance(sender, QCheckBox):
                sender.setChecked(True)
            return
        self.copies.setValue(ticked)
