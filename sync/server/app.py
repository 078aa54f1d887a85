"""The district's application: the stations' API, and the web pages where they are installed beside it."""

from __future__ import annotations

import logging
import time
import traceback
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
from sync.server.news import News
from sync.server.pace import TooFast
from sync.server.settings import Settings
from sync.server.store.store import DistrictStore, StoreBusy

PAGES: Final = "sync.server.web"
"""The pages' package: its `add_pages(app, store, settings)` adds every route below / that is not /v1."""

access_log = logging.getLogger("qianshao.district.access")
error_log = logging.getLogger("qianshao.district")


def build_app(store: DistrictStore, settings: Settings) -> FastAPI:
    """Return the ASGI application over an open store; ``state.news`` is who listens, to be ended with the process."""
    app = FastAPI(title="前哨 · Qianshao", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.news = News(store, settings.listening_at_once, settings.heartbeat_seconds)
    app.include_router(build_api(store, settings, app.state.news))
    app.add_exception_handler(QianshaoError, _known_error)
    app.add_exception_handler(HTTPException, _http_error)
    _add_pages(app, store, settings)
    app.add_middleware(_Outermost)
    return app


def _add_pages(app: FastAPI, store: DistrictStore, settings: Settings) -> None:
    spec = find_spec(PAGES)
    if spec is not None and spec.origin is not None:
        import_module(PAGES).add_pages(app, store, settings)
        return

    @app.get("/", response_class=PlainTextResponse)
    def ready() -> str:
        return "前哨 · Qianshao\n"


async def _known_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, QianshaoError)  # noqa: S101 - registered for it alone
    return problem(error, 503 if isinstance(error, Unavailable) and not isinstance(error, TooFast) else None)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    if request.url.path.startswith(f"{PREFIX}/"):
        return problem(Refused("protocol.no_such_address"), error.status_code)
    return PlainTextResponse(f"{error.status_code}\n", status_code=error.status_code)


class _Outermost:
    """Writes the access log (no query, no address, no header: nothing personal) and answers for bugs.

    A bug's traceback goes to the log as places in the code, without the exception's text, which may quote data.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        except ClientDisconnect:
            status = 499  # the other end went away in the middle of a body: it will say it again
        except StoreBusy:
            if not status:
                await problem(Unavailable("protocol.busy"), 503)(scope, receive, note)
        except Exception as error:  # noqa: BLE001 - the last line before the network
            error_log.error("bug: %s", _places(error))
            if not status:
                await problem(Unavailable("protocol.internal"), 500)(scope, receive, note)
        finally:
            spent = (time.perf_counter() - started) * 1000
            access_log.info("%s %s %d %.1f ms", scope["method"], _path(scope["path"]), status, spent)


def _places(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return f"{type(error).__name__} at " + " < ".join(f"{f.name} ({f.filename}:{f.lineno})" for f in reversed(frames))


def _path(path: str) -> str:
    """Paths below /v1 as they are; of the pages only the first part, for the rest may name a record."""
    if path.startswith(f"{PREFIX}/"):
        return "/".join(path.split("/")[:3])
    return "/" + path.split("/")[1]
