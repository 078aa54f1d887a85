"""Where in a mediation's file a scan belongs, as somebody chooses it; not there for files that can be in none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.ui.pieces.labels import label, row
from desktop.ui.tools import Tools

if TYPE_CHECKING:
    from desktop.actions.desk import Done

Asked = tuple[str | None, tuple[tuple[str, str], ...]]


class PlaceChoice(QWidget):
    """``moved`` carries the `Done` of the fact that stands now, ``failed`` a `QianshaoError`."""

    moved = Signal(object)
    failed = Signal(object)

    def __init__(self, tools: Tools, record: str) -> None:
        super().__init__()
        words = tools.words
        self._tools, self._record = tools, record
        self.choice = QComboBox()
        self.choice.setObjectName("attachment.place")
        self.choice.setAccessibleName(words("whole_file.place"))
        line = row(space=10)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label(words("whole_file.place"), "caption"))
        line.addWidget(self.choice, 1)
        self.setLayout(line)
        self.choice.activated.connect(self._chosen)
        self.hide()

    def ask(self) -> None:
        """Show where the file belongs, if it can be in a mediation's file at all."""
        desk, record = self._tools.desk, self._record

        def read() -> Asked:
            from desktop.actions.placing import place_of, places

            return place_of(desk, record), places(desk)

        self._tools.tasks.read(read, self._offer)

    def _offer(self, asked: Asked) -> None:
        from sync.records.papers import OUT_OF_FILE

        where, places = asked
        words = self._tools.words
        self.choice.clear()
        for name, key in (("", "whole_file.place_unsaid"), *places, (OUT_OF_FILE, "whole_file.place_none")):
            self.choice.addItem(words(key), name)
        self.choice.setCurrentIndex(max(self.choice.findData(where), 0))
        self.choice.setEnabled(self._tools.may("attachment"))
        self.setVisible(where is not None)

    @Slot(int)
    def _chosen(self, at: int) -> None:
        from desktop.actions.placing import place

        document = str(self.choice.itemData(at))
        self._tools.tasks.write(
            partial(place, self._tools.desk, self._record, document), self._placed, self.failed.emit
        )

    def _placed(self, done: Done) -> None:
        self._record = done.id
        self.moved.emit(done)
