"""What an exchange settled and brought, noted over all of its attempts, so that it can be told however it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from desktop.actions.mass_change import GuardedJournal
from desktop.changes import Changes
from desktop.store import mass_change
from desktop.store.store import Store
from desktop.store.units import unit_of
from sync.client.journal import Concluded, Settled
from sync.protocol.messages import Answer, Frame, Numbered, Receipt
from sync.protocol.receipts import Statement
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.ownership import TRAVELLING

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
class Came:
    """What an exchange touched here, and the orders and replies that it brought."""

    changes: Changes = field(default_factory=Changes)
    arrivals: tuple[Arrival, ...] = ()


Failing = Callable[[Came], None]
"""Hears what stands although the exchange ends by an error; not called where nothing was settled or taken."""


class NotingJournal(GuardedJournal):
    """Counts what is settled and taken, and notes the kinds of what goes and comes, as long as it lives.

    One journal sees all attempts of an exchange: what a broken one carried stays carried.
    """

    def __init__(self, store: Store, limit: mass_change.Limit | None = None) -> None:
        super().__init__(store, limit)
        self.pushed = self.pulled = 0
        self.settled = Settled()
        self._kinds: set[str] = set()
        self._new: list[str] = []
        self._moved = False

    def frames(self, limit_records: int, limit_bytes: int, after: int) -> tuple[list[Frame], int]:
        found = super().frames(limit_records, limit_bytes, after)
        self._kinds.update(frame.kind for frame in found[0])
        return found

    def settle(self, answers: Sequence[Answer]) -> Settled:
        settled = super().settle(answers)
        self._add(answers, settled)
        return settled

    def take(self, records: Sequence[Numbered], cursor: int) -> int:
        with self._noting(records):
            new = super().take(records, cursor)
        self.pulled += new
        return new

    def conclude(
        self,
        answers: Sequence[Answer],
        records: Sequence[Numbered],
        cursor: int,
        receipt: Receipt | None,
        statement: Statement | None,
    ) -> Concluded:
        with self._noting(records):
            done = super().conclude(answers, records, cursor, receipt, statement)
        self._add(answers, done.settled)
        self.pulled += done.new
        return done

    def came(self, also: Iterable[str] = ()) -> Came:
        """Return what to tell; where anything new came, the kinds ``also`` are told as touched besides."""
        kinds = {"exchange", *self._kinds, *(also if self.pulled else ())}
        return Came(Changes(frozenset(kinds)), _arrivals(self._store, self._new))

    @contextmanager
    def telling(self, failing: Failing, also: Iterable[str] = ()) -> Iterator[None]:
        """Tell ``failing`` what came by then where the exchange within ends by an error."""
        try:
            yield
        except BaseException:
            if self._moved:
                failing(self.came(also))
            raise

    def _add(self, answers: Sequence[Answer], settled: Settled) -> None:
        self.pushed += len(answers)
        self.settled += settled
        self._moved = self._moved or bool(answers)

    @contextmanager
    def _noting(self, records: Sequence[Numbered]) -> Iterator[None]:
        to_tell = [n.record.id for n in records if n.record.kind in TOLD]
        with self._store.read() as reader:
            there = reader.known(to_tell) if to_tell else set()
        yield
        kinds = {n.record.kind for n in records}
        self._kinds |= kinds if "erasure" not in kinds else kinds | TRAVELLING  # what it erases may be of any kind
        self._new += [each for each in to_tell if each not in there]
        self._moved = self._moved or bool(records)


def _arrivals(store: Store, new: Sequence[str]) -> tuple[Arrival, ...]:
    """What is told of orders and replies that came; what this program cannot read it cannot tell."""
    if not new:
        return ()
    told = []
    with store.read() as reader:
        values = reader.current(new)
        orders = reader.current([v.order for v in values.values() if isinstance(v, OrderReply)])
        for each in new:
            value = values.get(each)
            if isinstance(value, DispatchOrder):
                told.append(Arrival(value.id, value.number, value.subject))
            elif isinstance(value, OrderReply) and isinstance(order := orders.get(value.order), DispatchOrder):
                unit = unit_of(reader, value.department)
                said = (value.kind.value, unit.name if unit else "")
                told.append(Arrival(order.id, order.number, order.subject, *said))
    return tuple(told)
