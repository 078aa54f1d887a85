"""exchange.news: from the click that issues an order to the other desk's store, by the exchange in the background.

A real server process and two real stores. The first desk waits as the window does before it sends; the second hears of
it and fetches. The limit are three durable transactions and the two requests without which nothing gets there.
"""

from __future__ import annotations

import statistics
import threading
import time
from pathlib import Path

from desktop.actions.background import Heard, Stand, listener
from desktop.ui.background import QUIET_MS
from tests.bench.bare import RoundTrip, commit_row, encrypted_file
from tests.bench.figures import Figure, milliseconds
from tests.support.two_desks import Station, enrolled, let_issue, served

TIMES = 15
MOST_MS = 2000
UNIT = "凤凰社区"
ORDER_BYTES = 1200


class Hearing:
    """The second desk: it listens, and fetches what it hears of."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self.connected, self._came = threading.Event(), threading.Event()
        self._ear = listener(station.store, station.home, station.keys)
        self._thread = threading.Thread(target=self._ear.run, args=(self._heard,))
        self._thread.start()
        assert self.connected.wait(30)

    def _heard(self, heard: Heard) -> None:
        if heard.stand is Stand.CONNECTED:
            self.connected.set()
        if heard.seq and self._station.exchange(heard.seq).arrivals:
            self._came.set()

    def order_of(self, first: Station, matter: str) -> float:
        """Issue an order at ``first``; returns how many milliseconds later it is here."""
        self._came.clear()
        begun = time.perf_counter()
        first.issue(matter)
        time.sleep(QUIET_MS / 1000)
        first.exchange(0)
        assert self._came.wait(30)
        return (time.perf_counter() - begun) * 1000

    def stop(self) -> None:
        """Hang up."""
        self._ear.stop()
        self._thread.join()


def measure(folder: Path) -> list[Figure]:
    """Return the figure: the slowest order of all but the first two."""
    with served(folder / "district") as district:
        first = enrolled(district, folder / "first", "李文静", UNIT)
        second = enrolled(district, folder / "second", "陈晓梅", UNIT)
        let_issue(district, UNIT)
        first.exchange()
        second.exchange()
        matters = [first.open_matter() for _ in range(TIMES + 2)]
        first.exchange()
        second.exchange()
        hearing = Hearing(second)
        trip = RoundTrip()
        files = [encrypted_file(folder / f"bare-{at}.db") for at in range(3)]
        try:
            ours, bare = [], []
            for at, matter in enumerate(matters):
                ours.append(hearing.order_of(first, matter))
                bare.append(milliseconds(lambda at=at: _bare(trip, files, at)))  # type: ignore[misc]
        finally:
            hearing.stop()
            trip.close()
            for each in files:
                each.close()
            first.store.close()
            second.store.close()
    return [Figure("exchange.news", "ms", max(ours[2:]), statistics.median(bare[2:]), most=MOST_MS)]


def _bare(trip: RoundTrip, files: list[object], at: int) -> None:
    row = (f"order {at}", b"x" * ORDER_BYTES)
    commit_row(files[0], row)
    trip.once()
    commit_row(files[1], row)
    trip.once()
    commit_row(files[2], row)
