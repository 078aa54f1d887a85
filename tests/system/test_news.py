"""Stations that listen for news, at real server processes: who is told, who is not, and how a line ends."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psutil
import psycopg
import pytest
import requests
from sqlalchemy import make_url

from sync.client.http import HttpDistrict
from sync.client.listening import Heard, Listener, Stand
from sync.protocol.messages import Frame, Push
from sync.records.errors import Refused, Unavailable
from sync.records.units import Role
from tests.support.district import sealed, visit
from tests.support.district_process import Server, serving, verb
from tests.system.test_district_server import Enrolled, code_for, enrol

pytestmark = pytest.mark.timeout(180)
SECONDS = 30
_databases, _units = count(1), count(1)


class Ear:
    """A station that listens on a thread of its own; what it hears is asked for in its order."""

    def __init__(self, station: Enrolled, held: int = 0, connect: Callable[[], HttpDistrict] | None = None) -> None:
        self._heard: queue.Queue[Heard] = queue.Queue()
        self.listener = Listener(connect or (lambda: again(station)), lambda: held)
        self._thread = threading.Thread(target=self.listener.run, args=(self._heard.put,))
        self._thread.start()

    def next(self) -> Heard:
        """What was heard next."""
        return self._heard.get(timeout=SECONDS)

    def until(self, stand: Stand, *, news: bool = False) -> Heard:
        """Pass over what is heard until it stands so, or there is news."""
        while (heard := self.next()).stand is not stand or (news and not heard.seq):
            pass
        return heard

    def silent(self) -> bool:
        """Whether nothing more was heard by now."""
        return self._heard.empty()

    def stop(self) -> None:
        """Hang up; the thread ends at once, whatever it waited for."""
        self.listener.stop()
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()


def again(station: Enrolled, url: str = "") -> HttpDistrict:
    """A connection of its own for the same device."""
    return HttpDistrict(url or station.http.url, station.device.device, station.device.secret, None)


def say(station: Enrolled, url: str = "") -> int:
    """Push one visit; returns the district's number for it."""
    http = again(station, url)
    (answer,) = http.push(Push(station.store, [Frame.of(sealed(visit(station.made)))])).answers
    http.close()
    return answer.seq


@contextlib.contextmanager
def hearing(station: Enrolled, held: int = 0, url: str = "") -> Iterator[Ear]:
    ear = Ear(station, held, lambda: again(station, url))
    try:
        ear.until(Stand.CONNECTED)
        yield ear
    finally:
        ear.stop()


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an initialised store on each database."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATE_DIRECTORY", str(folder))
        url = f"sqlite:///{folder / 'district.db'}"
        if request.param == "postgresql":
            url = new_database(request.getfixturevalue("postgres_folder"))
        assert verb(url, "init", "--name", "光明区").returncode == 0
        yield url


