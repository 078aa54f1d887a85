"""`qianshao departments suggest` and `qianshao departments duties`: who is likely to answer for a matter, and why."""

from __future__ import annotations

import argparse

from desktop.commands.access import Access
from desktop.commands.output import Said
from sync.records.errors import RuleBroken
from sync.records.visits import Category


def suggest(args: argparse.Namespace, access: Access) -> Said:
    """Rank the departments for a category and a text; each with its points and reasons."""
    from desktop.actions.departments import reason_words, suggested
    from desktop.store.units import units
    from sync.records.times import BEIJING

    if args.category not in set(Category):
        raise RuleBroken("departments.no_category", field="category", name=args.category, names="、".join(Category))
    with access.desk() as desk, desk.store.read() as reader:
        today = desk.now().astimezone(BEIJING).date()
        found = suggested(reader, args.category, args.text, today, args.limit)
        known = units(reader)
    data = [
        {
            "department": one.department,
            "name": known[one.department].name,
            "points": one.points,
            "reasons": [
                {"kind": r.kind.value, "points": r.points, "text": reason_words(access.words, r)} for r in one.reasons
            ],
        }
        for one in found
    ]
    lines = [
        f"{one.points}\t{known[one.department].name}\t{'；'.join(reason_words(access.words, r) for r in one.reasons)}"
        for one in found
    ]
    return Said(data, lines or [access.words("departments.none")])


def duties(args: argparse.Namespace, access: Access) -> Said:
    """Search in the responsibility list by words."""
    from desktop.actions.departments import duties_about
    from sync.records.times import BEIJING

    with access.desk() as desk, desk.store.read() as reader:
        found = duties_about(reader, args.text, desk.now().astimezone(BEIJING).date(), args.limit)
    data = [
        {
            "item": match.duty.item,
            "department": match.duty.department,
            "helpers": list(match.duty.helpers),
            "group": match.duty.group,
            "code": match.duty.code,
        }
        for match in found
    ]
    lines = [f"{row['item']}\t{row['department']}\t{'、'.join(row['helpers'])}" for row in data]
    return Said(data, lines or [access.words("departments.no_duty")])
