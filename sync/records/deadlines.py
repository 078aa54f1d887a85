"""The one deadline engine: a rule, a start, a calendar, what rested and what was added → when a period ends, and why.

Days leave out their first, and one that would be the last but is a day off (a made day of work is none) gives way to
the next day of work (民法典 201–203, 民事诉讼法 85); they end at 23:59:59. Hours and minutes run from the moment, and
are never days divided. All is counted at +08:00. Whatever had to be assumed is said; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from sync.records.calendars import LONGEST, Calendar
from sync.records.spans import Span, duty_end, merged, round_the_clock_end
from sync.records.times import BEIJING

_DAY: Final = timedelta(days=1)
_LAST_SECOND: Final = time(23, 59, 59, tzinfo=BEIJING)
_NEVER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=BEIJING)
OLD_YEARS: Final = 2
"""So many years after its last one a calendar is called old."""


class PeriodUnit(StrEnum):
    """What a rule counts. ``DUTY_MINUTES`` run in the hours of duty, ``MINUTES`` and ``HOURS`` round the clock."""

    MINUTES = "minutes"
    DUTY_MINUTES = "duty_minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"


IN_DAYS: Final = frozenset({PeriodUnit.DAYS, PeriodUnit.WORKING_DAYS})


@dataclass(frozen=True, slots=True)
class Rule:
    """A period by name. ``source``: law and article; ``extend``: the most that may be added to ``amount``.

    ``confirmed`` is False for a default that nobody has set; ``version`` names the table that it came from.
    """

    name: str
    amount: int
    unit: PeriodUnit
    source: str = ""
    extend: int = 0
    confirmed: bool = True
    version: str = ""


@dataclass(frozen=True, slots=True)
class Suspension:
    """Time that is not counted. Without ``until`` it lasts; of days, those after the first up to the last rest."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """More time: ``amount`` of the rule's unit, or ``until`` a moment. It counts only if ``asked`` before the end.

    ``instead``: a period of its own in the place of the rule's, which may be shorter and counts whenever it was agreed
    on; after the end that is told. ``note`` is the wording key that tells a moved end, with the day ``until`` which.
    """

    asked: datetime
    amount: int = 0
    until: datetime | None = None
    instead: bool = False
    note: str = ""


class Assumed(NamedTuple):
    """Something that was taken for granted: a wording key and what stands in its places."""

    key: str
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """``due`` is the last second (of days) or the moment at +08:00. ``stopped``: it rests now, and ``due`` moves on."""

    due: datetime
    rule: Rule
    assumed: tuple[Assumed, ...] = ()
    stopped: bool = False

    @property
    def last_day(self) -> date:
        """The day on which it ends."""
        return self.due.date()


class Item(NamedTuple):
    """One thing that runs."""

    rule: Rule
    start: datetime
    suspensions: Sequence[Suspension] = ()
    extensions: Sequence[Extension] = ()


def deadline(
    rule: Rule,
    start: datetime,
    calendar: Calendar,
    suspensions: Sequence[Suspension] = (),
    extensions: Sequence[Extension] = (),
    *,
    now: datetime | None = None,
) -> Deadline:
    """Return when the period that ``rule`` names and that begins at ``start`` ends.

    A suspension without an end rests until ``now``; without ``now`` it is only told (``Deadline.stopped``). An
    extension asked for after the end that held until then, or by more than the rule allows, is told and not counted.
    """
    try:
        return _Counting(rule, start, calendar, suspensions, now).ended(extensions)
    except OverflowError:  # a desk whose clock is broken
        return Deadline(_NEVER, rule, (Assumed("records.assumed_never"),))


def end_of(day: date) -> datetime:
    """Return the last second of a day, as limits in days end."""
    return datetime.combine(day, _LAST_SECOND)


def deadline_of_day(rule: Rule, day: date, calendar: Calendar) -> Deadline:
    """Return when a period ends that begins on ``day``, of which no hour is known."""
    return deadline(rule, datetime.combine(day, time(), BEIJING), calendar)


def deadlines(items: Iterable[Item], calendar: Calendar, *, now: datetime | None = None) -> list[Deadline]:
    """Return `deadline` of each of ``items``; a rule's days from one day on are counted once."""
    by_day: dict[int, EndsByDay] = {}
    found: list[Deadline] = []
    for rule, start, suspensions, extensions in items:
        if suspensions or extensions or rule.unit not in IN_DAYS or start.year >= _NEVER.year:
            found.append(deadline(rule, start, calendar, suspensions, extensions, now=now))
            continue
        known = by_day.get(id(rule))
        if known is None:
            known = by_day[id(rule)] = EndsByDay(rule, calendar)
        found.append(known[start.astimezone(BEIJING).toordinal()])
    return found


