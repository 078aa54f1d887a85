"""Whatever is typed is printed to the letter or refused by name; never a box, never another character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from desktop.printing.document import Document, Glyphs, Page
from desktop.printing.fonts import installed
from desktop.printing.lines import Style, break_lines
from sync.records.errors import RuleBroken
from sync.records.ideographs import GB18030_HAN, gb18030_han
from tests.support.drawn import each
from tests.support.pdf import drawn_text_of, text_of
from tests.support.sheets import AGREEMENT, EVERY, render

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


OTHERS = "·，。（）「」0123456789abcXYZ éα— "


def filled(value: Any, chance: Random) -> Any:
    """Return a sheet whose every typed text is another one: Han characters of the whole standard, and other ones."""
    if isinstance(value, str):
        return _word(chance) if value else value
    if isinstance(value, tuple):
        return tuple(filled(part, chance) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"template", "number"}
        changed = {f.name: filled(getattr(value, f.name), chance) for f in fields(value) if f.name not in kept}
        return replace(value, **changed)
    return value


def _word(chance: Random) -> str:
    said = [chr(chance.randint(*chance.choice(GB18030_HAN))) for _ in range(chance.randint(1, 8))]
    said += chance.choices(OTHERS, k=chance.randint(0, 4))
    chance.shuffle(said)
    return "".join(said).strip()


@pytest.mark.parametrize("name", each(EVERY))
@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_two_readers_read_what_was_drawn_code_point_by_code_point(name: str, seed: int, tmp_path: Path) -> None:
    sheet = filled(EVERY[name], Random(seed))
    drawn: list[tuple[int, str]] = []
    draw = Page.text

    def noted(page: Page, x: float, y: float, runs: Sequence[Glyphs], *rest: Any) -> None:
        drawn.append((page.place, "".join(shape.cluster for run in runs for shape in run.shapes)))
        draw(page, x, y, runs, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Page, "text", noted)
        pdf = render(sheet)
    pages = sorted(drawn, key=lambda line: line[0])
    canonical = "".join(text for _page, text in pages)
    assert drawn_text_of(pdf, tmp_path) == canonical
    assert Counter(text_of(pdf)) == Counter("".join(canonical.split()))
