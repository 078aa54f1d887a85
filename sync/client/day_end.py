"""Day end: the station's exchange with its district, a straight list of steps that can stop after any line.

Nothing here decides what is saved: the journal settles a record only on the district's answer for that record,
and every step may be said again. The order matters: hello before anything, facts before files, pull after push so
that the receipt speaks of both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial

from sync.client import pages
from sync.client.district import District
from sync.client.journal import Journal, Standing
from sync.protocol.messages import Hello, Receipt, ReceiptAsked, Welcome
from sync.protocol.version import CAPABILITIES, OLDEST, PAGES, VERSION
from sync.records.errors import Refused

WRONG_CLOCK_MS = 5 * 60 * 1000
"""A clock that is further off than this is flagged; it decides nothing."""


ABOUT_A_FILE = frozenset({"protocol.too_large", "protocol.bad_file", "protocol.no_such_file"})
"""Refusals of one file's bytes: it is held and shown, and holds up neither the others nor the receipt."""


class Stage(StrEnum):
    """Where a day end is; the names are wording keys of the area "exchange"."""

    HELLO = "stage_hello"
    PUSH = "stage_push"
    FILES = "stage_files"
    PULL = "stage_pull"
    RECEIPT = "stage_receipt"


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` records or files of a stage; total 0 where nobody can know it yet."""

    stage: Stage
    done: int = 0
    total: int = 0


Report = Callable[[Progress], None]
Cancelled = Callable[[], bool]


class DayEndCancelled(Refused):
    """The person stopped it; what was settled stays settled, the rest is sent the next time."""

    def __init__(self) -> None:
        super().__init__("exchange.cancelled")


@dataclass(frozen=True, slots=True)
class DayEnd:
    """What an exchange did. ``acknowledged`` counts answers that accepted or merged; success needs the receipt.

    ``receipt.agreed`` alone means that both ends hold the same; ``held`` and ``unsent`` are what stays behind.
    """

    pushed: int
    pulled: int
    refused: int
    held: int
    acknowledged: int
    unsent: int
    files: int
    clock_difference_ms: int
    receipt: Receipt


def run(
    journal: Journal, district: District, program: str, report: Report = lambda _: None, cancelled: Cancelled = bool
) -> DayEnd:
    """Exchange everything: Unavailable, Refused or Damaged where it stops, and the next run goes on from there."""
    report(Progress(Stage.HELLO))
    standing = journal.standing()
    welcome = district.hello(
        Hello(
            VERSION,
            OLDEST,
            program,
            standing.store,
            datetime.now(UTC),
            standing.unsent,
            standing.cursor,
            CAPABILITIES,
        )
    )
    if not OLDEST <= welcome.protocol <= VERSION:
        raise Refused("exchange.version", theirs=welcome.program, ours=program)

    def stop() -> None:
        if cancelled():
            raise DayEndCancelled

    def gone(done: int) -> None:
        report(Progress(Stage.PUSH, done, max(standing.unsent, done)))

    way = pages.as_page if PAGES in welcome.capabilities else pages.one_by_one
    pushed, settled = pages.push(journal, partial(way, district, standing.store), gone, stop)
    files = _send_files(journal, district, report, stop)
    # Nothing was said and nothing has a number that is not here: there is no page to ask for.
    nothing = not pushed and welcome.latest == standing.cursor
    pulled = 0 if nothing else _pull(journal, district, standing, welcome, report, stop)
    report(Progress(Stage.RECEIPT))
    receipt = _receipt(journal, district)
    after = journal.standing()
    return DayEnd(
        pushed=pushed,
        pulled=pulled,
        refused=settled.refused,
        held=after.held,
        acknowledged=settled.accepted + settled.merged,
        unsent=after.unsent,
        files=files,
        clock_difference_ms=welcome.clock_difference_ms,
        receipt=receipt,
    )


def _send_files(journal: Journal, district: District, report: Report, stop: pages.Stop) -> int:
    waiting = list(journal.unsent_files())
    sent = 0
    for done, (digest, _size) in enumerate(waiting):
        stop()
        try:
            district.put_file(digest, journal.read_file(digest))
        except Refused as error:
            if error.key not in ABOUT_A_FILE:
                raise
            journal.hold_file(digest, error.key, error.values)
        else:
            journal.settle_file(digest)
            sent += 1
        report(Progress(Stage.FILES, done + 1, len(waiting)))
    return sent


def _pull(
    journal: Journal, district: District, standing: Standing, welcome: Welcome, report: Report, stop: pages.Stop
) -> int:
    def come(new: int) -> None:
        report(Progress(Stage.PULL, new, max(welcome.latest - standing.cursor, new)))

    new = pages.pull(journal, district, standing, come, stop)
    report(Progress(Stage.PULL, new, new))
    return new


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
