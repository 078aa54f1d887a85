"""A district server as a process of its own, spoken to over HTTP and TLS, ended and killed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
import requests
import zstandard

from sync.client.answers import Reply
from sync.client.enrolment import NewDevice, hand_in, new_device, parse_code, trusted_ca
from sync.client.http import HttpDistrict
from sync.protocol import codec
from sync.protocol.messages import Frame, Hello, Problem, Pull, Pulled, Push, Pushed, ReceiptAsked, State
from sync.protocol.version import CAPABILITIES, MAX_BODY_BYTES, MEDIA_TYPE, OLDEST, PLAIN_TYPE, VERSION
from sync.records.canonical import digest
from sync.records.errors import Refused, Unavailable
from sync.records.kinds import STORE_PREFIX, new_id, new_identity
from sync.records.papers import Attachment
from sync.records.record import Made
from sync.server.serve import Listen, address_of
from tests.support.district import AT, first_staff, sealed, visit
from tests.support.district_process import Server, serving, verb

pytestmark = pytest.mark.timeout(180)
_units = count(1)
SECRET_TEXT = "阿卜杜拉·买买提反映楼上漏水"


@dataclass
class Enrolled:
    """A station that was enrolled over the network."""

    unit: str
    store: str
    staff: str
    device: NewDevice
    http: HttpDistrict

    @property
    def made(self) -> Made:
        return Made(by=self.staff, unit=self.unit, store=self.store, at=AT)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.device.device}.{self.device.secret}", "Content-Type": MEDIA_TYPE}


def code_for(db: str, name: str = "凤凰社区") -> str:
    done = verb(db, "station", "add", name, "--parent", "凤凰街道")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def enrol(url: str, text: str, folder: Path) -> Enrolled:
    code = parse_code(text)
    pem = trusted_ca(url, code)
    ca = folder / "trusted.pem"
    if pem:
        ca.write_bytes(pem)
    device, store = new_device(new_identity("dev")), new_identity(STORE_PREFIX)
    staff = first_staff("王登记", store)
    answer = hand_in(url, code, device, store, sealed(staff), ca if pem else None)
    http = HttpDistrict(url, device.device, device.secret, ca if pem else None)
    return Enrolled(answer.unit, store, staff.staff, device, http)


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one district, named by its database."""
    return tmp_path_factory.mktemp(request.param)


@pytest.fixture(scope="module")
def db(folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an initialised store on each database; its files lie in ``folder``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATE_DIRECTORY", str(folder))
        if folder.name.startswith("sqlcipher"):
            url = f"sqlite:///{folder / 'district.db'}"
        else:
            url = new_database(request.getfixturevalue("postgres_folder"))
        done = verb(url, "init", "--name", "光明区")
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1].startswith("http://127.0.0.1:8443/link/")
        yield url


