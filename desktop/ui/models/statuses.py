"""States as word, colour and icon: one table for all lists and panes."""

from __future__ import annotations

from desktop.ui.models.status import Status
from resources import Wording

_SENT = {"unsent": ("calm", "unsent"), "settled": ("good", "sent"), "held": ("bad", "held")}
_MATTER = {
    "registered": ("info", "clock"),
    "not_accepted": ("calm", "cross"),
    "accepted": ("info", "clock"),
    "in_hand": ("info", "step"),
    "escalated": ("warn", "up"),
    "transferred": ("warn", "reply"),
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
    "resolved": ("good", "check"),
    "released": ("calm", "cross"),
    "cancelled": ("calm", "cross"),
}
_OUTCOME = {
    "open": ("info", "clock"),
    "agreed": ("good", "agreement"),
    "agreed_in_part": ("good", "agreement"),
    "ended": ("calm", "cross"),
}


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


def _status(words: Wording, area: str, state: str, table: dict[str, tuple[str, str]]) -> Status:
    tone, picture = table.get(state, ("calm", "info"))
    key = f"{area}_{state}"
    return Status(words(key) if words.has(key) else state, tone, picture)
