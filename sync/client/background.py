"""An exchange between day ends: what waits goes up and what is new comes down, in the same messages and pages.

It asks for no receipt and proves nothing: that is day end's. It stops between any two pages where a person's exchange
wants the line, and what was settled or taken by then stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sync.client import day_end, one_trip, pages
from sync.client.district import District
from sync.client.journal import Journal, Standing
from sync.client.one_trip import Done
from sync.protocol.messages import ReceiptAsked
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
    word = day_end.hello(standing, program)
    trip = one_trip.said(journal, district, standing, word, lambda: _nothing_asked(standing), stop, proof=False)
    welcome = trip.heard.welcome if trip else district.hello(word)
    if not OLDEST <= welcome.protocol <= VERSION:
        raise Refused("exchange.version", theirs=welcome.program, ours=program)
    keys = day_end.pin(journal, welcome, standing.trusted)
    day_end.note_district(journal, standing, welcome)
    done = trip.unproved().conclude(journal, keys)[0] if trip else Done()
    if trip and trip.is_whole:
        return Exchanged(done.pushed, done.settled.refused, done.pulled)
    standing = journal.standing()
    way = pages.as_page if PAGES in welcome.capabilities else pages.one_by_one
    pushed, settled = pages.push(journal, partial(way, district, standing.store), lambda _: None, stop)
    nothing = not pushed and welcome.latest == standing.cursor
    pulled = 0 if nothing else pages.pull(journal, district, standing, lambda _: None, stop)
    return Exchanged(done.pushed + pushed, (done.settled + settled).refused, done.pulled + pulled)


def _nothing_asked(standing: Standing) -> ReceiptAsked:
    return ReceiptAsked(
        standing.store,
        standing.receipt_upto,
        standing.cursor,
        {},
        "",
        standing.held,
        standing.unsent,
        standing.receipt_chain,
    )
