"""报送 by stick: a bundle of everything that waits, written by a person's act, and the district's answer read back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from desktop.actions.arrivals import Arrival, Failing, NotingJournal
from desktop.actions.audit import note
from desktop.actions.care import after_many
from desktop.actions.day_end import MOVED, program, secret_text
from desktop.actions.desk import Desk
from desktop.actions.mass_change import limit_of
from desktop.actions.signing_keys import stamp
from desktop.actions.turns import a_persons_turn
from desktop.changes import Changes
from desktop.config import Home
from desktop.keys import Keys
from desktop.store.bundles import (
    LAST_READ,
    LAST_WRITTEN,
    Waiting,
    known_district,
    next_sequence,
    waiting,
    waiting_files,
)
from desktop.store.identity import RESTORED_FROM
from sync.client import bundles
from sync.client.day_end import DayEndCancelled
from sync.protocol import age, bundle, bundle_reading, bundle_writing
from sync.protocol.bundle import UP_SUFFIX, Direction, FilePiece, Head, Item
from sync.protocol.bundle_writing import LARGEST_PART, MB
from sync.protocol.signed import public_of
from sync.records.audit import AuditAction
from sync.records.errors import Refused
from sync.records.kinds import new_identity
from sync.records.ownership import TRAVELLING

Report = Callable[[int, int], None]
"""Records done, and of how many (0: nobody knows)."""

_A_RECORD: Final = 200
"""Bytes that a record takes besides its content, at the most; content takes less than half of itself."""


class StickJournal(NotingJournal):
    """`sync.client.bundles.BundleJournal` over a `Store`; what would change much at once is asked as at day end."""

    def waiting_files(self) -> Iterator[tuple[str, int]]:
        """Digest and size of bytes that the district does not have, those of unsent records too; none that are held."""
        with self._store.read() as reader:
            found = waiting_files(reader)
        yield from found


@dataclass(frozen=True, slots=True)
class WrittenBundle:
    """Where the bundle is and what it took along. The records stay unsent here until an answer comes back."""

    files: tuple[Path, ...]
    sequence: int
    records: int
    attachments: int
    size: int


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """What an answer settled; ``agreed`` is None where it brought no receipt (a device that was revoked).

    ``arrivals`` are the orders and replies that it brought.
    """

    sequence: int
    accepted: int
    refused: int
    attachments: int
    pulled: int
    unsent: int
    held: int
    agreed: bool | None
    at: datetime
    changes: Changes
    arrivals: tuple[Arrival, ...] = ()


@dataclass(frozen=True, slots=True)
class StickStanding:
    """What waits, whether a bundle can be written, and when the last one was written and answered ("" for never)."""

    waits: Waiting
    ready: bool
    written_at: str
    written_sequence: int
    read_sequence: int


def stick_standing(desk: Desk) -> StickStanding:
    """Return how it stands with bundles at this desk."""
    with desk.store.read() as reader:
        written = json.loads(reader.meta(LAST_WRITTEN) or "{}")
        return StickStanding(
            waits=waiting(reader),
            ready=all(known_district(reader)),
            written_at=written.get("at", ""),
            written_sequence=written.get("sequence", 0),
            read_sequence=int(reader.meta(LAST_READ) or 0),
        )


def write_bundle(
    desk: Desk,
    home: Home,
    keys: Keys,
    folder: Path,
    *,
    part_mb: int = 0,
    report: Report = lambda _done, _total: None,
    cancelled: Callable[[], bool] = bool,
) -> WrittenBundle:
    """Write everything that waits to ``folder``; the station's log says so before anything leaves.

    No exchange is made while the records are read: what the bundle says of this store holds at one moment.
    Refused: "actions.not_enrolled", "bundle.no_district_key", "bundle.no_folder", "bundle.no_room", "bundle.disk_full",
    "bundle.cancelled", or much would be erased or rewritten (MassChange); Unavailable("bundle.stick_gone",
    "channel.other_exchange"). Whatever stops it leaves no file.
    """
    if not home.settings.device:
        raise Refused("actions.not_enrolled")
    with ExitStack() as turn:
        turn.enter_context(_turn(home, cancelled))
        return _written(desk, home, keys, folder, part_mb, report, cancelled, turn.close)


def _written(
    desk: Desk,
    home: Home,
    keys: Keys,
    folder: Path,
    part_mb: int,
    report: Report,
    cancelled: Callable[[], bool],
    records_read: Callable[[], None],
) -> WrittenBundle:
    """Write the bundle; ``records_read`` is called once no record is read any more, files take longer."""
    with desk.store.read() as reader:
        unit, recipient = known_district(reader)
        waits = waiting(reader)
        former = _former(reader.meta(RESTORED_FROM), reader.meta(MOVED), desk.store.id)
    if not unit or not recipient:
        raise Refused("bundle.no_district_key")
    journal = StickJournal(desk.store, limit_of(home))
    journal.must_be_usual()  # before the log says that it goes
    part_bytes = part_mb * MB or LARGEST_PART
    bundle_writing.check_room(folder, _need(waits))
    stamp(replace(desk, keys=keys))  # the key is announced by a record that travels along
    secret = keys.signing_secret(desk.store.key_id)
    head = _head(desk, home, keys, unit, secret, waits)
    carried = bundles.Carried()
    said = bundles.outgoing(journal, program(), _recipient(desk, keys), former, carried, report, cancelled)
    said = _telling_of_files(said, records_read)
    stem = f"{head.at:%Y%m%d}-{desk.store.id[-6:]}-{head.sequence:04d}"
    written = bundle_writing.write(
        bundle.closed(said),
        head,
        folder,
        lambda part, parts: f"{stem}{UP_SUFFIX}" if parts == 1 else f"{stem}-{part}of{parts}{UP_SUFFIX}",
        recipient,
        secret,
        part_bytes,
    )
    with desk.store.write() as work:
        work.set_meta(LAST_WRITTEN, json.dumps({"at": head.at.isoformat(), "sequence": head.sequence}))
    return WrittenBundle(written.files, head.sequence, carried.records, carried.files, written.size)


def read_answer(
    desk: Desk,
    home: Home,
    keys: Keys,
    files: Sequence[Path],
    *,
    report: Report = lambda _done, _total: None,
    cancelled: Callable[[], bool] = bool,
    failing: Failing = lambda _: None,
) -> ReadAnswer:
    """Read the district's answer: what it answers for is settled or held, what it brings kept, its receipt compared.

    Reading it again changes nothing. Refused: "bundle.foreign_store", "bundle.wrong_district",
    "bundle.foreign_district", the refusals of sync.protocol.bundle_reading, and MassChange before a page is kept that
    would erase or rewrite much: what stood before it stays, the rest comes by reading the answer again. It is taken in
    as an exchange is made, one at a time: Unavailable("channel.other_exchange"), Refused("bundle.cancelled").
    ``failing`` hears what was settled and taken before it ended by an error.
    """
    opened = bundle_reading.open_bundle(files, Direction.DOWN)
    head = opened.head
    with desk.store.read() as reader:
        unit, _ = known_district(reader)
    if head.store != desk.store.id:
        raise Refused("bundle.foreign_store")
    if unit and head.district != unit:
        raise Refused("bundle.wrong_district")
    bundle_reading.check(opened)
    identity = keys.bundle_identity(desk.store.key_id)
    journal = StickJournal(desk.store, limit_of(home))
    with (
        journal.telling(failing, TRAVELLING),
        _turn(home, cancelled),
        closing(bundle_reading.items(opened, identity)) as items,  # whatever stops it, nothing goes on reading
    ):
        said = bundles.signed_by_district(journal, opened.key, items)
        back = bundles.take_back(journal, said, report, cancelled)
        standing = journal.standing()  # what the answer left, before the log's own line
        _note_answer(desk, head, back)
    after_many(desk.store, back.pulled)
    came = journal.came(TRAVELLING)
    return ReadAnswer(
        sequence=head.sequence,
        accepted=back.accepted + back.merged,
        refused=back.refused,
        attachments=back.files,
        pulled=back.pulled,
        unsent=standing.unsent,
        held=standing.held,
        agreed=back.receipt.agreed if back.receipt else None,
        at=back.receipt.at if back.receipt else head.at,
        changes=came.changes,
        arrivals=came.arrivals,
    )


@contextmanager
def _turn(home: Home, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Nothing else settles records meanwhile, as at day end (actions/turns.py)."""
    try:
        with a_persons_turn(home, cancelled=cancelled):
            yield
    except DayEndCancelled as error:
        raise Refused("bundle.cancelled") from error


