"""The kinds of periods as data: which rules there are, and what a dispatch order's grade demands as rules."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Final

from sync.records.deadlines import PeriodUnit, Rule
from sync.records.errors import RuleBroken

ORDER_KINDS: Final = ("order-report", "order-arrive", "order-resolve")
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
    "confirmation",
    "labour-review",
    "passing-answer",
)
"""The kinds that the program asks for: a table holds each of them."""


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


def _rule(name: str, row: Mapping[str, Any]) -> Rule:
    amount, extend = int(row["amount"]), int(row.get("extend", 0))
    if amount < 1 or extend < 0:
        raise ValueError(f"{name}: {amount}, {extend}")
    confirmed, version = bool(row.get("confirmed", True)), str(row.get("version", ""))
    return Rule(name, amount, PeriodUnit(row["unit"]), str(row["source"]), extend, confirmed, version)
