"""Cyclic garbage is collected on the UI thread alone.

A widget that is part of a cycle dies where the collector runs. Left to itself, that is whichever thread allocates at
the moment, and a QObject that is destroyed on a worker's thread takes the process with it.

A full collection walks everything that lives, and the window stands still meanwhile: some 100 ms with all pages made.
What was made to stay (modules, wording, pages) is therefore put aside with `keep`, and walked no more; before it is
torn down, `let_go` takes it back, or its cycles would never be found.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

FIRST_LOOK_MS = 2_000
"""A program that starts makes what stays."""

LOOK_EVERY_MS = 250


def keep() -> None:
    """What lives now is here to stay: no collection looks at it any more. Takes no time."""
    gc.freeze()


def let_go() -> None:
    """What was kept may go, and goes now where nothing holds it: a `keep` that follows would keep its cycles too."""
    gc.unfreeze()
    gc.collect()


class Collector(QObject):
    """Takes over from the interpreter while it lives; the last one to rest gives the work back."""

    _living = 0

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(FIRST_LOOK_MS)
        self._resting = False
        Collector._living += 1
        gc.disable()

    @Slot()
    def collect(self) -> None:
        """Collect the generations whose time has come, by the interpreter's own thresholds."""
        self._timer.setInterval(LOOK_EVERY_MS)
        for generation in (2, 1, 0):
            limit = gc.get_threshold()[generation]
            if limit and gc.get_count()[generation] > limit:
                gc.collect(generation)
                return

    def rest(self) -> None:
        """Stop; where no other lives, the interpreter collects by itself again."""
        if not self._resting:
            self._resting = True
            self._timer.stop()
            Collector._living -= 1
            if not Collector._living:
                gc.enable()
