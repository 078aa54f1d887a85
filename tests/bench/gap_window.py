"""The real window in a process of its own, with a day end and an import beside it: how long its thread stands still.

``python -m tests.bench.gap_window HOME NAME PASSWORD LEDGER`` prints the longest gap in milliseconds between two turns
of a timer of two milliseconds; with ``bare`` alone, that of an empty window in a second and a half.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop.app import Application, build, qt_application
from desktop.config import Home
from desktop.ui import collecting
from desktop.ui.dialogs.importing import ImportDialog

TURN_MS, BARE_MS, SECONDS = 2, 1500, 110
SETTLE_SECONDS = 0.5


class Watch:
    """Notes the longest time between two turns of the event loop; `begin` and `end` bound what counts."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setInterval(TURN_MS)
        self._timer.timeout.connect(self._turn)

    def begin(self) -> None:
        """Count from now on."""
        self._last = time.monotonic()
        self._timer.start()

    def end(self) -> None:
        """Count no more, and say what was counted."""
        self._turn()
        self._timer.stop()
        print(f"gap {self.longest * 1000:.1f}", flush=True)

    def _turn(self) -> None:
        now = time.monotonic()
        self.longest = max(self.longest, now - self._last)
        self._last = now


def wait(holds: Callable[[], object]) -> None:
    """Turn the event loop until ``holds``."""
    end = time.monotonic() + SECONDS
    while not holds():
        QApplication.processEvents()
        time.sleep(0.001)
        if time.monotonic() > end:
            raise TimeoutError


def busy(application: Application, name: str, password: str, ledger: Path) -> None:
    """Sign in, start the day end and the import at once, and watch until both have ended."""
    application.start()
    wait(lambda: application.gate is not None and application.gate.view.button.isEnabled())
    gate = application.gate
    assert gate is not None
    gate.view.fill({"name": name, "password": password})
    gate.view.submit()
    wait(lambda: application.shell is not None and application.shell.stood)
    shell = application.shell
    assert shell is not None
    shell.turn("day_end")
    dialog = ImportDialog(shell.tools, application.window)
    dialog.open()
    wait(application.tasks.idle)
    settled = time.monotonic() + SETTLE_SECONDS
    wait(lambda: time.monotonic() > settled)
    collecting.keep()
    watch = Watch()
    watch.begin()
    shell.day_end.begin()
    dialog.start(ledger)
    wait(lambda: shell.day_end.run.isEnabled() and dialog.choose.isEnabled())
    watch.end()
    assert shell.day_end.told.property("role") != "error", shell.day_end.told.text()


def main(words: list[str]) -> None:
    """Watch the real window, or a bare one."""
    if words == ["bare"]:
        app = QApplication([])
        window, watch = QMainWindow(), Watch()
        window.show()
        watch.begin()
        QTimer.singleShot(BARE_MS, app.quit)
        app.exec()
        watch.end()
        return
    home, name, password, ledger = words
    qt_application()
    application = build(Home(Path(home)))
    try:
        busy(application, name, password, Path(ledger))
    finally:
        application.close()


if __name__ == "__main__":
    main(sys.argv[1:])
