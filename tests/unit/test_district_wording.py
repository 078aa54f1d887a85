"""Every sentence that the district's server names exists in both languages, with the same places to fill."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import sync.protocol
import sync.server
from resources import wording
from sync.server.cli import main

AREAS = ("protocol", "district")
FOLDERS = [Path(package.__path__[0]) for package in (sync.server, sync.protocol)]
NAMED = re.compile(r'"((?:protocol|district)\.[a-z_]+)"')
FILES = {"district.db", "district.key", "district.css", "district.js"}


def named_in_code() -> set[str]:
    sources = "\n".join(path.read_text(encoding="utf-8") for folder in FOLDERS for path in folder.rglob("*.py"))
    return {key for key in NAMED.findall(sources) if key not in FILES}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_named_sentence_is_in_the_catalogue(language: str) -> None:
    words = wording(language)
    assert {key for key in named_in_code() if not words.has(key)} == set()


def test_no_sentence_of_the_protocol_is_left_over() -> None:
    kept = {key for key in wording("zh").entries if key.startswith("protocol.")}
    assert kept - named_in_code() == set()


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_sentences_and_places(area: str) -> None:
    def places(language: str) -> dict[str, list[str]]:
        entries = wording(language).entries.items()
        return {
            key: sorted(name for _, name, _, _ in Formatter().parse(text) if name)
            for key, text in entries
            if key.startswith(f"{area}.")
        }

    assert places("zh") == places("en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_verb_has_its_help_in_both_languages(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help", "--language", language])
    assert wording(language)("district.help_program") in capsys.readouterr().out
