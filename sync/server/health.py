"""Whether this process lives and whether it can work: for whoever shares out requests among several servers.

Anybody may ask, and learns one word. The database is asked at most once a second, however often that is.
"""

from __future__ import annotations

import threading
import time
from typing import Final

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from sync.records.errors import QianshaoError
from sync.server.store.store import DistrictStore, StoreBusy, district

LIVE: Final = "/health/live"
READY: Final = "/health/ready"
_SECONDS: Final = 1.0
_NOT_KEPT: Final = {"Cache-Control": "no-store"}


def add_health(app: FastAPI, store: DistrictStore) -> None:
    """Add both addresses: 200 or 503."""
    state = _Ready(store)

    @app.get(LIVE, response_class=PlainTextResponse)
    async def live() -> PlainTextResponse:
        return PlainTextResponse("live\n", headers=_NOT_KEPT)

    @app.get(READY, response_class=PlainTextResponse)
    def ready() -> PlainTextResponse:
        can = state.now()
        return PlainTextResponse("ready\n" if can else "not ready\n", 200 if can else 503, headers=_NOT_KEPT)


class _Ready:
    """Whether the store answered when it was last asked."""

    def __init__(self, store: DistrictStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._answered = False

    def now(self) -> bool:
        with self._lock:
            if time.monotonic() - self._asked_at >= _SECONDS:
                self._answered = self._asks()
                self._asked_at = time.monotonic()
            return self._answered

    def _asks(self) -> bool:
        try:
            with self._store.read() as conn:
                district(conn)
        except (StoreBusy, QianshaoError):
            return False
        return True
