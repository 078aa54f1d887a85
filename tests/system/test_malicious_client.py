"""An enrolled device gone bad tries everything that its place on the network allows; its neighbour must not notice."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
import zstandard

from sync.client.http import HttpDistrict
from sync.client.journal import FileToSend
from sync.client.tus_words import PIECE, TUS
from sync.protocol import codec
from sync.protocol.messages import (
    Answer,
    Exchange,
    Exchanged,
    Frame,
    Hello,
    MoveStore,
    Problem,
    Pull,
    Pulled,
    Push,
    Pushed,
    ReceiptAsked,
)
from sync.protocol.pages import numbered
from sync.protocol.version import MAX_BODY_BYTES, MAX_PAGE_RECORDS, MEDIA_TYPE, OLDEST, VERSION
from sync.records.audit import Erasure
from sync.records.canonical import Sealed, canonical, new_salt, record_hash
from sync.records.cards import Revision
from sync.records.kinds import STAFF_PREFIX, STORE_PREFIX, new_id, new_identity
from sync.records.papers import Attachment, NumberLease, Series
from sync.records.persons import Person
from sync.records.record import Record
from sync.records.units import Level, OrgUnit, Role, StaffMember
from sync.server.api import MAX_STRANGER_BYTES
from sync.server.store.store import DistrictStore, set_setting
from tests.support.district import AT, order, sealed, visit
from tests.support.district_process import Server, serving, verb
from tests.system.test_district_server import Enrolled, code_for, enrol

pytestmark = pytest.mark.timeout(300)
PAPER = b"%PDF-1.7\n" + os.urandom(3000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("malice")


@pytest.fixture(scope="module")
def db(folder: Path) -> str:
    url = f"sqlite:///{folder / 'district.db'}"
    assert verb(url, "init", "--name", "光明区").returncode == 0
    return url


@pytest.fixture(scope="module")
def server(db: str, folder: Path) -> Iterator[Server]:
    with serving(db, folder) as running:
        yield running


@pytest.fixture(scope="module")
def victim(db: str, server: Server, folder: Path) -> Iterator[Enrolled]:
    """A neighbour with a visit, a person's card and a file at the district."""
    one = enrol(server.url, code_for(db, "凤凰社区"), folder)
    own = (card(one), visit(one.made, "邻居的来访"), paper(one))
    one.http.push(Push(one.store, [Frame.of(sealed(record)) for record in own]))
    one.http.put_file(hashlib.sha256(PAPER).hexdigest(), PAPER)
    yield one
    one.http.close()


@pytest.fixture(scope="module")
def bad(db: str, server: Server, folder: Path) -> Iterator[Enrolled]:
    """The device that means harm."""
    one = enrol(server.url, code_for(db, "塘尾社区"), folder)
    yield one
    one.http.close()


def card(one: Enrolled) -> Person:
    return Person(id=new_id("person"), made=one.made, name="黎平桂")


def paper(one: Enrolled) -> Attachment:
    return Attachment(
        id=new_id("attachment"),
        made=one.made,
        subject=new_id("agreement"),
        name="协议书.pdf",
        media_type="application/pdf",
        size=len(PAPER),
        digest=hashlib.sha256(PAPER).hexdigest(),
    )


def everything(one: Enrolled) -> dict[str, Frame]:
    """What the district gives this device."""
    found: dict[str, Frame] = {}
    cursor, more = 0, True
    while more:
        page = one.http.pull(Pull(one.store, cursor, 2000))
        found |= {n.record.id: n.record for n in page.records}
        cursor, more = page.cursor, page.more
    return found


def kept_of(one: Enrolled, db: str) -> set[str]:
    """Every record of the unit's scope at the district, as its own command tells."""
    return set(verb(db, "records", "--lines", "--station", one.unit).stdout.splitlines())


def said(server: Server, who: dict[str, str], name: str, message: Any) -> requests.Response:
    return requests.post(f"{server.url}/v1/{name}", data=codec.pack(message), headers=who, timeout=30)


def at_once(one: Enrolled, *frames: Frame, hello: str = "", push: str = "", asked: str = "") -> Exchange:
    """All in one request, with another store named where one is said."""
    return Exchange(
        Hello(VERSION, OLDEST, "x", hello or one.store, datetime.now(UTC)),
        b"",
        Push(push or one.store, list(frames)),
        ReceiptAsked(asked or one.store, 0, 0, {}, hashlib.sha256(b"").hexdigest(), 0, 0),
    )


