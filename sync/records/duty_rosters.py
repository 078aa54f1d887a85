"""The directory of duty officers (值班): who of a department answers at which hours. Telephones are personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sync.records.errors import RuleBroken
from sync.records.order_authorities import standing
from sync.records.record import Fact
from sync.records.text import half_width
from sync.records.times import BEIJING, parse_day

_DAYS: Final = {word: number for number, word in enumerate("一二三四五六日", 1)} | {"天": 7, "七": 7}
_TO: Final = re.compile(r"\s*(?:至|到|~|—|–|-)\s*")
_HOURS: Final = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})\s*(?:至|到|~|—|–|-)\s*(?:次日)?([0-9]{1,2})[:：]([0-9]{2})")
_SPLIT: Final = re.compile(r"[、,，;；\s]+")


_LEADS: Final = ("领导", "leader")
"""What the post of whoever leads a shift says: 带班领导, 值班领导."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyShift:
    """One officer at some hours. ``weekdays`` count from 1 (Monday), none: every day; ``first`` to ``last`` are days.

    ``since`` and ``until`` are ``09:00``; one that ends no later than it begins ends on the next day; both empty is the
    whole day.
    """

    name: str
    post: str = ""
    telephone: str = ""
    weekdays: tuple[int, ...] = ()
    first: date | None = None
    last: date | None = None
    since: str = ""
    until: str = ""

    @property
    def leads(self) -> bool:
        """Whether it is the leader of the shift (带班领导): told where leaders are to be told, not called first."""
        return any(word in self.post.casefold() for word in _LEADS)

    def begins_on(self, day: date) -> bool:
        """Whether the shift begins on ``day``."""
        within = (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        return within and (not self.weekdays or day.isoweekday() in self.weekdays)

    def covers(self, at: datetime) -> bool:
        """Whether the officer is on duty at a moment."""
        now = at.astimezone(BEIJING)
        if not self.since:
            return self.begins_on(now.date())
        since, until = time.fromisoformat(self.since), time.fromisoformat(self.until)
        if since < until:
            return self.begins_on(now.date()) and since <= now.time() < until
        yesterday = now.date() - timedelta(days=1)
        return (self.begins_on(now.date()) and now.time() >= since) or (
            self.begins_on(yesterday) and now.time() < until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRoster(Fact):
    """All shifts of one ``department``; a new list amends the one before it, and the whole one counts."""

    department: str
    shifts: tuple[DutyShift, ...]


def on_duty(rosters: Iterable[DutyRoster], department: str, at: datetime) -> tuple[DutyShift, ...]:
    """Return who of ``department`` is on duty at a moment: officers before leaders, and of either those of single days
    before those of every week.
    """
    newest = [roster for roster in standing(rosters) if roster.department == department][-1:]
    found = [shift for roster in newest for shift in roster.shifts if shift.covers(at)]
    return tuple(sorted(found, key=lambda shift: (shift.leads, shift.first is None, not shift.weekdays)))


def read_weekdays(text: str) -> tuple[int, ...]:
    """Return the days of the week that ``text`` names: ``周一至周五``, ``1-5``, ``六、日``; none for every day.

    RuleBroken("duty.bad_weekdays").
    """
    said = re.sub(r"星期|礼拜|周", "", half_width(text)).strip()
    found: list[int] = []
    for part in filter(None, _SPLIT.split(said)):
        ends = [_weekday(end, text) for end in _TO.split(part)]
        if len(ends) > 2:
            raise RuleBroken("duty.bad_weekdays", said=text[:40])
        first, last = ends[0], ends[-1]
        found += range(first, last + 1) if first <= last else [*range(first, 8), *range(1, last + 1)]
    return () if set(found) == set(range(1, 8)) else tuple(sorted(set(found)))


def _weekday(text: str, said: str) -> int:
    number = _DAYS.get(text) or (int(text) if text.isdecimal() and 1 <= int(text) <= 7 else 0)
    if not number:
        raise RuleBroken("duty.bad_weekdays", said=said[:40])
    return number


def read_hours(text: str) -> tuple[str, str]:
    """Return beginning and end of ``09:00-18:00``, two empty texts for the whole day; RuleBroken("duty.bad_hours")."""
    said = half_width(text).strip()
    if not said:
        return "", ""
    found = _HOURS.fullmatch(said)
    hours = [int(part) for part in found.groups()] if found else []
    if not found or hours[0] > 23 or hours[2] > 24 or hours[1] > 59 or hours[3] > 59 or hours[2:] > [24, 0]:
        raise RuleBroken("duty.bad_hours", said=text[:40])
    if hours == [0, 0, 24, 0]:
        return "", ""
    return f"{hours[0]:02}:{hours[1]:02}", f"{hours[2] % 24:02}:{hours[3]:02}"


def read_dates(text: str) -> tuple[date | None, date | None]:
    """Return first and last day of ``2026-12-01至2026-12-07``, or of one day; RuleBroken: "duty.bad_dates"."""
    said = half_width(text).strip()
    if not said:
        return None, None
    try:
        days = [parse_day(part) for part in re.split(r"\s*(?:至|到|~|—|–)\s*", said)]
    except RuleBroken as broken:
        raise RuleBroken("duty.bad_dates", said=text[:40]) from broken
    if len(days) > 2 or days[-1] < days[0]:
        raise RuleBroken("duty.bad_dates", said=text[:40])
    return days[0], days[-1]
