"""The terms under which a record stands in the index, and the expressions that ask for them.

All terms of a record lie in one full-text row, so a save writes one more row and nothing else. A term is a pair of
characters as words.py cuts them, or begins with a mark and a letter that says what it is:

``w`` a whole name, ``t`` what is left of it after a leading character · ``p`` ``i`` how it is read, in full and by
initials, ``q`` ``j`` the same from a later character · ``n`` a whole number, ``b`` its first characters,
``g`` four of them · ``k`` a kind, ``y`` a year, ``m`` a month, ``d`` a day, ``u`` a unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from desktop.store import words
from desktop.store.readings import readings_of
from desktop.store.said import PARTIES, moment_of, names_of, numbers_of, text_of, unit_of
from desktop.store.words import GRAM, MARK, grams, number_key
from sync.records.kinds import kind_of
from sync.records.record import Record
from sync.records.times import BEIJING

MOST_TERMS: Final = 16
"""So many terms of one word are asked for; the word itself is looked at in the text."""

BEGINNINGS: Final = range(3, 7)
"""Thousands of numbers begin as a region's or a network's do: such beginnings are terms of their own."""
FIRST_YEAR, LAST_YEAR = 1900, 2099
"""What is earlier or later stands under these years."""


def terms_of(record: Record) -> set[str]:
    """Return all terms of a record; empty for kinds that are not looked through."""
    kind = kind_of(record.id)
    said = words.folded(text_of(record))
    numbers = numbers_of(record)
    if kind is None or not (said or numbers):
        return set()
    found = words.pairs(said) | words.text_grams(said)
    for _, number in numbers:
        key = number_key(number)
        if len(key) >= words.SHORTEST_NUMBER:
            found |= grams(key)
        if kind.name in PARTIES and key:
            found |= {f"{MARK}n{key}", *(f"{MARK}b{key[:n]}" for n in BEGINNINGS)}
    for _, name in names_of(record):
        found |= _name_terms(name)
    at = moment_of(record).astimezone(BEIJING)
    times = {f"{MARK}y{_year(at.year)}", f"{MARK}m{at:%Y%m}", f"{MARK}d{at:%Y%m%d}"}
    return found | times | {_kind(kind.name), _unit(unit_of(record))}


def _name_terms(name: str) -> set[str]:
    whole, *rest = words.tails(name) or [""]
    if not whole:
        return set()
    found = {f"{MARK}w{whole}", *(f"{MARK}t{tail}" for tail in rest)}
    for letter, readings in zip("piqj", readings_of(name), strict=True):
        found |= {f"{MARK}{letter}{reading}" for reading in readings}
    return found


def _kind(kind: str) -> str:
    return f"{MARK}k{kind.replace('_', '')}"  # the tokenizer would cut it there


def _year(year: int) -> int:
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _unit(unit: str) -> str:
    return f"{MARK}u{unit.rpartition('_')[2]}"


def term(letter: str, key: str, *, begins: bool = False) -> str:
    """Return the expression for one marked term, or for all that begin so; "" without a key."""
    return f'"{MARK}{letter}{key}"{"*" if begins else ""}' if key else ""


def any_of(expressions: Iterable[str]) -> str:
    """Return the expression that one of ``expressions`` satisfies; empty ones satisfy nothing."""
    found = list(dict.fromkeys(e for e in expressions if e))
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})" if found else ""


def all_of(expressions: Iterable[str]) -> str:
    """Return the expression that all of ``expressions`` satisfy; empty ones ask for nothing."""
    return " AND ".join(dict.fromkeys(e for e in expressions if e))


def text_terms(word: str) -> list[str]:
    """Return expressions that every text with the folded ``word`` satisfies; some others may too."""
    return _few(list(dict.fromkeys(e for run in words.runs(word) for e in _run_terms(run))))


def _run_terms(run: str) -> list[str]:
    if len(run) == 1:
        return [f'"{run}"*']
    if run.isascii() and run.isalnum() and len(run) == GRAM - 1:
        return [f'"{MARK}g{run}"*']
    long = [m.span() for m in words.LATIN.finditer(run) if m.end() - m.start() >= GRAM]
    inside = {i for start, end in long for i in range(start, end - 1)}
    found = [f'"{run[i : i + 2]}"' for i in range(len(run) - 1) if i not in inside]
    return found + [e for start, end in long for e in number_terms(run[start:end])]


def number_terms(key: str) -> list[str]:
    """Return expressions that every number with ``key`` (three characters or more) in it satisfies."""
    if len(key) < GRAM:
        return [f'"{MARK}g{key}"*']
    starts = [*range(0, len(key) - GRAM, GRAM), len(key) - GRAM]
    return _few([f'"{MARK}g{key[i : i + GRAM]}"' for i in starts])


def _few(expressions: list[str]) -> list[str]:
    """Leave out what narrows no more: of a long word, terms from all over it are enough."""
    if len(expressions) <= MOST_TERMS:
        return expressions
    step = len(expressions) / MOST_TERMS
    return [expressions[int(i * step)] for i in range(MOST_TERMS)]


def eager(expression: str) -> bool:
    """Whether the index must gather all that begins so before it knows the first hit."""
    return "*" in expression


def kinds_term(kinds: Iterable[str]) -> str:
    """Return the expression for records of one of ``kinds``."""
    return any_of(f'"{_kind(kind)}"' for kind in sorted(kinds))


def units_term(units: Iterable[str]) -> str:
    """Return the expression for records of one of ``units``."""
    return any_of(f'"{_unit(unit)}"' for unit in sorted(units))


def time_term(since: datetime | None, until: datetime | None) -> str:
    """Return the expression for the years, and at its ends the months and days, from ``since`` to ``until``.

    It is "" for all times; a day is taken whole. Where only one end is given, the other is that of the last century.
    """
    if since is None and until is None:
        return ""
    first = (since or _FIRST).astimezone(BEIJING).date()
    last = (until or _LAST).astimezone(BEIJING).date()
    if not FIRST_YEAR < first.year <= last.year < LAST_YEAR and since is not None and until is not None:
        return ""
    first, last = max(first, _FIRST.date()), min(last, _LAST.date())
    found: list[str] = []
    while first <= last:
        term, first = _widest(first, last)
        found.append(term)
    return any_of(found) or f'"{MARK}d"'


def _widest(first: date, last: date) -> tuple[str, date]:
    """Return the term of the longest time that begins at ``first`` and does not pass ``last``, and what follows."""
    year = date(first.year + 1, 1, 1)
    month = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    day = timedelta(days=1)
    if (first.month, first.day) == (1, 1) and year - day <= last:
        return f'"{MARK}y{first.year}"', year
    if first.day == 1 and month - day <= last:
        return f'"{MARK}m{first:%Y%m}"', month
    return f'"{MARK}d{first:%Y%m%d}"', first + day


_FIRST: Final = datetime(FIRST_YEAR, 1, 1, tzinfo=BEIJING)
_LAST: Final = datetime(LAST_YEAR, 12, 31, tzinfo=BEIJING)
