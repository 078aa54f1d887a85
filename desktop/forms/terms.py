"""The rows in which the terms of an agreement are entered, and what they come to while they are typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from desktop.forms.form import Shape, always
from desktop.forms.questions import ask, filled, own_choices, today
from sync.records.errors import RuleBroken
from sync.records.mediations import Term
from sync.records.money import parse_fen, yuan_words
from sync.records.terms import term_faults
from sync.records.times import parse_day

SIDES = "_sides"
"""The draft's value with the names of the parties by side ("1", "2", …), where they are known."""

Said = tuple[str, dict[str, Any]]
"""A wording key and the values of its places."""


def _already_due(row: Mapping[str, Any]) -> bool:
    """No agreement is dated ahead, so what was due before its day lies before today too."""
    try:
        return parse_day(str(row.get("due_on") or "")).isoformat() < today() or bool(row.get("early_reason"))
    except RuleBroken:
        return False


TERM_ROWS = (
    ask("text", Shape.TEXT, "field_term", required=always),
    ask("amount", Shape.MONEY),
    ask("due_on", Shape.DATE),
    ask("payer", Shape.CHOICE, choices=own_choices("side", "1", "2", "3"), shown=filled("amount")),
    ask("payee", Shape.CHOICE, choices=own_choices("side", "1", "2", "3"), shown=filled("amount")),
    ask("early_reason", Shape.LINE, shown=_already_due, hint="forms.hint_early_reason"),
)


def term_rows(draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rows of the terms as they were typed."""
    return [row for row in draft.get("terms") or () if isinstance(row, Mapping)]


def adding_up(draft: Mapping[str, Any]) -> Said | None:
    """Say what the amounts of the terms come to and what is missing from the total; None where there is no amount."""
    total = str(draft.get("total") or "").strip()
    try:
        amounts = [parse_fen(text) for row in term_rows(draft) if (text := str(row.get("amount") or "").strip())]
        off = parse_fen(total) - sum(amounts) if total else None
    except ValueError:
        return "forms.sum_unreadable", {}
    said = {"sum": yuan_words(sum(amounts))}
    if off is None:
        return ("forms.sum_alone", said) if amounts else None
    if not off:
        return "forms.sum_right", said
    return "forms.sum_short" if off > 0 else "forms.sum_over", {**said, "difference": yuan_words(abs(off))}


def holding_together(draft: Mapping[str, Any]) -> dict[int, Said]:
    """Say of each row, by its place, what does not hold: an amount or a day that is none, and sync.records.terms."""
    said: dict[int, Said] = {}
    terms = [_term(place, row, said) for place, row in enumerate(term_rows(draft))]
    names = draft.get(SIDES)
    sides = {int(side) for side in names if str(side).isdigit()} if isinstance(names, Mapping) else set()
    for fault in term_faults(terms, sides, _day(draft.get("drawn_on"))):
        said.setdefault(fault.place, (fault.key, fault.values))
    return said


def _term(place: int, row: Mapping[str, Any], said: dict[int, Said]) -> Term:
    """Return what can be read of a row; the rest is ``said``."""
    fen, day = None, None
    if amount := str(row.get("amount") or "").strip():
        try:
            fen = parse_fen(amount)
        except ValueError:
            said[place] = ("actions.no_amount", {})
    if written := str(row.get("due_on") or "").strip():
        try:
            day = parse_day(written)
        except RuleBroken as broken:
            said[place] = (broken.key, broken.values)
    payer, payee = _passes(row) if amount else (0, 0)
    reason = str(row.get("early_reason") or "")
    return Term(
        text=str(row.get("text") or ""), amount_fen=fen, due_on=day, payer=payer, payee=payee, early_reason=reason
    )


def _passes(row: Mapping[str, Any]) -> Iterator[int]:
    return (int(text) if (text := str(row.get(name) or "")).isdigit() else 0 for name in ("payer", "payee"))


def _day(value: Any) -> date | None:
    try:
        return parse_day(str(value or ""))
    except RuleBroken:
        return None
