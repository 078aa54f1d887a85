"""The district's log in its store: appended in the transaction of what it tells about, read, and checked."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Generator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from sync.server.people_log import START, Event, LogLine, first_break, line_hash
from sync.server.store.locks import Lock, hold
from sync.server.store.people_schema import district_log


def write_log(
    conn: Connection,
    event: Event,
    *,
    at: datetime,
    staff: str = "",
    subject: str = "",
    succeeded: bool = True,
    detail: str = "",
) -> None:
    """Append one line. Whoever also adds records takes the numbers' lock first, so that nobody waits in a circle.

    ``detail`` holds ids, counts and roles, never personal data.
    """
    hold(conn, Lock.LOG)  # the chain has one writer at a time
    newest = select(district_log.c.line, district_log.c.hash).order_by(district_log.c.line.desc()).limit(1)
    last = conn.execute(newest).first()
    entry = LogLine(
        line=last.line + 1 if last else 1,
        at=at.replace(microsecond=0),
        staff=staff,
        event=event.value,
        subject=subject,
        succeeded=succeeded,
        detail=detail,
        previous=last.hash if last else START,
    )
    conn.execute(district_log.insert().values({**dataclasses.asdict(entry), "hash": line_hash(entry)}))


def _line(row: Row[Any]) -> LogLine:
    return LogLine(**row._mapping)


def read_log(conn: Connection, *, before: int | None = None, limit: int = 100) -> list[LogLine]:
    """Return lines, newest first, those below ``before`` where it is given."""
    query = select(district_log).order_by(district_log.c.line.desc()).limit(limit)
    if before is not None:
        query = query.where(district_log.c.line < before)
    return [_line(row) for row in conn.execute(query)]


def all_lines(conn: Connection) -> Generator[LogLine, None, None]:
    """Yield every line in its order, in bounded memory."""
    query = select(district_log).order_by(district_log.c.line).execution_options(yield_per=1000)
    with conn.execute(query) as rows:
        for row in rows:
            yield _line(row)


def check_log(conn: Connection) -> tuple[int, int | None]:
    """Return how many lines there are, and the first that does not hold (None where all do)."""
    count = conn.execute(select(func.count()).select_from(district_log)).scalar_one()
    with contextlib.closing(all_lines(conn)) as lines:
        return count, first_break(lines)
