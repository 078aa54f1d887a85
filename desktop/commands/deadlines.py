"""When a period ends (`qianshao deadline`, which works without a store), what is open at this desk (`qianshao due`)."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop.commands.access import Access
from desktop.commands.output import Said, moment, sentence
from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.times import parse_moment

if TYPE_CHECKING:
    from desktop.actions.deadlines import Counted
    from desktop.actions.due import DueRow
    from desktop.actions.open_items import OpenRow
    from resources import Wording
    from sync.records.calendars import Calendar
    from sync.records.deadlines import Rule

OF_AGREEMENT: Final = {
    "seal": "agreement-seal",
    "confirm": "confirmation",
    "arbitration_review": "labour-review",
    "performance": "agreement-performance",
    "follow_up": "agreement-follow-up",
    "court_accept": "court-accept",
    "court_decide": "court-decide",
}
"""What is due of an agreement (records.due.DueKind), by the names of the periods."""


def deadline(args: argparse.Namespace, access: Access) -> Said:
    """Say when a period of a kind ends that begins at a moment, by which rule and tables, and what was assumed.

    A station counts by the tables that held there on the day of the start, as an order keeps the version under which it
    was issued; where there are none yet, by those that the program ships.
    """
    from sync.records.deadline_rules import KINDS, ORDER_KINDS, SETTABLE
    from sync.records.deadlines import deadline as ends
    from sync.records.dispatch_rules import RATIFY
    from sync.records.times import BEIJING

    say, start, of_order = access.words, parse_moment(args.start, field="start"), args.kind in ORDER_KINDS
    own_calendar = _calendar(args.calendar) if args.calendar else None
    counted, why = _counted_by(
        access, start.astimezone(BEIJING).date(), needed=args.kind not in KINDS or own_calendar is None
    )
    rule = _rule(args.kind, args.grade, counted)
    calendar = own_calendar or counted.calendar
    found = ends(rule, start, calendar)
    assumed = [say(one.key, **dict(one.values)) for one in found.assumed]
    if of_order and args.kind != RATIFY and not args.grade:
        assumed.append(say("deadlines.assumed_gravest", grade=say(f"forms.grade_{counted.rules.grade_names[0]}")))
    if why:
        assumed.append(say("deadlines.assumed_shipped", why=why))
    told = rule_words(say, rule)
    tables = {"calendar": calendar.version} | ({"dispatch_rules": rule.version} if of_order else {})
    tables |= {"periods": rule.version} if args.kind in SETTABLE else {}
    data = {"due": found.due.isoformat(timespec="seconds"), "rule": told, "assumed": assumed, "tables": tables}
    by = say("deadlines.by_calendar", version=calendar.version)
    return Said(data, [say("deadlines.ends", due=moment(found.due), rule=told), by], assumed)


def _counted_by(access: Access, on: date, *, needed: bool) -> tuple[Counted, str]:
    """Return the tables that hold at this station on a day; the program's own, and why, where they cannot be read.

    There are only the program's before there is a store, and where a calendar was given that is all a kind needs.
    """
    from desktop.actions.deadlines import counted_by, counted_without_store

    if not needed or not access.home.store_path.exists():
        return counted_without_store(), ""
    try:
        with access.store() as store, store.read() as reader:
            return counted_by(reader, on), ""
    except (Refused, Unavailable) as error:
        return counted_without_store(), sentence(access.words, error)


def _rule(kind: str, grade: str, by: Counted) -> Rule:
    """Return the rule of ``kind``; a dispatch order's clock is that of ``grade``, the gravest where none is said."""
    from desktop.actions.deadlines import order_rule
    from sync.records.deadline_rules import ORDER_KINDS

    if kind in ORDER_KINDS:
        return order_rule(kind, grade, by.rules)
    rules = by.kinds
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


def due(args: argparse.Namespace, access: Access) -> Said:
    """List all that is open with its end, the soonest first, as the window lists it; or one sort of it."""
    from desktop.actions.due_list import Sort, due_list, told_entries
    from desktop.actions.open_items import OpenRow

    say = access.words
    at = parse_moment(args.at, field="at") if args.at else None
    with access.desk() as desk:
        found = due_list(desk, at, Sort(args.only) if args.only else None)
        with desk.store.read() as reader:
            told = told_entries(reader, found.entries)
            rows = [_item(say, row) if isinstance(row, OpenRow) else _of_agreement(say, row) for row in told]
    doubt = found.at.doubt
    notes = [say(f"records.clockdoubt_{doubt.value}", at=moment(found.at.now))] if doubt else []
    return Said(rows, [_line(say, row) for row in rows], notes)


def _item(say: Wording, row: OpenRow) -> dict[str, Any]:
    item = row.item
    return {
        "id": row.about,
        "kind": item.clock,
        "number": row.number,
        "title": row.title,
        "unit": row.unit,
        "due": item.due.isoformat(timespec="seconds"),
        "state": item.standing.value,
        "assumed": [say(one.key, **dict(one.values)) for one in item.assumed],
    }


def _of_agreement(say: Wording, row: DueRow) -> dict[str, Any]:
    """What an agreement makes due has a last day and no hour."""
    from sync.records.deadlines import end_of

    return {
        "id": row.agreement,
        "kind": OF_AGREEMENT[row.due.kind.value],
        "number": row.number,
        "title": row.text or row.title,
        "unit": "",
        "due": end_of(row.due.on).isoformat(timespec="seconds"),
        "state": row.standing.value,
        "assumed": [say(one.key, **dict(one.values)) for one in row.due.assumed],
    }


def _line(say: Wording, row: dict[str, Any]) -> str:
    kind, state = say(f"deadlines.kind_{row['kind'].replace('-', '_')}"), say(f"records.standing_{row['state']}")
    who = " ".join(part for part in (row["number"], row["unit"], row["title"]) if part)
    return f"{row['due'][:16].replace('T', ' ')}  {state}  {kind}  {who}"
