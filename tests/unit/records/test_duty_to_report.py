"""What is typed of a matter proposes the duty to report, or does not."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.forms.matters import MATTER_FORM
from sync.records.documents import check_character
from sync.records.duty_to_report import is_minor, suggests_duty

TODAY = date(2026, 11, 30)
CHILD, ADULT = date(2015, 6, 1), date(1980, 6, 1)


@pytest.mark.parametrize(
    ("category", "text", "born", "suggested"),
    [
        ("marriage_family", "丈夫长期殴打", (), True),
        ("marriage_family", "为孩子抚养费争执", (), True),
        ("marriage_family", "离婚后财产分割", (ADULT,), False),
        ("marriage_family", "探望权争执", (CHILD,), True),
        ("neighbours", "楼上漏水", (CHILD,), False),
        ("neighbours", "邻居家打骂小孩", (), True),
        ("neighbours", "邻居殴打他人", (), False),
        ("neighbours", "邻居殴打他人", (CHILD,), True),
        ("other", "7岁，被打", (), True),
        ("other", "67岁，被打", (), False),
        ("other", "母亲痴呆，常被虐待", (), True),
        ("other", "Child beaten at home", (), True),
        ("nonsense", "", (), False),
    ],
)
def test_family_or_both_words_propose_it(category: str, text: str, born: tuple[date, ...], suggested: bool) -> None:
    assert suggests_duty(category, text, born, TODAY) is suggested


def test_of_full_age_on_the_eighteenth_birthday() -> None:
    assert is_minor(date(2008, 12, 1), TODAY)
    assert not is_minor(date(2008, 11, 30), TODAY)
    assert not is_minor(date(2008, 2, 29), date(2026, 3, 1))
    assert is_minor(date(2008, 2, 29), date(2026, 2, 28))
    assert not is_minor(date(2030, 1, 1), TODAY)  # a slip of the pen is nobody


def said(**draft: object) -> str:
    field = MATTER_FORM.named["must_report"]
    assert field.tells is not None
    told = field.tells({"category": "marriage_family", "title": "探望权", "text": "", "parties": [], **draft})
    return told[0] if told else ""


def test_the_form_looks_at_words_category_and_the_numbers_of_the_parties() -> None:
    year = date.today().year
    number = f"440306{year - 10}0601001"
    child = {"name": "小明", "document": {"answer": "given", "type": "", "number": number + check_character(number)}}
    assert said() == ""
    assert said(parties=[child]) == "forms.duty_suggested"
    assert said(parties=[child], category="neighbours") == ""
    assert said(parties=[child], category="neighbours", text="被邻居打骂") == "forms.duty_suggested"
    assert said(text="常被殴打") == "forms.duty_suggested"
    assert said(text="常被殴打", must_report=True) == "forms.duty_to_report"
    assert said(parties=[{"name": "甲", "document": None}, {"document": {"number": "不详"}}]) == ""


def test_it_is_asked_in_a_section_that_stands_open() -> None:
    (section,) = [s for s in MATTER_FORM.sections if "must_report" in {f.name for f in s.fields}]
    assert section.open_at_first
