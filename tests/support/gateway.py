"""A gateway as districts meet it: a real HTTP or HTTPS server on loopback that keeps what it was told, or fails."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

SECONDS = 20


@dataclass(frozen=True)
class Told:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What it says."""
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        """What it says as a form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class Gateway:
    """``status`` and ``answer`` are what it says next; ``mute`` keeps the line open without a word."""

    url: str = ""
    status: int = 200
    answer: bytes = b'{"receipt": "r-1", "errcode": 0}'
    mute: bool = False
    told: list[Told] = field(default_factory=list)
    _more: threading.Condition = field(default_factory=threading.Condition)
    _released: threading.Event = field(default_factory=threading.Event)

    def take(self, told: Told) -> None:
        """Keep a request."""
        with self._more:
            self.told.append(told)
            self._more.notify_all()

    def wait(self, many: int = 1) -> list[Told]:
        """Return all requests, as soon as there are ``many``."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.told) >= many, SECONDS), self.told
            return list(self.told)


@contextmanager
def gateway(cert: Path | None = None, key: Path | None = None) -> Iterator[Gateway]:
    """Run one until the block ends, over TLS where it has a certificate."""
    made = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            made.take(Told(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            if made.mute:
                made._released.wait(SECONDS)
                return
            self.send_response(made.status)
            self.send_header("Content-Length", str(len(made.answer)))
            self.end_headers()
            self.wfile.write(made.answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Whoever does not trust the certificate hangs up: that is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    if cert is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    made.url = f"{'https' if cert else 'http'}://127.0.0.1:{server.server_address[1]}/in"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield made
    finally:
        made._released.set()
        server.shutdown()
        server.server_close()
        thread.join()
