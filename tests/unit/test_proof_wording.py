"""Every sentence about proofs and templates is in both languages, and none is there for nothing."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

from desktop.actions.proving import Finding, Verdict, told
from resources import LANGUAGES, wording

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [file for part in ("desktop", "sync") for file in sorted((ROOT / part).rglob("*.py"))]


def test_both_languages_say_the_same_and_each_sentence_is_asked_for() -> None:
    zh, en = ({k: v for k, v in wording(one).entries.items() if k.startswith("proof.")} for one in LANGUAGES)
    assert zh.keys() == en.keys()
    for key in zh:
        places = [{name for _, name, _, _ in Formatter().parse(words[key]) if name} for words in (zh, en)]
        assert places[0] == places[1], key
    asked = {m for file in SOURCES for m in re.findall(r'["\'](proof\.[a-z_]+)["\']', file.read_text(encoding="utf-8"))}
    asked |= {f"proof.{kind}_{verdict.value}" for verdict in Verdict for kind in ("verdict", "look")}
    assert asked == zh.keys()


def test_every_verdict_is_one_sentence_in_both_languages() -> None:
    for verdict in Verdict:
        for language in LANGUAGES:
            said = told(Finding(verdict, number="12", paper="协议书", copy=3), wording(language))
            assert said
            assert "{" not in said
