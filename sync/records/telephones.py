"""Telephone numbers as clerks write them, in one form: mainland numbers as digits, others with + and country."""

from __future__ import annotations

import re
from typing import Final

from sync.records.errors import RuleBroken
from sync.records.text import half_width

_NOISE: Final = re.compile(r"[\s\-‐-―−.·()\[\]/]+")
_EXTENSION: Final = re.compile(r"(?:转|ext\.?|#|x|分机)\s*([0-9]{1,6})$", re.IGNORECASE)
_STORED_EXTENSION: Final = re.compile(r"(0[0-9]{2,3}-?[0-9]{7,8}|[48]00[0-9]{7}|\+[0-9]{7,15})-([0-9]{1,6})")
_SEVERAL: Final = re.compile(
    r"[,;、;\n]|\s/\s|/(?=\s*[+0-9])|\s{2,}"
    r"|(?<=[0-9]{11})\s(?=1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7})"  # one space parts two whole numbers
)
_ABSENT: Final = frozenset({"无", "没有", "不详", "未留", "未提供", "拒绝", "-", "--", "/", "—"})
_MAINLAND: Final = re.compile(
    r"1[3-9][0-9]{9}"  # mobile
    r"|0(?:10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}"  # area code and number
    r"|[2-9][0-9]{6,7}"  # number in the same area
    r"|[48]00[0-9]{7}"  # paid by the called
    r"|1[0-9]{2,4}|9[0-9]{4,5}"  # short numbers: 110, 12345, 95588
)
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
"""As most are written, and nothing of it to be changed."""
_MOBILE_WITH_COUNTRY: Final = re.compile(r"861[3-9][0-9]{9}")
_BARE_NEIGHBOUR: Final = re.compile(r"85[23][0-9]{8}")
_ABROAD: Final = re.compile(r"[1-9][0-9]{6,14}")


def normal_phone(text: str, *, field: str = "phones") -> str:
    """Return the stored form of one number: ``13812345678``, ``075523456789-801``, ``+85291234567``.

    Full-width digits, spaces, hyphens and brackets are understood; +86 and 0086 go; numbers with another country
    code keep it after ``+`` (ITU-T E.164: at most 15 digits). An empty text, 无 or 不详 gives an empty string.
    Raises RuleBroken("records.phone_unreadable") for everything else.
    """
    if _MOBILE.fullmatch(text):
        return text
    written = half_width(text).strip()
    if not written or written in _ABSENT:
        return ""
    extension = ""
    if stored := _STORED_EXTENSION.fullmatch(written):
        written, extension = stored.group(1), f"-{stored.group(2)}"
    elif found := _EXTENSION.search(written):
        extension, written = f"-{found.group(1)}", written[: found.start()]
    number = _international(_NOISE.sub("", written))
    known = _ABROAD.fullmatch(number[1:]) if number.startswith("+") else _MAINLAND.fullmatch(number)
    if known is None or not number.lstrip("+").isascii():
        raise RuleBroken("records.phone_unreadable", field=field, text=text)
    return number + extension


def _international(digits: str) -> str:
    """Return ``digits`` with 00 as +, without +86, and with + before Hong Kong and Macao numbers written bare."""
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+86"):
        return digits[3:]
    if _MOBILE_WITH_COUNTRY.fullmatch(digits):
        return digits[2:]
    if _BARE_NEIGHBOUR.fullmatch(digits):
        return "+" + digits
    return digits


def split_phones(text: str, *, field: str = "phones") -> tuple[str, ...]:
    """Return the numbers of a cell that holds several (、 , ; or a slash between them), each once."""
    numbers = (normal_phone(part, field=field) for part in _SEVERAL.split(half_width(text)))
    return tuple(dict.fromkeys(number for number in numbers if number))


def mask_phone(phone: str) -> str:
    """Return ``138****0000``: the first three and the last four characters; short numbers show their last two."""
    if len(phone) < 8:
        return "*" * max(len(phone) - 2, 0) + phone[-2:]
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]


_AREA: Final = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))([0-9]{7,8})(-[0-9]{1,6})?")


def written_phone(phone: str) -> str:
    """Return a stored number as papers write it: an area code stands apart, ``0755-23456789``; others as they are."""
    return _AREA.sub(lambda found: f"{found[1]}-{found[2]}{found[3] or ''}", phone) if phone[:1] == "0" else phone