def reason(response: requests.Response) -> str:
    return codec.unpack(response.content, Problem).reason


def pushed(one: Enrolled, *records: Record | Sealed) -> list[Answer]:
    frames = [Frame.of(r if isinstance(r, Sealed) else sealed(r)) for r in records]
    return one.http.push(Push(one.store, frames)).answers


def forged(record: Record, kind: str) -> Sealed:
    """Sealed under the name of another kind."""
    body, salt = canonical(record), new_salt()
    return Sealed(kind, record.id, record_hash(kind, record.id, salt, body), salt, body)


def test_it_pulls_nothing_of_its_neighbour(db: str, server: Server, victim: Enrolled, bad: Enrolled) -> None:
    theirs = {line.split()[1] for line in kept_of(victim, db)} - {line.split()[1] for line in kept_of(bad, db)}
    assert theirs
    assert not theirs & everything(bad).keys()
    for message, name in (
        (Pull(victim.store, 0, 2000), "pull"),
        (Push(victim.store, []), "push"),
        (Hello(VERSION, OLDEST, "x", victim.store, datetime.now(UTC)), "hello"),
        (ReceiptAsked(victim.store, 0, 1, {}, "", 0, 0), "receipt"),
        *((at_once(bad, **{named: victim.store}), "exchange") for named in ("hello", "push", "asked")),
    ):
        response = said(server, bad.headers, name, message)
        assert (response.status_code, reason(response)) == (403, "protocol.foreign_store")
    page = codec.unpack(said(server, bad.headers, "pull", Pull(bad.store, 0, 2**62)).content, Pulled)
    assert len(page.records) <= MAX_PAGE_RECORDS
    assert said(server, bad.headers, "pull", Pull(bad.store, -1, 10)).status_code == 400
    assert said(server, bad.headers, "pull", Pull(bad.store, 2**62, 10)).status_code == 200
    digest = hashlib.sha256(PAPER).hexdigest()
    assert requests.get(f"{server.url}/v1/files/{digest}", headers=bad.headers, timeout=30).status_code == 404


def test_it_writes_only_what_is_its_own(db: str, victim: Enrolled, bad: Enrolled) -> None:
    before = kept_of(victim, db)
    at = {"by": bad.staff, "unit": bad.unit, "store": bad.store, "at": AT}
    lease = NumberLease(
        id=new_id("number_lease"),
        made=bad.made,
        series=Series.VISIT,
        unit=bad.unit,
        year=2026,
        store=bad.store,
        first=1,
        last=10**6,
    )
    unit = OrgUnit(id=new_id("org_unit"), made=bad.made, unit=bad.unit, name="区政府", level=Level.DISTRICT)
    member = StaffMember(
        id=new_id("staff_member"),
        made=bad.made,
        staff=bad.staff,
        name="自封的管理员",
        unit=bad.unit,
        roles=(Role.SYSTEM, Role.ISSUING_SECRETARY),
    )
    tries: dict[str, Record | Sealed] = {
        "protocol.not_yours": lease,
        "protocol.not_yours ": unit,
        "protocol.no_role": member,
        "protocol.foreign_unit": visit(replace(bad.made, unit=victim.unit)),
        "protocol.foreign_store": visit(replace(bad.made, store=victim.store)),
        "protocol.unknown_staff": visit(replace(bad.made, by=victim.staff)),
        "protocol.unknown_staff ": visit(replace(bad.made, by=new_identity(STAFF_PREFIX))),
        "protocol.foreign_unit ": replace(member, id=new_id("staff_member"), unit=victim.unit, roles=(Role.REGISTRAR,)),
        "protocol.foreign_unit  ": replace(
            member, id=new_id("staff_member"), staff=victim.staff, roles=(Role.REGISTRAR,)
        ),
        "protocol.no_role ": order(bad.made, new_identity("uni")),
        "protocol.bad_id": forged(visit(bad.made), "number_lease"),
    }
    answers = pushed(bad, *tries.values())
    assert [a.reason for a in answers] == [key.strip() for key in tries]
    assert at["unit"] == bad.unit
    assert kept_of(victim, db) == before
    assert not any(i in everything(bad) for i in (lease.id, unit.id))


