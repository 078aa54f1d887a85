"""Two versions of an agreement side by side, paragraph by paragraph: what stayed, what changed, came or went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from desktop.store.links import agreements_of
from desktop.store.reader import Reader
from desktop.ui.stories.mediations import side_names_of, term_line
from desktop.ui.words import day, moment, money
from resources import Wording
from sync.records.mediations import Agreement


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of the comparison: a heading, and what each version says there; empty where it says nothing."""

    heading: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Version:
    """One version: what it is called, and its paragraphs by heading."""

    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]


def versions_of(words: Wording, reader: Reader, mediation_id: str) -> tuple[Version, ...]:
    """Return all versions of a mediation's agreement, the first one first."""
    found = sorted(agreements_of(reader, mediation_id), key=lambda a: (a.version, a.id))
    return tuple(version(words, agreement) for agreement in found)


def version(words: Wording, agreement: Agreement) -> Version:
    """Return what an agreement says as paragraphs."""
    sides = side_names_of(words, agreement)
    total = words("window.yuan", amount=money(agreement.total_fen)) if agreement.total_fen is not None else ""
    read = f"{agreement.read_by} {moment(agreement.read_at)}".strip()
    parts = (
        (words("forms.field_parties"), tuple(sides.values())),
        (words("forms.field_facts"), tuple(agreement.facts.splitlines())),
        (words("forms.field_disputed"), tuple(agreement.disputed.splitlines())),
        (words("forms.field_responsibility"), tuple(agreement.responsibility.splitlines())),
        (words("forms.field_terms"), tuple(term_line(words, term, sides) for term in agreement.terms)),
        (words("window.total"), (total,)),
        (words("forms.field_performance"), tuple(agreement.performance.splitlines())),
        (words("window.read_aloud"), (read,)),
        (words("window.copies"), (str(agreement.copies),)),
    )
    title = words("window.version", number=agreement.version, paper=agreement.number, day=day(agreement.drawn_on))
    return Version(title, parts)


def compared(before: Version, after: Version) -> tuple[Pair, ...]:
    """Return the paragraphs of both in the order of the paper; a heading stands at the first of its own only."""
    found: list[Pair] = []
    for (heading, old), (_same, new) in zip(before.parts, after.parts, strict=True):
        lines = [(a, b) for a, b in _lines(old, new) if a or b]
        found += [Pair("" if at else heading, a, b) for at, (a, b) in enumerate(lines)]
    return tuple(found)


def _lines(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for _tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield from zip_longest(old[a:b], new[c:d], fillvalue="")
