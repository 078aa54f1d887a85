"""The one loader of the data that the program ships: wording, styles, icons, print layouts, dictionaries."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

LANGUAGES = ("zh", "en")


@cache
def _root() -> Traversable:
    return files(__name__)


def path(*parts: str) -> Traversable:
    """Return the resource at ``parts`` below this package, for example ``path("styles", "light.qss")``."""
    return _root().joinpath(*parts)


def read_text(*parts: str) -> str:
    """Return a UTF-8 resource as text."""
    return path(*parts).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Wording:
    """All sentences and labels of one language, by ``area.key``."""

    language: str
    entries: dict[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the sentence for ``key`` with ``values`` in its places; a missing key is a bug (KeyError)."""
        template = self.entries[key]
        return template.format(**values) if values else template

    def has(self, key: str) -> bool:
        """Whether ``key`` is in the catalogue."""
        return key in self.entries


@cache
def wording(language: str) -> Wording:
    """Load the catalogue of ``language`` ("zh" or "en"): each file of wording/<language> is one area."""
    entries: dict[str, str] = {}
    for file in sorted(path("wording", language).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            area = file.name.removesuffix(".toml")
            for key, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
                entries[f"{area}.{key}"] = text
    return Wording(language, entries)
