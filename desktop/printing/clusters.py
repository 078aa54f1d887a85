"""Text as what is drawn in one place: a character with the marks and selectors that belong to it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from sync.records.errors import RuleBroken
from sync.records.ideographs import standard_of

LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"}


def one_spelling_of_line_ends(text: str) -> str:
    """Return ``text`` with every line end as a line feed and every tab as a space; nothing else is touched."""
    for end, feed in LINE_ENDS.items():
        if end in text:
            text = text.replace(end, feed)
    return text.replace("\t", " ")


def clusters(text: str) -> list[str]:
    """Split text: variation selectors, combining marks and invisible characters stay with their base.

    An invisible character that opens the text goes with the character after it.

    Code points, never UTF-16 halves. Raises RuleBroken where a character must not be printed.
    """
    found: list[str] = []
    for character in one_spelling_of_line_ends(text):
        joins = _joins(character)
        if found and found[-1] != "\n" and (joins or is_invisible(found[-1])):
            found[-1] += character
        else:
            found.append(character)
    return found


def is_selector(character: str) -> bool:
    """Whether it is a variation selector (Unicode 23.4), which says which form of its base is meant."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


@lru_cache(maxsize=8192)
def is_invisible(text: str) -> bool:
    """Whether nothing of it draws by itself: joiners, marks of direction, byte order marks."""
    return all(is_selector(character) or unicodedata.category(character) == "Cf" for character in text)


@lru_cache(maxsize=4096)
def _joins(character: str) -> bool:
    """Whether a character belongs to the one before it; stops at what is not a character for paper at all."""
    category = unicodedata.category(character)
    if category == "Co":
        raise _private(character)
    if category == "Cs" or (category == "Cc" and character != "\n"):
        raise RuleBroken("printing.control_character", code=f"U+{ord(character):04X}")
    return category in ("Mn", "Me", "Mc") or is_invisible(character)


def _private(character: str) -> RuleBroken:
    """What stands against a private-use character, with the standard one in its place where GB 18030 names one."""
    code, other = f"U+{ord(character):04X}", standard_of(character)
    if other:
        return RuleBroken("printing.private_replaced", code=code, standard=other, place=f"U+{ord(other):04X}")
    return RuleBroken("printing.private_use", code=code)


def is_space(character: str) -> bool:
    """Whether it is a space of any width, which is drawn as a plain one where a face has not that width."""
    return unicodedata.category(character) == "Zs"


def composed(cluster: str) -> str:
    """Return the one character that a base with marks is the same as, or the cluster itself: e + U+0301 is é."""
    if len(cluster) == 1:
        return cluster
    return unicodedata.normalize("NFC", "".join(c for c in cluster if not is_invisible(c)))
