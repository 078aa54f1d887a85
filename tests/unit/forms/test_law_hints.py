"""Law hints stand beside forms that there are, complete in both languages."""

from __future__ import annotations

import tomllib

from desktop.forms.catalogue import FORMS
from desktop.ui.stories.law_hints import law_hints
from resources import read_text


def test_every_hint_is_complete_and_beside_a_form_that_there_is() -> None:
    rows = tomllib.loads(read_text("dictionaries", "law_hints.toml"))["hint"]
    for row in rows:
        assert set(row) == {"forms", "zh", "en", "law_zh", "law_en"}
        assert row["forms"]
        assert set(row["forms"]) <= set(FORMS)
        assert all(row[name].strip() for name in ("zh", "en", "law_zh", "law_en"))


def test_hints_are_told_in_the_language_of_the_window() -> None:
    assert law_hints("mediation", "zh")[0].law == "人民调解法第十七条"
    assert law_hints("mediation", "en")[0].law == "People's Mediation Law, art. 17"
    assert law_hints("visit", "zh") == ()
