"""What every route of the stations' API does alike: bodies read up to a limit, and errors as packed Problems."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response

from sync.protocol import codec
from sync.protocol.messages import Problem
from sync.protocol.version import MAX_FILE_BYTES, MEDIA_TYPE
from sync.records.errors import QianshaoError, Refused
from sync.server.pace import TooFast
from sync.server.station import status_of

PREFIX: Final = "/v1"


def problem(error: QianshaoError, status: int | None = None) -> Response:
    """Return ``error`` as an answer; values of errors made here hold no personal data."""
    values = {name: value for name, value in error.values.items() if isinstance(value, (str, int))}
    body = codec.pack(Problem(error.key, values))
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooFast) else None
    return Response(body, status_code=status or status_of(error), media_type=MEDIA_TYPE, headers=headers)


def stated(request: Request) -> int:
    """Return the length that a body says of itself; one that says nothing may be the largest."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() and len(length) < 12 else MAX_FILE_BYTES + 1


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body; Refused ("protocol.too_large") as soon as it is clear that it is longer than ``limit``."""
    if "content-length" in request.headers and stated(request) > limit:
        raise Refused("protocol.too_large")
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > limit:
            raise Refused("protocol.too_large")
    return bytes(parts)
