"""Day end: the station's exchange with its district, a straight list of steps that can stop after any line.

Nothing here decides what is saved: the journal settles a record only on the district's answer for that record,
and every step may be said again. The order matters: hello before anything, pull after push so that the receipt speaks
of both. Files travel afterwards, in a lane of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sync.client.district import District
from sync.client.journal import Journal, Standing
from sync.protocol.messages import Frame, Hello, Pull, Push, Receipt, ReceiptAsked, Welcome
from sync.protocol.version import FILES_IN_PIECES, MAX_PAGE_BYTES, MAX_PAGE_RECORDS, OLDEST, VERSION
from sync.records.errors import QianshaoError, Refused

WRONG_CLOCK_MS = 5 * 60 * 1000
"""A clock that is further off than this is flagged; it decides nothing."""


class Stage(StrEnum):
    """Where a day end is; the names are wording keys of the area "exchange". FILES comes after it, in its own lane."""

    HELLO = "stage_hello"
    PUSH = "stage_push"
    PULL = "stage_pull"
    RECEIPT = "stage_receipt"
    FILES = "stage_files"


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` records or files of a stage; total 0 where nobody can know it yet. Files also in bytes."""

    stage: Stage
    done: int = 0
    total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0


Report = Callable[[Progress], None]
Cancelled = Callable[[], bool]


class DayEndCancelled(Refused):
    """The person stopped it; what was settled stays settled, the rest is sent the next time."""

    def __init__(self) -> None:
        super().__init__("exchange.cancelled")


@dataclass(frozen=True, slots=True)
class DayEnd:
    """What an exchange did. ``acknowledged`` counts answers that accepted or merged; success needs the receipt.

    ``receipt.agreed`` alone means that both ends hold the same; ``held`` and ``unsent`` are what stays behind. No word
    of it waits for files: ``files_waiting`` of ``bytes_waiting`` are still to go up (file_lane.py), ``in_pieces`` where
    the district takes them so.
    """

    pushed: int
    pulled: int
    refused: int
    held: int
    acknowledged: int
    unsent: int
    files_waiting: int
    bytes_waiting: int
    in_pieces: bool
    clock_difference_ms: int
    receipt: Receipt


def run(
    journal: Journal, district: District, program: str, report: Report = lambda _: None, cancelled: Cancelled = bool
) -> DayEnd:
    """Exchange everything: Unavailable, Refused or Damaged where it stops, and the next run goes on from there."""
    report(Progress(Stage.HELLO))
    standing = journal.standing()
    welcome = district.hello(
        Hello(VERSION, OLDEST, program, standing.store, datetime.now(UTC), standing.unsent, standing.cursor)
    )
    if not OLDEST <= welcome.protocol <= VERSION:
        raise Refused("exchange.version", theirs=welcome.program, ours=program)
    pushed, acknowledged, refused = _push(journal, district, standing.store, standing.unsent, report, cancelled)
    # Nothing was said and nothing has a number that is not here: there is no page to ask for.
    nothing = not pushed and welcome.latest == standing.cursor
    pulled = 0 if nothing else _pull(journal, district, standing, welcome, report, cancelled)
    report(Progress(Stage.RECEIPT))
    receipt = _receipt(journal, district)
    after = journal.standing()
    files = list(journal.unsent_files())
    return DayEnd(
        pushed=pushed,
        pulled=pulled,
        refused=refused,
        held=after.held,
        acknowledged=acknowledged,
        unsent=after.unsent,
        files_waiting=len(files),
        bytes_waiting=sum(file.size for file in files),
        in_pieces=FILES_IN_PIECES in welcome.capabilities,
        clock_difference_ms=welcome.clock_difference_ms,
        receipt=receipt,
    )


def _push(
    journal: Journal, district: District, store: str, total: int, report: Report, cancelled: Cancelled
) -> tuple[int, int, int]:
    pushed = acknowledged = refused = line = 0
    while True:
        _stop_if(cancelled)
        records, line = journal.unsent(MAX_PAGE_RECORDS, MAX_PAGE_BYTES, line)
        if not records:
            return pushed, acknowledged, refused
        answers = district.push(Push(store, [Frame.of(record) for record in records])).answers
        settled = journal.settle(answers)
        pushed += len(records)
        acknowledged += settled.accepted + settled.merged
        refused += settled.refused
        report(Progress(Stage.PUSH, pushed, max(total, pushed)))


def _pull(
    journal: Journal,
    district: District,
    standing: Standing,
    welcome: Welcome,
    report: Report,
    cancelled: Cancelled,
) -> int:
    new = 0
    cursor = standing.cursor
    while True:
        _stop_if(cancelled)
        page = district.pull(Pull(standing.store, cursor, MAX_PAGE_RECORDS))
        new += journal.take(page.records, page.cursor)
        report(Progress(Stage.PULL, new, max(welcome.latest - standing.cursor, new)))
        if not page.more:
            report(Progress(Stage.PULL, new, new))
            return new
        if page.cursor <= cursor:
            # An end that says "more" and stands still would hold the desk for ever.
            raise QianshaoError("protocol.unreadable_message")
        cursor = page.cursor


def _receipt(journal: Journal, district: District) -> Receipt:
    standing = journal.standing()
    counts, digest = journal.tally(standing.receipt_upto, standing.cursor)
    receipt = district.receipt(
        ReceiptAsked(
            store=standing.store,
            after=standing.receipt_upto,
            upto=standing.cursor,
            counts=counts,
            digest=digest,
            held=standing.held,
            unsent=standing.unsent,
            chain=standing.receipt_chain,
        )
    )
    # The district's word is not taken for it: the comparison is made here as well.
    if receipt.agreed and (receipt.digest != digest or receipt.counts != counts or receipt.upto != standing.cursor):
        raise Refused("exchange.receipt_differs")
    journal.keep_receipt(receipt)
    return receipt


def _stop_if(cancelled: Cancelled) -> None:
    if cancelled():
        raise DayEndCancelled()
