"""What is open at this desk and when it is due: what Today and the tray tell of it, or all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile

from desktop.actions.clock import believed_now
from desktop.actions.counting import Counting, Ended, OpenItem, OpenItems
from desktop.actions.desk import Desk
from desktop.store.columns import to_micros
from desktop.store.reader import Reader
from desktop.store.running import count_running, kinds_running
from desktop.store.units import staff_names, units
from sync.records.believed import Believed
from sync.records.matters import Matter, Step
from sync.records.mediations import Mediation
from sync.records.open_clocks import LAPSING
from sync.records.passed_matters import PassedMatter
from sync.records.referrals import RESULT

MOST_COUNTED = 99
_BATCH = 500
_CLOCKS_EACH = 16
"""So many clocks of each record that is over are looked through for the next one: an order to many departments."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """What is over, one entry for each record that has such clocks, what is over soon, and what runs after that.

    Each is in the order of its first end; there are ``count`` clocks, or more where it is ``many``.
    """

    past: tuple[tuple[OpenItem, ...], ...]
    soon: tuple[OpenItem, ...]
    later: tuple[OpenItem, ...]
    count: int
    many: bool
    at: Believed


def all_open(desk: Desk, at: datetime | None = None) -> OpenItems:
    """Return everything that is open, the soonest first, at a moment; where none is said, at the time it is now."""
    with desk.store.read() as reader:
        told = Believed(at, at) if at else believed_now(reader, desk.now())
        counting = Counting(reader, told)
        return OpenItems(counting.items(counting.all()), told)


def nearest(reader: Reader, desk_says: datetime, limit: int) -> Nearest:
    """Return the first ``limit`` of what is over, of what soon is, and of what comes after: none hides another.

    What it costs follows what is shown, not what is open.
    """
    told = believed_now(reader, desk_says)
    counting = Counting(reader, told)
    past, soon = _past(counting, limit), list(islice(counting.in_order(told.latest, near=True), limit))
    near = set(soon)
    coming = islice(counting.in_order(told.latest), limit + len(near))
    later = [ended for ended in coming if ended not in near][:limit]
    count, many = _count(counting)
    over = tuple(counting.items(some) for some in past)
    return Nearest(over, counting.items(soon), counting.items(later), count, many, told)


def soon_over(reader: Reader, desk_says: datetime, limit: int) -> OpenItems:
    """Return the first ``limit`` of what is over soon, whatever is over already."""
    told = believed_now(reader, desk_says)
    counting = Counting(reader, told)
    return OpenItems(counting.items(islice(counting.in_order(told.latest, near=True), limit)), told)


def _past(counting: Counting, limit: int) -> list[list[Ended]]:
    """The clocks that are over of the first records that have any."""
    now = to_micros(counting.at.latest)
    found: dict[int, list[Ended]] = {}
    for ended in takewhile(lambda each: each.due < now, islice(counting.in_order(), limit * _CLOCKS_EACH)):
        found.setdefault(ended.line, [])
        if len(found) == limit:
            break
    for ended in counting.of(found):
        if ended.due < now:
            found[ended.line].append(ended)
    return list(found.values())


def _count(counting: Counting) -> tuple[int, bool]:
    """How many clocks run, and whether there are more than were counted; of what lapsed some may stand in the table."""
    stand = count_running(counting.reader, MOST_COUNTED + 1)
    if LAPSING.isdisjoint(kinds_running(counting.reader)):
        return min(stand, MOST_COUNTED), stand > MOST_COUNTED
    if stand <= MOST_COUNTED:
        return len(counting.all()), False
    found = sum(1 for _ in islice(counting.in_order(), MOST_COUNTED + 1))
    return min(found, MOST_COUNTED), found > MOST_COUNTED


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
        referred = {item.unit for item in some if item.clock == RESULT}
        names |= {step.id: _helper(step, names) for step in reader.current(referred).values() if isinstance(step, Step)}
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


def _helper(referred: Step, names: Mapping[str, str]) -> str:
    """Who is to help: the colleague or the body that a referral names, where it names one."""
    return names.get(referred.to_staff or referred.by_unit or "", "")


def _batched(items: Iterable[OpenItem]) -> Iterator[list[OpenItem]]:
    rest = iter(items)
    while some := list(islice(rest, _BATCH)):
        yield some
