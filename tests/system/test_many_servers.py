"""Several server processes behind one PostgreSQL (and behind one embedded store): no race shows at any desk."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sync.records.errors import Refused
from sync.records.record import Made
from sync.server.store import records
from sync.server.store.store import DistrictStore, set_setting
from tests.support.district import AT, sealed, visit
from tests.support.district_process import Server, verb
from tests.support.many_servers import Desk, at_once, enrol_at, several
from tests.support.postgres import new_database

pytestmark = pytest.mark.timeout(300)
SERVERS, UNITS, DESKS = 3, 2, 3
_databases = count(1)


@dataclass
class Many:
    """A district with several servers, and desks of two units at all of them."""

    db: str
    folder: Path
    servers: list[Server]
    desks: list[Desk]

    @contextlib.contextmanager
    def store(self) -> Iterator[DistrictStore]:
        """The district's store, opened beside the servers."""
        key = bytes.fromhex((self.folder / "district.key").read_text().strip())
        store = DistrictStore.open(self.db, key)
        try:
            yield store
        finally:
            store.close()

    def logs(self) -> str:
        """What the servers said on standard error."""
        return "".join(server.log.read_text(encoding="utf-8") for server in self.servers)


@pytest.fixture(scope="module", params=["postgresql", "sqlcipher"])
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    """Servers that began at the same moment on a district that nobody had served before; desks enrolled at once."""
    folder = tmp_path_factory.mktemp("many")
    db = f"sqlite:///{folder / 'district.db'}"
    if request.param == "postgresql":
        postgres: Path = request.getfixturevalue("postgres_folder")
        db = f"postgresql://postgres@/{new_database(postgres, f'many_{next(_databases)}')}?host={postgres}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATE_DIRECTORY", str(folder))
        made = verb(db, "init", "--name", "光明区")
        assert made.returncode == 0, made.stderr
        district = Many(db, folder, [], [])
        with district.store() as store, store.write() as conn:
            set_setting(conn, "lease_visit", "6")  # used up often: leases are given while others push
        codes = [
            (name, verb(db, "station", "add", name).stdout.splitlines()[-1])
            for name in [f"第{n}社区" for n in range(UNITS)] * DESKS
        ]
        with several(db, folder, SERVERS) as district.servers:
            district.desks = at_once(
                [partial(enrol_at, district.servers, n, code) for n, (_, code) in enumerate(codes)]
            )
            yield district
            for desk in district.desks:
                desk.close()


def race(many: Many, pages: int) -> None:
    """Every desk pushes, repeats and pulls at once, each word at another server; then what they hold is compared."""

    def work(number: int, desk: Desk) -> None:
        for page in range(pages):
            frames = desk.push(number + page, 1 + page % 5)
            if page % 3 == 0:
                assert desk.repeat(number + page + 1, frames) == desk.answers[-len(frames) :], "the same at any server"
            desk.pull(number + page + 2, 1 + page % 7)

    at_once([partial(work, n, desk) for n, desk in enumerate(many.desks)])
    for number, desk in enumerate(many.desks):
        while desk.pull(number, 500):
            pass
        numbers = [seq for seq, _ in desk.seen]
        assert numbers == sorted(set(numbers)), "each once, in the order of the numbers"
        mates = {
            frame.id for mate in many.desks if mate.unit == desk.unit and mate is not desk for frame in mate.pushed
        }
        assert {frame.id for _, frame in desk.seen if frame.kind == "visit"} == mates, "nothing was skipped"
    agreed = at_once([partial(desk.receipt, n) for n, desk in enumerate(many.desks)])
    assert all(receipt.agreed for receipt in agreed)
    given = [answer.seq for desk in many.desks for answer in desk.answers]
    assert len(given) == len(set(given)), "no number twice"


