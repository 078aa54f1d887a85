"""The kinds of periods that are counted here, and when one of them ends (resources/dictionaries/deadlines.toml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache

from desktop.actions.calendars import calendar
from desktop.actions.dispatch_rules import DispatchRules, default_rules
from resources import read_text
from sync.records.deadline_rules import read_deadline_rules
from sync.records.deadlines import Deadline, Extension, PeriodUnit, Rule, Suspension, deadline, deadline_of_day
from sync.records.errors import RuleBroken


@cache
def deadline_rules() -> Mapping[str, Rule]:
    """Return the rules by kind, those of a dispatch order's clocks not among them: they follow from its grade."""
    return read_deadline_rules(read_text("dictionaries", "deadlines.toml"))


def due_by(
    kind: str,
    start: datetime | date,
    suspensions: Sequence[Suspension] = (),
    extensions: Sequence[Extension] = (),
    *,
    now: datetime | None = None,
) -> Deadline:
    """Return when the period of ``kind`` ends that began at ``start``, by the calendar that holds here.

    ``suspensions``, ``extensions`` and ``now`` are as `sync.records.deadlines.deadline` takes them; a day has none.
    """
    rule = deadline_rules()[kind]
    if not isinstance(start, datetime):
        return deadline_of_day(rule, start, calendar())
    return deadline(rule, start, calendar(), suspensions, extensions, now=now)


def order_rule(kind: str, grade: str = "", rules: DispatchRules | None = None) -> Rule:
    """Return the rule of a dispatch order's clock for ``grade``, the gravest where none is said.

    A leader has to be there when the department has to report in. RuleBroken("actions.no_such_grade").
    """
    table = rules or default_rules()
    limit = table.grades.get(grade or next(iter(table.grades)))
    if limit is None:
        raise RuleBroken("actions.no_such_grade", field="grade", grade=grade)
    if kind == "order-resolve":
        amount, unit = limit.resolve_hours, PeriodUnit.HOURS
    else:
        amount, unit = limit.report_minutes, PeriodUnit.MINUTES
    return Rule(kind, amount, unit, confirmed=not table.version.startswith("default"), version=table.version)
