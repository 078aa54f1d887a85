"""One request to a gateway: over TLS that is checked, without proxies, redirects or cookies, bounded in size."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from sync.records.errors import Unavailable

LARGEST_ANSWER: Final = 64 * 1024
_OK: Final = range(200, 300)


def post(url: str, body: bytes, headers: Mapping[str, str], *, ca: str = "", timeout: float = 10) -> bytes:
    """Return the answer's body. Unavailable ("notices.not_taken") with ``reason``: a word without what was said."""
    address = urlsplit(url)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    ends = time.monotonic() + timeout
    try:
        line = _connect(address.scheme, address.hostname or "", address.port, ca, timeout)
        try:
            line.request("POST", path, body, {"Connection": "close", **headers})
            with line.getresponse() as answer:
                status, said = answer.status, _read(answer, ends)
        finally:
            line.close()
    except ssl.SSLError as error:
        raise Unavailable("notices.not_taken", reason="tls") from error
    except TimeoutError as error:
        raise Unavailable("notices.not_taken", reason="timeout") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable("notices.not_taken", reason="no_line") from error
    if status not in _OK:
        raise Unavailable("notices.not_taken", reason=f"status {status}")
    return said


def _connect(scheme: str, host: str, port: int | None, ca: str, timeout: float) -> http.client.HTTPConnection:
    if scheme != "https":
        return http.client.HTTPConnection(host, port, timeout=timeout)
    trusted = ssl.create_default_context(cafile=ca or None)
    return http.client.HTTPSConnection(host, port, timeout=timeout, context=trusted)


def _read(answer: http.client.HTTPResponse, ends: float) -> bytes:
    """Read to the end; who drips bytes for longer than the time allowed is slow, too."""
    parts = bytearray()
    while part := answer.read1(4096):
        parts += part
        if len(parts) > LARGEST_ANSWER:
            raise Unavailable("notices.not_taken", reason="answer")
        if time.monotonic() > ends:
            raise TimeoutError
    return bytes(parts)
