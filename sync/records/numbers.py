"""Numbers of papers: how a serial of a leased block is written, and the suffix of a desk whose block is used up."""

from __future__ import annotations

import hashlib
import re
from typing import Final, NamedTuple

from sync.records.papers import Series

SUFFIX_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that are not taken for each other."""
_SUFFIX_LENGTH: Final = 4
_PATTERNS: Final = {
    Series.VISIT: "{unit}登{year}-{serial:06d}{suffix}",
    Series.ORDER: "({year}){unit}发令第{serial}{suffix}号",
    Series.AGREEMENT: "({year}){unit}人调字第{serial}{suffix}号",
    Series.ADMINISTRATIVE: "({year}){unit}行调字第{serial}{suffix}号",
}

_READ: Final = {
    series: re.compile(
        re.escape(pattern)
        .replace(r"\{unit\}", ".*")
        .replace(r"\{year\}", "(?P<year>[0-9]{1,4})")
        .replace(r"\{serial:06d\}", r"\{serial\}")
        .replace(r"\{serial\}", "(?P<serial>[0-9]+)")
        .replace(r"\{suffix\}", f"(?:-(?P<suffix>[{SUFFIX_LETTERS}]{{{_SUFFIX_LENGTH}}}))?"),
        re.DOTALL,
    )
    for series, pattern in _PATTERNS.items()
}


class ReadNumber(NamedTuple):
    """What a paper's number says, but for whose it is."""

    series: Series
    year: int
    serial: int
    suffix: str


def read_number(number: str) -> ReadNumber | None:
    """Return what a number says that `format_number` wrote; None for anything else."""
    for series, pattern in _READ.items():
        if found := pattern.fullmatch(number):
            return ReadNumber(series, int(found["year"]), int(found["serial"]), found["suffix"] or "")
    return None


def format_number(series: Series, unit_short: str, year: int, serial: int, suffix: str = "") -> str:
    """Return the number as it is printed: ``(2026)光明人调字第12号``; with a suffix ``(2026)光明人调字第3-K7MQ号``.

    One series for each committee (or unit) and year; the short name stands before 人调字 (卷宗封面, 2010 forms).
    """
    if serial < 1:
        raise ValueError("serials count from 1")
    return _PATTERNS[series].format(unit=unit_short, year=year, serial=serial, suffix=f"-{suffix}" if suffix else "")


def desk_suffix(store_id: str) -> str:
    """Return four letters that stand for one store: two desks that ran out of numbers offline cannot collide.

    Letters that are read as digits are left out. The suffix says nothing about what the store holds.
    """
    digest = hashlib.sha256(b"qianshao/desk\0" + store_id.encode()).digest()
    return "".join(SUFFIX_LETTERS[byte % len(SUFFIX_LETTERS)] for byte in digest[:_SUFFIX_LENGTH])
