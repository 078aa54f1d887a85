"""Somebody at the real program's window: waits for its gate, signs in, and goes on when Today stands.

``python -m tests.support.clerk HOME NAME PASSWORD [TEXT]`` starts the program, tells as JSON which modules are loaded
once Today stands, which drafts are offered and which classes of Qt were made off the UI thread, types TEXT into a new
visit where one is given, and closes the window.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from desktop.app import main, qt_application
from desktop.ui.gate import Gate
from desktop.ui.window import Window
from tests.support.qt_classes import watch_classes

LOOK_MS = 1
"""A person's key is an event; a look that came seldom would be measured with the start."""

ELSEWHERE = watch_classes()
FIRST_TILE = "tile.visits.visits"


class Clerk:
    """Signs in as soon as the gate lets in (``handing_in`` is told), and tells ``at_today`` once Today is filled."""

    def __init__(
        self,
        name: str,
        password: str,
        at_today: Callable[[Window], None],
        handing_in: Callable[[], None] = lambda: None,
    ) -> None:
        self._draft = {"name": name, "password": password}
        self._at_today, self._handing_in = at_today, handing_in
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
            self._handing_in()
            inside.view.submit()
        elif self._in and window.findChild(QPushButton, FIRST_TILE) is not None:
            self.timer.stop()
            self._at_today(window)


class Visitor:
    """What the clerk of a test does at Today: tells, types, closes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)

    def begin(self, window: Window) -> None:
        """Tell what is loaded in this moment, and wait until drafts would be offered."""
        self._loaded = sorted(sys.modules)
        self._window = window
        self._timer.start(LOOK_MS)

    def _look(self) -> None:
        shell: QWidget | None = self._window.inside
        if not getattr(shell, "stood", False) or not getattr(shell, "tools").tasks.idle():  # noqa: B009 a shell's
            return
        self._timer.stop()
        offered = [w.objectName() for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
        print(json.dumps({"loaded": self._loaded, "offered": offered, "elsewhere": ELSEWHERE}), flush=True)
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog):
                dialog.reject()
        if self._text:
            visits = getattr(shell, "visits")  # noqa: B009 as above
            getattr(shell, "begin")("log")  # noqa: B009 as above
            visits.panel.view.cells["name"].control.stops()[0].insert(self._text)
        self._window.close()


if __name__ == "__main__":
    home, name, password, *text = sys.argv[1:]
    qt_application()
    visitor = Visitor("".join(text))
    clerk = Clerk(name, password, visitor.begin)
    sys.exit(main(["--home", home]))
