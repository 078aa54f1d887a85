"""How often an exchange goes to the district's database: under the lock of numbers, everybody waits for each trip."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from sync.client import day_end
from sync.records.papers import Series
from sync.records.times import BEIJING
from sync.server import receipt_check, receipt_keys
from sync.server.secret_files import write_secret
from sync.server.station import Seen
from sync.server.store.records import LOCKING, latest
from sync.server.store.schema import setting
from sync.server.store.store import DistrictStore, StoreBusy, disk_is_full, get_setting
from sync.server.store.together import last_trip, say, together
from tests.support import in_process
from tests.support.district import visit

TRIPS = 6
"""Begin, lock and look; two tables of records with two trips each; the rest, and commit."""

STATEMENTS = 14
"""The embedded database is told them one by one, with a BEGIN before."""


class _Line(in_process.LossyDistrict):
    """Counts from where the station is known: what comes after is under the lock."""

    begin: Callable[[], None]

    def _seen(self) -> Seen:
        found: Seen = super()._seen()
        self.begin()
        return found


@pytest.fixture
def desk(district_store: DistrictStore, tmp_path: Path) -> Iterator[in_process.Desk]:
    write_secret(tmp_path / "receipt.key", in_process.RECEIPT_SECRET.hex().encode())
    receipt_keys.ready(district_store, tmp_path / "receipt.key")
    made = in_process.enrol_desk(tmp_path, district_store, "李文静")
    yield made
    made.store.close()


def test_a_hundred_visits_and_their_receipt_take_few_trips(
    district_store: DistrictStore, desk: in_process.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    _count(district_store, counted, monkeypatch)
    ample = replace(in_process.SETTINGS, lease_visit=2000)
    line = _Line(district_store, desk.device, desk.district.weather, ample)
    line.begin = counted.clear
    assert day_end.run(desk.journal, line, "test").proved  # the leases
    for _ in range(3):  # the first ones have staff to fetch, and statements to prepare
        made = desk.made()
        with desk.store.write() as work:
            for n in range(100):
                number = work.allocate(Series.VISIT, made.unit, "凤凰", datetime.now(BEIJING).year)
                work.add(visit(made, f"第{n}件", number=number))
        assert day_end.run(desk.journal, line, "test").proved
    assert 0 < len(counted) <= (TRIPS if district_store.postgres else STATEMENTS), counted
    assert receipt_check.verify(district_store).faults == ()


def _count(store: DistrictStore, counted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Note each trip to PostgreSQL, each statement of the embedded database; what they do stays what it is."""
    if not store.postgres:
        event.listen(store._engine, "before_cursor_execute", lambda *said: counted.append(said[2]))
        return
    wait = psycopg.Connection.wait

    def noted(self: Any, work: Generator[Any, Any, Any], *more: Any) -> Any:
        told_in_a_row = self.pgconn.pipeline_status and work.__name__ != "_exit_gen"
        return wait(self, work if told_in_a_row else _noting(work, counted), *more)

    monkeypatch.setattr(psycopg.Connection, "wait", noted)


def _noting(work: Generator[Any, Any, Any], counted: list[str]) -> Generator[Any, Any, Any]:
    """Do a piece of work of the driver's, and note it where it waits for the database."""
    waits = False
    try:
        asks = next(work)
        while True:
            if not waits and asks == psycopg.waiting.Wait.R:  # room to write in is no answer
                counted.append(work.__name__)
                waits = True
            asks = work.send((yield asks))
    except StopIteration as done:
        return done.value


def test_what_goes_wrong_on_a_trip_is_told_and_nothing_of_it_is_kept(district_store: DistrictStore) -> None:
    def twice() -> None:
        with district_store.write() as conn, together(conn):
            conn.execute(setting.insert(), {"name": "one", "value": "1"})
            conn.execute(setting.insert(), {"name": "one", "value": "2"})

    with pytest.raises(IntegrityError):
        twice()
    with district_store.write() as conn:
        assert get_setting(conn, "one") is None
        with together(conn) as trip:
            last = trip.ask(LOCKING)
            conn.execute(setting.insert(), {"name": "one", "value": "3"})
        assert last() == latest(conn)
    with district_store.read() as conn:
        assert get_setting(conn, "one") == "3"


def test_the_commit_goes_with_the_last_trip(district_store: DistrictStore) -> None:
    def seen() -> str | None:
        with district_store.read() as conn:
            return get_setting(conn, "one")

    with district_store.write() as conn:
        with last_trip(conn):
            say(conn, setting.insert(), {"name": "one", "value": "1"})
        assert seen() == ("1" if district_store.postgres else None)
    assert seen() == "1"


@pytest.mark.allowed_log("error ignored terminating <psycopg.Pipeline")
def test_a_last_trip_on_which_something_goes_wrong_commits_nothing(district_store: DistrictStore) -> None:
    def twice() -> None:
        with district_store.write() as conn, last_trip(conn):
            say(conn, setting.insert(), {"name": "one", "value": "1"})
            say(conn, setting.insert(), {"name": "one", "value": "2"})

    with pytest.raises(IntegrityError):
        twice()
    with district_store.write() as conn:
        assert get_setting(conn, "one") is None


@pytest.mark.parametrize("district_store", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["record", "journal_run", "content"])
def test_a_disk_that_is_full_is_said_whichever_statement_meets_it(
    district_store: DistrictStore, desk: in_process.Desk, table: str
) -> None:
    """Most of a page is copied, the rest is said by statements: the answer is the same."""
    with district_store.write() as conn:
        conn.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END$$"
        )
        conn.exec_driver_sql(
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
    with desk.store.write() as work:
        work.add(visit(desk.made()))
    with pytest.raises(StoreBusy) as caught:
        day_end.run(desk.journal, desk.district, "test")
    assert disk_is_full(caught.value)
    with district_store.write() as conn:
        conn.exec_driver_sql("DROP FUNCTION full_disk CASCADE")
    assert day_end.run(desk.journal, desk.district, "test").proved


@pytest.mark.allowed_log("error ignored terminating <psycopg.Pipeline")
@pytest.mark.parametrize("district_store", ["postgresql"], indirect=True)
def test_a_connection_that_breaks_on_a_trip_is_given_up(district_store: DistrictStore) -> None:
    def broken() -> None:
        with district_store.write() as conn:
            pid = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with district_store.read() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            with together(conn) as trip:
                trip.ask(LOCKING)

    with pytest.raises(StoreBusy):
        broken()
    with district_store.write() as conn, together(conn) as trip:
        last = trip.ask(LOCKING)
    assert last() >= 0
