"""The real program in a process of its own, signed in at its gate as soon as it lets one in.

``python -m tests.bench.today_window HOME NAME PASSWORD`` prints when the answers were handed in and when Today stood.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.app import main, qt_application
from desktop.ui.gate import Gate
from desktop.ui.window import Window
from tests.bench.windows import say_when_painted

LOOK_MS = 2
FIRST_TILE = "tile.visits.visits"


class Clerk:
    """Looks at the window again and again, hands in name and password, and says when Today is there."""

    def __init__(self, name: str, password: str) -> None:
        self._draft = {"name": name, "password": password}
        self._in = False
        self.timer = QTimer()
        self.timer.timeout.connect(self.look)
        self.timer.start(LOOK_MS)

    def look(self) -> None:
        """Do the next thing that the window allows."""
        for window in QApplication.topLevelWidgets():
            if isinstance(window, Window):
                self._at(window)

    def _at(self, window: Window) -> None:
        inside = window.inside
        if not self._in and isinstance(inside, Gate) and inside.view.button.isEnabled():
            self._in = True
            inside.view.fill(self._draft)
            print(f"handed_in {time.monotonic():.6f}", flush=True)
            inside.view.submit()
        elif self._in and window.findChild(QPushButton, FIRST_TILE) is not None:
            self.timer.stop()
            say_when_painted(window, "today")


if __name__ == "__main__":
    home, name, password = sys.argv[1:]
    qt_application()
    clerk = Clerk(name, password)
    sys.exit(main(["--home", home]))
