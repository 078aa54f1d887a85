"""What an older program left approximate in the lists is put right a little at a time while the server runs.

By when something is due of an order (schema 0008) was filled from the lists' own columns, which know of no extension
and of no arrival that nobody witnessed. Nobody has to run a repair: each order is folded once more, and how far that
is stands in the store, so that a restart goes on there and a store in which all is right is not looked at again.

Units that work at desks were told of no matter that was passed to them (before schema 0010): they are told once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from sync.server.looking import Looking
from sync.server.passed_matters import tell_takers
from sync.server.store.matters import passed_after
from sync.server.store.orders import correct_some
from sync.server.store.records import lock_numbers
from sync.server.store.store import DistrictStore, get_setting, set_setting

UPTO: Final = "order_lists_upto"
"""The setting with the last order that was looked at; `DONE` once there is none behind it."""
TOLD_UPTO: Final = "takers_told_upto"
"""The setting with the last matter of which takers at desks were told; `DONE` likewise."""
DONE: Final = "done"
AT_ONCE: Final = 20
"""Orders of one transaction: a push waits for so many."""
LOOK_SECONDS: Final = 1.0
EVERY_SECONDS: Final = 10.0


class Housekeeper:
    """``look`` puts some of it right; ``looking`` has a thread look until all is right."""

    def __init__(self, store: DistrictStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock = store, clock
        self.looking = Looking("housekeeping", self.look, EVERY_SECONDS, goes_on=False)

    def look(self, seconds: float = LOOK_SECONDS) -> bool:
        """Put right for about ``seconds``, in short transactions; returns whether there is more."""
        with self._store.read() as conn:
            told, right = get_setting(conn, TOLD_UPTO), get_setting(conn, UPTO)
        if told != DONE:
            self._tell()
        if right == DONE:
            return False
        ends = self._clock() + seconds
        while not self.looking.ended.is_set():
            with self._store.write() as conn:
                lock_numbers(conn)
                before = get_setting(conn, UPTO) or ""
                last = "" if before == DONE else correct_some(conn, before, AT_ONCE)[0]
                set_setting(conn, UPTO, last or DONE)
            if not last:
                return False
            if self._clock() >= ends:
                break
        return True

    def _tell(self) -> None:
        """Tell what was never told; whom something was told of a matter already is told nothing twice."""
        last = ""
        while last != DONE and not self.looking.ended.is_set():
            with self._store.write() as conn:
                lock_numbers(conn)
                some = passed_after(conn, get_setting(conn, TOLD_UPTO) or "", AT_ONCE)
                tell_takers(conn, some, datetime.now(UTC))
                last = max(some, default=DONE)
                set_setting(conn, TOLD_UPTO, last)
