"""Mediations as the pages list them: by the end of what runs, the first end first, or the newest first.

Of one kind of period who begins later never ends earlier, so that an index gives them in their order; what rested or
was added to is counted by itself, and there is little of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from sync.records.deadlines import Deadline, EndsByDay, deadline
from sync.records.mediation_periods import GENERAL, LABOUR, MEDICAL
from sync.records.mediations import Outcome
from sync.records.times import BEIJING
from sync.server.periods import Counting
from sync.server.store.bulk import among
from sync.server.store.mediations import MediationHere, Told, load_mediations
from sync.server.store.orders import storable
from sync.server.store.schema import mediation

BY_DUE: Final = ("open", "overdue", "resting")
"""These lists are read in the order in which periods end; the others newest first."""
_CLOCKS: Final = (GENERAL, LABOUR, MEDICAL)
_LONGEST: Final = 400
"""No period of these lasts so many days, days off and all."""
_TICK: Final = timedelta(microseconds=1)
_AGREED: Final = (Outcome.AGREED.value, Outcome.AGREED_IN_PART.value)

Place = tuple[datetime, datetime, str]
"""Where a page of a list by ends begins: after this end, this clock's time and this record."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which mediations: those of ``show`` ("open", "overdue", "resting", "agreed" or "ended"), of one ``host`` and one
    ``unit`` where they are given; ``below`` are the units whose are seen, None: of every unit.
    """

    show: str
    host: str = ""
    unit: str = ""
    below: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One mediation of a list: its row's number, why it rests ("" where it does not), and when its period ends."""

    here: MediationHere
    seq: int
    resting: str
    place: Place | None = None

    @property
    def due(self) -> datetime | None:
        """When the period ends, None where nothing runs."""
        return self.place[0] if self.place else None


class Ends:
    """When the periods of mediations end, by what is in force; what rests still rests until ``now``."""

    def __init__(self, by: Counting, now: datetime) -> None:
        self._by, self._now = by, now
        self._days = {kind: EndsByDay(by.rules[kind], by.calendar) for kind in _CLOCKS}

    def of(self, here: MediationHere) -> Deadline:
        """Return the end of one mediation, with why it is then."""
        period = here.period
        rule = self._by.rules[period.kind]
        return deadline(rule, period.start, self._by.calendar, period.rests, period.extensions, now=self._now)

    def at(self, clock: str, told: str, at: datetime) -> datetime:
        """Return the end of a clock that nothing moved but an agreement."""
        return at if told == Told.AGREED else self._days[clock][at.astimezone(BEIJING).toordinal()].due

    def first(self, clock: str, told: str, end: datetime) -> datetime:
        """Return the earliest time of a clock that does not end before ``end``."""
        if told == Told.AGREED:
            return end
        days, last = self._days[clock], end.astimezone(BEIJING).toordinal() + 1
        known = range(max(last - _LONGEST, 1), last)
        found = known.start + bisect_left(known, end, key=lambda day: days[day].due)
        return datetime.combine(date.fromordinal(found), time(), BEIJING)


def count_mediations(conn: Connection, wanted: Wanted, ends: Ends, now: datetime) -> int:
    """Return how many mediations the list has in all."""
    conditions = _which(conn, wanted)
    if wanted.show != "overdue":
        return _count(conn, conditions)
    still = sum(
        _count(conn, [*conditions, *_clock(clock, told), mediation.c.clock_at < ends.first(clock, told, now)])
        for clock, told in _streams()
    )
    return still + sum(place[0] < now for _, place in _moved(conn, conditions, ends))