def new_database(postgres: Path) -> str:
    """Make a database for this module."""
    with psycopg.connect(f"host={postgres} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE district_server TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    return f"postgresql://postgres@/district_server?host={postgres}"


@pytest.fixture(scope="module")
def server(db: str, folder: Path) -> Iterator[Server]:
    """One server for the tests that do not end it."""
    with serving(db, folder) as running:
        yield running


@pytest.fixture
def station(db: str, server: Server, tmp_path: Path) -> Iterator[Enrolled]:
    """A station of a unit of its own."""
    enrolled = enrol(server.url, code_for(db, f"社区{next(_units)}"), tmp_path)
    yield enrolled
    enrolled.http.close()


def test_a_day_end_over_http_leaves_both_ends_with_the_same_records(
    db: str, server: Server, station: Enrolled, tmp_path: Path
) -> None:
    welcome = station.http.hello(Hello(VERSION, OLDEST, "qianshao/test", station.store, datetime.now(UTC), unsent=2))
    assert (welcome.protocol, welcome.unit) == (VERSION, station.unit)
    assert abs(welcome.clock_difference_ms) < 60_000
    content = b"%PDF-1.7\n" + os.urandom(200_000)
    paper = Attachment(
        id=new_id("attachment"),
        made=station.made,
        subject=new_id("agreement"),
        name="协议书.pdf",
        media_type="application/pdf",
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
    )
    own = [sealed(visit(station.made, SECRET_TEXT)), sealed(paper)]
    pushed = station.http.push(Push(station.store, [Frame.of(s) for s in own]))
    assert [answer.state for answer in pushed.answers] == [State.ACCEPTED] * 2
    station.http.put_file(paper.digest, content)
    assert station.http.get_file(paper.digest) == content
    page = station.http.pull(Pull(station.store, 0, 2000))
    held = own + [numbered.record.sealed() for numbered in page.records]
    counts = {kind: sum(s.kind == kind for s in held) for kind in {s.kind for s in held}}
    own_digest = digest([(s.kind, s.id, s.hash) for s in held])
    receipt = station.http.receipt(ReceiptAsked(station.store, 0, page.cursor, counts, own_digest, 0, 0))
    assert receipt.agreed
    said = json.loads(verb(db, "records", "--json", "--station", station.unit).stdout)
    assert said == {"counts": counts, "digest": own_digest}
    rows = [json.loads(line) for line in verb(db, "stations", "--json").stdout.splitlines()]
    (row,) = [row for row in rows if row["unit"] == station.unit]
    assert (row["unit_name"][:2], row["unsent"], row["last_day_end"] is not None) == ("社区", 0, True)
    log = server.log.read_text(encoding="utf-8")
    assert '"method": "POST", "place": "/v1/push", "status": 200' in log
    assert not any(word in log for word in ("买买提", "王登记", station.device.secret, "127.0.0.1"))


def test_every_answer_that_is_not_200_is_a_problem(server: Server, station: Enrolled) -> None:
    session = requests.Session()
    session.trust_env = False
    good = codec.pack(Pull(station.store, 0, 10))
    old = Hello(VERSION + 9, VERSION + 9, "qianshao/9", station.store, datetime.now(UTC))
    large = {**station.headers, "Content-Length": str(MAX_BODY_BYTES + 1)}
    bomb = zstandard.ZstdCompressor().compress(bytes(4 * MAX_BODY_BYTES))
    cases = [
        ("POST", "pull", {}, good, 401, "protocol.unknown_device"),
        ("POST", "pull", {"Authorization": "Bearer dev_x.y"}, good, 401, "protocol.unknown_device"),
        ("POST", "pull", station.headers, b"nonsense", 400, "protocol.unreadable_message"),
        ("POST", "push", station.headers, bomb, 400, "protocol.unreadable_message"),
        ("POST", "pull", station.headers, codec.pack(Pull("sto_x", 0, 1)), 403, "protocol.foreign_store"),
        ("POST", "pull", station.headers, codec.pack(Pull(station.store, -1, 1)), 400, "protocol.unreadable_message"),
        ("POST", "hello", station.headers, codec.pack(old), 426, "protocol.version"),
        ("GET", "hello", station.headers, b"", 404, "protocol.no_such_address"),
        ("GET", "../v1/%2e%2e/x", {}, b"", 404, "protocol.no_such_address"),
        ("GET", f"files/{'0' * 64}", station.headers, b"", 404, "protocol.no_such_file"),
        ("PUT", "files/nothing", station.headers, b"x", 400, "protocol.bad_file"),
    ]
    for method, path, headers, body, status, reason in cases:
        answer = session.request(method, f"{server.url}/v1/{path}", headers=headers, data=body)
        assert (answer.status_code, codec.unpack(answer.content, Problem).reason) == (status, reason), path
        assert b"Traceback" not in answer.content
    request = requests.Request("POST", f"{server.url}/v1/push", headers=large, data=b"").prepare()
    request.headers["Content-Length"] = str(MAX_BODY_BYTES + 1)
    answer = session.send(request)
    assert (answer.status_code, codec.unpack(answer.content, Problem).reason) == (413, "protocol.too_large")
    session.close()
    assert "bug" not in server.log.read_text(encoding="utf-8")


def test_a_code_works_once_for_one_device(db: str, server: Server, tmp_path: Path) -> None:
    text = code_for(db)
    code = parse_code(text)
    device, store = new_device(new_identity("dev")), new_identity(STORE_PREFIX)
    staff = sealed(first_staff("王登记", store))
    first = hand_in(server.url, code, device, store, staff, None)
    assert hand_in(server.url, code, device, store, staff, None) == first, "a lost answer is asked for again"
    assert len(first.import_key) == 32
    for other in (new_device(device.device), new_device(new_identity("dev"))):
        with pytest.raises(Refused, match=r"protocol\.code_refused"):
            hand_in(server.url, code, other, store, staff, None)
    second = hand_in(
        server.url, parse_code(code_for(db)), new_device(new_identity("dev")), new_identity(STORE_PREFIX), staff, None
    )
    assert second.import_key == first.import_key, "two desks of a unit know a ledger row by the same id"


def test_a_revoked_device_is_refused_at_once(db: str, station: Enrolled) -> None:
    done = verb(db, "revoke", station.device.device)
    assert done.returncode == 0
    with pytest.raises(Refused, match=r"protocol\.device_revoked"):
        station.http.pull(Pull(station.store, 0, 1))
    assert verb(db, "revoke", new_identity("dev")).returncode == 1


def test_what_was_acknowledged_survives_kill_9(db: str, tmp_path: Path) -> None:
    """The server is killed in the middle of a page after the fifth; every answered record is there afterwards, once."""
    with serving(db, tmp_path) as first:
        station = enrol(first.url, code_for(db, "玉塘社区"), tmp_path)
        answered: list[str] = []
        last: list[Frame] = []
        try:
            for page in count():
                last = [Frame.of(sealed(visit(station.made, f"第{n}件"))) for n in range(20)]
                if page == 5:
                    threading.Timer(0.005, lambda: first.process.send_signal(signal.SIGKILL)).start()
                answers = station.http.push(Push(station.store, last)).answers
                answered += [answer.id for answer in answers if answer.state is State.ACCEPTED]
        except Unavailable:
            pass
        station.http.close()
    assert len(answered) >= 100
    with serving(db, tmp_path) as second:
        again = HttpDistrict(second.url, station.device.device, station.device.secret, None)
        assert [a.state for a in again.push(Push(station.store, last)).answers] == [State.ACCEPTED] * 20
        again.close()
        assert second.stop() == 0, "it ends cleanly on SIGTERM"
    said = verb(db, "records", "--lines", "--station", station.unit).stdout
    lines = [line.split() for line in said.splitlines()]
    visits = {name for kind, name, _ in lines if kind == "visit"}
    assert visits == set(answered) | {frame.id for frame in last}
    assert len(lines) == len({name for _, name, _ in lines})


def test_the_embedded_store_holds_no_word_in_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    db = f"sqlite:///{tmp_path / 'district.db'}"
    verb(db, "init", "--name", "光明区")
    with serving(db, tmp_path) as server:
        station = enrol(server.url, code_for(db), tmp_path)
        station.http.push(Push(station.store, [Frame.of(sealed(visit(station.made, SECRET_TEXT)))]))
        station.http.close()
        files = [path for path in tmp_path.iterdir() if path.name.startswith("district.db")]
        assert {path.name for path in files} >= {"district.db", "district.db-wal"}
        for path in files:
            content = path.read_bytes()
            assert not any(word.encode() in content for word in ("漏水", "王登记", "凤凰社区", "SQLite format"))
    for path in tmp_path.iterdir():
        if path.name.startswith("district"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name


def test_a_station_trusts_the_authority_that_its_code_names_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # of the desk's user: it takes no part
    db = f"sqlite:///{tmp_path / 'district.db'}"
    verb(db, "init")
    issued = verb(db, "tls", "issue", "--host", "127.0.0.1", "--host", "localhost", "--out", str(tmp_path), "--json")
    files = json.loads(issued.stdout)
    text = code_for(db)
    with serving(db, tmp_path, "--tls-cert", files["cert"], "--tls-key", files["key"]) as server:
        assert server.url.startswith("https://")
        station = enrol(server.url, text, tmp_path)
        assert station.http.pull(Pull(station.store, 0, 5)).records
        station.http.close()
        for nothing in (None, tmp_path / "lost.pem"):
            with pytest.raises(Refused, match=r"exchange\.no_authority"):
                HttpDistrict(server.url, station.device.device, station.device.secret, nothing)
        stranger = "-".join([*text.split("-")[:2], "A" * 32])
        with pytest.raises(Refused, match=r"exchange\.wrong_certificate"):
            trusted_ca(server.url, parse_code(stranger))
        other = tmp_path / "other"
        other.mkdir()
        elsewhere = f"sqlite:///{other / 'district.db'}"
        verb(elsewhere, "init")
        with pytest.raises(Refused, match=r"exchange\.wrong_certificate"):
            enrol_with_wrong_ca(server.url, elsewhere, station)


def enrol_with_wrong_ca(url: str, elsewhere: str, station: Enrolled) -> None:
    with serving(elsewhere, Path(elsewhere.removeprefix("sqlite:///")).parent) as other:
        session = requests.Session()
        session.trust_env = False
        pem = session.get(f"{other.url}/v1/ca").content
        session.close()
    wrong = Path(elsewhere.removeprefix("sqlite:///")).parent / "wrong.pem"
    wrong.write_bytes(pem)
    http = HttpDistrict(url, station.device.device, station.device.secret, wrong)
    try:
        http.pull(Pull(station.store, 0, 5))
    finally:
        http.close()


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["stations", "--db", "postgresql://u:secret@h/x"], 1, "PGPASSFILE"),
        (["stations", "--db", "mysql://h/x"], 1, "--db"),
        (["stations"], 1, "init"),
        (["serve", "--host", "0.0.0.0"], 1, "--tls-cert"),
        (["serve", "--tls-cert", "x"], 1, "--tls-key"),
        (["serve", "--tls-cert", "x", "--tls-key", "y"], 1, "TLS"),
        (["init", "--db", "sqlite:////dev/null/district.db"], 1, "/dev/null"),
        (["nothing"], 2, "用法"),
        (["station", "add"], 2, "用法"),
        (["revoke", "dev_x"], 1, "init"),
    ],
)
def test_a_verb_that_cannot_be_done_says_one_sentence(words: list[str], status: int, says: str, tmp_path: Path) -> None:
    done = verb(f"sqlite:///{tmp_path / 'none.db'}", *words)
    assert (done.returncode, done.stdout) == (status, "")
    assert says in done.stderr
    assert "secret" not in done.stderr
    assert status == 2 or len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_link_names_a_place_that_a_browser_can_go_to() -> None:
    every = Listen("0.0.0.0", 8443, tls_cert="x", tls_key="y")
    assert address_of(every, 8443) == "https://0.0.0.0:8443"
    assert address_of(every, 8443, for_links=True) == f"https://{socket.gethostname()}:8443"
    assert address_of(Listen("::1", 0), 99, for_links=True) == "http://[::1]:99"


