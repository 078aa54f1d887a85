"""Proving: is this paper what it says, by which keys, and in which editions of words."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.commands.access import Access
from desktop.commands.output import Said, moment, sentence
from sync.records.canonical import plain
from sync.records.errors import QianshaoError

if TYPE_CHECKING:
    from desktop.actions.desk import Desk
    from desktop.actions.proving import Finding
    from desktop.actions.signing_keys import KeyStands


def verify(args: argparse.Namespace, access: Access) -> Said:
    """Verify papers: exit code 0 only where every one of them is genuine as a whole."""
    from desktop.actions.proving import GOOD

    say = access.words
    data: list[dict[str, Any]] = []
    lines: list[str] = []
    notes: list[str] = []
    done = True
    with access.desk() as desk:
        for name in args.files:
            try:
                found = _found(desk, name)
            except QianshaoError as error:
                told = sentence(say, error)
                data.append({"file": name, "verdict": "unreadable", "reason": told})
                notes.append(say("proof.read_error", file=name, sentence=told))
                done = False
                continue
            data += [{"file": name, **_whole(finding)} for finding in found]
            lines += [line for finding in found for line in _lines(access, name, finding, text=args.text)]
            done = done and all(finding.verdict in GOOD for finding in found)
    return Said(data, lines, notes, done=done)


def _found(desk: Desk, name: str) -> list[Finding]:
    from desktop.actions.proving import prove, prove_file

    return prove(desk, _standard_input()) if name == "-" else prove_file(desk, Path(name))


def _standard_input() -> bytes:
    """A PDF may come that way too, where there are bytes behind the text."""
    behind = getattr(sys.stdin, "buffer", None)
    return behind.read() if behind is not None else sys.stdin.read().encode()


def _lines(access: Access, name: str, finding: Finding, *, text: bool) -> list[str]:
    from desktop.actions.proving import notes, place, told

    lines = [f"{name}\t{place(finding, access.words)}{told(finding, access.words)}", *notes(finding, access.words)]
    return [*lines, finding.text] if text and finding.text else lines


def _whole(value: Finding | KeyStands) -> dict[str, Any]:
    """Return all fields for --json; a record's canonical form would leave out what is usual."""
    told: dict[str, Any] = plain({field.name: getattr(value, field.name) for field in fields(value)})
    return told


def key_show(_args: argparse.Namespace, access: Access) -> Said:
    """List the keys of this unit's desks."""
    from desktop.actions.signing_keys import keys_of

    say = access.words
    with access.desk() as desk:
        keys = keys_of(desk)
    lines = []
    for key in keys:
        states = [say("proof.state_ours" if key.ours else "proof.state_other")]
        states += [] if key.published else [say("proof.state_waiting")]
        states += [say("proof.state_ended")] if key.ended_at else []
        states += [say("proof.state_revoked")] if key.revoked_at else []
        lines.append(say("proof.key_line", key=key.key, at=moment(key.at), state="、".join(states)))
    return Said([_whole(key) for key in keys], lines or [say("proof.keys_none")])


def key_rotate(_args: argparse.Namespace, access: Access) -> Said:
    """Take a new key for this desk's papers."""
    from desktop.actions.signing_keys import rotate

    with access.desk() as desk:
        done = rotate(desk)
    return Said({"key": done.number}, [access.words("proof.rotated", key=done.number)])


def list_templates(_args: argparse.Namespace, access: Access) -> Said:
    """List the editions of words that came from the district, and why one cannot be used here."""
    from desktop.actions.editions import editions

    say = access.words
    with access.desk() as desk, desk.store.read() as reader:
        found = editions(reader)
    data, lines = [], []
    for one in found:
        fault = sentence(say, one.fault) if one.fault else ""
        data.append({"template": one.edition, "starts_on": one.starts_on.isoformat(), "fault": fault})
        key = "proof.template_fault" if fault else "proof.template_usable"
        lines.append(say(key, template=one.edition, day=one.starts_on, **({"fault": fault} if fault else {})))
    return Said(data, lines or [say("proof.templates_none")])
