"""Who listens at this process, stations and open pages: each is told up to which number there is news, and no more.

One thread waits for commits (store/news.py) and hands over to the loop, on which all of them wait; none has a thread,
and none is woken by what does not concern it. While nobody listens nothing is looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import threading
import time
from collections.abc import Iterable
from typing import Final

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sync.protocol.news import MEDIA_TYPE
from sync.records.errors import Unavailable
from sync.server.listeners import Listener, PageListener
from sync.server.station import Station
from sync.server.store.news import Watch
from sync.server.store.store import DistrictStore, StoreBusy

MOST_OF_A_DEVICE: Final = 2
"""A window and a command line; a further line ends the oldest, which may be one that died without a word."""

MOST_OF_A_PERSON: Final = 3
"""So many pages of one person are told: those on top, for a page that is covered hangs up (static/district.js)."""

WOKEN_A_SECOND: Final = 100
"""What concerns every station wakes them one after another: all of them come to ask."""

_GAP_SECONDS: Final = 0.05
"""Commits that follow each other closer than this are looked at together."""

_STEP_SECONDS: Final = 0.5
"""So often the waiting thread sees whether it is to end."""

_LOOK_SECONDS: Final = 15
"""So often it asks without having been told: a database that is gone is noticed by that."""

log = logging.getLogger("qianshao.district")


class News:
    """Who listens here, and the thread that watches while anybody does. All but `_watch` runs on the loop."""

    def __init__(self, store: DistrictStore, most: int, heartbeat: float, most_pages: int = 500) -> None:
        self._store, self._most, self._heartbeat, self._most_pages = store, most, heartbeat, most_pages
        self._by_scope: dict[str, set[Listener]] = {}
        self._by_device: dict[str, list[Listener]] = {}
        self._by_person: dict[str, list[Listener]] = {}
        self._lock = threading.Lock()  # the watching thread reads which devices there are
        self._watching: asyncio.Future[None] | None = None
        self._thread: threading.Thread | None = None
        self._ended = False

    async def join(self, station: Station) -> Listener:
        """Let a station listen, once commits are watched. Unavailable where that cannot be, or too many do already."""
        device = station.device
        made = Listener(device.device, station.scopes, self._heartbeat, store=device.store)
        return await self._add(made, self._by_device, self._most, MOST_OF_A_DEVICE)

    async def join_page(self, staff: str, scopes: frozenset[str]) -> Listener:
        """Let a page of a person listen; `sync.server.store.news` says what the scopes of pages are. As `join`."""
        made = PageListener(staff, scopes, self._heartbeat)
        return await self._add(made, self._by_person, self._most_pages, MOST_OF_A_PERSON)

    async def _add(self, made: Listener, by_key: dict[str, list[Listener]], most: int, most_each: int) -> Listener:
        if self._ended or sum(map(len, by_key.values())) >= most:
            raise Unavailable("protocol.busy")
        with self._lock:
            lines = by_key.setdefault(made.key, [])
            lines.append(made)
        for oldest in lines[:-most_each]:
            oldest.end()
        for scope in made.scopes:
            self._by_scope.setdefault(scope, set()).add(made)
        try:
            await asyncio.shield(self._watched())
        except BaseException:
            self.leave(made)
            raise
        return made

    def leave(self, gone: Listener) -> None:
        """Forget a line."""
        gone.over = True
        with self._lock:
            for by_key in (self._by_device, self._by_person):
                lines = by_key.get(gone.key, [])
                if gone in lines:
                    lines.remove(gone)
                if not lines:
                    by_key.pop(gone.key, None)
        for scope in gone.scopes:
            listening = self._by_scope.get(scope, set())
            listening.discard(gone)
            if not listening:
                self._by_scope.pop(scope, None)

    def end(self) -> None:
        """Let every line end, for this process does."""
        self._ended = True
        self._cut(self._listening())

    def rest(self) -> None:
        """Wait for the thread, before the store is closed; after `end`."""
        if self._thread is not None:
            self._thread.join(5)

    def _watched(self) -> asyncio.Future[None]:
        if self._watching is None:
            loop = asyncio.get_running_loop()
            self._watching = loop.create_future()
            self._thread = threading.Thread(target=self._watch, args=(loop, self._watching), name="news", daemon=True)
            self._thread.start()
        return self._watching

    def _listening(self) -> list[Listener]:
        both = (self._by_device, self._by_person)
        return [each for by_key in both for lines in by_key.values() for each in lines]

    # On the loop, called by the watching thread

    def _spread(self, news: Iterable[tuple[str, str, int]]) -> None:
        """Tell each listener the greatest number that concerns it."""
        concerned: dict[Listener, int] = {}
        for scope, origin, seq in news:
            for each in self._by_scope.get(scope, ()):
                if not origin or each.store != origin:
                    concerned[each] = max(seq, concerned.get(each, 0))
        loop = asyncio.get_running_loop()
        span = len(concerned) / WOKEN_A_SECOND if len(concerned) > WOKEN_A_SECOND else 0.0
        for each, seq in concerned.items():
            loop.call_later(random.random() * span, each.tell, seq)  # noqa: S311 - no secret is drawn

    def _cut(self, lines: Iterable[Listener]) -> None:
        for each in lines:
            each.end()

    def _lost(self, watching: asyncio.Future[None], error: BaseException | None) -> None:
        """Nobody watches any more: no line pretends that it does; the stations come back."""
        self._watching = None
        if not watching.done():
            watching.set_exception(error or Unavailable("protocol.busy"))
        self._cut(self._listening())

    # On the watching thread

    def _watch(self, loop: asyncio.AbstractEventLoop, watching: asyncio.Future[None]) -> None:
        lost: BaseException | None = None
        try:
            with self._store.watch() as watch:
                self._look_on(loop, watch, watching)
        except (StoreBusy, Unavailable) as error:
            lost = error
        except Exception as error:  # noqa: BLE001 - nobody stands behind this thread; the lines end, and it is logged
            lost = error
            log.error("bug: %s in the watch for news", type(error).__name__)
        with contextlib.suppress(RuntimeError):  # the loop has ended, and all lines with it
            loop.call_soon_threadsafe(self._lost, watching, lost)

    def _look_on(self, loop: asyncio.AbstractEventLoop, watch: Watch, watching: asyncio.Future[None]) -> None:
        seen = watch.latest()
        loop.call_soon_threadsafe(_ready, watching)
        while not self._ended:
            self._wait(watch)
            latest = watch.latest()
            with self._lock:
                devices = {device: [each.store for each in lines] for device, lines in self._by_device.items()}
                pages = bool(self._by_person)
            if latest > seen and pages and (orders := watch.orders_since(seen, latest)):
                loop.call_soon_threadsafe(self._spread, orders)
            if devices:  # asked after the number: whoever joins later is told by what he finds himself
                self._look(loop, watch, devices, seen, latest)
            seen = latest
            time.sleep(_GAP_SECONDS)

    def _wait(self, watch: Watch) -> None:
        end = time.monotonic() + _LOOK_SECONDS
        while not self._ended and (left := end - time.monotonic()) > 0:
            if watch.wait(min(left, _STEP_SECONDS)):
                return

    def _look(
        self, loop: asyncio.AbstractEventLoop, watch: Watch, devices: dict[str, list[str]], seen: int, latest: int
    ) -> None:
        speaking = watch.speaking(devices)
        gone = {device for device, stores in devices.items() if any(speaking.get(device) != s for s in stores)}
        news = watch.since(seen, latest) if latest > seen else []
        if gone:
            loop.call_soon_threadsafe(self._cut_devices, gone)
        if news:
            loop.call_soon_threadsafe(self._spread, news)

    def _cut_devices(self, gone: set[str]) -> None:
        self._cut([each for each in self._listening() if each.key in gone])


def _ready(watching: asyncio.Future[None]) -> None:
    if not watching.done():
        watching.set_result(None)


class NewsResponse(StreamingResponse):
    """The answer to whoever listens: it lasts until either end leaves."""

    def __init__(self, news: News, listener: Listener) -> None:
        # Nothing on the way may gather events or keep them.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(listener.events(), media_type=MEDIA_TYPE, headers=headers)
        self._news, self._listener = news, listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say events; whatever ends it, the line is forgotten."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._news.leave(self._listener)
