"""The journal that the exchange works on: what is unsent, what was answered, what was pulled, the receipts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from desktop.store import chain, district_keys, held, held_files, proved, pulling, settling, tally, uploads
from desktop.store.columns import to_micros
from desktop.store.files import read_file
from desktop.store.files import send_again as send_files_again
from desktop.store.later import answer_moved
from desktop.store.projections import THROUGH, naming
from desktop.store.proved import CURSOR, RECEIPT_UPTO
from desktop.store.reader import Reader
from desktop.store.receipts import count_unsent as count_unsent
from desktop.store.receipts import list_receipts as list_receipts
from desktop.store.store import Store
from desktop.store.work import Work
from sync.client.journal import Concluded, FileToSend, Left, Settled, Standing
from sync.protocol.messages import Answer, Frame, Numbered, Receipt, State
from sync.protocol.receipts import Statement
from sync.records.canonical import Sealed, digest

RECEIPT_CHAIN = "receipt_chain"
DISTRICT = "district"
RECIPIENT = "district_recipient"
CAPABILITIES = "district_capabilities"


_FRAME = "record.line, record.ordinal, written.hash, record.kind, record.id, record.hash, record.salt, record.body"
_UNSENT = f"""
    SELECT {_FRAME} FROM waiting CROSS JOIN record ON record.line = waiting.line
    LEFT JOIN written ON written.line = record.line WHERE waiting.line >= ?1
    UNION ALL
    SELECT {_FRAME} FROM record LEFT JOIN written ON written.line = record.line
    WHERE record.state = 'unsent' AND record.line > {THROUGH} AND record.line >= ?1
    ORDER BY record.line LIMIT ?2
"""  # noqa: S608 our own words
_MISSING = """
    UPDATE record SET state = 'unsent'
    WHERE state IN ('settled', 'held') AND line >= ? AND ordinal BETWEEN ? AND ?
"""
_FILES_AMONG = """
    SELECT json_extract(CAST(body AS TEXT), '$.digest') FROM record
    WHERE kind = 'attachment' AND readable = 1 AND line >= ? AND ordinal BETWEEN ? AND ?
"""
_HELD_AMONG = """
    SELECT id FROM record WHERE state = 'held' AND kind = 'step' AND line >= ? AND ordinal BETWEEN ? AND ?
"""
_RECEIPT = "INSERT INTO receipt (id, at, agreed, message) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_SENT_FILE = "UPDATE file SET sent = 1 WHERE digest = ?"
_UNSENT_FILES = f"""
    SELECT file.digest, file.size, min(record.id)
    FROM file JOIN link ON {naming("file.digest")} AND link.via = 'attachment.digest'
    JOIN record ON record.line = link.line
    WHERE file.sent = 0 AND record.state = 'settled'
    GROUP BY file.digest, file.size ORDER BY file.size, file.digest
