"""The channels of a district, as its owner-only file has them (TOML): where messages go, with which secrets.

A channel is data: a webhook of a known shape, or the request that an SMS gateway or a work messenger's robot wants,
with places to fill (`PLACES`). What is wrong with the file is one sentence before anything is sent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from string import Formatter
from typing import Any, Final
from urllib.parse import urlsplit

from sync.records.errors import Damaged, Refused
from sync.server.notices.message import PLACES
from sync.server.place import Place, read_secret

UNREAD_MINUTES: Final = 10
"""How long nobody may have read a notice before a desk telephones: a placeholder (default-1), the district's to set."""


class ChannelKind(StrEnum):
    """The adapters (senders.py)."""

    WEBHOOK = "webhook"
    SMS = "sms"
    MESSENGER = "messenger"


@dataclass(frozen=True, slots=True)
class Answered:
    """How a gateway tells what became of a message: names of fields, and which words mean delivered and read."""

    notice: str = "notice"
    receipt: str = ""
    state: str = "state"
    delivered: str = "delivered"
    read: str = "read"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way out. ``units`` are names or identities of the units that it reaches (empty: all), ``about`` the kinds.

    ``body`` is what is posted, ``format`` "json" or "form"; ``ok`` what an answer must say, ``receipt`` where in it the
    gateway's own name for the message stands (parts with dots between). ``sign`` "dingtalk" signs the address.
    """

    name: str
    kind: ChannelKind
    url: str
    secret: str = field(default="", repr=False)
    callback_secret: str = field(default="", repr=False)
    units: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    ca: str = ""
    timeout_seconds: int = 10
    format: str = "json"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    ok: Mapping[str, Any] = field(default_factory=dict)
    receipt: str = ""
    sign: str = ""
    answered: Answered = Answered()

    def serves(self, kind: str, *unit: str) -> bool:
        """Whether it carries messages of ``kind`` to the unit with one of these names."""
        return (not self.about or kind in self.about) and (not self.units or bool({*unit} & {*self.units}))


@dataclass(frozen=True, slots=True)
class Channels:
    """All channels; ``unread_minutes`` is after how long a desk is told that nobody has read."""

    all: tuple[Channel, ...] = ()
    unread_minutes: int = UNREAD_MINUTES

    def find(self, name: str) -> Channel:
        """Return the channel called ``name``; Refused ("district.no_such_channel")."""
        for each in self.all:
            if each.name == name:
                return each
        raise Refused("district.no_such_channel", channel=name)


def read_channels(place: Place) -> Channels:
    """Return the channels of a district, none where there is no file. Refused, Damaged: it is not as it must be."""
    path = place.notices_file
    if not path.exists():
        return Channels()
    try:
        found = tomllib.loads(read_secret(path).decode())
        given = [_channel(one) for one in found.get("channel", [])]
        minutes = int(found.get("unread_minutes", UNREAD_MINUTES))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError, AttributeError) as error:
        raise Damaged("district.channels_damaged", file=str(path)) from error
    names = [one.name for one in given]
    if len(set(names)) < len(names) or not 1 <= minutes <= 24 * 60:
        raise Damaged("district.channels_damaged", file=str(path))
    return Channels(tuple(given), minutes)


def _channel(said: Mapping[str, Any]) -> Channel:
    known = {each.name for each in fields(Channel)}
    if not set(said) <= known:
        raise ValueError(sorted(set(said) - known))
    answered = Answered(**said.get("answered", {}))
    lists = {name: tuple(said.get(name, ())) for name in ("units", "about")}
    made = Channel(**{**said, **lists, "kind": ChannelKind(said["kind"]), "answered": answered})
    _check(made)
    return made


def _check(channel: Channel) -> None:
    """Raise Refused where words would cross a network in clear, or a place is asked for that nobody fills."""
    address = urlsplit(channel.url)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in ("127.0.0.1", "localhost")):
        raise Refused("district.channel_needs_tls", channel=channel.name)
    if channel.kind is ChannelKind.WEBHOOK:
        if not channel.secret:
            raise Refused("district.channel_needs_secret", channel=channel.name)
        return
    for text in (*_texts(channel.body), *channel.headers.values()):
        for _, name, _, _ in Formatter().parse(text):
            if name is not None and name not in PLACES:
                raise Refused("district.channel_place", channel=channel.name, place=name)
    if channel.format not in ("json", "form") or channel.sign not in ("", "dingtalk") or not channel.body:
        raise ValueError(channel.name)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]