def test_it_reaches_no_record_of_its_neighbour_by_naming_it(db: str, victim: Enrolled, bad: Enrolled) -> None:
    before = kept_of(victim, db)
    mine = everything(victim)
    target = next(line.split()[1] for line in sorted(before) if line.startswith("person "))
    seen = next(line.split()[1] for line in sorted(before) if line.startswith("visit "))
    assert target not in mine  # what a store pushed itself does not come back to it
    tries = (
        Erasure(id=new_id("erasure"), made=bad.made, target=target, reason="x"),
        Revision(id=new_id("revision"), made=bad.made, card=target, seen=(target,), fields={"name": "别人"}),
        replace(visit(bad.made), amends=seen, amend_reason="x"),
        replace(visit(bad.made), id=seen),
    )
    answers = pushed(bad, *tries)
    assert [a.reason for a in answers] == [*["protocol.out_of_scope"] * 3, "protocol.id_taken"]
    empty = Sealed("person", target, bytes(32), b"", b"")
    (answer,) = pushed(bad, empty)
    assert answer.state == "refused"
    assert kept_of(victim, db) == before


def test_content_that_is_not_what_its_hash_says_is_refused(bad: Enrolled) -> None:
    true = sealed(visit(bad.made, "原话"))
    other = replace(true, body=true.body.replace("原话".encode(), "改过".encode()))
    assert [a.reason for a in pushed(bad, other)] == ["protocol.bad_hash"]
    assert [a.state for a in pushed(bad, true)] == ["accepted"]


def test_it_takes_neither_its_neighbour_s_store_nor_its_name(server: Server, victim: Enrolled, bad: Enrolled) -> None:
    taken = said(server, bad.headers, "move", MoveStore(victim.store, new_identity(STORE_PREFIX)))
    assert (taken.status_code, reason(taken)) == (403, "protocol.foreign_store")
    known = said(server, bad.headers, "move", MoveStore(bad.store, victim.store))
    assert (known.status_code, reason(known)) == (409, "protocol.store_known")
    secret = bad.device.secret
    for header in (
        f"Bearer {victim.device.device}.{secret}",
        f"Bearer {victim.device.device}.",
        f"Bearer {victim.device.device}",
        f"bearer {bad.device.device}.{secret}",
        f"Bearer {bad.device.device}.{secret}x",
        f"Basic {bad.device.device}.{secret}",
        "Bearer .",
        "Bearer",
        "",
    ):
        response = said(server, {"Authorization": header, "Content-Type": MEDIA_TYPE}, "pull", Pull(victim.store, 0, 1))
        assert (response.status_code, reason(response)) == (401, "protocol.unknown_device"), header


def test_bodies_that_are_too_large_or_no_message_are_refused_before_they_are_kept(
    db: str, server: Server, bad: Enrolled
) -> None:
    before = kept_of(bad, db)
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(MAX_BODY_BYTES * 8))
    deep = zstandard.ZstdCompressor().compress(b"\x91" * 100_000 + b"\xc0")
    short = msgspec.msgpack.encode({"store": bad.store, "records": [{"kind": 1}]})
    for body, status in (
        (bytes(MAX_BODY_BYTES + 1), 413),
        (bomb, 400),
        (deep, 400),
        (zstandard.ZstdCompressor().compress(short), 400),
        (b"", 400),
        (b"{}", 400),
    ):
        for name in ("push", "pull", "hello", "receipt", "move", "exchange"):
            response = requests.post(f"{server.url}/v1/{name}", data=body, headers=bad.headers, timeout=30)
            assert response.status_code == status, (name, len(body))
            assert codec.unpack(response.content, Problem).reason
    many = [Frame("visit", new_id("visit"), bytes(32), b"", b"")] * (MAX_PAGE_RECORDS + 1)
    assert said(server, bad.headers, "push", Push(bad.store, many)).status_code == 413
    assert said(server, bad.headers, "exchange", at_once(bad, *many)).status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield bytes(1024 * 1024)

    try:
        response = requests.post(f"{server.url}/v1/push", data=endless(), headers=bad.headers, timeout=30)
        assert response.status_code == 413
    except requests.ConnectionError:
        pass  # it was hung up on before it had said everything
    assert kept_of(bad, db) == before


