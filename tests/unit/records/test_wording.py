"""Every value that a person can see has a word in both languages, and every broken rule a sentence."""

from __future__ import annotations

import importlib
import pkgutil
import re
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest

import sync.records
from resources import LANGUAGES, wording
from sync.records.kinds import KINDS

MODULES = [importlib.import_module(f"sync.records.{m.name}") for m in pkgutil.iter_modules(sync.records.__path__)]
ENUMS = {
    o for m in MODULES for o in vars(m).values() if isinstance(o, type) and issubclass(o, StrEnum) and o is not StrEnum
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_enum_value_kind_and_ethnic_group_has_a_word(language: str) -> None:
    words = wording(language)
    keys = [f"records.{enum.__name__.lower()}_{value.value}" for enum in ENUMS for value in enum]
    keys += [f"records.kind_{name}" for name in KINDS]
    keys += [f"records.ethnic_{code:02d}" for code in (*range(1, 57), 97, 98)]
    assert len(ENUMS) > 15
    assert [key for key in keys if not words.has(key) or not words(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_that_the_records_can_break_has_a_sentence(language: str) -> None:
    words = wording(language)
    source = "".join(Path(str(m.__file__)).read_text(encoding="utf-8") for m in MODULES)
    keys = set(re.findall(r'"(records\.[a-z_0-9]+)"', source))
    keys |= {f"records.{k}" for k in re.findall(r'_say\([a-z_.]+, "([a-z_]+)"', source)}
    keys |= {f"records.{k}" for k in re.findall(r'"((?:document|credit_code)_(?:shape|date|check))"', source)}
    assert len(keys) > 60
    assert sorted(key for key in keys if not words.has(key)) == []


def test_both_languages_have_the_same_keys_and_the_same_places_to_fill() -> None:
    zh, en = (wording(language).entries for language in ("zh", "en"))
    ours = {key for key in zh | en if key.startswith("records.")}
    for key in ours:
        places = [{name for _, name, _, _ in Formatter().parse(words[key]) if name} for words in (zh, en)]
        assert places[0] == places[1], key


def test_english_has_no_marks_that_the_chinese_face_draws_as_wide_as_a_character() -> None:
    """The window's first family is a Chinese one: its curly quotes and apostrophes stand apart from Latin letters."""
    wide = re.compile("[“”‘’，。；：（）！？「」]")

    assert [key for key, text in wording("en").entries.items() if wide.search(text)] == []
