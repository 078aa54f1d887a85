"""Papers that can be kept: PDF/A-2b by a validator, with title, language and a structure that a reader can follow."""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter

import pikepdf
import pytest
from PIL import Image, ImageCms

from desktop.printing.document import Document
from desktop.printing.fonts import installed
from desktop.printing.lines import Style, break_lines
from desktop.printing.marking import mark_copy
from desktop.printing.reading_back import read_back
from desktop.printing.sheets import Sheet
from desktop.printing.srgb import profile
from desktop.printing.template import template
from tests.support import sheets
from tests.support.archival import faults
from tests.support.pdf import text_of
from tests.support.sheets import render
from tests.system.test_papers import pages_of


@pytest.fixture(params=sheets.EVERY, scope="module")
def paper(request: pytest.FixtureRequest) -> tuple[Sheet, bytes]:
    sheet = sheets.EVERY[str(request.param)]
    return sheet, render(sheet)


def test_every_paper_is_pdf_a_2b_and_so_is_its_copy(paper: tuple[Sheet, bytes]) -> None:
    sheet, pdf = paper
    assert faults(pdf) == []
    assert faults(mark_copy(pdf, sheet.template, 2)) == []


def test_every_paper_shows_its_title_and_says_its_language(paper: tuple[Sheet, bytes]) -> None:
    sheet, content = paper
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
        assert str(pdf.Root.Lang) == "zh-CN"
        title = str(pdf.docinfo.Title)
        assert title
        assert title.endswith(sheet.number)
        assert title == pdf.open_metadata()["dc:title"]


def test_all_text_is_in_the_structure_or_said_to_be_an_artifact(paper: tuple[Sheet, bytes]) -> None:
    """Nothing is drawn outside a marked part; the tree's text is the paper's without page numbers and heads."""
    sheet, content = paper
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            depth = 0
            for instruction in pikepdf.parse_content_stream(page):
                name = str(instruction.operator)
                depth += {"BMC": 1, "BDC": 1, "EMC": -1}.get(name, 0)
                assert depth in (0, 1)
                assert depth or name not in ("Tj", "S")
            assert depth == 0
    told = "".join(page.text for page in read_back(content))
    left = Counter(text_of(content)) - Counter(told)
    count = len(pages_of(content)) - 1
    words = template(sheet.template)
    foot = "".join(words("page", number=number, of=count) for number in range(1, count + 1)).replace(" ", "")
    assert not Counter(told) - Counter(text_of(content))
    # What stands outside the text: page numbers, and the number of the paper at the head of later pages.
    assert not set(left) - set(foot) - set(sheet.number)


def _structure_text(pdf: bytes) -> str:
    told = subprocess.run(["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return "".join("".join(re.findall(r'^\s*"(.*)"$', told, re.MULTILINE)).split())


def test_the_structure_has_title_headings_and_tables_with_their_cells() -> None:
    kinds = _structure(render(sheets.AGREEMENT))
    assert kinds[:4] == ["Document", "H1", "P", "H2"]
    assert kinds.count("H1") == 1
    assert {"Table", "TR", "TD"} <= set(kinds)
    assert "TH" in _structure(render(sheets.CASES["evidence"]))


def _structure(pdf: bytes) -> list[str]:
    told = subprocess.run(["pdfinfo", "-struct", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return [line.split()[0] for line in told.splitlines()]


def test_a_cell_that_a_page_break_divides_is_one_cell() -> None:
    pdf = render(sheets.HARD_REGISTRATION)
    text = "".join(sheets.HARD_REGISTRATION.text.split())
    assert text in _structure_text(pdf)


def test_the_profile_has_the_colours_of_srgb() -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(profile()))
    ramp = Image.frombytes("RGB", (256, 3), bytes(v for n in range(256) for v in (n, 255 - n, n // 2)) * 3)
    back = ImageCms.profileToProfile(ramp, ours, ImageCms.createProfile("sRGB"))
    assert back is not None
    assert max(abs(a - b) for a, b in zip(ramp.tobytes(), back.tobytes(), strict=True)) <= 1


def test_the_validator_sees_what_is_wrong() -> None:
    """A paper without its profile, and one with a glyph that its font has not, are no PDF/A."""
    with pikepdf.open(io.BytesIO(render(sheets.AGREEMENT))) as pdf:
        del pdf.Root.OutputIntents
        out = io.BytesIO()
        pdf.save(out)
    assert faults(out.getvalue())
    document = Document(installed(), "x")
    (line,) = break_lines(installed(), "字", Style(12, 18), 100)
    page = document.page()
    page.text(40, 40, line.runs)
    page.ops = [op.replace("<0001>", "<00ff>") for op in page.ops]
    assert faults(document.finish())