def _telling_of_files(items: Iterable[Item], records_read: Callable[[], None]) -> Iterator[Item]:
    told = False
    for item in items:
        if not told and isinstance(item, FilePiece):
            told = True
            records_read()
        yield item


def _former(restored_from: str | None, moved: str | None, store: str) -> str:
    former = (restored_from or "").split()
    return (moved or former[-1]) if former and moved != store else ""


def _need(waits: Waiting) -> int:
    return waits.record_bytes // 2 + waits.records * _A_RECORD + waits.file_bytes + MB


def _recipient(desk: Desk, keys: Keys) -> str:
    """Return whom the answer is to be encrypted to; the identity behind it is made for the first bundle."""
    try:
        identity = keys.bundle_identity(desk.store.key_id)
    except Refused:
        identity = age.new_identity()
        keys.set_bundle_identity(desk.store.key_id, identity)
    return age.recipient_of(identity)


def _head(desk: Desk, home: Home, keys: Keys, unit: str, secret: bytes, waits: Waiting) -> Head:
    """Number the bundle and log it, so that the entry travels with it."""
    device = home.settings.device
    digest = hashlib.sha256(secret_text(keys.device_secret(desk.store.key_id)).encode()).digest()
    name = new_identity(bundle.PREFIX)
    with desk.store.write() as work:
        sequence = next_sequence(work)
        detail = f"bundle={name} sequence={sequence} records={waits.records} files={waits.files}"
        note(work, desk.made(), AuditAction.EXPORTED, "bundle", detail)
    return Head(
        direction=Direction.UP,
        bundle=name,
        sequence=sequence,
        part=1,
        parts=1,
        district=unit,
        store=desk.store.id,
        device=device,
        at=desk.now(),
        program=program(),
        proof=bundle.prove(digest, public_of(secret), desk.store.id, device),
    )


def _note_answer(desk: Desk, head: Head, back: bundles.TakenBack) -> None:
    counts = f"accepted={back.accepted + back.merged} refused={back.refused} pulled={back.pulled}"
    with desk.store.write() as work:
        if back.receipt is not None and work.meta(RESTORED_FROM):
            work.set_meta(MOVED, desk.store.id)  # the district heard of the new id by this bundle
        if head.sequence > int(work.meta(LAST_READ) or 0):
            work.set_meta(LAST_READ, str(head.sequence))
        note(work, desk.made(), AuditAction.IMPORTED, "bundle", f"bundle={head.answers} {counts}")