"""  # noqa: S608 our own words


class StoreJournal:
    """`sync.client.journal.Journal` over a `Store`: each method is one transaction and may be repeated.

    ``anchor`` notes how this desk's clock stands to a time that the district has just signed; without it nothing is.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.anchor: Callable[[Work, datetime], None] | None = None
        self._signed_at: datetime | None = None

    def standing(self) -> Standing:
        """Return where the exchange stands, counted in the store."""
        with self._store.read() as reader:
            noted = reader.metas(
                CURSOR, RECEIPT_UPTO, RECEIPT_CHAIN, CAPABILITIES, DISTRICT, RECIPIENT, district_keys.KEYS
            )
            return Standing(
                store=reader.store,
                cursor=int(noted.get(CURSOR, 0)),
                receipt_upto=int(noted.get(RECEIPT_UPTO, 0)),
                receipt_chain=noted.get(RECEIPT_CHAIN, ""),
                unsent=count_unsent(reader),
                held=held.count_held(reader),
                capabilities=frozenset(noted.get(CAPABILITIES, "").split()),
                district=noted.get(DISTRICT, ""),
                recipient=noted.get(RECIPIENT, ""),
                trusted=district_keys.keys_in(noted.get(district_keys.KEYS)),
            )

    def unsent(self, limit_records: int, limit_bytes: int, after: int) -> tuple[list[Sealed], int]:
        """Return the records of `frames` as they are kept."""
        found, last = self.frames(limit_records, limit_bytes, after)
        return [frame.sealed() for frame in found], last

    def frames(self, limit_records: int, limit_bytes: int, after: int) -> tuple[list[Frame], int]:
        """Return the next unsent records after journal line ``after`` in the order of writing, and the last line."""
        found: list[Frame] = []
        size, last = 0, after
        with self._store.read() as reader:
            ours = chain.journal_from(reader.sql)
            rows = reader.sql(_UNSENT, (after + 1, limit_records))
            for line, ordinal, wrote, kind, record_id, hash_, salt, body in rows:
                size += len(body)
                if found and size > limit_bytes:
                    break
                told = ordinal or 0 if line >= ours else 0
                found.append(Frame(kind, record_id, hash_, salt, body, ordinal=told, wrote=wrote or b""))
                last = line
            rows.close()
        return found, last

    def send_missing(self, spans: Sequence[tuple[int, int]]) -> int:
        """Have the records with these ordinals sent again; returns how many those are."""
        with self._store.write() as work:
            ours = chain.journal_from(work.sql)
            asked = [(ours, first, last) for first, last in spans]
            answers = [step for among in asked for (step,) in work.sql(_HELD_AMONG, among)]
            changed = sum(int(work.sql(_MISSING, among).rowcount) for among in asked)
            send_files_again(
                work, [digest for among in asked for (digest,) in work.sql(_FILES_AMONG, among).fetchall()]
            )
            answer_moved(work, answers)
            work.changed("exchange")
        return changed

    def trusted(self) -> tuple[bytes, ...]:
        """Return the district's public keys that receipts are believed by, the present one last."""
        with self._store.read() as reader:
            return district_keys.trusted(reader)

    def trust(self, keys: Sequence[bytes]) -> None:
        """Believe these further keys, the last one from now on."""
        with self._store.write() as work:
            district_keys.trust(work, keys)

    def expects(self, key: bytes) -> bool:
        """Whether a person has said at this station that this is the district's new key."""
        with self._store.read() as reader:
            return district_keys.expects(reader, key)

    def settle(self, answers: Sequence[Answer]) -> Settled:
        """Settle or hold each record that an answer names by id *and* hash; other answers change nothing."""
        with self._store.write() as work:
            return _settle(work, answers)

    def take(self, records: Sequence[Numbered], cursor: int) -> int:
        """Store pulled records and the cursor in one transaction; Damaged where one's hash is wrong."""
        pulling.must_be_intact(records)
        with self._store.write() as work:
            return _take(work, records, cursor)

    def tally(self, after: int, upto: int) -> tuple[dict[str, int], str]:
        """Return counts by kind and the digest over the records held with a district number in (after, upto]."""
        with self._store.read() as reader:
            return _tally(reader, after, upto)

    def keep_receipt(self, receipt: Receipt, statement: Statement | None = None) -> bool:
        """Keep the receipt; where it agrees, its numbers are where the next one starts.

        Returns whether ``statement``, which was verified, proves what this journal wrote.
        """
        with self._store.write() as work:
            return _keep_receipt(work, receipt, statement)

    def hear(self, at: datetime) -> None:
        """Keep for the next transaction that the district has just signed a time."""
        self._signed_at = at

    def conclude(
        self,
        answers: Sequence[Answer],
        records: Sequence[Numbered],
        cursor: int,
        receipt: Receipt | None,
        statement: Statement | None,
    ) -> Concluded:
        """Settle, store and keep the receipt in one transaction; none where nothing is new."""
        pulling.must_be_intact(records)
        with self._store.read() as reader:
            news = answers or records or cursor > int(reader.meta(CURSOR) or 0)
            if not news and (receipt is None or (statement and _stands(reader, receipt, statement))):
                return Concluded(Settled(), 0, receipt is not None, receipt is not None)
        with self._store.write() as work:
            self._note_time(work)
            settled = _settle(work, answers)
            new = _take(work, records, cursor)
            if receipt is None or not _fits(work, receipt):
                return Concluded(settled, new)
            return Concluded(settled, new, True, _keep_receipt(work, receipt, statement))

    def _note_time(self, work: Work) -> None:
        if self._signed_at is not None and self.anchor is not None:
            self.anchor(work, self._signed_at)
        self._signed_at = None

    def unsent_files(self) -> Iterator[FileToSend]:
        """The files whose record was settled and that the district does not have yet, the smallest first."""
        with self._store.read() as reader:
            found = _unsent_files(reader)
        yield from found

    def left(self) -> Left:
        """Return what an exchange leaves behind."""
        with self._store.read() as reader:
            files = _unsent_files(reader)
            return Left(count_unsent(reader), held.count_held(reader), len(files), sum(file.size for file in files))

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
            work.sql(_SENT_FILE, (digest,))
            uploads.note_upload(work, digest, "")

    def hold_file(self, digest: str, reason: str, values: Mapping[str, object]) -> None:
        """The district will not have the bytes: held with its reason until a person sends them again."""
        with self._store.write() as work:
            held_files.hold(work, digest, reason, values)
            uploads.note_upload(work, digest, "")

    def note_district(self, district: str, recipient: str, capabilities: Sequence[str]) -> None:
        """Note who the district is, whom bundles are encrypted to, what it can now; empty words change nothing."""
        said = {name: word for name, word in ((DISTRICT, district), (RECIPIENT, recipient)) if word}
        said[CAPABILITIES] = " ".join(capabilities)
        with self._store.read() as reader:
            known = reader.metas(*said)
        new = {name: value for name, value in said.items() if value != known.get(name)}
        if new:
            with self._store.write() as work:
                for name, value in new.items():
                    work.set_meta(name, value)


