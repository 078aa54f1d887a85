"""How names are read: pinyin in full and by initials, every usual reading of a character, surnames as surnames.

The readings lie in resources/dictionaries/readings.txt, made from pypinyin by installer/dictionaries.py: loading the
library itself would cost a desk most of a second and 40 MB.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, product
from typing import Final

from desktop.store.words import folded, name_key
from resources import read_text

LONGEST: Final = 40
"""Letters of a reading that are kept."""
SHORT_NAME: Final = 6
MOST: Final = 32
"""Combinations of readings that are kept of each tail of a short name; a long one is read in the usual way alone."""
_WRITTEN: Final = re.compile(r"[a-z]+")
_UNREAD: Final = "\uffff"
_AFTER_LN: Final = ("v", "u", "yu")
"""How ü is typed: as v, as u, and as on passports."""


def spelled(word: str) -> str:
    """Return a query's word as pinyin is kept, or "" where it is none: letters only, ü as v."""
    letters = word.replace("ü", "v").replace("'", "").replace("\u2019", "").replace("-", "")
    return letters[:LONGEST] if _WRITTEN.fullmatch(letters) else ""


def readings_of(name: str) -> tuple[set[str], set[str], set[str], set[str]]:
    """Return a name's readings: in full and by initials, from its first character and from any later one."""
    syllables = _syllables(name)
    full, initials = _from(syllables)
    later_full: set[str] = set()
    later_initials: set[str] = set()
    for start in range(1, len(syllables)):
        some, letters = _from(syllables[start:])
        later_full |= some
        later_initials |= letters
    return full, initials, later_full, later_initials


def _from(syllables: Sequence[tuple[str, ...]]) -> tuple[set[str], set[str]]:
    most = MOST if len(syllables) <= SHORT_NAME else 1
    full = {"".join(spoken)[:LONGEST] for spoken in islice(product(*syllables), most)}
    letters = [tuple(dict.fromkeys(s[0] for s in some)) for some in syllables]
    return full - {""}, {"".join(some)[:LONGEST] for some in islice(product(*letters), most)} - {""}


def _syllables(name: str) -> list[tuple[str, ...]]:
    """Return for each character that is read its readings; what nobody can read is passed over."""
    key = name_key(name, LONGEST)
    found = [(char,) if "a" <= char <= "z" else readings(char) for char in key]
    for length in (2, 1):
        for spoken in _surnames().get(key[:length], ()):
            for place, syllable in enumerate(spoken.split()):
                found[place] = tuple(dict.fromkeys((syllable, *found[place])))
    return [some for some in found if some]


@lru_cache(maxsize=8192)
def readings(char: str) -> tuple[str, ...]:
    """Return a character's usual readings without tones, the commonest first; empty where none is known."""
    ranked = sorted(_look_up(char))
    spoken = [syllable for _, syllable in ranked]
    return tuple(dict.fromkeys(form for syllable in spoken for form in _typed(syllable)))


def _look_up(char: str) -> Iterator[tuple[str, str]]:
    """Yield rank and syllable for each place of ``char`` in the table: ``syllable 1… 2… 3…`` on each line."""
    table = _table()
    at = table.find(char)
    while at >= 0:
        begin = table.rfind("\n", 0, at) + 1
        cell = table.rfind(" ", begin, at) + 1
        yield table[cell], table[begin : table.find(" ", begin)]
        at = table.find(char, at + 1)


def name_order(name: str) -> tuple[tuple[str, str], ...]:
    """The one key by which names are sorted: character by character by usual reading, then by code point.

    What nobody can read comes behind all that is read. Python compares code points, never UTF-16 halves, so the order
    is the same for rare characters as for common ones.
    """
    spoken = _syllables(name) if len(name_key(name, LONGEST)) == len(name) else []
    if len(spoken) == len(name):  # a surname is read as a surname
        return tuple((some[0], char) for some, char in zip(spoken, name, strict=True))
    return tuple(
        ((readings(folded(char)) or (char.casefold() if char.isascii() else _UNREAD,))[0], char) for char in name
    )


def read_as(syllable: str) -> list[str]:
    """Return the characters read as one syllable, typed without tone and with v for ü; usual readings first."""
    table = f"\n{_table()}"
    begin = table.find(f"\n{syllable} ") + 1
    if not begin or not syllable:
        return []
    cells = table[begin : table.index("\n", begin)].split(" ")[1:]
    return [character for cell in cells for character in cell[1:]]


def _typed(syllable: str) -> tuple[str, ...]:
    if syllable[:2] in ("lv", "nv"):
        return tuple(syllable[0] + form + syllable[2:] for form in _AFTER_LN)
    return (syllable,)


@cache
def _table() -> str:
    return read_text("dictionaries", "readings.txt")


@cache
def _surnames() -> dict[str, list[str]]:
    found: dict[str, list[str]] = tomllib.loads(read_text("dictionaries", "surnames.toml"))["readings"]
    return {folded(name): spoken for name, spoken in found.items()}
