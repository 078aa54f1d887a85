"""Who listens at one process, over either database: how many may, what they hear, and how their lines end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from sync.protocol.messages import MoveStore
from sync.protocol.news import HEARTBEAT, event
from sync.records.errors import Unavailable
from sync.records.kinds import STORE_PREFIX, new_identity
from sync.records.orders import ReplyKind
from sync.server import admin
from sync.server.exchange import move
from sync.server.listeners import SUPERSEDED
from sync.server.news import MOST_OF_A_PERSON, News
from sync.server.store.news import EVERY_ORDER, orders_of
from sync.server.store.store import DistrictStore
from tests.support.district import SETTINGS, Desk, enrol_desk
from tests.support.district_pages import build_district

SECONDS = 30
LONG = 3600.0


def hear(store: DistrictStore, most: int, heartbeat: float, act: Callable[[News], Awaitable[None]]) -> None:
    """Run ``act`` on a loop with a `News` that is ended after it."""

    async def run() -> None:
        news = News(store, most, heartbeat)
        try:
            await asyncio.wait_for(act(news), SECONDS)
        finally:
            news.end()
            await asyncio.to_thread(news.rest)

    asyncio.run(run())


async def said(line: AsyncIterator[bytes]) -> bytes:
    """What is said next on a line."""
    return await asyncio.wait_for(anext(line), SECONDS)


async def ended(line: AsyncIterator[bytes]) -> None:
    """Hear a line to its end."""
    async for _ in line:
        pass


async def push(desk: Desk) -> int:
    """Push a visit beside the loop; returns its number."""
    (answer,) = await asyncio.to_thread(lambda: desk.push(desk.visit()))
    return answer.seq


def test_a_line_says_signs_of_life_and_only_what_others_wrote(district_store: DistrictStore) -> None:
    ours, neighbour = enrol_desk(district_store), enrol_desk(district_store)

    async def act(news: News) -> None:
        own, there = await news.join(ours.who()), await news.join(neighbour.who())
        lines = [each.events() for each in (own, there)]
        assert [await said(line) for line in lines] == [HEARTBEAT, HEARTBEAT]
        assert await said(lines[0]) == HEARTBEAT
        seq = await push(ours)
        while (heard := await said(lines[1])) == HEARTBEAT:
            pass
        assert heard == event(seq)
        assert own.seq == 0

    hear(district_store, 10, 0.05, act)


def test_what_follows_closely_is_said_once_and_nothing_is_left_out(district_store: DistrictStore) -> None:
    ours, neighbour = enrol_desk(district_store), enrol_desk(district_store)

    async def act(news: News) -> None:
        line = (await news.join(neighbour.who())).events()
        assert await said(line) == HEARTBEAT
        last = [await push(ours) for _ in range(20)][-1]
        heard = []
        while not heard or heard[-1] != event(last):
            heard.append(await said(line))
        assert len(heard) <= 20
        assert heard == sorted(set(heard), key=heard.index)

    hear(district_store, 10, LONG, act)


def test_beyond_the_limit_a_station_is_told_to_come_back_and_a_place_is_free_again(
    district_store: DistrictStore,
) -> None:
    ours, other = enrol_desk(district_store), enrol_desk(district_store, "玉塘社区")

    async def act(news: News) -> None:
        first = await news.join(ours.who())
        with pytest.raises(Unavailable):
            await news.join(other.who())
        news.leave(first)
        await news.join(other.who())

    hear(district_store, 1, LONG, act)


def test_a_store_that_moved_on_and_a_device_that_was_revoked_lose_their_lines(district_store: DistrictStore) -> None:
    ours, other = enrol_desk(district_store), enrol_desk(district_store, "玉塘社区")
    moved = MoveStore(other.store, new_identity(STORE_PREFIX))

    async def act(news: News) -> None:
        lines = [(await news.join(desk.who())).events() for desk in (ours, other)]
        for line in lines:
            assert await said(line) == HEARTBEAT
        await asyncio.to_thread(admin.revoke_device, district_store, ours.device.device)
        await asyncio.wait_for(ended(lines[0]), SECONDS)
        await asyncio.to_thread(move, district_store, other.who(), moved, SETTINGS)
        await asyncio.wait_for(ended(lines[1]), SECONDS)

    hear(district_store, 10, LONG, act)


def test_the_end_of_the_process_ends_all_lines(district_store: DistrictStore) -> None:
    ours = enrol_desk(district_store)

    async def act(news: News) -> None:
        line = (await news.join(ours.who())).events()
        assert await said(line) == HEARTBEAT
        news.end()
        await asyncio.wait_for(ended(line), SECONDS)
        with pytest.raises(Unavailable):
            await news.join(ours.who())

    hear(district_store, 10, LONG, act)


def test_a_page_hears_what_is_said_on_its_departments_orders_and_nothing_else(district_store: DistrictStore) -> None:
    pages = build_district(district_store)
    mine, other = (pages.units[name] for name in ("区人力资源局", "区住房建设局"))

    async def act(news: News) -> None:
        scopes = (orders_of(mine), orders_of(other), EVERY_ORDER)
        lines = [await news.join_page(name, frozenset({scope})) for name, scope in zip("abc", scopes, strict=True)]
        order = await asyncio.to_thread(pages.add_order, "拖欠工资", ["区人力资源局"])
        heard = [line.events() for line in (lines[0], lines[2])]
        for line in heard:
            while (await said(line)) == HEARTBEAT:
                pass
        issued = lines[0].seq
        await asyncio.to_thread(pages.add_witnessed, order, "区人力资源局", ReplyKind.REPORTED_IN)
        while lines[0].seq == issued:
            await asyncio.sleep(0.01)
        assert lines[0].seq == lines[2].seq > issued
        assert lines[1].seq == 0

    hear(district_store, 10, 0.05, act)


def test_a_further_page_of_a_person_ends_the_oldest_which_stays_away(district_store: DistrictStore) -> None:
    async def act(news: News) -> None:
        scope = frozenset({EVERY_ORDER})
        lines = [await news.join_page("sta_x", scope) for _ in range(MOST_OF_A_PERSON + 1)]
        assert [one async for one in lines[0].events()] == [HEARTBEAT, SUPERSEDED]
        assert [line.over for line in lines[1:]] == [False] * MOST_OF_A_PERSON
        full = News(district_store, 10, LONG, most_pages=0)
        with pytest.raises(Unavailable):
            await full.join_page("sta_y", scope)

    hear(district_store, 10, LONG, act)
