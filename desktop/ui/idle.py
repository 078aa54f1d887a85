"""Notices that nobody is at the desk: no key, no mouse, no typed word for as long as the settings allow."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

_BY_A_PERSON: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    }
)
LOOK_EVERY_MS: Final = 5000

Clock = Callable[[], float]


class IdleWatch(QObject):
    """``idle`` is emitted once when ``limit_s`` seconds have passed without a person; ``asked`` when Ctrl+L is typed.

    It listens at the platform's windows, not at every object: an application-wide filter in Python would stop the
    window for each event while a lane holds the interpreter. What an input method composes reaches no window as keys,
    so the moving text cursor counts too. Both clocks are asked: one stands still while the machine sleeps.
    """

    idle = Signal()
    asked = Signal()

    def __init__(
        self, limit_s: float, parent: QObject | None = None, clocks: tuple[Clock, ...] = (time.monotonic, time.time)
    ) -> None:
        super().__init__(parent)
        self.limit_s = limit_s
        self._clocks = clocks
        self._on = False
        self._last = self._now()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._listen)
            app.inputMethod().cursorRectangleChanged.connect(self._somebody)
        self._listen(QGuiApplication.focusWindow())

    def start(self) -> None:
        """Somebody has sat down."""
        self._last = self._now()
        self._on = True
        if self.limit_s > 0:
            self._timer.start(min(LOOK_EVERY_MS, max(50, int(self.limit_s * 200))))

    def rest(self) -> None:
        """Nobody is signed in, or the desk is locked: there is nothing to watch."""
        self._on = False
        self._timer.stop()

    def look(self) -> bool:
        """Say `idle` where the limit has passed, and whether it has."""
        passed = max(now - then for now, then in zip(self._now(), self._last, strict=True))
        if not self._on or self.limit_s <= 0 or passed < self.limit_s:
            return False
        self.rest()
        self.idle.emit()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let everything through, but the first touch after the limit finds the desk locked."""
        if self._on and event.type() in _BY_A_PERSON:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _is_lock(event):
                self.asked.emit()
                return True
            return self._touched()
        return super().eventFilter(watched, event)

    def _touched(self) -> bool:
        if self.look():
            return True
        self._last = self._now()
        return False

    def _somebody(self) -> None:
        if self._on:
            self._touched()

    def _listen(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def _now(self) -> tuple[float, ...]:
        return tuple(clock() for clock in self._clocks)


def _is_lock(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_L and event.modifiers() == Qt.KeyboardModifier.ControlModifier
