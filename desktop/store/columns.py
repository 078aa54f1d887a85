"""How moments are kept: as numbers that sort, read back with their zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sync.records.times import BEIJING

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=BEIJING) + timedelta(hours=8)

_MICROSECOND: Final = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Return microseconds since 1970 in UTC: what moments are sorted by, whatever their zone."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """Return the moment at the fixed +08:00."""
    return _EPOCH + timedelta(microseconds=value)
