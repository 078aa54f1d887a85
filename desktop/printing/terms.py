"""The terms of an agreement as sentences: what is done, who pays whom how much in figures and capitals, until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.printing.moments import capital_money_words, count_words, day_words, money_words
from desktop.printing.sheets import AgreementSheet, PartyBox
from desktop.printing.template import Template
from sync.records.mediations import Term
from sync.records.terms import total_of

STOPS = ("。", "！", "？", "”")
NAMED = 3
"""So many names of one side are said in full; of more only the first, and how many they are."""


def sides_words(words: Template, parties: Sequence[PartyBox]) -> dict[int, str]:
    """Return who stands on each side, in words: up to three by name, of more the first one and how many they are."""
    found: dict[int, list[str]] = {}
    for party in parties:
        found.setdefault(party.side, []).append(party.name)
    many = words.has("side_many")
    return {
        side: words("side_many", first=names[0], count=len(names)) if many and len(names) > NAMED else "、".join(names)
        for side, names in found.items()
    }


def total_words(words: Template, sheet: AgreementSheet) -> str:
    """Return what the instalments come to: the sum that the parties named, or what they add up to."""
    total = sheet.total_fen if sheet.total_fen is not None else total_of(sheet.terms)
    if total is None or not words.has("total"):
        return ""
    count = count_words(sum(term.amount_fen is not None for term in sheet.terms))
    return words("total", count=count, digits=money_words(total), capitals=capital_money_words(total))


def term_words(words: Template, number: int, term: Term, sides: Mapping[int, str]) -> str:
    """Return one term as sentences: a number, what is done, who pays, how much in digits and capitals, until when."""
    details = []
    if term.payer in sides and term.payee in sides and term.payer and words.has("term_pays"):
        details.append(words("term_pays", payer=sides[term.payer], payee=sides[term.payee]))
    if term.amount_fen is not None:
        capitals = capital_money_words(term.amount_fen)
        details.append(words("term_amount", digits=money_words(term.amount_fen), capitals=capitals))
    if term.due_on is not None and term.early_reason and words.has("term_done"):
        details.append(words("term_done", day=day_words(term.due_on), reason=term.early_reason))
    elif term.due_on is not None:
        details.append(words("term_due", day=day_words(term.due_on)))
    text = term.text.strip()
    closed = text if text.endswith(STOPS) else text.rstrip("；;，,") + "。"
    return words("term", ordinal=count_words(number), text=closed) + ("；".join(details) + "。" if details else "")
