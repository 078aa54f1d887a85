"""A card's value from its bytes and edits, folded alike at both ends: what a card cannot be is left out of it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sync.protocol.codec import convert, decode_body, fields_of
from sync.records.cards import Folded, Revision, fold_card
from sync.records.errors import Damaged
from sync.records.record import Record
from sync.records.times import BEIJING

_PLAIN: Final = re.compile(r"(str|int|bool|float|date|tuple\[(str|int|date), \.\.\.\])( \| None)?$")
"""Annotations of fields in which no moment can be."""


def fold_readable(kind: str, card_id: str, body: bytes, edits: Sequence[Revision]) -> tuple[Folded, Record]:
    """Fold a card over its edits; those that say what it cannot be (hostile, or a newer program's) are left out.

    They stay among the heads: whoever edits the card now has seen them.
    """
    first = fields_of(body)
    folded = fold_card(card_id, first, edits)
    value = _value(kind, folded.fields)
    if value is None:
        left = [edit for edit in edits if _value(kind, {**first, **edit.fields}) is not None]
        folded = dataclasses.replace(fold_card(card_id, first, left), heads=folded.heads)
        value = _value(kind, folded.fields)
    return folded, value or decode_body(kind, body)


def not_blank(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what canonical bytes leave out: a cleared field takes its default."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {}) and value is not False}


def zoned(value: Any) -> bool:
    """Whether every moment in a record says its zone and can be kept: others cannot be put in an order."""
    if isinstance(value, datetime):
        try:
            return value.tzinfo is not None and value.astimezone(BEIJING) == value
        except OverflowError:
            return False
    if isinstance(value, tuple):
        return all(map(zoned, value))
    return all(zoned(getattr(value, name)) for name in _looked_into(value.__class__))


@cache
def _looked_into(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass that a moment may be in; every record that is read asks for them."""
    if not dataclasses.is_dataclass(kind):
        return ()
    return tuple(field.name for field in dataclasses.fields(kind) if not _PLAIN.match(str(field.type)))


def _value(kind: str, fields: dict[str, Any]) -> Record | None:
    try:
        value = convert(kind, not_blank(fields))
    except Damaged:
        return None
    return value if zoned(value) else None