def new_database(postgres: Path) -> str:
    name = f"news_{next(_databases)}"
    with psycopg.connect(f"host={postgres} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    return f"postgresql://postgres@/{name}?host={postgres}"


@pytest.fixture(scope="module")
def server(db: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that do not end it."""
    with serving(db, tmp_path_factory.mktemp("server")) as running:
        yield running


def desks(db: str, server: Server, folder: Path, many: int = 2) -> list[Enrolled]:
    """Desks of one new unit."""
    unit = f"社区{next(_units)}"
    return [enrol(server.url, code_for(db, unit), folder) for _ in range(many)]


def test_what_one_desk_says_the_other_hears_of_and_nobody_else(db: str, server: Server, tmp_path: Path) -> None:
    ours, neighbour = desks(db, server, tmp_path)
    (stranger,) = desks(db, server, tmp_path, 1)
    held = say(ours)
    with hearing(ours, held) as own, hearing(neighbour, held) as there, hearing(stranger, held) as elsewhere:
        seq = say(ours)
        assert there.until(Stand.CONNECTED, news=True) == Heard(Stand.CONNECTED, seq)
        seq = say(neighbour)
        assert own.next() == Heard(Stand.CONNECTED, seq)
        assert there.silent(), "nobody is told of what he said himself"
        assert elsewhere.silent(), "nobody is told of what he may not pull"


def test_what_came_while_nobody_listened_is_told_at_once(db: str, server: Server, tmp_path: Path) -> None:
    ours, neighbour = desks(db, server, tmp_path)
    first, last = say(ours), say(ours)
    with hearing(neighbour, first) as ear:
        held = ear.next().seq
        assert held >= last
    with hearing(neighbour, held) as ear:
        seq = say(ours)
        assert ear.next().seq == seq, "what is held already is not told once more"


def test_what_an_administrator_does_beside_the_server_is_heard_of(db: str, server: Server, tmp_path: Path) -> None:
    ours, other = *desks(db, server, tmp_path, 1), *desks(db, server, tmp_path, 1)
    held = max(say(ours), say(other))
    with hearing(ours, held) as there, hearing(other, held) as elsewhere:
        added = verb(db, "staff", "add", "黄志远", "--station", ours.unit, "--role", Role.REGISTRAR.value)
        assert added.returncode == 0, added.stderr
        assert there.next().seq > held
        assert elsewhere.silent()
        assert verb(db, "department", "add", "区住房和建设局").returncode == 0
        assert there.next().seq > held
        assert elsewhere.next().seq > held, "a directory is everybody's"


def test_a_revoked_device_is_cut_off_at_once_and_stays_off(db: str, server: Server, tmp_path: Path) -> None:
    ours, neighbour = desks(db, server, tmp_path)
    with hearing(ours) as ear, hearing(neighbour) as other:
        assert verb(db, "revoke", ours.device.device).returncode == 0
        assert ear.until(Stand.WAITING).why is not None
        off = ear.until(Stand.OFF).why
        assert isinstance(off, Refused)
        assert off.key == "protocol.device_revoked"
        other.listener.renew()
        other.until(Stand.CONNECTED)


def test_a_third_line_of_a_device_ends_its_first(db: str, server: Server, tmp_path: Path) -> None:
    (ours,) = desks(db, server, tmp_path, 1)
    with again(ours).news(0) as first, again(ours).news(0) as second:
        ended = threading.Thread(target=lambda: list(first.heard()))
        ended.start()
        with again(ours).news(0) as third:
            ended.join(SECONDS)
            assert not ended.is_alive()
            assert next(second.heard()) is None
            assert next(third.heard()) is None


def test_stations_that_listen_take_no_thread_each(db: str, server: Server, tmp_path: Path) -> None:
    many = desks(db, server, tmp_path, 12)
    process = psutil.Process(server.process.pid)
    with contextlib.ExitStack() as lines:
        first = lines.enter_context(again(many[0]).news(0))
        assert next(first.heard()) is None
        before = process.num_threads()
        for station in many[1:]:
            for _ in range(2):
                line = lines.enter_context(again(station).news(0))
                assert next(line.heard()) is None
        # Threads of the pool answer who a station is, and are there for all requests; none waits with a station.
        assert process.num_threads() - before < len(many)


def test_a_stranger_hears_nothing_and_nonsense_is_refused(db: str, server: Server, tmp_path: Path) -> None:
    (ours,) = desks(db, server, tmp_path, 1)
    cases: list[tuple[dict[str, str], int]] = [
        ({}, 401),
        ({"Authorization": f"Bearer {ours.device.device}.x", "Last-Event-ID": "0"}, 401),
        ({"Authorization": ours.headers["Authorization"]}, 400),
        ({"Authorization": ours.headers["Authorization"], "Last-Event-ID": "-1"}, 400),
        ({"Authorization": ours.headers["Authorization"], "Last-Event-ID": "9" * 40}, 400),
    ]
    for headers, status in cases:
        with requests.get(f"{server.url}/v1/news", headers=headers, timeout=SECONDS, stream=True) as answer:
            assert answer.status_code == status, headers


def test_a_line_without_a_sign_of_life_is_given_up(db: str, server: Server, tmp_path: Path) -> None:
    (ours,) = desks(db, server, tmp_path, 1)
    with again(ours).news(0, patience=0.5) as line:
        heard = line.heard()
        assert next(heard) is None
        server.process.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(Unavailable), again(ours).news(0, patience=0.5) as dead:
                list(dead.heard())
        finally:
            server.process.send_signal(signal.SIGCONT)


def test_a_stop_waits_for_no_station_and_a_new_server_is_found(db: str, tmp_path: Path) -> None:
    with serving(db, tmp_path) as first:
        port = first.url.rsplit(":", 1)[1]
        ours, neighbour = desks(db, first, tmp_path)
        held = say(ours)
        with hearing(neighbour, held) as ear:
            assert first.stop() == 0
            ear.until(Stand.WAITING)
            assert "Cancel" not in first.log.read_text(encoding="utf-8"), "nobody had to be thrown out"
            with serving(db, tmp_path, "--port", port) as second:
                ear.until(Stand.CONNECTED)
                seq = say(ours)
                assert ear.until(Stand.CONNECTED, news=True).seq == seq
                second.process.kill()
                ear.until(Stand.WAITING)
                with serving(db, tmp_path, "--port", port):
                    seq = say(ours)
                    while ear.until(Stand.CONNECTED, news=True).seq != seq:
                        pass  # the line may be there before it was said: then what is old is told first


def test_a_line_over_tls_that_breaks_or_is_hung_up_is_only_a_broken_line(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATE_DIRECTORY", str(tmp_path))
        db = f"sqlite:///{tmp_path / 'district.db'}"
        assert verb(db, "init", "--name", "光明区").returncode == 0
        issued = verb(db, "tls", "issue", "--host", "127.0.0.1", "--out", str(tmp_path), "--json")
        files = json.loads(issued.stdout)
        pair = ("--tls-cert", files["cert"], "--tls-key", files["key"])
        with serving(db, tmp_path, *pair) as server:
            ours = enrol(server.url, code_for(db), tmp_path)
            ca = tmp_path / "trusted.pem"
            ear = Ear(ours, 0, lambda: HttpDistrict(server.url, ours.device.device, ours.device.secret, ca))
            try:
                ear.until(Stand.CONNECTED, news=True)
                ear.listener.renew()
                ear.until(Stand.WAITING)
                ear.until(Stand.CONNECTED, news=True)
                server.process.kill()
                heard = ear.next()
                assert (heard.stand, isinstance(heard.why, Unavailable)) == (Stand.WAITING, True)
                with serving(db, tmp_path, *pair, "--port", server.url.rsplit(":", 1)[1]):
                    ear.until(Stand.CONNECTED)
            finally:
                ear.stop()


def test_two_servers_behind_one_postgresql_tell_each_others_stations(postgres_folder: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATE_DIRECTORY", str(tmp_path))
        db = new_database(postgres_folder)
        assert verb(db, "init", "--name", "光明区").returncode == 0
        with serving(db, tmp_path) as one, serving(db, tmp_path) as two:
            ours, neighbour = desks(db, one, tmp_path)
            held = say(ours)
            with hearing(neighbour, held, two.url) as ear:
                seq = say(ours, one.url)
                assert ear.next().seq == seq
                assert verb(db, "revoke", neighbour.device.device).returncode == 0
                ear.until(Stand.OFF)
            log = one.log.read_text(encoding="utf-8")
            assert '"method": "GET", "place": "/v1/news"' in log
            assert neighbour.device.secret not in log


def test_a_database_that_goes_away_ends_the_lines_and_comes_back(postgres_folder: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATE_DIRECTORY", str(tmp_path))
        db = new_database(postgres_folder)
        assert verb(db, "init", "--name", "光明区").returncode == 0
        with serving(db, tmp_path) as server:
            ours, neighbour = desks(db, server, tmp_path)
            held = say(ours)
            with hearing(neighbour, held) as ear:
                with psycopg.connect(f"host={postgres_folder} user=postgres", autocommit=True) as admin:
                    name = make_url(db).database
                    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
                    admin.execute(ended, [name])
                ear.until(Stand.WAITING)
                ear.until(Stand.CONNECTED)
                seq = say(ours)
                assert ear.until(Stand.CONNECTED, news=True).seq == seq
