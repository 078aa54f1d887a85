"""Bytes that come in while an erasure forgets them, on PostgreSQL, where two transactions write at once: none stay.

Each test has a third transaction hold what both of them need, until each waits where it may be overtaken.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from sync.records.audit import Erasure
from sync.records.errors import Refused
from sync.records.kinds import new_id
from sync.records.papers import Attachment
from sync.server import attachments, file_keys, uploads
from sync.server.store.locks import Lock, hold
from sync.server.store.schema import attachment, file, file_part, upload, upload_part
from sync.server.store.store import DistrictStore
from sync.server.store.uploads import find_upload
from tests.contract.test_uploads import PDF, paper, wanted
from tests.support.district import Desk, enrol_desk

pytestmark = pytest.mark.parametrize("district_store", ["postgresql"], indirect=True)
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


class Together:
    """Acts that run beside a transaction which they wait for, one behind the other."""

    def __init__(self, store: DistrictStore, threads: ThreadPoolExecutor) -> None:
        self._store, self._threads = store, threads
        self._begun: list[Future[object]] = []

    def begin(self, act: Callable[[], object]) -> None:
        """Run ``act`` until it waits, or is over."""
        waiting = self._waiting()
        one = self._threads.submit(act)
        self._begun.append(one)
        end = time.monotonic() + 30
        while not one.done() and self._waiting() <= waiting:
            assert time.monotonic() < end
            time.sleep(0.01)

    def finish(self) -> None:
        """Wait until all are over: one may be refused, nothing else."""
        for one in self._begun:
            with suppress(Refused):
                one.result(30)

    def _waiting(self) -> int:
        with self._store.read() as conn:
            return int(conn.execute(_WAITING).scalar_one())


@contextmanager
def held(store: DistrictStore, holding: Callable[[Connection], object]) -> Iterator[Together]:
    """What ``holding`` locks stays locked until the block ends; then what began in it goes on."""
    with ThreadPoolExecutor(2) as threads:
        together = Together(store, threads)
        with store.write() as conn:
            holding(conn)
            yield together
        together.finish()


def erase(desk: Desk, record: Attachment) -> None:
    desk.push(Erasure(id=new_id("erasure"), made=desk.made(), target=record.id, reason="误传"))


def nothing_stays(store: DistrictStore) -> None:
    with store.read() as conn:
        for table in (attachment, file, file_part, upload, upload_part):
            assert conn.execute(table.select()).all() == [], table.name


@pytest.mark.parametrize("erased_first", [False, True])
def test_taken_in_one_go(district_store: DistrictStore, erased_first: bool) -> None:
    desk = enrol_desk(district_store)
    record, who = paper(desk, PDF), desk.who()
    acts = [lambda: attachments.take(district_store, who, record.digest, PDF), lambda: erase(desk, record)]
    with held(district_store, lambda conn: hold(conn, Lock.FILE, record.digest)) as together:
        for act in reversed(acts) if erased_first else acts:
            together.begin(act)
    nothing_stays(district_store)


def test_checked_and_made_a_file(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    record, who = paper(desk, PDF), desk.who()
    one = uploads.begin(district_store, who, wanted(record), "a")
    with held(district_store, lambda conn: hold(conn, Lock.FILE, record.digest)) as together:
        together.begin(lambda: uploads.add(district_store, who, one.upload, 0, PDF))
        together.begin(lambda: erase(desk, record))
    nothing_stays(district_store)


@pytest.mark.parametrize("begun_again", [False, True])
def test_begun_or_added_to(district_store: DistrictStore, begun_again: bool) -> None:
    desk = enrol_desk(district_store)
    record, who = paper(desk, PDF), desk.who()
    uploads.begin(district_store, who, wanted(record), "a")
    with held(district_store, lambda conn: find_upload(conn, "a", lock=True)) as together:
        if begun_again:
            together.begin(lambda: uploads.begin(district_store, who, wanted(record), "b"))
        else:
            together.begin(lambda: uploads.add(district_store, who, "a", 0, PDF[:9000]))
        together.begin(lambda: erase(desk, record))
    nothing_stays(district_store)


def test_one_whose_time_ends_while_it_is_added_to_keeps_its_parts(district_store: DistrictStore) -> None:
    desk = enrol_desk(district_store)
    record, who = paper(desk, PDF), desk.who()
    uploads.begin(district_store, who, wanted(record), "a")
    uploads.add(district_store, who, "a", 0, PDF[:9000])
    now = datetime.now(UTC)
    with district_store.write() as conn:
        conn.execute(upload.update().values(expires_at=now))
    with held(district_store, lambda conn: conn.execute(upload.update().values(expires_at=now + timedelta(1)))) as both:
        both.begin(lambda: file_keys.tidy(district_store))
    assert uploads.add(district_store, who, "a", 9000, PDF[9000:]).whole
