"""Han characters: which ones GB 18030-2022 has, what took the place of its private-use ones, and how to describe one.

A character that Unicode does not have yet is written as a description of its parts (Unicode 18.2, ideographic
description sequences): 氵 beside 林 is ⿰氵林. The description is ordinary text, so it is found and printed as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

GB18030_HAN: Final = (
    (0x3400, 0x4DB5),
    (0x4E00, 0x9FEF),
    (0x20000, 0x2A6D6),
    (0x2A700, 0x2B734),
    (0x2B740, 0x2B81D),
    (0x2B820, 0x2CEA1),
    (0x2CEB0, 0x2EBE0),
)
"""First and last code point of CJK Extension A, of URO, of Extensions B to F as of Unicode 11: the level 3."""
GB18030_COMPATIBILITY: Final = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"
"""The twelve of the compatibility block that are characters of their own, no second spelling of another one."""

_VERTICAL_MARKS: Final = dict(zip(range(0xE78D, 0xE797), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)), strict=True))
_COMPONENTS: Final = dict(
    zip((0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864), range(0x9FB4, 0x9FBC), strict=True)
)
MOVED: Final[dict[int, int]] = {**_VERTICAL_MARKS, 0xE7C7: 0x1E3F, **_COMPONENTS}
"""Private-use characters whose double-byte place a later edition gave to a standard one (2005: U+1E3F; 2022: 18)."""
DOUBLED: Final[dict[int, int]] = {
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE831: 0x215D7,
    0xE83B: 0x2298F,
    0xE855: 0x241FE,
}
"""Private-use characters that Extension B has as well, with a place of its own."""
_STANDARD: Final = MOVED | DOUBLED

_TWO: Final = frozenset("⿰⿱⿴⿵⿶⿷⿸⿹⿺⿻\u2ffc\u2ffd\u31ef")
_THREE: Final = frozenset("⿲⿳")
_ONE: Final = frozenset("\u2ffe\u2fff")


def gb18030_han() -> Iterator[str]:
    """Yield the 87,887 Han characters of GB 18030-2022."""
    for first, last in GB18030_HAN:
        yield from map(chr, range(first, last + 1))
    yield from GB18030_COMPATIBILITY


def to_standard(text: str) -> str:
    """Return ``text`` with the standard character for each private-use one that an edition of GB 18030 had."""
    return text.translate(_STANDARD)


def standard_of(character: str) -> str:
    """Return the standard character that stands in the place of a private-use one, or an empty string."""
    code = _STANDARD.get(ord(character))
    return chr(code) if code else ""


def private_use(text: str) -> str:
    """Return the private-use characters of ``text``, each once."""
    found = (c for c in text if "\ue000" <= c <= "\uf8ff" or "\U000f0000" <= c <= "\U0010fffd")
    return "".join(dict.fromkeys(found))


OPERATORS: Final = frozenset((*_ONE, *_TWO, *_THREE))
"""What opens a description, or goes on in one."""


def parts_wanted(character: str) -> int:
    """How many parts must follow: 2 or 3 after an operator of a description, 0 after a part."""
    if character in _TWO:
        return 2
    return 3 if character in _THREE else 1 if character in _ONE else 0


def descriptions(text: str) -> list[str]:
    """Return the whole description sequences of ``text``, in order; what lacks a part is none."""
    found: list[str] = []
    if OPERATORS.isdisjoint(text):  # as nearly all texts are
        return found
    start, wanted = 0, 0
    for at, character in enumerate(text):
        more = parts_wanted(character)
        if not wanted:
            if not more:
                continue
            start = at
        wanted += more - (1 if wanted else 0)
        if not wanted:
            found.append(text[start : at + 1])
    return found
