"""Signed receipts: what a district says that it has, as bytes that anybody checks later with its public key alone.

A receipt speaks of two things: the records with a district number in (after, upto] of the station's scope, by counts
and digest, and of the station's own journal, up to which ordinal it came without a gap and to which link its chain had
then grown (sync.records.chain).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeVar

import msgspec

from sync.protocol import signed
from sync.protocol.messages import Receipt
from sync.records.canonical import canonical
from sync.records.errors import Damaged, Refused

T = TypeVar("T")
RECEIPT: Final = "receipt"
SUCCESSION: Final = "succession"
TIME: Final = "time"
MOST_SUCCESSIONS: Final = 100


class Told(msgspec.Struct, frozen=True):
    """What the district has of one store's journal: whole up to ordinal ``upto``, where the chain's ``link`` (hex) is.

    ``missing`` are the ordinals, first and last, that later ones left out; ``forked`` how many ordinals came twice with
    different records, as from two copies of one store.
    """

    store: str
    upto: int
    link: str
    missing: tuple[tuple[int, int], ...] = ()
    forked: int = 0


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt's content. ``number`` is the district's own count of its receipts; the rest as in messages.Receipt."""

    district: str
    number: int
    id: str
    store: str
    unit: str
    after: int
    upto: int
    counts: dict[str, int]
    digest: str
    agreed: bool
    chain: str
    at: datetime
    journals: tuple[Told, ...] = ()

    def journal(self, store: str) -> Told | None:
        """Return what is told of ``store``'s journal."""
        return next((told for told in self.journals if told.store == store), None)


class Succession(msgspec.Struct, frozen=True, kw_only=True):
    """The former key's word that ``public`` (hex) signs for ``district`` from now on."""

    district: str
    public: str
    at: datetime


def sign(statement: Statement, secret: bytes) -> bytes:
    """Return the receipt as a self-contained value: canonical bytes under the district's signature."""
    return signed.sign(RECEIPT, canonical(msgspec.to_builtins(statement)), secret)


def verified(data: bytes, trusted: Collection[bytes]) -> Statement:
    """Return what a signed receipt says, checked by signature; Damaged and Refused as `signed.opened` says.

    The same bytes under the same keys are checked once: where nothing changes, the same receipt is given for days.
    """
    return _verified(data, tuple(trusted))


@lru_cache(4096)
def _verified(data: bytes, trusted: tuple[bytes, ...]) -> Statement:
    return _decoded(signed.opened(RECEIPT, data, trusted), Statement)


def of_receipt(receipt: Receipt, trusted: Collection[bytes]) -> Statement | None:
    """Return what is signed in ``receipt``, None where nothing is (a district of version 0.1).

    Damaged ("protocol.signed_forged") where the message around it says anything else.
    """
    if not receipt.signed:
        return None
    statement = verified(receipt.signed, trusted)
    if any(getattr(statement, name) != getattr(receipt, name) for name in _SAID_TWICE):
        raise Damaged("protocol.signed_forged")
    return statement


_SAID_TWICE: Final = ("id", "store", "unit", "after", "upto", "counts", "digest", "agreed", "chain", "at")


class TimeSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The district's word to ``store`` that it is ``at``: it proves nothing of what either end holds."""

    district: str
    store: str
    at: datetime


def sign_time(said: TimeSaid, secret: bytes) -> bytes:
    """Return the time as a self-contained value under the district's signature."""
    return signed.sign(TIME, canonical(msgspec.to_builtins(said)), secret)


def time_of(data: bytes, trusted: Collection[bytes]) -> TimeSaid:
    """Return which time is signed in ``data``; Damaged and Refused as `signed.opened` says."""
    return _decoded(signed.opened(TIME, data, trusted), TimeSaid)


def succeed(district: str, public: bytes, at: datetime, former: bytes) -> bytes:
    """Return the word of the ``former`` secret key that ``public`` takes its place."""
    said = Succession(district=district, public=public.hex(), at=at)
    return signed.sign(SUCCESSION, canonical(msgspec.to_builtins(said)), former)


def follow(pinned: bytes, key: bytes, successions: Sequence[bytes]) -> list[bytes]:
    """Return the keys after ``pinned`` up to ``key``, each signed for by the one before; empty where it is the same.

    Refused ("exchange.district_key_changed") where no such way leads there.
    """
    found: list[bytes] = []
    now = pinned
    for said in successions[:MOST_SUCCESSIONS]:
        if now == key:
            break
        if signed.signer_of(said) == now:
            now = _public(_decoded(signed.opened(SUCCESSION, said, (now,)), Succession))
            found.append(now)
    if now != key:
        raise Refused("exchange.district_key_changed", fingerprint=signed.fingerprint(key))
    return found


def _public(said: Succession) -> bytes:
    try:
        return bytes.fromhex(said.public)
    except ValueError as error:
        raise Damaged("protocol.signed_unreadable") from error


def _decoded(statement: bytes, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(statement, type=type_)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Damaged("protocol.signed_unreadable") from error
