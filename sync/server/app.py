"""The district's application: the stations' API, and the web pages where they are installed beside it."""

from __future__ import annotations

import logging
import time
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.records.errors import QianshaoError, Refused, Unavailable
from sync.server.answers import PREFIX, problem
from sync.server.api import build_api
from sync.server.health import LIVE, READY, add_health
from sync.server.logs import FIELDS, places
from sync.server.metrics import Metrics
from sync.server.news import News
from sync.server.pace import TooFast
from sync.server.settings import Settings
from sync.server.store.store import DistrictStore, StoreBusy, disk_is_full
from sync.server.threads import Threads

PAGES: Final = "sync.server.web"
"""The pages' package: its `add_pages(app, store, settings, news)` adds every route below / that is not /v1."""

OTHER: Final = "other"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

access_log = logging.getLogger("qianshao.district.access")
error_log = logging.getLogger("qianshao.district")


def build_app(store: DistrictStore, settings: Settings) -> FastAPI:
    """Return the ASGI application over an open store; ``state.news`` is who listens, to be ended with the process,
    ``state.threads`` those that answer stations.
    """
    app = FastAPI(title="前哨 · Qianshao", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.news = News(store, settings.listening_at_once, settings.heartbeat_seconds, settings.pages_at_once)
    app.state.threads = Threads()
    api = build_api(store, settings, app.state.news, app.state.threads)
    app.include_router(api)
    add_health(app, store)
    app.add_exception_handler(QianshaoError, _known_error)
    app.add_exception_handler(HTTPException, _http_error)
    paths = [LIVE, READY, *(getattr(route, "path", "/") for route in api.routes), *_add_pages(app, store, settings)]
    app.add_middleware(_Outermost, metrics=settings.metrics, places=frozenset(map(_place, paths)))
    return app


def _add_pages(app: FastAPI, store: DistrictStore, settings: Settings) -> list[str]:
    spec = find_spec(PAGES)
    if spec is not None and spec.origin is not None:
        paths: list[str] = import_module(PAGES).add_pages(app, store, settings, app.state.news)
        return paths

    @app.get("/", response_class=PlainTextResponse)
    def ready() -> str:
        return "前哨 · Qianshao\n"

    return ["/"]


async def _known_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, QianshaoError)  # noqa: S101 - registered for it alone
    return problem(error, 503 if isinstance(error, Unavailable) and not isinstance(error, TooFast) else None)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    if request.url.path.startswith(f"{PREFIX}/"):
        return problem(Refused("protocol.no_such_address"), error.status_code)
    return PlainTextResponse(f"{error.status_code}\n", status_code=error.status_code)


class _Outermost:
    """Writes the access log (no query, no address, no header: nothing personal), counts, and answers for bugs.

    An address that is none of ours is named OTHER, for it holds what somebody typed.

    A bug's traceback goes to the log as places in the code, without the exception's text, which may quote data.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, places: frozenset[str]) -> None:
        self._app, self._metrics = app, metrics
        self._places = frozenset(place for place in places if "{" not in place)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0
        self._metrics.begin()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        except ClientDisconnect:
            status = 499  # the other end went away in the middle of a body: it will say it again
        except StoreBusy as error:
            full = disk_is_full(error)
            if full:
                error_log.error("the database's disk is full or cannot be written to: nothing is kept until it can be")
            if not status:
                await problem(Unavailable("protocol.disk_full" if full else "protocol.busy"), 503)(scope, receive, note)
        except Exception as error:  # noqa: BLE001 - the last line before the network
            error_log.error("bug: %s", places(error))
            if not status:
                await problem(Unavailable("protocol.internal"), 500)(scope, receive, note)
        finally:
            spent = time.perf_counter() - started
            place = _place(scope["path"])
            place = place if place in self._places else OTHER
            method = scope["method"] if scope["method"] in METHODS else OTHER
            self._metrics.end(method, place, status, spent)
            told = {"method": method, "place": place, "status": status, "ms": round(spent * 1000, 1)}
            access_log.info("request", extra={FIELDS: told})


def _place(path: str) -> str:
    """Two parts of what is below /v1; of the pages only the first, for the rest may name a record."""
    if path.startswith(f"{PREFIX}/"):
        return "/".join(path.split("/")[:3])
    return "/" + path.split("/")[1]
