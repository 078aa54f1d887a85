"""Bundles on a stick: write one, read the answer."""

from __future__ import annotations

import argparse

from desktop.commands.access import Access
from desktop.commands.output import Meter, Said, moment
from desktop.commands.work import interruptible


def write(args: argparse.Namespace, access: Access) -> Said:
    """Write a bundle of everything that waits; one interrupt stops it and leaves no file."""
    from desktop.actions.bundles import write_bundle

    say = access.words
    meter = Meter(say("bundle.writing"))
    with access.desk() as desk, interruptible() as interrupted:
        done = write_bundle(
            desk, access.home, access.keys(), args.out, part_mb=args.part_mb, report=meter, cancelled=interrupted
        )
    data = {
        "files": [str(path) for path in done.files],
        "sequence": done.sequence,
        "records": done.records,
        "attachments": done.attachments,
        "bytes": done.size,
    }
    lines = [say("bundle.written", records=done.records, attachments=done.attachments)]
    return Said(data, [*lines, *(str(path) for path in done.files)], [say("bundle.next_up")])


def read(args: argparse.Namespace, access: Access) -> Said:
    """Read the district's answer."""
    from desktop.actions.bundles import read_answer

    say = access.words
    meter = Meter(say("bundle.reading"))
    with access.desk() as desk, interruptible() as interrupted:
        done = read_answer(desk, access.home, access.keys(), args.files, report=meter, cancelled=interrupted)
    names = ("sequence", "accepted", "refused", "attachments", "pulled", "unsent", "held", "agreed")
    data = {name: getattr(done, name) for name in names}
    lines = [say("bundle.read", **data)]
    if done.agreed:
        lines.append(say("bundle.agreed", at=moment(done.at)))
    notes = [] if done.agreed is not False else [say("cli.not_agreed")]
    return Said(data, lines, notes, done=done.agreed is not False)
