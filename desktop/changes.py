"""Changes: which kinds of record an action touched, so that pages know whether to ask again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """``kinds`` are names of sync.records.kinds; "draft" and "exchange" stand for what never travels."""

    kinds: frozenset[str] = frozenset()

    def touches(self, *kinds: str) -> bool:
        """Whether any of ``kinds`` was touched."""
        return not self.kinds.isdisjoint(kinds)

    def __or__(self, other: Changes) -> Changes:
        return Changes(self.kinds | other.kinds)
