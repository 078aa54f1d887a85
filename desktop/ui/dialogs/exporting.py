"""Export of a list: which kind of file, numbers masked or (with a reason) whole, how far it is, stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLineEdit, QPushButton, QWidget

from desktop.store.listing import Filter
from desktop.ui.dialogs.long_work import LongWork
from desktop.ui.pieces.limited import limit
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools

if TYPE_CHECKING:
    from desktop.actions.exports import Exported

FORMS = ("xlsx", "csv", "gb18030", "pdf")
ON_PAPER = ("visits", "mediations")
"""The lists that have a ledger on paper."""


class ExportDialog(LongWork):
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
        super().__init__(tools, "export", words(f"window.verb_{name}_export"), what, parent)
        self._name, self._chosen, self._read, self._told = name, chosen, read, told
        self.form = QComboBox()
        self.form.setAccessibleName(words("lists.dialog_form"))
        for form in FORMS:
            if form != "pdf" or name in ON_PAPER:
                self.form.addItem(words(f"lists.form_{form}"), form)
        self.form.currentIndexChanged.connect(lambda _at: self._formed())
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
        self.close_first()
        self.choose: QPushButton = self.foot_button(words("lists.dialog_choose"), "choose", "primary")
        self.choose.clicked.connect(self._choose)
        self.lay_foot(words("lists.dialog_care"), self.choose, self.form, self.full, self.reason)
        self.choose.setFocus()

    def start(self, path: Path) -> None:
        """Export to ``path``."""
        words, desk, name, chosen, read = self._tools.words, self._tools.desk, self._name, self._chosen, self._read
        form, full, reason = str(self.form.currentData()), self.full.isChecked(), self.reason.text()
        told = self._told

        def work(task: Task) -> Exported:
            from desktop.actions.exports import Wanted, export_list
            from desktop.files.exports import Format

            ids = tuple(read()) if read is not None else ()
            if form == "pdf":
                from desktop.actions.ledgers import write_ledger

                tell = task.report
                return write_ledger(
                    desk, name, chosen, path, lambda d, t: tell((d, t)), task.cancelled, ids=ids, told=told
                )
            wanted = Wanted(name, Format(form), chosen, ids, full=full, reason=reason)
            return export_list(
                desk, wanted, path, lambda d, t: task.report((d, t)), task.cancelled, language=words.language
            )

        self.run(work, self._exported)

    def _choose(self) -> None:
        words = self._tools.words
        if self.full.isChecked() and not self.reason.text().strip():
            self.told.setText(words("lists.reason_needed"))
            self.reason.setFocus()
            return
        form = str(self.form.currentData())
        suffix = form if form in ("xlsx", "pdf") else "csv"
        offered = f"{words(f'window.page_{self._name}')}.{suffix}"
        path, _kind = QFileDialog.getSaveFileName(self, self.windowTitle(), offered, f"*.{suffix}")
        if path:
            self.start(Path(path) if path.lower().endswith(f".{suffix}") else Path(f"{path}.{suffix}"))

    def _formed(self) -> None:
        """On paper numbers are always masked."""
        on_paper = self.form.currentData() == "pdf"
        self.full.setChecked(self.full.isChecked() and not on_paper)
        self.full.setEnabled(not on_paper)

    def _exported(self, done: Exported) -> None:
        self.told.setText(self._tools.words("lists.exported", rows=done.rows, file=done.path.name))
