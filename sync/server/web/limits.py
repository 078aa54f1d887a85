"""The limits of an order as a page shows them: by when, met or not, and how far ahead or behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from resources import Wording
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import Length
from sync.records.order_due import Limit, limit_of, met_at
from sync.records.order_parts import DepartmentState
from sync.records.order_stages import OVER
from sync.records.orders import OrderLimits
from sync.server.store.order_pages import OrderOnPage


@dataclass(frozen=True, slots=True)
class Due:
    """One limit: by when, when it was met (None: not yet), and how far it lies ahead or behind at ``now``.

    ``rests``: the order is suspended, so that ``by`` moves on and nobody is late.
    """

    by: datetime
    met: datetime | None
    now: datetime
    ended: bool
    rests: bool = False

    @property
    def late(self) -> bool:
        """Whether it was met too late, or has passed unmet."""
        return (self.met or self.now) > self.by and not ((self.ended or self.rests) and self.met is None)

    @property
    def over(self) -> bool:
        """Whether it has passed and is still unmet."""
        return self.late and self.met is None

    @property
    def left(self) -> timedelta:
        """How long it still is, or how long it is over."""
        return self.by - (self.met or self.now)


def limits_text(words: Wording, limits: OrderLimits) -> str:
    """Return what an order demands, in the units of its rules; the leader's time only where it is one of its own.

    An order of an older station says minutes and hours alone.
    """
    report = limits.report or Length(limits.report_minutes, PeriodUnit.MINUTES)
    resolve = limits.resolve or Length(limits.resolve_hours, PeriodUnit.HOURS)
    told = {"report": term_text(words, report), "resolve": term_text(words, resolve)}
    if limits.arrive is None or limits.arrive == report:
        return words("web.sheet_limits_text", **told)
    return words("web.sheet_limits_with_leader", arrive=term_text(words, limits.arrive), **told)


def term_text(words: Wording, length: Length) -> str:
    """Return a length as a rule says it: 30 分钟, 7 个工作日."""
    unit = f"one_{length.unit.value}" if length.amount == 1 else length.unit.value
    return words(f"web.term_{unit}", amount=length.amount)


def dues(on: OrderOnPage, now: datetime, department: str = "") -> dict[str, Due]:
    """Return the limits that the order sets, of the slowest department or of one: report, arrive and resolve."""
    parts = {name: part for name, part in on.state.by_department.items() if department in ("", name)}
    ended = on.state.state in OVER
    found = {limit.value: _due(on, parts, limit, now, ended) for limit in Limit}
    return {name: due for name, due in found.items() if due is not None}


def _due(on: OrderOnPage, parts: Mapping[str, DepartmentState], limit: Limit, now: datetime, ended: bool) -> Due | None:
    ends = [by for name, part in parts.items() if (by := limit_of(on.order, name, part, limit))]
    met, rests = _all_met([met_at(part, limit) for part in parts.values()]), on.state.course.suspended is not None
    return Due(max(ends), met, now, ended, rests and not ended) if ends else None


def _all_met(times: list[datetime | None]) -> datetime | None:
    known = [at for at in times if at]
    return max(known) if known and len(known) == len(times) else None