def leases_of(many: Many) -> dict[tuple[str, str, int], list[tuple[int, int]]]:
    """The first and last serial of each lease that a desk has seen, by unit, series and year."""
    found: dict[str, dict[str, Any]] = {
        frame.id: json.loads(frame.body)
        for desk in many.desks
        for _, frame in desk.seen
        if frame.kind == "number_lease"
    }
    ranges: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
    for lease in found.values():
        key = (lease["unit"], lease["series"], lease["year"])
        ranges.setdefault(key, []).append((lease["first"], lease["last"]))
    return ranges


def test_desks_at_several_servers_see_every_row_once_and_no_number_twice(many: Many) -> None:
    race(many, 8)
    assert len({desk.unit for desk in many.desks}) == UNITS
    for ranges in leases_of(many).values():
        ends = [0, *(last for _, last in sorted(ranges))]
        assert [first - 1 for first, _ in sorted(ranges)] == ends[:-1], "each serial is in one lease"
    with many.store() as store, store.read() as conn:
        assert [seq for (seq,) in conn.exec_driver_sql("SELECT seq FROM record ORDER BY seq")] == list(
            range(1, records.latest(conn) + 1)
        )
    assert "bug" not in many.logs()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_desks_at_several_servers_for_minutes(many: Many) -> None:
    race(many, 700)


def test_a_row_that_commits_late_is_skipped_by_no_cursor(many: Many) -> None:
    """A transaction has its numbers and does not commit: whoever comes next waits, and no cursor passes it."""
    one, two, three = (desk for desk in many.desks if desk.unit == many.desks[0].unit)
    for desk in (one, two, three):
        while desk.pull(0, 2000):
            pass
    taken, commit = threading.Event(), threading.Event()
    late = sealed(visit(Made(by=one.staff, unit=one.unit, store=one.store, at=AT), "提交得晚"))

    def slow() -> int:
        with many.store() as store, store.write() as conn:
            (seq,) = records.append(conn, [records.New(late, one.unit, one.store, one.unit)], datetime.now(UTC))
            taken.set()
            assert commit.wait(60)
        return seq

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(slow)
        assert taken.wait(60)
        cursor = three.cursor
        second = threads.submit(two.push, 1, 3)
        for by in range(SERVERS * 2):
            assert not three.pull(by, 100)
            assert three.cursor == cursor, "the cursor stays before a number that nobody can read yet"
            time.sleep(0.05)
        assert not second.done(), "numbers are given in the order of commits"
        commit.set()
        seq = first.result(60)
        frames = second.result(60)
    while three.pull(2, 2):
        pass
    news = [frame.id for number, frame in three.seen if number >= seq and frame.kind == "visit"]
    assert news == [late.id, *(frame.id for frame in frames)]


def test_the_same_check_sees_what_a_sequence_lets_slip(postgres_url: str) -> None:
    """Numbers from a sequence become visible in the order of commits: a cursor passes the one that is late."""
    dsn = postgres_url.replace("+psycopg", "")
    read = "SELECT n FROM bare WHERE n > %s ORDER BY n"
    with psycopg.connect(dsn) as slow, psycopg.connect(dsn) as quick, psycopg.connect(dsn, autocommit=True) as reader:
        reader.execute("CREATE TABLE bare (n bigserial PRIMARY KEY, body text)")
        for writer in (slow, quick):
            writer.execute("INSERT INTO bare (body) VALUES ('x')")
        quick.commit()
        seen = [n for (n,) in reader.execute(read, (0,))]
        slow.commit()
        seen += [n for (n,) in reader.execute(read, (seen[-1],))]
    assert seen == [2], "the row with number 1 is lost to this reader"


def test_of_several_that_make_the_tables_one_does_and_the_others_see_it(postgres_url: str) -> None:
    """One process changes the schema at a time, and who waited looks again before it does the same."""

    def make() -> str:
        try:
            DistrictStore.create(postgres_url, os.urandom(32)).close()
        except Refused as error:
            return error.key
        return "made"

    assert sorted(at_once([make] * 4)) == ["district.exists"] * 3 + ["made"]
