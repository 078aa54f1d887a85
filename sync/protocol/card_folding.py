"""A card's value from its bytes and edits, folded alike at both ends: what a card cannot be is left out of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from sync.protocol.codec import convert, decode_body, fields_of, not_blank, zoned
from sync.records.cards import Folded, Revision, fold_card
from sync.records.errors import Damaged
from sync.records.record import Record


def fold_readable(kind: str, card_id: str, body: bytes, edits: Sequence[Revision]) -> tuple[Folded, Record]:
    """Fold a card over its edits; of those that say what it cannot be (hostile, a newer program's) nothing counts.

    They stay in the graph: whoever edited the card after one has seen what was said before it, and one that nobody
    has seen yet is among the heads.
    """
    first = fields_of(body)
    folded = fold_card(card_id, first, edits)
    value = _value(kind, folded.fields)
    if value is None:
        folded = fold_card(card_id, first, [_readable(kind, first, edit) for edit in edits])
        value = _value(kind, folded.fields)
    return folded, value or decode_body(kind, body)


def _readable(kind: str, first: dict[str, Any], edit: Revision) -> Revision:
    return edit if _value(kind, {**first, **edit.fields}) is not None else dataclasses.replace(edit, fields={})


def _value(kind: str, fields: dict[str, Any]) -> Record | None:
    try:
        value = convert(kind, not_blank(fields))
    except Damaged:
        return None
    return value if zoned(value) else None
