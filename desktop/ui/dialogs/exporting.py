"""Export of a list: which kind of file, numbers masked or (with a reason) whole, how far it is, stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from desktop.store.listing import Filter
from desktop.ui.dialogs.sheet import Sheet
from desktop.ui.pieces.labels import label
from desktop.ui.pieces.limited import limit
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.exports import Exported

FORMS = ("xlsx", "csv", "gb18030")


class ExportDialog(Sheet):
    """`start` writes what of the list ``name`` answers ``chosen`` to a file and tells how many rows it has.

    With ``read`` only the ``count`` rows whose ids it gives, on the link lane; ``told`` says what narrows the list.
    """

    def __init__(
        self,
        tools: Tools,
        name: str,
        chosen: Filter,
        parent: QWidget,
        told: str = "",
        read: Callable[[], Sequence[str]] | None = None,
        count: int = 0,
    ) -> None:
        words = tools.words
        what = words("lists.dialog_found", text=told) if told else words("lists.dialog_all")
        if read is not None:
            what = words("lists.dialog_chosen", count=f"{count:,}")
        super().__init__("export", words(f"window.verb_{name}_export"), what, parent.window(), 520)
        self._tools, self._name, self._chosen, self._read = tools, name, chosen, read
        self._task: Task | None = None
        self.form = QComboBox()
        self.form.setAccessibleName(words("lists.dialog_form"))
        for form in FORMS:
            self.form.addItem(words(f"lists.form_{form}"), form)
        self.body.addWidget(self.form)
        self.full = QCheckBox(words("lists.dialog_full"))
        self.full.setObjectName("dialog.export.full")
        self.body.addWidget(self.full)
        self.reason = QLineEdit()
        self.reason.setObjectName("dialog.export.reason")
        self.reason.setAccessibleName(words("lists.dialog_reason"))
        self.reason.setPlaceholderText(words("lists.dialog_reason"))
        limit(self.reason, 200)
        self.reason.hide()
        self.full.toggled.connect(self.reason.setVisible)
        self.full.toggled.connect(lambda on: self.reason.setFocus() if on else None)
        self.body.addWidget(self.reason)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(words("lists.exporting"))
        self.bar.hide()
        self.body.addWidget(self.bar)
        self.told: QLabel = label(words("lists.dialog_care"), "muted", wrap=True)
        self.body.addWidget(self.told)
        self.close_button: QPushButton = self.foot_button(words("window.close"), "close")
        self.close_button.clicked.connect(self.reject)
        self.choose: QPushButton = self.foot_button(words("lists.dialog_choose"), "choose", "primary")
        self.choose.clicked.connect(self._choose)
        self.choose.setFocus()

    def start(self, path: Path) -> None:
        """Export to ``path``."""
        words, desk, name, chosen, read = self._tools.words, self._tools.desk, self._name, self._chosen, self._read
        form, full, reason = str(self.form.currentData()), self.full.isChecked(), self.reason.text()
        self._busy(True)

        def work(task: Task) -> Exported:
            from desktop.actions.exports import Wanted, export_list
            from desktop.files.exports import Format

            ids = tuple(read()) if read is not None else ()
            wanted = Wanted(name, Format(form), chosen, ids, full=full, reason=reason)
            return export_list(
                desk, wanted, path, lambda d, t: task.report((d, t)), task.cancelled, language=words.language
            )

        self._task = self._tools.tasks.link(work, self._done, self._failed, self._progress)

    def reject(self) -> None:
        """Esc and the button: stop the export that runs, and stay to tell what became of it; else close."""
        if self._task is None:
            super().reject()
        else:
            self._task.cancel()
            self.told.setText(self._tools.words("window.stopping"))

    def _choose(self) -> None:
        words = self._tools.words
        if self.full.isChecked() and not self.reason.text().strip():
            self.told.setText(words("lists.reason_needed"))
            self.reason.setFocus()
            return
        suffix = "xlsx" if self.form.currentData() == "xlsx" else "csv"
        offered = f"{words(f'window.page_{self._name}')}.{suffix}"
        path, _kind = QFileDialog.getSaveFileName(self, self.windowTitle(), offered, f"*.{suffix}")
        if path:
            self.start(Path(path) if path.lower().endswith(f".{suffix}") else Path(f"{path}.{suffix}"))

    def _progress(self, answer: tuple[int, int]) -> None:
        if self._task is not None and not self._task.cancelled():
            done, total = answer
            self.bar.setRange(0, total)
            self.bar.setValue(done)

    def _done(self, done: Exported) -> None:
        self._busy(False)
        self.told.setText(self._tools.words("lists.exported", rows=done.rows, file=done.path.name))

    def _failed(self, error: QianshaoError) -> None:
        self._busy(False)
        self.told.setText(self._tools.sentence(error))

    def _busy(self, busy: bool) -> None:
        self._task = None
        self.bar.setRange(0, 0)
        self.bar.setVisible(busy)
        for widget in (self.choose, self.form, self.full, self.reason):
            widget.setEnabled(not busy)
        self.close_button.setText(self._tools.words("window.stop" if busy else "window.close"))
