"""Persons and organisations by their names, readings and numbers: for lists, for capture, and for ledgers' rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sqlalchemy import text

from desktop.store import earlier
from desktop.store.asking import Tier, party_tiers
from desktop.store.index import filled
from desktop.store.matching import Word, match, words_of
from desktop.store.reader import Reader, chunks
from desktop.store.readings import readings_of
from desktop.store.said import numbers_of
from desktop.store.terms import any_of, term
from desktop.store.words import name_key, number_key
from sync.records.record import Record

MOST: Final = 20_000
"""So many parties are followed to what they take part in."""
MOST_LOOKED_AT: Final = 500
"""So many numbers are looked at in which four characters of a query were found."""

_MATCH = text("SELECT rowid FROM search WHERE search MATCH :match ORDER BY rowid DESC LIMIT :limit")


def lines_by_party(reader: Reader, query: str, limit: int = MOST) -> set[int]:
    """Return the newest lines of persons and organisations with this in their name, its readings, or a number."""
    found: set[int] = set()
    for word in words_of(query)[:1]:
        for expression, manner in party_tiers([word]):
            lines = _lines(reader, (expression, manner), limit)
            found.update(_held(reader, lines[:MOST_LOOKED_AT], word) if _by_grams(expression) else lines)
        if not filled(reader):
            found.update(line for page in earlier.parties(reader, [word], limit) for line in page)
    return found


def likely_lines(reader: Reader, query: str, limit: int) -> list[int]:
    """Return lines of persons and organisations, whole names and numbers first, then beginnings, then other parts."""
    found: dict[int, None] = {}
    for word in words_of(query)[:1]:
        for tier in party_tiers([word]):
            found.update(dict.fromkeys(_lines(reader, tier, limit)))
        if not filled(reader):
            found.update(dict.fromkeys(line for page in earlier.parties(reader, [word], limit) for line in page))
    return list(found)


def by_whole_numbers(reader: Reader, numbers: Iterable[str]) -> list[int]:
    """Return the lines of the persons and organisations that have one of ``numbers``."""
    keys = {key for number in numbers if (key := number_key(number))}
    return _by_whole(reader, "n", keys, [f"{letter}{key}" for key in sorted(keys) for letter in "dp"], MOST)


def by_whole_names(reader: Reader, names: Iterable[str], limit: int) -> list[int]:
    """Return the lines of those who are called by one of ``names``, the newest of each part of them."""
    keys = {key for name in names if (key := name_key(name))}
    return _by_whole(reader, "w", keys, [f"n{key}" for key in sorted(keys)], limit)


def by_reading(reader: Reader, name: str, limit: int) -> list[int]:
    """Return the newest lines of those whose whole name is read as ``name`` may be, tones left aside."""
    return _lines(reader, (any_of(term("p", reading) for reading in sorted(readings_of(name)[0])), None), limit)


def by_beginning(reader: Reader, name: str, limit: int) -> list[int]:
    """Return the newest lines of those whose name begins as ``name``."""
    return _lines(reader, (term("w", name_key(name), begins=True), None), limit)


def _by_whole(reader: Reader, letter: str, keys: Iterable[str], before: list[str], limit: int) -> list[int]:
    found: dict[int, None] = {}
    for some in chunks(sorted(keys)):
        expression = any_of(term(letter, key) for key in some)
        found.update(dict.fromkeys(_lines(reader, (expression, None), limit)))
    if not filled(reader):
        found.update(dict.fromkeys(earlier.lines_by_keys(reader, before)))
    return list(found)


def has_number(part: str, fields: Iterable[str]) -> Callable[[Record], bool]:
    """Return the check whether one of a record's numbers in ``fields`` holds ``part``."""
    key, wanted = number_key(part), set(fields)
    return lambda record: any(key in number_key(said) for field, said in numbers_of(record) if field in wanted)


def _lines(reader: Reader, tier: Tier, limit: int) -> list[int]:
    if not tier[0]:
        return []
    newest = reader.unindexed.lines(reader, tier[0], limit=limit)
    return (newest + list(reader.conn.scalars(_MATCH, {"match": tier[0], "limit": limit})))[:limit]


def _by_grams(expression: str) -> bool:
    return " AND " in expression


def _held(reader: Reader, lines: list[int], word: Word) -> Iterator[int]:
    """Look at the records themselves: four characters here and four there do not make the number."""
    for line, value in reader.at_lines(lines):
        if match(value, [word]) is not None:
            yield line
