"""Dates as clerks write them, and the numbers of papers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records.errors import RuleBroken
from sync.records.numbers import ReadNumber, desk_suffix, format_number, read_number
from sync.records.papers import Series
from sync.records.times import BEIJING, parse_day, parse_moment


@pytest.mark.parametrize(
    "written",
    [
        "2026-3-5",
        "2026.3.5",
        "2026/3/5",
        "2026年3月5日",
        "２０２６．０３．０５",
        "20260305",
        "2026年3月5号",
        " 2026-03-05 ",
        "2026年3月5日（星期四）",
    ],
)
def test_every_way_to_write_a_day_is_read(written: str) -> None:
    assert parse_day(written) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [
        ("2026.3.5 15:15", 15, 15),
        ("2026/3/5 9时30分", 9, 30),
        ("2026年3月5日下午3点", 15, 0),
        ("２０２６年３月５日９时３０分", 9, 30),
        ("2026-3-5 下午3点半", 15, 30),
        ("2026-3-5 晚上8点一刻", 20, 15),
        ("2026-3-5 中午12点", 12, 0),
        ("2026-3-5 中午1点", 13, 0),
        ("2026-3-5 凌晨12:05", 0, 5),
        ("2026-3-5 3:20 PM", 15, 20),
        ("2026-03-05T15:15:00+08:00", 15, 15),
        ("2026-03-05T07:15:00Z", 15, 15),
        ("2026-03-05 15：15：00", 15, 15),
        ("2026-03-05", 0, 0),
        ("2026年3月5日(周四)上午9:05", 9, 5),
    ],
)
def test_every_way_to_write_a_time_is_read(written: str, hour: int, minute: int) -> None:
    assert parse_moment(written).astimezone(BEIJING) == datetime(2026, 3, 5, hour, minute, tzinfo=BEIJING)


def test_midnight_at_the_end_of_a_day_is_the_next_day() -> None:
    assert parse_moment("2026-02-28 24:00") == datetime(2026, 3, 1, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("2026-02-30 09:00", "records.date_impossible"),
        ("2026-13-01", "records.date_impossible"),
        ("0026-01-01", "records.date_impossible"),
        ("2026-3-5 25:00", "records.time_impossible"),
        ("2026-3-5 12:60", "records.time_impossible"),
        ("26.3.5", "records.date_unreadable"),
        ("2026-3.5", "records.date_unreadable"),
        ("昨天", "records.date_unreadable"),
        ("", "records.date_unreadable"),
        ("2026-3-5 一会儿", "records.date_unreadable"),
        ("٢٠٢٦-٠٣-٠٥", "records.date_unreadable"),
    ],
)
def test_what_is_no_time_is_refused_with_a_sentence(written: str, key: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        parse_moment(written, field="happened_at")
    assert (caught.value.key, caught.value.field) == (key, "happened_at")


def test_a_zone_other_than_beijings_can_be_given() -> None:
    assert parse_moment("2026-3-5 7:15", UTC) == parse_moment("2026-3-5 15:15")


def test_numbers_are_written_as_their_papers_print_them() -> None:
    assert format_number(Series.AGREEMENT, "光明", 2026, 12) == "(2026)光明人调字第12号"
    assert format_number(Series.ORDER, "光明", 2026, 12) == "(2026)光明发令第12号"
    assert format_number(Series.VISIT, "光明", 2026, 12) == "光明登2026-000012"
    assert format_number(Series.AGREEMENT, "光明", 2026, 3, "K7MQ") == "(2026)光明人调字第3-K7MQ号"
    with pytest.raises(ValueError):
        format_number(Series.VISIT, "光明", 2026, 0)


def test_a_desk_always_has_the_same_suffix_and_two_desks_have_two() -> None:
    assert desk_suffix("sto_a") == desk_suffix("sto_a")
    assert len({desk_suffix(f"sto_{n}") for n in range(100)}) == 100


@given(
    series=st.sampled_from(Series),
    unit=st.text(max_size=12) | st.sampled_from(["光明", "登2026-000001", "(2026)光明发令第1号", "人调字第", ""]),
    year=st.integers(1, 9999),
    serial=st.integers(1, 1 << 31),
    end=st.sampled_from(["", desk_suffix("sto_1"), desk_suffix("sto_2")]),
)
def test_a_number_says_again_what_it_was_made_of(series: Series, unit: str, year: int, serial: int, end: str) -> None:
    assert read_number(format_number(series, unit, year, serial, end)) == ReadNumber(series, year, serial, end)


@pytest.mark.parametrize(
    "text", ["", "光明登2026", "光明登2026-", "2026光明人调字第12号", "(2026)光明人调字第12", "12"]
)
def test_what_is_no_number_is_read_as_none(text: str) -> None:
    assert read_number(text) is None
