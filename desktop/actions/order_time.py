"""When an order is given: by the desk's clock, and where that is not believed by what is, or by what somebody says.

An order's limits run from its time, so a wrong clock would make them overdue or hide them for as long as it is wrong.
Where the district's signed word and the steady clock decide, they tell the time; where they do not, the form asks for
it. An emergency waits for nobody: it goes out under the latest time that it may be, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from desktop.actions.clock import believed_now
from desktop.actions.desk import Desk
from desktop.forms.orders import DOUBTED, EMERGENCY, REQUEST
from desktop.store.clock import heard_signed
from desktop.store.reader import Reader
from sync.records.believed import SILENCE, SLACK, Believed, ClockDoubt
from sync.records.errors import RuleBroken
from sync.records.times import parse_moment

DECIDED: Final = frozenset({ClockDoubt.MOVED, ClockDoubt.OFF})
"""Doubts in which something else tells the time; in the others it is known only what it is not."""
OFFERED: Final = "_issued_at"
"""In a draft: the time that the form offered; left as it is, the order is given when it is handed in."""
CALLED_WITHIN: Final = timedelta(days=1)
"""So long before the paper somebody was called at the most, where the clock that noted it is not believed."""


def judged(reader: Reader, desk: Desk) -> tuple[Desk, Believed]:
    """Return the desk with a clock that stands at the time that is believed, and how it is believed."""
    told = believed_now(reader, desk.now())
    at = told.now if told.doubt in DECIDED else told.latest
    return (desk if told.doubt is None else replace(desk, now=lambda: at)), told


def time_asked(told: Believed) -> dict[str, Any]:
    """What ORDER_FORM opens with: a question for the time where the desk's clock is doubted."""
    if told.doubt is None:
        return {}
    offered = told.now.replace(second=0, microsecond=0).isoformat() if told.doubt in DECIDED else ""
    return {DOUBTED: told.doubt.value, "issued_at": offered, OFFERED: offered}


def at_its_time(reader: Reader, desk: Desk, draft: Mapping[str, Any]) -> tuple[Desk, Believed]:
    """Return the desk at the time under which the order of ``draft`` is given.

    RuleBroken where nothing tells it and nobody said it, or what was said cannot be.
    """
    timed, told = judged(reader, desk)
    said = str(draft.get("issued_at") or "").strip()
    if told.doubt is None or draft.get("way") == REQUEST or (said and said == draft.get(OFFERED)):
        return timed, told
    if said:
        at = _checked(reader, parse_moment(said, field="issued_at"), told)
        return replace(desk, now=lambda: at), told
    if told.doubt in DECIDED or draft.get("way") == EMERGENCY:
        return timed, told
    raise RuleBroken("actions.order_time_unknown", field="issued_at")


def check_call_time(told: Believed, at: datetime, paper: datetime, field: str) -> None:
    """A call that a doubted clock noted lies not long before the paper: RuleBroken."""
    if told.doubt is not None and at < paper - CALLED_WITHIN:
        raise RuleBroken("actions.call_time_doubtful", field=field)


def _checked(reader: Reader, at: datetime, told: Believed) -> datetime:
    """What somebody says is not before what the district signed, and not far beyond everything that is known."""
    signed = heard_signed(reader)
    if signed is not None and at < signed - SLACK:
        raise RuleBroken("actions.order_time_early", field="issued_at", at=signed)
    if at > told.latest + SILENCE:
        raise RuleBroken("actions.order_time_late", field="issued_at", at=told.latest)
    return at
