"""Arrival codes: signed by the desk, opened by anybody, good for one order, one department, one time."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from sync.protocol.signed import opened, public_of, sign
from sync.records.arrival_codes import (
    GOOD_FOR,
    PURPOSE,
    SIGNED_HEAD,
    ArrivalCode,
    check_arrival,
    claimed,
    said_in,
    signed_of,
    trusted_keys,
    written,
)
from sync.records.errors import Damaged, RuleBroken
from sync.records.kinds import UNIT_PREFIX, new_id, new_identity
from sync.records.station_keys import Published, key_id

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SECRET = bytes(range(32))
CODE = ArrivalCode(new_id("dispatch_order"), new_identity(UNIT_PREFIX), "k7m2x9", NOW)


def test_a_code_says_what_the_desk_signed_and_a_changed_letter_is_seen() -> None:
    text = written(sign(PURPOSE, CODE.statement(), SECRET))
    for scanned in (text, f"https://district.example/arrive/{text}", f" {text}\n"):
        assert said_in(opened(PURPOSE, signed_of(scanned), {public_of(SECRET)})) == CODE
    assert claimed(text) == CODE
    assert len(sign(PURPOSE, CODE.statement(), SECRET)) - len(CODE.statement()) == SIGNED_HEAD
    forged = text[:-8] + ("A" if text[-8] != "A" else "B") + text[-7:]
    with pytest.raises(Damaged):
        opened(PURPOSE, signed_of(forged), {public_of(SECRET)})


@pytest.mark.parametrize("text", ["", "QSA1.", "QSA1.!!!", "QS1:ABC", "QSA1." + "A" * 700, "QSA1.QUJD"])
def test_what_is_no_code_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(RuleBroken, match="arrival_code_unreadable"):
        claimed(text)


@pytest.mark.parametrize(
    ("code", "used", "said"),
    [
        (CODE, (), ""),
        (dataclasses.replace(CODE, order=new_id("dispatch_order")), (), "arrival_code_other_order"),
        (dataclasses.replace(CODE, department=new_identity(UNIT_PREFIX)), (), "arrival_code_other_department"),
        (CODE, (CODE.nonce,), "arrival_code_used"),
        (dataclasses.replace(CODE, at=NOW - GOOD_FOR - timedelta(seconds=1)), (), "arrival_code_old"),
        (dataclasses.replace(CODE, at=NOW + GOOD_FOR + timedelta(seconds=1)), (), "arrival_code_old"),
    ],
)
def test_a_code_is_good_once_for_one_order_department_and_time(code: ArrivalCode, used: tuple[str], said: str) -> None:
    if not said:
        check_arrival(code, CODE.order, CODE.department, NOW, used)
        return
    with pytest.raises(RuleBroken, match=said):
        check_arrival(code, CODE.order, CODE.department, NOW, used)


def test_only_keys_of_the_issuing_unit_that_were_not_revoked_are_trusted() -> None:
    def key(n: int, unit: str, revoked: datetime | None = None) -> Published:
        public = bytes([n]) * 32
        return Published(key_id(public), public, unit, "sto_1", NOW, revoked_at=revoked)

    assert trusted_keys([key(1, "uni_1"), key(2, "uni_2"), key(3, "uni_1", NOW)], "uni_1") == {bytes([1]) * 32}
