"""One way into all lists: which lines answer a filter, in which order, and the rows at these lines.

A list is sorted only by what an index holds (`List.sorts`): at a million rows every other order would be a sort of
all of them for each page.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Integer, Select, type_coerce

from desktop.store import matters, mediations, orders, organisations, persons, prints, tables, visits
from desktop.store.narrowing import answer, says
from desktop.store.paging import Check, Found, between, collect, one_of, page, text_match
from desktop.store.reader import CHUNK, Reader
from desktop.store.tables import record
from sync.records.times import BEIJING


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a list is shown, and in which order.

    ``states`` are values of the list's state column (all if empty); ``until`` is not included; ``sort`` is a name of
    the list's ``sorts`` (the first if empty), ``rising`` turns it round: the oldest first. ``channels``,
    ``categories`` and ``purposes`` are values of those fields, ``by`` is who entered the record, ``unit`` the unit that
    it belongs to.
    ``among``: only records with these ids, the ones that a number counts for example.
    """

    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    states: frozenset[str] = frozenset()
    sort: str = ""
    rising: bool = False
    channels: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    by: str = ""
    unit: str = ""
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class List:
    """One list: its table, the page statement, the row values, and the columns that an index sorts by name.

    The first of ``sorts`` is the moment that dates are about; a list without ``sorts`` is in the order in which its
    cards came here, and names its ``kind``. ``says`` are the fields by which a record's own words may be asked for,
    with their JSON paths; ``dated`` is the path of the moment where no column holds it. ``match`` finds rows by a text
    that is not their own.
    """

    source: Any
    page: Select[Any]
    rows: Callable[[Reader, Found], Sequence[Any]]
    sorts: dict[str, Column[Any]] = field(default_factory=dict)
    state: ColumnElement[Any] | None = None
    says: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    dated: str = ""
    match: Callable[[Reader, str], tuple[ColumnElement[bool], Check | None] | None] | None = None


_BY = {"by": "$.made.by"}
_VISIT = {
    **_BY,
    "channel": "$.channel",
    "category": "$.category",
    "purpose": "$.purpose",
    "unit": "$.made.unit",
}
LISTS: Final[dict[str, List]] = {
    "visits": List(
        tables.visit, visits.PAGE, visits.visit_rows, {"happened_at": tables.visit.c.happened_at}, says=_VISIT
    ),
    "matters": List(
        tables.matter,
        matters.PAGE,
        matters.rows_found,
        {"discovered_at": tables.matter.c.discovered_at, "state": tables.matter.c.state},
        tables.matter.c.state,
        {**_BY, "category": "$.category", "unit": "$.unit"},
    ),
    "orders": List(
        tables.dispatch_order,
        orders.PAGE,
        orders.rows_found,
        {"issued_at": tables.dispatch_order.c.issued_at, "state": tables.dispatch_order.c.state},
        tables.dispatch_order.c.state,
        {**_BY, "unit": "$.issuing_unit"},
    ),
    "mediations": List(
        tables.mediation,
        mediations.PAGE,
        mediations.rows_found,
        {"started_at": tables.mediation.c.started_at},
        tables.mediation.c.outcome,
        {**_BY, "unit": "$.unit"},
    ),
    "persons": List(tables.person, persons.PAGE, persons.person_rows, says={**_BY, "unit": "$.made.unit"}),
    "organisations": List(
        record,
        organisations.PAGE,
        organisations.organisation_rows,
        says={**_BY, "unit": "$.made.unit"},
        kind="organisation",
    ),
    "prints": List(
        record,
        prints.PAGE,
        prints.print_rows,
        state=prints.RESULT,
        says={**_BY, "unit": "$.made.unit", "category": "$.paper"},
        kind="print",
        dated="$.made.at",
        match=prints.about,
    ),
}
_TOGETHER: Final[dict[str, tuple[str, List]]] = {
    "visits": (
        visits.NEW,
        replace(
            LISTS["visits"], source=visits.ALL, page=visits.PAGE_OF_ALL, sorts={"happened_at": visits.ALL.c.happened_at}
        ),
    ),
    "persons": (persons.NEW, replace(LISTS["persons"], source=persons.ALL, page=persons.PAGE_OF_ALL)),
}
"""What asks whether there are newest rows that no index holds yet, and the list together with them."""


def list_of(reader: Reader, name: str) -> List:
    """Return a list as this snapshot has it, together with the newest rows where there are any: they cost a merge."""
    asked, together = _TOGETHER.get(name, ("", None))
    return together if together is not None and reader.sql(asked).fetchone() else LISTS[name]


