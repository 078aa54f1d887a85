"""Cards of which two desks set the same field differently: which there are, and what each side said, when and by whom.

A conflict is no refused record (held.py): nothing of it waits to be sent, and a person decides it by an edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from desktop.store.later import title_of
from desktop.store.reader import Reader
from desktop.store.units import staff_names
from sync.records.kinds import kind_of, kind_of_value
from sync.records.record import Record

if TYPE_CHECKING:
    from sync.records.cards import Folded, Standing
    from sync.records.mediations import Mediation

_COUNT: Final = "SELECT count(*) FROM card WHERE conflicted > 0"
_LIST: Final = """
    SELECT record.id FROM card JOIN record ON record.line = card.line
    WHERE card.conflicted > 0 AND record.readable = 1 ORDER BY card.line DESC LIMIT ?
"""
MOST: Final = 500
"""So many cards a list shows; whoever has decided some of them sees the rest."""


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a field in conflict, with the record that said it, who made that, where and when."""

    value: Any
    said_by: str
    staff: str
    staff_name: str
    store: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that was set differently: its sides, the one used meanwhile first, and what all of them had seen."""

    field: str
    base: Any
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class CardConflict:
    """A card in conflict. ``heads`` are what a decision made now has seen, ``value`` is the card meanwhile."""

    id: str
    kind: str
    title: str
    heads: tuple[str, ...]
    value: Record
    fields: tuple[FieldConflict, ...]

    @property
    def at(self) -> datetime | None:
        """When the last of the sides was said, by the clock of its desk."""
        said = [side.at for field in self.fields for side in field.sides if side.at is not None]
        return max(said, default=None)


def count_conflicts(reader: Reader) -> int:
    """Return how many cards are in conflict; it costs what is in conflict, not what is stored."""
    return int(reader.sql(_COUNT).fetchone()[0])


def list_conflicts(reader: Reader, limit: int = MOST) -> list[CardConflict]:
    """Return the cards in conflict, the one logged last first."""
    ids = [row[0] for row in reader.sql(_LIST, (limit,)).fetchall()]
    clerks = staff_names(reader) if ids else {}
    return [_told(reader, card_id, reader.folded(card_id), clerks) for card_id in ids]


def conflict_of(reader: Reader, card_id: str) -> CardConflict:
    """Return what of a card is in conflict (no fields where nothing is); Refused("store.no_such_record")."""
    return _told(reader, card_id, reader.folded(card_id), staff_names(reader))


def _told(reader: Reader, card_id: str, folded: Folded, clerks: Mapping[str, str]) -> CardConflict:
    value, kind = reader.get(card_id), kind_of(card_id)
    fields = tuple(
        FieldConflict(name, folded.bases.get(name), tuple(_side(standing, clerks) for standing in found))
        for name, found in sorted(folded.conflicts.items())
    )
    return CardConflict(card_id, kind.name if kind else "", _title(reader, value), folded.heads, value, fields)


def _side(standing: Standing, clerks: Mapping[str, str]) -> Side:
    made = standing.made
    if made is None:
        return Side(standing.value, standing.said_by, "", "", "", None)
    return Side(standing.value, standing.said_by, made.by, clerks.get(made.by, ""), made.store, made.at)


def _title(reader: Reader, value: Record) -> str:
    """A mediation has no title of its own: its matter's."""
    if kind_of_value(value).name == "mediation":
        matter = cast("Mediation", value).matter
        value = reader.current([matter]).get(matter, value)
    return title_of(value)
