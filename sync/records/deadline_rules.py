"""The kinds of periods as data: those of the law, and those that no source sets, which a district sets by a table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Final

from sync.records.deadlines import IN_DAYS, PeriodUnit, Rule
from sync.records.errors import RuleBroken

ORDER_KINDS: Final = ("order-report", "order-arrive", "order-resolve", "order-ratify")
"""The clocks of a dispatch order: what they demand stands in the table of grades."""
KINDS: Final = (
    "petition-notice",
    "petition-objection",
    "petition-close",
    "review-request",
    "review-decision",
    "mediation-general",
    "mediation-labour",
    "mediation-medical",
    "mediation-administrative-accept",
    "mediation-administrative-complex",
    "mediation-administrative-transfer",
    "confirmation",
    "labour-review",
)
"""The kinds of the law that the program asks for: its table holds each of them."""
SETTABLE: Final = (
    "mediation-people-accept",
    "mediation-industry-accept",
    "mediation-police-accept",
    "passing-answer",
    "referral-result",
    "follow-up-term",
    "follow-up-effect",
    "court-accept",
    "court-decide",
    "court-decide-extended",
)
"""The kinds that no source sets: the program's figures are placeholders, and a district sets its own."""
UNSET: Final = "待区级确认"
"""What stands as the source of a placeholder."""
MOST: Final = 366
"""So many days or working days at most."""


def read_deadline_rules(text: str) -> Mapping[str, Rule]:
    """Return the rules that ``text`` spells in TOML, by name, as resources/dictionaries/deadlines.toml does.

    Raises RuleBroken("records.deadline_rules") where it is none, or a kind that the program asks for is missing.
    """
    try:
        table = tomllib.loads(text)
        rules = {name: _rule(name, row) for name, row in table.items()}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise RuleBroken("records.deadline_rules", reason=str(error)) from error
    if missing := [name for name in KINDS if name not in rules]:
        raise RuleBroken("records.deadline_rules", reason=", ".join(missing))
    return rules


def read_periods(table: Mapping[str, Any], version: str = "", *, confirmed: bool = True) -> dict[str, Rule]:
    """Return the rules of a table of periods (resources/dictionaries/periods.toml, or a district's) by kind.

    RuleBroken names the row: ("tables.period_by_law") for what a law sets, ("tables.no_kind") for what nobody asks for,
    ("tables.bad_period") for no whole number of days or working days, ("tables.no_text") for no source.
    """
    return {
        name: _period(name, row, version, confirmed=confirmed) for name, row in table.items() if isinstance(row, dict)
    }


def _period(name: str, row: Mapping[str, Any], version: str, *, confirmed: bool) -> Rule:
    if name in (*KINDS, *ORDER_KINDS):
        raise RuleBroken("tables.period_by_law", field="text", row=name)
    if name not in SETTABLE:
        raise RuleBroken("tables.no_kind", field="text", row="[...]", said=name[:40], names=", ".join(SETTABLE))
    amount, unit, source = row.get("amount"), row.get("unit"), row.get("source")
    counted = isinstance(amount, int) and not isinstance(amount, bool) and 1 <= amount <= MOST
    if not isinstance(amount, int) or not counted or unit not in IN_DAYS:
        raise RuleBroken("tables.bad_period", field="text", row=name, most=MOST)
    if not isinstance(source, str) or not source.strip():
        raise RuleBroken("tables.no_text", field="text", row=name, what="source")
    return Rule(name, amount, PeriodUnit(str(unit)), source.strip(), 0, confirmed, version)


def _rule(name: str, row: Mapping[str, Any]) -> Rule:
    amount, extend = int(row["amount"]), int(row.get("extend", 0))
    if amount < 1 or extend < 0:
        raise ValueError(f"{name}: {amount}, {extend}")
    confirmed, version = bool(row.get("confirmed", True)), str(row.get("version", ""))
    return Rule(name, amount, PeriodUnit(row["unit"]), str(row["source"]), extend, confirmed, version)
