"""Pages up and down, one request ahead: the district works at one page while the desk settles the last and reads on.

Only the calls to the district run on the second thread, one after another; the journal is asked by the caller's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from msgspec import structs

from sync.client.district import District, strange
from sync.client.journal import Journal, Settled, Standing
from sync.protocol.messages import Answer, Frame, Pull, Pulled, Push, Pushed, State
from sync.protocol.pages import BAD_PAGE, RECORD_TOO_LARGE, answers_to, numbered, page_of
from sync.protocol.version import MAX_BODY_BYTES, MAX_PAGE_BYTES, MAX_PAGE_RECORDS
from sync.records.errors import Damaged, Refused

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


Spans = tuple[tuple[int, int], ...]
"""Ordinals of the journal, first and last, that the district does not have."""

Heard = tuple[list[Answer], Spans]
_ROUND_IT = 64 * 1024
"""What of a request is not the record, at most."""

MOST_GAPS = 50
"""How often one run sends again what the district says is missing; a district that goes on is not followed."""


def push(journal: Journal, say: Callable[[list[Frame]], Heard], told: Told, stop: Stop) -> tuple[int, Settled]:
    """``say`` all that is unsent, and again what the district names as missing; returns how many records went and how
    their answers settled them.
    """
    pushed, settled, missing = _push(journal, say, told, stop, 0)
    named: set[tuple[int, int]] = set()
    while gaps := [span for span in missing if span not in named][: MOST_GAPS - len(named)]:
        named.update(gaps)
        if not journal.send_missing(gaps):
            break
        pushed, again, missing = _push(journal, say, told, stop, pushed)
        settled += again
    return pushed, settled


def _push(
    journal: Journal, say: Callable[[list[Frame]], Heard], told: Told, stop: Stop, pushed: int
) -> tuple[int, Settled, Spans]:
    settled: Settled = Settled()
    missing: Spans = ()
    under_way: Future[Heard] | None = None
    size = line = 0
    with _line() as speaker:
        while True:
            stop()
            records, line = journal.frames(MAX_PAGE_RECORDS, MAX_PAGE_BYTES, line)
            heard = under_way.result() if under_way else None
            gone, size = size, len(records)
            under_way = speaker.submit(_said, say, records) if records else None
            if heard is not None:
                answers, missing = heard
                settled += journal.settle(answers)
                pushed += gone
                told(pushed)
            if under_way is None:
                return pushed, settled, missing


def _said(say: Callable[[list[Frame]], Heard], records: list[Frame]) -> Heard:
    """Say a page. One record that is longer than a request may be is held here, or nothing behind it ever went."""
    first = records[0]
    if len(first.body) > MAX_BODY_BYTES - _ROUND_IT:  # it comes alone
        return [Answer(first.id, first.hash, State.REFUSED, reason=RECORD_TOO_LARGE)], ()
    return say(records)


def one_by_one(district: District, store: str, records: list[Frame]) -> Heard:
    """Hand over records each with its hash, to an older district or to learn which of them is damaged."""
    heard = district.push(Push(store, records))
    return heard.answers, heard.missing


def as_page(district: District, store: str, records: list[Frame]) -> Heard:
    """Hand over records as a page."""
    try:
        heard = district.push(Push(store, [], page_of(records)))
        return answered(records, heard), heard.missing
    except (Refused, Damaged) as error:
        if error.key != BAD_PAGE:
            raise
        return one_by_one(district, store, records)


def answered(records: Sequence[Frame], pushed: Pushed) -> list[Answer]:
    """Return an answer for each of ``records``; LineBroke where what was heard is about others: none of it counts."""
    try:
        return answers_to(records, pushed)
    except Damaged as error:
        raise strange() from error


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
                raise strange()
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
