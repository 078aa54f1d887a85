"""Periods counted slowly and obviously: day after day and minute after minute, by the words of the law."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sync.records.calendars import Calendar
from sync.records.deadlines import Suspension
from sync.records.times import BEIJING

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def works(calendar: Calendar, day: date) -> bool:
    """Whether people work on a day: a made day of work always, else neither a weekend nor a holiday."""
    if day in calendar.work:
        return True
    if day.isoweekday() in (6, 7) or day in calendar.off:
        return False
    return day.year in calendar.years or (day.month, day.day) not in calendar.fixed


def day_rests(day: date, rests: Iterable[Suspension]) -> bool:
    """Whether a day is not counted: its midnight lies after a suspension's beginning and not after its end."""
    begins = datetime.combine(day, time(), BEIJING)
    return any(s.until is not None and s.since < begins <= s.until for s in rests)


def end_of_days(start: datetime, days: int, calendar: Calendar, rests: list[Suspension], *, working: bool) -> datetime:
    """The last second of the last day: leave out the first, count, and go on where nobody works."""
    day, left = start.astimezone(BEIJING).date(), days
    while left > 0:
        day = day + DAY
        if day_rests(day, rests) or (working and not works(calendar, day)):
            continue
        left = left - 1
    while not works(calendar, day):
        day = day + DAY
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=BEIJING)


def end_of_minutes(
    start: datetime, minutes: int, calendar: Calendar, rests: list[Suspension], *, duty: bool
) -> datetime:
    """The end of the last minute that ran; ``start`` and the rests lie on whole minutes."""
    at, left = start.astimezone(BEIJING), minutes
    while left > 0:
        rested = any(s.until is not None and s.since <= at < s.until for s in rests)
        on_duty = works(calendar, at.date()) and any(first <= at.time() < last for first, last in calendar.hours)
        if not rested and (on_duty or not duty):
            left = left - 1
        at = at + MINUTE
    return at
