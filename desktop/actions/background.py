"""The exchange in the background: records go and come while the network is up; day end remains the moment of proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from desktop.actions.clock import anchor
from desktop.actions.day_end import MOVED, connect, program
from desktop.actions.mass_change import GuardedJournal, MassChange, limit_of
from desktop.actions.turns import background_turn
from desktop.changes import Changes
from desktop.config import Home
from desktop.keys import Keys
from desktop.store import mass_change
from desktop.store.identity import RESTORED_FROM
from desktop.store.proved import CURSOR
from desktop.store.receipts import count_unsent
from desktop.store.store import Reader, Store
from desktop.store.units import unit_of
from sync.client import background
from sync.client.journal import Concluded
from sync.client.listening import NOT_KNOWN as NOT_KNOWN
from sync.client.listening import Heard as Heard
from sync.client.listening import Listener as Listener
from sync.client.listening import Stand as Stand
from sync.protocol.messages import Answer, Frame, Numbered, Receipt
from sync.protocol.receipts import Statement
from sync.records.errors import Refused
from sync.records.orders import DispatchOrder, OrderReply

PATIENCE_SECONDS: Final = 10.0
"""Nobody waits for it: where nothing answers, the lane is free again soon."""

TOLD: Final = frozenset({"dispatch_order", "order_reply"})
"""What somebody at the desk has to be told when it arrives."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An order that came, or the reply of a ``department`` to it (``reply``, a kind's value, else empty)."""

    order: str
    number: str
    subject: str
    reply: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange in the background did; nothing of it is a proof."""

    pushed: int = 0
    refused: int = 0
    pulled: int = 0
    changes: Changes = field(default_factory=Changes)
    arrivals: tuple[Arrival, ...] = ()


class _Journal(GuardedJournal):
    """Notes the kinds of what goes and comes, and the ids of what came new and must be told."""

    def __init__(self, store: Store, limit: mass_change.Limit) -> None:
        super().__init__(store, limit)
        self.anchor = anchor
        self.kinds: set[str] = set()
        self.came: list[str] = []

    def frames(self, limit_records: int, limit_bytes: int, after: int) -> tuple[list[Frame], int]:
        found = super().frames(limit_records, limit_bytes, after)
        self.kinds.update(frame.kind for frame in found[0])
        return found

    def take(self, records: Sequence[Numbered], cursor: int) -> int:
        with self._noting(records):
            return super().take(records, cursor)

    def conclude(
        self,
        answers: Sequence[Answer],
        records: Sequence[Numbered],
        cursor: int,
        receipt: Receipt | None,
        statement: Statement | None,
    ) -> Concluded:
        with self._noting(records):
            return super().conclude(answers, records, cursor, receipt, statement)

    @contextmanager
    def _noting(self, records: Sequence[Numbered]) -> Iterator[None]:
        to_tell = [n.record.id for n in records if n.record.kind in TOLD]
        with self._store.read() as reader:
            there = reader.known(to_tell) if to_tell else set()
        yield
        self.kinds.update(n.record.kind for n in records)
        self.came += [each for each in to_tell if each not in there]


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
) -> Exchanged:
    """Exchange where something is unsent, or the district has ``news`` up to a number that is not here.

    ``cut_by`` is told what cuts a request that is under way: it ends as Unavailable, and is said again another time.
    StoodBack where another exchange is made. Unavailable: no network. Refused: not enrolled, revoked, a restored store
    whose first exchange is a person's, or much would change at once: that is asked, and told, at day end.
    """
    with store.read() as reader:
        if not count_unsent(reader) and news <= int(reader.meta(CURSOR) or 0):
            return Exchanged()
        _may_begin(reader)
    with background_turn(home) as is_wanted:
        journal = _Journal(store, limit_of(home))
        district = connect(home, store.key_id, keys, patience=PATIENCE_SECONDS)
        cut_by(district.hang_up)
        try:
            done = background.run(journal, district, program(), lambda: cancelled() or is_wanted())
        finally:
            district.close()
    changes = Changes(frozenset({"exchange", *journal.kinds}))
    return Exchanged(done.pushed, done.refused, done.pulled, changes, _arrivals(store, journal.came))


def _may_begin(reader: Reader) -> None:
    if (reader.meta(RESTORED_FROM) or "").split() and reader.meta(MOVED) != reader.store:
        raise Refused("channel.first_by_hand")
    asked = mass_change.question(reader)
    if asked is not None:
        raise MassChange(asked)


def _arrivals(store: Store, came: Sequence[str]) -> tuple[Arrival, ...]:
    """What is told of orders and replies that came; what this program cannot read it cannot tell."""
    if not came:
        return ()
    told = []
    with store.read() as reader:
        values = reader.current(came)
        orders = reader.current([v.order for v in values.values() if isinstance(v, OrderReply)])
        for each in came:
            value = values.get(each)
            if isinstance(value, DispatchOrder):
                told.append(Arrival(value.id, value.number, value.subject))
            elif isinstance(value, OrderReply) and isinstance(order := orders.get(value.order), DispatchOrder):
                unit = unit_of(reader, value.department)
                said = (value.kind.value, unit.name if unit else "")
                told.append(Arrival(order.id, order.number, order.subject, *said))
    return tuple(told)
