"""What operators of a district's server rely on: health, metrics, a log that names nobody, and a graceful end."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
from sqlalchemy.exc import OperationalError

from sync.client.http import HttpDistrict
from sync.protocol.messages import Answer, Frame, Hello, Pull, Push, State
from sync.protocol.version import OLDEST, VERSION
from sync.records.errors import Refused, Unavailable
from sync.records.kinds import new_identity
from sync.server.store.records import lock_numbers
from sync.server.store.store import DistrictStore, disk_is_full
from sync.server.threads import NUMBERING
from tests.support.district import sealed, visit
from tests.support.district_process import Server, serving, verb
from tests.support.postgres import QUICK, new_database, running
from tests.system.test_district_server import Enrolled, code_for, enrol

pytestmark = pytest.mark.timeout(180)
SECRET_TEXT = "阿卜杜拉·买买提反映楼上漏水"
_databases = count(1)
_SAMPLE = re.compile(r'^[a-z_]+(\{[a-z_]+="[^"\\]*"(,[a-z_]+="[^"\\]*")*\})? [0-9.e+]+$')


@dataclass
class Watched:
    """A running server with its metrics' address and a station of its own."""

    db: str
    folder: Path
    server: Server
    metrics: str
    station: Enrolled

    def numbers(self) -> dict[str, float]:
        """What the metrics say, by series."""
        answer = get(self.metrics)
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        assert all(_SAMPLE.match(line) for line in lines), lines
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}

    def log(self) -> list[dict[str, object]]:
        """The lines of the server's log."""
        return [json.loads(line) for line in self.server.log.read_text(encoding="utf-8").splitlines()]

    def store(self) -> DistrictStore:
        """The store, opened beside the server."""
        return DistrictStore.open(self.db, bytes.fromhex((self.folder / "district.key").read_text().strip()))


