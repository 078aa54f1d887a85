"""The operators' listener: `GET /metrics` on loopback alone, on a port of its own, in the server's own event loop.

Whoever may sign in on the machine may read it; no request from a network, and none that a proxy hands on, reaches it.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Final

import anyio.to_thread
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from sync.server.metrics import MEDIA_TYPE, Gauge, Metrics
from sync.server.store.store import DistrictStore
from sync.server.threads import Threads

HOST: Final = "127.0.0.1"
_NAMES: Final = frozenset({HOST, "localhost"})


class Watching:
    """An ASGI application with one address."""

    def __init__(self, metrics: Metrics, store: DistrictStore, threads: Threads) -> None:
        self._metrics, self._store, self._threads = metrics, store, threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; a page that a browser on this machine shows may not ask under another name."""
        if scope["type"] != "http":
            return
        asked = Request(scope)
        answer = Response(status_code=404)
        if asked.url.path == "/metrics" and asked.method == "GET" and asked.url.hostname in _NAMES:
            answer = PlainTextResponse(self._metrics.text(self._now()), media_type=MEDIA_TYPE)
        await answer(scope, receive, send)

    def _now(self) -> Iterator[Gauge]:
        pool = self._store.pool()
        for state, count in (("in_use", pool.in_use), ("idle", pool.idle), ("most", pool.most)):
            yield Gauge("pool_connections", "Connections to the database.", count, (("state", state),))
        stations, others = self._threads.taken(), anyio.to_thread.current_default_thread_limiter().statistics()
        busy, most = stations.busy + others.borrowed_tokens, stations.most + others.total_tokens
        for state, number in (("busy", busy), ("most", most)):
            yield Gauge("threads", "Threads that answer requests.", number, (("state", state),))
        yield Gauge("queue", "Requests that wait for a thread.", stations.waiting + others.tasks_waiting)
        yield Gauge("writers_waiting", "Transactions that wait to write.", self._store.writers_waiting)


class MetricsServer(uvicorn.Server):
    """Serves `Watching` beside the main server, which ends it: signals are not its business."""

    def __init__(self, application: Watching, bound: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(application, access_log=False, log_config=None, server_header=False, lifespan="off")
        )
        self.bound = bound

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal."""
        yield


def address_of(bound: socket.socket) -> str:
    """Return where the metrics are read."""
    return f"http://{HOST}:{bound.getsockname()[1]}/metrics"
