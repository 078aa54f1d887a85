"""Importing a station's bundle and writing the answer for the way back: the network's own functions, page by page.

Each page is one transaction and may be said again, so an import that was cut off is finished by the next one, and it
does not matter what came by network meanwhile. A bundle that comes a second time changes nothing and gets the same
receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from sync.protocol import bundle, bundle_reading, bundle_writing
from sync.protocol.bundle import (
    DOWN_SUFFIX,
    Answering,
    Answers,
    Closing,
    Direction,
    FileAnswer,
    FilePiece,
    Head,
    Item,
    Numbers,
    Page,
    Receipted,
    Sent,
)
from sync.protocol.bundle_reading import Opened
from sync.protocol.messages import Frame, MoveStore, Numbered, Pulled, Receipt, State
from sync.protocol.version import MAX_FILE_BYTES, MAX_PAGE_BYTES, MAX_PAGE_RECORDS
from sync.records.errors import Damaged, Refused
from sync.records.kinds import new_identity
from sync.server import attachments, exchange
from sync.server.bundle_keys import signing_secret
from sync.server.bundle_senders import sender_of
from sync.server.people_log import Event
from sync.server.program import PROGRAM
from sync.server.push import push
from sync.server.settings import Settings
from sync.server.station import Station
from sync.server.store import records
from sync.server.store.bundles import ImportedBundle, get_bundle, put_bundle
from sync.server.store.devices import cursor_of, set_status
from sync.server.store.log import write_log
from sync.server.store.receipts import get_receipt
from sync.server.store.store import DistrictStore

Report = Callable[[int], None]
"""Called with how many records were answered for."""

ABOUT_A_FILE: Final = frozenset(
    {"protocol.too_large", "protocol.bad_file", "protocol.no_such_file", "protocol.foreign_type"}
)
"""Refusals of one file's bytes: told in the answer; the rest goes on."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. ``again`` is when the same bundle was imported before; then nothing was new.

    ``retired``: the store that wrote it speaks under another id now, so its records were taken up and it gets no more.
    """

    bundle: str
    unit: str
    store: str
    sequence: int
    records: int
    refused: int
    files: int
    answers: tuple[Path, ...]
    receipt: str
    agreed: bool
    again: datetime | None = None
    retired: bool = False


@dataclass(slots=True)
class _Tally:
    """What is counted while the pages go by."""

    records: int = 0
    refused: int = 0
    files: int = 0
    receipt: Receipt | None = None
    recipient: str = ""
    retired: bool = False


@dataclass(slots=True)
class _Incoming:
    """A file that comes in pieces, each checked against the one before."""

    digest: str = ""
    size: int = 0
    content: bytearray = field(default_factory=bytearray)

    def add(self, piece: FilePiece) -> bool:
        """Take a piece and say whether the file is whole; Damaged where pieces do not follow each other."""
        if piece.start == 0:
            self.digest, self.size, self.content = piece.digest, piece.size, bytearray()
        follows = piece.digest == self.digest and piece.size == self.size and piece.start == len(self.content)
        if not follows or not 0 <= piece.size <= MAX_FILE_BYTES:
            raise Damaged("bundle.altered")
        self.content += piece.content
        if len(self.content) > self.size:
            raise Damaged("bundle.altered")
        return len(self.content) == self.size


def import_bundle(
    store: DistrictStore,
    settings: Settings,
    identity: str,
    files: Sequence[Path],
    out: Path,
    *,
    revoked: bool = False,
    part_bytes: int = bundle_writing.LARGEST_PART,
    report: Report = lambda _: None,
) -> Imported:
    """Import the bundle of which ``files`` are all parts and write the answer to ``out`` (or numbered files beside it).

    Everything about the files and their writer is checked before the first record is looked at; the refusals are those
    of `bundle_reading` and `sender_of`; where the inside makes no sense after the first page, that page stays, and
    Damaged("bundle.broken_within") says so. ``revoked`` takes up what a revoked device could not send any more.
    """
    opened = bundle_reading.open_bundle(files, Direction.UP)
    with store.read() as conn:
        station = sender_of(conn, opened, revoked=revoked)
        before = get_bundle(conn, opened.digest)
        secret = signing_secret(conn, settings)
    bundle_reading.check(opened)
    with closing(bundle_reading.items(opened, identity)) as said:  # whatever stops it, nothing goes on reading
        opening = next(said, None)
        if not isinstance(opening, Sent):
            raise Damaged("bundle.altered")
        tally = _Tally(recipient=opening.recipient)
        run = _Import(store, settings, opened, station, opening, before, tally, report)
        head = _answer_head(opened.head)
        answers = bundle.closed(run.answers(said))
        with bundle.told_truly(lambda: bool(tally.records or tally.files)):
            written = bundle_writing.write(
                answers, head, out.parent, _naming(out), opening.recipient, secret, part_bytes
            )
    receipt = tally.receipt
    return Imported(
        bundle=opened.head.bundle,
        unit=station.unit,
        store=opened.head.store,
        sequence=opened.head.sequence,
        records=tally.records,
        refused=tally.refused,
        files=tally.files,
        answers=written.files,
        receipt=receipt.id if receipt else "",
        agreed=bool(receipt and receipt.agreed),
        again=before.imported_at if before else None,
        retired=tally.retired,
    )


def _answer_head(head: Head) -> Head:
    return Head(
        direction=Direction.DOWN,
        bundle=new_identity(bundle.PREFIX),
        sequence=head.sequence,
        part=1,
        parts=1,
        district=head.district,
        store=head.store,
        device=head.device,
        at=datetime.now(UTC),
        program=PROGRAM,
        answers=head.bundle,
    )


def _naming(out: Path) -> bundle_writing.Naming:
    """One file has the name that was asked for; several have their number before the ending."""
    suffix = out.suffix or DOWN_SUFFIX
    return lambda part, parts: f"{out.stem}{suffix}" if parts == 1 else f"{out.stem}-{part}of{parts}{suffix}"


@dataclass(frozen=True, slots=True)
class _Import:
    """One run over a bundle's items; `answers` yields what goes back."""

    store: DistrictStore
    settings: Settings
    opened: Opened
    station: Station
    opening: Sent
    before: ImportedBundle | None
    tally: _Tally
    report: Report

    def answers(self, said: Iterator[Item]) -> Iterator[Item]:
        """Act on each item and yield the answer to it, then what the station does not have yet, and the receipt."""
        revoked = self.station.device.revoked_at is not None
        station = self.station if revoked else self._present(self.station)
        self.tally.retired = not revoked and station.device.store != self.opened.head.store
        if revoked or self.tally.retired:
            yield from self._judged(self._as_it_wrote(station), said)
            self._note()
            return
        hello = msgspec.structs.replace(self.opening.hello, store=station.device.store, now=datetime.now(UTC))
        welcome = exchange.hello(self.store, station, hello, self.settings, by_hand=True)
        self._knows(station)
        yield Answering(welcome, hello.cursor)
        yield from self._judged(station, said)
        cursor = hello.cursor
        for pulled in self._pulled(station, cursor):
            cursor = pulled.cursor
            yield Numbers(pulled)
        self.tally.receipt = self._receipt(station, cursor)
        yield Receipted(self.tally.receipt)
        self._note()

    def _present(self, station: Station) -> Station:
        """Return the station under the id by which it speaks now: a restored store may say its new one here.

        Refused ("protocol.foreign_store") where the writer is none of its stores, former ones among them.
        """
        head = self.opened.head
        if head.store != station.device.store and self.opening.former in station.stores:
            if head.store not in station.stores:
                exchange.move(self.store, station, MoveStore(self.opening.former, head.store), self.settings)
            with self.store.read() as conn:
                station = sender_of(conn, self.opened, revoked=False)
        if head.store not in station.stores:
            station.must_be(head.store)
        return station

    def _as_it_wrote(self, station: Station) -> Station:
        """Return the station under the id that it wrote under; it speaks no more.

        What was written after the last backup of a machine that broke may be on the stick alone (docs/adr/0051).
        """
        written = self.opened.head.store
        store = written if written in station.stores else station.device.store
        return replace(station, device=replace(station.device, store=store), late=True)

    def _knows(self, station: Station) -> None:
        """What the station had read when it wrote counts for the roles of its people, and never goes back."""
        with self.store.write() as conn:
            cursor = min(self.opening.hello.cursor, records.latest(conn))
            if cursor > cursor_of(conn, station.device.device):
                set_status(conn, station.device.device, cursor=cursor)

    def _judged(self, station: Station, said: Iterator[Item]) -> Iterator[Item]:
        incoming = _Incoming()
        for item in said:
            if isinstance(item, Page):
                page = msgspec.structs.replace(item.push, store=station.device.store, page=None)
                pushed = push(self.store, station, page, self.settings)
                self.tally.records += len(pushed.answers)
                self.tally.refused += sum(answer.state is State.REFUSED for answer in pushed.answers)
                self.report(self.tally.records)
                yield Answers(pushed)
            elif isinstance(item, FilePiece):
                if incoming.add(item):
                    yield self._file(station, item.digest, bytes(incoming.content))
                    incoming = _Incoming()
            elif not isinstance(item, Closing):
                raise Damaged("bundle.altered")
        if incoming.content:
            raise Damaged("bundle.altered")

    def _file(self, station: Station, digest: str, content: bytes) -> FileAnswer:
        try:
            attachments.take(self.store, station, digest, content)
        except Refused as error:
            if error.key not in ABOUT_A_FILE:
                raise
            return FileAnswer(digest, error.key)
        self.tally.files += 1
        return FileAnswer(digest)

    def _pulled(self, station: Station, cursor: int) -> Iterator[Pulled]:
        more = True
        while more:
            with self.store.read() as conn:
                page, cursor, more = records.pull(
                    conn, station.scopes, station.device.store, cursor, MAX_PAGE_RECORDS, MAX_PAGE_BYTES
                )
            numbered = [Numbered(n.seq, n.received_at, Frame.of(n.sealed)) for n in page]
            yield Pulled(numbered, cursor, more)

    def _receipt(self, station: Station, upto: int) -> Receipt:
        """Return the receipt that was given for this bundle, or one over all that the station will hold."""
        if self.before is not None:
            with self.store.read() as conn:
                given = get_receipt(conn, self.before.receipt)
            if given is not None:
                return given
        asked = msgspec.structs.replace(self.opening.asked, store=station.device.store)
        return exchange.receipt_by_hand(self.store, station, asked, upto, self.settings)

    def _note(self) -> None:
        head, tally, now = self.opened.head, self.tally, datetime.now(UTC)
        noted = ImportedBundle(
            digest=self.opened.digest,
            bundle=head.bundle[:64],
            store=head.store[:64],
            device=head.device,
            sequence=min(max(head.sequence, 0), 2**62),
            records=tally.records,
            refused=tally.refused,
            files=tally.files,
            receipt=tally.receipt.id if tally.receipt else "",
            imported_at=now,
        )
        detail = f"records={tally.records} refused={tally.refused} files={tally.files} sha256={self.opened.digest}"
        detail += " retired" if tally.retired else ""
        with self.store.write() as conn:
            put_bundle(conn, noted)
            write_log(conn, Event.BUNDLE_IMPORTED, at=now, subject=head.device, detail=detail)
