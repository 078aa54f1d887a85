"""Names of people: one separator, room enough, every character a code point (民委发〔2016〕33号), and masks."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from sync.records.errors import RuleBroken
from sync.records.graphemes import boundary
from sync.records.text import check_text, half_width

MAX_NAME: Final = 100
"""Code points; the rule asks for at least 50."""

SEPARATOR: Final = "\u00b7"
_SEPARATORS: Final = "\u2022\u2027\u30fb\uff65\uff0e\u2219\u22c5\u00b7\u2024\u25cf\u16eb"
_INVISIBLE: Final = "\u200b\u2060\ufeff\u00ad"
_WRITTEN: Final = {ord(c): SEPARATOR for c in _SEPARATORS} | dict.fromkeys(map(ord, _INVISIBLE))
_HAN: Final = (
    "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
    "\ue000-\uf8ff"  # private use: characters that no code point was known for
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors, which follow a Han character
)
_USUAL: Final = re.compile("[\u4e00-\u9fff]{1,20}")
"""As most names are written, and nothing of it to be changed."""
_AROUND_SEPARATOR: Final = re.compile(f" *{SEPARATOR}[ {SEPARATOR}]*")


@cache
def _between_han(sign: str) -> re.Pattern[str]:
    """Made when a name first holds the sign: compiling these ranges takes 5 ms of the start."""
    return re.compile(f"(?<=[{_HAN}]){sign}(?=[{_HAN}])")


def normal_name(text: str, *, field: str = "name") -> str:
    """Return a name as it is stored, or an empty string for an empty one.

    The separators that keyboards offer become U+00B7, with no space around it; full-width Latin becomes
    half-width; the spaces with which two-character names are padded go; Latin words keep one space between
    them, as in the passport. Han characters, variation selectors and letters are never changed.

    Raises RuleBroken for a name of more than 100 code points, or with a character that cannot be shown truly.
    """
    if _USUAL.fullmatch(text):
        return text
    check_text(text, field=field, limit=10_000)
    name = half_width(text.translate(_WRITTEN))
    name = " ".join(name.split())
    if "." in name:
        name = _between_han("[.]").sub(SEPARATOR, name)
    if " " in name:
        name = _between_han(" +").sub("", name)
    name = _AROUND_SEPARATOR.sub(SEPARATOR, name).strip(f" {SEPARATOR}")
    if len(name) > MAX_NAME:
        raise RuleBroken("records.name_long", field=field, limit=MAX_NAME, length=len(name))
    return check_text(name, field=field, lines=False)


def mask_name(name: str) -> str:
    """Return the first character and an asterisk: 张*; what belongs to the character stays with it (graphemes.py)."""
    return name[: boundary(name, 1)] + "*" if name else ""


def mask_number(number: str) -> str:
    """Return a document number with its first six and last four characters; shorter numbers show less."""
    length = len(number)
    first, last = (6, 4) if length >= 15 else (2, 2) if length >= 7 else (1, 0)
    if length <= first + last:
        return "*" * length
    return number[:first] + "*" * (length - first - last) + number[length - last :]
