"""Import of a ledger: choose the file, see how far it is, stop it, and read what became of each row."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QLabel, QProgressBar, QPushButton, QWidget

from desktop.changes import Changes
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.imports import Imported


WRITTEN = Changes(frozenset({"visit", "matter", "step", "person", "participation", "revision"}))


class ImportDialog(Sheet):
    """`start` imports a file; the dialog tells the counts and where the refused rows lie.

    ``items``: the file holds items of an outside system, not a ledger of visits.
    """

    def __init__(self, tools: Tools, parent: QWidget | None = None, *, items: bool = False) -> None:
        words = tools.words
        self._items, self._title = items, words("window.import_items_title" if items else "window.import_title")
        text = words("window.import_items_text" if items else "window.import_text")
        super().__init__("import", self._title, text, parent and parent.window(), 560)
        self._tools = tools
        self._task: Task | None = None
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self._title)
        self.bar.hide()
        self.body.addWidget(self.bar)
        self.told: QLabel = label("", wrap=True)
        self.told.setObjectName("dialog.import.result")
        self.body.addWidget(self.told)
        self.close_button: QPushButton = self.foot_button(words("window.close"), "close")
        self.close_button.clicked.connect(self.reject)
        self.choose: QPushButton = self.foot_button(words("window.import_choose"), "choose", "primary")
        self.choose.clicked.connect(self._choose)
        self.choose.setFocus()

    def start(self, path: Path) -> None:
        """Import ``path``."""
        words, desk = self._tools.words, self._tools.desk
        self.bar.setRange(0, 0)
        self.bar.show()
        self.choose.setEnabled(False)
        self.close_button.setText(words("window.stop"))
        self.told.setText(words("window.importing", file=path.name))

        def work(task: Task) -> Imported:
            from desktop.actions.imports import import_visits
            from desktop.actions.outside_items import import_items

            def report(done: int, total: int) -> None:
                task.report((done, total))

            if self._items:
                return import_items(desk, path, "", report, task.cancelled, language=words.language)
            return import_visits(desk, path, report, task.cancelled, language=words.language)

        self._task = self._tools.tasks.link(work, self._done, self._failed, self._progress)

    def reject(self) -> None:
        """Esc and the button: stop the import that runs, and stay to tell what became of it; else close."""
        if self._task is None:
            super().reject()
        else:
            self._task.cancel()
            self.told.setText(self._tools.words("window.stopping"))

    def _choose(self) -> None:
        words = self._tools.words
        kinds = f"{words('window.import_files')} (*.csv *.xlsx)"
        path, _kind = QFileDialog.getOpenFileName(self, self._title, "", kinds)
        if path:
            self.start(Path(path))

    def _progress(self, answer: tuple[int, int]) -> None:
        if self._task is not None and self._task.cancelled():
            return
        done, total = answer
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.told.setText(self._tools.words("window.import_rows", count=done))

    def _done(self, imported: Imported) -> None:
        words = self._tools.words
        self._end()
        text = words(
            "window.imported",
            read=imported.read,
            added=imported.added,
            unchanged=imported.unchanged,
            refused=imported.refused,
        )
        if imported.moved:
            text += "\n" + words("window.import_moved", count=imported.moved)
        if imported.rejected_file:
            text += "\n" + words("window.import_rejected", file=Path(imported.rejected_file).name)
        self.told.setText(text)
        self._tools.bus.tell(WRITTEN)

    def _failed(self, error: QianshaoError) -> None:
        self._end()
        self.told.setText(self._tools.sentence(error))

    def _end(self) -> None:
        self._task = None
        self.bar.hide()
        self.choose.setEnabled(True)
        self.close_button.setText(self._tools.words("window.close"))
