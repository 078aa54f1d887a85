"""A card that was edited differently in two places, as it is told for a decision; plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop.actions.card_words import LISTS, LONG, TYPED, Telling, label_of
from desktop.actions.conflicts import both, half_made
from desktop.actions.desk import Desk
from desktop.store.conflicts import CardConflict, FieldConflict, Side, conflict_of, list_conflicts
from desktop.ui.words import moment
from resources import Wording


@dataclass(frozen=True, slots=True)
class TellSide:
    """One value as it is told, and who said it when; ``used`` where it is used meanwhile."""

    value: Any
    text: str
    by: str
    used: bool


@dataclass(frozen=True, slots=True)
class TellField:
    """A field with its sides, what both had seen, and what "both" would be (None: there is no such thing)."""

    field: str
    label: str
    base: str
    sides: tuple[TellSide, ...]
    both: Any
    typed: bool
    long: bool


@dataclass(frozen=True, slots=True)
class TellCard:
    """One card to decide about; ``half`` is what this person had chosen before."""

    id: str
    kind: str
    title: str
    heads: tuple[str, ...]
    fields: tuple[TellField, ...]
    half: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """All cards in conflict as id, kind and title, and the one that is shown (None: nothing waits)."""

    cards: tuple[tuple[str, str, str], ...]
    shown: TellCard | None


def waiting(desk: Desk, words: Wording, card_id: str = "") -> Waiting:
    """Read what waits, and one card of it: ``card_id`` where that is in conflict, else the first."""
    with desk.store.read() as reader:
        found = list_conflicts(reader)
        chosen = next((one for one in found if one.id == card_id), None)
        if chosen is None and card_id:
            one = conflict_of(reader, card_id)
            chosen = one if one.fields else None
        chosen = chosen or next(iter(found), None)
        telling = Telling(words, reader, masked=False)
        fields = tuple(_field(words, telling, desk, chosen, field) for field in chosen.fields) if chosen else ()
    cards = tuple((one.id, one.kind, one.title or words("window.no_name")) for one in found)
    if chosen is None:
        return Waiting(cards, None)
    half = half_made(desk, chosen.id, chosen.heads)
    title = chosen.title or words("window.no_name")
    return Waiting(cards, TellCard(chosen.id, chosen.kind, title, chosen.heads, fields, half))


def _field(words: Wording, telling: Telling, desk: Desk, card: CardConflict, field: FieldConflict) -> TellField:
    own = desk.store.id
    sides = sorted(field.sides, key=lambda side: side.store != own)  # what was said here stands on the left
    together = both(field) if field.field in LISTS | LONG else None
    return TellField(
        field.field,
        label_of(words, field.field, card.kind),
        telling(field.field, field.base),
        tuple(_side(words, telling, field, side, own) for side in sides),
        together,
        field.field in TYPED,
        field.field in LONG,
    )


def _side(words: Wording, telling: Telling, field: FieldConflict, side: Side, own: str) -> TellSide:
    name = side.staff_name or words("window.no_name")
    if side.store == own:
        name = words("conflicts.at_this_desk", name=name)
    by = words("conflicts.by", name=name, at=moment(side.at)) if side.at else name
    return TellSide(side.value, telling(field.field, side.value), by, side is field.sides[0])