def test_no_path_leads_out_of_the_api(server: Server, bad: Enrolled) -> None:
    for path in (
        "files/../../../../etc/passwd",
        "files/%2e%2e%2f%2e%2e%2fdistrict.key",
        f"files/{'0' * 64}",
        f"files/{'0' * 63}",
        "files/" + "A" * 5000,
        "nothing",
        "push/",
        "",
    ):
        for method in ("GET", "PUT", "DELETE"):
            response = requests.request(method, f"{server.url}/v1/{path}", headers=bad.headers, timeout=30)
            assert response.status_code in (400, 404, 405, 414), (method, path, response.status_code)


def test_a_device_that_asks_too_often_waits_and_its_neighbour_does_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'district.db'}"
    assert verb(url, "init", "--name", "光明区").returncode == 0
    key = bytes.fromhex((tmp_path / "district.key").read_text().strip())
    with closing(DistrictStore.open(url, key)) as store, store.write() as conn:
        set_setting(conn, "requests_at_once", "20")
        set_setting(conn, "requests_per_second", "5")
    with serving(url, tmp_path) as server:
        flooder, calm = (enrol(server.url, code_for(url, name), tmp_path) for name in ("塘尾社区", "凤凰社区"))
        answers = [said(server, flooder.headers, "pull", Pull(flooder.store, 0, 1)) for _ in range(60)]
        refused = [a for a in answers if a.status_code == 429]
        assert len(refused) > 20
        assert {a.status_code for a in answers} == {200, 429}
        assert reason(refused[0]) == "protocol.too_fast"
        assert int(refused[0].headers["Retry-After"]) >= 1
        assert said(server, calm.headers, "pull", Pull(calm.store, 0, 1)).status_code == 200
        begun = time.monotonic()
        for _ in range(12):  # our own client waits as long as it is told, and nobody sees an error
            flooder.http.pull(Pull(flooder.store, 0, 1))
        assert time.monotonic() - begun > 1
        flooder.http.close()
        calm.http.close()


