"""The exchange by stick, at the station's end: what a bundle says, and what its answer settles.

It is the day end in two halves, with days between them. The journal's own rules hold: a record is settled by an answer
that names its hash, and by nothing else, so that network and stick may carry the same records in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import msgspec

from sync.client.day_end import hello, pin, receipt_asked
from sync.client.journal import Journal
from sync.protocol.bundle import (
    PIECE_BYTES,
    Answering,
    Answers,
    Closing,
    FileAnswer,
    FilePiece,
    Item,
    Numbers,
    Page,
    Receipted,
    Sent,
    told_truly,
)
from sync.protocol.messages import Push, Receipt
from sync.protocol.receipts import of_receipt
from sync.protocol.signed import fingerprint
from sync.protocol.version import MAX_PAGE_BYTES, MAX_PAGE_RECORDS, OLDEST, VERSION
from sync.records.errors import Damaged, Refused

Report = Callable[[int, int], None]
"""Called with how many records are done, and of how many (0: nobody knows)."""

Cancelled = Callable[[], bool]


class BundleJournal(Journal, Protocol):
    """What a bundle needs of a journal beyond the day end's promise."""

    def waiting_files(self) -> Iterable[tuple[str, int]]:
        """Digest and size of bytes that the district does not have, those of unsent records too; none that are held."""
        ...


@dataclass(slots=True)
class Carried:
    """What a bundle took along."""

    records: int = 0
    files: int = 0
    file_bytes: int = 0


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What an answer settled. ``receipt`` is as this journal keeps it: agreed only where both ends hold the same."""

    accepted: int
    merged: int
    refused: int
    files: int
    pulled: int
    receipt: Receipt | None


def outgoing(
    journal: BundleJournal,
    program: str,
    recipient: str,
    former: str,
    carried: Carried,
    report: Report = lambda _done, _total: None,
    cancelled: Cancelled = bool,
) -> Iterator[Item]:
    """Yield what this station has to say: every unsent record, the files, and what it held before.

    ``recipient`` is whom the answer shall be encrypted to, ``former`` the store that this one was restored from while
    the district has not heard of it. Nothing is changed here. Refused("bundle.cancelled").
    """
    standing = journal.standing()
    yield Sent(hello(standing, program), recipient, receipt_asked(journal, standing), former)
    line = 0
    while True:
        _stop_if(cancelled)
        records, line = journal.frames(MAX_PAGE_RECORDS, MAX_PAGE_BYTES, line)
        if not records:
            break
        yield Page(Push(standing.store, records))
        carried.records += len(records)
        report(carried.records, max(standing.unsent, carried.records))
    for digest_, size in journal.waiting_files():
        _stop_if(cancelled)
        yield from _pieces(digest_, journal.read_file(digest_))
        carried.files += 1
        carried.file_bytes += size


def _pieces(digest: str, content: bytes) -> Iterator[Item]:
    for start in range(0, max(len(content), 1), PIECE_BYTES):
        yield FilePiece(digest, len(content), start, content[start : start + PIECE_BYTES])


def signed_by_district(journal: Journal, key: bytes, items: Iterator[Item]) -> Iterator[Item]:
    """Yield ``items`` of an answer where ``key``, which signed it, is the district's; its first item may lead there.

    A new key is followed by the words of the former ones that the answer brings. Before the first key is known the
    answer itself tells it: only who opened the bundle knows whom to encrypt an answer to.
    Refused("bundle.foreign_district", "exchange.district_key_changed").
    """
    first = next(items, None)
    if isinstance(first, Answering):
        pin(journal, first.welcome, journal.trusted())
    known = journal.trusted()
    if known and key not in known:
        raise Refused("bundle.foreign_district", fingerprint=fingerprint(key))
    if first is not None:
        yield first
    yield from items


def take_back(
    journal: Journal, items: Iterable[Item], report: Report = lambda _done, _total: None, cancelled: Cancelled = bool
) -> TakenBack:
    """Take in an answer, item by item; what was taken in before a stop or a damage stands, and may come again.

    Refused("exchange.version", "bundle.cancelled"), Damaged("bundle.altered", or "bundle.broken_within" where something
    was taken in before it).
    """
    reading = _Reading(journal, report)
    with told_truly(lambda: reading.kept):
        for item in items:
            _stop_if(cancelled)
            reading.take(item)
    return TakenBack(reading.accepted, reading.merged, reading.refused, reading.files, reading.pulled, reading.receipt)


class _Reading:
    """What an answer has come to so far."""

    def __init__(self, journal: Journal, report: Report) -> None:
        self._journal, self._report = journal, report
        self._follows: int | None = None
        self.accepted = self.merged = self.refused = self.files = self.pulled = 0
        self.kept = False
        self.receipt: Receipt | None = None

    def take(self, item: Item) -> None:
        """Act on one item; ``kept`` says from then on whether records, files or a receipt were."""
        match item:
            case Answering():
                self._begin(item)
            case Answers():
                settled = self._journal.settle(item.pushed.answers)
                self.accepted += settled.accepted
                self.merged += settled.merged
                self.refused += settled.refused
                self._report(self.accepted + self.merged + self.refused, 0)
            case FileAnswer():
                self._file(item)
            case Numbers():
                self._numbers(item)
            case Receipted():
                self._receipt(item.receipt)
            case Closing():
                pass
            case _:
                raise Damaged("bundle.altered")
        self.kept = self.kept or not isinstance(item, Answering)

    def _begin(self, said: Answering) -> None:
        if not OLDEST <= said.welcome.protocol <= VERSION:
            raise Refused("exchange.version", theirs=said.welcome.program, ours="")
        pin(self._journal, said.welcome, self._journal.trusted())
        self._journal.note_district(said.welcome.district, said.welcome.recipient, said.welcome.capabilities)
        self._follows = said.after

    def _file(self, said: FileAnswer) -> None:
        if not said.reason:
            self._journal.settle_file(said.digest)
            self.files += 1
        elif any(file.digest == said.digest for file in self._journal.unsent_files()):
            # Bytes of a record that was refused wait with it: only what the district knows the record of is held.
            self._journal.hold_file(said.digest, said.reason, said.values)

    def _numbers(self, said: Numbers) -> None:
        """Keep a pulled page; the cursor moves only where nothing was left out between it and the page."""
        if self._follows is None:
            raise Damaged("bundle.altered")
        at = self._journal.standing().cursor
        reaches = said.pulled.cursor if self._follows <= at else at
        self.pulled += self._journal.take(said.pulled.records, reaches)
        self._follows = said.pulled.cursor
        self._report(self.accepted + self.merged + self.refused + self.pulled, 0)

    def _receipt(self, given: Receipt) -> None:
        """The district's word is not taken for it: it is agreed where this store holds the same, proof where signed."""
        statement = of_receipt(given, self._journal.trusted())
        counts, digest = self._journal.tally(given.after, given.upto)
        same = counts == given.counts and digest == given.digest and given.store == self._journal.standing().store
        self.receipt = msgspec.structs.replace(given, agreed=given.agreed and same)
        self._journal.keep_receipt(self.receipt, statement if same else None)


def _stop_if(cancelled: Cancelled) -> None:
    if cancelled():
        raise Refused("bundle.cancelled")
