"""An exchange that stopped because it would erase or rewrite much at once: what it would change, and the answer."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from desktop.commands.access import Access
from desktop.commands.output import Said


def show(args: argparse.Namespace, access: Access) -> Said:
    """Show what waits for the station lead's answer."""
    from desktop.actions.mass_change import open_question

    words = access.words
    with access.desk() as desk:
        told = open_question(desk)
    if told is None:
        return Said({}, [], [words("exchange.mass_nothing")])
    asked = told.asked
    lines = [words(f"exchange.mass_{asked.direction}", **_counts(asked.erased, asked.rewritten, asked.stored))]
    for one in told.named:
        kind = words(f"records.kind_{one.kind}") if words.has(f"records.kind_{one.kind}") else one.kind
        lines.append("\t".join((one.id, kind, one.title)))
    return Said({**asdict(asked), "records": [asdict(one) for one in told.named]}, lines)


def allow(args: argparse.Namespace, access: Access) -> Said:
    """Let the exchange go on with the next day end."""
    return _answer(args, access, go_on=True)


def decline(args: argparse.Namespace, access: Access) -> Said:
    """Say no: the exchange stays stopped."""
    return _answer(args, access, go_on=False)


def _answer(args: argparse.Namespace, access: Access, *, go_on: bool) -> Said:
    from desktop.actions.mass_change import answer

    with access.desk() as desk:
        answer(desk, go_on=go_on, reason=args.reason)
    key = "exchange.mass_allowed" if go_on else "exchange.mass_stays"
    return Said({"allowed": go_on}, [access.words(key)])


def _counts(erased: int, rewritten: int, stored: int) -> dict[str, int]:
    return {"erased": erased, "rewritten": rewritten, "stored": stored}
