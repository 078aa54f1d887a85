"""What a query's words ask of the index: tiers for persons and organisations, best first, and one for all texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from desktop.store.matching import Word
from desktop.store.rows import Manner
from desktop.store.said import PARTIES
from desktop.store.terms import BEGINNINGS, all_of, any_of, kinds_term, number_terms, term, text_terms
from desktop.store.words import TAIL_LENGTH

MOST_WORDS = 6
"""So many words of a query are asked of the index; all of them are looked for in the record."""

Narrow = Callable[[list[str]], list[str]]
Tier = tuple[str, Manner | None]
"""An expression, and, where only a reading satisfies it, the manner of that."""


def party_tiers(words: Sequence[Word], narrow: Narrow = list) -> Iterator[Tier]:
    """Yield what finds persons and organisations by one word, best first; by several words, all ways at once."""
    if len(words) > 1:
        yield all_of([kinds_term(PARTIES), *(_any_way(word, narrow) for word in words[:MOST_WORDS])]), None
        return
    word = words[0]
    name = word.name[:TAIL_LENGTH]
    yield any_of((term("w", name), term("n", word.number))), None
    yield term("p", word.spelled), Manner.PINYIN
    yield term("i", word.spelled), Manner.INITIALS
    few = len(word.number) < BEGINNINGS.stop
    begun = term("b", word.number) if few else term("n", word.number, begins=True)
    yield any_of((term("w", name, begins=True), begun)), None
    yield term("p", word.spelled, begins=True), Manner.PINYIN
    yield term("i", word.spelled, begins=True), Manner.INITIALS
    yield term("q", word.spelled, begins=True), Manner.PINYIN
    yield term("j", word.spelled, begins=True), Manner.INITIALS
    yield term("t", name, begins=True), None
    yield all_of([kinds_term(PARTIES), *narrow(number_terms(word.number))]) if word.number else "", None


def _any_way(word: Word, narrow: Narrow) -> str:
    name = word.name[:TAIL_LENGTH]
    sounds = [term(letter, word.spelled, begins=True) for letter in "pqij"]
    names = [term(letter, name, begins=True) for letter in "wt"]
    return any_of((*names, *sounds, text_expression(word, narrow)))


def text_expression(word: Word, narrow: Narrow = list) -> str:
    """Return the expression for every record whose texts or numbers hold the word; some others may satisfy it too.

    ``narrow`` leaves out terms that are so common that they cost more than they narrow.
    """
    numbers = _each(narrow(number_terms(word.number))) if word.number else ""
    return any_of((_each(narrow(text_terms(word.folded))), numbers))


def sound_expressions(word: Word) -> Iterator[tuple[str, Manner]]:
    """Yield the expressions for names that are read so, from any character on."""
    for letters, manner in (("pq", Manner.PINYIN), ("ij", Manner.INITIALS)):
        yield any_of(term(letter, word.spelled, begins=True) for letter in letters), manner


def _each(expressions: Sequence[str]) -> str:
    return f"({all_of(expressions)})" if len(expressions) > 1 else "".join(expressions)
