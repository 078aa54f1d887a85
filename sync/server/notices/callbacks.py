"""What a gateway tells afterwards: `POST /v1/notices/{channel}`, signed as webhooks are, or by the channel's token."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from sync.records.errors import Refused
from sync.records.notices import NoticeState
from sync.server.answers import PREFIX, problem, read_body
from sync.server.notices.channels import Channel, Channels
from sync.server.notices.facts import say, say_read
from sync.server.notices.senders import SIGNATURE, TIME, signature
from sync.server.store.notices import PERSONAL, Outgoing, find_line, joined, note_delivered
from sync.server.store.records import lock_numbers
from sync.server.store.store import DistrictStore

LARGEST: Final = 16 * 1024
APART_SECONDS: Final = 300
"""A signed word that is older, or comes from so far ahead, is said again by somebody else."""


def add_callbacks(router: APIRouter, store: DistrictStore, channels: Channels) -> None:
    """Let the gateways of ``channels`` tell that a message was delivered or read."""
    if not channels.all:
        return

    async def handle(request: Request) -> Response:
        body = await read_body(request, LARGEST)
        channel = authenticated(channels, request.path_params["channel"], request.headers, body)
        if channel is None:
            return problem(Refused("protocol.unknown_channel"), 401)
        known = await run_in_threadpool(take, store, channels, channel, body)
        return Response(status_code=204) if known else problem(Refused("protocol.no_such_notice"), 404)

    router.add_route(f"{PREFIX}/notices/{{channel}}", handle, methods=["POST"])


def authenticated(
    channels: Channels, name: str, headers: Mapping[str, str], body: bytes, now: Callable[[], float] = time.time
) -> Channel | None:
    """Return the channel that speaks; None where its proof does not fit or nobody is called so: one answer for both."""
    found = next((one for one in channels.all if one.name == name), None)
    secret = (found.callback_secret or found.secret) if found else ""
    at, signed = headers.get(TIME.lower(), ""), headers.get(SIGNATURE.lower(), "")
    token = headers.get("authorization", "").removeprefix("Bearer ")
    fits = hmac.compare_digest(signed.encode(), signature(secret, at, body).encode())
    fresh = at.isascii() and at.isdecimal() and len(at) < 12 and abs(now() - int(at)) <= APART_SECONDS
    expected = found.callback_secret if found else ""
    by_token = bool(expected) and hmac.compare_digest(token.encode(), expected.encode())
    return found if secret and ((fits and fresh) or by_token) else None


def take(store: DistrictStore, channels: Channels, channel: Channel, body: bytes) -> bool:
    """Note what a gateway says; False where it is of no message of this channel, or no word that it is known to say."""
    said = _opened(body)
    words = channel.answered
    state = {words.delivered: Outgoing.DELIVERED, words.read: Outgoing.READ}.get(_text(said, words.state))
    if state is None:
        return False
    now = datetime.now(UTC)
    with store.write() as conn:
        lock_numbers(conn)
        line = find_line(conn, channel.name, _text(said, words.notice), _text(said, words.receipt))
        if line is None:
            return False
        for each in (line, *joined(conn, line)):
            read_by = max(now, each.made_at + timedelta(minutes=channels.unread_minutes))
            if state is Outgoing.READ:
                say_read(conn, each.about, each.unit, now, each.notice if each.kind in PERSONAL else "")
            elif note_delivered(conn, each, read_by):
                say(conn, each, NoticeState.DELIVERED, now)
    return True


def _opened(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _text(said: Any, name: str) -> str:
    found = said.get(name) if name and isinstance(said, Mapping) else None
    return str(found)[:200].replace("\0", "") if isinstance(found, (str, int)) else ""
