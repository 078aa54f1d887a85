"""人民调解统计: what is counted of the mediations of people's committees, by which date, and what was reported.

The rules are pure: a `Case` is what one mediation contributes, `counts` adds cases up by dispute type, and every number
keeps the cases that it counted. What was reported is a fact with its numbers; it is never changed, and what changes
afterwards shows as a difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sync.records.errors import RuleBroken
from sync.records.mediations import MediationOrigin
from sync.records.record import Fact

TOTAL: Final = "total"
"""The row of all types together."""


class DateBasis(StrEnum):
    """By which date a number falls into the period: each by its own event's, or all by the day of acceptance."""

    EVENT = "event"
    ACCEPTED = "accepted"


class Measure(StrEnum):
    """What is counted, in the order of the form: cases, their origin, what came of them, what was prevented."""

    ACCEPTED = "accepted"
    OWN_MOTION = "own_motion"
    APPLIED = "applied"
    ENTRUSTED = "entrusted"
    ORIGIN_UNSAID = "origin_unsaid"
    AGREED = "agreed"
    WRITTEN = "written"
    ORAL = "oral"
    AMOUNT = "amount"
    PERFORMED = "performed"
    ENDED = "ended"
    CRIME_CASES = "crime_cases"
    CRIME_PERSONS = "crime_persons"
    PETITION_CASES = "petition_cases"
    PETITION_PERSONS = "petition_persons"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included, at +08:00."""

    first: date
    last: date

    @property
    def written(self) -> str:
        """The period as people name it: 2026, 2026H1, 2026Q3, 2026-03, else its two days."""
        year, months = self.first.year, {12: "", 6: "H", 3: "Q", 1: "-"}
        span = (self.last.year - year) * 12 + self.last.month - self.first.month + 1
        if self.first.day != 1 or (self.last + timedelta(days=1)).day != 1 or span not in months:
            return f"{self.first.isoformat()}..{self.last.isoformat()}"
        if (self.first.month - 1) % span:
            return f"{self.first.isoformat()}..{self.last.isoformat()}"
        if span == 12:
            return str(year)
        return (
            f"{year}-{self.first.month:02d}"
            if span == 1
            else f"{year}{months[span]}{(self.first.month - 1) // span + 1}"
        )

    def holds(self, day: date | None) -> bool:
        """Whether ``day`` is one of its days."""
        return day is not None and self.first <= day <= self.last


_PERIOD: Final = re.compile(r"(?P<y>[12]\d{3})(?:-(?P<m>\d{2})|Q(?P<q>[1-4])|H(?P<h>[12]))?")


def parse_period(text: str) -> Period:
    """Return the period that "2026", "2026H1", "2026Q3", "2026-03" or "2026-03-01..2026-03-20" names.

    RuleBroken("records.period_unreadable"), ("records.period_backwards").
    """
    written = text.strip().upper()
    if ".." in written:
        try:
            first, last = (date.fromisoformat(part) for part in written.split(".."))
        except ValueError as why:
            raise RuleBroken("records.period_unreadable", field="period", text=text) from why
        if last < first:
            raise RuleBroken("records.period_backwards", field="period")
        return Period(first, last)
    found = _PERIOD.fullmatch(written)
    if found is None or not 1 <= int(found["m"] or 1) <= 12:
        raise RuleBroken("records.period_unreadable", field="period", text=text)
    if found["m"]:
        return months(int(found["y"]), int(found["m"]), 1)
    if found["q"]:
        return months(int(found["y"]), 3 * int(found["q"]) - 2, 3)
    return months(int(found["y"]), 6 * int(found["h"]) - 5, 6) if found["h"] else months(int(found["y"]), 1, 12)


def months(year: int, first: int, many: int) -> Period:
    """Return the period of ``many`` months from month ``first`` (1 to 12) on."""
    after = year * 12 + first - 1 + many
    return Period(date(year, first, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Case:
    """What one mediation contributes. ``types`` are its dispute type and, where it is one, the addition below it.

    ``agreed_on`` is the day of the standing agreement, ``performed_on`` that of the first return visit that found all
    of it performed, ``ended_on`` the day on which it ended without one. ``crime`` and ``petition`` are the persons
    concerned where it kept a dispute from becoming a crime, or a group from petitioning.
    """

    mediation: str
    types: tuple[str, ...]
    accepted_on: date
    origin: MediationOrigin | None = None
    agreed_on: date | None = None
    oral: bool = False
    amount_fen: int = 0
    performed_on: date | None = None
    ended_on: date | None = None
    crime: int | None = None
    petition: int | None = None


_ORIGINS: Final = {
    Measure.OWN_MOTION: MediationOrigin.OWN_MOTION,
    Measure.APPLIED: MediationOrigin.APPLIED,
    Measure.ENTRUSTED: MediationOrigin.ENTRUSTED,
    Measure.ORIGIN_UNSAID: None,
}
EVENTS: Final[Mapping[Measure, str]] = {
    Measure.AGREED: "agreed_on",
    Measure.WRITTEN: "agreed_on",
    Measure.ORAL: "agreed_on",
    Measure.AMOUNT: "agreed_on",
    Measure.PERFORMED: "performed_on",
    Measure.ENDED: "ended_on",
}
"""The date by which a number counts on the basis EVENT; the others by the day of acceptance."""


def amount_of(case: Case, measure: Measure) -> int:
    """Return what ``case`` adds to a number, whenever it was: cases and persons count one each, amounts are fen."""
    if measure in _ORIGINS:
        return int(case.origin is _ORIGINS[measure])
    agreed = case.agreed_on is not None
    values: dict[Measure, Callable[[], int]] = {
        Measure.ACCEPTED: lambda: 1,
        Measure.AGREED: lambda: int(agreed),
        Measure.WRITTEN: lambda: int(agreed and not case.oral),
        Measure.ORAL: lambda: int(agreed and case.oral),
        Measure.AMOUNT: lambda: case.amount_fen if agreed else 0,
        Measure.PERFORMED: lambda: int(case.performed_on is not None),
        Measure.ENDED: lambda: int(case.ended_on is not None and not agreed),
        Measure.CRIME_CASES: lambda: int(bool(case.crime)),
        Measure.CRIME_PERSONS: lambda: case.crime or 0,
        Measure.PETITION_CASES: lambda: int(bool(case.petition)),
        Measure.PETITION_PERSONS: lambda: case.petition or 0,
    }
    return values[measure]()


def falls_on(case: Case, measure: Measure, basis: DateBasis) -> date | None:
    """Return the day by which ``case`` counts for ``measure``."""
    if basis is DateBasis.ACCEPTED or measure not in EVENTS:
        return case.accepted_on
    day: date | None = getattr(case, EVENTS[measure])
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of the table: its row (a dispute type, an addition, or `TOTAL`), what it counts, how much.

    ``cases`` are the mediations that it counted, in order.
    """

    type: str
    measure: Measure
    value: int
    cases: tuple[str, ...] = ()


