"""What a list page asks of the store, beside the UI thread: its rows, its counts, what a filter hides, chosen ids.

A question that nobody waits for any more is stopped where it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop.actions.directory import Option, station_options
from desktop.actions.list_views import View, keep_view, view_of
from desktop.store.groups import counts
from desktop.store.leaves import Key, Leaf, Spine, ids_behind, key_of, leaf, some_count, spine
from desktop.store.listing import LISTS, Filter
from desktop.ui.models.narrow import Narrow
from desktop.ui.models.rows import RowsModel, Source
from desktop.ui.pages.group_band import MOST_DAYS
from desktop.ui.pages.list_table import Span
from desktop.ui.tasks import Task
from desktop.ui.tools import Tools
from sync.records.errors import QianshaoError
from sync.records.times import BEIJING

MOST_HIDDEN: Final = 1000
"""So many rows are counted of what a part of a filter hides: who sees more does not count them."""
SLOW_SECONDS: Final = 1.0
Hidden = list[tuple[str, int]]
"""Parts of a filter, and how many rows would be shown without each."""


class Asking(QObject):
    """``began`` carries how this person likes the list, and the units; the others the answers to what was asked."""

    began = Signal(object, object)
    counted = Signal(object)
    hid = Signal(object)
    failed = Signal(object)

    def __init__(self, tools: Tools, name: str, model: RowsModel, parent: QObject) -> None:
        super().__init__(parent)
        self._tools, self._name, self._model = tools, name, model
        self._asked: Filter | None = None
        self._counting: Task | None = None
        self._hiding: Task | None = None
        self._counts_of: tuple[Filter, str] | None = None
        self._slow = False

    def begin(self) -> None:
        """Read how this person likes the list."""
        desk, name = self._tools.desk, self._name

        def read() -> tuple[View, list[Option]]:
            return view_of(desk, name), station_options(desk)

        self._tools.tasks.read(read, self._began, self._failed)

    def keep(self, view: View) -> None:
        """Keep how this person likes the list."""
        desk, name = self._tools.desk, self._name
        self._tools.tasks.write(lambda: keep_view(desk, name, view), None, self._failed)

    def rows(self, chosen: Filter) -> None:
        """Ask for the rows; the same question again brings up to date what is shown, and moves nothing."""
        if chosen == self._asked:
            self._model.again()
            return
        self._asked = chosen
        store, name = self._tools.desk.store, self._name

        def some(after: Key | None, upto: Key | None, limit: int) -> Leaf:
            with store.read() as reader:
                return leaf(reader, name, chosen, after, upto, limit)

        def whole(after: Key | None, cancelled: Callable[[], bool]) -> Spine:
            with store.read() as reader:
                return spine(reader, name, chosen, after, cancelled)

        def key(record_id: str) -> Key | None:
            with store.read() as reader:
                return key_of(reader, name, chosen, record_id)

        self._model.ask(Source(some, whole, key, chosen.rising))

    def counts(self, chosen: Filter, way: str) -> None:
        """Ask how many rows stand in each value of ``way``; of days only the last ones."""
        if (chosen, way) == self._counts_of and self._slow:
            return  # the same again after somebody saved something: seconds of reading for one more or less
        if self._counting is not None:
            self._counting.cancel()
        self._counts_of, self._slow = (chosen, way), False
        begun = time.monotonic()
        store, name = self._tools.desk.store, self._name
        if way == "day":
            chosen = self._last_days(chosen)

        def work(task: Task) -> tuple[Task, dict[str, int], float]:
            with store.read() as reader:
                return task, counts(reader, name, chosen, way, task.cancelled), time.monotonic() - begun

        # What is read from the records takes its time: it must not keep the lane on which rows come.
        lane = self._tools.tasks.link if way in LISTS[name].says else self._tools.tasks.look
        self._counting = lane(work, self._counted, self._stopped)

    def hidden(self, narrow: Narrow, chosen: Callable[[Narrow], Filter]) -> None:
        """Ask how many rows there would be without each part of ``narrow``."""
        if self._hiding is not None:
            self._hiding.cancel()
        store, name = self._tools.desk.store, self._name
        asked = [(field, chosen(narrow.without(field))) for field in narrow.active()]

        def work(task: Task) -> tuple[Narrow, Hidden]:
            with store.read() as reader:
                found = [(f, some_count(reader, name, each, MOST_HIDDEN, task.cancelled)) for f, each in asked]
            return narrow, found

        self._hiding = self._tools.tasks.link(work, self._hid, self._stopped)

    def ids(self, spans: Sequence[Span]) -> Callable[[], list[str]]:
        """Return what reads the ids of the chosen rows, in their order, on another thread."""
        store, name, chosen = self._tools.desk.store, self._name, self._asked or Filter()
        asked = [(*self._model.begins(span.first), span.count) for span in spans]

        def read() -> list[str]:
            with store.read() as reader:
                found = [ids_behind(reader, name, chosen, after, skip, count) for after, skip, count in asked]
            return [each for some in found for each in some]

        return read

    def _last_days(self, chosen: Filter) -> Filter:
        today = self._tools.desk.now().astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        first = (chosen.until or today + timedelta(days=1)) - timedelta(days=MOST_DAYS)
        return replace(chosen, since=max(chosen.since, first) if chosen.since else first)

    def _began(self, answer: tuple[View, list[Option]]) -> None:
        self.began.emit(*answer)

    def _counted(self, answer: tuple[Task, dict[str, int], float]) -> None:
        task, found, took = answer
        if task is self._counting:
            self._counting, self._slow = None, took > SLOW_SECONDS
            self.counted.emit(found)

    def _hid(self, answer: tuple[Narrow, Hidden]) -> None:
        self.hid.emit(answer)

    def _stopped(self, error: QianshaoError) -> None:
        if error.key != "lists.cancelled":
            self.failed.emit(error)

    def _failed(self, error: QianshaoError) -> None:
        self.failed.emit(error)
