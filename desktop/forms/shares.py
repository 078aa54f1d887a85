"""The rows in which the shares of many persons are entered, and what they come to beside the terms and the total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask
from desktop.forms.terms import Said, term_rows
from sync.records.money import parse_fen, yuan_words

SHARE_ROWS = (
    ask("name", Shape.LINE, required=always, max_length=100, personal=True),
    ask("number", Shape.LINE, "field_share_number", max_length=40, personal=True),
    ask("period", Shape.LINE, "field_share_period", max_length=60),
    ask("amount", Shape.MONEY, "field_share_amount", required=always),
    ask(
        "account",
        Shape.LINE,
        "field_share_account",
        max_length=40,
        personal=True,
        masked=True,
        hint="forms.hint_share_account",
    ),
    ask("bank", Shape.LINE, "field_share_bank", max_length=60),
)
_NOTHING: Final = ("", None)


def shares_adding_up(draft: Mapping[str, Any]) -> Said | None:
    """Say what the persons' amounts come to and how far that is from the instalments; None where nobody is named."""
    rows = [row for row in draft.get("shares") or () if isinstance(row, Mapping)]
    if not rows:
        return None
    try:
        persons = sum(_fen(row) for row in rows)
        instalments = sum(_fen(row) for row in term_rows(draft))
    except ValueError:
        return "forms.sum_unreadable", {}
    said = {"count": len(rows), "sum": yuan_words(persons), "instalments": yuan_words(instalments)}
    if persons == instalments:
        return "forms.shares_right", said
    key = "forms.shares_over" if persons > instalments else "forms.shares_short"
    return key, {**said, "difference": yuan_words(abs(persons - instalments))}


def _fen(row: Mapping[str, Any]) -> int:
    text = str(row.get("amount") or "").strip()
    return parse_fen(text) if text else 0