def lines_of(reader: Reader, name: str, chosen: Filter, cancelled: Callable[[], bool] = bool) -> array[int]:
    """Return the lines of all rows that answer ``chosen``, in their order: eight bytes for each.

    Stops early, with what was found, where ``cancelled`` says so.
    """
    each = list_of(reader, name)
    statement, check = chosen_lines(reader, each, chosen)
    found = array("q")
    with reader.conn.execute(statement, execution_options={"yield_per": CHUNK}) as lines:
        for some in lines.scalars().partitions():
            if cancelled():
                break
            if check is None:
                found.extend(some)
            else:
                kept = {line for line, value in reader.at_lines(some) if check(line, value)}
                found.extend(line for line in some if line in kept)
    return found


def lines_with(reader: Reader, name: str, ids: Sequence[str]) -> array[int]:
    """Return the lines of the list's rows with these ``ids``, in the list's own order."""
    each = list_of(reader, name)
    moment = next(iter(each.sorts.values()), each.source.c.line)
    found: list[tuple[Any, int]] = []
    for start in range(0, len(ids), CHUNK):
        part = each.page.where(one_of(each.source, ids[start : start + CHUNK])).order_by(None)
        found += (tuple(row) for row in reader.conn.execute(part.with_only_columns(moment, each.source.c.line)))
    return array("q", (line for _, line in sorted(found, reverse=True)))


def rows_at(reader: Reader, name: str, lines: Sequence[int]) -> Sequence[Any]:
    """Return the rows at ``lines``, in their order; those that were erased or amended meanwhile are missing."""
    each = list_of(reader, name)
    there = {line: (row, value) for row, value in _found(reader, each, lines) for line in [row.line]}
    return each.rows(reader, [there[line] for line in lines if line in there])


def _found(reader: Reader, each: List, lines: Sequence[int]) -> Found:
    statement = each.page.where(each.source.c.line.in_(list(lines)))
    return collect(reader, statement, each.source, len(lines))


def chosen_lines(reader: Reader, each: List, chosen: Filter) -> tuple[Select[Any], Check | None]:
    """Return the statement of the lines that answer ``chosen``, in order, and a further check where one is needed."""
    statement = each.page
    if each.kind:  # whether a card is readable stands in its record only: its index alone is read, its row says so
        statement = page(each.source, None).where(tables.of_kind(each.kind))
    statement = statement.order_by(None).order_by(*order_of(each, chosen))
    if each.sorts:
        moment: ColumnElement[Any] = next(iter(each.sorts.values()))
        if sorted_by(each, chosen) is not moment:  # or the index of moments would be taken, and its rows sorted
            moment = type_coerce(type_coerce(moment, Integer) + 0, moment.type)
        statement = between(statement, moment, chosen.since, chosen.until)
    if each.dated:
        statement = _between_told(statement, answer(each.source, each.dated), chosen)
    if chosen.states and each.state is not None:
        statement = statement.where(_in_state(each, each.state, chosen))
    if chosen.among:
        statement = statement.where(one_of(each.source, chosen.among))
    asked = {
        "channel": chosen.channels,
        "category": chosen.categories,
        "purpose": chosen.purposes,
        "by": {chosen.by},
        "unit": {chosen.unit},
    }
    for name, values in asked.items():
        if name in each.says and (said := set(values) - {""}):
            statement = statement.where(says(each.source, each.says[name], said))
    match = each.match(reader, chosen.text) if each.match else text_match(reader, each.source, chosen.text)
    if match is None:
        return statement, None
    return statement.where(match[0]), match[1]


def _between_told(statement: Select[Any], told: ColumnElement[Any], chosen: Filter) -> Select[Any]:
    """Moments are written at +08:00, so that their texts stand in the order of time."""
    if chosen.since is not None:
        statement = statement.where(told >= chosen.since.astimezone(BEIJING).isoformat())
    if chosen.until is not None:
        statement = statement.where(told < chosen.until.astimezone(BEIJING).isoformat())
    return statement


def sorted_by(each: List, chosen: Filter) -> Column[Any] | None:
    """Return the column that ``chosen`` sorts by; None for the order in which records came here."""
    return each.sorts.get(chosen.sort) if chosen.sort in each.sorts else next(iter(each.sorts.values()), None)


def _in_state(each: List, state: ColumnElement[Any], chosen: Filter) -> ColumnElement[bool]:
    """The list goes on in its order past other states: the index of states would have the whole list sorted."""
    if sorted_by(each, chosen) is state and len(chosen.states) == 1:
        return state == next(iter(chosen.states))
    return state.concat("").in_(sorted(chosen.states))


def order_of(each: List, chosen: Filter) -> list[Any]:
    """Return by what a list is sorted, its lines last, so that the order is the same every time."""
    first, line = sorted_by(each, chosen), each.source.c.line
    columns = [line] if first is None else [first, line]
    return [c.asc() if chosen.rising else c.desc() for c in columns]
