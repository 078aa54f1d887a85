"""From what a message is about to what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from resources import Wording
from sync.records.dispatch_rules import LadderStep
from sync.records.order_ladder import ladder_step
from sync.records.order_steps import OrderStep
from sync.records.orders import OrderReply
from sync.records.times import BEIJING, to_minute
from sync.server.notices.message import Message, worded
from sync.server.notices.subjects import Subject, asks_leader, is_past, subject_of
from sync.server.notices.whom import leader_of, officer_of, telephone_of
from sync.server.store.directory import units
from sync.server.store.notices import ESCALATED, LEADER, LEADS, PERSONAL, Line, joined
from sync.server.store.store import Connection

_GRAVER: Final = (LadderStep.REMIND, LadderStep.URGE, LadderStep.ESCALATE, LadderStep.CRITICISE)
"""The steps of a ladder, the gravest last: a message that tells of several begins with that."""


def written(conn: Connection, line: Line, public_url: str, words: Wording, now: datetime) -> Message | None:
    """Return what is to be sent now; None where nobody need be told any more."""
    if line.kind in PERSONAL:
        return _of_unit(conn, line, words)
    about = None if is_past(conn, line) else subject_of(conn, line)
    if about is None:
        return None
    every = [about, *(one for each in joined(conn, line) if (one := subject_of(conn, each)) is not None)]
    about = max(every, key=_gravity)
    leader = leader_of(conn, line.unit, now) if line.staff == LEADS else ""
    message = Message(
        notice=line.notice,
        kind=line.kind,
        number=about.order.number,
        due=to_minute(_due(about, line).astimezone(BEIJING)),
        link=f"{public_url.rstrip('/')}/orders/{about.order.id}",
        telephone=leader or _number(conn, line, now),
        **_of_step(conn, about.step or about.reply, words),
    )
    if leader and line.kind == LEADER:
        return replace(message, text=words("notices.text_leader_self", **message.places()))
    if line.kind != ESCALATED:
        return _with_text(message, words)
    steps = [one.step for one in every if one.step is not None]
    told = replace(message, passed=_passed(conn, steps, words))
    text = worded(told, words) if len(steps) == 1 else words("notices.text_escalated_more", **told.places())
    too = not leader and any(asks_leader(line, one) for one in every)
    return replace(told, text=text + (words("notices.text_leader_too") if too else ""))


def _gravity(about: Subject) -> int:
    """How grave a step of the ladder is; 0 for what is none."""
    step = ladder_step(about.step.rung) if about.step else ""
    return next((place for place, one in enumerate(_GRAVER, 1) if one.value == step), 0)


def _passed(conn: Connection, steps: list[OrderStep], words: Wording) -> str:
    """Name every limit of which steps are told, the first first, each with what was done of it."""
    done: dict[tuple[datetime, str, str], dict[str, None]] = {}
    for step in steps:
        named = _of_step(conn, step, words)
        limit = (step.due_at or step.happened_at, named["unit"], named.get("clock", ""))
        done.setdefault(limit, {})[named.get("step", "")] = None
    told = [
        words(
            "notices.passed",
            unit=unit,
            clock=clock,
            due=to_minute(due.astimezone(BEIJING)),
            steps=words("notices.passed_comma").join(some),
        )
        for (due, unit, clock), some in sorted(done.items())
    ]
    return words("notices.passed_and").join(told)


def _number(conn: Connection, line: Line, now: datetime) -> str:
    """The number of the staff member whom it is for, else of the officer on duty, also where no leader is there now."""
    if line.staff in ("", LEADS):
        return officer_of(conn, line.unit, now)
    return telephone_of(conn, line.unit, line.staff)


def _due(about: Subject, line: Line) -> datetime:
    """What the message is about is due then: the limit that a step is of, else that of reporting in."""
    if about.step is not None and about.step.due_at is not None:
        return about.step.due_at
    return about.order.report_by(about.reply.department if about.reply else line.unit)


def _of_step(conn: Connection, said: OrderStep | OrderReply | None, words: Wording) -> dict[str, str]:
    """Return which department, clock and step of the ladder it is about, in words."""
    department = units(conn).get(said.department) if said else None
    named = {"unit": department.name if department else ""}
    if not isinstance(said, OrderStep) or said.clock is None:
        return named
    step = ladder_step(said.rung)
    word = words(f"records.ladderstep_{step}") if step in set(LadderStep) else ""
    return {**named, "clock": words(f"records.clock_{said.clock.value}"), "step": word}


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
