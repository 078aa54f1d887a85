"""docs/scale.md as it is written, between real PostgreSQL servers: records flow to the city, a replica takes over."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from sync.protocol.messages import Frame, Push, State
from sync.records.audit import Erasure
from sync.records.errors import Unavailable
from sync.records.kinds import new_id
from sync.server import admin
from sync.server.store.store import DistrictStore
from tests.support.district import enrol_desk, sealed, visit
from tests.support.district_process import serving, verb
from tests.support.postgres import QUICK, new_database, promote, replica, running
from tests.system.test_district_server import code_for, enrol
from tests.system.test_operators import get, until

pytestmark = pytest.mark.timeout(240)
PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
LOGICAL = [*QUICK, "-c", "wal_level=logical", "-c", "max_logical_replication_workers=8"]
WAITING = ["-c", "fsync=off", "-c", "full_page_writes=off"]
"""A commit waits for the replica; only a power cut would lose it, and here processes are killed."""


def statements(heading: str) -> str:
    """The SQL of docs/scale.md under ``-- heading``."""
    found = re.search(rf"```sql\n-- {re.escape(heading)}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, heading
    return found[1]


def dsn(folder: Path, name: str) -> str:
    """Where a database of the server in ``folder`` is."""
    return f"host={folder} user=postgres dbname={name}"


def run(where: str, sql: str) -> None:
    """Run statements one after another, each by itself."""
    with psycopg.connect(where, autocommit=True) as connection:
        for statement in sql.split(";\n"):
            if statement.strip():
                connection.execute(statement.encode())


def rows(where: str) -> dict[str, tuple[bytes, bytes, bytes]]:
    """Hash, salt and body of every record, by id."""
    with psycopg.connect(where) as connection:
        return {
            row[0]: (row[1], row[2], row[3]) for row in connection.execute("SELECT id, hash, salt, body FROM record")
        }


@pytest.fixture
def servers() -> Iterator[tuple[Path, Path]]:
    """Two PostgreSQL: one for districts, one for the city."""
    with running(LOGICAL) as districts, running(LOGICAL) as city:
        yield districts, city


def test_what_two_districts_hold_comes_to_one_city(servers: tuple[Path, Path], tmp_path: Path) -> None:
    districts, city_server = servers
    city = dsn(city_server, new_database(city_server, "city"))
    run(city, statements("at the city"))
    stores, names = [], ["guangming", "nanshan"]
    try:
        for name in names:
            new_database(districts, name)
            store = DistrictStore.create(f"postgresql://postgres@/{name}?host={districts}", os.urandom(32))
            stores.append(store)
            admin.init(store, tmp_path / f"{name}.key", name, "http://127.0.0.1")
            at_district = statements("at the district")
            if name != names[0]:  # a role is of the whole server: here two districts share one
                at_district = at_district.partition("\n")[2]
            run(dsn(districts, name), at_district)
        desks = [enrol_desk(store, f"{name}社区") for store, name in zip(stores, names, strict=True)]
        target = sealed(desks[0].visit("应当删除"))
        desks[0].push(target)
        for name in names:
            sql = statements("at the city, for each district").replace("guangming", name)
            run(city, re.sub(r"CONNECTION '[^']*'", f"CONNECTION 'host={districts} dbname={name} user=city'", sql))

        def same() -> bool:
            held: dict[str, tuple[bytes, bytes, bytes]] = {}
            for name in names:
                held |= rows(dsn(districts, name))
            return rows(city) == held

        until(same)
        assert rows(city)[target.id] == (target.hash, target.salt, target.body)
        for desk in desks:
            desk.push(*(desk.visit(f"第{n}件") for n in range(50)))
        until(same)
        run(city, "ALTER SUBSCRIPTION guangming DISABLE")
        desks[0].push(desks[0].visit("市里停机时"))
        gone = Erasure(id=new_id("erasure"), made=desks[0].made(), target=target.id, reason="当事人要求")
        assert desks[0].reasons(gone) == [""]
        assert rows(city)[target.id][2] != b""
        run(city, "ALTER SUBSCRIPTION guangming ENABLE")
        until(same)
        assert rows(city)[target.id] == (target.hash, b"", b""), "an erasure reaches the city"
        with psycopg.connect(city) as connection:
            found = connection.execute("SELECT name FROM unit WHERE unit = ANY(%s)", ([desk.unit for desk in desks],))
            assert {row[0] for row in found} == {"guangming社区", "nanshan社区"}
    finally:
        for store in stores:
            store.close()
        run(city, "".join(f"ALTER SUBSCRIPTION {name} DISABLE;\n" for name in names))


def test_a_replica_takes_over_and_nothing_acknowledged_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The primary is killed in the middle of pushes; the servers find the replica that was promoted by themselves."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    with running(WAITING) as first, replica(first, WAITING) as second:
        run(dsn(first, "postgres"), "ALTER SYSTEM SET synchronous_standby_names = '*';\nSELECT pg_reload_conf()")
        name = new_database(first, "futian")
        db = f"postgresql://postgres@/{name}?host={first},{second}&target_session_attrs=read-write"
        assert verb(db, "init", "--name", "福田区").returncode == 0
        with serving(db, tmp_path) as server:
            station = enrol(server.url, code_for(db), tmp_path)
            answered: list[str] = []
            page: list[Frame] = []
            with contextlib.suppress(Unavailable):
                for turn in count():
                    page = [Frame.of(sealed(visit(station.made, f"第{turn}页"))) for _ in range(3)]
                    if turn == 5:
                        threading.Timer(0.02, kill, [first]).start()
                    answered += [a.id for a in station.http.push(Push(station.store, page)).answers]
            promote(second)
            until(lambda: get(f"{server.url}/health/ready").status_code == 200)
            assert [a.state for a in station.http.push(Push(station.store, page)).answers] == [State.ACCEPTED] * 3
            assert {*answered, *(frame.id for frame in page)} <= set(rows(dsn(second, name)))
            assert len(answered) >= 15
            station.http.close()


def kill(folder: Path) -> None:
    """End a PostgreSQL and all of its processes as a machine that fails does."""
    server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    words = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    for process in (server, *map(int, words)):
        os.kill(process, signal.SIGKILL)


def test_the_city_reads_and_changes_nothing_at_a_district(servers: tuple[Path, Path], tmp_path: Path) -> None:
    districts, _ = servers
    name = new_database(districts, "futian")
    store = DistrictStore.create(f"postgresql://postgres@/{name}?host={districts}", os.urandom(32))
    admin.init(store, tmp_path / "ca.key", "福田区", "http://127.0.0.1")
    store.close()
    run(dsn(districts, name), statements("at the district"))
    with psycopg.connect(f"host={districts} user=city dbname={name}", autocommit=True) as connection:
        connection.execute("SELECT body FROM record")
        for hidden in ("SELECT * FROM device", "SELECT * FROM account", "SELECT * FROM setting", "DELETE FROM record"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(hidden.encode())
