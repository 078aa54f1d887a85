"""Files on their way out: whole or from where a broken download stood (RFC 9110, 14), never as a page to be run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from sync.records.media import SUFFIX
from sync.server import attachments
from sync.server.attachments import Found
from sync.server.station import Station
from sync.server.store.store import DistrictStore

_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


def give_file(store: DistrictStore, who: Callable[[Request], Station], request: Request, digest: str) -> Response:
    """Answer GET for ``digest``: 200, or 206 where one range was asked for and the file is the one it was asked of."""
    found = attachments.find(store, who(request), digest)
    headers = _headers(found)
    asked = request.headers.get("range", "")
    if asked and request.headers.get("if-range", headers["ETag"]) == headers["ETag"]:
        span = span_of(asked, found.size)
        if span is None:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{found.size}"})
        if span != (0, found.size):
            headers["Content-Range"] = f"bytes {span[0]}-{span[1] - 1}/{found.size}"
            return _stream(store, found, span, headers, 206)
    return _stream(store, found, (0, found.size), headers, 200)


def span_of(asked: str, size: int) -> tuple[int, int] | None:
    """Return (start, stop) of a Range header's one range; the whole for what is not understood, None beyond the end."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None:
        return 0, size
    start, last = int(found[1]), int(found[2]) if found[2] else size - 1
    if last < start and found[2]:
        return 0, size  # not a range at all: as if nobody had asked for one
    return (start, min(last, size - 1) + 1) if start < size else None


def _headers(found: Found) -> dict[str, str]:
    name = f"{found.digest[:16]}{SUFFIX.get(found.media_type, '.bin')}"
    return {
        "ETag": f'"{found.digest}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }


def _stream(
    store: DistrictStore, found: Found, span: tuple[int, int], headers: dict[str, str], status: int
) -> Response:
    headers["Content-Length"] = str(span[1] - span[0])
    pieces = attachments.pieces(store, found.digest, *span)
    return StreamingResponse(pieces, status_code=status, media_type=found.media_type, headers=headers)
