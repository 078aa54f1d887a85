"""What every answer of the pages carries, and how large a form may be: pure ASGI, before anything is parsed."""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers as RequestHeaders
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_FORM_BYTES: Final = 512 * 1024
MOST_UPLOAD_BYTES: Final = 32 * 1024 * 1024
"""A reply with photos; who is not signed in is refused before one is read."""

_WITH_FILES: Final = re.compile(r"/orders/[a-z]{3}_[0-9a-f]+")

POLICY: Final = "Content-Security-Policy"
_POLICY: Final = (
    "default-src 'self'; script-src {scripts}; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
WITH_SCRIPTS: Final = _POLICY.format(scripts="'self'")
"""The policy of pages that run our script files: none within the page, nothing from text (no eval)."""

_HEADERS: Final = {
    POLICY: _POLICY.format(scripts="'none'"),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TLS: Final = ("Strict-Transport-Security", "max-age=31536000")


def most_bytes(path: str, content_type: str) -> int:
    """Return how large a body may be."""
    with_files = content_type.startswith("multipart/form-data") and _WITH_FILES.fullmatch(path)
    return MOST_UPLOAD_BYTES if with_files else MOST_FORM_BYTES


class _TooLarge(Exception):
    """More came than a form may hold."""


class Headers:
    """Adds the headers, and refuses bodies of more than `most_bytes`, whatever length they state."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken = 0
        most = most_bytes(scope["path"], RequestHeaders(scope=scope).get("content-type", "").lower())
        begun = False

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise _TooLarge
            return message

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._add(MutableHeaders(scope=message))
            await send(message)

        if "\0" in scope["path"]:  # no id holds one, and PostgreSQL refuses to look for it
            await PlainTextResponse("404\n", status_code=404)(scope, receive, with_headers)
            return
        try:
            await self._app(scope, limited, with_headers)
        except _TooLarge:
            if not begun:
                await PlainTextResponse("413\n", status_code=413)(scope, receive, with_headers)

    def _add(self, headers: MutableHeaders) -> None:
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        if self._secure:
            headers[_TLS[0]] = _TLS[1]
        headers.setdefault("Cache-Control", "no-store")
