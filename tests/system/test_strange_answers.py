"""Answers that no district gives, from a real port: a portal's page, a proxy's limit, a certificate of another year."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.commands.output import sentence as line_sentence
from desktop.ui.words import sentence
from resources import LANGUAGES, wording
from sync.client.district import LineBroke
from sync.client.http import HttpDistrict
from sync.client.journal import FileToSend
from sync.protocol import codec
from sync.protocol.messages import Problem, Pull, Pulled
from sync.protocol.version import MAX_BODY_BYTES, MEDIA_TYPE, PLAIN_TYPE
from sync.records.errors import QianshaoError, Refused, Unavailable
from sync.server import authority
from tests.support.portal import PAGE, portal, said

NAME = "a" * 32
PULL = Pull("sto_x", 0, 1)
PULLED = Pulled([], 7, more=False)
HTML = ("Content-Type", "text/html")
OURS = ("Content-Type", MEDIA_TYPE)
PACKED = codec.pack(PULLED)

Ask = Callable[[HttpDistrict], object]
ASKED: dict[str, Ask] = {
    "pull": lambda line: line.pull(PULL),
    "put": lambda line: line.put_file("0" * 64, b"x"),
    "begin": lambda line: line.begin_upload(FileToSend("0" * 64, 1, "att_x")),
    "stands": lambda line: line.upload_stands(NAME),
    "piece": lambda line: line.send_piece(NAME, 0, b"x"),
}


@contextmanager
def answered(raw: bytes) -> Iterator[HttpDistrict]:
    with portal(lambda _request, _passed: raw) as url:
        line = HttpDistrict(url, "dev_x", "secret", None)
        try:
            yield line
        finally:
            line.close()


def told(raw: bytes, ask: Ask) -> QianshaoError:
    with answered(raw) as line, pytest.raises(QianshaoError) as caught:
        ask(line)
    return caught.value


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(
    ("status", "headers", "body"), [(200, [HTML], PAGE), (200, [HTML], b""), (204, [], b""), (201, [HTML], PAGE)]
)
def test_a_page_of_a_portal_is_no_word_of_the_district(
    asked: str, status: int, headers: list[tuple[str, str]], body: bytes
) -> None:
    error = told(said(status, headers, body), ASKED[asked])
    assert (type(error), error.key, error.values) == (LineBroke, "exchange.strange_answer", {"status": status})


@pytest.mark.parametrize(
    "raw",
    [
        said(200, [OURS], PACKED[: len(PACKED) // 2]),
        said(200, [OURS], bytes([PACKED[0] ^ 1]) + PACKED[1:]),
        said(200, [OURS], bytes(MAX_BODY_BYTES + 1)),
        said(200, [OURS, ("Content-Encoding", "gzip")], gzip.compress(bytes(MAX_BODY_BYTES + 1))),
        said(200, [OURS], codec.pack(Problem("x"))),
    ],
    ids=["cut", "flipped", "long", "expands", "another message"],
)
def test_an_answer_that_came_damaged_is_a_line_that_broke(raw: bytes) -> None:
    error = told(raw, ASKED["pull"])
    assert (type(error), error.key) == (LineBroke, "exchange.strange_answer")


@pytest.mark.allowed_log("Failed to parse headers")
def test_a_header_that_is_none_is_a_line_that_broke() -> None:
    raw = b"HTTP/1.1 200 OK\r\nthis is no header\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
    assert isinstance(told(raw, ASKED["pull"]), LineBroke)


def listen(line: HttpDistrict) -> list[int | None]:
    with line.news(0) as news:
        return list(news.heard())


@pytest.mark.parametrize(
    ("media_type", "body"), [("text/html", PAGE), ("text/event-stream", b"x" * 5000), ("text/event-stream", b"\xff\n")]
)
def test_a_page_tells_no_news(media_type: str, body: bytes) -> None:
    with answered(said(200, [("Content-Type", media_type)], body)) as line:
        if body.endswith(b"\n"):  # what is not known within a stream of events is passed over
            assert listen(line) == [None]
            return
        with pytest.raises(LineBroke, match=r"strange_answer"):
            listen(line)


def test_news_with_a_charset_is_news() -> None:
    events = ("Content-Type", "text/event-stream; charset=utf-8")
    with answered(said(200, [events], b"event: news\ndata: 9\n\n")) as line:
        assert listen(line) == [9]


def test_only_the_district_says_that_it_has_a_file() -> None:
    with answered(said(200, [OURS], b"")) as line:
        line.put_file("0" * 64, b"x")


@pytest.mark.parametrize(
    "types",
    [
        [PLAIN_TYPE],
        [f"{PLAIN_TYPE}; charset=utf-8"],
        [f"{PLAIN_TYPE.upper()} ;q=1"],
        [PLAIN_TYPE, "text/html"],
        [PLAIN_TYPE, PLAIN_TYPE],
    ],
)
def test_a_type_with_a_parameter_or_said_twice_is_the_type(types: list[str]) -> None:
    body, media_type = codec.word(PULLED, plain=True)
    assert media_type == PLAIN_TYPE
    with answered(said(200, [("Content-Type", each) for each in types], body)) as line:
        assert line.pull(PULL).cursor == 7


@pytest.mark.parametrize("asked", ASKED)
def test_a_proxy_that_does_not_let_so_much_through_is_told_as_that(asked: str) -> None:
    error = told(said(413, [HTML], PAGE), ASKED[asked])
    assert (type(error), error.key) == (Refused, "exchange.too_large_between")
    ours = told(said(413, [OURS], codec.pack(Problem("protocol.too_large"))), ASKED["pull"])
    assert ours.key == "protocol.too_large"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_without_its_values_is_still_a_sentence(language: str) -> None:
    words = wording(language)
    for key in (key for key in words.entries if key.partition(".")[0] in ("protocol", "exchange", "bundle")):
        for values in ({}, {"theirs": "0.1"}, {"surplus": ["x"]}):
            for tell in (sentence, line_sentence):
                assert "{" not in tell(words, Refused(key, **values)), key
    bare = told(said(409, [OURS], codec.pack(Problem("protocol.wrong_offset"))), ASKED["pull"])
    whole = told(said(409, [OURS], codec.pack(Problem("protocol.wrong_offset", {"received": 4}))), ASKED["pull"])
    for tell in (sentence, line_sentence):
        assert tell(words, whole) == words("protocol.wrong_offset", received=4)
        assert tell(words, bare) == words("protocol.wrong_offset", received="…")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_that_is_not_known_here_is_told_with_its_code_and_whom_to_ask(language: str) -> None:
    words = wording(language)
    error = told(said(400, [OURS], codec.pack(Problem("protocol.brand_new"))), ASKED["pull"])
    for tell in (sentence, line_sentence):
        assert tell(words, error) == words("window.no_sentence", key="protocol.brand_new")
        assert {"zh": "区级管理员", "en": "administrator"}[language] in tell(words, error)


@contextmanager
def under_tls(pair: authority.Pair, folder: Path) -> Iterator[str]:
    """A port that shakes hands with this certificate and answers each request as a district would."""
    (folder / "cert.pem").write_bytes(pair.certificate)
    (folder / "key.pem").write_bytes(pair.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        port.listen(8)

        def serve() -> None:
            line, _ = port.accept()
            with contextlib.suppress(OSError), context.wrap_socket(line, server_side=True) as secure:
                secure.recv(65536)
                secure.sendall(said(200, [OURS], PACKED))
                while secure.recv(65536):  # until the station has hung up
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"https://127.0.0.1:{port.getsockname()[1]}"
        finally:
            thread.join()


DAY = timedelta(days=1)
DATES = "exchange.certificate_dates"


@pytest.mark.parametrize(
    ("authority_from", "server_from", "lasts", "host", "key"),
    [
        (-DAY, -DAY, 397, "127.0.0.1", ""),
        (-40 * DAY, -40 * DAY, -1, "127.0.0.1", DATES),  # the district's certificate ran out
        (-DAY, 2 * DAY, 397, "127.0.0.1", DATES),
        (400 * DAY, 400 * DAY, 800, "127.0.0.1", DATES),  # this machine's clock is a year behind
        (-DAY, -DAY, 397, "district.example", "exchange.wrong_certificate"),
    ],
)
def test_a_certificate_of_another_time_is_told_from_a_wrong_one(
    authority_from: timedelta,
    server_from: timedelta,
    lasts: int,
    host: str,
    key: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(authority, "_EARLIER", -authority_from)
    ours = authority.new_authority("光明区")
    monkeypatch.setattr(authority, "_EARLIER", -server_from)
    monkeypatch.setattr(authority, "SERVER_DAYS", lasts)
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(ours.certificate)
    with under_tls(authority.issue(ours, [host]), tmp_path) as url:
        line = HttpDistrict(url, "dev_x", "secret", ca_file)
        try:
            if not key:
                assert line.pull(PULL).cursor == 7
                return
            with pytest.raises(Refused) as caught:
                line.pull(PULL)
        finally:
            line.close()
    assert caught.value.key == key


def test_an_authority_of_another_district_is_a_wrong_certificate(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(authority.new_authority("光明区").certificate)
    other = authority.new_authority("宝安区")
    with under_tls(authority.issue(other, ["127.0.0.1"]), tmp_path) as url:
        line = HttpDistrict(url, "dev_x", "secret", ca_file)
        with pytest.raises(Refused, match=r"exchange\.wrong_certificate"):
            line.pull(PULL)
        line.close()


def test_a_problem_of_ours_under_another_status_is_what_it_says() -> None:
    busy = told(said(503, [OURS], codec.pack(Problem("protocol.busy"))), ASKED["pull"])
    assert (type(busy), busy.key) == (LineBroke, "protocol.busy")
    failed = told(said(500, [HTML], PAGE), ASKED["pull"])
    assert (type(failed), failed.key) == (Unavailable, "exchange.strange_answer")
