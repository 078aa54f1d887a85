"""Numbers of papers: given out of this store's leases, or, where none is left, from a series with the desk's suffix.

The writing connection counts on in memory (`Remembered.numbers`); the rows of the leases are written for many numbers
at once (newest.py). The record that carries a number is in the transaction that gives it out: so what a row does not
know yet, the few records beyond the note say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from desktop.store import newest
from desktop.store.identity import numbering_id
from desktop.store.projections import THROUGH
from desktop.store.reader import Reader
from desktop.store.remembered import Counting, Numbered
from sync.records.numbers import desk_suffix, format_number, read_number
from sync.records.papers import NumberLease, Series

if TYPE_CHECKING:
    from desktop.store.work import Work

MOST = 1 << 31
LAST_YEAR = 10_000
_NEXT: Final = """
    SELECT id, next, last FROM lease WHERE series = ? AND unit = ? AND year = ? AND next <= last ORDER BY first LIMIT 1
"""
_NEXT_OF_DESK: Final = "SELECT next FROM desk_series WHERE store = ? AND series = ? AND unit = ? AND year = ?"
_ALL: Final = "SELECT next, last FROM lease WHERE series = ? AND unit = ? AND year = ?"
_OVERLAPPING: Final = (
    "SELECT 1 FROM lease WHERE series = ? AND unit = ? AND year = ? AND first <= ? AND last >= ? LIMIT 1"
)
_TAKE: Final = "INSERT INTO lease(id, series, unit, year, first, last, next) VALUES (?, ?, ?, ?, ?, ?, ?)"
_COUNTED: Final = "UPDATE lease SET next = ? WHERE id = ?"
_COUNTED_AT_DESK: Final = """
    INSERT INTO desk_series(store, series, unit, year, next) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (store, series, unit, year) DO UPDATE SET next = max(next, excluded.next)
"""
_SPENT: Final = """
    UPDATE lease SET next = ?4 + 1 WHERE series = ?1 AND unit = ?2 AND year = ?3 AND ?4 BETWEEN next AND last
"""
CARRYING: Final = ("visit", "dispatch_order", "agreement", "blank_form", "number_void")
"""The kinds that carry a number."""
_BEYOND: Final = f"""
    SELECT json_extract(CAST(body AS TEXT), '$.number'), json_extract(CAST(body AS TEXT), '$.made.unit') FROM record
    WHERE line > {THROUGH} AND origin = 'own' AND readable = 1 AND kind IN ({", ".join("?" * len(CARRYING))})
"""  # noqa: S608 our own words


def give_out(work: Work, series: Series, unit: str, unit_short: str, year: int) -> tuple[str, Numbered]:
    """Take the next serial; the transaction must hold the record that carries the number."""
    key = str(series), unit, year
    known = work.remembered.numbers
    if known is None:  # another program may have given out any, or this one has only begun
        newest.catch_up(work)
        known = work.remembered.numbers = {}
    at = known.get(key)
    if at is None or at.next > at.last:
        settle(work)
        at = known[key] = _counting(work, key)
    serial, at.next = at.next, at.next + 1
    return format_number(series, unit_short, year, serial, at.suffix), key


def settle(work: Work) -> None:
    """Have the rows say which serials come next."""
    known = work.remembered.numbers
    if known is None:
        for (series, unit, year), serial, suffix in list(_beyond(work)):
            if not suffix:
                work.sql(_SPENT, (series, unit, year, serial))
            elif suffix == desk_suffix(here := numbering_id(work)):
                work.sql(_COUNTED_AT_DESK, (here, series, unit, year, serial + 1))
        return
    for key, at in known.items():
        if at.next == at.written:
            continue
        if at.lease is None:
            work.sql(_COUNTED_AT_DESK, (numbering_id(work), *key, at.next))
        else:
            work.sql(_COUNTED, (at.next, at.lease))
        at.written = at.next


def _counting(work: Work, key: Numbered) -> Counting:
    """Return where to count on, as the rows say: in the first lease that has numbers left, else in the desk's own."""
    row = work.sql(_NEXT, key).fetchone()
    if row is not None:
        return Counting(row[0], row[1], row[2], row[1])
    here = numbering_id(work)
    row = work.sql(_NEXT_OF_DESK, (here, *key)).fetchone()
    first = row[0] if row else 1
    return Counting(None, first, MOST, first, desk_suffix(here))


def _beyond(reader: Reader) -> Iterator[tuple[Numbered, int, str]]:
    """Yield series, unit and year, serial and suffix of the numbers that the newest records carry."""
    for number, unit in reader.sql(_BEYOND, CARRYING):
        if number and (read := read_number(number)):
            yield (str(read.series), unit, read.year), read.serial, read.suffix


def take(work: Work, value: NumberLease) -> None:
    """Use a lease that is this store's own. One that overlaps another is kept as a record and never used."""
    if value.store != numbering_id(work) or not 1 <= value.first <= value.last < MOST or not 0 < value.year < LAST_YEAR:
        return
    same = (str(value.series), value.unit, value.year)
    if work.sql(_OVERLAPPING, (*same, value.last, value.first)).fetchone() is None:
        work.sql(_TAKE, (value.id, *same, value.first, value.last, value.first))
        if work.remembered.numbers:  # it may be its turn: numbers of a desk's own are for when no lease is left
            settle(work)
            work.remembered.numbers.pop(same, None)


def left(reader: Reader, series: Series, unit: str, year: int) -> int:
    """Return how many leased numbers this store can still give out."""
    key = str(series), unit, year
    spent = [serial for told, serial, suffix in _beyond(reader) if told == key and not suffix]
    found = 0
    for following, last in reader.sql(_ALL, key).fetchall():
        beyond = max((serial for serial in spent if following <= serial <= last), default=following - 1)
        found += last - beyond
    return found
