"""Day ends with a real server process, over HTTP on loopback, against what the same bytes cost bare."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice
from pathlib import Path

import psycopg

from desktop.actions.day_end import run_day_end
from desktop.actions.desk import Desk, wall_clock
from desktop.actions.enrolment import enrol
from desktop.actions.signing_in import sign_in
from desktop.config import Home
from desktop.keys import KeyRing, Keys
from desktop.store.store import Store
from sync.rehearsal.processes import DistrictProcess
from tests.bench.bare import RoundTrip, Row, copy_pages, encrypted_file, insert_pages
from tests.bench.figures import Figure, alternating, milliseconds
from tests.bench.ledger import Ledger
from tests.bench.station import add_unsent
from tests.support.postgres import new_database, running

RECORDS = 5000
ROUNDS = 3
NOTHING_TIMES = 40
CLERK, PASSWORD = "陈晓梅", "Qianshao-2026"
DURABLE: list[str] = []
"""PostgreSQL's own settings: fsync and synchronous_commit on."""


@dataclass
class Line:
    """A station that is enrolled at a running district and has had its first day end."""

    desk: Desk
    home: Home
    keys: Keys

    def day_end(self) -> int:
        """Exchange; returns how many records went up."""
        done = run_day_end(self.desk, self.home, lambda *_: None, keys=self.keys)
        assert done.agreed, "the receipt differs"
        assert not done.unsent + done.held, "records stayed behind"
        return done.pushed


@contextmanager
def line(folder: Path, db: str = "") -> Iterator[Line]:
    """Start a district on ``db`` and enrol a station there."""
    with DistrictProcess(folder / "district", db) as district:
        district.init()
        code = district.last_line("station", "add", "凤凰社区群众诉求服务站", "--level", "community")
        home, keys = Home(folder / "station"), KeyRing()
        store = enrol(home, keys, district.serve(), code, CLERK, PASSWORD)
        try:
            at = Line(Desk(store, sign_in(store, CLERK, PASSWORD)), home, keys)
            at.day_end()
            yield at
        finally:
            store.close()


def measure(folder: Path) -> list[Figure]:
    """Return the figures of both district stores and of a day end with nothing to say."""
    figures = []
    with line(folder / "embedded") as at:
        connection = encrypted_file(folder / "pages.db")
        figures.append(_figure("embedded", at, lambda bodies: insert_pages(bodies, connection)))
        connection.close()
        figures.append(_nothing(at))
    with running(DURABLE) as postgres:
        address = f"host={postgres} user=postgres dbname={new_database(postgres, 'bench')}"
        with psycopg.connect(address) as connection, line(folder / "postgres", _url(postgres)) as at:
            connection.execute("CREATE TABLE bare (id text PRIMARY KEY, body bytea)")
            connection.commit()
            figures.append(_figure("PostgreSQL", at, lambda bodies: copy_pages(bodies, connection)))
    return figures


def _url(postgres: Path) -> str:
    return f"postgresql://postgres@/{new_database(postgres, 'district')}?host={postgres}"


def _figure(where: str, at: Line, bare: Callable[[list[Row]], None]) -> Figure:
    """Day ends of new records and the bare way of the same bytes, in turn; the first round is not counted."""
    told = Ledger(at.desk.made())
    now = wall_clock()
    records = chain.from_iterable(told.visits(RECORDS * (ROUNDS + 1), now - timedelta(days=60), now))
    ours, limit = [], []
    for _ in range(ROUNDS + 1):
        some = list(islice(records, RECORDS))
        add_unsent(at.desk.store, some)
        ours.append(milliseconds(at.day_end))
        bodies = _bodies(at.desk.store, [record.id for record in some])
        limit.append(milliseconds(lambda bodies=bodies: bare(bodies)))  # type: ignore[misc]
    return Figure(
        f"day end of {RECORDS:,} new records, {where}", "ms", statistics.median(ours[1:]), statistics.median(limit[1:])
    )


def _bodies(store: Store, ids: list[str]) -> list[Row]:
    with store.read() as reader:
        return [(i, sealed.body) for i in ids if (sealed := reader.sealed(i)) is not None]


def _nothing(at: Line) -> Figure:
    trip = RoundTrip()
    try:
        at.day_end()
        trip.once()
        ours, bare = alternating(NOTHING_TIMES, at.day_end, trip.once)
    finally:
        trip.close()
    return Figure("day end with nothing changed", "ms", ours, bare)