class EndsByDay(dict[int, Deadline]):
    """The ends of a rule in days by the ordinal of the day on which a period begins, each counted when first asked."""

    def __init__(self, rule: Rule, calendar: Calendar) -> None:
        super().__init__()
        self.rule, self.calendar = rule, calendar

    def __missing__(self, ordinal: int) -> Deadline:
        found = self[ordinal] = deadline_of_day(self.rule, date.fromordinal(ordinal), self.calendar)
        return found


class _Counting:
    """One period while it is counted: the days that were asked of the calendar tell what was assumed."""

    def __init__(
        self,
        rule: Rule,
        start: datetime,
        calendar: Calendar,
        suspensions: Sequence[Suspension],
        now: datetime | None,
    ) -> None:
        self.rule, self.start, self.calendar = rule, start.astimezone(BEIJING), calendar
        self.stopped = any(s.until is None for s in suspensions)
        self.rests = merged(Span(s.since, s.until or now or s.since) for s in suspensions)
        self.unknown: set[int] = set()

    def ended(self, extensions: Sequence[Extension]) -> Deadline:
        """Count, then count again with each extension in the order in which they were asked for."""
        due, added, more, until = self._due(0), 0, list[Assumed](), self.start
        moved: tuple[Assumed, ...] = ()
        for extension in sorted(extensions, key=lambda e: e.asked):
            late = extension.asked > due
            if extension.instead and extension.until is not None:
                due = until = extension.until.astimezone(BEIJING)
                moved = _moved(extension, due, late=late)
                continue
            if late:
                asked = extension.asked.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
                more.append(Assumed("records.assumed_extension_late", (("asked", asked),)))
                continue
            if added + extension.amount > self.rule.extend:
                more.append(Assumed("records.assumed_extension_cut", (("most", self.rule.extend),)))
            added = min(added + extension.amount, self.rule.extend)
            until = max(until, (extension.until or until).astimezone(BEIJING))
            due = max(self._due(added), until)
            if due == until:
                moved = _moved(extension, due, late=False) or moved
        return Deadline(due, self.rule, (*moved, *self._assumed(), *more), self.stopped)

    def _due(self, added: int) -> datetime:
        amount = self.rule.amount + added
        match self.rule.unit:
            case PeriodUnit.MINUTES:
                return round_the_clock_end(self.start, timedelta(minutes=amount), self.rests)
            case PeriodUnit.HOURS:
                return round_the_clock_end(self.start, timedelta(hours=amount), self.rests)
            case PeriodUnit.DUTY_MINUTES:
                hours = self.calendar.hours
                return duty_end(self.start, timedelta(minutes=amount), self.rests, hours, self._off)
            case PeriodUnit.DAYS:
                last = self._counted(amount, lambda _day: True) if self.rests else self.start.date() + amount * _DAY
            case _:
                last = self._counted(amount, lambda day: not self._off(day))
        return end_of(self._open_on_or_after(last))

    def _counted(self, amount: int, counts: Callable[[date], bool]) -> date:
        """Return the last of ``amount`` days after the first; those that rest, or do not count, are passed over."""
        rests = [(span.since.astimezone(BEIJING).date(), span.until.astimezone(BEIJING).date()) for span in self.rests]
        day = self.start.date()
        while amount:
            day += _DAY
            if not any(since < day <= until for since, until in rests) and counts(day):
                amount -= 1
        return day

    def _open_on_or_after(self, day: date) -> date:
        for _ in range(LONGEST):
            if not self._off(day):
                break
            day += _DAY
        return day

    def _off(self, day: date) -> bool:
        if not self.calendar.known(day):
            self.unknown.add(day.year)
        return self.calendar.is_off(day)

    def _assumed(self) -> list[Assumed]:
        rule, calendar = self.rule, self.calendar
        told = [Assumed("records.assumed_year", (("year", year),)) for year in sorted(self.unknown)]
        counts_days = rule.unit in IN_DAYS or rule.unit is PeriodUnit.DUTY_MINUTES
        last = max(calendar.years, default=0)
        if counts_days and is_old(calendar, self.start.date()):
            told.append(Assumed("records.assumed_old", (("version", calendar.version), ("last", last))))
        if rule.unit is PeriodUnit.DUTY_MINUTES and not calendar.duty:
            told.append(Assumed("records.assumed_duty"))
        if not rule.confirmed:
            told.append(Assumed("records.assumed_unconfirmed", (("version", rule.version),)))
        if self.stopped:
            told.append(Assumed("records.assumed_stopped"))
        return told


def _moved(extension: Extension, due: datetime, *, late: bool) -> tuple[Assumed, ...]:
    """Tell why a period ends when it does, where the extension has words for that."""
    if not extension.note:
        return ()
    until = ("until", due.date().isoformat())
    if not late:
        return (Assumed(extension.note, (until,)),)
    asked = ("asked", extension.asked.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"))
    return (Assumed(f"{extension.note}_late", (until, asked)),)


def is_old(calendar: Calendar, day: date) -> bool:
    """Whether the calendar ends two years or more before ``day``'s."""
    return day.year - max(calendar.years, default=0) >= OLD_YEARS
