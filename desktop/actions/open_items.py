"""What is open at this desk and when it is due: the soonest, for Today, or all of it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import cast

from desktop.actions.clock import believed_now
from desktop.actions.deadlines import periods
from desktop.actions.desk import Desk
from desktop.store.reader import Reader
from desktop.store.running import Runs, all_running, ids_at, kinds_running, next_running
from desktop.store.units import staff_names, units
from sync.records.believed import Believed
from sync.records.calendars import LONGEST
from sync.records.deadlines import Assumed, Deadline, Item, PeriodUnit, Rule, Suspension, deadline, deadlines
from sync.records.matters import Matter
from sync.records.mediation_events import MediationEvent, SuspensionReason, rests_of
from sync.records.mediations import Mediation
from sync.records.open_clocks import LAPSING, Standing, stands
from sync.records.times import BEIJING

RESTING = "mediation-medical"
"""Of this kind a suspension leaves time out (医疗纠纷预防和处理条例 38); its end may lie later than its start tells."""
_PAGE = 32
_BATCH = 500


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
        counting = _Counting(reader, told)
        found = sorted(counting.all(), key=lambda pair: (pair[0].due, pair[1].clock, pair[1].line, pair[1].unit))
        return OpenItems(counting.items(found), told)


def soonest(reader: Reader, desk_says: datetime, limit: int) -> OpenItems:
    """Return the ``limit`` items that are due first: what it costs follows what is shown, not what is open."""
    told = believed_now(reader, desk_says)
    counting = _Counting(reader, told)
    return OpenItems(counting.items(islice(counting.in_order(), limit)), told)


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An item as it is listed: with what its record is called, its number, and how its department is called."""

    item: OpenItem
    title: str
    number: str
    unit: str


def told(reader: Reader, items: Iterable[OpenItem]) -> Iterator[OpenRow]:
    """Yield rows for items, in their order; a mediation and an order are called as their matter or subject."""
    names = staff_names(reader) | {identity: unit.name for identity, unit in units(reader).items()}
    for some in _batched(items):
        records = reader.current({item.id for item in some})
        matters = reader.current({m.matter for m in records.values() if isinstance(m, Mediation)})
        for item in some:
            record = records.get(item.id)
            about = matters.get(record.matter) if isinstance(record, Mediation) else record
            title = about.title if isinstance(about, Matter) else getattr(about, "subject", "")
            yield OpenRow(item, title, getattr(record, "number", ""), names.get(item.unit, item.unit))


def _batched(items: Iterable[OpenItem]) -> Iterator[list[OpenItem]]:
    rest = iter(items)
    while some := list(islice(rest, _BATCH)):
        yield some


class _Counting:
    """The ends of what runs in one store at one time, by the calendar that holds then."""

    def __init__(self, reader: Reader, at: Believed) -> None:
        self.reader, self.at = reader, at
        counted_by = periods(reader, at.latest)
        self.rules, self.calendar = counted_by.rules, counted_by.calendar

    def all(self) -> Iterator[tuple[Deadline, Runs]]:
        """Yield everything that runs with its end, in no order."""
        runs = [run for run in all_running(self.reader) if run.counted or run.clock in self.rules]
        started = [run for run in runs if not run.counted]
        rests = self._rests([run.line for run in started if run.clock == RESTING])
        items = [Item(self.rules[run.clock], run.at, rests.get(run.line, ())) for run in started]
        yield from self._lasting(zip(deadlines(items, self.calendar, now=self.at.latest), started, strict=True))
        yield from self._lasting((self._told(run), run) for run in runs if run.counted)

    def in_order(self) -> Iterator[tuple[Deadline, Runs]]:
        """Yield what runs in the order of its ends, reading no more than it takes.

        Of one kind, who begins later never ends earlier. A suspension only makes an end later: such a one waits until
        no other can end before it.
        """
        kinds = kinds_running(self.reader)
        streams = [self._stream(kind, counted=counted) for kind in kinds for counted in (True, False)]
        waiting: list[tuple[datetime, int, str, str, Deadline, Runs]] = []
        for ends, run in heapq.merge(*streams, key=lambda pair: pair[0].due):
            while waiting and waiting[0][0] <= ends.due:
                yield waiting[0][-2:]
                heapq.heappop(waiting)
            rests = self._rests([run.line]).get(run.line, ()) if run.clock == RESTING and not run.counted else ()
            if rests:
                ends = deadline(self.rules[run.clock], run.at, self.calendar, rests, now=self.at.latest)
                heapq.heappush(waiting, (ends.due, run.line, run.clock, run.unit, ends, run))
            else:
                yield ends, run
        while waiting:
            yield heapq.heappop(waiting)[-2:]

    def _stream(self, kind: str, *, counted: bool) -> Iterator[tuple[Deadline, Runs]]:
        since = datetime(1, 1, 2, tzinfo=BEIJING)
        rule = self.rules.get(kind)
        if kind in LAPSING:
            since = self.at.earliest
            if not counted and rule is not None:
                since -= timedelta(days=2 * rule.amount + LONGEST)
        runs = next_running(self.reader, kind, since, _PAGE, counted=counted)
        if counted:
            return self._lasting((self._told(run), run) for run in runs)
        if rule is None:
            return iter(())
        return self._lasting((deadline(rule, run.at, self.calendar), run) for run in runs)

    def _told(self, run: Runs) -> Deadline:
        """An end that was counted once, or given: nothing is assumed for it."""
        rule = self.rules.get(run.clock) or Rule(run.clock, 1, PeriodUnit.MINUTES)
        return Deadline(run.at, rule)

    def _lasting(self, found: Iterable[tuple[Deadline, Runs]]) -> Iterator[tuple[Deadline, Runs]]:
        """Leave out what nobody is late with: a right that was not used in its time."""
        return ((ends, run) for ends, run in found if run.clock not in LAPSING or ends.due >= self.at.earliest)

    def _rests(self, lines: list[int]) -> dict[int, tuple[Suspension, ...]]:
        if not lines:
            return {}
        of_line = ids_at(self.reader, lines)
        happened = self.reader.linked_to(set(of_line.values()), "mediation_event.mediation")
        found = {}
        for line, mediation in of_line.items():
            events = cast("list[MediationEvent]", happened.get(mediation, []))
            if rests := rests_of(events, SuspensionReason.APPRAISAL):
                found[line] = rests
        return found

    def items(self, found: Iterable[tuple[Deadline, Runs]]) -> tuple[OpenItem, ...]:
        """Return items for some clocks, with the ids of their records."""
        pairs = list(found)
        ids = ids_at(self.reader, [run.line for _, run in pairs])
        return tuple(
            OpenItem(
                ids[run.line],
                run.clock,
                run.unit,
                ends.due,
                stands(run.clock, ends.due, self.at, stopped=ends.stopped),
                ends.assumed,
            )
            for ends, run in pairs
        )
