"""What is open at this desk and when it is due: the soonest, for Today, or all of it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple, cast

from desktop.actions.clock import believed_now
from desktop.actions.deadlines import periods
from desktop.actions.desk import Desk
from desktop.store.columns import from_micros, to_micros
from desktop.store.reader import Reader
from desktop.store.running import CLOCKS, Runs, Told, all_running, count_running, ids_at, kinds_running, next_running
from desktop.store.units import staff_names, units
from sync.records.believed import Believed
from sync.records.calendars import LONGEST
from sync.records.deadlines import IN_DAYS, Assumed, Deadline, EndsByDay, deadline
from sync.records.matters import Matter
from sync.records.mediation_events import MediationEvent, SuspensionReason, rests_of
from sync.records.mediations import Mediation
from sync.records.open_clocks import LAPSING, Standing, stands
from sync.records.passed_matters import PassedMatter
from sync.records.times import BEIJING

WITHOUT_APPLICATION = Assumed("records.assumed_application")
_PAGE = 32
_BATCH = 500
MOST_COUNTED = 99
_EIGHT_HOURS, _A_DAY = 8 * 3600 * 1_000_000, 24 * 3600 * 1_000_000
_FIRST_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One clock of the record ``id``, with its end and how it stands; ``unit`` is a department or a body, or ""."""

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


def all_open(desk: Desk, at: datetime | None = None) -> OpenItems:
    """Return everything that is open, the soonest first, at a moment; where none is said, at the time it is now."""
    with desk.store.read() as reader:
        told = Believed(at, at) if at else believed_now(reader, desk.now())
        counting = Counting(reader, told)
        return OpenItems(counting.items(counting.all()), told)


