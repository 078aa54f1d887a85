"""What is written of the newest records for many at once, as the search index is: no save pays for it.

The note `LISTED_THROUGH` is a line of the journal. Up to it the table ``waiting`` holds the lines that are unsent,
``person`` the persons, ``visit`` the list rows of visits, and the leases of numbers say which serial comes next; the
few records beyond it are looked at themselves. All of it follows from the records, which are durable before anybody is
told so: where a machine stops in between, nothing is to be mended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from desktop.store import later
from desktop.store.projections import LISTED_THROUGH, NEWEST_PERSONS, NEWEST_VISITS, THROUGH
from desktop.store.reader import Reader

if TYPE_CHECKING:
    from desktop.store.work import Work

MOST_BEYOND: Final = 150
"""Lines that saves leave beyond the note, about fifty visits: as many as wait for the index."""

_LAST: Final = "SELECT coalesce(max(line), 0) FROM record"
_WAITING: Final = f"""
    INSERT OR IGNORE INTO waiting(line) SELECT line FROM record WHERE line > {THROUGH} AND state = 'unsent'
"""  # noqa: S608 our own words
_PERSONS: Final = f"INSERT OR IGNORE INTO person(line) SELECT line FROM record WHERE {NEWEST_PERSONS}"  # noqa: S608
_VISITS: Final = f"""
    INSERT INTO visit(line, amended, happened_at) SELECT line, amended, happened_at FROM {NEWEST_VISITS}
"""  # noqa: S608 our own words
_SHOULD_HOLD: Final = {"waiting": "state = 'unsent'", "person": "kind = 'person'"}
"""What the tables hold of the records up to the note."""


def listed_through(reader: Reader) -> int:
    """Return the line up to which all is written."""
    return int(reader.meta(LISTED_THROUGH) or 0)


def keep_up(work: Work) -> None:
    """Write it where many records came since the last time; for the end of a transaction that wrote some."""
    last = work.remembered.line
    if last is None or last - through(work) >= MOST_BEYOND:
        catch_up(work)


def through(work: Work) -> int:
    """Return the line up to which all is written, as this transaction knows it."""
    if work.remembered.listed is None:
        work.remembered.listed = listed_through(work)
    return work.remembered.listed


def catch_up(work: Work) -> None:
    """Write it for all that is there."""
    work.flush()
    later.settle_numbers(work)
    for statement in (_WAITING, _PERSONS, _VISITS):
        work.sql(statement)
    last = work.remembered.line
    if last is None:
        last = int(work.sql(_LAST).fetchone()[0])
    work.set_meta(LISTED_THROUGH, str(last))
    work.remembered.listed = last


def rebuild(work: Work) -> dict[str, int]:
    """Mend the tables that are not what the records say; returns how many lines differed, by table."""
    found = {}
    for table, condition in _SHOULD_HOLD.items():
        there, here = f"SELECT line FROM record WHERE {condition} AND line <= {THROUGH}", f"SELECT line FROM {table}"  # noqa: S608
        missing, too_many = (work.sql(f"{a} EXCEPT {b}").fetchall() for a, b in ((there, here), (here, there)))
        work.many(f"INSERT INTO {table}(line) VALUES (?)", missing)  # noqa: S608 our own names
        work.many(f"DELETE FROM {table} WHERE line = ?", too_many)  # noqa: S608 our own names
        if missing or too_many:
            found[table] = len(missing) + len(too_many)
    return found
