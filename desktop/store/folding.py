"""Writes what is stored of folds: once for each touched card, matter, order or agreement of a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, cast

import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects.sqlite import insert

from desktop.store import tables
from desktop.store.projections import REVISES
from desktop.store.reader import Reader, chunks, current, fold_readable, listed
from desktop.store.tables import card
from sync.records.cards import Revision
from sync.records.folds import effective_on, fold_matter, fold_order
from sync.records.kinds import KINDS
from sync.records.matters import Matter, Step
from sync.records.mediations import Agreement, Mediation, Signature
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.record import Record

Current = dict[int, Record]
"""Values after folding, by journal line."""

_READABLE: Final = """
    SELECT line, id, body FROM record WHERE id IN (SELECT value FROM json_each(?)) AND readable = 1
"""


def upsert(reader: Reader, table: Table, rows: list[dict[str, Any]]) -> None:
    """Write rows over those with the same line."""
    if not rows:
        return
    statement = insert(table)
    written = {name: statement.excluded[name] for name in rows[0] if name != "line"}
    reader.conn.execute(statement.on_conflict_do_update(index_elements=["line"], set_=written), rows)


def fold(reader: Reader, kind: str, ids: Iterable[str]) -> Current:
    """Fold the records ``ids`` of ``kind`` anew, store what lists need, and return their values.

    Ids that are not here yet, or cannot be read, are passed over: they are folded when they come.
    """
    values: Current = {}
    for some in chunks(ids):
        if KINDS[kind].card:
            values |= _cards(reader, kind, some)
        else:
            values |= _facts(reader, kind, some)
    rows = _ROWS.get(kind)
    if rows is not None:
        table, make = rows
        upsert(reader, table, make(reader, values))
    return values


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
                "conflicted": int(bool(folded.conflicts)),
            }
        )
    upsert(reader, card, stored)
    if plain:
        reader.sql("DELETE FROM card WHERE line IN (SELECT value FROM json_each(?))", (listed(plain),))
    return values


def _matter_rows(reader: Reader, values: Current) -> list[dict[str, Any]]:
    steps = reader.linked_to({m.id for m in values.values()}, "step.matter")
    revisions = reader.linked_to({m.id for m in values.values()}, REVISES)
    rows = []
    for line, value in values.items():
        matter = cast(Matter, value)
        own = cast("list[Step]", steps.get(matter.id, []))
        state = fold_matter(own, matter.discovered_at)
        made = [matter.made.at, *(r.made.at for r in own), *(r.made.at for r in revisions.get(matter.id, []))]
        rows.append(
            {
                "line": line,
                "state": str(state.state),
                "last_step": str(state.last or ""),
                "discovered_at": matter.discovered_at,
                "changed_at": max(made),
            }
        )
    return rows


def _order_rows(reader: Reader, values: Current) -> list[dict[str, Any]]:
    replies = reader.linked_to({o.id for o in values.values()}, "order_reply.order")
    rows = []
    for line, value in values.items():
        order = cast(DispatchOrder, value)
        own = cast("list[OrderReply]", replies.get(order.id, []))
        rows.append(
            {
                "line": line,
                "issued_at": order.issued_at,
                "report_by": order.limits.report_by,
                "resolve_by": order.limits.resolve_by,
                "state": str(fold_order(order, own).state),
                "replies": len(own),
            }
        )
    return rows


def _mediation_rows(reader: Reader, values: Current) -> list[dict[str, Any]]:
    found = [(line, cast(Mediation, value)) for line, value in values.items()]
    return [{"line": line, "started_at": m.started_at, "outcome": str(m.outcome)} for line, m in found]


def _agreement_rows(reader: Reader, values: Current) -> list[dict[str, Any]]:
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
    return rows


_Make = Callable[[Reader, Current], list[dict[str, Any]]]
_ROWS: Final[dict[str, tuple[Table, _Make]]] = {
    "matter": (tables.matter, _matter_rows),
    "dispatch_order": (tables.dispatch_order, _order_rows),
    "mediation": (tables.mediation, _mediation_rows),
    "agreement": (tables.agreement, _agreement_rows),
}
