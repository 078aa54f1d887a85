"""What the verbs about notices do: list the outbox, and send a test message by one channel."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Final

from resources import Wording
from sync.records.errors import QianshaoError
from sync.records.kinds import new_id
from sync.records.times import to_minute
from sync.server.cli import Said
from sync.server.notices.channels import read_channels
from sync.server.notices.message import Message, worded
from sync.server.notices.senders import notifier
from sync.server.place import Place
from sync.server.store.directory import units
from sync.server.store.notices import Line, newest
from sync.server.verbs import opened

SHOWN: Final = 200


def notices_list(_args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """The messages made last: about what, to whom, by which channel, how far."""
    read_channels(place)  # a file that is not as it must be is said here, too
    with opened(place) as store, store.read() as conn:
        found = newest(conn, SHOWN)
        names = {unit.unit: unit.name for unit in units(conn).values()}
    lines = [_told(line, names.get(line.unit, line.unit), words) for line in found]
    return Said([_plain(line) for line in found], lines or [words("notices.none")])


def _told(line: Line, unit: str, words: Wording) -> str:
    return words(
        "notices.line",
        at=to_minute(line.made_at),
        unit=unit,
        kind=words(f"notices.kind_{line.kind}"),
        channel=line.channel or "-",
        state=words(f"notices.state_{line.state.value}"),
        attempts=line.attempts,
    )


def _plain(line: Line) -> dict[str, object]:
    said = asdict(line)
    times = {name: at.isoformat() if (at := said[name]) else None for name in ("made_at", "due_at")}
    return {**said, **times, "state": line.state.value}


def notices_test(args: argparse.Namespace, place: Place, words: Wording) -> Said:
    """Send one message that says that it is a test; nothing of it is kept."""
    channel = read_channels(place).find(args.channel)
    plain = Message(new_id("notice"), "test", number="TEST", telephone=args.to)
    message = Message(**{**plain.places(), "text": worded(plain, words)})
    try:
        receipt = notifier(channel).send(message)
    except QianshaoError as error:
        told = words(error.key, **error.values)
        return Said({"taken": False, "reason": error.values.get("reason", error.key)}, [told], done=False)
    line = words("notices.taken", channel=channel.name, receipt=receipt or "-")
    return Said({"taken": True, "notice": message.notice, "receipt": receipt}, [line])
