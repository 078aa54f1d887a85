"""The way out of a damaged store: choose a backup, give its recovery passphrase, and sign in to what it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QPushButton

from desktop.forms.form import Draft, Field, Form, Section, Shape, always
from desktop.ui.fields.sources import Surroundings
from desktop.ui.gate import Gate
from desktop.ui.pieces.buttons import Link
from desktop.ui.tasks import Task
from desktop.ui.window import Window
from sync.records.errors import Damaged, QianshaoError

_PASSPHRASE: Final = Field("passphrase", Shape.SECRET, "window.recovery_passphrase", required=always)
RESTORE_FORM: Final = Form(
    "restore",
    1,
    "window.recovery_passphrase",
    "window.restore_go",
    (Section("restore", "window.recovery_passphrase", (_PASSPHRASE,)),),
)

Restore = Callable[[Path, str], None]
"""Makes the store from a backup and its recovery passphrase; runs on the link lane."""


def helps(error: QianshaoError) -> bool:
    """Whether a backup is the way on from ``error``."""
    return isinstance(error, Damaged) or error.key == "store.key_missing"


class Restoring(QObject):
    """``restored`` is emitted when the backup has become the store."""

    restored = Signal()

    def __init__(self, window: Window, around: Callable[[], Surroundings], restore: Restore) -> None:
        super().__init__(window)
        self._window, self._around, self._restore = window, around, restore
        self._path = Path()
        self._gate: Gate | None = None

    def offer(self, gate: Gate) -> None:
        """Put the offer below the sentence that says what is damaged."""
        if gate.findChild(QPushButton, "restore") is None:
            link = Link(self._around().words("window.restore"), "restore")
            link.clicked.connect(self._choose)
            gate.add(link)

    @Slot()
    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self._window, self._around().words("window.restore"))
        if path:
            self.ask(Path(path))

    def ask(self, path: Path) -> None:
        """Ask for the recovery passphrase of the backup at ``path``."""
        around = self._around()
        self._path = path
        self._gate = Gate(around, RESTORE_FORM, around.words("window.restore_text", file=path.name))
        self._gate.submitted.connect(self._run)
        self._window.put(self._gate)
        self._gate.view.start()

    @Slot(object)
    def _run(self, draft: Draft) -> None:
        path, passphrase, restore = self._path, str(draft["passphrase"]), self._restore
        around = self._around()
        if self._gate is not None:
            self._gate.text.setText(around.words("window.restoring"))

        def work(_task: Task) -> None:
            restore(path, passphrase)

        around.tasks.link(work, self._done, self._refused)

    def _done(self, _nothing: None) -> None:
        self._gate = None
        self.restored.emit()

    def _refused(self, error: QianshaoError) -> None:
        if self._gate is not None:
            self._gate.text.setText(self._around().words("window.restore_text", file=self._path.name))
            self._gate.view.settle(error)
            self.offer(self._gate)  # another file, perhaps
