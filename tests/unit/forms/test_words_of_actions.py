"""Every sentence that the verbs name is in both catalogues, asks for the same values, and none is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import desktop.actions
from resources import LANGUAGES, wording
from sync.records.audit import AuditAction

SOURCE = "\n".join(p.read_text(encoding="utf-8") for p in Path(str(desktop.actions.__file__)).parent.glob("*.py"))
NAMED = set(re.findall(r'"(actions\.[a-z_0-9]+)"', SOURCE))
STATES = ("registered", "in_matter", "answered")
NAMED |= {f"actions.{line}_{state}" for line in ("next_step", "by_when") for state in STATES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_the_verbs_name_has_a_sentence(language: str) -> None:
    words = wording(language)
    assert sorted(key for key in NAMED if not words.has(key)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_over(language: str) -> None:
    kept = {key for key in wording(language).entries if key.startswith("actions.")}
    assert sorted(kept - NAMED) == []


def test_both_languages_ask_for_the_same_values() -> None:
    chinese, english = (wording(language).entries for language in ("zh", "en"))
    for key in NAMED:
        places = [sorted(re.findall(r"{(\w+)}", entries[key])) for entries in (chinese, english)]
        assert places[0] == places[1], key


def test_audit_actions_of_the_station_are_written_somewhere() -> None:
    written = {name for name in AuditAction.__members__ if f"AuditAction.{name}" in SOURCE}
    assert {"SIGNED_IN", "SIGN_IN_FAILED", "IMPORTED", "BACKED_UP", "RESTORED", "DAY_END", "STAFF_CHANGED"} <= written
