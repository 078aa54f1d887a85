"""How fast one device, or one person at the pages, may speak: a bucket of requests and one of bytes for each, filled up
as time passes.

The buckets live in this process: of several server processes each has its own, so a device gets at most so many times
more. A bucket that is full again is forgotten, so that memory follows who speaks, not who ever spoke.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from sync.records.errors import Unavailable
from sync.server.settings import Settings

MOST_DEVICES: Final = 20_000
"""Beyond so many devices that spoke lately the one that spoke longest ago begins anew."""


class TooFast(Unavailable):
    """Said too much in too short a time: after ``seconds`` the same request may come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("protocol.too_fast", seconds=seconds)
        self.seconds = seconds


@dataclass(slots=True)
class _Bucket:
    requests: float
    bytes: float
    at: float


class Pace:
    """Whether a device may say one more request; `take` is safe for threads."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock = settings, clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, device: str, size: int) -> None:
        """Take one request of ``size`` bytes; TooFast, and nothing is taken, where the device has to wait.

        A single body that is larger than the bucket is let in by a full one.
        """
        most, now = self._settings, self._clock()
        size = min(size, most.bytes_at_once)
        with self._lock:
            bucket = self._filled(device, now)
            missing = max(
                (1 - bucket.requests) / most.requests_per_second, (size - bucket.bytes) / most.bytes_per_second
            )
            if missing > 0:
                raise TooFast(max(1, math.ceil(missing)))
            bucket.requests -= 1
            bucket.bytes -= size

    def _filled(self, device: str, now: float) -> _Bucket:
        most = self._settings
        bucket = self._buckets.pop(device, None) or _Bucket(most.requests_at_once, most.bytes_at_once, now)
        passed = max(0.0, now - bucket.at)
        bucket.requests = min(most.requests_at_once, bucket.requests + passed * most.requests_per_second)
        bucket.bytes = min(most.bytes_at_once, bucket.bytes + passed * most.bytes_per_second)
        bucket.at = now
        self._buckets[device] = bucket
        while len(self._buckets) > MOST_DEVICES:
            self._buckets.popitem(last=False)
        return bucket


def pace_of_pages(settings: Settings) -> Pace:
    """Return the pace that people at the pages keep."""
    return Pace(
        replace(
            settings,
            requests_at_once=settings.page_requests_at_once,
            requests_per_second=settings.page_requests_per_second,
            bytes_at_once=settings.page_bytes_at_once,
            bytes_per_second=settings.page_bytes_per_second,
        )
    )