def get(url: str, **headers: str) -> requests.Response:
    """Ask once, without what the environment says of proxies."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, headers=headers, timeout=10)


@pytest.fixture(params=["sqlcipher", "postgresql"])
def watched(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """A server on each of the two databases."""
    db = f"sqlite:///{tmp_path / 'district.db'}"
    if request.param == "postgresql":
        postgres: Path = request.getfixturevalue("postgres_folder")
        db = f"postgresql://postgres@/{new_database(postgres, f'operators_{next(_databases)}')}?host={postgres}"
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    assert verb(db, "init", "--name", "光明区").returncode == 0
    with serving(db, tmp_path, "--metrics-port", "0") as server:
        assert server.process.stdout is not None
        metrics = server.process.stdout.readline().split()
        assert metrics[0] == "metrics"
        station = enrol(server.url, code_for(db), tmp_path)
        yield Watched(db, tmp_path, server, metrics[1], station)
        station.http.close()


def test_health_and_metrics_say_how_it_stands_and_name_nobody(watched: Watched) -> None:
    station, url = watched.station, watched.server.url
    station.http.hello(Hello(VERSION, OLDEST, "qianshao/test", station.store, datetime.now(UTC)))
    good = [Frame.of(sealed(visit(station.made, SECRET_TEXT))) for _ in range(3)]
    foreign = Frame.of(sealed(visit(replace(station.made, unit=new_identity("unt")))))
    answers = station.http.push(Push(station.store, [*good, foreign])).answers
    assert [answer.state for answer in answers] == [State.ACCEPTED] * 3 + [State.REFUSED]
    station.http.pull(Pull(station.store, 0, 10))
    with pytest.raises(Refused):
        HttpDistrict(url, new_identity("dev"), "wrong", None).pull(Pull(station.store, 0, 1))
    assert get(f"{url}/{SECRET_TEXT}/x?who={SECRET_TEXT}").status_code == 404
    assert get(f"{url}/v1/{SECRET_TEXT}").status_code == 404
    for path, word in (("live", "live\n"), ("ready", "ready\n")):
        answer = get(f"{url}/health/{path}")
        assert (answer.status_code, answer.text) == (200, word)
    said = watched.numbers()
    assert said['qianshao_district_records_total{state="accepted"}'] == 3
    assert said['qianshao_district_records_total{state="refused"}'] == 1
    assert said['qianshao_district_refusals_total{reason="protocol.foreign_unit"}'] == 1
    assert said['qianshao_district_requests_total{method="POST",place="/v1/push",status="200"}'] == 1
    assert said['qianshao_district_requests_total{method="POST",place="/v1/pull",status="401"}'] == 1
    assert said['qianshao_district_requests_total{method="GET",place="other",status="404"}'] == 2
    assert said['qianshao_district_request_seconds_bucket{le="+Inf",place="/v1/push"}'] == 1
    assert said["qianshao_district_requests_under_way"] == 0
    assert said["qianshao_district_queue"] == 0
    assert said['qianshao_district_pool_connections{state="in_use"}'] == 0
    assert said['qianshao_district_pool_connections{state="idle"}'] >= 1
    log = watched.log()
    assert {"method": "POST", "place": "/v1/push", "status": 200}.items() <= {
        **next(line for line in log if line.get("place") == "/v1/push")
    }.items()
    whole = watched.server.log.read_text(encoding="utf-8") + get(watched.metrics).text
    secrets = (
        "买买提",
        "王登记",
        station.device.secret,
        station.device.device,
        station.store,
        station.unit,
        good[0].id,
    )
    assert not any(word in whole for word in (*secrets, "127.0.0.1", "漏水"))


def test_metrics_are_read_on_this_machine_alone(watched: Watched) -> None:
    parts = urlsplit(watched.metrics)
    assert parts.hostname == "127.0.0.1"
    assert get(f"{watched.server.url}/metrics").status_code == 404, "the stations' port does not have them"
    assert get(watched.metrics, Host="evil.example").status_code == 404, "nor a page that calls us by its own name"
    assert get(watched.metrics.replace("/metrics", "/")).status_code == 404
    outer = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in outer:
        with pytest.raises(OSError), socket.create_connection((address, parts.port or 0), 2):
            pass


def test_a_server_that_is_told_to_end_answers_what_it_began(watched: Watched) -> None:
    """SIGTERM during pushes: each was answered and is kept, or was not begun and nothing of it is kept."""
    station, server = watched.station, watched.server
    pages = [[Frame.of(sealed(visit(station.made, f"第{n}页"))) for _ in range(5)] for n in range(6)]
    lines = [HttpDistrict(server.url, station.device.device, station.device.secret, None) for _ in pages]
    for line in lines:
        line.pull(Pull(station.store, 0, 1))

    def push(line: HttpDistrict, page: list[Frame]) -> list[Answer]:
        return line.push(Push(station.store, page)).answers

    store = watched.store()
    with ThreadPoolExecutor(len(pages)) as threads:
        with store.write() as conn:  # as a slow neighbour would: the pages have come, none can be numbered yet
            lock_numbers(conn)
            begun = [threads.submit(push, line, page) for line, page in zip(lines, pages[:-1], strict=False)]
            until(lambda: watched.numbers()["qianshao_district_requests_under_way"] == len(begun))
            server.process.send_signal(signal.SIGTERM)
            until(lambda: not listens(server.url))
            late = threads.submit(push, lines[-1], pages[-1])
            with pytest.raises(Unavailable):
                late.result(60)
            assert not any(one.done() for one in begun)
        for one in begun:
            assert [answer.state for answer in one.result(60)] == [State.ACCEPTED] * 5
    assert server.process.wait(30) == 0
    for line in lines:
        line.close()
    with store.read() as conn:
        kept = {row[0] for row in conn.exec_driver_sql("SELECT id FROM record WHERE kind = 'visit'")}
    store.close()
    assert kept == {frame.id for page in pages[:-1] for frame in page}
    assert not [line for line in watched.log() if line["level"] in ("ERROR", "CRITICAL")]


def test_pushes_wait_in_line_and_whoever_only_asks_does_not(watched: Watched) -> None:
    """While nothing can be numbered, the rest waits without a thread and without a connection."""
    station, server = watched.station, watched.server
    pages = [[Frame.of(sealed(visit(station.made, f"第{n}页")))] for n in range(NUMBERING + 5)]
    lines = [HttpDistrict(server.url, station.device.device, station.device.secret, None) for _ in pages]
    store = watched.store()
    with ThreadPoolExecutor(len(pages)) as threads:
        with store.write() as conn:
            lock_numbers(conn)
            begun = [
                threads.submit(line.push, Push(station.store, page)) for line, page in zip(lines, pages, strict=True)
            ]
            until(lambda: watched.numbers()["qianshao_district_queue"] == 5)
            said = watched.numbers()
            assert said['qianshao_district_threads{state="busy"}'] == NUMBERING
            assert said['qianshao_district_pool_connections{state="in_use"}'] <= NUMBERING
            assert lines[0].pull(Pull(station.store, 0, 1)).cursor == 1
            assert get(f"{server.url}/health/ready").status_code == 200
        for one in begun:
            assert [answer.state for answer in one.result(60).answers] == [State.ACCEPTED]
    for line in lines:
        line.close()
    store.close()


def until(there: Callable[[], bool]) -> None:
    """Wait until ``there()`` holds."""
    end = time.monotonic() + 30
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


def listens(url: str) -> bool:
    """Whether anybody takes a connection there."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), 2).close()
    except OSError:
        return False
    return True


