"""The style sheet, the icon and the scripts: their addresses carry a digest, so a browser may keep them for good."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from sync.server.web.render import ICON, SCRIPTS, STYLE, static_file
from sync.server.web.visitor import NotFound

router = APIRouter()
_KINDS: Final = {
    STYLE: "text/css; charset=utf-8",
    ICON: "image/svg+xml",
    **dict.fromkeys(SCRIPTS, "text/javascript; charset=utf-8"),
}


@router.get("/static/{digest}/{name}")
def serve(digest: str, name: str) -> Response:
    """Return a file of the pages."""
    if name not in _KINDS or digest != static_file(name)[1]:
        raise NotFound
    return Response(
        static_file(name)[0], media_type=_KINDS[name], headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


@router.get("/favicon.ico")
def favicon() -> Response:
    """Answer browsers that ask without being told."""
    return Response(static_file(ICON)[0], media_type=_KINDS[ICON], headers={"Cache-Control": "public, max-age=86400"})
