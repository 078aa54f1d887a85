"""The carrier of a rehearsal's weather: a request of a desk taken in, the district asked, the answer handed back."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

HOP: Final = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "host"})
SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Said:
    """A request as the desk made it."""

    desk: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def verb(self) -> str:
        """``push`` of ``/v1/push``."""
        return self.path.split("/")[2] if self.path.count("/") > 1 else ""


@dataclass(frozen=True, slots=True)
class Heard:
    """The district's answer."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes


Answer = Callable[[Heard, int | None], None]
"""Gets the district's answer, and the number of bytes after which it is cut off (None: all)."""


def ask(district: str, said: Said, meanwhile: Callable[[], None] | None = None) -> Heard | None:
    """Return the district's answer; None where it is gone."""
    line = http.client.HTTPConnection(urlsplit(district).netloc, timeout=SECONDS)
    try:
        line.request(said.method, said.path, said.body, {n: v for n, v in said.headers.items() if n.lower() not in HOP})
        if meanwhile is not None:
            meanwhile()
        response = line.getresponse()
        return Heard(response.status, response.getheaders(), response.read())
    except (OSError, http.client.HTTPException):
        return None
    finally:
        line.close()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A desk that was killed in the middle of its words is no fault of the line."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    passes_on: Callable[[Said, Answer], None]

    def _handle(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        desk, _, path = self.path.lstrip("/").partition("/")
        type(self).passes_on(Said(desk, self.command, f"/{path}", dict(self.headers.items()), body), self._answer)

    def _answer(self, heard: Heard, upto: int | None) -> None:
        try:
            self.send_response_only(heard.status)
            for name, value in heard.headers:
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(heard.content)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(heard.content if upto is None else heard.content[:upto])
            self.wfile.flush()
        except OSError:  # the station is gone
            return

    do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = do_DELETE = do_OPTIONS = _handle  # noqa: N815 - http.server's names

    def log_message(self, *_args: object) -> None:
        """Say nothing."""
