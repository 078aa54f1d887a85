"""What a field of a card is called, and what one of its values says, for people to compare and decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from desktop.store.reader import Reader
from desktop.store.units import staff_names, units
from resources import Wording
from sync.records.ids import STAFF_PREFIX, UNIT_PREFIX, prefix_of
from sync.records.names import mask_number
from sync.records.telephones import mask_phone
from sync.records.times import to_minute

LONG: Final = frozenset({"note", "text", "facts", "disputed", "record"})
"""Fields that hold texts of many words."""
LISTS: Final = frozenset({"phones", "external", "mediators"})
TYPED: Final = LONG | {
    "name", "address", "occupation", "employer", "legal_representative", "representative_post", "title", "place",
    "category_word", "discovered_by", "committee", "ended_reason", "phones",
}  # fmt: skip
"""Fields for which a person may type something else than one of the sides; the others are chosen."""
_ENUMS: Final = {
    "sex": "sex", "ethnic_group": "ethnic", "nature": "nature", "category": "category", "host": "host",
    "outcome": "outcome", "interests": "interests", "origin": "mediationorigin",
}  # fmt: skip


def label_of(words: Wording, field: str, kind: str = "") -> str:
    """Return what a field is called; one of a newer program is told by its name."""
    for key in (f"conflicts.field_{kind}_{field}", f"conflicts.field_{field}", f"forms.field_{field}"):
        if words.has(key):
            return words(key)
    return field


class Telling:
    """Tells values: who an id stands for is read once. ``masked``: document numbers and telephones are shortened."""

    def __init__(self, words: Wording, reader: Reader, *, masked: bool = True) -> None:
        self._words, self._masked = words, masked
        self._names: Mapping[str, str] = {
            **staff_names(reader),
            **{identity: unit.name for identity, unit in units(reader).items()},
        }

    def __call__(self, field: str, value: Any) -> str:
        """Return what ``value`` (JSON) says; empty where it says nothing."""
        words = self._words
        if value in (None, "", [], {}):
            return ""
        if field == "document" and isinstance(value, dict):
            return self._document(value)
        if isinstance(value, list):
            return words("window.list_comma").join(self(field, item) for item in value)
        if isinstance(value, dict):
            return " ".join(str(part) for part in value.values())
        text = str(value)
        if field in _ENUMS and words.has(f"records.{_ENUMS[field]}_{text}"):
            return words(f"records.{_ENUMS[field]}_{text}")
        if prefix_of(text) in (STAFF_PREFIX, UNIT_PREFIX):
            return self._names.get(text, "") or words("window.no_name")
        if field == "phones":
            return mask_phone(text) if self._masked else text
        if field == "amount_fen" and isinstance(value, int):
            return f"{value / 100:,.2f}"
        return _moment(text) if field.endswith(("_at", "_on")) else text

    def _document(self, value: Mapping[str, Any]) -> str:
        words, number = self._words, str(value.get("number", ""))
        if not number:
            return words(f"records.answer_{value.get('answer', 'not_asked')}")
        kind = value.get("type")
        told = words(f"records.documenttype_{kind}") if kind and words.has(f"records.documenttype_{kind}") else ""
        return f"{told} {mask_number(number) if self._masked else number}".strip()


def _moment(text: str) -> str:
    try:
        return to_minute(datetime.fromisoformat(text)) if "T" in text else date.fromisoformat(text).isoformat()
    except ValueError:
        return text
