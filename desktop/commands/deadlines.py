"""When a period ends: `qianshao deadline`, which needs no store and nobody's signing in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands.access import Access
from desktop.commands.output import Said, moment
from sync.records.errors import RuleBroken, Unavailable
from sync.records.times import parse_moment

if TYPE_CHECKING:
    from resources import Wording
    from sync.records.calendars import Calendar
    from sync.records.deadlines import Rule


def deadline(args: argparse.Namespace, access: Access) -> Said:
    """Say when a period of a kind ends that begins at a moment, by which rule, and what was assumed."""
    from desktop.actions.calendars import calendar
    from sync.records.deadlines import deadline as ends

    say, rule = access.words, _rule(args.kind, args.grade)
    table = _calendar(args.calendar) if args.calendar else calendar()
    found = ends(rule, parse_moment(args.start, field="start"), table)
    assumed = [say(one.key, **dict(one.values)) for one in found.assumed]
    told = rule_words(say, rule)
    data = {"due": found.due.isoformat(timespec="seconds"), "rule": told, "assumed": assumed}
    return Said(data, [say("deadlines.ends", due=moment(found.due), rule=told)], assumed)


def _rule(kind: str, grade: str) -> Rule:
    """Return the rule of ``kind``; a dispatch order's clock is that of ``grade``, the gravest where none is said."""
    from desktop.actions.deadlines import deadline_rules, order_rule
    from sync.records.deadline_rules import ORDER_KINDS

    if kind in ORDER_KINDS:
        return order_rule(kind, grade)
    rules = deadline_rules()
    if kind not in rules:
        raise RuleBroken("deadlines.no_such_kind", field="kind", kind=kind, kinds=", ".join((*rules, *ORDER_KINDS)))
    return rules[kind]


def rule_words(say: Wording, rule: Rule) -> str:
    """Return a rule in words: how long, of what, and where it is written."""
    told = say("deadlines.rule", amount=rule.amount, unit=say(f"records.periodunit_{rule.unit.value}"))
    more = [say("deadlines.extend", amount=rule.extend)] if rule.extend else []
    return say("deadlines.between").join([told, *more, rule.source or say("deadlines.by_table", version=rule.version)])


def _calendar(file: Path) -> Calendar:
    from sync.records.calendars import read_calendar

    try:
        return read_calendar(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unavailable("cli.system", file=file, reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise RuleBroken("records.calendar_unreadable", reason="UTF-8") from error
