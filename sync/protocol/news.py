"""News from the district as server-sent events (WHATWG HTML, 9.2): up to which number there is something, and no more.

An event names no record, kind, unit or person. Whoever hears it asks for the records as ever, by a pull.
"""

from __future__ import annotations

from typing import Final

from sync.records.errors import Damaged

MEDIA_TYPE: Final = "text/event-stream"
LAST_EVENT: Final = "Last-Event-ID"
"""The request's header: the number up to which the station holds everything of its scope."""

HEARTBEAT_SECONDS: Final = 15
"""So often a district says a sign of life while it has no news."""

PATIENCE_SECONDS: Final = 40
"""A line without a sign of life for so long is dead."""

HEARTBEAT: Final = b":\n\n"
_NEWS: Final = "news"
_LONGEST_LINE: Final = 1024
_MOST_DIGITS: Final = 18


def event(seq: int) -> bytes:
    """Return the event that says: there is news up to number ``seq``."""
    return f"id: {seq}\nevent: {_NEWS}\ndata: {seq}\n\n".encode()


def number(text: str) -> int:
    """Return a number of the district as it is said in text; Damaged ("protocol.unreadable_message")."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise Damaged("protocol.unreadable_message")
    return int(text)


class EventReader:
    """Takes a stream of events apart as it comes; fields and events that are not known are passed over."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = self._data = ""

    def feed(self, some: bytes) -> list[int]:
        """Return the numbers of the news that ended within ``some``; Damaged where it is no such stream."""
        *lines, self._rest = (self._rest + some).replace(b"\r\n", b"\n").split(b"\n")
        if max(map(len, [*lines, self._rest])) > _LONGEST_LINE:
            raise Damaged("protocol.unreadable_message")
        return [seq for line in lines if (seq := self._line(line)) is not None]

    def _line(self, line: bytes) -> int | None:
        if line:
            name, _, value = line.decode("utf-8", "replace").partition(":")
            if name == "event":
                self._name = value.strip()
            elif name == "data":
                self._data = value.strip()
            return None
        name, data, self._name, self._data = self._name, self._data, "", ""
        return number(data) if name == _NEWS else None
