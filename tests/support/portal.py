"""What may stand between a station and its district: it answers in the district's place, or lets through."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.support.breaking_line import HOP

PAGE = b"<html><head><title>Welcome</title></head><body>Please sign in</body></html>"


@dataclass(frozen=True, slots=True)
class Request:
    """What came from a station."""

    method: str
    verb: str
    body: bytes


Headers = list[tuple[str, str]]
Passed = Callable[[], tuple[int, Headers, bytes]]
"""Asks the district, and returns its answer."""

Answer = Callable[[Request, Passed], bytes | None]
"""The bytes that go back; None lets the district's answer through."""


def said(status: int, headers: Headers, body: bytes) -> bytes:
    """Return an answer as it goes over the line, with its length."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"HTTP/1.1 {status} Said\r\n{lines}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


@contextlib.contextmanager
def portal(answer: Answer, district: str = "") -> Iterator[str]:
    """Give the address of what stands before ``district``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _act(self) -> None:
            self.close_connection = True
            body = self.rfile.read(int(self.headers.get("content-length") or 0))

            def passed() -> tuple[int, Headers, bytes]:
                upstream = http.client.HTTPConnection(urlsplit(district).netloc, timeout=60)
                kept = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
                try:
                    upstream.request(self.command, self.path, body, kept)
                    heard = upstream.getresponse()
                    headers = [(name, value) for name, value in heard.getheaders() if name.lower() not in HOP]
                    return heard.status, headers, heard.read()
                finally:
                    upstream.close()

            raw = answer(Request(self.command, self.path.split("/")[2], body), passed)
            with contextlib.suppress(OSError):  # the station is gone
                self.wfile.write(said(*passed()) if raw is None else raw)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _act  # noqa: N815 - http.server names them so

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
