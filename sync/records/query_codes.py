"""The code on a resident's receipt: the number of a visit and four characters by which it is known to be meant.

The characters come from the visit's random id, so they cannot be guessed from a number that somebody saw, and a slip
of the pen is noticed. Neither part says anything about a person.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from sync.records.numbers import SUFFIX_LETTERS

CHECK_LENGTH: Final = 4
_CODE: Final = re.compile(rf"(?P<number>\S*[0-9][0-9A-Z-]*)\s*[/／]\s*(?P<check>[{SUFFIX_LETTERS}]{{{CHECK_LENGTH}}})")


def check_of(number: str, visit: str) -> str:
    """Return the four characters of the visit ``visit`` (the id of its first record) that carries ``number``."""
    digest = hashlib.sha256(b"\0".join((b"qianshao/query", visit.encode(), number.encode()))).digest()
    return "".join(SUFFIX_LETTERS[byte % len(SUFFIX_LETTERS)] for byte in digest[:CHECK_LENGTH])


def query_code(number: str, visit: str) -> str:
    """Return the code as it is printed: ``光明登2026-000012/K7MQ``."""
    return f"{number}/{check_of(number, visit)}"


def parted(text: str) -> tuple[str, str] | None:
    """Return number and characters of a code that somebody typed, in capitals or not; None where it is no code."""
    match = _CODE.fullmatch(" ".join(text.split()).upper())
    return (match["number"], match["check"]) if match else None
