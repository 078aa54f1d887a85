"""Whatever a client says, the district answers with a sentence and never with a fault: no status of 500 or more.

Schemathesis tries every route of the API and of the pages by their OpenAPI document; Hypothesis bends real messages.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
import schemathesis
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case

from sync.protocol import codec
from sync.protocol.messages import Exchange, Frame, Hello, Problem, Pull, Push, ReceiptAsked
from sync.protocol.pages import page_of
from sync.protocol.version import MEDIA_TYPE, OLDEST, PLAIN_TYPE, VERSION
from tests.support import openapi_of_district as openapi
from tests.support.district import AT, sealed, visit
from tests.support.district_pages import PagesDistrict, embedded_district
from tests.support.district_process import Server, serving, verb
from tests.system.test_district_server import Enrolled, code_for, enrol

pytestmark = pytest.mark.timeout(600)
EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "15"))
MANY = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))


CHANNELS = """
[[channel]]
name = "gate"
kind = "webhook"
url = "http://127.0.0.1:9/"
secret = "s"
callback_secret = "token"
"""


def _packed(value: Any) -> bytes:
    """A message on the wire, of whatever fields and types."""
    return zstandard.ZstdCompressor().compress(msgspec.msgpack.encode(value))


JSON_LIKE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = """store records cursor limit kind id hash salt body after upto counts digest protocol oldest program now
old_store new_store code device secret_digest staff
hello push asked trusted page ids bodies salts"""
FIELDS = st.sampled_from(NAMES.split())
SAID = st.dictionaries(FIELDS, JSON_LIKE, max_size=8)
schemathesis.openapi.media_type(MEDIA_TYPE, st.binary(max_size=200) | SAID.map(_packed))
schemathesis.openapi.media_type(
    PLAIN_TYPE, st.binary(max_size=200) | SAID.map(msgspec.msgpack.encode).map(codec.checked)
)
API, PAGES = openapi.api(), openapi.pages()


def operations(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(path, method) for path, methods in document["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def db(folder: Path) -> str:
    url = f"sqlite:///{folder / 'district.db'}"
    assert verb(url, "init", "--name", "光明区").returncode == 0
    return url


@pytest.fixture(scope="module")
def server(db: str, folder: Path) -> Iterator[Server]:
    channels = folder / "district-notices.toml"
    channels.write_text(CHANNELS)
    channels.chmod(0o600)
    with serving(db, folder) as running:
        yield running


@pytest.fixture(scope="module")
def station(db: str, server: Server, folder: Path) -> Iterator[Enrolled]:
    one = enrol(server.url, code_for(db), folder)
    yield one
    one.http.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesDistrict]:
    built = embedded_district(tmp_path_factory.mktemp("pages"))
    yield built
    built.close()


def never_a_fault(status: int, content: bytes) -> None:
    assert status < 500, content[:300]


@pytest.mark.parametrize(("path", "method"), operations(API))
def test_schemathesis_finds_no_fault_in_the_api(server: Server, station: Enrolled, path: str, method: str) -> None:
    operation = schemathesis.openapi.from_dict(API)[path][method.upper()]

    @MANY
    @given(case=operation.as_strategy(), known=st.booleans())
    def tried(case: Case, known: bool) -> None:
        response = case.call(base_url=server.url, headers=station.headers if known else {}, timeout=30)
        never_a_fault(response.status_code, response.content)

    tried()


@pytest.mark.parametrize(("path", "method"), operations(PAGES))
@pytest.mark.allowed_log("")
def test_schemathesis_finds_no_fault_in_the_pages(pages: PagesDistrict, path: str, method: str) -> None:
    operation = schemathesis.openapi.from_dict(PAGES)[path][method.upper()]
    browsers = [pages.browser(), *(pages.signed_in(name) for name in ("周敏", "郑洁", "冯安", "褚明"))]

    @MANY
    @given(case=operation.as_strategy(), who=st.integers(0, len(browsers) - 1))
    def tried(case: Case, who: int) -> None:
        browser = browsers[who]
        response = case.call(base_url=browser.base, cookies=dict(browser.client.cookies), timeout=30)
        never_a_fault(response.status_code, response.content)

    tried()


def test_whatever_a_gateway_says_it_is_no_fault(server: Server) -> None:
    words = st.sampled_from(["notice", "state", "delivered", "read", "ntc_1", "\0"]) | st.text(max_size=8)
    told = st.dictionaries(words, words | st.none() | st.integers() | st.lists(words, max_size=2), max_size=4)
    bodies = told.map(lambda said: json.dumps(said).encode()) | st.binary(max_size=60) | st.just(b"[" * 9000)

    @MANY
    @given(body=bodies, token=st.sampled_from(["Bearer token", "Bearer x", ""]), name=st.sampled_from(["gate", "x"]))
    def tried(body: bytes, token: str, name: str) -> None:
        answer = requests.post(f"{server.url}/v1/notices/{name}", body, headers={"Authorization": token}, timeout=30)
        never_a_fault(answer.status_code, answer.content)
        assert answer.status_code == (404 if (token, name) == ("Bearer token", "gate") else 401)

    tried()


def real_messages(station: Enrolled) -> dict[str, bytes]:
    """One true message of each verb, unpacked."""
    page = Push(station.store, [Frame.of(sealed(visit(station.made, f"第{n}件"))) for n in range(3)])
    said: dict[str, Any] = {
        "hello": Hello(VERSION, OLDEST, "qianshao/test", station.store, AT),
        "push": page,
        "pull": Pull(station.store, 0, 100),
        "receipt": ReceiptAsked(station.store, 0, 1, {"visit": 1}, "0" * 64, 0, 0),
    }
    nothing = hashlib.sha256(b"").hexdigest()
    frames = [Frame.of(sealed(visit(station.made, f"第{n}件"))) for n in range(3)]
    said["exchange"] = Exchange(
        said["hello"],
        station.http.hello(said["hello"]).key,
        Push(station.store, [], page_of(frames)),
        ReceiptAsked(station.store, 0, 0, {}, nothing, 0, 0),
    )
    return {name: msgspec.msgpack.encode(message) for name, message in said.items()}


@st.composite
def bent(draw: st.DrawFn, whole: bytes) -> bytes:
    """``whole`` with bytes changed, cut out, doubled or put in, or another value under one of its keys."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        how = draw(st.integers(0, 4))
        if how == 0 and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif how == 1:
            del data[at : at + draw(st.integers(1, 20))]
        elif how == 2:
            data[at:at] = data[at : at + draw(st.integers(1, 40))]
        elif how == 3:
            data[at:at] = draw(st.binary(min_size=1, max_size=8))
        else:
            del data[at:]
    return bytes(data)


@pytest.mark.parametrize("name", ["hello", "push", "pull", "receipt", "exchange"])
@pytest.mark.parametrize("packed_first", [False, True])
def test_a_bent_message_is_answered_by_a_sentence(
    server: Server, station: Enrolled, name: str, packed_first: bool
) -> None:
    """Bent before it is compressed, so that it reaches the rules, or after, so that it does not."""
    whole = real_messages(station)[name]
    squeeze = zstandard.ZstdCompressor().compress
    session = requests.Session()

    @settings(MANY, max_examples=EXAMPLES * 10)
    @given(data=bent(squeeze(whole) if packed_first else whole))
    def tried(data: bytes) -> None:
        body = data if packed_first else squeeze(data)
        response = session.post(f"{server.url}/v1/{name}", data=body, headers=station.headers, timeout=30)
        never_a_fault(response.status_code, response.content)
        if response.status_code != 200:
            codec.unpack(response.content, Problem)

    tried()
    session.close()