def _settle(work: Work, answers: Sequence[Answer]) -> Settled:
    counted = settling.settle(work, answers) if answers else Counter[State]()
    return Settled(counted[State.ACCEPTED], counted[State.MERGED], counted[State.REFUSED])


def _take(work: Work, records: Sequence[Numbered], cursor: int) -> int:
    head = work.chain_head()
    work.pulled = True
    new = pulling.take(work, records)
    if new:
        work.pass_over(head)
    if cursor > int(work.meta(CURSOR) or 0):
        work.set_meta(CURSOR, str(cursor))
    work.changed("exchange")
    return new


def _unsent_files(reader: Reader) -> list[FileToSend]:
    rows = reader.sql(_UNSENT_FILES).fetchall()
    waits = held_files.held(reader) if rows else {}
    return [FileToSend(*row) for row in rows if row[0] not in waits]


def _tally(reader: Reader, after: int, upto: int) -> tuple[dict[str, int], str]:
    lines = tally.numbered(reader, after, upto) if upto > after else []
    return dict(sorted(Counter(kind for kind, _, _ in lines).items())), digest(lines)


def _fits(reader: Reader, receipt: Receipt) -> bool:
    """Whether a receipt that the district agreed to is over what is held here since the last one, up to the cursor."""
    after, upto = int(reader.meta(RECEIPT_UPTO) or 0), int(reader.meta(CURSOR) or 0)
    if not receipt.agreed or (receipt.store, receipt.after, receipt.upto) != (reader.store, after, upto):
        return False
    return (receipt.counts, receipt.digest) == _tally(reader, after, upto)


def _stands(reader: Reader, receipt: Receipt, statement: Statement) -> bool:
    """Whether this is the receipt that was kept and verified last, which proves this journal and all that came down."""
    proof, noted = proved.last_proof(reader), reader.metas(CURSOR, RECEIPT_UPTO, RECEIPT_CHAIN)
    if proof is None or proof.missing or proof.differs:
        return False
    upto = str(receipt.upto)
    known = (proof.id, noted.get(CURSOR), noted.get(RECEIPT_UPTO), noted.get(RECEIPT_CHAIN))
    return known == (receipt.id, upto, upto, receipt.chain) == (statement.id, upto, upto, receipt.chain)


def _keep_receipt(work: Work, receipt: Receipt, statement: Statement | None) -> bool:
    row = receipt.id, to_micros(receipt.at), int(receipt.agreed), msgspec.json.encode(receipt)
    work.sql(_RECEIPT, row)
    ours = receipt.store == work.store and receipt.after == int(work.meta(RECEIPT_UPTO) or 0)
    if receipt.agreed and ours:
        work.set_meta(RECEIPT_UPTO, str(receipt.upto))
        work.set_meta(RECEIPT_CHAIN, receipt.chain)
    work.changed("exchange")
    return statement is not None and proved.note(work, statement)


def known_capabilities(reader: Reader) -> frozenset[str]:
    """Return what the district last said that it can (sync.protocol.version)."""
    return frozenset((reader.meta(CAPABILITIES) or "").split())
