"""Names keep their characters and get one separator; telephones get one form; text stays to the letter."""

from __future__ import annotations

import pytest

from sync.records.errors import RuleBroken
from sync.records.names import mask_name, normal_name
from sync.records.telephones import mask_phone, normal_phone, split_phones, written_phone
from sync.records.text import check_text, unshowable


@pytest.mark.parametrize(
    "written",
    [
        "阿依古丽•艾合买提",
        "阿依古丽‧艾合买提",
        "阿依古丽・艾合买提",
        "阿依古丽．艾合买提",
        "阿依古丽 · 艾合买提",
        "阿依古丽.艾合买提",
        "阿依古丽··艾合买提",
    ],
)
def test_every_separator_becomes_the_one_of_the_standard(written: str) -> None:
    assert normal_name(written) == "阿依古丽\u00b7艾合买提"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("  许婷平 ", "许婷平"),
        ("张　三", "张三"),
        ("ＭÜＬＬＥＲ  JÜRGEN", "MÜLLER JÜRGEN"),
        ("O'BRIEN SEAN", "O'BRIEN SEAN"),
        ("SMITH J. R.", "SMITH J. R."),
        ("段伟𣸣", "段伟𣸣"),
        ("\ufeff丁国𫖮\u200b", "丁国𫖮"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("﨎田", "﨎田"),
        ("\U000323af\ue863", "\U000323af\ue863"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_name_keeps_its_characters_and_loses_only_padding(written: str, stored: str) -> None:
    assert normal_name(written) == stored
    assert normal_name(stored) == stored


def test_a_name_may_have_a_hundred_code_points_above_the_first_plane() -> None:
    assert len(normal_name("𪚥" * 100)) == 100
    with pytest.raises(RuleBroken, match="name_long"):
        normal_name("𪚥" * 101)


@pytest.mark.parametrize("bad", ["\0", "\x1b", "\x85", "\u202e", "\u2066", "\ud800", "\ufffe", "\U0001ffff"])
def test_what_cannot_be_shown_truly_is_refused_in_names_and_in_text(bad: str) -> None:
    for check in (normal_name, check_text):
        with pytest.raises(RuleBroken) as caught:
            check(f"张{bad}三")
        assert caught.value.key == "records.text_unshowable"
        assert caught.value.values["code"] == f"U+{ord(bad):04X}"


def test_a_text_that_python_calls_printable_holds_nothing_that_is_refused() -> None:
    refused = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)}
    refused |= {code for code in range(0x110000) if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code < 0xFDF0}
    assert not [code for code in refused if chr(code).isprintable()]
    assert all(unshowable(chr(code), lines=False) for code in refused)


def test_text_is_kept_to_the_letter() -> None:
    text = ' =HYPERLINK("x")\r\n\t第二行  ①㈱ﾊ，\u200dé e\u0301 ؛\u200f '
    assert check_text(text) == text


def test_masks_cut_at_code_points() -> None:
    assert mask_name("𪚥三丰") == "𪚥*"
    assert mask_name("葛\U000e0100城") == "葛\U000e0100*"
    assert mask_name("") == ""


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("１４０３８５４１１７９", "14038541179"),
        ("140-4634-0952", "14046340952"),
        ("+86 138 1234 5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("(0755) 2345-6789", "075523456789"),
        ("010-12345678转801", "01012345678-801"),
        ("0755-23456789-801", "075523456789-801"),
        ("2345678", "2345678"),
        ("12345", "12345"),
        ("400-123-4567", "4001234567"),
        ("+852 9123 4567", "+85291234567"),
        ("85291234567", "+85291234567"),
        ("0084 91 234 56 78", "+84912345678"),
        ("＋84 912345678", "+84912345678"),
        ("不详", ""),
        ("", ""),
    ],
)
def test_telephones_get_one_form(written: str, stored: str) -> None:
    assert normal_phone(written) == stored
    assert normal_phone(stored) == stored


@pytest.mark.parametrize(
    "written", ["很多", "13", "1381234567", "138123456789", "+0123456", "+1234567890123456", "138a2345678"]
)
def test_what_is_no_telephone_is_refused(written: str) -> None:
    with pytest.raises(RuleBroken, match="phone_unreadable"):
        normal_phone(written)


def test_a_cell_may_hold_several_numbers() -> None:
    assert split_phones("13812345678、0755-23456789/13812345678；+84912345678") == (
        "13812345678",
        "075523456789",
        "+84912345678",
    )


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("13812345678 13912345678", ("13812345678", "13912345678")),
        ("138 1234 5678", ("13812345678",)),
        ("+86 138 1234 5678", ("13812345678",)),
        ("13812345678　０７５５－２３４５６７８９", ("13812345678", "075523456789")),
        ("无", ()),
    ],
)
def test_a_space_parts_two_numbers_only_where_both_are_whole(written: str, numbers: tuple[str, ...]) -> None:
    assert split_phones(written) == numbers


def test_a_telephone_is_masked_but_for_its_ends() -> None:
    assert mask_phone("13812340000") == "138****0000"
    assert mask_phone("12345") == "***45"


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("075523456789", "0755-23456789"),
        ("01065001234", "010-65001234"),
        ("075523456789-801", "0755-23456789-801"),
        ("13812345678", "13812345678"),
        ("+85291234567", "+85291234567"),
        ("12345", "12345"),
        ("", ""),
    ],
)
def test_papers_set_an_area_code_apart_and_the_number_reads_back_as_the_same(stored: str, written: str) -> None:
    assert written_phone(stored) == written
    assert normal_phone(written) == stored
