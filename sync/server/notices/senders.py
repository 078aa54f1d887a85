"""The adapters behind one small interface: a signed webhook, an SMS gateway, a work messenger's robot.

Each hands one message over and says by which name the other end knows it. What was not taken for sure is Unavailable,
and is handed over again under the same key: the other end may see it twice, and must not act twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol
from urllib.parse import quote_plus, urlencode

from sync.records.errors import Refused, Unavailable
from sync.server.notices.channels import Channel, ChannelKind
from sync.server.notices.message import Message
from sync.server.notices.post import post

TIME: Final = "X-Qianshao-Time"
SIGNATURE: Final = "X-Qianshao-Signature"
KEY: Final = "Idempotency-Key"

Clock = Callable[[], float]


class Notifier(Protocol):
    """The port."""

    def send(self, message: Message) -> str:
        """Hand ``message`` over; returns the other end's name for it, or "". Unavailable: not taken, try again.

        Refused: it cannot be said this way at all ("notices.no_telephone").
        """
        ...


def notifier(channel: Channel, clock: Clock = time.time) -> Notifier:
    """Return what sends by ``channel``."""
    return _KINDS[channel.kind](channel, clock)


def signature(secret: str, at: str, body: bytes) -> str:
    """Return what a request is signed by: HMAC-SHA256 over its time, a dot and its body."""
    return "sha256=" + hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


class Webhook:
    """Posts the message as it is, signed; the answer may name a receipt (``{"receipt": "…"}``)."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._channel, self._clock = channel, clock

    def send(self, message: Message) -> str:
        """Post it."""
        said = {name: value for name, value in message.places().items() if value}
        body, at = json.dumps(said, ensure_ascii=False).encode(), str(int(self._clock()))
        signed = {TIME: at, SIGNATURE: signature(self._channel.secret, at, body), KEY: message.notice}
        headers = {"Content-Type": "application/json", **self._channel.headers, **signed}
        return _receipt(self._channel, _posted(self._channel, self._channel.url, body, headers), "receipt")


class Gateway:
    """Posts what the channel's template makes of the message, and looks whether the answer says that it was taken."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._channel, self._clock = channel, clock

    def send(self, message: Message) -> str:
        """Post it."""
        channel = self._channel
        filled = _filled(channel.body, message.places())
        if channel.format == "form":
            body, kind = urlencode(filled).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = json.dumps(filled, ensure_ascii=False).encode(), "application/json"
        own = {name: value.format(**message.places()) for name, value in channel.headers.items()}
        answer = _posted(channel, self._address(), body, {"Content-Type": kind, KEY: message.notice, **own})
        if channel.ok:
            told = _opened(answer)
            if any(_at(told, place) != value for place, value in channel.ok.items()):
                raise Unavailable("notices.not_taken", reason="answer")
        return _receipt(channel, answer, channel.receipt) if channel.receipt else ""

    def _address(self) -> str:
        return self._channel.url


class Sms(Gateway):
    """To one telephone, by a gateway's own HTTP request."""

    def send(self, message: Message) -> str:
        """Post it; Refused where nobody's number is known."""
        if not message.telephone:
            raise Refused("notices.no_telephone")
        return super().send(message)


class Messenger(Gateway):
    """To a group of a work messenger by its robot's address, which some sign by time and secret."""

    def _address(self) -> str:
        if self._channel.sign != "dingtalk":
            return self._channel.url
        at = str(round(self._clock() * 1000))
        made = hmac.new(self._channel.secret.encode(), f"{at}\n{self._channel.secret}".encode(), hashlib.sha256)
        sign = quote_plus(base64.b64encode(made.digest()))
        return f"{self._channel.url}{'&' if '?' in self._channel.url else '?'}timestamp={at}&sign={sign}"


_KINDS: Final[Mapping[ChannelKind, Callable[[Channel, Clock], Notifier]]] = {
    ChannelKind.WEBHOOK: Webhook,
    ChannelKind.SMS: Sms,
    ChannelKind.MESSENGER: Messenger,
}


def _posted(channel: Channel, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    return post(url, body, headers, ca=channel.ca, timeout=channel.timeout_seconds)


def _filled(value: Any, places: Mapping[str, str]) -> Any:
    """Fill the places of every text within ``value``; what is filled in is never looked at as a template."""
    if isinstance(value, str):
        return value.format(**places)
    if isinstance(value, Mapping):
        return {name: _filled(part, places) for name, part in value.items()}
    return [_filled(part, places) for part in value] if isinstance(value, list) else value


def _opened(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        return None


def _at(told: Any, place: str) -> Any:
    """Return what stands at ``place`` ("data.id") of an answer; None where nothing does."""
    for part in place.split("."):
        told = told.get(part) if isinstance(told, Mapping) else None
    return told


def _receipt(channel: Channel, answer: bytes, place: str) -> str:
    found = _at(_opened(answer), channel.receipt or place)
    return str(found)[:200] if isinstance(found, (str, int)) else ""
