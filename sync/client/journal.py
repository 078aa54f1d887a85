"""What the exchange needs of a station's store: a promise that the real store and the tests' memory both keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sync.protocol.messages import Answer, Numbered, Receipt
from sync.records.canonical import Sealed


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the exchange stands: the district's number up to which was pulled, and the last agreed receipt."""

    store: str
    cursor: int
    receipt_upto: int
    receipt_chain: str
    unsent: int
    held: int


@dataclass(frozen=True, slots=True)
class Settled:
    """How many answers of one page were of which state."""

    accepted: int = 0
    merged: int = 0
    refused: int = 0

    def __add__(self, other: Settled) -> Settled:
        return Settled(self.accepted + other.accepted, self.merged + other.merged, self.refused + other.refused)


class Journal(Protocol):
    """Each method is one transaction; each may be repeated after a stop without harm."""

    def standing(self) -> Standing:
        """Return where the exchange stands, counted in the store."""
        ...

    def unsent(self, limit_records: int, limit_bytes: int, after: int) -> tuple[list[Sealed], int]:
        """Return the next unsent records after journal line ``after`` in the order of writing, and the last line.

        At least one record where any is left, even if it is larger than ``limit_bytes``.
        """
        ...

    def settle(self, answers: Sequence[Answer]) -> Settled:
        """Settle or hold each record that an answer names by id *and* hash; other answers change nothing."""
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

    def keep_receipt(self, receipt: Receipt) -> None:
        """Keep the receipt; where it agrees, its numbers are where the next one starts."""
        ...

    def unsent_files(self) -> Iterator[tuple[str, int]]:
        """Digest and size of attachment bytes whose record was settled and that the district does not have yet."""
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
