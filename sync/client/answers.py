"""What an answer over HTTP is worth: the district's word, its refusal, or the word of something in between.

A captive portal, a proxy or a broken line answers in the district's place; nothing of that is believed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sync.client.district import TOO_LARGE_BETWEEN, LineBroke, strange
from sync.protocol import codec
from sync.protocol.messages import Problem
from sync.records.errors import Damaged, QianshaoError, Refused, Unavailable

_NOT_NOW: Final = frozenset({502, 503, 504})
"""The district, or what stands before it, is busy or being started."""

LONGEST_WAIT_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that was read to its end."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def media_type(self) -> str:
        """The media type, without parameters; empty where none is said."""
        return codec.media_type(self.headers.get("content-type", ""))

    @contextlib.contextmanager
    def understood(self) -> Iterator[None]:
        """Whatever makes no sense of it within is a line that broke: it was not the district that said so."""
        try:
            yield
        except Damaged as error:
            raise strange(self.status) from error


def good(reply: Reply) -> Reply:
    """Return an answer that says yes; raises what any other stands for."""
    if reply.status not in (200, 201, 204):
        raise problem(reply.status, reply.content)
    return reply


def problem(status: int, content: bytes) -> QianshaoError:
    """Return the error that an answer other than 200 stands for; 5xx and unknown answers mean: try later."""
    try:
        said = codec.unpack(content, Problem)
    except Damaged:
        if status == 413:  # the district would have said so itself
            return Refused(TOO_LARGE_BETWEEN)
        return _unable(status)("exchange.strange_answer", status=status)
    if status >= 500:
        return _unable(status)(said.reason, **said.values)
    return Refused(said.reason, **said.values)


def named_seconds(reply: Reply) -> int:
    """Return how long the district wants to wait before it hears this again."""
    stated = reply.headers.get("retry-after", "")
    return min(int(stated), LONGEST_WAIT_SECONDS) if stated.isdecimal() and len(stated) < 6 else 1


def _unable(status: int) -> type[Unavailable]:
    return LineBroke if status in _NOT_NOW else Unavailable
