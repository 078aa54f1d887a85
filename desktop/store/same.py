"""Which cards stand for one person or organisation, as people said so: what the fold stores, and what it means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from desktop.store.projections import AMONG_IDS, NAMING_ANY
from desktop.store.reader import Reader, chunks, listed
from sync.protocol.codec import decode_body
from sync.records.sameness import Sameness, Samenesses, Verdict, edited_beside, fold_sameness, pair_of

_ABOUT: Final = f"""
    SELECT record.body FROM link JOIN record ON record.line = link.line
    WHERE {NAMING_ANY} AND link.via IN ('sameness.leading', 'sameness.other')
    AND record.readable = 1
"""  # noqa: S608 our own words
_LINES: Final = f"SELECT id, line FROM record WHERE {AMONG_IDS} AND readable = 1"  # noqa: S608 our own words
_FORGET: Final = f"DELETE FROM same WHERE line IN (SELECT line FROM record WHERE {AMONG_IDS})"  # noqa: S608 as above
_WRITE: Final = "INSERT INTO same(line, leading) VALUES (?, ?)"
_LED: Final = f"""
    SELECT record.id, same.leading FROM record CROSS JOIN same ON same.line = record.line WHERE {AMONG_IDS}
"""  # noqa: S608 our own words
_LED_AT: Final = "SELECT line, leading FROM same WHERE line IN (SELECT value FROM json_each(?))"
_LED_BY: Final = """
    SELECT same.leading, record.id FROM same JOIN record ON record.line = same.line
    WHERE same.leading IN (SELECT value FROM json_each(?)) ORDER BY record.id
"""


def statements_about(reader: Reader, cards: Iterable[str]) -> list[Sameness]:
    """Return all statements about ``cards`` and about every card that these lead to, one by one."""
    found: dict[str, Sameness] = {}
    passed, waiting = set[str](), set(cards)
    while waiting:
        passed |= waiting
        named = set[str]()
        for some in chunks(waiting):
            for (body,) in reader.sql(_ABOUT, (listed(some),)).fetchall():
                said = cast(Sameness, decode_body("sameness", body))
                found[said.id] = said
                named |= {said.leading, said.other}
        waiting = named - passed
    return list(found.values())


def said_about(reader: Reader, card: str) -> Samenesses:
    """Return what follows from all that was said about ``card`` and the cards that this leads to."""
    return fold_sameness(statements_about(reader, [card]))


def edited_since(reader: Reader, one: str, other: str) -> tuple[str, ...]:
    """Return the edits of who two joined cards are that nobody who said that they are one had seen."""
    stands = said_about(reader, one).pairs.get(pair_of(one, other))
    if stands is None or stands.verdict is not Verdict.SAME:
        return ()
    edits = [*reader.revisions_of(one), *reader.revisions_of(other)]
    said = [value for value in reader.current(stands.heads).values() if isinstance(value, Sameness)]
    unseen = [set(edited_beside(each, edits)) for each in said]
    return tuple(sorted(set.intersection(*unseen))) if unseen else ()


def fold_same(reader: Reader, cards: set[str]) -> None:
    """Write anew which cards are led by which, for ``cards`` and all that statements about them lead to.

    A card that is erased, or has not come here yet, leads nobody: the next one does until it comes.
    """
    statements = statements_about(reader, cards)
    touched = cards | {card for said in statements for card in (said.leading, said.other)}
    for some in chunks(touched):
        reader.sql(_FORGET, (listed(some),))
    if not statements:
        return
    lines = {i: line for some in chunks(touched) for i, line in reader.sql(_LINES, (listed(some),)).fetchall()}
    for joined in set(fold_sameness(statements).groups.values()):
        here = [card for card in joined.cards if card in lines]
        for card in here[1:]:
            reader.sql(_WRITE, (lines[card], here[0]))


def leading_at(reader: Reader, lines: Iterable[int]) -> dict[int, str]:
    """Return by its line the leading card of those at ``lines`` that another one leads; the others are missing."""
    return dict(reader.sql(_LED_AT, (listed(lines),)).fetchall())


def leading_of(reader: Reader, cards: Iterable[str]) -> dict[str, str]:
    """Return the leading card of those of ``cards`` that another one leads; the others are missing."""
    return {i: led for some in chunks(set(cards)) for i, led in reader.sql(_LED, (listed(some),)).fetchall()}


def joined_with(reader: Reader, cards: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return for each of ``cards`` all cards that stand for the same one: the leading one first, then by id."""
    asked = set(cards)
    led = leading_of(reader, asked)
    leads = {card: led.get(card, card) for card in asked}
    behind: dict[str, list[str]] = {}
    for some in chunks(set(leads.values())):
        for leading, card in reader.sql(_LED_BY, (listed(some),)).fetchall():
            behind.setdefault(leading, []).append(card)
    return {card: (leading, *behind.get(leading, ())) for card, leading in leads.items()}


def joined(reader: Reader, card: str) -> tuple[str, ...]:
    """Return all cards that stand for the same one as ``card``: the leading one first; it alone otherwise."""
    return joined_with(reader, [card])[card]