def counts(cases: Iterable[Case], period: Period, basis: DateBasis) -> dict[tuple[str, Measure], Number]:
    """Return every number that is not zero, by row and measure; a case counts once in each row that is its."""
    values: dict[tuple[str, Measure], int] = {}
    found: dict[tuple[str, Measure], list[str]] = {}
    for case in cases:
        for measure in Measure:
            value = amount_of(case, measure)
            if not value or not period.holds(falls_on(case, measure, basis)):
                continue
            for row in (*case.types, TOTAL):
                values[row, measure] = values.get((row, measure), 0) + value
                found.setdefault((row, measure), []).append(case.mediation)
    return {
        key: Number(type=key[0], measure=key[1], value=value, cases=tuple(sorted(found[key])))
        for key, value in values.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsReport(Fact):
    """Numbers as they were reported: a later report of the same period amends this one, with a reason.

    ``definitions`` is the version of the definitions and types by which was counted.
    """

    unit: str
    first: date
    last: date
    basis: DateBasis
    definitions: str
    numbers: tuple[Number, ...]
    cases: int


def differences(
    reported: Iterable[Number], now: Mapping[tuple[str, Measure], Number]
) -> dict[tuple[str, Measure], int]:
    """Return by how much each number is more (or less) now than it was reported; equal ones are left out."""
    before = {(n.type, n.measure): n.value for n in reported}
    found = {key: (now[key].value if key in now else 0) - before.get(key, 0) for key in {*before, *now}}
    return {key: value for key, value in found.items() if value}
