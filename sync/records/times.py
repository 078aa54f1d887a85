"""Dates and times as clerks write them, read at a fixed +08:00 (no zone data is needed)."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from sync.records.errors import RuleBroken
from sync.records.text import half_width

BEIJING: Final = timezone(timedelta(hours=8), "+08:00")
FIRST_YEAR: Final = 1850
LAST_YEAR: Final = 2200

_DAY: Final = re.compile(
    r"(?P<y>[0-9]{4})\s*(?:年\s*(?P<m1>[0-9]{1,2})\s*月\s*(?P<d1>[0-9]{1,2})(?:\s*[日号]|(?![0-9]))"
    r"|(?P<s>[-./])\s*(?P<m2>[0-9]{1,2})\s*(?P=s)\s*(?P<d2>[0-9]{1,2})(?:[日号]|(?![0-9]))"
    r"|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2})(?![0-9]))"
)
_WEEKDAY: Final = re.compile(r"^\s*\(?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*\)?")
_TIME: Final = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜间|晚|AM|PM)?\s*"
    r"(?P<h>[0-9]{1,2})\s*(?:[::]\s*(?P<mi>[0-9]{1,2})(?:[::]\s*(?P<se>[0-9]{1,2})(?:\.[0-9]{1,9})?)?"
    r"|[时点]\s*(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<mi2>[0-9]{1,2})\s*分?(?:\s*(?P<se2>[0-9]{1,2})\s*秒)?)?)"
    r"\s*(?P<after>AM|PM)?",
    re.IGNORECASE,
)
_KEPT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?\+08:00")
"""As forms keep a moment: most by far, and read without looking for the many other ways to write one."""
_AFTERNOON: Final = frozenset({"下午", "傍晚", "晚上", "夜间", "晚", "PM"})


def parse_day(text: str, *, field: str = "") -> date:
    """Return the day that ``text`` writes: 2026-3-5, 2026.3.5, 2026/3/5, 2026年3月5日, 20260305, also full-width.

    Raises RuleBroken("records.date_unreadable") or, where there is no such day, ("records.date_impossible").
    """
    written = half_width(text).strip()
    day, rest = _read_day(written, field)
    if _WEEKDAY.sub("", rest).strip():
        raise RuleBroken("records.date_unreadable", field=field, text=text)
    return day


def parse_moment(text: str, zone: timezone = BEIJING, *, field: str = "happened_at") -> datetime:
    """Return the moment that ``text`` writes, with its zone: a day as in `parse_day`, then a time of day or none.

    Times: 15:15, 15:15:30, 9时30分, 9点半, 下午3点, ISO 8601 with its own offset. A day alone is its midnight.
    Raises RuleBroken as `parse_day` does, and ("records.time_impossible") for a time such as 25:00.
    """
    if (kept := _KEPT.fullmatch(text)) and (at := _kept_moment(kept[1])):
        return at
    written = half_width(text).strip()
    day, rest = _read_day(written, field)
    rest = _WEEKDAY.sub("", rest).strip()
    if not rest:
        return datetime.combine(day, time(), zone)
    rest, zone = _offset(rest.removeprefix("T").strip(), zone)
    match = _TIME.fullmatch(rest)
    if match is None:
        raise RuleBroken("records.date_unreadable", field=field, text=text)
    return _at(day, _hour(match), *_minute_second(match), zone, field, text)


def to_minute(at: datetime) -> str:
    """Return a moment as screens, tables and lists say it: 2026-03-05 09:05, at +08:00.

    The first and last hours of the calendar, from a desk whose clock is broken, are said as they stand.
    """
    with suppress(OverflowError):
        at = at.astimezone(BEIJING)
    return at.strftime("%Y-%m-%d %H:%M")


def _kept_moment(text: str) -> datetime | None:
    """Return the moment; None where the longer way is to say what is wrong with it."""
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=BEIJING)
    except ValueError:
        return None
    return at if FIRST_YEAR <= at.year <= LAST_YEAR else None


def _read_day(written: str, field: str) -> tuple[date, str]:
    match = _DAY.match(written)
    if match is None:
        raise RuleBroken("records.date_unreadable", field=field, text=written)
    year = int(match["y"])
    month, day = (int(match[f"{part}1"] or match[f"{part}2"] or match[f"{part}3"]) for part in "md")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RuleBroken("records.date_impossible", field=field, text=match.group())
    try:
        return date(year, month, day), written[match.end() :]
    except ValueError as error:
        raise RuleBroken("records.date_impossible", field=field, text=match.group()) from error


def _offset(rest: str, zone: timezone) -> tuple[str, timezone]:
    """Take an ISO 8601 offset or Z from the end of ``rest``."""
    if rest.endswith(("Z", "z")):
        return rest[:-1], UTC
    match = re.fullmatch(r"(.*[0-9])([+-])([0-9]{2}):?([0-9]{2})", rest)
    if match is None or int(match[3]) > 14:
        return rest, zone
    offset = timedelta(hours=int(match[3]), minutes=int(match[4]))
    offset = -offset if match[2] == "-" else offset
    return match[1], BEIJING if offset == BEIJING.utcoffset(None) else timezone(offset)


def _hour(match: re.Match[str]) -> int:
    hour = int(match["h"])
    part = (match["part"] or match["after"] or "").upper()
    if part in _AFTERNOON and 1 <= hour < 12:
        return hour + 12
    if part == "中午" and 1 <= hour < 3:
        return hour + 12
    return 0 if part in {"凌晨", "AM"} and hour == 12 else hour


def _minute_second(match: re.Match[str]) -> tuple[int, int]:
    if match["half"]:
        return 30, 0
    if match["quarter"]:
        return (15 if match["quarter"] == "一" else 45), 0
    return int(match["mi"] or match["mi2"] or 0), int(match["se"] or match["se2"] or 0)


def _at(day: date, hour: int, minute: int, second: int, zone: timezone, field: str, text: str) -> datetime:
    if (hour, minute, second) == (24, 0, 0):
        return datetime.combine(day, time(), zone) + timedelta(days=1)
    try:
        return datetime.combine(day, time(hour, minute, second), zone)
    except ValueError as error:
        raise RuleBroken("records.time_impossible", field=field, text=text) from error
