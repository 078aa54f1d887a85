"""The limits of a dispatch order: from the district's table that holds, else from the marked defaults."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from desktop.actions.rule_tables import shipped, table_in_force, table_of_version
from desktop.store.store import Reader
from sync.records.calendars import Calendar
from sync.records.deadlines import deadline
from sync.records.dispatch_rules import DispatchRules, Grade, read_rules
from sync.records.orders import OrderLimits
from sync.records.rule_tables import TableName


def dispatch_rules(reader: Reader, on: date) -> DispatchRules:
    """Return the table that holds at this store on a day."""
    found = table_in_force(reader, TableName.DISPATCH_RULES, on)
    return read_rules(found.table, found.version)


def rules_of_version(reader: Reader, version: str) -> DispatchRules | None:
    """Return the table under which an order was issued, by its ``rule_version``; None where it is not here."""
    found = table_of_version(reader, TableName.DISPATCH_RULES, version)
    return read_rules(found.table, found.version) if found else None


def grade_of(reader: Reader, version: str, name: str) -> Grade | None:
    """Return a grade as the rules had it under which an order was issued; None where they are not here any more."""
    rules = rules_of_version(reader, version)
    return next((grade for grade in rules.grades if grade.name == name), None) if rules else None


def default_rules() -> DispatchRules:
    """Return the table that the program ships."""
    found = shipped(TableName.DISPATCH_RULES)
    return read_rules(found.table, found.version)


def limits_of(rules: DispatchRules, calendar: Calendar, category: str, grade: str, issued_at: datetime) -> OrderLimits:
    """Return what an order of ``category`` and ``grade`` demands; RuleBroken("tables.no_grade").

    ``report_minutes`` and ``resolve_hours`` are for ends that know no other lengths.
    """
    limit = rules.limit(category, grade)
    report_by, arrive_by, resolve_by = (
        deadline(rules.clock(kind, category, grade), issued_at, calendar).due
        for kind in ("order-report", "order-arrive", "order-resolve")
    )
    return OrderLimits(
        rule_version=rules.version,
        report_minutes=(report_by - issued_at) // timedelta(minutes=1),
        leader_rank=limit.leader_rank,
        resolve_hours=max(1, (resolve_by - issued_at) // timedelta(hours=1)),
        report_by=report_by,
        resolve_by=resolve_by,
        report=limit.report,
        arrive=limit.arrive,
        resolve=limit.resolve,
        arrive_by=arrive_by,
        to_confirm=rules.to_confirm,
    )
