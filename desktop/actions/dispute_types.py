"""The dispute types of the statistics as data: the fifteen, what counts as which, and the additions of a district."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from resources import Wording, read_text
from sync.records.matters import Matter
from sync.records.visits import Category


@dataclass(frozen=True, slots=True)
class Addition:
    """A type below ``parent``, in whose row it counts too; ``words`` are what clerks write for it."""

    name: str
    parent: str
    names: Mapping[str, str]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class DisputeTypes:
    """One version of the types; `rows` are those of the table, an addition below its parent."""

    version: str
    types: tuple[str, ...]
    categories: Mapping[str, str]
    additions: tuple[Addition, ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """The names of the rows, in order."""
        below = {each: [a.name for a in self.additions if a.parent == each] for each in self.types}
        return tuple(row for each in self.types for row in (each, *below[each]))

    def of(self, matter: Matter) -> tuple[str, ...]:
        """Return the rows in which a matter counts: its type and, where its clerk wrote one's word, an addition."""
        word = "".join(matter.category_word.split())
        for addition in self.additions:
            if word and word in addition.words:
                return addition.parent, addition.name
        return (self.categories.get(matter.category.value, matter.category.value),)

    def name(self, row: str, words: Wording) -> str:
        """Return what a row is called."""
        found = next((a for a in self.additions if a.name == row), None)
        if found is not None:
            return found.names.get(words.language) or found.names.get("zh") or row
        key = f"records.category_{row}"
        return words(key) if words.has(key) else row

    def below(self, row: str) -> bool:
        """Whether a row is an addition: it counts in the one above it too."""
        return any(a.name == row for a in self.additions)


def read_types(text: str) -> DisputeTypes:
    """Read a version from TOML; ValueError where it contradicts itself."""
    said = tomllib.loads(text)
    types = tuple(said["types"])
    additions = tuple(
        Addition(
            name,
            str(row["parent"]),
            {language: str(row[language]) for language in ("zh", "en") if language in row},
            frozenset("".join(str(word).split()) for word in row.get("words", ())),
        )
        for name, row in said.get("additions", {}).items()
    )
    made = DisputeTypes(str(said["version"]), types, dict(said.get("categories", {})), additions)
    if missing := {a.parent for a in additions} - set(types):
        raise ValueError(f"additions below no type: {sorted(missing)}")
    if lost := {made.categories.get(c.value, c.value) for c in Category} - set(types):
        raise ValueError(f"categories that count as no type: {sorted(lost)}")
    if len(set(made.rows)) != len(made.rows):
        raise ValueError("a type stands twice")
    return made


@cache
def dispute_types() -> DisputeTypes:
    """Return the version that this program comes with."""
    return read_types(read_text("dictionaries", "statistics.toml"))
