"""The station's ear: a line to the district on which it hears that there is news, held for as long as it may be.

It knows no store and asks for nothing: whoever is told makes the exchange. A line that breaks is tried again, later
each time and never in step with other stations; no clock decides anything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from sync.client import back_off
from sync.protocol.news import EventReader
from sync.records.errors import Damaged, QianshaoError, Refused, Unavailable

STEADY_SECONDS: Final = 10.0
"""A line that stood so long was a good one: the next try comes soon."""

REFUSED_SECONDS: Final = 600.0
"""Where the district will not have it somebody must act first; so often it is asked again all the same."""

NOT_KNOWN: Final = "protocol.no_such_address"
"""What a district of an older program says: it tells no news."""


class NewsLine:
    """A line that is open. `hang_up` may be called from another thread."""

    def __init__(self, parts: Iterator[bytes], hang_up: Callable[[], None]) -> None:
        self._parts, self.hang_up = parts, hang_up

    def heard(self) -> Iterator[int | None]:
        """Yield the number of each news, None for each sign of life, until the line ends; Damaged: it is none."""
        reader = EventReader()
        for part in self._parts:
            found = reader.feed(part)
            yield from found
            if not found:
                yield None


class Line(Protocol):
    """What is listened to; http.HttpDistrict keeps it."""

    def news(self, held: int) -> AbstractContextManager[NewsLine]:
        """Open a line that tells what is new after number ``held``."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


class Stand(StrEnum):
    """How it stands with the line; the names are wording keys of the area "channel"."""

    CONNECTED = "connected"
    WAITING = "waiting"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Heard:
    """``seq`` is the greatest number with news (0: none yet), ``why`` what keeps the line from standing."""

    stand: Stand
    seq: int = 0
    why: QianshaoError | None = None


class Listener:
    """Listens until it is stopped. ``held`` is asked before each line up to which number the station has everything.

    Both are asked on the thread that listens, and may raise what keeps the line from being had.
    """

    def __init__(self, connect: Callable[[], Line], held: Callable[[], int]) -> None:
        self._connect, self._held = connect, held
        self._stopped = threading.Event()
        self._again = threading.Event()
        self._line: NewsLine | None = None

    def stop(self) -> None:
        """End for good; the line is hung up at once."""
        self._stopped.set()
        self.renew()

    def renew(self) -> None:
        """Try now: hang up a line that may be dead, and wait no longer for one."""
        self._again.set()
        line = self._line
        if line is not None:
            line.hang_up()

    def run(self, report: Callable[[Heard], None]) -> None:
        """Listen, and ``report`` how it stands whenever that changes, and all news."""
        misses = 0
        while not self._stopped.is_set():
            self._again.clear()
            begun = time.monotonic()
            why = self._listen(report)
            if self._stopped.is_set():
                return
            misses = 1 if time.monotonic() - begun > STEADY_SECONDS else misses + 1
            refused = isinstance(why, Refused)
            report(Heard(Stand.OFF if refused else Stand.WAITING, 0, why))
            self._again.wait(REFUSED_SECONDS if refused else back_off.delay(misses))

    def _listen(self, report: Callable[[Heard], None]) -> QianshaoError:
        """Hold one line for as long as it stands; returns why it does no more."""
        try:
            line = self._connect()
        except QianshaoError as error:
            return error
        try:
            with line.news(self._held()) as self._line:
                if self._stopped.is_set():  # before there was a line to hang up
                    return Unavailable("channel.ended")
                report(Heard(Stand.CONNECTED))
                for seq in self._line.heard():
                    if seq is not None:
                        report(Heard(Stand.CONNECTED, seq))
        except (Unavailable, Refused, Damaged) as error:
            return error
        finally:
            self._line = None
            line.close()
        return Unavailable("channel.ended")