def test_the_entry_point_starts_without_heavy_imports(tmp_path: Path) -> None:
    program = (
        "import sys; from sync.server.cli import main; sys.argv[1:] = ['--help']\ntry: main()\nexcept SystemExit: pass"
    )
    heavy = "{'sqlalchemy', 'fastapi', 'uvicorn', 'cryptography', 'alembic', 'msgspec'}"
    check = f"{program}\nsys.stderr.write(str(sorted({heavy} & set(sys.modules))))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, encoding="utf-8")
    assert (done.stderr, "qianshao-district" in done.stdout) == ("[]", True)


def test_json_is_unescaped_and_alone_on_standard_output(db: str) -> None:
    done = verb(db, "station", "add", "凤凰社区", "--json")
    assert set(json.loads(done.stdout)) == {"unit", "code", "expires_at"}
    assert done.stderr == ""
    lines = verb(db, "department", "add", "住建局", "--language", "en").stdout
    assert 'Department "住建局"' in lines
    user = json.loads(verb(db, "user", "add", "王经办", "--unit", "住建局", "--role", "department", "--json").stdout)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/link/[\w-]{43}", user["link"])
    assert verb(db, "user", "add", "甲", "--unit", "住建局", "--role", "system", "--role", "audit").returncode == 1
    assert verb(db, "staff", "add", "李", "--station", "凤凰社区", "--role", "system").returncode == 1


