"""Connections to the district that are kept from one request to the next, and that another thread may cut."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any, Final
from weakref import WeakSet

import urllib3
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.response import HTTPResponse

from sync.protocol.version import KEEP_ALIVE_SECONDS

KEPT: Final = 4
"""An exchange needs one, and files beside it another."""

IDLE_SECONDS: Final = KEEP_ALIVE_SECONDS - 1.0
"""A connection that was idle for longer is not used again: the district may be about to close it, and whoever speaks
into that would hear that nobody answered.
"""


_NOT_IN_TIME: Final = frozenset({9, 10})
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""


class Lines(HTTPAdapter):
    """What carries the requests to one address; neither proxies nor anything else of the environment take part."""

    def __init__(self, address: str, trusting: ssl.SSLContext | None) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._made: WeakSet[_Cuttable] = WeakSet()
        self._is_cut = False
        trust: dict[str, Any] = {} if trusting is None else {"ssl_context": trusting, "cert_reqs": "CERT_REQUIRED"}
        self._pool = urllib3.connection_from_url(address, maxsize=KEPT, **trust)
        made = partial(_Plain if trusting is None else _Secure, lines=self)
        self._pool.ConnectionCls = made  # type: ignore[assignment]  # it is called, and asked for nothing else

    def get_connection_with_tls_context(
        self, request: PreparedRequest, *_: Any, **__: Any
    ) -> urllib3.HTTPConnectionPool:
        """Have each request go over the one pool."""
        return self._pool

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Leave the pool as it is: the authorities that requests brings along are none of ours."""

    def build_response(self, req: PreparedRequest, resp: urllib3.BaseHTTPResponse) -> Response:
        """Make an answer of what came, without the search for cookies: nobody here sets or sends any."""
        answer = Response()
        answer.status_code, answer.headers = resp.status, CaseInsensitiveDict(resp.headers)
        answer.raw, answer.request, answer.url = resp, req, req.url or ""
        return answer

    def cut(self) -> None:
        """End all connections under whoever waits for them; none is made any more."""
        with self._lock:
            self._is_cut = True
            made = list(self._made)
        for each in made:
            each.cut()

    def note(self, each: _Cuttable) -> None:
        """Know a connection before it is made; OSError where all were cut already."""
        with self._lock:
            if self._is_cut:
                raise ConnectionAbortedError
            self._made.add(each)

    def close(self) -> None:
        """Give the connections back."""
        super().close()
        self._pool.close()


class _Cuttable(HTTPConnection):
    """``_twin`` is a second handle on the connection: TLS takes the first one away, also while it shakes hands."""

    def __init__(self, *args: Any, lines: Lines, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines = lines
        self._twin: socket.socket | None = None
        self._heard = 0.0

    @property
    def is_connected(self) -> bool:
        """Whether this one can be used again, for the pool asks it before it does."""
        return super().is_connected and time.monotonic() - self._heard < IDLE_SECONDS

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own
        response = super().getresponse()
        self._heard = time.monotonic()
        return response

    def cut(self) -> None:
        """End the connection; may be called from another thread than the one that waits for it."""
        twin = self._twin
        with contextlib.suppress(OSError):
            if twin is not None:
                twin.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        self._let_go()

    def _let_go(self) -> None:
        twin, self._twin = self._twin, None
        if twin is not None:
            twin.close()

    def _new_conn(self) -> socket.socket:
        try:
            return self._connected()
        except (OSError, UnicodeError) as error:  # a name that is none
            raise NewConnectionError(self, str(error)) from error

    def _connected(self) -> socket.socket:
        met = OSError()
        for family, kind, proto, _, address in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            made = socket.socket(family, kind, proto)
            try:
                made.settimeout(self.timeout)
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._twin = made.dup()
                self._lines.note(self)
                made.connect(address)
            except OSError as error:
                made.close()
                self._let_go()
                met = error
            else:
                return made
        raise met


class _Plain(_Cuttable):
    pass


class _Secure(_Cuttable, HTTPSConnection):
    pass


def is_about_certificate(error: BaseException) -> bool:
    """Whether the other end could not show who it is. Any other fault of TLS is one of the line."""
    return any(isinstance(each, ssl.SSLCertVerificationError) for each in _beneath(error))


def is_out_of_date(error: BaseException) -> bool:
    """Whether a certificate of the right authority is not valid yet, or no more, on the date of this machine."""
    faults = (each for each in _beneath(error) if isinstance(each, ssl.SSLCertVerificationError))
    return any(fault.verify_code in _NOT_IN_TIME for fault in faults)


def was_never_there(error: BaseException) -> bool:
    """Whether no connection was made at all; else one was, and broke."""
    return any(isinstance(each, NewConnectionError | ConnectTimeoutError) for each in _beneath(error))


def _beneath(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        yield from (each for each in error.args if isinstance(each, BaseException))
        error = error.__cause__ or error.__context__
