"""The district's own edits of a station's cards: a revision like any other, merged or held like any other."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sync.protocol.codec import convert, not_blank
from sync.records.cards import Revision, overridden, same_value
from sync.records.errors import Damaged, Refused
from sync.records.kinds import KINDS, new_id
from sync.server.passed_matters import tell_takers
from sync.server.store.cards import folded_card
from sync.server.store.directory import get_staff
from sync.server.store.projections import add_own
from sync.server.store.records import lock_numbers
from sync.server.store.store import DistrictStore
from sync.server.tree import made_here

_OWN: Final = frozenset({"id", "made"})


def field_said(text: str) -> tuple[str, Any]:
    """Take FIELD=VALUE apart: a value in brackets is a JSON list; Refused("district.field_unreadable")."""
    name, mark, value = text.partition("=")
    if not (name and mark):
        raise Refused("district.field_unreadable", text=text[:60])
    if not value.startswith("["):
        return name, value
    try:
        return name, json.loads(value)
    except ValueError as error:
        raise Refused("district.field_unreadable", text=text[:60]) from error


def edit_card(store: DistrictStore, card_id: str, fields: Mapping[str, Any], by: str) -> str:
    """Set ``fields`` (JSON values) of a card as it stands here; ``by`` is who does it, "" for the command line.

    Returns the revision's id, "" where nothing differed. The desks of its unit pull it. Refused: no such card,
    "district.no_such_field", "district.not_a_value"; "district.no_such_staff".
    """
    now = datetime.now(UTC)
    with store.write() as conn:
        lock_numbers(conn)
        found = folded_card(conn, card_id)
        if unknown := fields.keys() - (KINDS[found.kind].type.__dataclass_fields__.keys() - _OWN):
            raise Refused("district.no_such_field", field="、".join(sorted(unknown))[:60])
        folded = found.folded
        edits = {
            name: value
            for name, value in fields.items()
            if name in folded.conflicts or not same_value(value, folded.fields.get(name))
        }
        if not edits:
            return ""
        try:
            convert(found.kind, not_blank({**folded.fields, **edits}))
        except Damaged as error:
            raise Refused("district.not_a_value", field="、".join(sorted(edits))[:60]) from error
        made = dataclasses.replace(made_here(conn, now), by=get_staff(conn, by).staff if by else "")
        seen = (*folded.heads, *overridden(found.edits, folded.heads, edits))
        edit = Revision(id=new_id("revision"), made=made, card=card_id, seen=seen, fields=edits)
        add_own(conn, edit, found.unit, now)
        tell_takers(conn, {card_id}, now)
    return edit.id
