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
from functools import partial
from typing import Final

from sync.client import one_trip, pages
from sync.client.district import District
from sync.client.journal import Journal, Standing
from sync.client.one_trip import Done, Proof
from sync.protocol import receipts
from sync.protocol.messages import Hello, Receipt, ReceiptAsked, Welcome
from sync.protocol.version import CAPABILITIES, FILES_IN_PIECES, OLDEST, PAGES, VERSION
from sync.records.canonical import digest
from sync.records.errors import Refused

NOTHING: Final[tuple[dict[str, int], str]] = ({}, digest([]))
"""What a tally over no record at all is."""


class Stage(StrEnum):
    """Where a day end is; the names are wording keys of the area "exchange"."""

    HELLO = "stage_hello"
    PUSH = "stage_push"
    PULL = "stage_pull"
    RECEIPT = "stage_receipt"


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` records of a stage; total 0 where nobody can know it yet. Files have their own lane."""

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
    ``proved``: the receipt is signed by the district's key, was verified here and fits this store's own journal.
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
    proved: bool = False


def run(
    journal: Journal, district: District, program: str, report: Report = lambda _: None, cancelled: Cancelled = bool
) -> DayEnd:
    """Exchange everything: Unavailable, Refused or Damaged where it stops, and the next run goes on from there."""
    report(Progress(Stage.HELLO))
    standing = journal.standing()

    def stop() -> None:
        if cancelled():
            raise DayEndCancelled

    word = hello(standing, program)
    trip = one_trip.said(journal, district, standing, word, partial(receipt_asked, journal, standing), stop)
    welcome = trip.heard.welcome if trip else district.hello(word)
    if not OLDEST <= welcome.protocol <= VERSION:
        raise Refused("exchange.version", theirs=welcome.program, ours=program)
    keys = pin(journal, welcome, standing.trusted)
    note_district(journal, standing, welcome)
    done, proof = trip.conclude(journal, keys) if trip else (Done(), None)
    if proof is None:
        done, proof = _paged(journal, district, welcome, done, report, stop)
    else:
        report(Progress(Stage.PUSH, done.pushed, done.pushed))
        report(Progress(Stage.PULL, done.pulled, done.pulled))
    receipt, proved = proof
    left = journal.left()
    return DayEnd(
        pushed=done.pushed,
        pulled=done.pulled,
        refused=done.settled.refused,
        held=left.held,
        acknowledged=done.settled.accepted + done.settled.merged,
        unsent=left.unsent,
        files_waiting=left.files,
        bytes_waiting=left.bytes,
        in_pieces=FILES_IN_PIECES in welcome.capabilities,
        clock_difference_ms=welcome.clock_difference_ms,
        receipt=receipt,
        proved=proved,
    )


def _paged(
    journal: Journal, district: District, welcome: Welcome, done: Done, report: Report, stop: pages.Stop
) -> tuple[Done, Proof]:
    """Say by pages what one request did not, on from what it settled, and ask for the receipt."""
    standing = journal.standing()

    def gone(count: int) -> None:
        report(Progress(Stage.PUSH, count, max(standing.unsent, count)))

    way = pages.as_page if PAGES in welcome.capabilities else pages.one_by_one
    pushed, settled = pages.push(journal, partial(way, district, standing.store), gone, stop)
    # Nothing was said and nothing has a number that is not here: there is no page to ask for.
    nothing = not pushed and welcome.latest == standing.cursor
    pulled = 0 if nothing else _pull(journal, district, standing, welcome, report, stop)
    report(Progress(Stage.RECEIPT))
    proof = _receipt(journal, district, welcome.district)
    return Done(done.pushed + pushed, done.settled + settled, done.pulled + pulled), proof


def hello(standing: Standing, program: str) -> Hello:
    """Return the first word of a station that stands so, by its clock now."""
    return Hello(
        VERSION, OLDEST, program, standing.store, datetime.now(UTC), standing.unsent, standing.cursor, CAPABILITIES
    )


def receipt_asked(journal: Journal, standing: Standing) -> ReceiptAsked:
    """Return what the station holds up to its cursor since its last receipt, counted in the journal."""
    since = standing.cursor > standing.receipt_upto
    counts, value = journal.tally(standing.receipt_upto, standing.cursor) if since else NOTHING
    return ReceiptAsked(
        store=standing.store,
        after=standing.receipt_upto,
        upto=standing.cursor,
        counts=counts,
        digest=value,
        held=standing.held,
        unsent=standing.unsent,
        chain=standing.receipt_chain,
    )


def pin(journal: Journal, welcome: Welcome, known: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Believe the district's key: the first one over the trusted line, a later one that the one before signed for.

    Returns the keys that are believed then, the present one last.
    """
    if not welcome.key or welcome.key in known:
        return known
    if not known or journal.expects(welcome.key):
        journal.trust([welcome.key])
    else:
        journal.trust(receipts.follow(known[-1], welcome.key, welcome.successions))
    return journal.trusted()


def note_district(journal: Journal, standing: Standing, welcome: Welcome) -> None:
    """Note what the welcome says of the district, where that is another word than before."""
    known = (standing.district, standing.recipient, standing.capabilities)
    said = (welcome.district, welcome.recipient or standing.recipient, frozenset(welcome.capabilities))
    if said != known:
        journal.note_district(welcome.district, welcome.recipient, welcome.capabilities)


def _pull(
    journal: Journal, district: District, standing: Standing, welcome: Welcome, report: Report, stop: pages.Stop
) -> int:
    def come(new: int) -> None:
        report(Progress(Stage.PULL, new, max(welcome.latest - standing.cursor, new)))

    new = pages.pull(journal, district, standing, come, stop)
    report(Progress(Stage.PULL, new, new))
    return new


def _receipt(journal: Journal, district: District, name: str) -> Proof:
    standing = journal.standing()
    asked = receipt_asked(journal, standing)
    receipt = district.receipt(asked)
    # The district's word is not taken for it: the comparison is made here as well.
    held = (asked.counts, asked.digest, asked.upto)
    if receipt.agreed and (receipt.counts, receipt.digest, receipt.upto) != held:
        raise Refused("exchange.receipt_differs")
    statement = receipts.of_receipt(receipt, journal.trusted()[-1:])
    ours = (asked.store, asked.after, asked.upto, name)
    if statement and (statement.store, statement.after, statement.upto, statement.district) != ours:
        raise Refused("exchange.receipt_differs")
    return receipt, journal.keep_receipt(receipt, statement)
