"""Accusations without a window: seal one that comes on standard input, and list what was sealed here."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from desktop.commands.access import Access
from desktop.commands.output import Said, moment
from sync.records.errors import RuleBroken


def seal(args: argparse.Namespace, access: Access) -> Said:
    """Seal the text on standard input: no argument holds it, for arguments stand in histories and process lists."""
    from desktop.actions.accusations import seal_accusation
    from desktop.actions.directory import unit_options
    from desktop.forms.accusations import ACCUSATION_FORM
    from desktop.forms.questions import fresh

    accused, _, text = sys.stdin.read().partition("\n")
    given: dict[str, Any] = {"accused": accused.strip(), "text": text.strip(), "channel": args.channel}
    with access.desk() as desk:
        if args.past:
            named = [o.value for o in unit_options(desk) if args.past in (o.value, o.text)]
            if len(named) != 1:
                raise RuleBroken("actions.no_such_choice", field="accused_unit")
            given["accused_unit"] = named[0]
        done = seal_accusation(desk, fresh(ACCUSATION_FORM, "accusation", given))
    return Said([{"id": done.id, "code": done.number}], [access.words("cli.accusation_sealed", code=done.number)])


def list_all(_args: argparse.Namespace, access: Access) -> Said:
    """List what was sealed here: code, time, and to whom it goes."""
    from desktop.actions.accusations import accusation_rows
    from sync.records.canonical import plain

    with access.desk() as desk:
        rows = accusation_rows(desk)
    return Said([plain(row) for row in rows], ["\t".join((r.code, moment(r.happened_at), r.to)) for r in rows])
