"""The running server: uvicorn over the application, one line once it listens, a clean end on SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import signal
import socket
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from types import FrameType
from typing import Any, Final

import uvicorn

if sys.platform != "win32":
    import resource

from sync.protocol.version import KEEP_ALIVE_SECONDS
from sync.records.errors import Refused, Unavailable
from sync.server import watching
from sync.server.app import build_app
from sync.server.escalations import Escalator
from sync.server.housekeeping import Housekeeper
from sync.server.logs import log_in_json
from sync.server.moments import MomentKeeper
from sync.server.news import News
from sync.server.notices.channels import Channels
from sync.server.notices.courier import Courier
from sync.server.receipt_keys import ready
from sync.server.settings import Settings
from sync.server.store.store import PUBLIC_URL, SERVED_AT, DistrictStore, get_setting, set_setting
from sync.server.watching import MetricsServer, Watching

GRACE_SECONDS: Final = 20
"""How long requests that are under way may take to end."""

MOST_AT_ONCE: Final = 500
"""Connections beyond this, and beyond the stations that may listen, are answered 503: they try again."""


_OTHER_FILES: Final = 200
"""The store's, the database's, the program's own."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen and how browsers and stations reach it there. Port 0 takes any free one."""

    host: str
    port: int
    tls_cert: str = ""
    tls_key: str = ""
    behind_proxy: bool = False
    metrics_port: int | None = None

    def check(self) -> None:
        """Raise Refused ("district.serve_needs_tls") where words would cross a network in clear."""
        if not (self.tls_cert or self.behind_proxy or is_loopback(self.host)):
            raise Refused("district.serve_needs_tls", host=self.host)
        if self.tls_cert:
            try:
                ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(self.tls_cert, self.tls_key)
            except OSError as error:  # ssl.SSLError is one
                raise Refused("district.bad_tls_files", cert=self.tls_cert, key=self.tls_key) from error


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(store: DistrictStore, listen: Listen, receipt_key_file: Path, channels: Channels) -> None:
    """Serve until SIGTERM or SIGINT; says ``listening <address>`` on standard output once it answers."""
    listen.check()
    signer = ready(store, receipt_key_file)
    log_in_json()
    bound = _bind(listen.host, listen.port)
    watched = None if listen.metrics_port is None else _bind(watching.HOST, listen.metrics_port)
    address = address_of(listen, bound.getsockname()[1])
    with store.write() as conn:
        reached_at = address_of(listen, bound.getsockname()[1], for_links=True)
        set_setting(conn, SERVED_AT, reached_at)
        public_url = get_setting(conn, PUBLIC_URL) or reached_at
        numbers: dict[str, Any] = {
            name: int(get_setting(conn, name) or default) for name, default in _numbers().items()
        }
    settings = Settings(
        secure=bool(listen.tls_cert) or listen.behind_proxy,
        behind_proxy=listen.behind_proxy,
        public_url=public_url,
        signer=signer,
        channels=channels,
        **numbers,
    )
    app = build_app(store, settings)
    connections = MOST_AT_ONCE + settings.listening_at_once + settings.pages_at_once
    config = uvicorn.Config(
        app,
        ssl_certfile=listen.tls_cert or None,
        ssl_keyfile=listen.tls_key or None,
        proxy_headers=listen.behind_proxy,
        forwarded_allow_ips="127.0.0.1,::1",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=connections,
        lifespan="off",
    )
    beside = (
        *(Courier(store, channels, public_url), Escalator(store).looking),
        *(Housekeeper(store).looking, MomentKeeper(store).looking),
    )
    metrics = MetricsServer(Watching(settings.metrics, store, app.state.threads), watched) if watched else None
    with bound, watched or contextlib.nullcontext():
        _allow_files(connections)
        for each in beside:
            each.start()
        _Server(config, address, app.state.news, metrics).run(sockets=[bound])
        for each in beside:
            each.end()
        app.state.news.rest()


def _numbers() -> dict[str, int]:
    """What a district may set otherwise in its store: how many numbers are leased, how fast a device may speak."""
    return {one.name: one.default for one in fields(Settings) if type(one.default) is int}


def _allow_files(connections: int) -> None:
    """Let this process have as many connections as it takes on, as far as the system lets it; each is a file."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # asyncio sends small answers at once (TCP_NODELAY) only where the protocol is named: else each waits 40 ms.
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        said = error.strerror or str(error)
        raise Unavailable("district.cannot_listen", host=host, port=port, reason=said) from error
    return bound


def address_of(listen: Listen, port: int, *, for_links: bool = False) -> str:
    """Return where the server listens; ``for_links`` names this machine where it listens on every address of it."""
    host = listen.host
    if for_links and host in ("0.0.0.0", "::"):  # noqa: S104 - asked, not bound
        host = socket.gethostname()
    scheme = "https" if listen.tls_cert else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


class _Server(uvicorn.Server):
    """Says when it listens, and ends with status 0 after a signal instead of dying by it once more."""

    def __init__(self, config: uvicorn.Config, address: str, news: News, metrics: MetricsServer | None) -> None:
        super().__init__(config)
        self._address, self._news, self._metrics = address, news, metrics
        self._measuring: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            sys.stdout.write(f"listening {self._address}\n")
            if self._metrics is not None:
                self._measuring = asyncio.create_task(self._metrics.serve(sockets=[self._metrics.bound]))
                sys.stdout.write(f"metrics {watching.address_of(self._metrics.bound)}\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._news.end()  # a station that listens would be waited for
        await super().shutdown(sockets)
        if self._metrics is not None and self._measuring is not None:
            self._metrics.should_exit = True
            await self._measuring

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        former = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.handle_exit(number, frame)