def test_a_server_whose_database_is_away_is_not_ready_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL ends and begins again, as in a failover: nothing is lost, and the server need not be started anew."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    with running(QUICK) as postgres:
        db = f"postgresql://postgres@/{new_database(postgres, 'away')}?host={postgres}"
        assert verb(db, "init", "--name", "光明区").returncode == 0
        with serving(db, tmp_path) as server:
            station = enrol(server.url, code_for(db), tmp_path)
            page = Push(station.store, [Frame.of(sealed(visit(station.made)))])
            hidden = postgres / ".s.PGSQL.5432"
            hidden.rename(postgres / "hidden")
            end_connections(postgres)
            until(lambda: get(f"{server.url}/health/ready").status_code == 503)
            assert get(f"{server.url}/health/live").status_code == 200
            with pytest.raises(Unavailable):
                station.http.push(page)
            (postgres / "hidden").rename(hidden)
            until(lambda: get(f"{server.url}/health/ready").status_code == 200)
            assert station.http.push(page).answers[0].state is State.ACCEPTED
            station.http.close()
            assert "bug" not in server.log.read_text(encoding="utf-8")


def end_connections(folder: Path) -> None:
    """End every client's connection, as a PostgreSQL that goes down does."""
    server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    for word in Path(f"/proc/{server}/task/{server}/children").read_text().split():
        if b"postgres: postgres" in Path(f"/proc/{word}/cmdline").read_bytes():
            os.kill(int(word), signal.SIGTERM)


def test_a_disk_that_fills_in_the_middle_is_said_and_nothing_is_half_kept(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'district.db'}"
    assert verb(db, "init", "--name", "光明区").returncode == 0
    with serving(db, tmp_path) as server:
        station = enrol(server.url, code_for(db), tmp_path)
        visits = [sealed(visit(station.made, SECRET_TEXT * 20)) for _ in range(1500)]
        page = Push(station.store, [Frame.of(each) for each in visits])
        files = [path.stat().st_size for path in tmp_path.glob("district.db*")]
        before = verb(db, "records", "--lines").stdout
        hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (max(files) + 16_384, hard))
        with pytest.raises(Unavailable, match=r"protocol\.disk_full"):
            station.http.push(page)
        assert verb(db, "records", "--lines").stdout == before
        assert get(f"{server.url}/health/live").status_code == 200, "it goes on"
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert {answer.state for answer in station.http.push(page).answers} == {State.ACCEPTED}
        station.http.close()
        log = server.log.read_text(encoding="utf-8")
    assert "disk is full" in log
    assert SECRET_TEXT not in log


def test_what_a_database_says_of_its_disk_is_told_from_one_that_is_busy() -> None:
    full = [psycopg.errors.DiskFull("could not extend file"), psycopg.errors.lookup("58030")("write failed")]
    full += [sqlite3.OperationalError("database or disk is full"), sqlite3.OperationalError("disk I/O error")]
    busy = [sqlite3.OperationalError("database is locked"), psycopg.errors.CannotConnectNow("starting up")]
    assert [disk_is_full(OperationalError("", None, each)) for each in (*full, *busy)] == [True] * 4 + [False] * 2
