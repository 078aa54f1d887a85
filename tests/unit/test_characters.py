"""Rare characters are found by what a clerk knows of them."""

from __future__ import annotations

import pytest

from desktop.actions.characters import MOST, _components, described, find_characters, replaced, unknown_private
from sync.records.errors import RuleBroken
from sync.records.ideographs import gb18030_han


def texts(query: str) -> list[str]:
    return [character.text for character in find_characters(query).characters]


@pytest.mark.parametrize("query", ["U+20BB7", "u+20bb7", "20BB7", "0x20BB7", "#134071", "&#x20BB7;", "Ｕ＋２０ＢＢ７"])
def test_by_code_point_however_it_is_written(query: str) -> None:
    assert texts(query) == ["𠮷"]


def test_digits_alone_may_be_hexadecimal_or_decimal() -> None:
    assert texts("40856") == ["龘"]
    assert texts("20013") == ["中", "𠀓"]


@pytest.mark.parametrize("query", ["U+D800", "U+FFFF", "U+0007", "U+202E", "U+110000"])
def test_a_code_point_that_no_text_may_hold_is_refused_by_name(query: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        find_characters(query)
    assert refused.value.key == "characters.no_code"


def test_a_private_use_code_point_gives_the_standard_character_or_is_refused() -> None:
    assert texts("U+E81E") == ["龴"]
    with pytest.raises(RuleBroken) as refused:
        find_characters("U+E000")
    assert refused.value.key == "characters.private_use"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("yan", "䶮"),
        ("yan 9", "䶮"),
        ("di 页", "𬱖"),
        ("页 di", "𬱖"),
        ("氵林", "淋"),
        ("氵木木", "淋"),
        ("水林", "淋"),
        ("王旬", "珣"),
        ("金鑫", "鑫"),
        ("士口 6画", "吉"),
        ("土口", "𠮷"),
        ("⿰氵林", "淋"),
        ("lv", "吕"),
        ("15画 言", "誰"),
    ],
)
def test_by_reading_strokes_and_parts_together(query: str, wanted: str) -> None:
    found = find_characters(query)
    assert wanted in [c.text for c in found.characters] or found.count > MOST, found.count


def test_the_fewest_strokes_come_first() -> None:
    strokes = [character.strokes for character in find_characters("龙").characters]
    assert strokes == sorted(strokes)
    assert {"龙", "龍", "龘"} <= set(texts("龍"))


def test_what_is_no_word_is_refused_by_name() -> None:
    with pytest.raises(RuleBroken) as refused:
        find_characters("xyzzy")
    assert (refused.value.key, refused.value.values) == ("characters.no_word", {"word": "xyzzy"})
    assert find_characters("  ").count == 0


def test_every_character_of_gb_18030_has_its_strokes_and_is_found_by_a_part() -> None:
    assert [c for c in gb18030_han() if not described(c).strokes] == []
    parted = set("".join(_components().values()))
    assert len([c for c in gb18030_han() if c not in parted]) < 30


def test_private_use_is_replaced_where_gb_18030_says_by_what() -> None:
    assert replaced("张\ue81e\ue000") == "张龴\ue000"
    assert unknown_private("张\ue81e\ue000") == "\ue000"