def test_messages_are_the_ones_of_the_protocol(station: Enrolled, server: Server) -> None:
    """What the server answers is decoded by type: an extra or missing word would fail here."""
    session = requests.Session()
    session.trust_env = False
    for path, message, answer in (
        ("pull", Pull(station.store, 0, 3), Pulled),
        ("push", Push(station.store, []), Pushed),
    ):
        got = session.post(f"{server.url}/v1/{path}", headers=station.headers, data=codec.pack(message))
        assert got.headers["content-type"] == MEDIA_TYPE
        assert isinstance(codec.unpack(got.content, answer), answer)
    session.close()


def test_how_messages_are_packed_is_agreed_on(station: Enrolled, server: Server) -> None:
    """Each form is read, and answered in the one that its sender takes."""
    asked = Pull(station.store, 10**9, 3)
    plain, packed = codec.word(asked, plain=True), codec.word(asked, plain=False)
    with requests.Session() as session:
        session.trust_env = False
        for body, media_type in (plain, packed):
            for takes in (MEDIA_TYPE, PLAIN_TYPE):
                headers = station.headers | {"Content-Type": media_type, "Accept": takes}
                got = session.post(f"{server.url}/v1/pull", headers=headers, data=body)
                assert got.headers["content-type"] == takes
                assert codec.hear(got.content, takes, Pulled).records == []


def test_a_station_sends_small_messages_plainly_once_the_district_has_said_that_it_reads_them(
    station: Enrolled, server: Server
) -> None:
    heard: list[tuple[str, str]] = []

    class Listening(HttpDistrict):
        def _talk(self, method: str, verb: str, body: bytes, headers: Mapping[str, str]) -> Reply:
            reply = super()._talk(method, verb, body, headers)
            heard.append((headers["Content-Type"], reply.headers["content-type"]))
            return reply

    device = station.device
    with contextlib.closing(Listening(server.url, device.device, device.secret, None)) as district:
        district.pull(Pull(station.store, 10**9, 3))
        district.hello(Hello(VERSION, OLDEST, "test", station.store, datetime.now(UTC), 0, 0, CAPABILITIES))
        district.pull(Pull(station.store, 10**9, 3))
    assert heard[0] == (MEDIA_TYPE, PLAIN_TYPE), "its first word is one that every district reads"
    assert heard[2] == (PLAIN_TYPE, PLAIN_TYPE)
