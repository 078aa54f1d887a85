"""The limits of a dispatch order: from the district's table that holds, else from the marked defaults."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from desktop.actions.calendars import calendar
from desktop.actions.rule_tables import shipped, table_in_force, table_of_version
from desktop.store.store import Reader
from sync.records.dispatch_rules import DispatchRules, Span, SpanUnit, read_rules
from sync.records.orders import OrderLimits
from sync.records.rule_tables import TableName
from sync.records.times import BEIJING

_HOUR: Final = timedelta(hours=1)


def dispatch_rules(reader: Reader, on: date) -> DispatchRules:
    """Return the table that holds at this store on a day."""
    found = table_in_force(reader, TableName.DISPATCH_RULES, on)
    return read_rules(found.table, found.version)


def rules_of_version(reader: Reader, version: str) -> DispatchRules | None:
    """Return the table under which an order was issued, by its ``rule_version``; None where it is not here."""
    found = table_of_version(reader, TableName.DISPATCH_RULES, version)
    return read_rules(found.table, found.version) if found else None


def default_rules() -> DispatchRules:
    """Return the table that the program ships."""
    found = shipped(TableName.DISPATCH_RULES)
    return read_rules(found.table, found.version)


def limits_of(rules: DispatchRules, category: str, grade: str, issued_at: datetime) -> OrderLimits:
    """Return what an order of ``category`` and ``grade`` demands; RuleBroken("tables.no_grade")."""
    limit = rules.limit(category, grade)
    report_by, resolve_by = (ends(span, issued_at, rules) for span in (limit.report, limit.resolve))
    return OrderLimits(
        rule_version=rules.version,
        report_minutes=int((report_by - issued_at) / timedelta(minutes=1)),
        leader_rank=limit.leader_rank,
        resolve_hours=max(1, int((resolve_by - issued_at) / _HOUR)),
        report_by=report_by,
        resolve_by=resolve_by,
        report=limit.report,
        arrive=limit.arrive,
        resolve=limit.resolve,
        arrive_by=ends(limit.arrive, issued_at, rules) if limit.arrive else None,
        to_confirm=rules.to_confirm,
    )


def ends(span: Span, start: datetime, rules: DispatchRules) -> datetime:
    """Return when a limit ends that begins at ``start``: minutes and hours run from there, days end at midnight."""
    if span.unit in (SpanUnit.MINUTES, SpanUnit.HOURS):
        return start + span.amount * (_HOUR if span.unit is SpanUnit.HOURS else timedelta(minutes=1))
    if span.unit is SpanUnit.DUTY_MINUTES:
        return _after_duty(span.amount, start.astimezone(BEIJING), rules)
    count = calendar().last_day if span.unit is SpanUnit.DAYS else calendar().last_working_day
    return datetime.combine(count(start.astimezone(BEIJING).date(), span.amount), time(23, 59, 59), BEIJING)


def _after_duty(minutes: int, start: datetime, rules: DispatchRules) -> datetime:
    """Walk through the hours of duty of one working day after another."""
    left, day = timedelta(minutes=minutes), start.date()
    while True:
        day = calendar().open_on_or_after(day)
        for first, last in sorted(rules.duty):
            begins = max(start, datetime.combine(day, first, BEIJING))
            room = max(timedelta(), datetime.combine(day, last, BEIJING) - begins)
            if left <= room:
                return begins + left
            left -= room
        day += timedelta(days=1)
