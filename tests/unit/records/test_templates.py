"""What a district may publish as a paper's words: the same places, nothing hidden, nothing that runs."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from sync.records.errors import RuleBroken
from sync.records.record import Made
from sync.records.templates import (
    FIRST,
    PaperTemplate,
    base_of,
    check_casefile,
    check_template,
    filled,
    in_force,
    places,
)

MADE = Made(by="", unit="uni_1", store="sto_1", at=datetime(2026, 11, 29, tzinfo=UTC))
BASE = {"title": "协议书", "number": "编号：{number}", "notes": ["一", "二"]}


def edition(text: str, name: str = "agreement", number: int = FIRST, **more: object) -> PaperTemplate:
    fields = {"id": f"tpl_{number}", "made": MADE, "name": name, "number": number, "text": text}
    return PaperTemplate(**{"starts_on": date(2026, 12, 1), **fields, **more})  # type: ignore[arg-type]


def test_a_clause_is_replaced_and_the_rest_stays_the_base_s() -> None:
    made = edition('base = "agreement-2"\nnumber = "第{number}号"\nnotes = ["甲"]')
    assert base_of(made) == "agreement-2"
    assert check_template(made, BASE) == {"title": "协议书", "number": "第{number}号", "notes": ["甲"]}


FAULTS = {
    "proof.template_toml": 'base = "agreement-2"\nnumber = ',
    "proof.template_base": 'number = "第{number}号"',
    "proof.template_unknown_key": 'base = "agreement-2"\ntitel = "x"',
    "proof.template_places": 'base = "agreement-2"\nnumber = "编号"',
    "proof.template_brackets": 'base = "agreement-2"\nnumber = "{number} {"',
    "proof.template_type": 'base = "agreement-2"\nnotes = "一"',
    "proof.template_empty": 'base = "agreement-2"\ntitle = " "',
    "proof.template_word_long": f'base = "agreement-2"\ntitle = "{"长" * 2001}"',
    "proof.template_character": 'base = "agreement-2"\ntitle = "a\\u202eb"',
    "proof.template_long": "#" + "x" * 70_000,
}


@pytest.mark.parametrize(("key", "text"), FAULTS.items(), ids=FAULTS.keys())
def test_what_no_paper_can_be_printed_by_is_refused_with_a_sentence(key: str, text: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_template(edition(text), BASE)
    assert broken.value.key == key
    for language in resources.LANGUAGES:
        assert resources.wording(language)(key, **broken.value.values)


@pytest.mark.parametrize(
    "hostile",
    ["{number.__class__}", "{number[0]}", "{number!r}", "{number:>9999999}", "{0}", "{}", "{{number}}", "{number}}"],
)
def test_a_place_is_a_name_and_never_looks_into_a_value(hostile: str) -> None:
    with pytest.raises(RuleBroken):
        check_template(edition(f'base = "agreement-2"\nnumber = "{{number}}{hostile}"'), BASE)


@given(st.text(max_size=40), st.text(max_size=40))
def test_filling_puts_the_value_in_and_touches_nothing_else(before: str, value: str) -> None:
    word = before.replace("{", "").replace("}", "") + "{number}"
    assert filled(word, {"number": value}) == word.removesuffix("{number}") + value
    assert filled("{x.y} {x[0]}", {}) == "{x.y} {x[0]}"


@pytest.mark.parametrize(
    "base", ["agreement-1001", "registration-1", "../agreement-2", "agreement-2\\n", "agreement-", "agreement-2x"]
)
def test_a_base_is_an_edition_of_the_program_for_the_same_paper(base: str) -> None:
    assert base_of(edition(f'base = "{base}"')) is None


@pytest.mark.parametrize("changes", [{"number": 3}, {"number": 10**6}, {"name": "../x"}, {"name": "a" * 60}])
def test_numbers_of_the_program_and_other_names_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(RuleBroken):
        check_template(replace(edition('base = "agreement-2"'), **changes), BASE)  # type: ignore[arg-type]


def test_the_program_s_own_templates_keep_the_rule_that_a_place_is_a_name() -> None:
    for file in resources.path("print").iterdir():
        words = resources.template_words(file.name.removesuffix(".toml")) or {}
        for word in (w for value in words.values() for w in ([value] if isinstance(value, str) else value)):
            rest = word
            for place in places(word):
                rest = rest.replace(f"{{{place}}}", "")
            assert not {"{", "}"} & set(rest), (file.name, word)


def test_the_newest_edition_that_has_begun_counts_and_the_first_record_of_a_number() -> None:
    later, first = edition("b", number=FIRST + 1, starts_on=date(2027, 1, 1)), edition("a")
    twin = edition("another", id="tpl_9999")
    assert in_force([later, twin, first], "agreement", date(2026, 12, 31)) == [first]
    assert in_force([twin, first, later], "agreement", date(2027, 1, 1)) == [later, first]
    assert in_force([first], "agreement", date(2026, 11, 30)) == []


ROW = '[[document]]\nname = "file_cover"\npaper = "file_cover"\nneed = "local"\n'
OWN = [{"name": "file_cover", "paper": "file_cover", "need": "must"}, {"name": "identity", "paper": "", "need": "must"}]
LISTS = {
    "": "proof.casefile_empty",
    "document = [1]": "proof.casefile_empty",
    ROW + ROW: "proof.casefile_row",
    ROW.replace("local", "perhaps"): "proof.casefile_row",
    ROW.replace('paper = "file_cover"', 'paper = "deed"'): "proof.casefile_row",
    ROW.replace('name = "file_cover"', 'name = "unheard"'): "proof.casefile_row",
    ROW + "more = 1\n": "proof.casefile_row",
    ROW.replace('name = "file_cover"', "name = [1]"): "proof.casefile_row",
    ROW.replace('need = "local"', ""): "proof.casefile_row",
    ROW.replace('need = "local"', "need = [1]"): "proof.casefile_row",
}


@pytest.mark.parametrize(("text", "key"), LISTS.items())
def test_a_list_of_documents_that_cannot_be_kept_is_refused(text: str, key: str) -> None:
    listed = '[[document]]\nname = "identity"\nneed = "if_needed"\n' + ROW
    assert check_casefile(edition(listed, "casefile"), OWN) == (("identity", "if_needed"), ("file_cover", "local"))
    with pytest.raises(RuleBroken) as broken:
        check_casefile(edition(text, "casefile"), OWN)
    assert broken.value.key == key


def test_the_program_s_own_list_is_one_that_a_district_may_publish() -> None:
    text = resources.read_text("print", "casefile.toml")
    rows = tomllib.loads(text)["document"]
    assert check_casefile(edition(text, "casefile"), rows) == tuple((row["name"], row["need"]) for row in rows)
