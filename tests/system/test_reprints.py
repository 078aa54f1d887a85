"""Reprints: the first print's bytes with a mark behind them, as poppler and qpdf see them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.printing.marking import mark_copy
from sync.records.errors import Damaged, Refused
from tests.support import sheets
from tests.support.pdf import check_structure, fonts_of, information_of, text_of
from tests.support.sheets import render
from tests.system.test_papers import pages_of


@pytest.fixture(params=sheets.ALL, scope="module")
def pair(request: pytest.FixtureRequest) -> tuple[bytes, bytes]:
    """A paper, and its third print."""
    sheet = sheets.ALL[str(request.param)]
    original = render(sheet)
    return original, mark_copy(original, sheet.template, 3)


def test_a_reprint_begins_with_the_original_to_the_byte(pair: tuple[bytes, bytes]) -> None:
    original, copy = pair
    assert copy.startswith(original)
    assert len(copy) > len(original)


def test_every_page_of_a_reprint_says_which_copy_it_is_and_the_original_does_not(pair: tuple[bytes, bytes]) -> None:
    original, copy = pair
    assert all("副本" in page and "第3次打印" in page for page in pages_of(copy)[:-1])
    assert "副本" not in text_of(original)


def test_a_reprint_says_what_the_original_says(pair: tuple[bytes, bytes]) -> None:
    original, copy = pair
    assert text_of(copy).replace("副本第3次打印", "") == text_of(original)
    assert {**information_of(copy), "File size": ""} == {**information_of(original), "File size": ""}


def test_a_reprint_is_a_sound_file_with_embedded_fonts(pair: tuple[bytes, bytes], tmp_path: Path) -> None:
    _original, copy = pair
    check_structure(copy, tmp_path)
    assert all(font["emb"] == font["sub"] == font["uni"] == "yes" for font in fonts_of(copy))


def test_the_slip_that_is_torn_off_a_reprint_is_marked_too() -> None:
    text = text_of(mark_copy(render(sheets.REGISTRATION), "registration-1", 2))
    assert text.count("副本第2次打印") == 2
    assert text.endswith("副本第2次打印")


def test_the_same_reprint_is_the_same_bytes() -> None:
    original = render(sheets.AGREEMENT)
    assert mark_copy(original, "agreement-1", 2) == mark_copy(original, "agreement-1", 2)
    assert mark_copy(original, "agreement-1", 2) != mark_copy(original, "agreement-1", 12)


def test_the_preview_of_a_reprint_says_both(tmp_path: Path) -> None:
    original = render(replace(sheets.AGREEMENT, disputed=""))
    text = text_of(mark_copy(original, "agreement-1", 2, preview=True))
    assert "副本第2次打印" in text
    assert "预览件" in text


def test_bytes_that_are_not_a_paper_are_damaged_and_nothing_worse() -> None:
    original = render(sheets.ORDER)
    cut = original[: len(original) // 2]
    foreign = original.replace(b"xref\n0 ", b"xref\n1 ")
    for content in (b"", b"%PDF-1.4", cut, foreign, mark_copy(original, "dispatch_order-1", 2)):
        with pytest.raises(Damaged) as damaged:
            mark_copy(content, "dispatch_order-1", 2)
        assert damaged.value.key == "printing.bad_paper"


def test_a_template_that_this_program_has_not_cannot_mark() -> None:
    with pytest.raises(Refused, match=r"printing\.no_template"):
        mark_copy(render(sheets.ORDER), "dispatch_order-99", 2)
