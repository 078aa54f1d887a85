"""Why a record is held, in words: the reason, the field, the rule behind it and what to do.

A reason that a newer district gives, and this program does not know, is shown by its code and nothing is made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from desktop.store.rows import HeldRow

if TYPE_CHECKING:
    from resources import Wording

KNOWN_HERE: Final[Mapping[str, str]] = {
    "foreign_unit": "made.unit",
    "foreign_store": "made.store",
    "unknown_staff": "made.by",
    "no_role": "made.by",
    "id_taken": "id",
    "bad_id": "id",
    "key_taken": "key",
    "not_witnessed": "witnessed",
    "not_erasable": "target",
    "not_a_card": "card",
    "not_an_order": "order",
}
"""The field of a reason where an older district does not say it."""


@dataclass(frozen=True, slots=True)
class Why:
    """``field`` is the record's own name of it (``made.by``; empty for the whole record), ``field_told`` its words."""

    reason: str
    field: str
    field_told: str
    rule: str
    do: str
    known: bool


def why(words: Wording, row: HeldRow) -> Why:
    """Tell why ``row`` is held."""
    code = row.reason.partition(".")[2]
    field = row.field or KNOWN_HERE.get(code, "")
    told = words.has(row.reason)
    known = told and words.has(f"held.rule_{code}")
    return Why(
        reason=words.filled(row.reason, row.values) if told else words("held.unknown_reason", code=row.reason),
        field=field,
        field_told=field_words(words, field, row.kind),
        rule=words(f"held.rule_{code}") if known else words("held.unknown_rule"),
        do=words(f"held.do_{code}") if known else words("held.unknown_do"),
        known=known,
    )


def field_words(words: Wording, field: str, kind: str) -> str:
    """Return what people call a field of a kind; a name that nobody has words for stays as it is."""
    if not field:
        return words("held.field_none")
    keys = (f"held.part_{field.replace('.', '_')}", f"forms.{kind}_{field}", f"forms.field_{field}")
    return next((words(key) for key in keys if words.has(key)), field)


def kind_words(words: Wording, kind: str) -> str:
    """Return what people call a kind; one of a newer program is called by its code."""
    key = f"records.kind_{kind}"
    return words(key) if words.has(key) else kind
