"""What is said of today's records: a sentence that only a verified receipt gives, and what it does not cover."""

from __future__ import annotations

from desktop.store.proved import Lack, Today
from resources import Wording
from sync.records.times import to_minute


def headline(words: Wording, told: Today, key: str = "today") -> str:
    """Return "143 today, 143 signed for by the district"; nothing where no receipt was verified yet.

    ``key`` "signed_today" says it without the receipt's time, for a place with little room.
    """
    if told.proof is None:
        return ""
    at = to_minute(told.proof.at)
    if told.proof.differs:
        return words("receipts.copied")
    return words(f"receipts.{key}", written=told.written, signed=told.signed, at=at)


def lacking(words: Wording, told: Today) -> list[str]:
    """Return a line for each kind and reason that keeps records of today from being signed for, and for each gap."""
    gaps = told.proof.missing if told.proof else ()
    return [*lacks(words, told.lacks), *(words("receipts.missing", first=first, last=last) for first, last in gaps)]


def lacks(words: Wording, found: tuple[Lack, ...]) -> list[str]:
    """Return a line for each kind and reason."""
    return [words(f"receipts.lack_{one.standing}", kind=_kind(words, one.kind), count=one.count) for one in found]


def _kind(words: Wording, kind: str) -> str:
    return words(f"records.kind_{kind}") if words.has(f"records.kind_{kind}") else kind
