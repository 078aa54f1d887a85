"""Han characters: the 87,887 of GB 18030-2022, private use, descriptions of what has no code."""

from __future__ import annotations

import pytest

from sync.records.ideographs import descriptions, gb18030_han, parts_wanted, private_use, standard_of, to_standard


def test_gb_18030_has_87887_characters_each_once() -> None:
    every = list(gb18030_han())
    assert len(every) == len(set(every)) == 87_887


def test_private_use_is_found_and_what_an_edition_had_is_replaced() -> None:
    assert private_use("张\ue81e三\ue000\U0010fffd\ue000") == "\ue81e\ue000\U0010fffd"
    assert standard_of("\ue81e") == "龴"
    assert standard_of("\ue000") == ""
    assert to_standard("\ue81e\ue816\ue7c7\ue000") == "龴𠂇ḿ\ue000"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王⿰氵林", ["⿰氵林"]),
        ("⿱⿰木木林與⿳亠口冋𠮷", ["⿱⿰木木林", "⿳亠口冋"]),
        ("⿰氵", []),
        ("张⿰", []),
        ("⿻大\u2ffe人好", ["⿻大\u2ffe人"]),
        ("王三", []),
    ],
)
def test_a_description_is_whole_or_none(text: str, found: list[str]) -> None:
    assert descriptions(text) == found


def test_only_operators_want_parts() -> None:
    assert [parts_wanted(c) for c in "⿰⿳\u2fff氵a"] == [2, 3, 1, 0, 0]
