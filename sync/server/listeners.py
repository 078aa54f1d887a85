"""One line of news to a station or an open page: signs of life, the number up to which there is news, its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

from sync.protocol.news import HEARTBEAT, event

PAGE_SECONDS: Final = 300
"""So long one line to a page lasts: whoever opens the next one is asked again who he is."""

SUPERSEDED: Final = b"event: superseded\ndata: 0\n\n"
"""To a page: the same person has newer ones, do not come back."""


class Listener:
    """One line. ``key`` is the device (or the person) that it is to, ``scopes`` what concerns it, ``store`` whose own
    records are no news to it; ``seq`` is the newest number with news for it, ``told`` up to which it knows of all,
    ``over`` that the line ends.
    """

    def __init__(self, key: str, scopes: frozenset[str], heartbeat: float, *, store: str = "") -> None:
        self.key, self.scopes, self.store = key, scopes, store
        self._heartbeat = heartbeat
        self._wake = asyncio.Event()
        self.seq = self.told = 0
        self.over = False

    def tell(self, seq: int) -> None:
        """There is news up to ``seq``."""
        self.seq = max(self.seq, seq)
        self._wake.set()

    def end(self) -> None:
        """Let the line end."""
        self.over = True
        self._wake.set()

    async def events(self) -> AsyncIterator[bytes]:
        """What is said on the line: a sign of life at once and now and then, and the news."""
        yield HEARTBEAT
        while not self.over:
            try:
                await asyncio.wait_for(self._wake.wait(), self._heartbeat)
            except TimeoutError:
                yield HEARTBEAT
                continue
            self._wake.clear()
            if self.seq > self.told and not self.over:
                self.told = self.seq
                yield event(self.told)


class PageListener(Listener):
    """A line to an open page: it ends after `PAGE_SECONDS`, and the browser comes back by itself, with its session."""

    async def events(self) -> AsyncIterator[bytes]:
        """As a station's; a line that was ended from here says so, and the browser stays away."""
        until = time.monotonic() + PAGE_SECONDS
        async for said in super().events():
            yield said
            if time.monotonic() > until:
                return
        yield SUPERSEDED
