"""The moments (受理、化解、确认、反馈) that open matters wait for: all of them, or those that are over and soon over.

Since when each is waited for stands in the table of what runs; until when is counted as it is asked for, so that a
limit that the district sets anew holds at once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from desktop.actions.counting import OpenItem
from desktop.actions.rule_tables import read
from desktop.store.columns import from_micros
from desktop.store.reader import Reader
from desktop.store.running import Runs, Told, all_waited, count_waited, ids_at, moments_waited, next_running, running_at
from sync.records.believed import Believed
from sync.records.moment_limits import read_limits
from sync.records.punctuality import later
from sync.records.rule_tables import TableName
from sync.records.times import BEIJING
from sync.records.waiting_moments import minutes_of, near_end, waiting_moment

_PAGE: Final = 32
_EVER: Final = datetime(1, 1, 2, tzinfo=BEIJING)
_EACH: Final = 4
"""So many moments one matter waits for at the most."""


@dataclass(frozen=True, slots=True)
class NearMoments:
    """What is over, one entry for each matter, and what is over soon, each in the order of its first end.

    ``count`` moments are waited for in all, counted up to a number.
    """

    past: tuple[tuple[OpenItem, ...], ...]
    soon: tuple[OpenItem, ...]
    count: int


class Moments:
    """What is waited for in one store at one time, by the limits that hold on its day."""

    def __init__(self, reader: Reader, at: Believed) -> None:
        self.reader, self.at = reader, at
        limits = read(reader, TableName.MOMENT_LIMITS, at.now.astimezone(BEIJING).date(), read_limits)
        self._minutes = {kind: minutes_of(kind, limits) for kind in moments_waited(reader)}

    def all(self) -> tuple[OpenItem, ...]:
        """Return everything that is waited for, in no order."""
        return self._items(all_waited(self.reader))

    def near(self, limit: int, most: int) -> NearMoments:
        """Return the first ``limit`` matters with something over, and as many moments that are over soon.

        What it costs follows what is returned, not how many matters wait; they are counted up to ``most``.
        """
        lines: dict[int, None] = {}
        for run in islice(self._in_order(None), limit * _EACH):
            lines.setdefault(run.line)
            if len(lines) == limit:
                break
        past: dict[str, list[OpenItem]] = {}
        over = [run for run in running_at(self.reader, lines, moments=True) if self._due(run) < self.at.latest]
        for item in sorted(self._items(over), key=lambda one: one.due):
            past.setdefault(item.id, []).append(item)
        soon = self.soon(limit)
        return NearMoments(tuple(map(tuple, past.values())), soon, count_waited(self.reader, most))

    def soon(self, limit: int) -> tuple[OpenItem, ...]:
        """Return the first ``limit`` moments that are over soon, whatever is over already."""
        return self._items(islice(self._in_order(self.at.latest), limit))

    def _in_order(self, after: datetime | None) -> Iterator[Runs]:
        """Yield what is over by the order of its ends, or, ``after`` a moment, what ends soon after it."""
        streams = [self._stream(kind, minutes, after) for kind, minutes in self._minutes.items()]
        return (run for _, run in heapq.merge(*streams))

    def _stream(self, kind: str, minutes: int, after: datetime | None) -> Iterator[tuple[datetime, Runs]]:
        """Those of one kind and nature: who waits longer is due first."""
        since = _EVER if after is None else after - timedelta(minutes=minutes)
        for run in next_running(self.reader, kind, Told.MOMENT, since, _PAGE):
            due = self._due(run)
            if due >= self.at.latest if after is None else due > after + near_end(minutes):
                return
            yield due, run

    def _due(self, run: Runs) -> datetime:
        return later(from_micros(run.at), self._minutes[run.clock])

    def _items(self, runs: Iterable[Runs]) -> tuple[OpenItem, ...]:
        some = list(runs)
        ids = ids_at(self.reader, [run.line for run in some])
        return tuple(self._item(run, ids[run.line]) for run in some)

    def _item(self, run: Runs, matter: str) -> OpenItem:
        told = waiting_moment(run.clock, from_micros(run.at), self._minutes[run.clock], self.at)
        return OpenItem(matter, told.kind, "", told.due, told.standing)
