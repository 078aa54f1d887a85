"""The station's disk fills in the middle of an exchange of several pages, wherever that is: by hand and in background.

The district is a process of its own, so that the limit on files is the station's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from desktop.actions.background import exchange_now
from desktop.actions.desk import Desk
from desktop.actions.enrolment import enrol
from desktop.actions.signing_in import sign_in
from desktop.config import Home
from desktop.keys import WrappedKeys
from desktop.store.check import full_check
from desktop.store.journal import StoreJournal
from desktop.store.store import Store
from resources import wording
from sync.protocol.version import MAX_PAGE_RECORDS
from sync.records.errors import Unavailable
from sync.records.kinds import new_id
from sync.records.visits import Channel, Visit
from tests.support.full_disk import full_after, no_more_pages
from tests.system.actions.test_exchange import PASSPHRASE, PASSWORD, Enrolled, _code
from tests.system.actions.test_exchange import district as district
from tests.system.actions.test_exchange import enrolled as enrolled

PAGES: Final = 3
MANY: Final = PAGES * MAX_PAGE_RECORDS - 500
STEP: Final = 512 * 1024

Full = Callable[[Store, int], AbstractContextManager[None]]


def no_room(store: Store, more: int) -> AbstractContextManager[None]:
    """SQLite finds no page that is free: "database or disk is full"."""
    return no_more_pages(store, more)


def no_write(store: Store, more: int) -> AbstractContextManager[None]:
    """The system writes no file further than that: "disk I/O error". What is logged stands beside the store's file."""
    return full_after(more)


@pytest.fixture
def other(enrolled: Enrolled, tmp_path: Path) -> Iterator[Enrolled]:
    """Another desk of the same station."""
    code = _code(enrolled.district, enrolled.desk.session.unit_name)
    home = Home(tmp_path / "other").make()
    keys = WrappedKeys(home.keys_path, PASSPHRASE)
    with closing(enrol(home, keys, enrolled.district.url, code, "王建华", PASSWORD)) as store:
        yield Enrolled(enrolled.district, code, home, keys, store, Desk(store, sign_in(store, "王建华", PASSWORD)))


def visits(desk: Desk) -> list[str]:
    made = desk.made()
    written = [
        Visit(id=new_id("visit"), made=made, channel=Channel.PHONE, happened_at=made.at, text=f"第{number}件")
        for number in range(MANY)
    ]
    with desk.store.write() as work:
        for visit in written:
            work.add(visit)
    return [visit.id for visit in written]


def by_hand(station: Enrolled) -> None:
    station.day_end()


def in_background(station: Enrolled) -> None:
    exchange_now(station.store, station.home, station.keys, 1 << 40)


@pytest.mark.parametrize(("full", "told"), [(no_room, "store.disk_full"), (no_write, "store.disk")])
@pytest.mark.parametrize("run", [by_hand, in_background])
def test_whole_pages_stay_one_sentence_is_told_and_the_next_run_finishes(
    enrolled: Enrolled, other: Enrolled, run: Callable[[Enrolled], None], full: Full, told: str
) -> None:
    enrolled.day_end()
    theirs, ours = visits(other.desk), visits(enrolled.desk)
    other.day_end()
    reopen(enrolled)
    began, stopped = cursor_of(enrolled), set[tuple[int, int]]()
    for more in count(STEP, STEP):  # each time a little further, until it stops among what comes down
        with pytest.raises(Unavailable) as caught, full(enrolled.store, more):
            run(enrolled)
        assert caught.value.key == told
        for language in ("zh", "en"):
            sentence = wording(language)(told, **caught.value.values)
            assert sentence
            assert "nothing was saved" not in sentence, "the pages before it were"
        sent, came = len(ours) - unsent(enrolled), held(enrolled, theirs)
        stopped.add((sent, len(came)))
        assert sent in {*range(0, MANY, MAX_PAGE_RECORDS), MANY}, "a page is settled as a whole or not at all"
        assert came == set(theirs[: len(came)])
        assert bool(came) == (cursor_of(enrolled) > began), "what came and the cursor are one transaction"
        assert (cursor_of(enrolled) - began) % MAX_PAGE_RECORDS == 0
        if came:
            break
    assert 0 < len(came) < MANY, "it stopped in the middle"
    if full is no_write:
        assert {MAX_PAGE_RECORDS, 2 * MAX_PAGE_RECORDS} & {sent for sent, _ in stopped}, "and in the middle of sending"
    run(enrolled)
    assert (unsent(enrolled), held(enrolled, theirs)) == (0, set(theirs))
    end = enrolled.day_end()
    assert (end.agreed, end.proved, end.unsent) == (True, True, 0)
    assert enrolled.held_alike(enrolled.store)
    assert full_check(enrolled.store).finished


def reopen(station: Enrolled) -> None:
    """Close the store and open it again: the log beside the file is empty then."""
    key = station.keys.store_key(station.store.key_id)
    station.store.close()
    station.store = Store.open(station.home.store_path, key)
    station.desk = Desk(station.store, station.desk.session)


def cursor_of(station: Enrolled) -> int:
    return StoreJournal(station.store).standing().cursor


def unsent(station: Enrolled) -> int:
    with station.store.read() as reader:
        asked = "SELECT count(*) FROM record WHERE state = 'unsent' AND kind = 'visit'"
        return int(reader.sql(asked).fetchone()[0])


def held(station: Enrolled, ids: list[str]) -> set[str]:
    with station.store.read() as reader:
        return reader.known(ids)
