"""Everything that is due here in one list: the clocks that run and what agreements make due, the soonest first.

`qianshao due` prints it and the window lists it: both give the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.actions.clock import believed_now
from desktop.actions.counting import Counting, OpenItem
from desktop.actions.desk import Desk
from desktop.actions.due import DueRow, all_due
from desktop.actions.open_items import OpenRow, told
from desktop.store.reader import Reader
from sync.records.believed import Believed
from sync.records.deadlines import end_of
from sync.records.open_clocks import Standing
from sync.records.times import BEIJING

Entry = OpenItem | DueRow


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


def due_list(desk: Desk, at: datetime | None = None) -> DueList:
    """Return everything that is due, at a moment; where none is said, at the time that it is believed to be."""
    with desk.store.read() as reader:
        held = Believed(at, at) if at else believed_now(reader, desk.now())
        counting = Counting(reader, held)
        items = counting.items(counting.all())
        agreed = all_due(reader, held.now.astimezone(BEIJING).date())
    return DueList(tuple(sorted((*items, *agreed), key=end_of_entry)) if agreed else items, held)


def end_of_entry(entry: Entry) -> datetime:
    """When it is over: what an agreement makes due has a last day and no hour."""
    return entry.due if isinstance(entry, OpenItem) else end_of(entry.due.on)


def told_entries(reader: Reader, entries: Sequence[Entry]) -> Iterator[OpenRow | DueRow]:
    """Yield what is to be told of entries, in their order."""
    rows = told(reader, [entry for entry in entries if isinstance(entry, OpenItem)])
    for entry in entries:
        yield next(rows) if isinstance(entry, OpenItem) else entry
