"""The journal that the exchange works on: what is unsent, what was answered, what was pulled, the receipts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.store import held, held_files, pulling, settling, tally, uploads
from desktop.store.files import read_file
from desktop.store.receipts import count_unsent as count_unsent
from desktop.store.receipts import list_receipts as list_receipts
from desktop.store.store import Store
from desktop.store.tables import file, link, record
from desktop.store.tables import receipt as receipts
from sync.client.journal import FileToSend, Settled, Standing
from sync.protocol.messages import Answer, Numbered, Receipt, State
from sync.records.canonical import Sealed, digest

CURSOR = "cursor"
RECEIPT_UPTO = "receipt_upto"
RECEIPT_CHAIN = "receipt_chain"
DISTRICT = "district"
RECIPIENT = "district_recipient"


class StoreJournal:
    """`sync.client.journal.Journal` over a `Store`: each method is one transaction and may be repeated."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def standing(self) -> Standing:
        """Return where the exchange stands, counted in the store."""
        with self._store.read() as reader:
            return Standing(
                store=reader.store,
                cursor=int(reader.meta(CURSOR) or 0),
                receipt_upto=int(reader.meta(RECEIPT_UPTO) or 0),
                receipt_chain=reader.meta(RECEIPT_CHAIN) or "",
                unsent=count_unsent(reader),
                held=held.count_held(reader),
            )

    def unsent(self, limit_records: int, limit_bytes: int, after: int) -> tuple[list[Sealed], int]:
        """Return the next unsent records after journal line ``after`` in the order of writing, and the last line."""
        asked = (
            select(record.c.line, record.c.kind, record.c.id, record.c.hash, record.c.salt, record.c.body)
            .where(record.c.state == "unsent", record.c.line > after)
            .order_by(record.c.line)
            .limit(limit_records)
        )
        found: list[Sealed] = []
        size, last = 0, after
        with self._store.read() as reader:
            for row in reader.conn.execute(asked, execution_options={"yield_per": 100}):
                size += len(row.body)
                if found and size > limit_bytes:
                    break
                found.append(Sealed(row.kind, row.id, row.hash, row.salt, row.body))
                last = row.line
        return found, last

    def settle(self, answers: Sequence[Answer]) -> Settled:
        """Settle or hold each record that an answer names by id *and* hash; other answers change nothing."""
        with self._store.write() as work:
            counted = settling.settle(work, answers)
        return Settled(counted[State.ACCEPTED], counted[State.MERGED], counted[State.REFUSED])

    def take(self, records: Sequence[Numbered], cursor: int) -> int:
        """Store pulled records and the cursor in one transaction; Damaged where one's hash is wrong."""
        pulling.must_be_intact(records)
        with self._store.write() as work:
            new = pulling.take(work, records)
            if cursor > int(work.meta(CURSOR) or 0):
                work.set_meta(CURSOR, str(cursor))
            work.changed("exchange")
        return new

    def tally(self, after: int, upto: int) -> tuple[dict[str, int], str]:
        """Return counts by kind and the digest over the records held with a district number in (after, upto]."""
        with self._store.read() as reader:
            lines = tally.numbered(reader, after, upto)
        return dict(sorted(Counter(kind for kind, _, _ in lines).items())), digest(lines)

    def keep_receipt(self, receipt: Receipt) -> None:
        """Keep the receipt; where it agrees, its numbers are where the next one starts."""
        row = {
            "id": receipt.id,
            "at": receipt.at,
            "agreed": int(receipt.agreed),
            "message": msgspec.json.encode(receipt),
        }
        with self._store.write() as work:
            work.conn.execute(insert(receipts).values(row).on_conflict_do_nothing())
            ours = receipt.store == work.store and receipt.after == int(work.meta(RECEIPT_UPTO) or 0)
            if receipt.agreed and ours:
                work.set_meta(RECEIPT_UPTO, str(receipt.upto))
                work.set_meta(RECEIPT_CHAIN, receipt.chain)
            work.changed("exchange")

    def unsent_files(self) -> Iterator[FileToSend]:
        """The files whose record was settled and that the district does not have yet, the smallest first."""
        asked = (
            select(file.c.digest, file.c.size, func.min(record.c.id).label("record"))
            .join_from(file, link, (link.c.subject == file.c.digest) & (link.c.via == "attachment.digest"))
            .join(record, record.c.line == link.c.line)
            .where(file.c.sent == 0, record.c.state == "settled")
            .group_by(file.c.digest, file.c.size)
            .order_by(file.c.size, file.c.digest)
        )
        with self._store.read() as reader:
            waits = held_files.held(reader)
            found = [FileToSend(*row) for row in reader.conn.execute(asked) if row.digest not in waits]
        yield from found

    def upload_of(self, digest: str) -> str:
        """The name of the upload under which these bytes were last sent; empty where none is noted."""
        with self._store.read() as reader:
            return uploads.upload_of(reader, digest)

    def note_upload(self, digest: str, name: str) -> None:
        """Note under which name the district takes these bytes, until they are settled or held."""
        with self._store.write() as work:
            uploads.note_upload(work, digest, name)

    def read_file(self, digest: str) -> bytes:
        """The bytes of one attachment."""
        with self._store.read() as reader:
            return read_file(reader, digest)

    def settle_file(self, digest: str) -> None:
        """The district has the bytes: it answered with this digest."""
        with self._store.write() as work:
            work.conn.execute(update(file).where(file.c.digest == digest).values(sent=1))
            uploads.note_upload(work, digest, "")

    def hold_file(self, digest: str, reason: str, values: Mapping[str, object]) -> None:
        """The district will not have the bytes: held with its reason until a person sends them again."""
        with self._store.write() as work:
            held_files.hold(work, digest, reason, values)
            uploads.note_upload(work, digest, "")

    def note_district(self, district: str, recipient: str) -> None:
        """The district says who it is and whom bundles are encrypted to; an empty word leaves what was known."""
        said = {DISTRICT: district, RECIPIENT: recipient}
        with self._store.read() as reader:
            new = {name: value for name, value in said.items() if value and value != reader.meta(name)}
        if new:
            with self._store.write() as work:
                for name, value in new.items():
                    work.set_meta(name, value)
