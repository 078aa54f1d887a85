"""The code that the desk shows on its screen when a department arrives, and that the department scans (到场码)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from desktop.actions.desk import Desk
from desktop.actions.signing_keys import stamp
from desktop.store.store import Reader
from sync.protocol.signed import sign
from sync.records.arrival_codes import GOOD_FOR, PATH, PURPOSE, ArrivalCode, written
from sync.records.errors import Refused, RuleBroken
from sync.records.orders import DispatchOrder

FRESH: Final = GOOD_FOR - timedelta(minutes=2)
"""How long one code stays on the screen before another takes its place."""
_NONCE_BYTES: Final = 9


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code as text, and what its QR says: the address of the district's pages with it, where that is known."""

    code: ArrivalCode
    text: str
    address: str


def show_arrival_code(desk: Desk, order_id: str, department: str, district: str = "") -> ShownCode:
    """Return a fresh code for ``department``; ``district`` is the address of its pages.

    Refused("proof.no_keys") at a desk that keeps no key: its staff witness the arrival themselves.
    """
    with desk.store.read() as reader:
        order = _order(reader, order_id)
    if department not in order.departments:
        raise RuleBroken("actions.not_ordered", field="department")
    if desk.keys is None:
        raise Refused("proof.no_keys")
    stamp(desk)  # a desk that has printed nothing yet announces its key now
    secret = desk.keys.signing_secret(desk.store.key_id)
    code = ArrivalCode(order_id, department, secrets.token_urlsafe(_NONCE_BYTES), desk.now())
    text = written(sign(PURPOSE, code.statement(), secret))
    return ShownCode(code, text, f"{district.rstrip('/')}{PATH}{text}" if district else text)


def _order(reader: Reader, order_id: str) -> DispatchOrder:
    order = reader.find(order_id, DispatchOrder)
    if order is None:
        raise Refused("store.no_such_record", id=order_id)
    return order
