"""Held records: which there are, why, and what to do; and sending them again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.commands.access import Access
from desktop.commands.output import Said, moment

if TYPE_CHECKING:
    from desktop.store.rows import HeldRow
    from resources import Wording


def held(args: argparse.Namespace, access: Access) -> Said:
    """List what is held, having sent again what was asked; the exit code tells nothing about how many there are."""
    from desktop.actions.held import held_now, send_all_again, send_held_again

    words = access.words
    with access.desk() as desk:
        sent = len(args.again)
        for record_id in args.again:
            send_held_again(desk, record_id)
        if args.all_again:
            sent += send_all_again(desk)[0]
        found = held_now(desk, history=args.history)
    rows = [*found.held, *found.again, *found.closed]
    notes = [words("held.count", count=len(found.held))]
    notes += [words("held.count_again", count=len(found.again))] if found.again else []
    notes += [words("held.sent_again", count=sent)] if sent else []
    return Said([_data(words, row) for row in rows], [line for row in rows for line in _lines(words, row)], notes)


def _data(words: Wording, row: HeldRow) -> dict[str, Any]:
    from desktop.actions.held_words import why

    told = why(words, row)
    return {
        **{name: getattr(row, name) for name in ("id", "kind", "title", "reason", "staff_name", "successor")},
        "state": row.state.value,
        "field": told.field,
        "said": told.reason,
        "rule": told.rule,
        "do": told.do,
        "made_at": row.made_at.isoformat() if row.made_at else None,
        "refused_at": row.refused_at.isoformat(),
        "settled_at": row.settled_at.isoformat() if row.settled_at else None,
    }


def _lines(words: Wording, row: HeldRow) -> list[str]:
    from desktop.actions.held import WAITING
    from desktop.actions.held_words import kind_words, why

    told = why(words, row)
    what = f"{kind_words(words, row.kind)} {row.title}".strip()
    state = words(f"held.state_{row.state.value}")
    first = "\t".join((row.id, state, what, row.staff_name, moment(row.refused_at), told.field_told, told.reason))
    return [first, "\t" + words("held.line_do", text=told.do)] if row.state in WAITING else [first]
