"""The station that is measured: a home with its keys in the keyring and a store of two years' visits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain, islice
from pathlib import Path

from desktop.actions.desk import Desk, wall_clock
from desktop.keys import KeyRing
from desktop.session import Session
from desktop.store import index
from desktop.store.store import Store
from sync.records.canonical import seal
from sync.records.kinds import kind_of_value
from sync.records.record import Made, Record
from tests.bench.ledger import Ledger
from tests.support.window_desk import LEAD, WindowDesk, enrolled_home

PER_WORK = 1500
DAYS = 730


def station(folder: Path, visits: int) -> WindowDesk:
    """Make a home as enrolment leaves it, with ``visits`` that the district has, the newest of today."""
    at = enrolled_home(folder, KeyRing())
    store = at.store()
    now = wall_clock()
    told = Ledger(Made(by=at.staff[LEAD], unit=at.unit, store=store.id, at=now))
    add_settled(store, chain.from_iterable(told.visits(visits, now - timedelta(days=DAYS), now)))
    index.optimize(store)
    store.close()
    return at


def add_settled(store: Store, records: Iterable[Record], first: int = 1) -> None:
    """Keep records as those that the district has answered for, numbered from ``first`` on."""
    number = first - 1
    for some in batches(records):
        with store.write() as work:
            head = work.chain_head()
            for record in some:
                number += 1
                sealed = seal(kind_of_value(record).name, record)
                work.keep(sealed, record, state="settled", district_seq=number, received_at=record.made.at)
            work.flush()
            work.pass_over(head)  # as a pull does


def add_unsent(store: Store, records: Iterable[Record]) -> None:
    """Keep records that wait for the day end."""
    for some in batches(records):
        with store.write() as work:
            for record in some:
                work.add(record)


def batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Cut into lists of one transaction each."""
    rest = iter(records)
    while some := list(islice(rest, PER_WORK)):
        yield some


def desk_at(at: WindowDesk, store: Store) -> Desk:
    """Sit down at ``store`` as the station lead, with the wall's clock."""
    session: Session = at.desk(store).session
    return Desk(store, session)
