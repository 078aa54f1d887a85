"""The threads that answer stations: one for what is numbered, a few for what only asks (docs/adr/0045)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from anyio import CapacityLimiter, CapacityLimiterStatistics

NUMBERING: Final = 1
"""Records are numbered one after another: a second thread only computes beside the first, which then waits for it."""

ASKING: Final = 3


@dataclass(frozen=True, slots=True)
class Threads:
    """How many words of stations are worked at; the others wait in the order in which they came."""

    numbering: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(NUMBERING))
    asking: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(ASKING))

    def statistics(self) -> list[CapacityLimiterStatistics]:
        """Return how each stands."""
        return [self.numbering.statistics(), self.asking.statistics()]
