"""Find a character that a keyboard does not give: by code point, by reading, by number of strokes, by its parts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from desktop.store.readings import read_as, readings, spelled
from resources import read_text
from sync.records.errors import RuleBroken
from sync.records.ideographs import parts_wanted, private_use, standard_of
from sync.records.text import half_width, unshowable

MOST: Final = 600
"""So many characters are given; more are counted."""

_CODE: Final = re.compile(r"(?:u\+|\\u|0x|&#x)([0-9a-f]{2,8});?", re.IGNORECASE)
_DECIMAL: Final = re.compile(r"&?#([0-9]{2,7});?")
_HEX: Final = re.compile(r"[0-9a-f]{4,6}", re.IGNORECASE)
_STROKES: Final = re.compile(r"([0-9]{1,2})(?:画|劃|畫|strokes?)?", re.IGNORECASE)
_FORMS: Final = [
    "氵水氺",
    "亻人",
    "扌手龵",
    "忄心㣺",
    "讠言訁",
    "钅金釒",
    "饣食飠",
    "纟糸糹",
    "犭犬",
    "礻示",
    "衤衣",
    "灬火",
    "刂刀",
    "阝阜邑",
    "艹艸",
    "辶辵",
    "王玉",
    "月肉⺼",
    "罒网",
    "⺮竹",
    "牜牛",
    "攵攴",
    "彐彑",
    "爫爪",
    "车車",
    "贝貝",
    "页頁",
    "马馬",
    "鱼魚",
    "鸟鳥",
    "门門",
    "见見",
    "长長",
    "风風",
    "韦韋",
    "齿齒",
    "麦麥",
    "龙龍",
    "黾黽",
    "卤鹵",
    "尣尢",
]
"""Forms of one radical: whoever types one means the others too."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character as it is offered: how it is read (empty where no dictionary says) and its strokes (0: unknown)."""

    text: str
    readings: tuple[str, ...]
    strokes: int

    @property
    def code(self) -> str:
        """Its code point: U+20BB7."""
        return f"U+{ord(self.text):04X}"


@dataclass(frozen=True, slots=True)
class Offered:
    """What was found, fewest strokes first; ``count`` is how many there are, of which at most MOST are given."""

    characters: tuple[Character, ...]
    count: int


def find_characters(query: str) -> Offered:
    """Return the characters for which every word of ``query`` holds, words divided by spaces.

    A word is a code point (``U+20BB7``, ``20BB7``, ``#134071``), a reading without tone (``yan``), a number of
    strokes (``12`` or ``12画``), or parts of the character (``氵林``). Raises RuleBroken where a word is none of these,
    or a code point that no text may hold.
    """
    words = half_width(query).split()
    sets = [_holding(word) for word in words]
    if not sets:
        return Offered((), 0)
    common = [character for character in sets[0] if all(character in other for other in sets[1:])]
    if not any(_CODE.fullmatch(word) or _DECIMAL.fullmatch(word) for word in words):
        common.sort(key=lambda character: (_strokes().get(character, 99), character))
    return Offered(tuple(map(described, common[:MOST])), len(common))


def described(character: str) -> Character:
    """Return what is known of a character."""
    return Character(character, readings(character), _strokes().get(character, 0))


def replaced(text: str) -> str:
    """Return ``text`` with standard characters for those private-use ones of GB 18030 that have one."""
    return "".join(standard_of(character) or character for character in text)


def unknown_private(text: str) -> str:
    """Return the private-use characters of ``text`` for which no standard one is known."""
    return private_use(replaced(text))


def _holding(word: str) -> dict[str, None]:
    """Return the characters for which one word holds, in its own order."""
    readers: tuple[Callable[[str], Iterable[str] | None], ...] = (_by_code, _by_strokes, _by_reading, _by_parts)
    for reader in readers:
        found = reader(word)
        if found is not None:
            return dict.fromkeys(found)
    raise RuleBroken("characters.no_word", field="query", word=word)


def _by_code(word: str) -> list[str] | None:
    if match := _CODE.fullmatch(word):
        return [_allowed(int(match[1], 16))]
    if match := _DECIMAL.fullmatch(word):
        return [_allowed(int(match[1]))]
    if not _HEX.fullmatch(word) or _spelt(word):
        return None
    codes = [int(word, 16), *([int(word)] if word.isdecimal() else [])]
    return [chr(code) for code in codes if _is_known(code)]


def _allowed(code: int) -> str:
    """Return the character of a code point that a text may hold; for a private-use one of GB 18030 the standard one."""
    if code >= 0x110000 or unshowable(chr(code), lines=False):
        raise RuleBroken("characters.no_code", field="query", code=f"U+{code:04X}")
    standard = replaced(chr(code))
    if private_use(standard):
        raise RuleBroken("characters.private_use", field="query", code=f"U+{code:04X}")
    return standard


def _is_known(code: int) -> bool:
    """Whether digits that are not marked as a code point may be meant as this one."""
    return code < 0x110000 and (chr(code) in _strokes() or unicodedata.category(chr(code))[0] in "LNPS")


def _by_strokes(word: str) -> list[str] | None:
    match = _STROKES.fullmatch(word)
    return [c for c, count in _strokes().items() if count == int(match[1])] if match else None


def _by_reading(word: str) -> list[str] | None:
    return _spelt(word) or None


def _spelt(word: str) -> list[str]:
    return read_as(spelled(word.casefold()))


def _by_parts(word: str) -> list[str] | None:
    """Characters that have every part of ``word``, however deep; the characters of the word themselves come too."""
    if any(ord(character) < 0x2E80 for character in word):
        return None
    sets = [_with_part(part) for part in word if not parts_wanted(part)]
    return [c for c in sets[0] if all(c in other for other in sets[1:])] if sets else []


def _with_part(part: str) -> dict[str, None]:
    """Return the character itself, what it is a part of, what those are parts of, and so on."""
    table = _components()
    start = next((forms for forms in _FORMS if part in forms), part)
    found = dict.fromkeys(start)
    waiting = list(start)
    while waiting:
        for character in table.get(waiting.pop(), ""):
            if character not in found:
                found[character] = None
                waiting.append(character)
    return found


@cache
def _strokes() -> dict[str, int]:
    lines = (line.split(" ") for line in read_text("dictionaries", "strokes.txt").splitlines())
    return {character: int(count) for count, some in lines for character in some}


@cache
def _components() -> dict[str, str]:
    lines = (line.partition(" ") for line in read_text("dictionaries", "components.txt").splitlines())
    return {part: some for part, _, some in lines}
