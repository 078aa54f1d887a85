"""A line between a station and its district that pulls a plug at one moment of the exchange, and remembers every word.

Each end is a process of its own; what is killed is killed at a moment of the protocol, not of the clock.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from sync.protocol import codec
from sync.protocol.messages import Exchange, Exchanged, Page, Push, Pushed, State
from sync.protocol.pages import answers_to, frames_of

HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "host"})


class Moment(StrEnum):
    """When the plug is pulled: the district has half of a body, all of it, has answered, or was heard."""

    HALFWAY = "halfway"
    HEARD = "heard"
    ANSWERED = "answered"
    TOLD = "told"


Body = tuple[bytes, str]
"""What is said, and its media type."""


@dataclass
class BreakingLine:
    """Passes requests on to ``district`` (an address); ``pull`` runs once, at ``moment`` of the next ``verb``.

    ``broke`` is set once it did. ``older`` hides that the district takes an exchange in one request.
    ``acknowledged`` has the hash of each record that the district ever said it keeps, whoever heard it.
    """

    district: str
    verb: str = ""
    moment: Moment = Moment.TOLD
    pull: Callable[[], None] | None = None
    skip: int = 0
    older: bool = False
    acknowledged: dict[str, bytes] = field(default_factory=dict)
    broke: threading.Event = field(default_factory=threading.Event)

    def break_at(self, verb: str, moment: Moment, pull: Callable[[], None], skip: int = 0) -> None:
        """Pull the plug at ``moment`` of the next request for ``verb``, or after ``skip`` of them."""
        self.broke.clear()
        self.verb, self.moment, self.pull, self.skip = verb, moment, pull, skip

    def reached(self, path: str, moment: Moment) -> bool:
        """Pull the plug if this is the moment; whether it was."""
        if self.pull is None or moment is not self.moment or path.split("/")[2] != self.verb:
            return False
        if self.skip:
            self.skip -= 1
            return False
        pull, self.pull = self.pull, None
        pull()
        self.broke.set()
        return True

    def hear(self, path: str, said: Body, status: int, heard: Body) -> None:
        """Remember what the district said that it keeps."""
        if path.endswith(("/push", "/exchange")) and status == 200:
            page, pushed = _pushed(path, said, heard)
            answers = pushed.answers if page is None else answers_to(frames_of(page), pushed)
            kept = [a for a in answers if a.state is not State.REFUSED]
            self.acknowledged |= {answer.id: answer.standing or answer.hash for answer in kept}

    @property
    def url(self) -> str:
        """What the station takes for its district."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        line = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                self.close_connection = True
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                answer = _ask(line, self.command, self.path, dict(self.headers), body)
                if answer is None:
                    return
                status, headers, content = answer
                try:
                    self.send_response_only(status)
                    for name, value in headers:
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.send_header("Connection", "close")
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:  # the station is gone
                    return
                line.reached(self.path, Moment.TOLD)

            do_GET = do_HEAD = do_POST = do_PUT = _pass_on  # noqa: N815 - http.server names them so
            do_PATCH = do_DELETE = do_OPTIONS = _pass_on  # noqa: N815

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _pushed(path: str, said: Body, heard: Body) -> tuple[Page | None, Pushed]:
    if path.endswith("/push"):
        return codec.hear(*said, Push).page, codec.hear(*heard, Pushed)
    page = codec.hear(*said, Exchange).push.page
    pushed = codec.hear(*heard, Exchanged).pushed
    return (page, pushed) if page is not None and pushed is not None else (None, Pushed([]))


Answer = tuple[int, list[tuple[str, str]], bytes]


def _ask(line: BreakingLine, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
    """Return the district's answer; None where the plug was pulled before it could be passed on."""
    if line.older and path.endswith("/exchange"):
        path = "/v1/nowhere"
    upstream = http.client.HTTPConnection(urlsplit(line.district).netloc, timeout=60)
    passed = {n: v for n, v in headers.items() if n.lower() not in HOP}
    try:
        if body and line.reached(path, Moment.HALFWAY):
            upstream.request(method, path, body[: len(body) // 2], passed | {"Content-Length": str(len(body))})
            return None
        upstream.request(method, path, body, passed)
        if line.reached(path, Moment.HEARD):
            return None
        response = upstream.getresponse()
        content = response.read()
    except (OSError, http.client.HTTPException):  # the district is gone
        return None
    finally:
        upstream.close()
    said = body, headers.get("Content-Type", "")
    line.hear(path, said, response.status, (content, response.headers.get("content-type", "")))
    if line.reached(path, Moment.ANSWERED):
        return None
    return response.status, [(n, v) for n, v in response.getheaders() if n.lower() not in HOP], content
