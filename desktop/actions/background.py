"""The exchange in the background: records go and come while the network is up; day end remains the moment of proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from desktop.actions.arrivals import Arrival as Arrival
from desktop.actions.arrivals import Came as Came
from desktop.actions.arrivals import Failing, NotingJournal
from desktop.actions.clock import anchor
from desktop.actions.day_end import MOVED, connect, program
from desktop.actions.mass_change import MassChange, limit_of
from desktop.actions.turns import background_turn
from desktop.changes import Changes
from desktop.config import Home
from desktop.keys import Keys
from desktop.store import mass_change
from desktop.store.identity import RESTORED_FROM
from desktop.store.proved import CURSOR
from desktop.store.receipts import count_unsent
from desktop.store.store import Reader, Store
from sync.client import background
from sync.client.listening import NOT_KNOWN as NOT_KNOWN
from sync.client.listening import Heard as Heard
from sync.client.listening import Listener as Listener
from sync.client.listening import Stand as Stand
from sync.records.errors import Refused

PATIENCE_SECONDS: Final = 10.0
"""Nobody waits for it: where nothing answers, the lane is free again soon."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange in the background did; nothing of it is a proof."""

    pushed: int = 0
    refused: int = 0
    pulled: int = 0
    changes: Changes = field(default_factory=Changes)
    arrivals: tuple[Arrival, ...] = ()


def listener(store: Store, home: Home, keys: Keys) -> Listener:
    """Return what listens for news; all it asks of store and keys it asks where it runs."""

    def held() -> int:
        with store.read() as reader:
            return int(reader.meta(CURSOR) or 0)

    return Listener(lambda: connect(home, store.key_id, keys), held)


def exchange_now(
    store: Store,
    home: Home,
    keys: Keys,
    news: int,
    cancelled: Callable[[], bool] = bool,
    cut_by: Callable[[Callable[[], None]], None] = lambda _cut: None,
    failing: Failing = lambda _: None,
) -> Exchanged:
    """Exchange where something is unsent, or the district has ``news`` up to a number that is not here.

    ``cut_by`` is told what cuts a request that is under way: it ends as Unavailable, and is said again another time.
    ``failing`` hears what was settled and taken before it ended by one of these errors.
    StoodBack where another exchange is made. Unavailable: no network. Refused: not enrolled, revoked, a restored store
    whose first exchange is a person's, or much would change at once: that is asked, and told, at day end.
    """
    with store.read() as reader:
        if not count_unsent(reader) and news <= int(reader.meta(CURSOR) or 0):
            return Exchanged()
        _may_begin(reader)
    journal = NotingJournal(store, limit_of(home))
    journal.anchor = anchor
    with journal.telling(failing), background_turn(home) as is_wanted:
        district = connect(home, store.key_id, keys, patience=PATIENCE_SECONDS)
        cut_by(district.hang_up)
        try:
            done = background.run(journal, district, program(), lambda: cancelled() or is_wanted())
        finally:
            district.close()
    came = journal.came()
    return Exchanged(done.pushed, done.refused, done.pulled, came.changes, came.arrivals)


def _may_begin(reader: Reader) -> None:
    if (reader.meta(RESTORED_FROM) or "").split() and reader.meta(MOVED) != reader.store:
        raise Refused("channel.first_by_hand")
    asked = mass_change.question(reader)
    if asked is not None:
        raise MassChange(asked)
