"""The one-time code on the desk's screen that a department scans to prove that it is there (到场码).

A code is ``QSA1.`` and, in base64url, a statement signed with the desk's key for the purpose ``arrival``
(sync/protocol/signed.py makes and opens it; the keys are those of station_keys.py). The statement names the order, the
department, a nonce and the time. Whoever takes a scan opens it with `trusted_keys`, then asks `check_arrival`; a reply
keeps the whole code, so that anybody can check it later, without a network.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sync.records.errors import RuleBroken
from sync.records.ids import prefix_of
from sync.records.station_keys import Published

PURPOSE: Final = "arrival"
PREFIX: Final = "QSA1."
PATH: Final = "/arrive/"
"""Where the district's pages take a scan: this, and the code behind it."""
SIGNED_HEAD: Final = 100
"""Bytes that stand before the statement in signed bytes: mark, key, signature."""
GOOD_FOR: Final = timedelta(minutes=10)
"""How long a code may be scanned; the desk shows a fresh one before that."""
LONGEST: Final = 600


@dataclass(frozen=True, slots=True)
class ArrivalCode:
    """What a code says: somebody of ``department`` stood before the desk's screen at ``at`` because of ``order``."""

    order: str
    department: str
    nonce: str
    at: datetime

    def statement(self) -> bytes:
        """Return what is signed: four words parted by a blank."""
        return f"{self.order} {self.department} {self.nonce} {int(self.at.timestamp())}".encode("ascii")


def written(signed: bytes) -> str:
    """Return signed bytes as the code that stands in the QR and in a reply."""
    return PREFIX + base64.urlsafe_b64encode(signed).decode().rstrip("=")


def signed_of(code: str) -> bytes:
    """Return the signed bytes of a code, or of the address that ends with one."""
    text = "".join(code.split()).rsplit("/", 1)[-1]
    if not text.startswith(PREFIX) or len(text) > LONGEST:
        raise RuleBroken("records.arrival_code_unreadable", field="arrival_code")
    text = text.removeprefix(PREFIX)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise RuleBroken("records.arrival_code_unreadable", field="arrival_code") from error


def said_in(statement: bytes) -> ArrivalCode:
    """Return what a statement says; RuleBroken("records.arrival_code_unreadable") where it is none."""
    try:
        order, department, nonce, seconds = statement.decode("ascii").split(" ")
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise RuleBroken("records.arrival_code_unreadable", field="arrival_code") from error
    if not prefix_of(order) or not prefix_of(department) or not nonce:
        raise RuleBroken("records.arrival_code_unreadable", field="arrival_code")
    return ArrivalCode(order, department, nonce, at)


def claimed(code: str) -> ArrivalCode:
    """Return what a code says without asking who signed it: enough for a fold over replies that were checked."""
    return said_in(signed_of(code)[SIGNED_HEAD:])


def trusted_keys(published: Iterable[Published], unit: str) -> frozenset[bytes]:
    """Return the public keys by which desks of the issuing ``unit`` sign, revoked ones left out."""
    return frozenset(k.public for k in published if k.unit == unit and k.revoked_at is None)


def check_arrival(code: ArrivalCode, order: str, department: str, now: datetime, used: Collection[str]) -> None:
    """Refuse, with one sentence, what proves nothing: another order or department, an old code, one that was used."""
    if code.order != order:
        raise RuleBroken("records.arrival_code_other_order", field="arrival_code")
    if code.department != department:
        raise RuleBroken("records.arrival_code_other_department", field="arrival_code")
    if code.nonce in used:
        raise RuleBroken("records.arrival_code_used", field="arrival_code")
    if not -GOOD_FOR <= now - code.at <= GOOD_FOR:
        raise RuleBroken("records.arrival_code_old", field="arrival_code")
