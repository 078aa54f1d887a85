"""Typed identifiers: a kind's prefix and a UUID, never made from what a record says.

New ids are UUIDv7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, then random bits, so ids sort by the time of
their making on one machine. A ledger row's id is a UUIDv8 (RFC 9562, 5.8) over a keyed digest, so that the same
row imported twice, at any desk of the station, is the same record; without the station's key it says nothing.
"""

from __future__ import annotations

import re
import threading
import time
from typing import Final

from sync.records.randomness import random_bytes

UNIT_PREFIX: Final = "uni"
STAFF_PREFIX: Final = "sta"
STORE_PREFIX: Final = "sto"
"""The prefixes of identities, which outlive their records; those of records stand in kinds.py."""

_ID: Final = re.compile(r"([a-z]{3})_([0-9a-f]{12})([78])([0-9a-f]{3})([89ab])([0-9a-f]{15})")


class _Ticks:
    """The last millisecond that an id was made in and how many were made in it (RFC 9562, 6.2, method 1)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def next(self, start: int) -> tuple[int, int]:
        """Return the millisecond and the count in it; a new millisecond is counted from ``start`` on."""
        with self._lock:
            now = time.time_ns() // 1_000_000
            if now > self._last_ms:
                self._last_ms, self._counter = now, start & 0x7FF
            else:
                self._counter += 1
                if self._counter > 0xFFF:
                    self._last_ms, self._counter = self._last_ms + 1, 0
            return self._last_ms, self._counter


_ticks = _Ticks()


def new_uuid7() -> str:
    """Return 32 hex digits of a UUIDv7 that sorts after every earlier one of this process."""
    fresh = int.from_bytes(random_bytes()[:10], "big")
    milliseconds, counter = _ticks.next(fresh >> 64)
    tail = fresh & ((1 << 62) - 1) | (0b10 << 62)
    return f"{milliseconds << 80 | 0x7 << 76 | counter << 64 | tail:032x}"


def uuid8(digest: bytes) -> str:
    """Return 32 hex digits of a UUIDv8 that carries the first 122 bits of ``digest`` (at least 16 bytes)."""
    value = int.from_bytes(digest[:16], "big")
    value = value & ~(0xF << 76) | (0x8 << 76)
    value = value & ~(0b11 << 62) | (0b10 << 62)
    return f"{value:032x}"


def prefix_of(record_id: str) -> str:
    """Return the three letters before the underscore, or an empty string where ``record_id`` is no id."""
    match = _ID.fullmatch(record_id)
    return match.group(1) if match else ""
