"""What a start does without: loaded when the first record is written that folds, or one is told, looked for, numbered.

The one place of the store that imports late: folds, edits and terms stand on every kind of record, and signing in
writes none of these. Once Today stands the window fetches all of it (ui/later.py), so that no save waits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sync.records.kinds import is_a

if TYPE_CHECKING:
    from desktop.store.reader import Reader
    from desktop.store.remembered import Numbered
    from desktop.store.rows import MatterRow, MediationRow, OrderRow
    from desktop.store.work import Work
    from sync.records.cards import Folded, Revision
    from sync.records.papers import Attachment, NumberLease, Series
    from sync.records.record import Made, Record

    Found = Sequence[tuple[Any, Record]]
    """Records with what stands of them in their list's table."""


def fold(reader: Reader, kind: str, ids: Iterable[str]) -> dict[int, Record]:
    """Fold records anew (folding.py)."""
    from desktop.store.folding import fold

    return fold(reader, kind, ids)


def answer_moved(work: Work, ids: Iterable[str]) -> None:
    """Write anew what runs of what the steps among ``ids`` answer (passed_clocks.py)."""
    if steps := [one for one in ids if is_a(one, "step")]:
        from desktop.store.passed_clocks import answer_moved

        answer_moved(work, steps)


def fold_same(reader: Reader, cards: set[str]) -> None:
    """Write anew which cards are led by which (same.py)."""
    from desktop.store.same import fold_same

    fold_same(reader, cards)


def fold_readable(kind: str, card_id: str, body: bytes, edits: Sequence[Revision]) -> tuple[Folded, Record]:
    """Fold a card over its edits (protocol.card_folding)."""
    from sync.protocol.card_folding import fold_readable

    return fold_readable(kind, card_id, body, edits)


def edits_of(now: Folded, said: dict[str, Any]) -> dict[str, Any]:
    """Return what of ``said`` differs from a card's value, or decides a conflict."""
    from sync.records.cards import same_value

    return {n: v for n, v in said.items() if n in now.conflicts or not same_value(v, now.fields.get(n))}


def overridden(reader: Reader, card_id: str, seen: tuple[str, ...], edits: Collection[str]) -> tuple[str, ...]:
    """Return who said what an edit of these fields overrides (folding.py)."""
    if seen == (card_id,):
        return ()
    from desktop.store.folding import overridden

    return overridden(reader, card_id, seen, edits)


def revision(id: str, made: Made, card: str, seen: tuple[str, ...], fields: dict[str, Any]) -> Revision:
    """Return an edit of a card."""
    from sync.records.cards import Revision

    return Revision(id=id, made=made, card=card, seen=seen, fields=fields)


def order_rows(reader: Reader, found: Found) -> list[OrderRow]:
    """Return list rows for dispatch orders (rows_of_orders.py)."""
    from desktop.store.rows_of_orders import rows_found

    return rows_found(reader, found)


def matter_rows(reader: Reader, found: Found) -> list[MatterRow]:
    """Return list rows for matters (rows_of_matters.py)."""
    from desktop.store.rows_of_matters import rows_found

    return rows_found(reader, found)


def mediation_rows(reader: Reader, found: Found) -> list[MediationRow]:
    """Return list rows for mediations (rows_of_mediations.py)."""
    from desktop.store.rows_of_mediations import rows_found

    return rows_found(reader, found)


def title_of(record: Record) -> str:
    """Return what a record is called (said.py)."""
    from desktop.store.said import title_of

    return title_of(record)


def terms_of(record: Record) -> set[str]:
    """Return all terms under which a record is found (terms.py)."""
    from desktop.store.terms import terms_of

    return terms_of(record)


def attachment(reader: Reader, record_id: str) -> Attachment | None:
    """Return an attachment where it is here."""
    from sync.records.papers import Attachment

    return reader.find(record_id, Attachment)


@cache
def _give_out() -> Callable[[Work, Series, str, str, int], tuple[str, Numbered]]:
    """Found once: an import that only looks a module up takes each save longer than much of what it does."""
    from desktop.store.leases import give_out

    return give_out


def give_out(work: Work, series: Series, unit: str, unit_short: str, year: int) -> tuple[str, Numbered]:
    """Take the next number of a paper (leases.py)."""
    return _give_out()(work, series, unit, unit_short, year)


def settle_numbers(work: Work) -> None:
    """Have the rows of the leases say which numbers come next (leases.py)."""
    from desktop.store.leases import settle

    settle(work)


def take(work: Work, value: NumberLease) -> None:
    """Use a lease of numbers (leases.py)."""
    from desktop.store.leases import take

    take(work, value)
