"""Which departments an order is likely for, with reasons; and the responsibility list by words."""

from __future__ import annotations

from datetime import date

from desktop.actions.dispatch_rules import dispatch_rules
from desktop.actions.rule_tables import table_in_force
from desktop.store.past_orders import past_orders
from desktop.store.store import Reader
from desktop.store.units import units
from desktop.store.words import folded
from resources import Wording
from sync.records.department_ranking import Reason, ReasonKind, Suggestion, ranked
from sync.records.dispatch_rules import ANY
from sync.records.duties import DutyIndex, Match
from sync.records.duties import duty_index as index_of
from sync.records.rule_tables import TableName


def suggested(reader: Reader, category: str, text: str, on: date, limit: int = 5) -> list[Suggestion]:
    """Return the likeliest departments for a matter of ``category`` that ``text`` tells, the likeliest first."""
    usual = [
        department
        for row in dispatch_rules(reader, on).limits
        if row.category in (category, ANY)
        for department in row.departments
    ]
    duties = duty_index(reader, on)
    return ranked(category, folded(text), duties, past_orders(reader), dict.fromkeys(usual), _ordered(reader), limit)


def duties_about(reader: Reader, text: str, on: date, limit: int = 50) -> list[Match]:
    """Return the items of the responsibility list that have the words of ``text``, then those it speaks of."""
    index = duty_index(reader, on)
    return index.containing(folded(text), limit) if index else []


def duty_index(reader: Reader, on: date) -> DutyIndex | None:
    """Return the responsibility list that holds on a day; None where the district has published none."""
    found = table_in_force(reader, TableName.DUTIES, on)
    return index_of(found.text) if found.text else None


def _ordered(reader: Reader) -> dict[str, str]:
    """The identity of each department that may be ordered today, by its name and by itself."""
    known = [unit for unit in units(reader).values() if unit.department and unit.closed_on is None]
    return {unit.name: unit.unit for unit in known} | {unit.unit: unit.unit for unit in known}


def reason_words(words: Wording, reason: Reason) -> str:
    """Say why a department has points."""
    against = reason.kind is ReasonKind.SIMILAR and reason.points < 0
    key = "not_similar" if against else reason.kind.value
    return words(f"departments.reason_{key}", said=reason.said, count=reason.count)