def soonest(reader: Reader, desk_says: datetime, limit: int) -> OpenItems:
    """Return the ``limit`` items that are due first: what it costs follows what is shown, not what is open."""
    told = believed_now(reader, desk_says)
    counting = Counting(reader, told)
    return OpenItems(counting.items(islice(counting.in_order(), limit)), told)


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An item as it is listed: with what its record is called, its number, and how its department is called.

    ``about`` is the id by which it is known while its record is written anew: of what was passed here the matter's.
    ``covered``: it has no title, for what it is about is read only where it is opened, which is noted.
    """

    item: OpenItem
    title: str
    number: str
    unit: str
    about: str
    covered: bool = False


def told(reader: Reader, items: Iterable[OpenItem]) -> Iterator[OpenRow]:
    """Yield rows for items, in their order; a mediation and an order are called as their matter or subject."""
    names = staff_names(reader) | {identity: unit.name for identity, unit in units(reader).items()}
    for some in _batched(items):
        records = reader.current({item.id for item in some})
        matters = reader.current({m.matter for m in records.values() if isinstance(m, Mediation)})
        for item in some:
            record = records.get(item.id)
            about = matters.get(record.matter) if isinstance(record, Mediation) else record
            passed = about if isinstance(about, PassedMatter) else None
            covered = passed is not None and passed.must_report
            title = about.title if isinstance(about, Matter | PassedMatter) else getattr(about, "subject", "")
            unit, known_by = names.get(item.unit, item.unit), passed.matter if passed else item.id
            yield OpenRow(item, "" if covered else title, getattr(record, "number", ""), unit, known_by, covered)


def _batched(items: Iterable[OpenItem]) -> Iterator[list[OpenItem]]:
    rest = iter(items)
    while some := list(islice(rest, _BATCH)):
        yield some


def count_open(reader: Reader) -> tuple[int, bool]:
    """Return how many clocks run, and whether there are more than were counted."""
    found = count_running(reader, MOST_COUNTED + 1)
    return min(found, MOST_COUNTED), found > MOST_COUNTED


class _Ended(NamedTuple):
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

    def all(self) -> list[_Ended]:
        """Return everything that runs with its end, the soonest first."""
        runs = all_running(self.reader)
        rested = self._rested([Runs._make(run) for run in runs if run[4] == Told.RESTED])
        found = [
            _Ended(at, clock, line, unit, None)
            if told == Told.END
            else rested[line]
            if told == Told.RESTED
            else self._started(Runs(at, clock, line, unit, told))
            for at, clock, line, unit, told in runs
            if told == Told.END or clock in self.rules
        ]
        if any(ended.clock in LAPSING for ended in found):
            now = to_micros(self.at.earliest)
            found = [ended for ended in found if ended.due >= now or ended.clock not in LAPSING]
        found.sort()
        return found

    def in_order(self) -> Iterator[_Ended]:
        """Yield what runs in the order of its ends, reading no more than it takes.

        Of one kind, who begins later never ends earlier. A suspension only makes an end later: such a one waits until
        no other can end before it.
        """
        kinds = kinds_running(self.reader)
        streams = [self._stream(kind, told) for kind in kinds for told in CLOCKS]
        waiting: list[_Ended] = []
        for ended, run in heapq.merge(*streams):
            while waiting and waiting[0] <= ended:
                yield heapq.heappop(waiting)
            if run.told == Told.RESTED:
                heapq.heappush(waiting, self._rested([run])[run.line])
            else:
                yield ended
        while waiting:
            yield heapq.heappop(waiting)

    def _stream(self, kind: str, told: Told) -> Iterator[tuple[_Ended, Runs]]:
        """The clocks of a kind by their ends; of what has rested by the ends that it had without."""
        rule, since = self.rules.get(kind), datetime(1, 1, 2, tzinfo=BEIJING)
        if told != Told.END and rule is None:
            return
        if kind in LAPSING:
            since = self.at.earliest
            if told != Told.END and rule is not None:
                since -= timedelta(days=2 * rule.amount + LONGEST)
        for run in next_running(self.reader, kind, told, since, _PAGE):
            ended = _Ended(*run[:4], None) if told == Told.END else self._started(run)
            if kind not in LAPSING or ended.due >= to_micros(self.at.earliest):
                yield ended, run

    def _started(self, run: Runs) -> _Ended:
        at, clock, line, unit, told = run
        rule = self.rules[clock]
        if rule.unit in IN_DAYS:
            by_day = self._by_day.get(clock)
            if by_day is None:
                by_day = self._by_day[clock] = EndsByDay(rule, self.calendar)
            ends = by_day[_ordinal(at)]
        else:
            ends = deadline(rule, from_micros(at), self.calendar)
        if told == Told.SUPPOSED:
            ends = replace(ends, assumed=(WITHOUT_APPLICATION, *ends.assumed))
        return _Ended(to_micros(ends.due), clock, line, unit, ends)

    def _rested(self, runs: list[Runs]) -> dict[int, _Ended]:
        """Return the ends of mediations without the time of an appraisal; each has one clock."""
        if not runs:
            return {}
        found = {}
        clocks = {run.line: run for run in runs}
        ids = ids_at(self.reader, clocks)
        happened = self.reader.linked_to(set(ids.values()), "mediation_event.mediation")
        for line, mediation in ids.items():
            run = clocks[line]
            events = cast("list[MediationEvent]", happened.get(mediation, []))
            rests = rests_of(events, SuspensionReason.APPRAISAL)
            start = from_micros(run.at)
            ends = deadline(self.rules[run.clock], start, self.calendar, rests, now=self.at.latest)
            found[line] = _Ended(to_micros(ends.due), run.clock, line, run.unit, ends)
        return found

    def items(self, found: Iterable[_Ended]) -> tuple[OpenItem, ...]:
        """Return items for some clocks, with the ids of their records."""
        some = list(found)
        ids = ids_at(self.reader, [ended.line for ended in some])
        return tuple(self._item(ended, ids[ended.line]) for ended in some)

    def _item(self, ended: _Ended, record: str) -> OpenItem:
        due, ends = from_micros(ended.due), ended.ends
        standing = stands(ended.clock, due, self.at, stopped=ends is not None and ends.stopped)
        return OpenItem(record, ended.clock, ended.unit, due, standing, ends.assumed if ends else ())


def _ordinal(at: int) -> int:
    """The ordinal of the day at +08:00 in which a moment of the table lies."""
    return (at + _EIGHT_HOURS) // _A_DAY + _FIRST_DAY
