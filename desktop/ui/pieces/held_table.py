"""A table that knows whether a key is held down: what follows from the current line waits until the key is let go."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QTableView


class HeldTable(QTableView):
    """``held`` is true while a key repeats; ``rested`` is emitted when it was let go, or the focus went elsewhere."""

    rested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.held = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The first press counts as typed, its repetitions as held."""
        self.held = event.isAutoRepeat()
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Between repetitions some systems say that the key was let go: that is none of it."""
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self._rest()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The key is let go somewhere else then."""
        super().focusOutEvent(event)
        self._rest()

    def _rest(self) -> None:
        if self.held:
            self.held = False
            self.rested.emit()
