"""Pages up and down, one request ahead: the district works at one page while the desk settles the last and reads on.

Only the calls to the district run on the second thread, one after another; the journal is asked by the caller's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from msgspec import structs

from sync.client.district import District
from sync.client.journal import Journal, Settled, Standing
from sync.protocol.messages import Answer, Frame, Pull, Pulled, Push
from sync.protocol.pages import BAD_PAGE, answers_to, numbered, page_of
from sync.protocol.version import MAX_PAGE_BYTES, MAX_PAGE_RECORDS
from sync.records.errors import Damaged, QianshaoError, Refused

Told = Callable[[int], None]
"""Called with how many records went or came so far."""
Stop = Callable[[], None]
"""Raises where somebody stopped the exchange."""


@contextmanager
def _line() -> Iterator[ThreadPoolExecutor]:
    """Give the thread that speaks; whatever was asked is waited for, its answer is lost where the caller failed."""
    speaker = ThreadPoolExecutor(1, "exchange")
    try:
        yield speaker
    finally:
        speaker.shutdown(wait=True, cancel_futures=True)


def push(journal: Journal, say: Callable[[list[Frame]], list[Answer]], told: Told, stop: Stop) -> tuple[int, Settled]:
    """``say`` all that is unsent; returns how many records went and how their answers settled them."""
    pushed, settled = 0, Settled()
    under_way: Future[list[Answer]] | None = None
    size = line = 0
    with _line() as speaker:
        while True:
            stop()
            records, line = journal.unsent(MAX_PAGE_RECORDS, MAX_PAGE_BYTES, line)
            answered = under_way.result() if under_way else None
            gone, size = size, len(records)
            under_way = speaker.submit(say, [Frame.of(record) for record in records]) if records else None
            if answered is not None:
                settled += journal.settle(answered)
                pushed += gone
                told(pushed)
            if under_way is None:
                return pushed, settled


def one_by_one(district: District, store: str, records: list[Frame]) -> list[Answer]:
    """Hand over records each with its hash, to an older district or to learn which of them is damaged."""
    return district.push(Push(store, records)).answers


def as_page(district: District, store: str, records: list[Frame]) -> list[Answer]:
    """Hand over records as a page."""
    try:
        return answers_to(records, district.push(Push(store, page=page_of(records))))
    except (Refused, Damaged) as error:
        if error.key != BAD_PAGE:
            raise
        return one_by_one(district, store, records)


def pull(journal: Journal, district: District, standing: Standing, told: Told, stop: Stop) -> int:
    """Take all that is new after the station's cursor; returns how many records were new here."""
    new, cursor, taken = 0, standing.cursor, standing.cursor
    with _line() as speaker:
        ask = partial(_ask, district, standing.store)
        under_way: Future[Pulled] | None = speaker.submit(ask, cursor, taken)
        while under_way is not None:
            stop()
            page = under_way.result()
            if page.more and page.cursor <= cursor:
                # An end that says "more" and stands still would hold the desk for ever.
                raise QianshaoError("protocol.unreadable_message")
            cursor = page.cursor
            under_way = speaker.submit(ask, cursor, taken) if page.more else None
            new += journal.take(page.records, cursor)
            taken = cursor
            told(new)
    return new


def _ask(district: District, store: str, cursor: int, taken: int) -> Pulled:
    """What is asked for ahead is not taken yet: the district is told both. A bad page is asked for one by one."""
    asked = Pull(store, cursor, MAX_PAGE_RECORDS, taken, pages=True)
    page = district.pull(asked)
    try:
        return structs.replace(page, records=numbered(page), page=None)
    except Damaged:
        return district.pull(structs.replace(asked, pages=False))
