"""Where a person has been in the window, with a way back and forward as in a browser; plain values, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sync.records.ids import prefix_of

LONGEST: Final = 60

_PAGES: Final = {
    "vis": "visits",
    "mat": "matters",
    "ord": "orders",
    "med": "mediations",
    "per": "people",
    "fir": "people",
    "pri": "prints",
    "str": "statistics",
}


def page_of(record_id: str) -> str:
    """Return the page that shows a record, by its id's prefix; empty where its kind has none."""
    return _PAGES.get(prefix_of(record_id), "")


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and the record that was chosen on it (empty for none)."""

    page: str
    record: str = ""


class Trail:
    """The places in order, and which of them is in front."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1

    @property
    def now(self) -> Place | None:
        """The place in front."""
        return self._places[self._at] if self._places else None

    def go(self, place: Place) -> None:
        """Come to ``place``; what lay ahead is forgotten, and coming to where one is already changes nothing."""
        now = self.now
        if now == place:
            return
        if now is not None and now.page == place.page and not now.record:
            self._places[self._at] = place
            return
        self._places = [*self._places[: self._at + 1], place][-LONGEST:]
        self._at = len(self._places) - 1

    def mark(self, record: str) -> None:
        """Note which record is chosen at the place in front, so that the way back leads to it."""
        if self._places and record:
            self._places[self._at] = replace(self._places[self._at], record=record)

    def back(self) -> Place | None:
        """Go to the place before; None, and no step, where there is none."""
        return self._step(-1)

    def forward(self) -> Place | None:
        """Go to the place after; None, and no step, where there is none."""
        return self._step(1)

    def _step(self, by: int) -> Place | None:
        if not 0 <= self._at + by < len(self._places):
            return None
        self._at += by
        return self.now
