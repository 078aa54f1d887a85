"""The print log: every paper that was asked for, with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from typing import cast as is_a

from sqlalchemy import ColumnElement, Row, Text, cast, func, select

from desktop.store.amending import amended
from desktop.store.paging import LIMIT, Check, collect, page, text_match
from desktop.store.paging import after as begin_after
from desktop.store.reader import Reader, current
from desktop.store.rows import PrintRow
from desktop.store.said import title_of
from desktop.store.tables import link, names, of_kind, record
from desktop.store.units import staff_names
from sync.records.papers import FINAL_RESULTS, Print, PrintOutcome, PrintResult
from sync.records.record import Record

PAGE = page(record, None).where(of_kind("print"), record.c.readable == 1)
UNKNOWN: Final = "unknown"
"""The state of a print of which nothing is known."""
_told = record.alias("told")
_about = record.alias("about")
_last_line = (
    select(func.max(link.c.line))
    .where(names(record.c.id), link.c.via == "print_outcome.print")
    .correlate(record)
    .scalar_subquery()
)
_last = (
    select(func.json_extract(cast(_told.c.body, Text), "$.result"))
    .where(_told.c.line == _last_line)
    .correlate(record)
    .scalar_subquery()
)
RESULT: Final = func.coalesce(_last, UNKNOWN)
"""What became of the print of a line: the last word that came."""
MOST_OPEN: Final = 300
"""So many of the last words on prints are looked through for those that are not the last one yet."""


def list_prints(reader: Reader, *, text: str = "", after: str | None = None, limit: int = LIMIT) -> list[PrintRow]:
    """Return prints, the last one first; ``text`` is looked for in what they were about."""
    statement = begin_after(reader, PAGE, record, None, after)
    match = about(reader, text)
    if match is not None:
        statement = statement.where(match[0])
    return print_rows(reader, collect(reader, statement, record, limit, match[1] if match else None))


def about(reader: Reader, text: str) -> tuple[ColumnElement[bool], Check | None] | None:
    """Find prints by what they were about: a visit's text, an agreement's number, a party's name."""
    match = text_match(reader, _about, text)  # type: ignore[arg-type]
    if match is None:
        return None
    subjects = select(_about.c.id).where(match[0])
    exact = match[1]

    def check(_line: int, value: Record) -> bool:
        subject = value.subject if isinstance(value, Print) else ""
        found = reader.current({subject}).get(subject)
        return found is not None and exact is not None and exact(0, found)

    told = func.json_extract(cast(record.c.body, Text), "$.subject")
    return told.in_(subjects), check if exact else None


def print_rows(reader: Reader, found: Sequence[tuple[Row[Any], Record]]) -> list[PrintRow]:
    """Return list rows for records of prints: what it was about, by whom, what became of it."""
    some = [(row, is_a(Print, value)) for row, value in found]
    about = reader.current({p.subject for _, p in some})
    last = outcomes_of(reader, [p.id for _, p in some])
    clerks = staff_names(reader) if some else {}
    return [
        PrintRow(
            id=p.id,
            printed_at=p.made.at,
            paper=p.paper,
            subject=p.subject,
            title=title_of(about[p.subject]) if p.subject in about else "",
            copy=p.copy,
            copies=p.copies,
            pages=p.pages,
            printer=p.printer,
            staff_name=clerks.get(p.made.by, ""),
            result=last[p.id].result if p.id in last else None,
            reason=last[p.id].reason if p.id in last else p.amend_reason,
            by_hand=last[p.id].by_hand if p.id in last else False,
            sent=row.state,
        )
        for row, p in some
    ]


def outcomes_of(reader: Reader, prints: Sequence[str]) -> dict[str, PrintOutcome]:
    """Return the last word on each of ``prints``; those of which nothing is known are missing."""
    found = is_a("dict[str, list[PrintOutcome]]", reader.linked_to(prints, "print_outcome.print"))
    gone = amended(reader, [o.id for some in found.values() for o in some])
    return {
        print_id: max(left, key=lambda o: (o.result in FINAL_RESULTS, o.id))
        for print_id, some in found.items()
        if (left := [o for o in some if o.id not in gone])
    }


def words_on(reader: Reader, print_id: str) -> list[PrintOutcome]:
    """Return all that was noted of a print, in the order of its coming."""
    return is_a("list[PrintOutcome]", reader.linked(print_id, "print_outcome.print"))


def never_left(outcome: PrintOutcome | None) -> bool:
    """Whether it is proven that no paper of a print exists: no printer took it, or it was cancelled in the queue."""
    if outcome is None:
        return False
    return outcome.result is PrintResult.NOT_TAKEN or (outcome.result is PrintResult.CANCELLED and outcome.unbegun)


def open_outcomes(reader: Reader) -> list[PrintOutcome]:
    """Return the last words of this store on prints whose paper is under way, the oldest first."""
    asked = (
        select(record.c.kind, record.c.body)
        .where(of_kind("print_outcome"), record.c.readable == 1, record.c.origin == "own")
        .order_by(record.c.line.desc())
        .limit(MOST_OPEN)
    )
    found = [is_a(PrintOutcome, current(row.kind, row.body, None)) for row in reader.conn.execute(asked)]
    under_way = [o for o in found if o.result not in FINAL_RESULTS and o.job and o.made.store == reader.store]
    gone = amended(reader, [o.id for o in under_way])
    return [o for o in reversed(under_way) if o.id not in gone]


def prints_by_id(reader: Reader, ids: Iterable[str]) -> dict[str, Print]:
    """Return the prints among ``ids``."""
    return {i: value for i, value in reader.current(ids).items() if isinstance(value, Print)}
