"""The printed words of a paper: labels and clauses as versioned data, so that an old paper keeps its wording."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import resources
from sync.records.errors import Refused
from sync.records.templates import filled

if TYPE_CHECKING:
    from desktop.printing.sheets import Sheet


class Template:
    """The words of resources/print/<name>.toml, or of a district's edition. What was published is never edited: a
    change is a new number.

    ``base`` in a file names the one whose words it shares.
    """

    def __init__(self, name: str, words: dict[str, str | list[str]]) -> None:
        self.name = name
        self._words = words

    def has(self, key: str) -> bool:
        """Whether this edition has a label or clause: an earlier one says less."""
        return key in self._words

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a label or clause with ``values`` in its places; a missing key is a bug (KeyError)."""
        word = self._words[key]
        if not isinstance(word, str):
            raise TypeError(f"{key} is a list")
        return filled(word, values) if values else word

    def listed(self, key: str) -> list[str]:
        """Return the clauses of a list."""
        found = self._words[key]
        return [found] if isinstance(found, str) else found


@cache
def template(name: str) -> Template:
    """Load a template of the program by its name and number, for example ``agreement-1``; Refused where it has none."""
    words = resources.template_words(name)
    if words is None:
        raise Refused("printing.no_template", template=name)
    return Template(name, words)


def words_of(sheet: Sheet) -> Template:
    """Return the words of a sheet: a district's edition that came with it, or the program's that it names."""
    return sheet.words if sheet.words is not None else template(sheet.template)
