"""用U盘报送: what waits goes on a stick as one bundle, and the answer that comes back from the district is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget

from desktop.changes import Changes
from desktop.ui.dialogs.long_work import LongWork
from desktop.ui.pieces.labels import label
from desktop.ui.stories.day import ASKED_FIRST
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from desktop.ui.words import moment
from sync.records.errors import QianshaoError
from sync.records.times import parse_moment

if TYPE_CHECKING:
    from desktop.actions.arrivals import Arrival, Came
    from desktop.actions.bundles import ReadAnswer, StickStanding, WrittenBundle

MB = 1024 * 1024


class StickDialog(LongWork):
    """`write` fills a folder, `take` reads an answer; what is on the stick and what comes next is told each time.

    Where either would change much at once the station lead is asked as at day end, and once he agrees it goes on.
    ``arrived`` tells the orders and replies that an answer brought.
    """

    arrived = Signal(object)

    def __init__(self, tools: Tools, parent: QWidget) -> None:
        words = tools.words
        super().__init__(tools, "stick", words("bundle.title"), words("bundle.text"), parent, 600)
        self._again: Callable[[], None] | None = None
        self._left: list[Came] = []
        self.standing: QLabel = label("", wrap=True)
        self.standing.setObjectName("dialog.stick.standing")
        self.body.addWidget(self.standing)
        self.told.setObjectName("dialog.stick.told")
        self.close_first()
        self.choose_answer: QPushButton = self.foot_button(words("bundle.verb_read"), "read")
        self.choose_answer.clicked.connect(self._choose_answer)
        self.choose_folder: QPushButton = self.foot_button(words("bundle.verb_write"), "write", "primary")
        self.choose_folder.clicked.connect(self._choose_folder)
        self.lay_foot(words("bundle.care"), self.choose_folder, self.choose_answer)
        self.choose_folder.setFocus()
        self._ask()

    def write(self, folder: Path) -> None:
        """Write a bundle to ``folder``."""
        tools = self._tools
        desk, home, keys = tools.desk, tools.home, tools.keys

        def work(task: Task) -> WrittenBundle:
            from desktop.actions.bundles import write_bundle

            return write_bundle(
                desk, home, keys, folder, report=lambda d, t: task.report((d, t)), cancelled=task.cancelled
            )

        self._again = partial(self.write, folder)
        self.run(work, self._written)

    def take(self, files: list[Path]) -> None:
        """Read the answer in ``files``."""
        tools = self._tools
        desk, home, keys = tools.desk, tools.home, tools.keys
        left: list[Came] = []
        self._left = left

        def work(task: Task) -> ReadAnswer:
            from desktop.actions.bundles import read_answer

            return read_answer(
                desk,
                home,
                keys,
                files,
                report=lambda d, t: task.report((d, t)),
                cancelled=task.cancelled,
                failing=left.append,
            )

        self._again = partial(self.take, files)
        self.run(work, self._read)

    def _failed(self, error: QianshaoError) -> None:
        super()._failed(error)
        self._tools.bus.tell(Changes(frozenset({"exchange"})))  # the log's line about a bundle waits as well
        left, self._left = self._left, []
        for came in left:  # what an answer settled and brought before it stopped stays so
            self._tell(came.changes, came.arrivals)
        self._ask()
        if error.key in ASKED_FIRST:
            self._ask_about_many()

    def _ask_about_many(self) -> None:
        from desktop.ui.dialogs.mass_change import MassChangeDialog  # only where a stick stopped for it

        made = MassChangeDialog.show_for(self, self._tools)
        made.told.connect(self._decided)
        if self._again is not None:
            made.allowed.connect(self._again)

    def _decided(self, told: str) -> None:
        self.told.setText(told)
        self._ask()  # the decision is in the log, and waits as well

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._tools.words("bundle.choose_folder"))
        if folder:
            self.write(Path(folder))

    def _choose_answer(self) -> None:
        words = self._tools.words
        files, _kind = QFileDialog.getOpenFileNames(
            self, words("bundle.choose_answer"), "", f"{words('bundle.kinds')} (*.qsr)"
        )
        if files:
            self.take([Path(file) for file in files])

    def _ask(self) -> None:
        desk = self._tools.desk

        def work() -> StickStanding:
            from desktop.actions.bundles import stick_standing

            return stick_standing(desk)

        self._tools.tasks.read(work, self._show, self._not_read)

    def _show(self, standing: StickStanding) -> None:
        words, waits = self._tools.words, standing.waits
        size = max(1, (waits.record_bytes // 2 + waits.file_bytes) // MB)
        lines = [words("bundle.waits", records=waits.records, attachments=waits.files, size=size)]
        if not standing.ready:
            lines.append(words("bundle.no_district_key"))
        if self.choose_folder.hasFocus() and not standing.ready:
            self.choose_answer.setFocus()
        self.choose_folder.setEnabled(standing.ready)
        if standing.written_at:
            key = "bundle.last_answered" if standing.read_sequence >= standing.written_sequence else "bundle.last"
            at = moment(parse_moment(standing.written_at))
            lines.append(words(key, sequence=standing.written_sequence, at=at))
        self.standing.setText("\n".join(lines))

    def _not_read(self, error: QianshaoError) -> None:
        self.standing.setText(self._tools.sentence(error))

    def _written(self, done: WrittenBundle) -> None:
        words = self._tools.words
        names = "\n".join(path.name for path in done.files)
        told = words("bundle.written", records=done.records, attachments=done.attachments)
        self.told.setText(f"{told}\n{names}\n{words('bundle.next_up')}")
        self._tools.bus.tell(Changes(frozenset({"exchange"})))
        self._ask()

    def _read(self, done: ReadAnswer) -> None:
        words = self._tools.words
        told = words(
            "bundle.read",
            sequence=done.sequence,
            accepted=done.accepted,
            refused=done.refused,
            pulled=done.pulled,
            unsent=done.unsent,
            held=done.held,
        )
        if done.agreed is not None:
            told += "\n" + words("bundle.agreed" if done.agreed else "exchange.receipt_differs", at=moment(done.at))
        self.told.setText(told)
        self._tell(done.changes, done.arrivals)
        self._ask()

    def _tell(self, changes: Changes, arrivals: Sequence[Arrival]) -> None:
        self._tools.bus.tell(changes)
        if arrivals:
            self.arrived.emit(arrivals)
