"""How moments are kept: as numbers that sort, read back with their zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Integer, TypeDecorator
from sqlalchemy.engine import Dialect

from sync.records.times import BEIJING

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=BEIJING) + timedelta(hours=8)


def to_micros(moment: datetime) -> int:
    """Return microseconds since 1970 in UTC: what moments are sorted by, whatever their zone."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_micros(value: int) -> datetime:
    """Return the moment at the fixed +08:00."""
    return _EPOCH + timedelta(microseconds=value)


class Moment(TypeDecorator[datetime]):
    """A point in time with its zone, stored as microseconds since 1970 (UTC), read at +08:00."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Count the microseconds."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the moment its zone."""
        return None if value is None else from_micros(value)
