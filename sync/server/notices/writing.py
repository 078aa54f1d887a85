"""From what a message is about to what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from resources import Wording
from sync.records.dispatch_rules import Addressee, LadderStep
from sync.records.order_ladder import ladder_step
from sync.records.times import BEIJING, to_minute
from sync.server.notices.message import Message, worded
from sync.server.notices.subjects import Subject, is_past, subject_of
from sync.server.notices.whom import officer_of, telephone_of
from sync.server.store.directory import units
from sync.server.store.notices import ESCALATED, PERSONAL, Line
from sync.server.store.store import Connection


def written(conn: Connection, line: Line, public_url: str, words: Wording, now: datetime) -> Message | None:
    """Return what is to be sent now; None where nobody need be told any more."""
    if line.kind in PERSONAL:
        return _of_unit(conn, line, words)
    about = None if is_past(conn, line) else subject_of(conn, line)
    if about is None:
        return None
    staff = telephone_of(conn, line.unit, line.staff) if line.staff else ""
    message = Message(
        notice=line.notice,
        kind=line.kind,
        number=about.order.number,
        due=to_minute(_due(about, line).astimezone(BEIJING)),
        link=f"{public_url.rstrip('/')}/orders/{about.order.id}",
        telephone=staff if line.staff else officer_of(conn, line.unit, now),
        **_of_step(conn, about, words),
    )
    told = _with_text(message, words)
    asks_leader = line.kind == ESCALATED and about.step is not None and line.unit == about.step.department
    if asks_leader and Addressee.LEADER in (about.step.told.split() if about.step else ()):
        return replace(told, text=told.text + words("notices.text_leader_too"))
    return told


def _due(about: Subject, line: Line) -> datetime:
    """What the message is about is due then: the limit that a step is of, else that of reporting in."""
    if about.step is not None and about.step.due_at is not None:
        return about.step.due_at
    return about.order.report_by(about.reply.department if about.reply else line.unit)


def _of_step(conn: Connection, about: Subject, words: Wording) -> dict[str, str]:
    """Return which department, clock and step of the ladder it is about, in words."""
    said = about.step or about.reply
    department = units(conn).get(said.department) if said else None
    named = {"unit": department.name if department else ""}
    if about.step is None or about.step.clock is None:
        return named
    step = ladder_step(about.step.rung)
    word = words(f"records.ladderstep_{step}") if step in set(LadderStep) else ""
    return {**named, "clock": words(f"records.clock_{about.step.clock.value}"), "step": word}


def _of_unit(conn: Connection, line: Line, words: Wording) -> Message:
    unit = units(conn).get(line.unit)
    message = Message(
        notice=line.notice,
        kind=line.kind,
        due=to_minute(line.made_at.astimezone(BEIJING)),
        unit=unit.name if unit else "",
        telephone=telephone_of(conn, line.unit, line.staff),
    )
    return _with_text(message, words)


def _with_text(message: Message, words: Wording) -> Message:
    return replace(message, text=worded(message, words))
