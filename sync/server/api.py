"""The stations' API over HTTP: bodies are packed messages, every answer that is not 200 is a packed Problem."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from sync.protocol import codec
from sync.protocol.messages import Enrol, Exchange, Hello, MoveStore, Pull, Push, ReceiptAsked
from sync.protocol.news import LAST_EVENT, number
from sync.protocol.version import MAX_BODY_BYTES, MAX_FILE_BYTES, MEDIA_TYPE, PLAIN_TYPE
from sync.records.errors import Refused
from sync.server import attachments, exchange, one_trip
from sync.server.answers import PREFIX, problem, read_body, stated
from sync.server.downloads import give_file
from sync.server.enrolment import enrol
from sync.server.news import News, NewsResponse
from sync.server.notices.callbacks import add_callbacks
from sync.server.pace import Pace
from sync.server.push import push
from sync.server.settings import Settings
from sync.server.station import Seen, Station, identify, see
from sync.server.store.news import has_news
from sync.server.store.records import latest
from sync.server.store.store import DistrictStore, get_setting
from sync.server.threads import Threads
from sync.server.tus import add_tus

T = TypeVar("T")
W = TypeVar("W", Station, Seen)
MAX_STRANGER_BYTES: Final = 64 * 1024
"""What somebody may send who is not enrolled yet."""

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class _Gate:
    """Who speaks, and whether they may say one more request now."""

    def __init__(self, store: DistrictStore, settings: Settings) -> None:
        self._store, self._pace = store, Pace(settings)

    def named(self, request: Request) -> Station:
        """Return who speaks: NotKnown, Revoked."""
        with self._store.read() as conn:
            return identify(conn, request.headers.get("authorization", ""))

    def seen(self, request: Request) -> Seen:
        """Return who speaks, and all that an exchange begins with."""
        with self._store.look() as conn:
            return see(conn, request.headers.get("authorization", ""))

    def let_in(self, request: Request, speaks: Station | Seen) -> None:
        """Count the request; TooFast where its device has to wait."""
        self._pace.take(speaks.device.device, stated(request) if request.method in _WITH_BODY else 0)

    def who(self, request: Request) -> Station:
        """Return who speaks, let in."""
        station = self.named(request)
        self.let_in(request, station)
        return station


def build_api(store: DistrictStore, settings: Settings, news: News, threads: Threads) -> APIRouter:
    """Return the routes of /v1 over ``store``; ``news`` is who listens at this process, ``threads`` answer stations."""
    router = APIRouter(prefix=PREFIX)
    gate = _Gate(store, settings)

    def verb(
        name: str,
        type_: type[T],
        known: Callable[[Request], W],
        answer: Callable[[W, T], Any],
        within: Callable[..., Awaitable[Response]] = threads.ask,
    ) -> None:
        def act(request: Request, small: bool, data: bytes) -> Response:
            # A large body may take as long as its sender likes: who was let in before it is asked once more.
            speaks = known(request)
            if small:
                gate.let_in(request, speaks)
            return _answer(request, data, type_, lambda said: answer(speaks, said))

        async def handle(request: Request) -> Response:
            # A small body is read before it is known who speaks: that saves a change of threads.
            small = stated(request) <= MAX_STRANGER_BYTES
            if not small:
                gate.let_in(request, await run_in_threadpool(known, request))
            data = await read_body(request, MAX_STRANGER_BYTES if small else MAX_BODY_BYTES)
            return await within(act, request, small, data)

        # A plain route: nothing of FastAPI's parsing of arguments is needed here.
        router.add_route(f"{PREFIX}/{name}", handle, methods=["POST"])

    verb("hello", Hello, gate.named, lambda station, said: exchange.hello(store, station, said, settings))
    verb(
        "exchange", Exchange, gate.seen, lambda told, said: one_trip.answer(store, told, said, settings), threads.number
    )
    verb("push", Push, gate.named, lambda station, said: push(store, station, said, settings), threads.number)
    verb("pull", Pull, gate.named, lambda station, said: exchange.pull(store, station, said))
    verb("receipt", ReceiptAsked, gate.named, lambda station, said: exchange.receipt(store, station, said, settings))
    verb("move", MoveStore, gate.named, lambda station, said: exchange.move(store, station, said, settings))
    _add_news(router, store, gate.who, news)
    _add_enrolment(router, store, settings)
    _add_files(router, store, gate.who)
    add_tus(router, store, gate.who)
    add_callbacks(router, store, settings.channels)

    @router.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"], response_model=None)
    def nowhere(rest: str) -> Response:
        return problem(Refused("protocol.no_such_address"), 404)

    return router


def _answer(request: Request, data: bytes, type_: type[T], answer: Callable[[T], Any]) -> Response:
    """Answer a message in the form that its sender takes, whichever it has itself."""
    said = codec.hear(data, request.headers.get("content-type", ""), type_)
    body, media_type = codec.word(answer(said), plain=PLAIN_TYPE in request.headers.get("accept", ""))
    return Response(body, media_type=media_type)


def _add_news(router: APIRouter, store: DistrictStore, who: Callable[[Request], Station], news: News) -> None:
    def behind(authorization: str, held: int) -> tuple[bool, int]:
        """Whether there is news already, and the last number; Refused where the device was revoked since it was asked
        who it is.
        """
        with store.read() as conn:
            station = identify(conn, authorization)
            return has_news(conn, station.scopes, station.device.store, held), latest(conn)

    async def listen(request: Request) -> Response:
        station = await run_in_threadpool(who, request)
        held = number(request.headers.get(LAST_EVENT, ""))
        listener = await news.join(station)
        try:
            there, last = await run_in_threadpool(behind, request.headers.get("authorization", ""), held)
        except BaseException:
            news.leave(listener)
            raise
        listener.told = min(held, last)  # whoever looks at commits may be behind, and tell what is held already
        if there:
            listener.tell(last)
        return NewsResponse(news, listener)

    router.add_route(f"{PREFIX}/news", listen, methods=["GET"])


def _add_enrolment(router: APIRouter, store: DistrictStore, settings: Settings) -> None:
    @router.post("/enrol", response_model=None)
    async def handle_enrol(request: Request) -> Response:
        data = await read_body(request, MAX_STRANGER_BYTES)
        return await run_in_threadpool(_answer, request, data, Enrol, lambda asked: enrol(store, asked, settings))

    @router.get("/ca", response_model=None)
    def certificate_authority() -> Response:
        with store.read() as conn:
            pem = get_setting(conn, "ca_certificate")
        if pem is None:
            return problem(Refused("protocol.no_such_address"), 404)
        return Response(pem, media_type="application/x-pem-file")


def _add_files(router: APIRouter, store: DistrictStore, who: Callable[[Request], Station]) -> None:
    @router.put("/files/{digest}", response_model=None)
    async def put(request: Request, digest: str) -> Response:
        station = await run_in_threadpool(who, request)
        content = await read_body(request, MAX_FILE_BYTES)
        await run_in_threadpool(attachments.take, store, station, digest, content)
        return Response(media_type=MEDIA_TYPE)

    @router.get("/files/{digest}", response_model=None)
    def get(request: Request, digest: str) -> Response:
        return give_file(store, who, request, digest)
