"""Whether the terms of an agreement hold together: who pays whom, and dates in their order after the agreement's day.

A court confirms no agreement whose content is unclear (民诉法解释 358); 人民调解法 29 asks for the manner and the time
of performance. The rules look at one term and at those before it, so that a form can say them while they are typed.
That the amounts add up to their total is checked with the agreement (case_requirements.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sync.records.mediations import Term


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one term: its ``place`` from 0, the ``field`` of Term, the sentence's key and its values."""

    place: int
    field: str
    key: str
    values: dict[str, object]


def term_faults(terms: Sequence[Term], sides: Collection[int], drawn_on: date | None) -> Iterator[Fault]:
    """Yield the first fault of each term. ``sides`` are those of the parties, none where they are not known yet.

    Something that was due before the agreement's day needs a reason: money that changed hands at the table, for
    example. Instalments between the same two sides stand in the order of their dates.
    """
    latest: dict[tuple[int, int], tuple[date, int]] = {}
    for place, term in enumerate(terms):
        if found := _fault(place, term, sides, drawn_on, latest):
            yield found
        if term.amount_fen is not None and term.due_on is not None:
            pair = (term.payer, term.payee)
            latest[pair] = max(latest.get(pair, (date.min, 0)), (term.due_on, place))


def _fault(
    place: int,
    term: Term,
    sides: Collection[int],
    drawn_on: date | None,
    latest: dict[tuple[int, int], tuple[date, int]],
) -> Fault | None:
    number = {"number": place + 1}
    for name, side in (("payer", term.payer), ("payee", term.payee)):
        if sides and side and side not in sides:
            return Fault(place, name, "records.term_side_unknown", dict(number))
    if term.payer and term.payer == term.payee:
        return Fault(place, "payee", "records.term_pays_itself", dict(number))
    if bool(term.payer) != bool(term.payee):
        return Fault(place, "payee" if term.payer else "payer", "records.term_pays_half", dict(number))
    if term.due_on is None:
        return None
    if drawn_on is not None and term.due_on < drawn_on and not term.early_reason.strip():
        return Fault(place, "early_reason", "records.term_due_early", dict(number))
    before = latest.get((term.payer, term.payee))
    if term.amount_fen is not None and before is not None and term.due_on < before[0]:
        return Fault(place, "due_on", "records.term_due_order", {**number, "earlier": before[1] + 1})
    return None


def total_of(terms: Sequence[Term]) -> int | None:
    """Return what the amounts add up to, in fen; None where there are fewer than two, or they run both ways.

    What two sides owe each other is no sum that anybody pays.
    """
    amounts = [term for term in terms if term.amount_fen is not None]
    if len(amounts) < 2 or len({(term.payer, term.payee) for term in amounts}) > 1:
        return None
    return sum(term.amount_fen or 0 for term in amounts)
