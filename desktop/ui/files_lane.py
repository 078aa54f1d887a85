"""Files on their way to the district, told in one line of the day end: behind the receipt, in bytes, with a stop.

Slices of a few seconds go to the link lane one after the other, so that whatever else waits there gets its turn. Where
the line breaks, a timer waits and the next slice asks the district where it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.changes import Changes
from desktop.ui.pieces.buttons import button
from desktop.ui.pieces.labels import column, label, row
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError, Unavailable

if TYPE_CHECKING:
    from desktop.actions.sending import FileProgress, Sending

STEPS = 1000
MOST_MISSES = 6
_MB = 1024 * 1024


class FilesLine(QWidget):
    """Hidden until files are under way; stays with a word on what became of them."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self._task: Task | None = None
        self._sending: Sending | None = None
        self._misses = 0
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._next)
        inside = column(self, space=8)
        self.told = label("", "muted", wrap=True)
        self.told.setObjectName("day_end.files")
        inside.addWidget(self.told)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, STEPS)
        self.bar.setAccessibleName(tools.words("exchange.stage_files"))
        self.cancel = button(tools.words("window.files_stop"), "verb.day_end.files_stop", "quiet")
        self.cancel.clicked.connect(self.stop)
        foot = row(space=10)
        foot.addWidget(self.bar, 1)
        foot.addWidget(self.cancel)
        inside.addLayout(foot)
        self.hide()

    @property
    def under_way(self) -> bool:
        """Whether files are being sent, or wait for the line to mend."""
        return self._sending is not None

    def begin(self) -> None:
        """Send what waits; where that is under way already it goes on as it is."""
        if self.under_way:
            return
        from desktop.actions.sending import Sending

        self._sending = Sending(self._tools.desk, self._tools.home, self._tools.keys)
        self._misses = 0
        self._tell(self._tools.words("exchange.stage_files"), busy=True)
        self._next()

    def stop(self) -> None:
        """Leave the rest for the next day end; what is at the district already is not sent again."""
        if self._task is not None:
            self._task.cancel()
        else:
            self._end("")

    def _next(self) -> None:
        sending = self._sending
        if sending is None:
            return

        def work(task: Task) -> tuple[bool, FileProgress]:
            task.ends_by(sending.cut)
            more = sending.slice(task.report, task.cancelled)
            return more and not task.cancelled(), sending.progress

        self._task = self._tools.tasks.link(work, self._sliced, self._broke, self._show)

    def _sliced(self, found: tuple[bool, FileProgress]) -> None:
        more, at = found
        self._task, self._misses = None, 0
        self._show(at)
        if more:
            self._next()
        else:
            self._end("" if at.waiting else self._tools.words("window.files_sent", count=at.sent, held=at.held))

    def _broke(self, error: QianshaoError) -> None:
        stopped, self._task = self._task is not None and self._task.cancelled(), None
        self._misses += 1
        if stopped or not isinstance(error, Unavailable) or self._misses >= MOST_MISSES:
            self._end("" if stopped else self._tools.sentence(error))
            return
        from sync.client.back_off import delay

        seconds = delay(self._misses)
        self._tell(self._tools.words("window.files_again", seconds=round(seconds) or 1), busy=True)
        self._again.start(round(seconds * 1000))

    def _show(self, at: FileProgress) -> None:
        words = self._tools.words
        self.bar.setValue(round(STEPS * at.bytes_done / at.bytes_total) if at.bytes_total else 0)
        sizes = {"done": f"{at.bytes_done / _MB:.1f}", "size": f"{at.bytes_total / _MB:.1f}"}
        self._tell(words("window.files_under_way", sent=at.sent, files=at.files, **sizes), busy=True)

    def _end(self, told: str) -> None:
        sending, self._sending = self._sending, None
        self._again.stop()
        if sending is not None:
            waiting = sending.progress.waiting
            self._tell(told or self._tools.words("window.files_left", count=waiting), busy=False)
            self._tools.tasks.link(lambda _task: sending.close())
        self._tools.bus.tell(Changes(frozenset({"exchange"})))

    def _tell(self, text: str, *, busy: bool) -> None:
        self.told.setText(text)
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)
        self.show()
