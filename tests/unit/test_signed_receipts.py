"""A signed receipt is believed as a whole and from its own district, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import receipts, signed
from sync.protocol.messages import Receipt
from sync.protocol.receipts import Statement, Told, follow, of_receipt, succeed, verified
from sync.records.chain import first_link, next_link
from sync.records.errors import Damaged, QianshaoError, Refused

SECRET, OTHER, THIRD = bytes(range(32)), bytes(range(1, 33)), bytes(range(2, 34))
PUBLIC = signed.public_of(SECRET)
AT = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
SAID: dict[str, Any] = {
    "id": "rcp_1",
    "store": "sto_1",
    "unit": "uni_1",
    "after": 0,
    "upto": 9,
    "counts": {"visit": 3},
    "digest": "d",
    "agreed": True,
    "chain": "c",
    "at": AT,
}
OTHERWISE: dict[str, Any] = {
    **dict.fromkeys(("id", "store", "unit", "digest", "chain"), "x"),
    "after": 1,
    "upto": 10,
    "counts": {"visit": 4},
    "agreed": False,
    "at": AT.replace(day=28),
}
STATEMENT = Statement(district="uni_0", number=7, journals=(Told("sto_1", 3, "00", ((4, 5),)),), **SAID)
SIGNED = receipts.sign(STATEMENT, SECRET)


def test_what_was_signed_is_read_back_as_it_was_said() -> None:
    assert verified(SIGNED, [PUBLIC]) == STATEMENT
    assert STATEMENT.journal("sto_1") == Told("sto_1", 3, "00", ((4, 5),))
    assert STATEMENT.journal("sto_2") is None
    assert receipts.sign(STATEMENT, SECRET) == SIGNED


@given(at=st.integers(0, len(SIGNED) - 1), bit=st.integers(0, 7))
def test_one_altered_bit_anywhere_is_found(at: int, bit: int) -> None:
    altered = bytearray(SIGNED)
    altered[at] ^= 1 << bit
    with pytest.raises(QianshaoError):
        verified(bytes(altered), [PUBLIC])


@given(length=st.integers(0, len(SIGNED) - 1))
def test_a_receipt_cut_off_anywhere_is_none(length: int) -> None:
    with pytest.raises(QianshaoError):
        verified(SIGNED[:length], [PUBLIC])


def test_another_districts_receipt_is_not_taken() -> None:
    with pytest.raises(Refused, match=r"protocol\.signed_by_another"):
        verified(receipts.sign(STATEMENT, OTHER), [PUBLIC])


def test_what_was_signed_for_another_purpose_is_no_receipt() -> None:
    with pytest.raises(Damaged, match=r"protocol\.signed_forged"):
        verified(signed.sign("stick", b"{}", SECRET), [PUBLIC])
    with pytest.raises(Damaged, match=r"protocol\.signed_unreadable"):
        verified(signed.sign(receipts.RECEIPT, b"{}", SECRET), [PUBLIC])


@pytest.mark.parametrize("field", list(SAID))
def test_a_message_that_says_anything_else_than_its_signed_part_is_forged(field: str) -> None:
    told = Receipt(**SAID, signed=SIGNED)
    assert of_receipt(told, [PUBLIC]) == STATEMENT
    with pytest.raises(Damaged, match=r"protocol\.signed_forged"):
        of_receipt(msgspec.structs.replace(told, **{field: OTHERWISE[field]}), [PUBLIC])


def test_a_receipt_of_an_older_district_is_unsigned_and_no_proof() -> None:
    assert of_receipt(Receipt(**SAID), [PUBLIC]) is None


def test_a_new_key_is_followed_where_each_former_one_signed_for_the_next() -> None:
    publics = [signed.public_of(s) for s in (SECRET, OTHER, THIRD)]
    words = [succeed("uni_0", publics[1], AT, SECRET), succeed("uni_0", publics[2], AT, OTHER)]
    assert follow(publics[0], publics[0], words) == []
    assert follow(publics[0], publics[2], words) == publics[1:]
    assert follow(publics[1], publics[2], words) == publics[2:]
    for wrong in ([], words[:1], [succeed("uni_0", publics[2], AT, THIRD)], [words[1], words[0]]):
        with pytest.raises(Refused, match=r"exchange\.district_key_changed"):
            follow(publics[0], publics[2], wrong)
    with pytest.raises(Damaged):
        follow(publics[0], publics[1], [words[0][:-1] + b"x"])


def test_the_chain_of_a_journal_tells_order_and_content() -> None:
    one, two = ("vis_1", bytes(32)), ("vis_2", bytes(32))
    begin = first_link("sto_1")
    assert next_link(next_link(begin, *one), *two) != next_link(next_link(begin, *two), *one)
    assert first_link("sto_2") != begin
    assert next_link(begin, "vis_1", bytes(32)) != next_link(begin, "vis_1", bytes(31) + b"1")


def test_a_fingerprint_is_short_enough_to_be_read_out() -> None:
    assert len(signed.fingerprint(PUBLIC).split()) == 8
