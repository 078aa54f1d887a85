"""Writes what is stored of folds: once for each touched card, matter, order or agreement of a transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any, Final, cast

import msgspec

from desktop.store.columns import to_micros
from desktop.store.mediation_clocks import clocks_in_matters, clocks_of
from desktop.store.passed_clocks import fold_passed
from desktop.store.projections import AMONG_IDS, REVISES
from desktop.store.reader import Reader, chunks, current, listed
from desktop.store.running import DUTY, Clocks, write_open, write_running
from sync.protocol.card_folding import fold_readable
from sync.records import cards
from sync.records.cards import Revision
from sync.records.folds import effective_on, fold_matter, fold_order
from sync.records.kinds import KINDS
from sync.records.matters import Matter, Step
from sync.records.mediations import Agreement, Mediation, Signature
from sync.records.open_clocks import matter_clocks, order_clocks
from sync.records.order_due import Limit, last_end
from sync.records.order_steps import OrderStep
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.record import Record
from sync.records.waiting_moments import moment_clocks

Current = dict[int, Record]
"""Values after folding, by journal line."""

_SETTLED: Final = f"SELECT id FROM record WHERE {AMONG_IDS} AND state = 'settled'"  # noqa: S608 our own words
_READABLE: Final = f"SELECT line, id, body FROM record WHERE {AMONG_IDS} AND readable = 1"  # noqa: S608 our own words


def upsert(reader: Reader, table: str, rows: list[dict[str, Any]]) -> None:
    """Write rows over those with the same line."""
    if not rows:
        return
    statement = _upsert(table, tuple(rows[0]))
    for row in rows:
        reader.sql(statement, tuple(row.values()))


@cache
def _upsert(table: str, names: tuple[str, ...]) -> str:
    written = ", ".join(f"{name} = excluded.{name}" for name in names if name != "line")
    into = f"INSERT INTO {table}({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 our own names
    return f"{into} ON CONFLICT (line) DO UPDATE SET {written}"


def overridden(reader: Reader, card_id: str, seen: Collection[str], names: Collection[str]) -> tuple[str, ...]:
    """Return who said what an edit of the fields ``names`` overrides, by a writer who saw ``seen`` (cards.py)."""
    edits = reader.revisions_of(card_id)
    kept = (
        {row[0] for row in reader.sql(_SETTLED, (listed([edit.id for edit in edits]),)).fetchall()} if edits else set()
    )
    return cards.overridden(edits, seen, names, kept)


def fold(reader: Reader, kind: str, ids: Iterable[str]) -> Current:
    """Fold the records ``ids`` of ``kind`` anew, store what lists need, and return their values.

    Ids that are not here yet, or cannot be read, are passed over: they are folded when they come.
    """
    values: Current = {}
    for some in chunks(ids):
        found = _cards(reader, kind, some) if KINDS[kind].card else _facts(reader, kind, some)
        if kind == "matter" and (elsewhere := set(some) - {value.id for value in found.values()}):
            fold_passed(reader, elsewhere)  # matters of other units, of which this one may have been told
        values |= found
    make = _ROWS.get(kind)
    if make is not None:
        rows, clocks = make(reader, values)
        upsert(reader, kind, rows)
        write_running(reader, clocks)
        write_open(reader, _to_report(reader, values), DUTY)
    return values


def _to_report(reader: Reader, values: Current) -> dict[int, datetime]:
    """Since when the police have to be told of those matters of which they were not: also of one that is closed."""
    owed = {line: value for line, value in values.items() if isinstance(value, Matter) and value.must_report}
    steps = reader.linked_to({matter.id for matter in owed.values()}, "step.matter") if owed else {}
    told = {of for of, some in steps.items() if fold_matter(cast("list[Step]", some)).police_told}
    return {line: matter.discovered_at for line, matter in owed.items() if matter.id not in told}


def _facts(reader: Reader, kind: str, ids: list[str]) -> Current:
    return {line: current(kind, body, None) for line, _, body in reader.sql(_READABLE, (listed(ids),))}


def _cards(reader: Reader, kind: str, ids: list[str]) -> Current:
    revisions = reader.linked_to(ids, REVISES)
    values: Current = {}
    stored: list[dict[str, Any]] = []
    plain: list[int] = []
    for line, card_id, body in reader.sql(_READABLE, (listed(ids),)).fetchall():
        edits = cast("list[Revision]", revisions.get(card_id, []))
        if not edits:
            plain.append(line)
            values[line] = current(kind, body, None)
            continue
        folded, values[line] = fold_readable(kind, card_id, body, edits)
        stored.append(
            {
                "line": line,
                "fields": msgspec.json.encode(folded.fields),
                "heads": " ".join(folded.heads),
                "conflicted": len(folded.conflicts),
            }
        )
    upsert(reader, "card", stored)
    if plain:
        reader.sql("DELETE FROM card WHERE line IN (SELECT value FROM json_each(?))", (listed(plain),))
    return values


def _matter_rows(reader: Reader, values: Current) -> tuple[list[dict[str, Any]], Clocks]:
    steps = reader.linked_to({m.id for m in values.values()}, "step.matter")
    revisions = reader.linked_to({m.id for m in values.values()}, REVISES)
    rows, clocks = [], clocks_in_matters(reader, values)
    for line, value in values.items():
        matter = cast(Matter, value)
        own = cast("list[Step]", steps.get(matter.id, []))
        state = fold_matter(own, matter.discovered_at)
        clocks[line] = (*matter_clocks(matter, own, state), *moment_clocks(matter.nature, state))
        made = [matter.made.at, *(r.made.at for r in own), *(r.made.at for r in revisions.get(matter.id, []))]
        rows.append(
            {
                "line": line,
                "state": str(state.state),
                "last_step": str(state.last or ""),
                "discovered_at": to_micros(matter.discovered_at),
                "changed_at": to_micros(max(made)),
            }
        )
    return rows, clocks


def _order_rows(reader: Reader, values: Current) -> tuple[list[dict[str, Any]], Clocks]:
    replies = reader.linked_to({o.id for o in values.values()}, "order_reply.order")
    steps = reader.linked_to({o.id for o in values.values()}, "order_step.order")
    rows, clocks = [], Clocks()
    for line, value in values.items():
        order = cast(DispatchOrder, value)
        own = cast("list[OrderReply]", replies.get(order.id, []))
        moves = cast("list[OrderStep]", steps.get(order.id, []))
        state = fold_order(order, own, moves)
        clocks[line] = order_clocks(order, state)
        rows.append(
            {
                "line": line,
                "issued_at": to_micros(order.issued_at),
                "report_by": to_micros(last_end(order, state, Limit.REPORT) or order.limits.report_by),
                "resolve_by": to_micros(last_end(order, state, Limit.RESOLVE) or order.limits.resolve_by),
                "state": str(state.state),
                "replies": len(own),
            }
        )
    return rows, clocks


def _mediation_rows(reader: Reader, values: Current) -> tuple[list[dict[str, Any]], Clocks]:
    found = [(line, cast(Mediation, value)) for line, value in values.items()]
    rows = [{"line": line, "started_at": to_micros(m.started_at), "outcome": str(m.outcome)} for line, m in found]
    return rows, clocks_of(reader, values)


def _agreement_rows(reader: Reader, values: Current) -> tuple[list[dict[str, Any]], Clocks]:
    signatures = reader.linked_to({a.id for a in values.values()}, "signature.paper")
    rows = []
    for line, value in values.items():
        agreement = cast(Agreement, value)
        day = effective_on(agreement, cast("list[Signature]", signatures.get(agreement.id, [])))
        rows.append(
            {
                "line": line,
                "drawn_on": agreement.drawn_on.isoformat(),
                "effective_on": day.isoformat() if day else "",
            }
        )
    return rows, {}


_Make = Callable[[Reader, Current], tuple[list[dict[str, Any]], Clocks]]
_ROWS: Final[dict[str, _Make]] = {
    "matter": _matter_rows,
    "dispatch_order": _order_rows,
    "mediation": _mediation_rows,
    "agreement": _agreement_rows,
}
"""What the table of each kind says of its values, and what runs of them."""
