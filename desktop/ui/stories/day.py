"""What Today and Day end tell: counts, what waits, and how the station stands with its district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.actions.desk import Desk
from desktop.actions.drafts import waiting_drafts
from desktop.store.conflicts import count_conflicts
from desktop.store.held import count_held, list_held
from desktop.store.proved import Today
from desktop.store.proved import today as written_today
from desktop.store.receipts import count_unsent, list_receipts
from desktop.store.rows import DraftRow, HeldRow, MatterRow, MediationRow, OrderRow
from desktop.store.store import Reader, Store
from desktop.store.today import count_visits, matters_in, mediations_in, orders_in
from desktop.store.units import staff_names
from sync.protocol.messages import Receipt
from sync.records.order_stages import OVER, OrderStage
from sync.records.times import BEIJING

SHOWN = 6
MOST_RECEIPTS = 200
"""More exchanges than anybody makes in a day."""
ASKED_FIRST = frozenset({"exchange.mass_sent", "exchange.mass_received", "exchange.mass_declined"})
"""Why an exchange stopped that the station lead may let go on."""
_WAITING = tuple(s.value for s in OrderStage if s not in OVER)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the station stands with its district; ``receipt`` is the last one, None before the first day end.

    ``times`` are the receipts of this day (+08:00) that agreed, ``exchanged`` the records that they tell of: each
    receipt starts where the last one that agreed ended, so no record is counted twice.
    """

    unsent: int
    held: int
    receipt: Receipt | None
    times: int
    exchanged: int
    today: Today


@dataclass(frozen=True, slots=True)
class Day:
    """The work queue of a day."""

    visits_today: int
    orders: tuple[OrderRow, ...]
    matters: tuple[MatterRow, ...]
    mediations: tuple[MediationRow, ...]
    conflicts: int
    drafts: tuple[DraftRow, ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Evening:
    """What a day end looks at before and after."""

    standing: Standing
    drafts: int
    visits_today: int
    held: tuple[HeldRow, ...]


def read_standing(desk: Desk) -> Standing:
    """Return the counts and the last receipt."""
    with desk.store.read() as reader:
        receipts = list_receipts(reader, MOST_RECEIPTS)
        start = _start_of_day(desk.now())
        today = [r for r in receipts if r.agreed and start <= r.at < start + timedelta(days=1)]
        return Standing(
            unsent=count_unsent(reader),
            held=count_held(reader),
            receipt=receipts[0] if receipts else None,
            times=len(today),
            exchanged=sum(sum(r.counts.values()) for r in today),
            today=written_today(reader, start, start + timedelta(days=1)),
        )


def read_day(desk: Desk) -> Day:
    """Return what Today shows."""
    start = _start_of_day(desk.now())
    standing, drafts = read_standing(desk), tuple(waiting_drafts(desk))
    with desk.store.read() as reader:
        return Day(*_queue(reader, start), drafts=drafts, standing=standing)


def warm(store: Store, now: datetime) -> None:
    """Read what Today will show of every person at this desk, and keep nothing of it.

    While a password is tried the interpreter has nothing to do: then the file's pages, the statements and what decodes
    records are there when Today asks.
    """
    with store.read() as reader:
        _queue(reader, _start_of_day(now))
        staff_names(reader)


def _queue(
    reader: Reader, start: datetime
) -> tuple[int, tuple[OrderRow, ...], tuple[MatterRow, ...], tuple[MediationRow, ...], int]:
    return (
        count_visits(reader, start, start + timedelta(days=1)),
        tuple(orders_in(reader, _WAITING, SHOWN)),
        tuple(matters_in(reader, ("registered",), SHOWN)),
        tuple(mediations_in(reader, ("open",), SHOWN)),
        count_conflicts(reader),
    )


def read_evening(desk: Desk) -> Evening:
    """Return what Day end shows."""
    start = _start_of_day(desk.now())
    standing, drafts = read_standing(desk), len(waiting_drafts(desk))
    with desk.store.read() as reader:
        today = count_visits(reader, start, start + timedelta(days=1))
        return Evening(standing, drafts, today, tuple(list_held(reader)))


def _start_of_day(now: datetime) -> datetime:
    return now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
