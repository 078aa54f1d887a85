"""The moments that matters wait for (及时情况) at the district: counted in while the server runs, and their limits."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sync.records.moment_limits import MomentLimits, read_limits
from sync.records.rule_tables import TableName, parsed
from sync.records.times import BEIJING
from sync.records.waiting_moments import minutes_of, near_end
from sync.server.looking import Looking
from sync.server.rule_tables import holding, shipped_text
from sync.server.store.records import lock_numbers
from sync.server.store.store import Connection, DistrictStore
from sync.server.store.waited import Ends, catch_up, kinds_waited, uncounted

EVERY_SECONDS: Final = 20.0
LOOK_SECONDS: Final = 5.0


class MomentKeeper:
    """``look`` counts in what came; ``looking`` has a thread look while the server runs."""

    def __init__(self, store: DistrictStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock = store, clock
        self.looking = Looking("moments", self._again, EVERY_SECONDS, goes_on=True)

    def look(self, seconds: float = LOOK_SECONDS) -> bool:
        """Count in for about ``seconds``, in short transactions; returns whether there is more."""
        ends = self._clock() + seconds
        with self._store.read() as conn:
            more = uncounted(conn) > 0
        while more and not self.looking.ended.is_set():
            with self._store.write() as conn:
                lock_numbers(conn)
                more = catch_up(conn)
            if self._clock() >= ends:
                break
        return more

    def _again(self) -> bool:
        self.look()
        return True  # there is always something that will come


def limits_at(conn: Connection, now: datetime) -> Mapping[str, MomentLimits]:
    """Return the limits of the moments that hold: the district's, or the program's."""
    own = holding(conn, TableName.MOMENT_LIMITS, now.astimezone(BEIJING).date())
    return read_limits(parsed(own.text if own else shipped_text(TableName.MOMENT_LIMITS)))


def ends_at(conn: Connection, limits: Mapping[str, MomentLimits], now: datetime) -> dict[str, Ends]:
    """Return for each kind that is waited for by which starts it is late or soon late."""
    found = {}
    for kind in kinds_waited(conn):
        minutes = minutes_of(kind, limits)
        late = now - timedelta(minutes=minutes)
        found[kind] = Ends(late, late + near_end(minutes))
    return found
