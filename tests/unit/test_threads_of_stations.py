"""The thread that numbers takes what is handed to it in that order, by itself; what goes wrong is told to who asked."""

from __future__ import annotations

import asyncio
import threading

import pytest

from sync.server.threads import ASKING, NUMBERING, Taken, Threads


def test_pages_are_worked_at_one_after_another_without_the_event_loop() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), []

    def first() -> None:
        begun.set()
        assert go_on.wait(30)
        done.append(1)

    async def stations() -> tuple[Taken, list[int], int]:
        threads = Threads()
        works = [asyncio.ensure_future(threads.number(first))]
        works += [asyncio.ensure_future(threads.number(done.append, n)) for n in (2, 3)]
        works.append(asyncio.ensure_future(threads.number(last.set)))
        await asyncio.sleep(0)  # all are handed in
        assert begun.wait(30)
        taken = threads.taken()
        go_on.set()
        assert last.wait(30), "it waited for the event loop, which stands still here"
        so_far = list(done)
        await asyncio.gather(*works)
        return taken, so_far, threads.taken().busy

    last = threading.Event()
    taken, so_far, busy = asyncio.run(stations())
    assert taken == Taken(busy=NUMBERING, most=NUMBERING + ASKING, waiting=3)
    assert so_far == [1, 2, 3]
    assert busy == 0


def test_what_goes_wrong_in_the_thread_is_told_to_who_asked() -> None:
    async def asked() -> int:
        threads = Threads()
        with pytest.raises(KeyError):
            await threads.number({}.__getitem__, "nobody")
        return await threads.number(len, "ab") + await threads.ask(len, "abc")

    assert asyncio.run(asked()) == 5
