"""A key that no page names: it is heard in every window of the program, also over a form, a dialog, a locked desk."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QWindow

PRESSES_WITHIN: Final = 1.0
"""Seconds within which a key that must be pressed twice is."""


class QuietKey(QObject):
    """``pressed`` is emitted when the key named ``key`` was pressed ``presses`` times within ``within`` seconds.

    The key goes no further: nothing is typed, no focus moves. An empty or unknown name hears nothing. It listens at the
    platform's windows, as `IdleWatch` does, and keys that repeat while they are held down count once.
    """

    pressed = Signal()

    def __init__(
        self,
        key: str,
        presses: int,
        within: float,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._wanted = _sequence(key)
        self._presses, self._within, self._clock = max(1, presses), within, clock
        self._times: list[float] = []
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication) and self._wanted is not None:
            app.focusWindowChanged.connect(self._listen)
            self._listen(QGuiApplication.focusWindow())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the key; let everything else through."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if self._wanted is None or QKeySequence(event.keyCombination()) != self._wanted:
            return False
        if not event.isAutoRepeat():
            self._note()
        return True

    def _note(self) -> None:
        now = self._clock()
        self._times = [*(at for at in self._times if now - at <= self._within), now]
        if len(self._times) >= self._presses:
            self._times = []
            self.pressed.emit()

    def _listen(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)


def _sequence(key: str) -> QKeySequence | None:
    sequence = QKeySequence(key)
    return sequence if sequence.count() == 1 else None
