"""The limits of a dispatch order by grade: the district's table where it has set one, else marked defaults."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from desktop.store.store import Reader, Work
from resources import read_text
from sync.records.errors import RuleBroken
from sync.records.orders import OrderLimits

META_KEY = "dispatch_rules"


@dataclass(frozen=True, slots=True)
class Limit:
    """What one grade demands: minutes to report in, the leader's rank, hours to resolve."""

    report_minutes: int
    leader_rank: str
    resolve_hours: int


@dataclass(frozen=True, slots=True)
class DispatchRules:
    """One version of the table. ``authority`` is what an order's form proposes as its authority."""

    version: str
    authority: str
    grades: dict[str, Limit]

    def limits(self, grade: str, issued_at: datetime) -> OrderLimits:
        """Return what an order of ``grade`` demands; hours count from the moment of issue (民法典 201)."""
        limit = self.grades.get(grade)
        if limit is None:
            raise RuleBroken("actions.no_such_grade", field="grade", grade=grade)
        return OrderLimits(
            rule_version=self.version,
            report_minutes=limit.report_minutes,
            leader_rank=limit.leader_rank,
            resolve_hours=limit.resolve_hours,
            report_by=issued_at + timedelta(minutes=limit.report_minutes),
            resolve_by=issued_at + timedelta(hours=limit.resolve_hours),
        )


def dispatch_rules(reader: Reader) -> DispatchRules:
    """Return the table that holds at this store."""
    own = reader.meta(META_KEY)
    return default_rules() if own is None else read_rules(json.loads(own))


@cache
def default_rules() -> DispatchRules:
    """Return the table that the program ships."""
    return read_rules(tomllib.loads(read_text("dictionaries", "dispatch_rules.toml")))


def read_rules(table: dict[str, Any]) -> DispatchRules:
    """Return the table that ``{"version", "authority", "grade": {GRADE: {…}}}`` spells; RuleBroken where it is none."""
    try:
        grades = {
            str(grade): Limit(int(row["report_minutes"]), str(row["leader_rank"]), int(row["resolve_hours"]))
            for grade, row in table["grade"].items()
        }
        rules = DispatchRules(str(table["version"]), str(table.get("authority", "")), grades)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RuleBroken("actions.bad_dispatch_rules") from error
    sane = all(0 < g.report_minutes <= g.resolve_hours * 60 for g in grades.values())
    if not grades or not rules.version or not sane:
        raise RuleBroken("actions.bad_dispatch_rules")
    return rules


def set_rules(work: Work, table: dict[str, Any]) -> None:
    """Keep another table at this store, after checking it."""
    read_rules(table)
    work.set_meta(META_KEY, json.dumps(table, ensure_ascii=False))
