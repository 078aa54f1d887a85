"""Characters beyond GB 18030-2022: printed where a face has them, else one sentence; descriptions stay whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.printing.fonts import installed
from desktop.printing.lines import Style, break_lines
from resources import wording
from sync.records.errors import RuleBroken
from tests.support.pdf import text_of
from tests.support.sheets import AGREEMENT, ORDER, render

BEYOND = {"G": (0x30000, 0x3134A, 3045), "H": (0x31350, 0x323AF, 2273), "I": (0x2EBF0, 0x2EE5D, 0)}
"""CJK Extensions (Unicode 15.1): first, last, and how many of them the faces of the manifest have."""


def refusal_of(text: str) -> RuleBroken | None:
    """Return what stands against printing ``text``."""
    try:
        installed().check(text)
    except RuleBroken as refused:
        return refused
    return None


@pytest.mark.parametrize("extension", BEYOND)
def test_newer_characters_are_printed_where_a_face_has_them_and_named_where_none_has(extension: str) -> None:
    first, last, known = BEYOND[extension]
    printed = []
    for character in map(chr, range(first, last + 1)):
        refused = refusal_of(character)
        if refused is None:
            printed.append(character)
            continue
        assert (refused.key, refused.values["character"]) == ("printing.no_glyph", character)
        for language in ("zh", "en"):
            sentence = wording(language)(refused.key, **refused.values)
            assert character in sentence
            assert f"U+{ord(character):04X}" in sentence
    assert len(printed) == known
    text = "".join(printed[:: max(known // 500, 1)])
    if text:
        assert text[:400] in text_of(render(replace(AGREEMENT, facts=text[:400])))


def test_a_description_of_a_character_without_a_code_is_printed_with_a_note_on_each_page() -> None:
    name = "王⿰氵⿱木林"
    party = replace(AGREEMENT.parties[0], name=name)
    text = text_of(render(replace(AGREEMENT, parties=(party, *AGREEMENT.parties[1:]), facts=AGREEMENT.facts * 8)))
    assert name in text
    assert text.count("是一个尚未编码汉字的结构描述") == text.count("页共") >= 2
    assert "结构描述" not in text_of(render(AGREEMENT))
    assert "是一个尚未编码汉字的结构描述" in text_of(render(replace(ORDER, subject=name)))


@pytest.mark.parametrize("ems", range(5, 16))
def test_a_line_never_ends_within_a_description(ems: int) -> None:
    described = "⿲彳⿱山一攵"
    lines = break_lines(installed(), f"双方当事人与{described}三人到场", Style(10, 14), ems * 10 + 1)
    texts = ["".join(shape.cluster for run in line.runs for shape in run.shapes) for line in lines]
    assert "".join(texts) == f"双方当事人与{described}三人到场"
    assert len(described) > ems or any(described in text for text in texts)
