"""States as word, colour and icon: one table for all lists and panes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from desktop.ui.models.status import Status
from resources import Wording

if TYPE_CHECKING:
    from sync.records.dispatch_rules import Grade
    from sync.records.open_clocks import Standing
    from sync.records.signing import Signing

SOON = 3
"""So many days before, what is due is told in the tone of a warning."""
_SENT = {"unsent": ("calm", "unsent"), "settled": ("good", "sent"), "held": ("bad", "held")}
_MATTER = {
    "registered": ("info", "clock"),
    "not_accepted": ("calm", "cross"),
    "accepted": ("info", "clock"),
    "in_hand": ("info", "step"),
    "escalated": ("warn", "up"),
    "transferred": ("warn", "reply"),
    "received": ("info", "reply"),
    "resolved": ("good", "check"),
    "acknowledged": ("good", "check"),
    "fed_back": ("good", "check"),
    "closed": ("calm", "check"),
}
_ORDER = {
    "issued": ("info", "clock"),
    "signed": ("info", "sign"),
    "objected": ("warn", "alert"),
    "reported_in": ("info", "step"),
    "on_scene": ("info", "step"),
    "in_progress": ("info", "step"),
    "returned": ("bad", "reply"),
    "resolved": ("good", "check"),
    "suspended": ("warn", "clock"),
    "merged": ("calm", "back"),
    "closed": ("calm", "check"),
    "released": ("calm", "cross"),
    "cancelled": ("calm", "cross"),
}
_OUTCOME = {
    "open": ("info", "clock"),
    "agreed": ("good", "agreement"),
    "agreed_in_part": ("good", "agreement"),
    "ended": ("calm", "cross"),
}

_GRADE = {"red": "bad", "orange": "warn", "yellow": "warn", "blue": "info", "green": "good"}
_SIGNING = {
    "unsigned": ("warn", "sign"),
    "partly": ("warn", "sign"),
    "awaiting_seal": ("warn", "clock"),
    "in_effect": ("good", "check"),
}


def grade_status(words: Wording, name: str, grade: Grade | None) -> Status:
    """A grade of risk in the district's word and colour; where its rules are not here, in its own."""
    word = grade.label if grade and grade.label else words(f"forms.grade_{name}")
    return Status(words("window.graded", grade=word), _GRADE.get(grade.colour if grade else name, "calm"), "alert")


def sent_status(words: Wording, sent: str) -> Status:
    """How a record stands with the district."""
    tone, picture = _SENT.get(sent, ("calm", "info"))
    key = f"window.sent_{sent}"
    return Status(words(key) if words.has(key) else sent, tone, picture)


def matter_status(words: Wording, state: str) -> Status:
    """The state that the steps of a matter fold to."""
    return _status(words, "records.matterstage", state, _MATTER)


def order_status(words: Wording, state: str) -> Status:
    """The state that the replies on an order fold to."""
    return _status(words, "records.orderstage", state, _ORDER)


def outcome_status(words: Wording, outcome: str) -> Status:
    """How a mediation stands."""
    return _status(words, "records.outcome", outcome, _OUTCOME)


def signing_status(words: Wording, state: Signing, told: Callable[[date], str] | None = None) -> Status:
    """How far an agreement is signed; in effect ``told`` adds the day."""
    tone, picture = _SIGNING[state.stage]
    if state.refused:
        return Status(words("window.signing_refused", signed=state.signed, needed=state.needed), "bad", "cross")
    if state.stage == "partly":
        return Status(words("window.signing_partly", signed=state.signed, needed=state.needed), tone, picture)
    if state.effective is not None and told is not None:
        return Status(words("window.effective_on", day=told(state.effective)), tone, picture)
    return Status(words(f"window.signing_{state.stage.value}"), tone, picture)


def due_status(words: Wording, days: int) -> Status:
    """How many days are left, or how many it is overdue."""
    if days < 0:
        return Status(words("window.due_late", count=-days), "bad", "alert")
    if days == 0:
        return Status(words("window.due_this_day"), "warn", "clock")
    return Status(words("window.due_in", count=days), "warn" if days <= SOON else "info", "clock")


_STANDING = {
    "overdue": ("bad", "alert"),
    "doubtful": ("warn", "alert"),
    "soon": ("warn", "clock"),
    "running": ("info", "clock"),
    "stopped": ("calm", "minus"),
}


def clock_status(words: Wording, standing: Standing, left: timedelta) -> Status:
    """How a clock stands, and how long it still is or how long it is over."""
    tone, picture = _STANDING[standing]
    if standing in ("stopped", "doubtful"):
        return Status(words(f"records.standing_{standing.value}"), tone, picture)
    told = length(words, abs(left))
    return Status(words("window.late_by" if standing == "overdue" else "window.left", length=told), tone, picture)


def order_clock(words: Wording, due: datetime | None, state: str, now: datetime) -> Status:
    """The state of an order in a list: that it is overdue where it is, else how far it has come."""
    if due is not None and due < now:
        return Status(words("window.overdue"), "bad", "alert")
    return order_status(words, state)


def length(words: Wording, span: timedelta) -> str:
    """A length as people say it: minutes, or hours, or days, rounded down; below a minute that it is less than one."""
    minutes = span // timedelta(minutes=1)
    if minutes < 1:
        return words("window.span_below_minute")
    if minutes < 60:
        return words("window.span_minutes", count=minutes)
    if minutes < 48 * 60:
        return words("window.span_hours", count=minutes // 60)
    return words("window.span_days", count=minutes // (24 * 60))


def _status(words: Wording, area: str, state: str, table: dict[str, tuple[str, str]]) -> Status:
    tone, picture = table.get(state, ("calm", "info"))
    key = f"{area}_{state}"
    return Status(words(key) if words.has(key) else state, tone, picture)
