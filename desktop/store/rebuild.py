"""Makes everything that follows from records anew, and says what differed: nothing, unless there was a bug."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from sqlalchemy import select, text

from desktop.store import earlier, newest
from desktop.store.store import Store, Work
from desktop.store.tables import PROJECTIONS, record
from sync.records.canonical import Sealed

PAGE = 1000
SEARCH = "search"


class _NothingDiffered(Exception):
    """Ends the transaction without writing it."""


def rebuild_projections(
    store: Store, cancelled: Callable[[], bool] = bool, progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, int]:
    """Rebuild links, lists, folds and the search index from the records in one transaction.

    Returns how many rows differed, by table; empty where all was right, and then nothing is written. A cancelled run
    writes nothing and returns nothing.
    """
    differences: dict[str, int] = {}
    try:
        with store.write() as work:
            newest.catch_up(work)  # what is made anew says the same of all
            _put_aside(work)
            before = _search_digest(work)
            work.conn.execute(text("INSERT INTO search(search) VALUES ('delete-all')"))
            total = work.conn.scalar(text("SELECT coalesce(max(line), 0) FROM record")) or 0
            for page in _pages(work):
                if cancelled():
                    raise _NothingDiffered
                _project(work, page, differences)
                progress(page[-1][0], total)
            newest.catch_up(work)
            _compare(work, differences)
            if _search_digest(work) != before:
                differences[SEARCH] = 1
            differences |= newest.rebuild(work)
            earlier.finish(work)
            if not differences:
                raise _NothingDiffered
    except _NothingDiffered:
        return {}
    return differences


def _put_aside(work: Work) -> None:
    for table in reversed(PROJECTIONS):
        work.conn.execute(text(f"CREATE TEMP TABLE old_{table.name} AS SELECT * FROM {table.name}"))  # noqa: S608
        work.conn.execute(table.delete())


def _pages(work: Work) -> Iterator[list[tuple[int, int, Sealed]]]:
    after = 0
    columns = (
        record.c.line,
        record.c.readable,
        record.c.kind,
        record.c.id,
        record.c.hash,
        record.c.salt,
        record.c.body,
    )
    while True:
        asked = select(*columns).where(record.c.line > after).order_by(record.c.line).limit(PAGE)
        page = [(row[0], row[1], Sealed(*row[2:])) for row in work.conn.execute(asked)]
        if not page:
            return
        yield page
        after = page[-1][0]


def _project(work: Work, page: list[tuple[int, int, Sealed]], differences: dict[str, int]) -> None:
    for line, was_readable, sealed in page:
        readable = work.project(line, sealed)
        if readable != was_readable:
            # A newer program reads what an older one kept for it.
            differences["record"] = differences.get("record", 0) + 1
            work.many("UPDATE record SET readable = ? WHERE line = ?", [(readable, line)])  # before it is folded
    work.flush()


def _compare(work: Work, differences: dict[str, int]) -> None:
    for table in PROJECTIONS:
        new, old = f"SELECT * FROM main.{table.name}", f"SELECT * FROM temp.old_{table.name}"  # noqa: S608
        for left, right in ((new, old), (old, new)):
            found = work.conn.scalar(text(f"SELECT count(*) FROM ({left} EXCEPT {right})")) or 0  # noqa: S608
            if found:
                differences[table.name] = differences.get(table.name, 0) + found
        work.conn.execute(text(f"DROP TABLE temp.old_{table.name}"))


def _search_digest(work: Work) -> str:
    """Return a digest over the words of the index and how many records have each."""
    work.conn.execute(
        text("CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_words USING fts5vocab('main', 'search', 'row')")
    )
    digest = hashlib.sha256()
    # The index cuts a very long word at a byte, maybe within a character: what it has is bytes.
    for term, documents in work.conn.execute(text("SELECT CAST(term AS BLOB), doc FROM temp.search_words")):
        digest.update(b"%b %d\n" % (term, documents))
    work.conn.execute(text("DROP TABLE temp.search_words"))
    return digest.hexdigest()
