"""What every answer's widget can do; the form knows no more about any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.pieces.labels import restyle


class Control(QWidget):
    """``changed``: the answer is another one; ``left``: the focus went elsewhere; ``moved_on``: Enter was pressed.

    ``noticed`` carries a wording key and its values: something that was pasted could not be taken as it was.
    """

    changed = Signal()
    left = Signal()
    moved_on = Signal()
    noticed = Signal(str, object)

    def value(self) -> Any:
        """The answer as drafts keep it."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show ``value`` as if it had been typed."""
        raise NotImplementedError

    def chosen(self) -> str:
        """What a person reads as the answer, where it is one of many that records supply; else nothing."""
        return ""

    def stops(self) -> list[QWidget]:
        """The widgets that Tab goes through, in order."""
        raise NotImplementedError

    def call_it(self, name: str, text: str) -> None:
        """Give the widgets their object names (``name`` and below) and the accessible name ``text``."""
        for stop in self.stops():
            stop.setObjectName(name)
            stop.setAccessibleName(text)

    def mark(self, *, wrong: bool) -> None:
        """Show whether this answer is the one that a rule refused."""
        for stop in self.stops():
            stop.setProperty("wrong", "true" if wrong else "false")
            restyle(stop)

    def refuse_part(self, _path: str, _text: str) -> QWidget | None:
        """Show the sentence at the part that ``_path`` names and return that part; None where there are no parts."""
        return None

    def tell_parts(self, _said: Mapping[int, str]) -> None:
        """Say beside each part, by its place in the answer, what does not hold there; nothing where there are none."""

    def set_part_options(self, _name: str, _options: Sequence[tuple[str, str]]) -> None:
        """Offer answers in the question that each part calls so; nothing where there are no parts."""

    def start(self) -> None:
        """Take the focus."""
        stops = self.stops()
        if stops:
            stops[0].setFocus()
