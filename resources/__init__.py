"""The one loader of the data that the program ships: wording, styles, icons, print layouts, dictionaries."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
_TEMPLATE = re.compile(r"[a-z_]+-[0-9]+")


_ROOT = Path(__file__).parent
"""A folder: importlib.resources would read them from an archive too, which nobody makes, and costs a start three more
modules."""


def path(*parts: str) -> Path:
    """Return the resource at ``parts`` below this package, for example ``path("styles", "light.qss")``."""
    return _ROOT.joinpath(*parts)


def read_text(*parts: str) -> str:
    """Return a UTF-8 resource as text."""
    return path(*parts).read_text(encoding="utf-8")


def template_words(name: str) -> dict[str, str | list[str]] | None:
    """Return the words of print/<name>.toml over those of its ``base``; None where there is no such file."""
    if not _TEMPLATE.fullmatch(name) or not path("print", f"{name}.toml").is_file():
        return None
    words = tomllib.loads(read_text("print", f"{name}.toml"))
    base = words.pop("base", None)
    return {**(template_words(base) or {}), **words} if base else words


class _Given(dict[str, object]):
    def __missing__(self, _name: str) -> str:
        return "…"


class Wording:
    """All sentences and labels of one language, by ``area.key``; an area's file is read when its first word is asked.

    To read them all takes a tenth of the window's start, and a window never needs what papers or the server say.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._read: dict[str, dict[str, str]] = {}

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the sentence for ``key`` with ``values`` in its places; a missing key is a bug (KeyError)."""
        template = self._area(key.partition(".")[0])[key]
        return template.format(**values) if values else template

    def filled(self, key: str, values: Mapping[str, object]) -> str:
        """Return the sentence for ``key`` whose ``values`` another end gave: … stands where it left one out."""
        return self._area(key.partition(".")[0])[key].format_map(_Given(values))

    def has(self, key: str) -> bool:
        """Whether ``key`` is in the catalogue."""
        return key in self._area(key.partition(".")[0])

    def read(self, *areas: str) -> None:
        """Have ``areas`` at hand before their first word is asked."""
        for area in areas:
            self._area(area)

    @property
    def entries(self) -> dict[str, str]:
        """The whole catalogue."""
        found: dict[str, str] = {}
        for area in sorted(_areas(self.language)):
            found |= self._area(area)
        return found

    def _area(self, name: str) -> dict[str, str]:
        if name not in self._read:
            known = name in _areas(self.language)
            texts = _texts(read_text("wording", self.language, f"{name}.toml")) if known else {}
            self._read[name] = {f"{name}.{key}": text for key, text in texts.items()}
        return self._read[name]


def _texts(file: str) -> dict[str, str]:
    """Return the words of an area: each line of its file is a key and a text, spelled as TOML and JSON both spell it.

    tomllib reads the same, as a test sees, and takes three times as long: a start asks for 1,900 words.
    """
    lines = (line.partition(" = ") for line in file.splitlines() if line and not line.startswith("#"))
    return {key: json.loads(text) for key, _, text in lines}


@cache
def _areas(language: str) -> frozenset[str]:
    files_of = (file.name for file in path("wording", language).iterdir())
    return frozenset(name.removesuffix(".toml") for name in files_of if name.endswith(".toml"))


@cache
def wording(language: str) -> Wording:
    """Return the catalogue of ``language`` ("zh" or "en"): each file of wording/<language> is one area."""
    return Wording(language)
