"""The printed words of a paper: labels and clauses as versioned data, so that an old paper keeps its wording."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import resources
from sync.records.errors import Refused

NAME = re.compile(r"[a-z_]+-[0-9]+")


class Template:
    """The words of resources/print/<name>.toml. A published file is never edited: a change is a new number.

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
        return word.format(**values) if values else word

    def listed(self, key: str) -> list[str]:
        """Return the clauses of a list."""
        found = self._words[key]
        return [found] if isinstance(found, str) else found


@cache
def template(name: str) -> Template:
    """Load a template by its name and number, for example ``agreement-1``; Refused where this program has it not."""
    if not NAME.fullmatch(name) or not resources.path("print", f"{name}.toml").is_file():
        raise Refused("printing.no_template", template=name)
    words = tomllib.loads(resources.read_text("print", f"{name}.toml"))
    base = words.pop("base", None)
    return Template(name, {**template(base)._words, **words} if base else words)
