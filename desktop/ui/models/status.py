"""A state as word, tone and picture: a plain value, painted by lists and chips."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """``tone`` is its colour (good, warn, bad, info, accent, calm), ``picture`` its icon's name."""

    text: str
    tone: str = "calm"
    picture: str = ""
