"""How the registers are said, on the command line and on the pages."""

from __future__ import annotations

from datetime import date

from resources import Wording
from sync.records.duty_rosters import DutyShift
from sync.records.order_authorities import OrderAuthority


def state_of(entry: OrderAuthority, today: date) -> str:
    """Return the last part of the wording key of how an authority stands: holds, over, withdrawn."""
    return "withdrawn" if entry.withdrawn else "holds" if entry.holds(today) else "over"


def when(shift: DutyShift, words: Wording) -> str:
    """Say when a shift is."""
    parts = []
    if shift.weekdays:
        parts.append(words("duty.weekdays", days="".join(words(f"duty.weekday_{d}") for d in shift.weekdays).strip()))
    if shift.first:
        one = shift.first == shift.last
        parts.append(str(shift.first) if one else words("duty.dates", first=shift.first, last=shift.last))
    if not parts:
        parts.append(words("duty.every_day"))
    if not shift.since:
        return " ".join([*parts, words("duty.whole_day")])
    until = words("duty.next_day", until=shift.until) if shift.until <= shift.since else shift.until
    return " ".join([*parts, words("duty.hours", since=shift.since, until=until)])
