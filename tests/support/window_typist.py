"""A window in a process of its own, in which somebody types a visit until the process is killed.

python -m tests.support.window_typist HOME NAME PASSWORD TEXT; prints the draft's id each time a draft was kept.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from desktop.app import build, qt_application
from desktop.config import Home


def main(home: str, name: str, password: str, text: str) -> int:
    """Open the window, sign in through its form, and type one character after another into a visit."""
    app = qt_application()
    application = build(Home(Path(home)), language="zh", theme="light")
    keys = QTimer()

    def sign_in() -> None:
        if application.gate is not None and application.store is not None:
            look.stop()
            application.gate.view.fill({"name": name, "password": password})
            application.gate.view.submit()

    def begin() -> None:
        assert application.shell is not None
        application.shell.turn("visits")
        panel = application.shell.visits.log()
        panel.keeper.kept.connect(lambda: print(panel.view.values()["_id"], flush=True))
        line = panel.view.cells["name"].control.stops()[0]
        letters = iter(text)

        def press() -> None:
            letter = next(letters, None)
            if letter is None:
                keys.stop()
            else:
                line.insert(letter)  # type: ignore[attr-defined]

        keys.timeout.connect(press)
        keys.start(5)

    application.signed_in.connect(begin)
    look = QTimer()
    look.timeout.connect(sign_in)
    look.start(20)
    application.start()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
