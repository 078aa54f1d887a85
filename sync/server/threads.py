"""The threads that answer stations: one for what is numbered, a few for what only asks (docs/adr/0045, 0056)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Final, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

T = TypeVar("T")

NUMBERING: Final = 1
"""Records are numbered one after another: a second thread only computes beside the first, which then waits for it."""

ASKING: Final = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """How many threads there are, how many of them work, and how many words wait for one."""

    busy: int
    most: int
    waiting: int


class Threads:
    """Words of stations are worked at by these; the others wait in the order in which they came."""

    def __init__(self) -> None:
        self._numbering = ThreadPoolExecutor(NUMBERING, "numbering")
        self._handed = 0
        self._asking = CapacityLimiter(ASKING)

    async def number(self, work: Callable[..., T], *args: object) -> T:
        """Do ``work`` in the thread of what is numbered.

        It takes its next work by itself: between two pages it waits neither for the event loop nor for the answer to
        the first one to be sent.
        """
        self._handed += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._numbering, copy_context().run, work, *args)
        finally:
            self._handed -= 1

    async def ask(self, work: Callable[..., T], *args: object) -> T:
        """Do ``work`` in one of the threads of what only asks."""
        return await anyio.to_thread.run_sync(work, *args, limiter=self._asking)

    def taken(self) -> Taken:
        """Return how they stand."""
        asking, numbering = self._asking.statistics(), min(self._handed, NUMBERING)
        return Taken(
            asking.borrowed_tokens + numbering,
            ASKING + NUMBERING,
            asking.tasks_waiting + self._handed - numbering,
        )
