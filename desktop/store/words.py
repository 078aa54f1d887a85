"""How text is cut for searching: overlapping pairs of characters, tails of names, fours of what numbers are made of.

Chinese has no spaces, so the index holds every pair of neighbours of a run, and its last character alone. A query's
pairs narrow the candidates; whether the text really contains the query is then looked at in the text itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from operator import add
from typing import Final

from resources import read_text

# Not "letters": Python's tables know fewer rare characters than names do, so only what divides words is listed.
_RUN: Final = re.compile(r"[^\s!-/:-@\[-`{-~\u0000-\u001f\u007f-\u00bf\u2000-\u206f\u3000-\u3006\u3008-\u303f]+")
_LETTERS: Final = re.compile(r"[a-zü'\u2019]+")
_MIXED: Final = re.compile(r"[a-zü'\u2019]+|[^a-zü'\u2019]+")
LATIN: Final = re.compile(r"[0-9a-z]{3,}")
_SELECTORS: Final = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_WIDE: Final = tuple(zip("，：；！？（）", ",:;!?()", strict=True))
"""What NFKC would do to the marks that stand in every Chinese text; done first, most texts need no more."""
TAIL_LENGTH: Final = 16
MAX_TAILS: Final = 100
GRAM: Final = 4
SHORTEST_NUMBER: Final = 3
MARK: Final = "\u00a7"
"""Begins every term that is no pair; it divides words, so no pair begins with it."""
_GRAM: Final = f"{MARK}g"


def plainly(text: str) -> str:
    """Return ``text`` without differences of width and case, its characters as they were written."""
    for wide, narrow in _WIDE:
        text = text.replace(wide, narrow)
    return (text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)).casefold()


def folded(text: str) -> str:
    """Return ``text`` as it is compared: width and case do not matter, nor which form of a character was written.

    Traditional, rare and foreign forms count as the ordinary one (resources/dictionaries/variants.txt).
    """
    plain = plainly(text)
    return plain if _forms().isdisjoint(plain) else plain.translate(_variants())


@cache
def _variants() -> dict[int, str | None]:
    found: dict[int, str | None] = dict.fromkeys(_SELECTORS)
    for line in read_text("dictionaries", "variants.txt").splitlines():
        common, others = line.split(" ")
        found.update(dict.fromkeys(map(ord, others), common))
    return found


@cache
def _forms() -> frozenset[str]:
    return frozenset(map(chr, _variants()))


def runs(text: str) -> list[str]:
    """Return the pieces of a folded text between what divides words."""
    return _RUN.findall(text)


def pairs(text: str) -> set[str]:
    """Return each run's pairs of neighbours and its last character, for a folded ``text``."""
    found: set[str] = set()
    for run in _RUN.findall(text):
        found.update(map(add, run, run[1:]))
        found.add(run[-1])
    return found


def grams(key: str) -> set[str]:
    """Return what a number is found by: every four of its characters, and the last three."""
    return {_GRAM + key[i : i + GRAM] for i in range(len(key) - GRAM + 1)} | {_GRAM + key[1 - GRAM :]}


def text_grams(text: str) -> set[str]:
    """Return the fours of every run of Latin letters and digits in a folded ``text``."""
    found: set[str] = set()
    for run in LATIN.findall(text):
        found |= grams(run)
    return found


def wanted(text: str) -> list[str]:
    """Return the folded words of a query, each once: each must occur, as it is written, in what is found."""
    return list(dict.fromkeys(word for word in folded(text).split() if _RUN.search(word)))


def parted(text: str) -> list[str]:
    """Return a query's words with letters set apart from the characters beside them; [] where no word mixes both.

    A word with a digit is the number of a house or a paper, and one letter is no reading.
    """
    words = plainly(text).split()
    some = [_MIXED.findall(word) if not any(c.isdigit() for c in word) else [word] for word in words]
    mixed = any(len(pieces) > 1 and any(len(p) > 1 and is_spelled(p) for p in pieces) for pieces in some)
    return [piece for pieces in some for piece in pieces] if mixed else []


def is_spelled(piece: str) -> bool:
    """Whether a piece of `parted` is letters, to be taken for a reading."""
    return _LETTERS.fullmatch(piece) is not None


def indexed(word: str) -> bool:
    """Whether the index alone says which texts hold the folded ``word``: it is one or two characters of a run."""
    return len(word) <= 2 and _RUN.fullmatch(word) is not None


def tails(name: str) -> list[str]:
    """Return the parts by which a name is found: it and what is left of it after each leading character."""
    whole = name_key(name, MAX_TAILS + TAIL_LENGTH)
    return [whole[i : i + TAIL_LENGTH] for i in range(min(len(whole), MAX_TAILS))]


def name_key(text: str, length: int = TAIL_LENGTH) -> str:
    """Return a name or a query in the form of `tails`: without separators, at most as long as a stored tail."""
    return "".join(_RUN.findall(folded(text)))[:length]


def number_key(text: str) -> str:
    """Return a number (document, telephone, credit code, paper) as it is compared: letters and digits only."""
    return "".join(c for c in folded(text) if c.isalnum())


def looks_like_number(key: str) -> bool:
    """Whether a `number_key` is long enough to be looked for in numbers, and holds a digit."""
    return len(key) >= SHORTEST_NUMBER and any(c.isdigit() for c in key)
