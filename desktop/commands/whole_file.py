"""The whole file of a mediation to one PDF: `qianshao print file ID --out FILE`."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands.access import Access
from desktop.commands.output import Meter, Said
from sync.records.errors import RuleBroken, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desktop.actions.binding import Part
    from desktop.actions.desk import Desk
    from desktop.actions.papers import Printed

_TRIES = 3


def print_file(args: argparse.Namespace, access: Access, interrupted: Callable[[], bool]) -> Said:
    """Bind what is new and record it, or give out a copy; the PDF has its name only after the record is there."""
    from desktop.actions.fetching import read_or_fetch
    from desktop.actions.file_parts import issue_copy, standing

    with access.desk() as desk:

        def fetch(attachment_id: str) -> bytes:
            return read_or_fetch(desk, access.home, access.keys(), attachment_id)[1]

        state = standing(desk, args.id)
        if args.part or (state.parts and not state.new):
            number = args.part or len(state.parts)
            printed = issue_copy(desk, args.id, number, args.copies or 1)
            with placed(args.out, printed.bytes):
                pass
            line = access.words("whole_file.copied", number=number, copy=printed.copy, file=args.out)
            return Said(_data(printed, args.out, number, state.parts[number - 1]), [line])
        meter = Meter(access.words("whole_file.making"))
        printed, part = _bound(desk, args, meter, interrupted, fetch)
    number, (first, last) = len(state.parts) + 1, part.pages
    key = "whole_file.made_appendix" if number > 1 else "whole_file.made"
    data = _data(printed, args.out, number, part.pages) | {
        "missing": list(part.missing),
        "unvouched": list(part.unvouched),
        "held_back": list(part.held_back),
        "contents": [[c.document, c.first, c.last] for c in part.contents],
    }
    return Said(data, [access.words(key, first=first, last=last, file=args.out)], notes(part, access))


def notes(part: Part, access: Access) -> list[str]:
    """Return the sentences about what is not as it should be."""
    said = []
    if part.missing:
        said.append(access.words("whole_file.missing", documents="、".join(map(access.words, part.missing))))
    if part.held_back:
        said.append(access.words("whole_file.held_back", documents="、".join(part.held_back)))
    if part.unvouched:
        said.append(access.words("whole_file.unvouched", files="、".join(part.unvouched)))
    return said


def _bound(
    desk: Desk,
    args: argparse.Namespace,
    meter: Meter,
    interrupted: Callable[[], bool],
    fetch: Callable[[str], bytes],
) -> tuple[Printed, Part]:
    """Bind, write, record, in this order; anew where the file changed meanwhile."""
    from desktop.actions.binding import bind_part
    from desktop.actions.file_parts import issue_part

    for _ in range(_TRIES):
        part = bind_part(desk, args.id, meter, interrupted, fetch)
        try:
            with placed(args.out, part.pdf):
                printed = issue_part(desk, part, args.copies or 1)
        except RuleBroken as why:
            if why.key != "whole_file.changed":
                raise
            continue
        return printed, part
    raise Unavailable("store.busy")


@contextmanager
def placed(path: Path, content: bytes) -> Iterator[None]:
    """Write a file, and give it its name only after the block; Unavailable("cli.cannot_write") leaves nothing."""
    from desktop.config import staged

    try:
        with staged(path, content):
            yield
    except OSError as error:
        raise Unavailable("cli.cannot_write", file=path) from error


def _data(printed: Printed, out: Path, number: int, pages: tuple[int, int]) -> dict[str, object]:
    return {
        "print": printed.print_id,
        "copy": printed.copy,
        "part": number,
        "first_page": pages[0],
        "last_page": pages[1],
        "file": str(out),
        "sha256": hashlib.sha256(printed.bytes).hexdigest(),
    }
