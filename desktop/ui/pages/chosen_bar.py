"""Over a list: how many rows are chosen, and what can be done with all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.flow import Flow
from desktop.ui.pieces.labels import label, row
from desktop.ui.tools import Tools


class ChosenBar(QFrame):
    """Shown while more than one row is chosen; ``cleared`` asks that only the current one is."""

    cleared = Signal()

    def __init__(self, tools: Tools, name: str, verbs: Sequence[QPushButton]) -> None:
        super().__init__()
        self._tools = tools
        self.setObjectName(f"chosen.{name}")
        self.setProperty("role", "chosen")
        inside = row(self, space=6, margins=(12, 3, 6, 3))
        self.told = label("", "subheading")
        inside.addWidget(self.told)
        holder = QWidget()
        holder.setProperty("role", "ground")
        ways = Flow(holder, gap=6)
        for verb in verbs:
            ways.addWidget(verb)
        clear = button(tools.words("lists.chosen_clear"), f"chosen.{name}.clear", "quiet")
        clear.clicked.connect(self.cleared)
        ways.addWidget(clear)
        inside.addWidget(holder, 1)
        self.hide()

    def show_count(self, count: int, *, counting: bool) -> None:
        """Say how many are chosen; ``counting`` where the whole list is, and its length is not known yet."""
        key = "lists.chosen_counting" if counting else "lists.chosen"
        self.told.setText(self._tools.words(key, count=f"{count:,}"))
        self.setVisible(count > 1)
