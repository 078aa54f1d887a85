"""What somebody put off on Today, until when and why: everybody at this desk sees it, and it is logged.

What is over is never hidden: the clock that was put off comes back when its time ends.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from desktop.actions.audit import note
from desktop.actions.desk import Desk, Done
from desktop.store.reader import Reader
from sync.records.audit import AuditAction
from sync.records.errors import RuleBroken
from sync.records.open_clocks import Standing
from sync.records.text import check_text

META_KEY: Final = "snoozes"
LONGEST_REASON: Final = 200
_WAITS: Final = frozenset({Standing.SOON, Standing.RUNNING})


@dataclass(frozen=True, slots=True)
class Snooze:
    """The clock ``key`` (its record, kind and unit) is put off ``until``, by ``name``, because of ``reason``."""

    key: str
    title: str
    until: datetime
    reason: str
    name: str


def snoozes(reader: Reader) -> tuple[Snooze, ...]:
    """Return everything that was put off and has not come back, the first to come back first."""
    rows = json.loads(reader.meta(META_KEY) or "[]")
    found = [Snooze(**{**row, "until": datetime.fromisoformat(row["until"])}) for row in rows]
    return tuple(sorted(found, key=lambda s: s.until))


def hidden(snooze: Snooze, standing: Standing, now: datetime) -> bool:
    """Whether a clock that stands so is left out of Today."""
    return now < snooze.until and standing in _WAITS


def put_off(desk: Desk, key: str, title: str, until: datetime, due: datetime, reason: str) -> Done:
    """Put a clock off until a moment, at the most until its end. RuleBroken without a reason, or where it is over."""
    said = reason.strip()
    if not said:
        raise RuleBroken("actions.snooze_reason", field="reason")
    check_text(said, field="reason", lines=False, limit=LONGEST_REASON)
    now = desk.now()
    if due <= now:
        raise RuleBroken("actions.snooze_over", field="until")
    kept = Snooze(key, title, min(until, due), said, desk.session.name)
    with desk.store.write() as work:
        rest = [s for s in snoozes(work) if s.key != key and s.until > now]
        work.set_meta(META_KEY, _keep([*rest, kept]))
        record, _, clock = key.partition(" ")
        note(work, desk.made(), AuditAction.PUT_OFF, record, f"{clock} {kept.until.isoformat()} {said}")
        work.changed("snooze")
        changes = work.changes
    return Done(record, changes=changes)


def take_back(desk: Desk, key: str) -> Done:
    """Let a clock that was put off be shown again."""
    with desk.store.write() as work:
        work.set_meta(META_KEY, _keep([s for s in snoozes(work) if s.key != key]))
        record, _, clock = key.partition(" ")
        note(work, desk.made(), AuditAction.PUT_OFF, record, f"{clock} again")
        work.changed("snooze")
        changes = work.changes
    return Done(record, changes=changes)


def _keep(found: list[Snooze]) -> str:
    return json.dumps([{**asdict(s), "until": s.until.isoformat()} for s in found], ensure_ascii=False)
