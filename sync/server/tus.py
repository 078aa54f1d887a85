"""Resumable uploads by the tus protocol 1.0, so that any tus client can hand in a file that a record names.

The carrier alone: whose upload it is, what may come and when it is whole stands in uploads.py. Refusals are one
sentence in the reader's language; a station of ours asks for the packed Problem instead.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from resources import wording
from sync.protocol.version import MAX_FILE_BYTES, MEDIA_TYPE
from sync.records.errors import QianshaoError, Refused, Unavailable
from sync.server import tus_words, uploads
from sync.server.answers import problem, read_body
from sync.server.pace import TooFast
from sync.server.station import Station, status_of
from sync.server.store.files import PART_BYTES
from sync.server.store.store import DistrictStore
from sync.server.store.uploads import Upload
from sync.server.uploads import Wanted

PLACE: Final = "uploads"
CHECKED_BYTES: Final = 4 * 1024 * 1024
"""The largest chunk with a checksum: it is held whole until it is known to be right."""

_OVERRIDES: Final = frozenset({"PATCH", "DELETE", "HEAD"})
Who = Callable[[Request], Station]
Act = Callable[[Request, Station], Awaitable[Response]]


class _Altered(Refused):
    """A chunk is not what its checksum says: nothing of it is kept."""

    def __init__(self) -> None:
        super().__init__("protocol.bad_chunk")


def add_tus(router: APIRouter, store: DistrictStore, who: Who) -> None:
    """Add the routes under /v1/uploads."""
    server = _Tus(store, who)
    prefix = f"{router.prefix}/{PLACE}"
    router.add_route(prefix, server.options, methods=["OPTIONS"])
    router.add_route(prefix, server.create, methods=["POST"])
    router.add_route(prefix + "/{name}", server.options, methods=["OPTIONS"])
    router.add_route(prefix + "/{name}", server.act, methods=["HEAD", "PATCH", "DELETE", "POST"])


class _Tus:
    def __init__(self, store: DistrictStore, who: Who) -> None:
        self._store = store
        self._who = who

    async def options(self, _request: Request) -> Response:
        """Say what this server can; nobody need be known for that."""
        headers = {
            "Tus-Version": tus_words.VERSION,
            "Tus-Extension": tus_words.EXTENSIONS,
            "Tus-Max-Size": str(MAX_FILE_BYTES),
            "Tus-Checksum-Algorithm": ",".join(tus_words.ALGORITHMS),
        }
        return _signed(Response(status_code=204, headers=headers))

    async def create(self, request: Request) -> Response:
        """Begin an upload, and take the first bytes where some came along."""
        return await self._answer(request, self._create)

    async def act(self, request: Request) -> Response:
        """HEAD, PATCH or DELETE, also where a POST says that it stands for one of them."""
        method = request.method
        if method == "POST":
            method = request.headers.get("x-http-method-override", "").upper()
            if method not in _OVERRIDES:
                return _refusal(request, Refused("protocol.no_such_address"), 404)
        return await self._answer(request, {"HEAD": self._head, "PATCH": self._patch, "DELETE": self._delete}[method])

    async def _answer(self, request: Request, act: Act) -> Response:
        if request.headers.get("tus-resumable") != tus_words.VERSION:
            answer = _refusal(request, Refused("protocol.tus_version", version=tus_words.VERSION), 412)
            answer.headers["Tus-Version"] = tus_words.VERSION
            return answer
        try:
            return _signed(await act(request, await run_in_threadpool(self._who, request)))
        except QianshaoError as error:
            return _refusal(request, error, _status_of(error))

    async def _create(self, request: Request, station: Station) -> Response:
        wanted = _wanted(request)
        one = await run_in_threadpool(uploads.begin, self._store, station, wanted, secrets.token_urlsafe(24))
        headers = {"Location": f"{request.url.path.rstrip('/')}/{one.upload}"}
        if request.headers.get("content-type") == tus_words.BODY:
            one = await self._take(request, station, one.upload, 0)
            headers["Upload-Offset"] = str(one.received)
        return Response(status_code=201, headers=headers | _stands(one))

    async def _head(self, request: Request, station: Station) -> Response:
        one = await run_in_threadpool(uploads.find, self._store, station, _name(request))
        headers = {"Upload-Offset": str(one.received), "Upload-Length": str(one.size), "Upload-Metadata": one.metadata}
        return Response(headers=headers | _stands(one))

    async def _patch(self, request: Request, station: Station) -> Response:
        if request.headers.get("content-type") != tus_words.BODY:
            raise Refused("protocol.bad_upload_type")
        offset = tus_words.number(request.headers.get("upload-offset"))
        one = await self._take(request, station, _name(request), offset)
        return Response(status_code=204, headers={"Upload-Offset": str(one.received)} | _stands(one))

    async def _delete(self, request: Request, station: Station) -> Response:
        await run_in_threadpool(uploads.end, self._store, station, _name(request))
        return Response(status_code=204)

    async def _take(self, request: Request, station: Station, name: str, offset: int) -> Upload:
        said = tus_words.checksum(request.headers.get("upload-checksum"))
        if said is None:
            return await self._stream(request, station, name, offset)
        content = await read_body(request, CHECKED_BYTES)
        if not tus_words.fits(said, content):
            raise _Altered
        return await run_in_threadpool(uploads.add, self._store, station, name, offset, content)

    async def _stream(self, request: Request, station: Station, name: str, offset: int) -> Upload:
        """Keep what comes as it comes: what is here when the line breaks need not be sent again."""

        async def keep() -> Upload:
            nonlocal offset
            content = bytes(waiting)
            waiting.clear()
            one = await run_in_threadpool(uploads.add, self._store, station, name, offset, content)
            offset = one.received
            return one

        waiting = bytearray()
        try:
            async for piece in request.stream():
                waiting += piece
                if len(waiting) >= PART_BYTES:
                    await keep()
        except ClientDisconnect:
            await keep()
            raise
        return await keep()


def _wanted(request: Request) -> Wanted:
    if "upload-concat" in request.headers or "upload-defer-length" in request.headers:
        raise Refused("protocol.bad_upload")
    size = tus_words.number(request.headers.get("upload-length"))
    words = request.headers.get("upload-metadata", "")
    said = tus_words.metadata(words)
    return Wanted(size, said.get("sha256", ""), said.get("record", "")[:64], words)


def _name(request: Request) -> str:
    name: str = request.path_params["name"]
    return name[:64]


def _stands(one: Upload) -> dict[str, str]:
    return {"Upload-Expires": tus_words.expiry(one.expires_at), "Cache-Control": "no-store"}


def _signed(answer: Response) -> Response:
    answer.headers["Tus-Resumable"] = tus_words.VERSION
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _refusal(request: Request, error: QianshaoError, status: int) -> Response:
    """Return the packed Problem for a station of ours, one sentence for everybody else."""
    if MEDIA_TYPE in request.headers.get("accept", ""):
        return _signed(problem(error, status))
    words = wording("en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh")
    return _signed(PlainTextResponse(words(error.key, **error.values) + "\n", status_code=status))


def _status_of(error: QianshaoError) -> int:
    if isinstance(error, TooFast):
        return 429
    if isinstance(error, Unavailable):
        return 503
    return 460 if isinstance(error, _Altered) else status_of(error)
