"""Dates, times and amounts as papers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from desktop.printing.moments import (
    capital_money_words,
    count_words,
    day_words,
    minutes_words,
    moment_words,
    money_words,
)


def test_a_date_has_no_padding() -> None:
    assert day_words(date(2026, 3, 5)) == "2026年3月5日"


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-8)), timezone(timedelta(hours=8))])
def test_a_moment_is_written_at_beijing_time_from_any_zone(zone: timezone) -> None:
    moment = datetime(2026, 3, 5, 16, 30, tzinfo=UTC).astimezone(zone)
    assert moment_words(moment) == "2026年3月6日0时30分"
    assert moment_words(moment + timedelta(minutes=35)) == "2026年3月6日1时05分"


def test_minutes_become_hours_only_where_nothing_is_left() -> None:
    assert [minutes_words(minutes) for minutes in (0, 30, 60, 90, 120)] == [
        "0分钟",
        "30分钟",
        "1小时",
        "90分钟",
        "2小时",
    ]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "零"), (3, "三"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九"), (100, "100")]
)
def test_counts_are_written_in_chinese_numerals(number: int, words: str) -> None:
    assert count_words(number) == words


@pytest.mark.parametrize(
    ("fen", "digits", "capitals"),
    [
        (0, "0.00元", "零元整"),
        (5, "0.05元", "伍分"),
        (50, "0.50元", "伍角整"),
        (105, "1.05元", "壹元零伍分"),
        (150, "1.50元", "壹元伍角整"),
        (31_000_000, "310,000.00元", "叁拾壹万元整"),
        (1_001_000, "10,010.00元", "壹万零壹拾元整"),
        (10_010_001, "100,100.01元", "壹拾万零壹佰元零壹分"),
        (10_000_000_000, "100,000,000.00元", "壹亿元整"),
        (10_001_000_000, "100,010,000.00元", "壹亿零壹万元整"),
        (123_456_789_012_345, "1,234,567,890,123.45元", "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"),
        (-5_000, "-50.00元", "负伍拾元整"),
    ],
)
def test_amounts_are_written_in_digits_and_in_capitals(fen: int, digits: str, capitals: str) -> None:
    assert money_words(fen) == digits
    assert capital_money_words(fen) == capitals