def mediations_by_end(
    conn: Connection, wanted: Wanted, ends: Ends, now: datetime, *, after: Place | None = None, limit: int = 50
) -> list[Listed]:
    """Return mediations of `BY_DUE`, first what ends first: what is overdue longest stands on top."""
    conditions, found = _which(conn, wanted), list[tuple[Row[Any], Place]]()
    for clock, told in _streams():
        query = select(mediation).where(*conditions, *_clock(clock, told), *_behind(ends, clock, told, after))
        rows = conn.execute(query.order_by(mediation.c.clock_at, mediation.c.record).limit(limit))
        found += [(row, (ends.at(clock, told, row.clock_at), row.clock_at, row.record)) for row in rows]
    found += [(row, place) for row, place in _moved(conn, conditions, ends) if after is None or place > after]
    if wanted.show == "overdue":
        found = [(row, place) for row, place in found if place[0] < now]
    return _listed(conn, sorted(found, key=lambda one: one[1])[:limit])


def mediations_by_number(
    conn: Connection, wanted: Wanted, *, before: int | None = None, limit: int = 50
) -> list[Listed]:
    """Return mediations newest first; ``before`` is the ``seq`` after which the page starts."""
    conditions = _which(conn, wanted)
    if before is not None:
        conditions.append(mediation.c.seq < before)
    query = select(mediation).where(*conditions).order_by(mediation.c.seq.desc()).limit(limit)
    return _listed(conn, [(row, None) for row in conn.execute(query)])


def mediation_on_page(conn: Connection, record: str, below: frozenset[str] | None) -> Listed | None:
    """Return one mediation of the units ``below``; None where there is none, or none of theirs."""
    query = select(mediation).where(mediation.c.record == record)
    row = conn.execute(query).first()
    if row is None or (below is not None and row.unit not in below):
        return None
    found = _listed(conn, [(row, None)])
    return found[0] if found else None


def _which(conn: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.below is not None:
        conditions.append(among(conn, mediation.c.unit, wanted.below))
    if wanted.unit:
        conditions.append(mediation.c.unit == wanted.unit)
    if wanted.host:
        conditions.append(mediation.c.host == wanted.host)
    match wanted.show:
        case "agreed":
            conditions.append(mediation.c.outcome.in_(_AGREED))
        case "ended":
            conditions.append(mediation.c.outcome == Outcome.ENDED.value)
        case _:
            # Both say the same: one for the index of what runs, one for that of a unit's.
            conditions += [mediation.c.clock_at.is_not(None), mediation.c.outcome == Outcome.OPEN.value]
    if wanted.show == "resting":
        conditions.append(mediation.c.resting != "")
    return conditions


def _streams() -> Iterator[tuple[str, str]]:
    return ((clock, told.value) for clock in _CLOCKS for told in (Told.START, Told.AGREED))


def _clock(clock: str, told: str) -> tuple[ColumnElement[bool], ...]:
    return (mediation.c.clock == clock, mediation.c.told == told)


def _behind(ends: Ends, clock: str, told: str, after: Place | None) -> tuple[ColumnElement[bool], ...]:
    """The condition that a row of one kind stands behind a place: it ends later, or then and comes later."""
    if after is None:
        return ()
    end, at, record = after
    here = mediation.c.clock_at
    then = or_(here > at, and_(here == at, mediation.c.record > record))
    later = here >= ends.first(clock, told, end + _TICK)
    return (or_(later, and_(here >= ends.first(clock, told, end), then)),)


def _moved(conn: Connection, conditions: list[ColumnElement[bool]], ends: Ends) -> list[tuple[Row[Any], Place]]:
    """Return what rests or was added to, with its place."""
    rows = conn.execute(select(mediation).where(*conditions, mediation.c.told == Told.MOVED.value)).all()
    here = load_mediations(conn, [row.record for row in rows])
    return [
        (row, (storable(ends.of(here[row.record]).due), row.clock_at, row.record)) for row in rows if row.record in here
    ]


def _listed(conn: Connection, found: list[Any]) -> list[Listed]:
    here = load_mediations(conn, [row.record for row, _ in found])
    return [Listed(here[row.record], row.seq, row.resting, place) for row, place in found if row.record in here]


def _count(conn: Connection, conditions: list[ColumnElement[bool]]) -> int:
    return conn.execute(select(func.count()).select_from(mediation).where(*conditions)).scalar_one()
