"""A day end over a bad line: what is tried again, how often, and what is told at once."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from sync.client.bad_line import MOST_MISSES, carry
from sync.client.day_end import DayEndCancelled
from sync.client.district import LineBroke
from sync.records.errors import QianshaoError, Refused, Unavailable

BROKE, GONE = LineBroke("exchange.no_answer", address="x"), Unavailable("exchange.no_answer", address="x")


class Line:
    """Attempts that end as they are told to, an int being how far the journal is by then, and what was paused."""

    def __init__(self, ends: Iterable[QianshaoError | int | str]) -> None:
        self._ends, self.stands = iter(ends), 0
        self.pauses: list[float] = []

    def attempt(self) -> str:
        for end in self._ends:
            if isinstance(end, int):
                self.stands = end
            elif isinstance(end, str):
                return end
            else:
                raise end
        raise AssertionError("asked too often")

    def run(self, **more: object) -> str:
        return carry(self.attempt, lambda: self.stands, self.pauses.append, pause=lambda _seconds, _stop: None, **more)  # type: ignore[arg-type]


def test_a_line_that_breaks_is_tried_again_and_the_pauses_grow() -> None:
    line = Line([BROKE, BROKE, GONE, "done"])
    assert line.run() == "done"
    assert len(line.pauses) == 3
    assert all(least <= paused <= 2 * least for paused, least in zip(line.pauses, (0.5, 1, 2), strict=True))


def test_a_line_that_was_never_there_is_told_at_once() -> None:
    line = Line([GONE])
    with pytest.raises(Unavailable) as told:
        line.run()
    assert (told.value, line.pauses) == (GONE, [])


def test_one_that_carries_nothing_is_given_up_and_one_that_gets_on_is_not() -> None:
    with pytest.raises(LineBroke):
        Line([BROKE] * MOST_MISSES).run()
    on = [end for page in range(1, 30) for end in (page, BROKE)]
    line = Line([*on, "done"])
    assert line.run() == "done"
    assert max(line.pauses) <= 1, "each page begins anew"


def test_what_somebody_must_act_on_is_told_at_once() -> None:
    refused = Refused("protocol.device_revoked")
    line = Line([BROKE, refused])
    with pytest.raises(Refused) as told:
        line.run()
    assert (told.value, len(line.pauses)) == (refused, 1)
    full = Line([Unavailable("store.disk_full")])
    with pytest.raises(Unavailable, match="disk_full"):
        full.run()
    assert full.pauses == []


def test_a_request_that_somebody_cut_and_a_pause_that_somebody_ends_are_a_stop() -> None:
    for stops in ([True], [False, True]):
        said = iter(stops)
        line = Line([BROKE, "never"])
        with pytest.raises(DayEndCancelled):
            line.run(cancelled=lambda said=said: next(said))
        assert len(line.pauses) == len(stops) - 1


def test_one_try_is_one_try() -> None:
    with pytest.raises(LineBroke):
        Line([BROKE]).run(tries=1)
