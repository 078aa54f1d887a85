"""Why a record is found by a word, how well, and where the word stands in what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from desktop.store.readings import spelled
from desktop.store.rows import Manner, Span
from desktop.store.said import names_of, numbers_of, texts_of
from desktop.store.words import folded, looks_like_number, name_key, number_key, plainly, runs, wanted
from sync.records.record import Record

WHOLE: Final = 1 << 20
_NOTHING_HEARD: Final[Mapping[str, Manner]] = {}
_RANK: Final = {manner: rank for rank, manner in enumerate(Manner)}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query in all the forms in which it is looked for."""

    folded: str
    plain: str
    name: str
    number: str
    spelled: str

    @classmethod
    def of(cls, plain: str) -> Word:
        """Make the forms of one word as it was typed."""
        number = number_key(plain)
        letters = spelled(folded(plain))
        return cls(
            folded(plain),
            plain,
            name_key(plain, WHOLE),
            number if looks_like_number(number) else "",
            letters if len(letters) >= 2 else "",
        )


@dataclass(frozen=True, slots=True)
class Match:
    """The best reason for which a word finds a record: the field, what it says, and the manner."""

    field: str
    said: str
    manner: Manner
    word: Word

    @property
    def rank(self) -> int:
        """0 is best."""
        return _RANK[self.manner]


def words_of(text: str) -> list[Word]:
    """Return the words of a query, the longest first; what divides words is none."""
    kept = set(wanted(text))
    found = {folded(plain): plain for plain in plainly(text).split() if folded(plain) in kept}
    return [Word.of(plain) for plain in sorted(found.values(), key=len, reverse=True)]


def match(
    record: Record, words: Sequence[Word], manner: Manner | None = None, heard: Mapping[str, Manner] = _NOTHING_HEARD
) -> list[Match] | None:
    """Return why each of ``words`` finds ``record``; None where one of them does not.

    Only the index knows how a name is read: ``manner`` is what it said for all words, ``heard`` by a word's spelling.
    """
    texts = texts_of(record)
    whole = folded("\n".join(text for _, text in texts))
    names = [(field, name, name_key(name, WHOLE)) for field, name in names_of(record)]
    numbers = _numbers(record) if any(word.number for word in words) else []
    found = []
    for word in words:
        reasons = [*_in_keys(word.name, names, word), *_in_keys(word.number, numbers, word)]
        if word.folded in whole:
            # Most candidates fail here or there: which field it was is only looked for where one did not.
            reasons += [Match(field, text, Manner.TEXT, word) for field, text in texts if word.folded in folded(text)]
        if names and word.spelled and (read := manner or heard.get(word.spelled)):
            reasons.append(Match(names[0][0], names[0][1], read, word))
        if not reasons:
            return None
        found.append(min(reasons, key=lambda reason: reason.rank))
    return found


def _numbers(record: Record) -> list[tuple[str, str, str]]:
    return [(field, number, number_key(number)) for field, number in numbers_of(record)]


def _in_keys(key: str, said: Iterable[tuple[str, str, str]], word: Word) -> Iterable[Match]:
    for field, text, whole in said:
        if key and key in whole:
            yield Match(field, text, _manner(key, whole, word.plain, text), word)


def _manner(key: str, whole: str, plain: str, text: str) -> Manner:
    if key == whole:
        return Manner.EXACT if _literal(plain, text) else Manner.VARIANT
    return Manner.START if whole.startswith(key) else Manner.PART


def _literal(plain: str, text: str) -> bool:
    """Whether the word stands in the text as it was typed, and not only in another form of its characters."""
    return "".join(runs(plain)) in "".join(runs(plainly(text)))


def spans(text: str, match: Match) -> tuple[Span, ...]:
    """Return where ``text`` shows the word: start and end in characters; a reading marks the whole of a name."""
    if match.manner in (Manner.PINYIN, Manner.INITIALS):
        return ((0, len(text)),) if text == match.said else ()
    word = match.word
    tries: list[tuple[str, Callable[[str], bool]]] = [(word.folded, _anything)]
    if match.manner is not Manner.TEXT:
        tries += [(word.name, _of_a_run), (word.number, str.isalnum)]
    for needle, kept in tries:
        if needle and (found := _places(text, needle, kept)):
            return found
    return ()


def _anything(_char: str) -> bool:
    return True


def _of_a_run(char: str) -> bool:
    return bool(runs(char))


def _places(text: str, needle: str, kept: Callable[[str], bool]) -> tuple[Span, ...]:
    """Find ``needle`` in what folding makes of each character; those that are not ``kept`` divide nothing."""
    whole = folded(text)
    if kept is _anything and len(whole) == len(text):
        return tuple((at, at + len(needle)) for at in _finds(whole, needle))
    letters = [(char, place) for place, written in enumerate(text) for char in _folded(written) if kept(char)]
    whole = "".join(char for char, _ in letters)
    return tuple((letters[at][1], letters[at + len(needle) - 1][1] + 1) for at in _finds(whole, needle))


def _finds(whole: str, needle: str) -> Iterator[int]:
    at = whole.find(needle)
    while at >= 0:
        yield at
        at = whole.find(needle, at + len(needle))


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    return folded(char)
