"""News as server-sent events: the same however the bytes come, and nothing but a number is ever believed."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.news import HEARTBEAT, EventReader, event, number
from sync.records.errors import Damaged


@given(st.lists(st.integers(0, 10**18 - 1)), st.data())
def test_a_stream_says_the_same_however_it_is_cut(numbers: list[int], data: st.DataObject) -> None:
    whole = HEARTBEAT + b"".join(event(seq) + HEARTBEAT for seq in numbers)
    reader, heard = EventReader(), []
    while whole:
        cut = data.draw(st.integers(1, len(whole)))
        heard += reader.feed(whole[:cut])
        whole = whole[cut:]
    assert heard == numbers


def test_fields_and_events_of_a_newer_district_are_passed_over() -> None:
    stream = b"retry: 10\r\n\r\nevent: farewell\ndata: soon\n\nid: 7\nevent: news\nmood: fine\ndata: 7\n\n"
    assert EventReader().feed(stream) == [7]


@pytest.mark.parametrize("said", ["", "x", "-1", "1.0", "١٢", "9" * 19, " 7"])
def test_what_is_no_number_of_the_district_is_no_news(said: str) -> None:
    with pytest.raises(Damaged):
        number(said)


@given(st.binary(max_size=400))
def test_any_bytes_are_news_nothing_or_damaged(stream: bytes) -> None:
    with contextlib.suppress(Damaged):
        assert all(seq >= 0 for seq in EventReader().feed(stream))


def test_a_line_without_an_end_is_not_gathered() -> None:
    with pytest.raises(Damaged):
        EventReader().feed(b"data: " + b"9" * 2000)
