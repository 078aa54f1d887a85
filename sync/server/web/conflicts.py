"""Cards that two desks edited differently, by station: which fields, who and when; what they say is masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from resources import Wording, wording
from sync.records.cards import Standing as Side
from sync.records.names import mask_name, mask_number
from sync.records.persons import Organisation, Person
from sync.records.telephones import mask_phone
from sync.records.units import Role
from sync.server.store.cards import FoldedCard, cards_in_conflict, conflict_counts
from sync.server.store.directory import staff_names, units
from sync.server.web.render import page
from sync.server.web.sight import stations_seen
from sync.server.web.visitor import Standing, Visitor, allow, language_of

router = APIRouter()
Overseer = Annotated[Visitor, allow(Role.DISPATCHER, Role.VIEWER, Role.SYSTEM)]
HEAD = 1
"""So many characters of a text are shown before the mask."""


@dataclass(frozen=True, slots=True)
class SideLine:
    """One side of a field: a masked value, who said it and when."""

    value: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field in conflict: what it is called, and its sides, the one used meanwhile first."""

    label: str
    sides: tuple[SideLine, ...]


@dataclass(frozen=True, slots=True)
class CardLine:
    """One card in conflict, without what would tell whose it is."""

    station: str
    kind: str
    title: str
    tail: str
    fields: tuple[FieldLine, ...]


def masked(field: str, value: Any) -> str:
    """Return ``value`` so that it can be compared and not read."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, list):
        return "、".join(masked(field, item) for item in value)
    if isinstance(value, dict):
        return mask_number(str(value.get("number") or "")) or "*"
    text = str(value)
    if field == "phones":
        return mask_phone(text)
    return f"{text[:HEAD]}{'*' * min(len(text) - HEAD, 6)}"


def card_line(words: Wording, card: FoldedCard, units: Mapping[str, str], names: Mapping[str, str]) -> CardLine:
    """Tell one card."""
    title = mask_name(card.value.name) if isinstance(card.value, Person) and card.value.name else ""
    if isinstance(card.value, Organisation):
        title = mask_name(card.value.name)
    fields = tuple(
        FieldLine(_label(words, name), tuple(_side(name, side, names) for side in sides))
        for name, sides in sorted(card.folded.conflicts.items())
    )
    return CardLine(units.get(card.unit, card.unit), card.kind, title, card.id[-6:], fields)


@router.get("/stations/conflicts")
def show(request: Request, site: Standing, who: Overseer) -> Response:
    """List the cards in conflict by station, of those that this person oversees."""
    words = wording(language_of(request))
    with site.store.read() as conn:
        known, names = units(conn), staff_names(conn)
        below = stations_seen(who, known)
        counts, cards = conflict_counts(conn, below), cards_in_conflict(conn, below=below)
    places = {unit.unit: unit.name for unit in known.values()}
    lines = [card_line(words, card, places, names) for card in cards]
    return page(request, "conflicts.html", who, lines=lines, total=sum(counts.values()))


def _side(field: str, side: Side, names: Mapping[str, str]) -> SideLine:
    made = side.made
    return SideLine(masked(field, side.value), names.get(made.by, "") if made else "", made.at if made else None)


def _label(words: Wording, field: str) -> str:
    keys = (f"conflicts.field_{field}", f"forms.field_{field}")
    return next((words(key) for key in keys if words.has(key)), field)
