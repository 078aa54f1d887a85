"""Everything that is due here in one list, the soonest first: the clocks that run, what agreements make due, and the
moments that open matters wait for.

`qianshao due` prints it and the window lists it: both give the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.actions.clock import believed_now
from desktop.actions.counting import Counting, OpenItem
from desktop.actions.desk import Desk
from desktop.actions.due import DueRow, all_due
from desktop.actions.late_moments import Moments
from desktop.actions.open_items import OpenRow, told
from desktop.store.reader import Reader
from sync.records.believed import Believed
from sync.records.deadlines import end_of
from sync.records.open_clocks import Standing
from sync.records.times import BEIJING
from sync.records.waiting_moments import PREFIX

Entry = OpenItem | DueRow


class Sort(StrEnum):
    """What is due by a clock or an agreement, or one of the moments of a matter (及时情况)."""

    CLOCKS = "clocks"
    MOMENTS = "moments"


@dataclass(frozen=True, slots=True)
class DueList:
    """The entries in the order of their ends, at a time that may be in doubt."""

    entries: tuple[Entry, ...]
    at: Believed

    def counts(self) -> Counter[Standing]:
        """How many stand how."""
        return Counter(entry.standing for entry in self.entries)

    def standing(self, *wanted: Standing) -> DueList:
        """Return those that stand so."""
        return DueList(tuple(entry for entry in self.entries if entry.standing in wanted), self.at)

    def of(self, sort: Sort | None) -> DueList:
        """Return those of a sort, or all."""
        return self if sort is None else DueList(tuple(e for e in self.entries if sort_of(e) is sort), self.at)


def sort_of(entry: Entry) -> Sort:
    """Of which sort something due is."""
    return Sort.MOMENTS if isinstance(entry, OpenItem) and entry.clock.startswith(PREFIX) else Sort.CLOCKS


def due_list(desk: Desk, at: datetime | None = None, sort: Sort | None = None) -> DueList:
    """Return everything that is due, or what is of one sort, at a moment; where none is said, at the time that it is
    believed to be.
    """
    with desk.store.read() as reader:
        held = Believed(at, at) if at else believed_now(reader, desk.now())
        found: list[Entry] = []
        if sort is not Sort.MOMENTS:
            counting = Counting(reader, held)
            found += counting.items(counting.all())
            found += all_due(reader, held.now.astimezone(BEIJING).date())
        if sort is not Sort.CLOCKS:
            found += Moments(reader, held).all()
    return DueList(tuple(sorted(found, key=end_of_entry)), held)


def end_of_entry(entry: Entry) -> datetime:
    """When it is over: what an agreement makes due has a last day and no hour."""
    return entry.due if isinstance(entry, OpenItem) else end_of(entry.due.on)


def told_entries(reader: Reader, entries: Sequence[Entry]) -> Iterator[OpenRow | DueRow]:
    """Yield what is to be told of entries, in their order."""
    rows = told(reader, [entry for entry in entries if isinstance(entry, OpenItem)])
    for entry in entries:
        yield next(rows) if isinstance(entry, OpenItem) else entry
