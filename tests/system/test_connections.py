"""A line to the district that stalls, or is no line to a district at all: cut at once, and told as what it is."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.client import connections
from sync.client.district import LineBroke
from sync.client.http import HttpDistrict
from sync.protocol.version import KEEP_ALIVE_SECONDS, MEDIA_TYPE
from sync.records.errors import QianshaoError, Refused, Unavailable
from sync.server import authority
from tests.support.silent import listening

AT_ONCE = 3.0
"""Seconds, on a busy machine; a request that nobody cuts waits for thirty."""


TAKEN = f"HTTP/1.1 200 OK\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: 0\r\n\r\n".encode()


@contextmanager
def speaking() -> Iterator[tuple[socket.socket, list[int]]]:
    """A port that takes each file; the list gets the port of whoever asks, once for each request."""
    asked: list[int] = []
    with socket.socket() as open_here:
        open_here.bind(("127.0.0.1", 0))
        open_here.listen(8)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, (_, port) = open_here.accept()
                    threading.Thread(target=answer, args=(line, port), daemon=True).start()

        def answer(line: socket.socket, port: int) -> None:
            with line, contextlib.suppress(OSError):
                come = b""
                while more := line.recv(65536):
                    come += more  # the head of a request and its body may come apart
                    if come.endswith(b"\r\n\r\nx"):
                        asked.append(port)
                        come = b""
                        line.sendall(TAKEN)

        threading.Thread(target=serve, daemon=True).start()
        yield open_here, asked


def district(silent: socket.socket, ca_file: Path | None = None) -> HttpDistrict:
    scheme = "https" if ca_file else "http"
    return HttpDistrict(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}", "dev_x", "secret", ca_file)


def cut_after(line: HttpDistrict, seconds: float) -> tuple[QianshaoError, float]:
    """Ask for a file and hang up from another thread; returns what was told, and how long after it was cut."""
    cut: list[float] = []

    def hang_up() -> None:
        cut.append(time.monotonic())
        line.hang_up()

    timer = threading.Timer(seconds, hang_up)
    timer.start()
    try:
        with pytest.raises(QianshaoError) as told:
            list(line.file_from("0" * 64, 0))
        return told.value, time.monotonic() - cut[0]
    finally:
        timer.join()
        line.close()


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    path.write_bytes(authority.new_authority("光明区").certificate)
    return path


@pytest.mark.parametrize(("idle", "lines"), [(connections.IDLE_SECONDS, 1), (0.0, 2)])
def test_a_connection_is_kept_but_not_spoken_into_when_the_district_is_about_to_close_it(
    idle: float, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 0 < connections.IDLE_SECONDS < KEEP_ALIVE_SECONDS
    monkeypatch.setattr(connections, "IDLE_SECONDS", idle)
    with speaking() as (port, asked):
        line = district(port)
        for _ in range(2):
            line.put_file("0" * 64, b"x")
        line.close()
    assert len(asked) == 2
    assert len(set(asked)) == lines


@pytest.mark.parametrize("secure", [False, True])
def test_a_request_that_nobody_answers_is_cut_at_once(secure: bool, ca_file: Path) -> None:
    with listening() as silent:
        told, took = cut_after(district(silent, ca_file if secure else None), 0.3)
    assert isinstance(told, Unavailable)
    assert took < AT_ONCE


def test_a_connection_that_is_not_made_yet_is_cut_at_once() -> None:
    with listening(0) as full:
        waiting = [socket.create_connection(full.getsockname())]
        try:
            for _ in range(8):  # until the system takes no further one
                more = socket.socket()
                more.settimeout(0.2)
                waiting.append(more)
                if more.connect_ex(full.getsockname()):
                    break
            else:
                pytest.fail("the port takes connections without end")
            told, took = cut_after(district(full), 0.3)
        finally:
            for each in waiting:
                each.close()
    assert isinstance(told, Unavailable)
    assert took < AT_ONCE


def test_after_it_was_cut_nothing_more_is_said() -> None:
    with listening() as silent:
        line = district(silent)
        line.hang_up()
        with pytest.raises(Unavailable, match=r"no_answer"):
            line.file_from("0" * 64, 0).__next__()
        silent.settimeout(0.1)
        with pytest.raises(TimeoutError):
            silent.accept()
        line.close()


def test_a_line_that_breaks_under_tls_is_no_wrong_certificate(ca_file: Path) -> None:
    with listening() as other:

        def answer() -> None:
            taken, _ = other.accept()
            with taken:
                taken.recv(4096)
                taken.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")  # what speaks here knows nothing of TLS

        thread = threading.Thread(target=answer)
        thread.start()
        line = district(other, ca_file)
        with pytest.raises(Unavailable, match=r"no_answer"):
            list(line.file_from("0" * 64, 0))
        line.close()
        thread.join()


def test_a_line_that_broke_is_told_from_one_that_was_never_there() -> None:
    """The first is worth another try; at the second somebody has to look."""
    with listening() as silent:
        port = silent.getsockname()[1]
        thread = threading.Thread(target=lambda: silent.accept()[0].close())
        thread.start()
        line = district(silent)
        with pytest.raises(LineBroke):
            line.put_file("0" * 64, b"x")
        thread.join()
        line.close()
    gone = HttpDistrict(f"http://127.0.0.1:{port}", "dev_x", "secret", None)
    with pytest.raises(Unavailable) as told:
        gone.put_file("0" * 64, b"x")
    assert not isinstance(told.value, LineBroke)
    gone.close()


@pytest.mark.parametrize(
    ("status", "broke"), [(502, True), (503, True), (504, True), (500, False), (404, False), (302, False)]
)
def test_a_district_that_cannot_answer_just_now_is_a_line_that_broke(status: int, broke: bool) -> None:
    with listening() as proxy:

        def answer() -> None:
            taken, _ = proxy.accept()
            with taken:
                taken.recv(65536)
                taken.sendall(f"HTTP/1.1 {status} Said\r\nContent-Length: 4\r\n\r\nhtml".encode())

        thread = threading.Thread(target=answer)
        thread.start()
        line = district(proxy)
        with pytest.raises(Unavailable, match=r"strange_answer") as told:
            line.put_file("0" * 64, b"x")
        assert isinstance(told.value, LineBroke) is broke
        thread.join()
        line.close()


def test_an_authority_that_is_none_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    damaged = tmp_path / "ca.pem"
    damaged.write_text("nothing", encoding="ascii")
    for file in (None, tmp_path / "missing.pem", damaged):
        with pytest.raises(Refused, match=r"no_authority"):
            HttpDistrict("https://127.0.0.1:1", "dev_x", "secret", file)


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999", "https://", "https://x:port"])
def test_an_address_that_can_be_none_is_refused(address: str) -> None:
    with pytest.raises(Refused, match=r"bad_address"):
        HttpDistrict(address, "dev_x", "secret", None)
