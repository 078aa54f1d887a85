"""An exchange between day ends: what waits goes up and what is new comes down, in the same messages and pages.

It asks for no receipt and proves nothing: that is day end's. It stops between any two pages where a person's exchange
wants the line, and what was settled or taken by then stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sync.client import day_end, pages
from sync.client.district import District
from sync.client.journal import Journal
from sync.protocol.version import OLDEST, PAGES, VERSION
from sync.records.errors import Refused, Unavailable


class StoodBack(Unavailable):
    """A person's exchange goes first; this one is made later, if there is anything left to do."""

    def __init__(self) -> None:
        super().__init__("channel.stood_back")


@dataclass(frozen=True, slots=True)
class Exchanged:
    """How many records went up, how many of those the district refused, and how many came that were new."""

    pushed: int
    refused: int
    pulled: int


def run(journal: Journal, district: District, program: str, stand_back: Callable[[], bool]) -> Exchanged:
    """Push what is unsent, then pull what is new. Unavailable, Refused or Damaged where it stops; StoodBack."""

    def stop() -> None:
        if stand_back():
            raise StoodBack

    stop()
    standing = journal.standing()
    welcome = district.hello(day_end.hello(standing, program))
    if not OLDEST <= welcome.protocol <= VERSION:
        raise Refused("exchange.version", theirs=welcome.program, ours=program)
    day_end.pin(journal, welcome, standing.trusted)
    way = pages.as_page if PAGES in welcome.capabilities else pages.one_by_one
    pushed, settled = pages.push(journal, partial(way, district, standing.store), lambda _: None, stop)
    pulled = pages.pull(journal, district, standing, lambda _: None, stop)
    return Exchanged(pushed, settled.refused, pulled)
