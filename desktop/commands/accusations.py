"""Accusations without a window: seal one that comes on standard input, and list what was sealed here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands.access import Access
from desktop.commands.output import Said, moment
from sync.records.errors import RuleBroken

if TYPE_CHECKING:
    from desktop.actions.attachments import Content


def seal(args: argparse.Namespace, access: Access) -> Said:
    """Seal the text on standard input, with files: no argument holds a word of it, for arguments stand in histories and
    process lists. One file that is not taken refuses all: nothing is kept.
    """
    from desktop.actions.accusations import seal_accusation
    from desktop.actions.attachments import FILES, HELD, entry
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
        files = [{**entry(file), HELD: file} for file in _made_fit(args.file)]
        done = seal_accusation(desk, fresh(ACCUSATION_FORM, "accusation", {**given, FILES: files}))
    lines = [access.words("cli.accusation_sealed", code=done.number)]
    lines += [access.words("cli.accusation_files", count=len(files))] if files else []
    return Said([{"id": done.id, "code": done.number, "files": len(files)}], lines)


def _made_fit(paths: Sequence[Path]) -> list[Content]:
    """Read files as the form does: pictures without what a camera wrote, each known by its bytes."""
    from desktop.actions.attachments import Content

    if not paths:
        return []
    from desktop.ui.pictures import prepare_path  # with Qt's parts for pictures and PDFs

    ready = [prepare_path(path, lambda _done, _of: None, bool) for path in paths]
    return [Content(one.name, one.media_type, one.content) for one in ready]


def list_all(_args: argparse.Namespace, access: Access) -> Said:
    """List what was sealed here: code, time, and to whom it goes."""
    from desktop.actions.accusations import accusation_rows
    from sync.records.canonical import plain

    with access.desk() as desk:
        rows = accusation_rows(desk)
    return Said([plain(row) for row in rows], ["\t".join((r.code, moment(r.happened_at), r.to)) for r in rows])
