"""Lists of visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Integer, Row, Select, column, select, union_all
from sqlalchemy import text as sql

from desktop.store.links import subjects_of_party
from desktop.store.names import party_names, standing_participations
from desktop.store.paging import LIMIT, between, collect, count, naming, one_of, page, text_match
from desktop.store.paging import after as begin_after
from desktop.store.projections import NEWEST, NEWEST_VISITS
from desktop.store.reader import Reader
from desktop.store.rows import VisitRow
from desktop.store.tables import visit
from desktop.store.units import staff_names
from sync.records.participations import Participation, PartyRole
from sync.records.record import Record
from sync.records.visits import Visit

PAGE = page(visit, visit.c.happened_at).where(sql("amended = 0"))
_newest = select(column("line", Integer), column("happened_at", visit.c.happened_at.type))
ALL: Final[Any] = union_all(
    select(visit.c.line, visit.c.happened_at).where(sql("amended = 0")),
    _newest.select_from(sql(f"{NEWEST_VISITS} AS newest")).where(sql("amended = 0")),
).subquery("visit")
"""The visits of the list together with the newest, whose list rows are not written yet: SQLite merges both in the order
of the list where that is by columns that are asked for."""
PAGE_OF_ALL = page(ALL, ALL.c.happened_at).add_columns(ALL.c.happened_at)
NEW: Final = f"SELECT 1 FROM record WHERE {NEWEST} LIMIT 1"  # noqa: S608 our own words
_WHO = (PartyRole.VISITOR, PartyRole.REPORTER, PartyRole.REPRESENTATIVE)


def list_visits(
    reader: Reader,
    *,
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    matter: str | None = None,
    person: str | None = None,
    after: str | None = None,
    limit: int = LIMIT,
) -> list[VisitRow]:
    """Return visits, the one that happened last first; amended ones are left out for what amends them.

    ``text`` must occur in the visit or in its visitor's name, number or telephone; ``until`` is not included;
    ``person`` is any party; ``after`` is the id of the last row of the page before.
    """
    source = _source(reader)
    statement = _chosen(reader, source, since, until, matter, person)
    statement = begin_after(reader, statement, source, source.c.happened_at, after)
    match = text_match(reader, source, text)
    if match is not None:
        statement = statement.where(match[0])
    return visit_rows(reader, collect(reader, statement, source, limit, match[1] if match else None))


def count_visits(
    reader: Reader,
    *,
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    matter: str | None = None,
    person: str | None = None,
) -> int:
    """Return how many visits `list_visits` would give without a limit."""
    source = _source(reader)
    statement = _chosen(reader, source, since, until, matter, person)
    match = text_match(reader, source, text)
    if match is not None and match[1] is None:
        statement = statement.where(match[0])
    if match is None or match[1] is None:
        return count(reader, statement)
    return len(collect(reader, statement.where(match[0]), source, 1 << 60, match[1]))


def _source(reader: Reader) -> Any:
    return ALL if reader.sql(NEW).fetchone() else visit


def _chosen(
    reader: Reader, source: Any, since: datetime | None, until: datetime | None, matter: str | None, person: str | None
) -> Select[Any]:
    statement = between(PAGE if source is visit else PAGE_OF_ALL, source.c.happened_at, since, until)
    if matter is not None:
        statement = statement.where(naming(source, matter, "visit.matter"))
    if person is not None:
        statement = statement.where(one_of(source, subjects_of_party(reader, person)))
    return statement


def visit_rows(reader: Reader, found: Sequence[tuple[Row[Any], Record]]) -> list[VisitRow]:
    """Return list rows for records of visits."""
    visits = [(row, cast(Visit, value)) for row, value in found]
    parts = standing_participations(reader, {_origin(v) for _, v in visits} | {v.id for _, v in visits})
    who = {v.id: _visitor(parts.get(v.id, []) or parts.get(_origin(v), [])) for _, v in visits}
    names = party_names(reader, {p for p in who.values() if p})
    clerks = staff_names(reader)
    return [_row(row, value, who[value.id], names, clerks) for row, value in visits]


def _origin(value: Visit) -> str:
    return value.amends or value.id


def _visitor(parts: list[Participation]) -> str | None:
    """Return the party that came first of all: the visitor, else who reported, else who represents."""
    for role in _WHO:
        for part in parts:
            if part.role is role:
                return part.party
    return None


def _row(row: Row[Any], value: Visit, who: str | None, names: dict[str, str], clerks: dict[str, str]) -> VisitRow:
    return VisitRow(
        id=value.id,
        number=value.number,
        happened_at=value.happened_at,
        entered_at=value.made.at,
        received_at=row.received_at,
        channel=value.channel,
        purpose=value.purpose,
        visitor=names.get(who or "", ""),
        visitor_id=who,
        headcount=value.headcount,
        category=value.category,
        category_word=value.category_word,
        text=value.text,
        answered=value.answered,
        matter=value.matter,
        like=value.like,
        staff_name=clerks.get(value.made.by, ""),
        sent=row.state,
    )
