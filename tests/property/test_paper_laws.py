"""Whatever is typed is printed to the letter or refused by name; never a box, never another character."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.printing.document import Document
from desktop.printing.fonts import installed
from desktop.printing.lines import Style, break_lines
from sync.records.errors import RuleBroken
from sync.records.ideographs import GB18030_HAN, gb18030_han
from tests.support.pdf import text_of
from tests.support.sheets import AGREEMENT, render

HAN = st.one_of(*(st.characters(min_codepoint=first, max_codepoint=last) for first, last in GB18030_HAN))
REFUSALS = {
    "printing.no_glyph",
    "printing.private_use",
    "printing.private_replaced",
    "printing.control_character",
}


def test_every_han_character_of_gb_18030_has_a_glyph_that_draws_something() -> None:
    fonts = installed()
    codes = [ord(character) for character in gb18030_han()]
    assert len(codes) == 87_887
    chain = [fonts.file(face) for face in fonts.faces if face.weight != "bold"]
    boxes = {face: face.outline(0) for face in chain}
    for code in codes:
        face = next((face for face in chain if face.glyph(code)), None)
        assert face is not None, f"U+{code:04X}"
        outline = face.outline(face.glyph(code))
        assert outline, f"U+{code:04X}"
        assert outline != boxes[face], f"U+{code:04X}"


@given(st.text(HAN, min_size=1, max_size=400), st.sampled_from([6, 20, 40]))
@settings(max_examples=40, deadline=None)
def test_han_text_reads_back_in_its_order(text: str, ems: int) -> None:
    document = Document(installed(), "x")
    for number, line in enumerate(break_lines(installed(), text, Style(10, 14), ems * 10)):
        if number % 50 == 0:
            page = document.page()
        page.text(40 + line.x, 40 + 14 * (number % 50), line.runs)
    assert text_of(document.finish()) == text


def refusal_of(text: str) -> RuleBroken | None:
    """Print ``text`` in an agreement and return what stood against it."""
    try:
        assert render(replace(AGREEMENT, facts=text)).startswith(b"%PDF-1.4")
    except RuleBroken as refused:
        return refused
    return None


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_is_printed_or_refused_by_name(text: str) -> None:
    refused = refusal_of(text)
    if refused is None:
        installed().check(text)
    else:
        assert refused.key in REFUSALS
        assert refused.field == "facts"
        assert chr(int(str(refused.values["code"]).removeprefix("U+"), 16)) in text
