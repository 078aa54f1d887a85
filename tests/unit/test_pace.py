"""How fast one device may speak: what it says after a silence, what it may go on with, and whom that leaves alone."""

from __future__ import annotations

import pytest

from sync.server import pace
from sync.server.pace import Pace, TooFast
from sync.server.settings import Settings

SLOW = Settings(requests_at_once=3, requests_per_second=2, bytes_at_once=1000, bytes_per_second=100)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_device_that_asks_too_often_is_told_when_to_come_again_and_is_heard_then() -> None:
    clock = Clock()
    buckets = Pace(SLOW, clock)
    for _ in range(3):
        buckets.take("dev_a", 0)
    with pytest.raises(TooFast) as told:
        buckets.take("dev_a", 0)
    assert told.value.seconds == 1
    assert told.value.values == {"seconds": 1}
    buckets.take("dev_b", 0)  # nobody else waits for it
    clock.at += told.value.seconds
    buckets.take("dev_a", 0)


def test_bytes_count_too_and_a_body_larger_than_the_bucket_needs_a_full_one() -> None:
    clock = Clock()
    buckets = Pace(SLOW, clock)
    buckets.take("dev_a", 5000)
    with pytest.raises(TooFast) as told:
        buckets.take("dev_a", 700)
    assert told.value.seconds == 7
    clock.at += 7
    buckets.take("dev_a", 700)


def test_a_refused_request_costs_nothing_and_a_clock_that_goes_back_gives_nothing() -> None:
    clock = Clock()
    buckets = Pace(SLOW, clock)
    for _ in range(3):
        buckets.take("dev_a", 0)
    for _ in range(50):
        with pytest.raises(TooFast):
            buckets.take("dev_a", 0)
    clock.at -= 100
    with pytest.raises(TooFast):
        buckets.take("dev_a", 0)
    clock.at += 0.5
    buckets.take("dev_a", 0)


def test_memory_follows_who_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST_DEVICES", 10)
    buckets = Pace(SLOW)
    for name in range(100):
        buckets.take(f"dev_{name}", 0)
    assert len(buckets._buckets) == 10
