"""GB 18030 text as the 2022 edition reads it.

Python's codec follows the edition of 2000, which put 25 characters of the double-byte part into the private use
area. The later editions (2005: A8BC; 2022: ten vertical punctuation marks and eight components) name their standard
code points; six more have stood in CJK Extension B all the time. No font shows the private ones.
"""

from __future__ import annotations

from typing import Final

_VERTICAL_MARKS: Final = dict(zip(range(0xE78D, 0xE797), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)), strict=True))
_COMPONENTS: Final = dict(
    zip((0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864), range(0x9FB4, 0x9FBC), strict=True)
)
_EXTENSION_B: Final = {
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE831: 0x215D7,
    0xE83B: 0x2298F,
    0xE855: 0x241FE,
}
STANDARD: Final[dict[int, int]] = {**_VERTICAL_MARKS, 0xE7C7: 0x1E3F, **_COMPONENTS, **_EXTENSION_B}


def to_standard(text: str) -> str:
    """Return text that Python decoded from GB 18030 with its private-use characters as the standard ones."""
    return text.translate(STANDARD)
