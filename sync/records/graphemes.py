"""What a reader takes for one character: a base with its marks and selectors, or the description of one without code.

Cutting, masking and marking count code points and move to such a boundary, so that no half is ever shown. The marks
are those of Unicode's extended grapheme clusters (UAX #29) as far as names have them; Hangul and flags are not joined.
"""

from __future__ import annotations

import unicodedata

from sync.records.ideographs import parts_wanted

JOINER = "\u200d"
_WINDOW = 24
"""Code points before a place that are looked at to find out where its character begins."""


def characters(text: str) -> list[str]:
    """Return ``text`` in pieces that are one character to a reader."""
    found: list[str] = []
    wanted = 0
    for character in text:
        if found and (joins(character) or found[-1].endswith(JOINER)):
            found[-1] += character
        elif wanted:
            found[-1] += character
            wanted += parts_wanted(character) - 1
        else:
            found.append(character)
            wanted = parts_wanted(character)
    return found


def joins(character: str) -> bool:
    """Whether it belongs to the character before it: marks, variation selectors, the joiner, skin tones."""
    if character < "\u0300":
        return False
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return selector or tone or character == JOINER or unicodedata.category(character) in ("Mn", "Me", "Mc")


def boundary(text: str, at: int) -> int:
    """Return the first place from ``at`` on, in code points, that is not within a character."""
    if not 0 < at < len(text):
        return max(min(at, len(text)), 0)
    begin = max(at - _WINDOW, 0)
    place = begin
    for piece in characters(text[begin : at + _WINDOW]):
        if place >= at:
            return place
        place += len(piece)
    return place


def cut(text: str, most: int) -> str:
    """Return at most ``most`` code points of ``text`` from its beginning, no character of it divided."""
    if len(text) <= most:
        return text
    kept = 0
    for piece in characters(text[: most + _WINDOW]):
        if kept + len(piece) > most:
            break
        kept += len(piece)
    return text[:kept]


def utf16_length(text: str) -> int:
    """Return how many UTF-16 units ``text`` has, which is how Qt and spreadsheets count."""
    return len(text) + sum(character > "\uffff" for character in text)
