"""Every sentence that the window asks for is in both languages, with the same places to fill."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from resources import LANGUAGES, path, wording

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [ROOT / "desktop" / "app.py", *sorted((ROOT / "desktop" / "ui").rglob("*.py"))]
PREFIXES = {
    f"records.{area}"
    for area in ("outcome", "matterstage", "orderstage", "channel", "category", "purpose", "paperkind", "printresult")
}
"""Areas of labels that the window completes with a value."""

AREAS = (
    "window|desk|characters|forms|records|exchange|actions|store|attachments|confirm|same|proof|printing|conflicts|held"
)
KEY = re.compile(rf"[\"'](?P<key>(?:{AREAS})\.[a-z_0-9]+)[\"']")

OWN = {"window", "desk", "characters", "attachments", "confirm", "same", "departments"}
COMMAND = re.compile(
    r"\([\"']desk\.[a-z_]+[\"'](?=, [\"'](?:window|desk|find|characters|proof|conflicts|held|channel|departments)\.)"
)
"""The find box calls its commands by names of the same form, which no sentence stands under."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_file_of_words_is_read_as_toml_reads_it(language: str) -> None:
    files = sorted(path("wording", language).glob("*.toml"))
    told = {f"{f.stem}.{key}": text for f in files for key, text in tomllib.loads(f.read_text("utf-8")).items()}

    assert wording(language).entries == told


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_the_window_names_has_a_sentence(language: str) -> None:
    words = wording(language)
    sources = [COMMAND.sub("(", source.read_text(encoding="utf-8")) for source in SOURCES]
    named = {m["key"] for source in sources for m in KEY.finditer(source)} - {"window.qss", *PREFIXES}

    assert len(named) > 100
    assert {key for key in named if not words.has(key)} == set()
    assert all(any(key.startswith(f"{prefix}_") for key in words.entries) for prefix in PREFIXES)


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    chinese, english = (
        {k: v for k, v in wording(language).entries.items() if k.split(".")[0] in OWN} for language in LANGUAGES
    )
    assert chinese.keys() == english.keys()
    assert {k for k in chinese if places(chinese[k]) != places(english[k])} == set()
