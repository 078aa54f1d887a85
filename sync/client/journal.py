"""What the exchange needs of a station's store: a promise that the real store and the tests' memory both keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sync.protocol.messages import Answer, Frame, Numbered, Receipt
from sync.protocol.receipts import Statement


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the exchange stands: the district's number up to which was pulled, and the last agreed receipt.

    ``capabilities`` is what the district last said that it can, ``district`` who it is and ``recipient`` whom bundles
    are encrypted to; ``trusted`` are its public keys that receipts are believed by, the present one last.
    """

    store: str
    cursor: int
    receipt_upto: int
    receipt_chain: str
    unsent: int
    held: int
    capabilities: frozenset[str] = frozenset()
    district: str = ""
    recipient: str = ""
    trusted: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """What an exchange leaves behind: records, and ``files`` of ``bytes`` in all that are still to go up."""

    unsent: int
    held: int
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Settled:
    """How many answers of one page were of which state."""

    accepted: int = 0
    merged: int = 0
    refused: int = 0

    def __add__(self, other: Settled) -> Settled:
        return Settled(self.accepted + other.accepted, self.merged + other.merged, self.refused + other.refused)


@dataclass(frozen=True, slots=True)
class Concluded:
    """What came of the answer to a whole exchange; ``kept`` is whether the receipt fits what is held here then."""

    settled: Settled
    new: int
    kept: bool = False
    proved: bool = False


@dataclass(frozen=True, slots=True)
class FileToSend:
    """Bytes that the district does not have yet, by their SHA-256, and an attachment record of ours that names them."""

    digest: str
    size: int
    record: str


class Journal(Protocol):
    """Each method is one transaction; each may be repeated after a stop without harm."""

    def standing(self) -> Standing:
        """Return where the exchange stands, counted in the store."""
        ...

    def trusted(self) -> tuple[bytes, ...]:
        """Return the district's public keys that receipts are believed by, the present one last; none before any."""
        ...

    def trust(self, keys: Sequence[bytes]) -> None:
        """Believe these further keys, the last one from now on; a fingerprint that was expected has come true."""
        ...

    def expects(self, key: bytes) -> bool:
        """Whether a person has said at this station that this is the district's new key."""
        ...

    def frames(self, limit_records: int, limit_bytes: int, after: int) -> tuple[list[Frame], int]:
        """Return the next unsent records after journal line ``after`` in the order of writing, and the last line.

        At least one record where any is left, even if it is larger than ``limit_bytes``.
        """
        ...

    def settle(self, answers: Sequence[Answer]) -> Settled:
        """Settle or hold each record that an answer names by id *and* hash; other answers change nothing."""
        ...

    def send_missing(self, spans: Sequence[tuple[int, int]]) -> int:
        """Have the records with these ordinals, first and last, sent again; returns how many those are."""
        ...

    def take(self, records: Sequence[Numbered], cursor: int) -> int:
        """Store pulled records (each checked with `Sealed.intact`) and the cursor in one transaction.

        Returns how many were new. A record that cannot be read is kept and passed on; one whose hash is wrong
        raises Damaged and nothing of the page is stored.
        """
        ...

    def tally(self, after: int, upto: int) -> tuple[dict[str, int], str]:
        """Return counts by kind and the digest over the records held with a district number in (after, upto]."""
        ...

    def keep_receipt(self, receipt: Receipt, statement: Statement | None = None) -> bool:
        """Keep the receipt; where it agrees, its numbers are where the next one starts.

        ``statement`` is what was verified of it. Returns whether it proves what this journal wrote up to what it tells:
        it agrees, and its link is the journal's own.
        """
        ...

    def hear(self, at: datetime) -> None:
        """The district has just signed ``at``: that is noted with what is written next, and nothing is for it alone."""
        ...

    def conclude(
        self,
        answers: Sequence[Answer],
        records: Sequence[Numbered],
        cursor: int,
        receipt: Receipt | None,
        statement: Statement | None,
    ) -> Concluded:
        """Settle, store and keep the receipt as `settle`, `take` and `keep_receipt` do, in one transaction.

        A receipt is kept only where it is over what is held here after that, from the last receipt on up to ``cursor``;
        one that stands here already is kept, and nothing is written where nothing is new.
        """
        ...

    def unsent_files(self) -> Iterator[FileToSend]:
        """The files whose record was settled and that the district does not have yet, the smallest first."""
        ...

    def left(self) -> Left:
        """Return what is left behind now, files among it as `unsent_files` has them."""
        ...

    def upload_of(self, digest: str) -> str:
        """The name of the upload under which these bytes were last sent; empty where none is noted."""
        ...

    def note_upload(self, digest: str, name: str) -> None:
        """Note under which name the district takes these bytes, until they are settled or held."""
        ...

    def read_file(self, digest: str) -> bytes:
        """The bytes of one attachment."""
        ...

    def settle_file(self, digest: str) -> None:
        """The district has the bytes: it answered with this digest."""
        ...

    def hold_file(self, digest: str, reason: str, values: Mapping[str, object]) -> None:
        """Keep why the district will not have these bytes; they are not unsent until a person sends them again."""
        ...

    def note_district(self, district: str, recipient: str, capabilities: Sequence[str]) -> None:
        """The district says its unit, whom bundles are encrypted to (age; empty where it takes none), what it can."""
        ...
