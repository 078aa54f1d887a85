"""What a list is narrowed to beside its search box: a period, states and other values, mine, a unit; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from desktop.store.listing import Filter
from sync.records.times import BEIJING

PERIODS: Final = ("today", "week", "month")
"""Since midnight, since Monday, since the first of the month; at +08:00."""
FIELDS: Final = ("period", "states", "categories", "channels", "purposes", "mine", "unit", "among")


@dataclass(frozen=True, slots=True)
class Narrow:
    """``period`` is one of `PERIODS`, or "days" from ``first`` to ``last``, both included (None: open).

    ``among`` are the ids of the records that a number counts, ``told`` the number in words.
    """

    period: str = ""
    first: date | None = None
    last: date | None = None
    states: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    mine: bool = False
    unit: str = ""
    among: tuple[str, ...] = ()
    told: str = ""

    def active(self) -> tuple[str, ...]:
        """The fields that narrow the list."""
        return tuple(field for field in FIELDS if getattr(self, field))

    def without(self, field: str) -> Narrow:
        """The same, but for one field."""
        if field == "period":
            return replace(self, period="", first=None, last=None)
        if field == "among":
            return replace(self, among=(), told="")
        return replace(self, **{field: getattr(Narrow(), field)})

    def filter(self, text: str, now: datetime, staff: str) -> Filter:
        """What the store is asked; ``staff`` is who "mine" means."""
        since, until = self._span(now.astimezone(BEIJING).date())
        return Filter(
            text=text,
            since=_midnight(since),
            until=_midnight(until),
            states=self.states,
            categories=self.categories,
            channels=self.channels,
            purposes=self.purposes,
            by=staff if self.mine else "",
            unit=self.unit,
            among=self.among,
        )

    def _span(self, today: date) -> tuple[date | None, date | None]:
        if self.period == "days":
            return self.first, self.last + timedelta(days=1) if self.last else None
        begins = {
            "today": today,
            "week": today - timedelta(days=today.weekday()),
            "month": today.replace(day=1),
        }
        return begins.get(self.period), None


def _midnight(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING) if day is not None else None
