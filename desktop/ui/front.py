"""A second start on the same home asks the window that is there to come to the front, and ends."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, Slot
from PySide6.QtWidgets import QWidget


class Front(QObject):
    """Watches ``path``: whoever writes to it (`ask`) has the window shown, on top and in use."""

    def __init__(self, window: QWidget, path: Path) -> None:
        super().__init__(window)
        self._window = window
        path.write_bytes(b"")
        self._watcher = QFileSystemWatcher([str(path)], self)
        self._watcher.fileChanged.connect(self._come)

    @Slot()
    def _come(self) -> None:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()


def ask(path: Path) -> None:
    """Ask the window that watches ``path`` to come to the front; nothing where there is none."""
    if path.exists():
        with path.open("ab") as file:
            file.write(b".")
