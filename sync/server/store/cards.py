"""Edits by their card, and which cards are in conflict: written by the fold, for the cards that a page touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select

from sync.protocol.card_folding import fold_readable
from sync.protocol.codec import decode
from sync.records.cards import Folded, Revision
from sync.records.errors import Damaged, Refused
from sync.records.kinds import KINDS, kind_of
from sync.records.record import Card, Record
from sync.server.store.bulk import among
from sync.server.store.directory import clean
from sync.server.store.records import read_many
from sync.server.store.schema import card_conflict, card_edit, record

MOST: Final = 500
"""So many cards in conflict a page shows; the number of all of them is told."""

_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class FoldedCard:
    """A card as it stands at the district, with the unit whose card it is."""

    id: str
    kind: str
    unit: str
    value: Record
    folded: Folded
    edits: tuple[Revision, ...]


def put_cards(conn: Connection, numbered: Iterable[tuple[Record, int, str]]) -> None:
    """List the edits among records that arrived (with number and scope), and fold the cards that they touch."""
    edits, touched, new = [], set[str](), set[str]()
    for found, seq, scope in numbered:
        if isinstance(found, Revision):
            card = clean(found.card)[:64]
            edits.append({"record": found.id, "card": card, "unit": scope, "seq": seq})
            touched.add(card)
        elif isinstance(found, Card):
            new.add(found.id)
    if edits:
        conn.execute(card_edit.insert(), edits)
    # An edit may have come before its card: then the card's coming is what folds it.
    refold_cards(conn, touched | _edited(conn, new - touched))


def refold_cards(conn: Connection, cards: Collection[str]) -> None:
    """Fold each of ``cards`` that is here over its edits, and list it where a field is in conflict."""
    if not cards:
        return
    conn.execute(card_conflict.delete().where(among(conn, card_conflict.c.card, cards)))
    # One edit alone contradicts nobody: no body is read for it.
    several = select(card_edit.c.card).where(among(conn, card_edit.c.card, cards)).group_by(card_edit.c.card)
    ids = conn.execute(several.having(func.count() > 1)).scalars().all()
    rows = [
        {"card": one.id, "unit": one.unit, "kind": one.kind, "fields": len(one.folded.conflicts)}
        for one in folded_cards(conn, ids)
        if one.folded.conflicts
    ]
    if rows:
        conn.execute(card_conflict.insert(), rows)


def folded_cards(conn: Connection, ids: Collection[str]) -> list[FoldedCard]:
    """Return those of ``ids`` that are here and readable, folded over their edits, in the order of their numbers."""
    if not ids:
        return []
    query = select(card_edit.c.record).where(among(conn, card_edit.c.card, ids))
    edits: dict[str, list[Revision]] = {}
    for sealed in read_many(conn, conn.execute(query).scalars().all()):
        edit = None if sealed.erased else decode(sealed)
        if isinstance(edit, Revision):
            edits.setdefault(edit.card, []).append(edit)
    units = {
        row[0]: row[1] for row in conn.execute(select(record.c.id, record.c.scope).where(among(conn, record.c.id, ids)))
    }
    found = []
    for sealed in read_many(conn, ids):
        if sealed.erased or sealed.kind not in KINDS or not KINDS[sealed.kind].card:
            continue
        try:
            made = edits.get(sealed.id, [])
            folded, value = fold_readable(sealed.kind, sealed.id, sealed.body, made)
        except Damaged:
            continue  # of a newer program: kept and passed on
        found.append(FoldedCard(sealed.id, sealed.kind, units[sealed.id], value, folded, tuple(made)))
    return found


def folded_card(conn: Connection, card_id: str) -> FoldedCard:
    """Return one card; Refused("district.no_such_record") where it is not here, erased, or no card."""
    found = folded_cards(conn, [card_id]) if kind_of(card_id) else []
    if not found:
        raise Refused("district.no_such_record", id=card_id[:60])
    return found[0]


def list_edits(conn: Connection) -> None:
    """List the edits of a store that older programs wrote, and fold their cards."""
    query = select(record.c.id, record.c.scope, record.c.seq).where(record.c.kind == "revision", record.c.readable)
    names = {row.id: (row.seq, row.scope) for row in conn.execute(query)}
    ids = list(names)
    for start in range(0, len(ids), _AT_ONCE):
        found = []
        for sealed in read_many(conn, ids[start : start + _AT_ONCE]):
            try:
                found.append((decode(sealed), *names[sealed.id]))
            except Damaged:
                continue  # erased, or of a newer program
        put_cards(conn, found)


def edits_of(conn: Connection, card: str, unit: str) -> list[str]:
    """Return the edits of ``card`` that are here with their content."""
    query = select(card_edit.c.record).where(card_edit.c.card == card, card_edit.c.unit == unit)
    return list(conn.execute(query.order_by(card_edit.c.seq)).scalars())


def forget_edit(conn: Connection, target: str) -> Collection[str]:
    """Take an erased card or edit out of the lists; the card that it was an edit of is folded anew, and returned."""
    cards = conn.execute(select(card_edit.c.card).where(card_edit.c.record == target)).scalars().all()
    conn.execute(card_edit.delete().where(card_edit.c.record == target))
    conn.execute(card_conflict.delete().where(card_conflict.c.card == target))
    refold_cards(conn, cards)
    return cards


def conflict_counts(conn: Connection, below: frozenset[str] | None = None) -> dict[str, int]:
    """Return how many cards are in conflict, by the unit whose cards they are, of the units ``below``, None: of all."""
    query = select(card_conflict.c.unit, func.count()).where(*_of_units(conn, below)).group_by(card_conflict.c.unit)
    return {row[0]: row[1] for row in conn.execute(query)}


def cards_in_conflict(conn: Connection, limit: int = MOST, below: frozenset[str] | None = None) -> list[FoldedCard]:
    """Return cards in conflict of the units ``below`` (None: of all), folded, by unit."""
    query = select(card_conflict.c.card).where(*_of_units(conn, below))
    query = query.order_by(card_conflict.c.unit, card_conflict.c.card).limit(limit)
    return sorted(folded_cards(conn, conn.execute(query).scalars().all()), key=lambda card: (card.unit, card.id))


def _of_units(conn: Connection, below: frozenset[str] | None) -> tuple[ColumnElement[bool], ...]:
    return () if below is None else (among(conn, card_conflict.c.unit, below),)


def _edited(conn: Connection, cards: Collection[str]) -> set[str]:
    if not cards:
        return set()
    return set(conn.execute(select(card_edit.c.card).where(among(conn, card_edit.c.card, cards)).distinct()).scalars())
