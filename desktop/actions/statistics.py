"""人民调解统计: count a period, compare with what was reported, report it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from desktop.actions.desk import Desk, Done
from desktop.actions.dispute_types import DisputeTypes, dispute_types
from desktop.store.amending import amended
from desktop.store.cases import cases_of
from desktop.store.reader import Reader
from sync.records.errors import Refused, RuleBroken
from sync.records.kinds import new_id
from sync.records.statistics import (
    DateBasis,
    Measure,
    Number,
    Period,
    StatisticsReport,
    counts,
    differences,
)
from sync.records.text import check_text
from sync.records.times import BEIJING

Key = tuple[str, Measure]
"""A row and a measure."""


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a period as they are now, and the last report of it with what changed since."""

    period: Period
    basis: DateBasis
    types: DisputeTypes
    numbers: Mapping[Key, Number]
    cases: int
    reported: StatisticsReport | None = None

    @property
    def changed(self) -> dict[Key, int]:
        """By how much each number differs from the report; empty where nothing was reported, or nothing changed."""
        return differences(self.reported.numbers, self.numbers) if self.reported else {}

    def value(self, row: str, measure: Measure) -> int:
        """A number; amounts in fen."""
        found = self.numbers.get((row, measure))
        return found.value if found else 0

    def cases_of(self, row: str, measure: Measure) -> tuple[str, ...]:
        """The mediations that a number counts."""
        found = self.numbers.get((row, measure))
        return found.cases if found else ()

    def came_and_went(self, row: str, measure: Measure) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The mediations that count now and did not when it was reported, and those that do no more."""
        before = {(n.type, n.measure): n.cases for n in self.reported.numbers} if self.reported else {}
        then, now = set(before.get((row, measure), ())), set(self.cases_of(row, measure))
        return tuple(sorted(now - then)), tuple(sorted(then - now))


def count(
    desk: Desk,
    period: Period,
    basis: DateBasis = DateBasis.EVENT,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = bool,
) -> Table:
    """Count a period in one snapshot; Refused("lists.cancelled"), ("lists.no_role") for whoever may do nothing here."""
    if not desk.session.roles:
        raise Refused("lists.no_role")
    types = dispute_types()
    with desk.store.read() as reader:
        cases = list(cases_of(reader, period, types.of, progress, cancelled))
        reported = last_report(reader, period, basis)
    numbers = counts(cases, period, basis)
    counted = {case for number in numbers.values() for case in number.cases}
    return Table(period, basis, types, numbers, len(counted), reported)


def last_report(reader: Reader, period: Period, basis: DateBasis) -> StatisticsReport | None:
    """Return what this unit last reported of a period."""
    found = cast("list[StatisticsReport]", reader.linked(reader.unit, "statistics_report.unit"))
    same = [r for r in found if (r.first, r.last, r.basis) == (period.first, period.last, basis)]
    gone = amended(reader, [r.id for r in same])
    return max((r for r in same if r.id not in gone), key=lambda r: r.id, default=None)


def report(desk: Desk, table: Table, reason: str = "") -> Done:
    """Freeze ``table`` as reported: its numbers, the definitions' version, and which mediations each counted.

    Reporting the same numbers again changes nothing. RuleBroken("actions.report_reason_missing") where a report of the
    period stands and numbers changed; Refused("actions.period_not_over") while its last day is not past.
    """
    desk.must_may("statistics_report")
    if table.period.last >= desk.now().astimezone(BEIJING).date():
        raise Refused("actions.period_not_over", last=table.period.last.isoformat())
    with desk.store.write() as work:
        before = last_report(work, table.period, table.basis)
        numbers = tuple(table.numbers[key] for key in sorted(table.numbers))
        if before is not None and (before.numbers, before.definitions) == (numbers, table.types.version):
            return Done(before.id)
        if before is not None and not reason.strip():
            raise RuleBroken("actions.report_reason_missing", field="reason")
        check_text(reason, field="reason", lines=False, limit=200)
        made = StatisticsReport(
            id=new_id("statistics_report"),
            made=desk.made(),
            amends=before.id if before else None,
            amend_reason=reason.strip() if before else "",
            unit=work.unit,
            first=table.period.first,
            last=table.period.last,
            basis=table.basis,
            definitions=table.types.version,
            numbers=numbers,
            cases=table.cases,
        )
        work.add(made)
    return Done(made.id, changes=work.changes)
