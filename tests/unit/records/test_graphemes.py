"""A character is never divided: not by a cut, not by a mask, not by a mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records.graphemes import boundary, characters, cut, utf16_length
from sync.records.names import mask_name

PIECES = (
    "葛\U000e0100",
    "𠮷",
    "e\u0301\u0323",
    "⿰氵林",
    "⿱⿰木木林",
    "张",
    "a",
    "𠮷\ufe00",
    "👩\u200d👦",
    "👍\U0001f3fd",
    " ",
)
TEXT = st.lists(st.sampled_from(PIECES), max_size=30)


@given(TEXT)
def test_pieces_are_characters_and_together_the_text(pieces: list[str]) -> None:
    assert characters("".join(pieces)) == pieces


@given(TEXT, st.integers(0, 80))
def test_a_cut_and_a_boundary_divide_no_character(pieces: list[str], at: int) -> None:
    text = "".join(pieces)
    ends = {sum(map(len, pieces[:count])) for count in range(len(pieces) + 1)}
    kept = cut(text, at)
    assert text.startswith(kept)
    assert len(kept) <= at
    assert len(kept) in ends
    assert len(kept) == max(end for end in ends if end <= at)
    assert boundary(text, at) == min((end for end in ends if end >= at), default=len(text))


@given(st.text(max_size=60), st.integers(0, 70))
def test_any_text_may_be_cut(text: str, at: int) -> None:
    assert "".join(characters(text)) == text
    assert len(cut(text, at)) <= at
    assert at >= len(text) or boundary(text, at) >= at


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("葛\U000e0100飾", "葛\U000e0100*"),
        ("𠮷野", "𠮷*"),
        ("⿰氵林三", "⿰氵林*"),
        ("e\u0301a", "e\u0301*"),
        ("", ""),
    ],
)
def test_a_mask_shows_one_whole_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_utf16_counts_two_units_for_what_lies_beyond_the_first_plane() -> None:
    assert utf16_length("张𠮷a") == 4 == len("张𠮷a".encode("utf-16-le")) // 2
