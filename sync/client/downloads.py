"""A file comes down in as many attempts as the line needs, each from where the last one broke, checked at its end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from sync.client import back_off
from sync.client.district import District
from sync.protocol.version import MAX_FILE_BYTES
from sync.records.errors import Damaged, Refused, Unavailable

MOST_MISSES: Final = 4
"""Attempts in a row that bring no byte."""


def fetch(
    district: District,
    digest: str,
    report: Callable[[int], None] = lambda _: None,
    cancelled: Callable[[], bool] = bool,
    pause: Callable[[float, Callable[[], bool]], None] = back_off.wait,
) -> bytes:
    """Return the bytes of ``digest``, telling how many are here. Damaged where they are others than its own.

    Unavailable where nothing comes any more; Refused where it is cancelled, or the district has no such file.
    """
    content, misses = bytearray(), 0
    while True:
        before = len(content)
        try:
            for part in district.file_from(digest, before):
                content += part
                if cancelled():
                    raise Refused("exchange.cancelled")
                if len(content) > MAX_FILE_BYTES:
                    raise Damaged("exchange.damaged_file")
                report(len(content))
            break
        except Unavailable:
            if hashlib.sha256(content).hexdigest() == digest:
                break  # nothing was missing but the end of the answer
            misses = 0 if len(content) > before else misses + 1
            if misses >= MOST_MISSES:
                raise
            pause(back_off.delay(misses + 1), cancelled)
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damaged("exchange.damaged_file")
    return bytes(content)