def test_a_revoked_device_is_cut_off_at_once_whatever_it_asks(db: str, server: Server, folder: Path) -> None:
    thief = enrol(server.url, code_for(db, "红坳社区"), folder)
    with closing(thief.http):
        assert pushed(thief, visit(thief.made, "最后一条"))[0].state == "accepted"
        assert verb(db, "revoke", thief.device.device).returncode == 0
        for name, message in (
            ("hello", Hello(VERSION, OLDEST, "x", thief.store, datetime.now(UTC))),
            ("push", Push(thief.store, [Frame.of(sealed(visit(thief.made)))])),
            ("pull", Pull(thief.store, 0, 10)),
            ("receipt", ReceiptAsked(thief.store, 0, 0, {}, "", 0, 0)),
            ("exchange", at_once(thief, Frame.of(sealed(visit(thief.made))))),
            ("move", MoveStore(thief.store, new_identity(STORE_PREFIX))),
        ):
            response = said(server, thief.headers, name, message)
            assert (response.status_code, reason(response)) == (403, "protocol.device_revoked")
        for method, path in (("PUT", f"files/{'0' * 64}"), ("GET", f"files/{'0' * 64}"), ("POST", "uploads")):
            headers = thief.headers | {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Accept": MEDIA_TYPE}
            response = requests.request(method, f"{server.url}/v1/{path}", headers=headers, timeout=30)
            assert response.status_code == 403, path


@pytest.mark.parametrize("name", ["push", "exchange", "pull", "file", "upload"])
def test_a_request_that_began_before_its_device_was_revoked_keeps_and_gets_nothing(
    db: str, server: Server, folder: Path, name: str
) -> None:
    """The second half of a body may come as late as its sender likes."""
    thief = enrol(server.url, code_for(db, f"{name}社区"), folder)
    with closing(thief.http), closing(HTTPConnection(server.url.partition("//")[2], timeout=30)) as line:
        named = paper(thief)
        assert pushed(thief, named)[0].state == "accepted"
        method, path, body, headers = long_request(thief, name, named.id)
        line.putrequest(method, f"/v1/{path}")
        for key, value in (thief.headers | headers | {"Content-Length": str(len(body))}).items():
            line.putheader(key, value)
        line.endheaders(body[: len(body) // 2])
        before = kept_of(thief, db)
        assert verb(db, "revoke", thief.device.device).returncode == 0
        line.send(body[len(body) // 2 :])
        response = line.getresponse()
        assert (response.status, codec.unpack(response.read(), Problem).reason) == (403, "protocol.device_revoked")
        assert kept_of(thief, db) == before


def long_request(one: Enrolled, name: str, paper_id: str) -> tuple[str, str, bytes, dict[str, str]]:
    """A request with a body that is not read before it is known who speaks: method, place, body, headers."""
    visits = [Frame.of(sealed(visit(one.made, os.urandom(300).hex()))) for _ in range(300)]
    words = {
        "push": Push(one.store, visits),
        "exchange": at_once(one, *visits),
        "pull": msgspec.to_builtins(Pull(one.store, 0, 2000)) | {"passed_over": os.urandom(100_000)},
    }
    if name in words:
        body = codec.pack(words[name])
        assert len(body) > MAX_STRANGER_BYTES
        return "POST", name, body, {}
    digest = hashlib.sha256(PAPER).hexdigest()
    if name == "file":
        return "PUT", f"files/{digest}", PAPER, {}
    upload = one.http.begin_upload(FileToSend(digest, len(PAPER), paper_id))
    return "PATCH", f"uploads/{upload}", PAPER, {**TUS, "Upload-Offset": "0", "Content-Type": PIECE}


def test_in_one_request_it_gets_no_more_than_by_four(db: str, server: Server, victim: Enrolled, bad: Enrolled) -> None:
    before = kept_of(victim, db)
    seen = next(line.split()[1] for line in sorted(before) if line.startswith("visit "))
    records = (
        visit(replace(bad.made, unit=victim.unit)),
        visit(replace(bad.made, by=victim.staff)),
        Erasure(id=new_id("erasure"), made=bad.made, target=seen, reason="x"),
        replace(visit(bad.made), id=seen),
    )
    frames = [Frame.of(sealed(record)) for record in records]
    key = codec.unpack(said(server, bad.headers, "exchange", at_once(bad)).content, Exchanged).welcome.key
    response = said(server, bad.headers, "exchange", msgspec.structs.replace(at_once(bad, *frames), trusted=key))
    heard = codec.unpack(response.content, Exchanged)
    assert heard.pushed is not None
    reasons = [answer.reason for answer in heard.pushed.answers]
    assert reasons == [f"protocol.{r}" for r in ("foreign_unit", "unknown_staff", "out_of_scope", "id_taken")]
    assert heard.pulled is not None
    theirs = {line.split()[1] for line in before} - {line.split()[1] for line in kept_of(bad, db)}
    assert not theirs & {n.record.id for n in numbered(heard.pulled)}
    assert kept_of(victim, db) == before
    for asked in ({"upto": 2**62}, {"after": -1}, {"after": 2, "upto": 1}):
        whole = at_once(bad)
        lying = msgspec.structs.replace(
            whole,
            trusted=key,
            asked=msgspec.structs.replace(whole.asked, **asked),
            hello=msgspec.structs.replace(whole.hello, cursor=asked.get("upto", 0)),
        )
        answer = said(server, bad.headers, "exchange", lying)
        refused = 400 <= answer.status_code < 500  # a number that the district never gave out is one of another past
        assert refused or codec.unpack(answer.content, Exchanged).receipt is None


def test_the_same_page_under_another_s_name_is_not_taken(server: Server, victim: Enrolled, bad: Enrolled) -> None:
    page = Push(victim.store, [Frame.of(sealed(visit(victim.made, "邻居的第二件")))])
    stolen = said(server, bad.headers, "push", page)
    assert (stolen.status_code, reason(stolen)) == (403, "protocol.foreign_store")
    renamed = codec.unpack(said(server, bad.headers, "push", Push(bad.store, page.records)).content, Pushed)
    assert [a.reason for a in renamed.answers] == ["protocol.foreign_unit"]
    assert isinstance(victim.http, HttpDistrict)
    assert [a.state for a in victim.http.push(page).answers] == ["accepted"]
