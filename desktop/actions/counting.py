"""The ends of what runs in one store: all of them, or as many as are looked at, in their order."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from desktop.actions.deadlines import periods
from desktop.store.columns import from_micros, to_micros
from desktop.store.mediation_clocks import periods_of
from desktop.store.reader import Reader
from desktop.store.running import (
    CLOCKS,
    ENDS,
    MOVED,
    Runs,
    Told,
    all_running,
    ids_at,
    kinds_running,
    next_running,
    running_at,
)
from sync.records.believed import Believed
from sync.records.calendars import LONGEST
from sync.records.deadlines import IN_DAYS, Assumed, Deadline, EndsByDay, deadline
from sync.records.open_clocks import LAPSING, Standing, ahead, stands
from sync.records.times import BEIJING

WITHOUT_APPLICATION = Assumed("records.assumed_application")
_PAGE = 32
_MICROSECOND = timedelta(microseconds=1)
_EVER = datetime(1, 1, 2, tzinfo=BEIJING)
_EIGHT_HOURS, _A_DAY = 8 * 3600 * 1_000_000, 24 * 3600 * 1_000_000
_FIRST_DAY = date(1970, 1, 1).toordinal()
_LOWEST, _HIGHEST = -(1 << 62), 1 << 62
_LAST_DAY = date.max.toordinal() - 2


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One clock of the record ``id``, with its end and how it stands; ``unit`` is a department or a body, the step of a
    referral, or "".
    """

    id: str
    clock: str
    unit: str
    due: datetime
    standing: Standing
    assumed: tuple[Assumed, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenItems:
    """The items in the order of their ends, at a time that may be in doubt."""

    items: tuple[OpenItem, ...]
    at: Believed


class Ended(NamedTuple):
    """A clock with its end in microseconds, in the order in which they are listed; ``ends`` where a rule counted it."""

    due: int
    clock: str
    line: int
    unit: str
    ends: Deadline | None


class Counting:
    """The ends of what runs in one store at one time, by the calendar that holds then."""

    def __init__(self, reader: Reader, at: Believed) -> None:
        self.reader, self.at = reader, at
        counted_by = periods(reader, at.latest)
        self.rules, self.calendar = counted_by.rules, counted_by.calendar
        self._by_day: dict[str, EndsByDay] = {}

    def all(self) -> list[Ended]:
        """Return everything that runs with its end, the soonest first."""
        runs = all_running(self.reader)
        moved = self._moved([Runs._make(run) for run in runs if run[4] in MOVED])
        found = [
            Ended(at, clock, line, unit, None)
            if told == Told.END
            else moved[Runs(at, clock, line, unit, told)]
            if told in MOVED
            else self._started(Runs(at, clock, line, unit, told))
            for at, clock, line, unit, told in runs
            if told == Told.END or clock in self.rules
        ]
        if any(ended.clock in LAPSING for ended in found):
            now = to_micros(self.at.earliest)
            found = [ended for ended in found if ended.due >= now or ended.clock not in LAPSING]
        found.sort()
        return found

    def of(self, lines: Iterable[int]) -> list[Ended]:
        """Return what runs of the records at ``lines``, the soonest first."""
        runs = running_at(self.reader, lines)
        moved = self._moved([run for run in runs if run.told in MOVED])
        known = [run for run in runs if run.told == Told.END or run.clock in self.rules]
        found = [moved[run] if run.told in MOVED else self._ended(run) for run in known]
        return sorted(ended for ended in found if ended.due >= self._bounds(ended.clock)[0])

    def in_order(self, after: datetime | None = None, *, near: bool = False) -> Iterator[Ended]:
        """Yield what runs in the order of its ends, reading no more than it takes: what ends ``after`` a moment or
        at it, or all of it; ``near``: no more than what is so near its end that it is told.

        Of one kind, who begins later never ends earlier. A suspension only makes an end later, an end agreed on stands
        as it is: a mediation that was moved waits until no other can end before it.
        """
        kinds = kinds_running(self.reader)
        streams = [self._stream(kind, told, after, near=near) for kind in kinds for told in CLOCKS]
        waiting: list[Ended] = []
        for ended, run in heapq.merge(*streams):
            while waiting and waiting[0] <= ended:
                yield heapq.heappop(waiting)
            if run.told not in MOVED:
                yield ended
                continue
            ended = self._moved([run])[run]
            low, high = self._bounds(ended.clock, after, near=near)
            if low <= ended.due <= high:
                heapq.heappush(waiting, ended)
        while waiting:
            yield heapq.heappop(waiting)

    def _stream(self, kind: str, told: Told, after: datetime | None, *, near: bool) -> Iterator[tuple[Ended, Runs]]:
        """The clocks of a kind by their ends; of what has rested by the ends that it had without."""
        rule = self.rules.get(kind)
        if told != Told.END and rule is None:
            return
        low, high = self._bounds(kind, after, near=near)
        since = _EVER
        if low > _LOWEST and told != Told.RESTED:
            since = from_micros(low) if told in ENDS else self._first_start(kind, from_micros(low))
        for run in next_running(self.reader, kind, told, since, _PAGE):
            ended = self._ended(run)
            if ended.due > high:
                return
            if told == Told.RESTED or ended.due >= low:
                yield ended, run

    def _bounds(self, kind: str, after: datetime | None = None, *, near: bool = False) -> tuple[int, int]:
        """The first and the last end that is looked for, in microseconds."""
        floors = [to_micros(at) for at in (after, self.at.earliest if kind in LAPSING else None) if at is not None]
        high = to_micros(self.at.latest) + ahead(kind) // _MICROSECOND if near else _HIGHEST
        return max(floors, default=_LOWEST), high

    def _first_start(self, kind: str, floor: datetime) -> datetime:
        """The first day of which a start may end at ``floor`` or after it: found by halving, for ends never go back."""
        rule, here = self.rules[kind], min(floor.astimezone(BEIJING).toordinal(), _LAST_DAY - 2)
        days = range(max(2, here - 2 * rule.amount - LONGEST), here + 2)

        def reaches(day: int) -> bool:
            if rule.unit in IN_DAYS:
                return self._by_days(kind)[day].due >= floor
            return deadline(rule, _begin(day + 1), self.calendar).due >= floor

        return _begin(days[bisect_left(days, True, key=reaches)])

    def _ended(self, run: Runs) -> Ended:
        return Ended(*run[:4], None) if run.told in ENDS else self._started(run)

    def _by_days(self, kind: str) -> EndsByDay:
        by_day = self._by_day.get(kind)
        if by_day is None:
            by_day = self._by_day[kind] = EndsByDay(self.rules[kind], self.calendar)
        return by_day

    def _started(self, run: Runs) -> Ended:
        at, clock, line, unit, told = run
        rule = self.rules[clock]
        if rule.unit in IN_DAYS:
            ends = self._by_days(clock)[_ordinal(at)]
        else:
            ends = deadline(rule, from_micros(at), self.calendar)
        if told == Told.SUPPOSED:
            ends = replace(ends, assumed=(WITHOUT_APPLICATION, *ends.assumed))
        return Ended(to_micros(ends.due), clock, line, unit, ends)

    def _moved(self, runs: list[Runs]) -> dict[Runs, Ended]:
        """Return the ends of mediations by all that moves them: an appraisal, or what the parties agreed on."""
        if not runs:
            return {}
        ids = ids_at(self.reader, [run.line for run in runs])
        known = periods_of(self.reader, set(ids.values()))
        found = {}
        for run in runs:
            period = known.get(ids[run.line])
            if period is None:
                found[run] = self._ended(run)
                continue
            rule, more = self.rules[run.clock], (period.rests, period.extensions)
            ends = deadline(rule, period.start, self.calendar, *more, now=self.at.latest)
            found[run] = Ended(to_micros(ends.due), run.clock, run.line, run.unit, ends)
        return found

    def items(self, found: Iterable[Ended]) -> tuple[OpenItem, ...]:
        """Return items for some clocks, with the ids of their records."""
        some = list(found)
        ids = ids_at(self.reader, [ended.line for ended in some])
        return tuple(self._item(ended, ids[ended.line]) for ended in some)

    def _item(self, ended: Ended, record: str) -> OpenItem:
        due, ends = from_micros(ended.due), ended.ends
        standing = stands(ended.clock, due, self.at, stopped=ends is not None and ends.stopped)
        return OpenItem(record, ended.clock, ended.unit, due, standing, ends.assumed if ends else ())


def _ordinal(at: int) -> int:
    """The ordinal of the day at +08:00 in which a moment of the table lies."""
    return (at + _EIGHT_HOURS) // _A_DAY + _FIRST_DAY


def _begin(ordinal: int) -> datetime:
    return datetime.combine(date.fromordinal(ordinal), time(), BEIJING)
