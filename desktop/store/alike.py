"""Cards that may stand for one person or organisation: proposals for people to judge, never more.

Looked for are the same number however it was typed, the same telephone with a name that is the same or read the same,
a name read the same with the same day of birth, and for organisations the same name, its legal form left aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from desktop.store.parties import by_beginning, by_reading, by_whole_numbers
from desktop.store.reader import Reader
from desktop.store.readings import readings_of
from desktop.store.said import numbers_of
from desktop.store.same import joined_with, said_about
from desktop.store.words import name_key, number_key
from sync.records.documents import check_character, normal_number
from sync.records.persons import Answer, Document, DocumentType, Organisation, Person
from sync.records.sameness import Said, Samenesses, SamenessReason, Verdict, pair_of

Party = Person | Organisation

MOST_LOOKED_AT: Final = 500
"""So many of those who are called the same are looked at, the newest: a common name may belong to thousands."""
MOST_SHOWN: Final = 12
_FORM: Final = re.compile(r"(?:有限责任公司|股份有限公司|有限公司|公司)$")
_NOTHING: Final = Said(Verdict.WITHDRAWN, ())


class Standing(StrEnum):
    """How another card stands to the one that is looked at."""

    CONTRADICTED = "contradicted"
    POSSIBLE = "possible"
    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Beside:
    """Another card: how it stands, and what speaks for its being the same."""

    card: Party
    standing: Standing
    grounds: tuple[SamenessReason, ...] = ()


def cards_beside(reader: Reader, card_id: str) -> list[Beside]:
    """Return the cards that may be the same as ``card_id``, are said to be, or not to be; what needs a person first.

    Refused as for `Reader.get`. Cards that were said to be different are proposed no more.
    """
    reader.get(card_id)
    said = said_about(reader, card_id)
    mine = joined_with(reader, [card_id])[card_id]
    own = [card for card in reader.current(mine).values() if isinstance(card, (Person, Organisation))]
    spoken = {other: stands for other in _named(said) if other not in mine and (stands := _between(said, mine, other))}
    others = {i: card for i, card in reader.current(spoken).items() if isinstance(card, (Person, Organisation))}
    others |= {card.id: card for each in own for card in _candidates(reader, each) if card.id not in mine}
    found = [Beside(card, Standing.SAME) for card in own if card.id != card_id]
    shown = set[str]()
    groups = joined_with(reader, others)
    for i in sorted(others, reverse=True):
        card, stands, group = others[i], spoken.get(i, _NOTHING), groups[i]
        grounds = tuple(dict.fromkeys(ground for each in own for ground in grounds_for(each, card)))
        if stands.contradicted:
            found.append(Beside(card, Standing.CONTRADICTED, grounds))
        elif stands.verdict is Verdict.DIFFERENT:
            found.append(Beside(card, Standing.DIFFERENT, grounds))
        elif grounds and group[0] not in shown and not any(_apart(said, mine, other) for other in group):
            shown.add(group[0])
            found.append(Beside(card, Standing.POSSIBLE, grounds))
    order = list(Standing)
    return sorted(found, key=lambda b: order.index(b.standing))[:MOST_SHOWN]


def alike_among(reader: Reader, cards: Mapping[str, Party]) -> set[str]:
    """Return those of ``cards`` (leading ones, by id) that may be the same as another of them, and nobody judged."""
    found = set[str]()
    for (one, card), (other, second) in combinations(cards.items(), 2):
        if grounds_for(card, second):
            said = said_about(reader, one)
            groups = joined_with(reader, [one, other])
            if not any(_apart(said, groups[one], each) for each in groups[other]):
                found |= {one, other}
    return found


def grounds_for(one: Party, other: Party) -> tuple[SamenessReason, ...]:
    """Return what speaks for two cards being the same; nothing where two sound numbers say that they are not."""
    if isinstance(one, Person) and isinstance(other, Person):
        return tuple(_of_persons(one, other))
    if isinstance(one, Organisation) and isinstance(other, Organisation):
        return tuple(_of_organisations(one, other))
    return ()


def names_alike(one: str, other: str) -> bool:
    """Whether two names of people are the same but for the form of their characters, or are read the same."""
    if not one or not other:
        return False
    return name_key(one, 100) == name_key(other, 100) or not readings_of(one)[0].isdisjoint(readings_of(other)[0])


def _of_persons(one: Person, other: Person) -> Iterator[SamenessReason]:
    number = _numbers_alike(one.document, other.document)
    if number:
        yield SamenessReason.SAME_NUMBER
    elif _sound(one.document) and _sound(other.document):
        return
    if names_alike(one.name, other.name):
        if _phones(one) & _phones(other):
            yield SamenessReason.PHONE_AND_NAME
        if one.born_on is not None and one.born_on == other.born_on:
            yield SamenessReason.NAME_AND_BIRTH


def _of_organisations(one: Organisation, other: Organisation) -> Iterator[SamenessReason]:
    codes = [number_key(card.credit_code) for card in (one, other)]
    if all(codes) and codes[0] == codes[1]:
        yield SamenessReason.SAME_NUMBER
    elif all(codes) and not (one.credit_code_doubt or other.credit_code_doubt):
        return
    if name_key(_short(one.name), 100) == name_key(_short(other.name), 100):
        yield SamenessReason.SAME_NAME


def _numbers_alike(one: Document, other: Document) -> bool:
    """Whether two numbers are the same, however typed; one of fifteen digits and its later form of eighteen too."""
    if one.answer is not Answer.GIVEN or other.answer is not Answer.GIVEN:
        return False
    short, long = sorted((number_key(one.number), number_key(other.number)), key=len)
    if not short:
        return False
    return short == long or (len(short) == 15 and len(long) == 18 and short == long[:6] + long[8:17])


def _sound(document: Document) -> bool:
    """Whether a number was checked by its last digit: two such numbers that differ belong to two people."""
    kind, number = document.type, document.number
    return document.answer is Answer.GIVEN and kind is DocumentType.CITIZEN and len(number) == 18 and not document.doubt


def _phones(card: Person) -> set[str]:
    return {number_key(phone) for phone in card.phones} - {""}


def _short(name: str) -> str:
    return _FORM.sub("", name.strip()) or name


def _candidates(reader: Reader, card: Party) -> Iterator[Party]:
    numbers = [number for _, number in numbers_of(card)]
    if isinstance(card, Person):
        numbers += _other_form(normal_number(card.document.number))
    lines = by_whole_numbers(reader, numbers)
    if isinstance(card, Organisation):
        lines += by_beginning(reader, _short(card.name), MOST_LOOKED_AT)
    elif card.born_on is not None:
        lines += by_reading(reader, card.name, MOST_LOOKED_AT)
    for _, found in reader.at_lines(set(lines)):
        if isinstance(found, (Person, Organisation)) and found.id != card.id:
            yield found


def _other_form(number: str) -> list[str]:
    """Return a citizen's number in its other form: of fifteen digits until 1999, of eighteen since (GB 11643)."""
    if len(number) == 18:
        return [number[:6] + number[8:17]]
    longer = f"{number[:6]}19{number[6:]}"
    return [longer + check_character(longer)] if len(number) == 15 and number.isdecimal() else []


def _named(said: Samenesses) -> set[str]:
    return {card for pair in said.pairs for card in pair}


def _between(said: Samenesses, mine: Sequence[str], other: str) -> Said | None:
    """Return what stands between one of ``mine`` and ``other`` that keeps them apart: a contradiction first."""
    stands = [found for card in mine if (found := said.pairs.get(pair_of(card, other)))]
    told = [s for s in stands if s.contradicted or s.verdict is not Verdict.WITHDRAWN]
    # Said to be the same, and yet not in one group: two of the cards were said to be different.
    told = [Said(s.verdict, s.heads, contradicted=True) if s.verdict is Verdict.SAME else s for s in told]
    return max(told, key=lambda s: s.contradicted, default=None)


def _apart(said: Samenesses, mine: Sequence[str], other: str) -> bool:
    found = (said.pairs.get(pair_of(card, other), _NOTHING) for card in mine)
    return any(stands.verdict is Verdict.DIFFERENT for stands in found)
