"""A paper's code: read back from a scan, bound to every character, and the same on any computer."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.printing.canonical_text import canonical, digest, without_marks
from desktop.printing.marking import mark_copy
from desktop.printing.proof import (
    PREFIX,
    Stamp,
    Statement,
    codes_in,
    opened,
    public_of,
    sign,
    signing_key,
    without_code,
)
from desktop.printing.reading_back import are_marks, read_back
from desktop.printing.sheets import Sheet
from sync.records.errors import Refused
from tests.support import sheets
from tests.support.codes import copied, scanned
from tests.support.sheets import render

SECRET = bytes(range(32))
STAMP = Stamp(SECRET)
KEYS = {STAMP.key: public_of(SECRET)}


def signed(sheet: Sheet) -> tuple[bytes, str]:
    """A sheet's paper with its code, and the digest of its text in hex."""
    stamp = Stamp(SECRET)
    return render(replace(sheet, stamp=stamp)), stamp.text


@pytest.fixture(params=sheets.EVERY, scope="module")
def paper(request: pytest.FixtureRequest) -> tuple[Sheet, bytes, str]:
    sheet = sheets.EVERY[str(request.param)]
    return sheet, *signed(sheet)


def test_a_scan_of_the_first_page_reads_the_code(paper: tuple[Sheet, bytes, str], tmp_path: Path) -> None:
    sheet, pdf, text = paper
    code = scanned(pdf, tmp_path)
    assert opened(code, KEYS) == (Statement(sheet.number, sheet.template, bytes.fromhex(text), STAMP.key), True)
    assert read_back(pdf)[0].code == code


def test_the_code_takes_no_room_from_the_paper(paper: tuple[Sheet, bytes, str]) -> None:
    sheet, pdf, _text = paper
    with pikepdf.open(BytesIO(pdf)) as with_code, pikepdf.open(BytesIO(render(sheet))) as without:
        assert len(with_code.pages) == len(without.pages)


def test_the_text_read_back_is_what_was_signed_also_from_a_copy(paper: tuple[Sheet, bytes, str]) -> None:
    sheet, pdf, text = paper
    for content in (pdf, mark_copy(pdf, sheet.template, 12)):
        pages = read_back(content)
        proven = "".join(page.text for page in pages)
        assert digest(proven).hex() == text
        assert [(page.strange, page.letters) for page in pages] == [(False, True)] * len(pages)
        assert are_marks(pages, sheet.number)
        assert text in {digest(words).hex() for words in without_marks(copied(content), sheet.number)}


def test_the_code_holds_nothing_of_a_person(paper: tuple[Sheet, bytes, str]) -> None:
    _sheet, pdf, _text = paper
    letters = read_back(pdf)[0].code.removeprefix(PREFIX)
    message = base64.b32decode(letters + "=" * (-len(letters) % 8))
    for name in (*sheets.RARE, sheets.ETHNIC_NAME, "13800138000", "440301"):
        assert name.encode() not in message


def test_every_flipped_bit_of_a_code_is_noticed() -> None:
    code = sign(signing_key(SECRET), Statement("（2026）光明人调字第12号", "agreement-2", digest("全文"), STAMP.key))
    letters = code.removeprefix(PREFIX)
    message = bytearray(base64.b32decode(letters + "=" * (-len(letters) % 8)))
    for bit in range(8 * len(message)):
        message[bit // 8] ^= 1 << bit % 8
        flipped = PREFIX + base64.b32encode(message).decode().rstrip("=")
        read = opened(flipped, KEYS)
        assert read is None or not read[1], bit
        message[bit // 8] ^= 1 << bit % 8
    assert opened(code, KEYS) is not None


@given(place=st.integers(min_value=0), letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
@settings(max_examples=300)
def test_no_letter_of_a_code_can_be_another(place: int, letter: str) -> None:
    said = Statement("光明登2026-000012", "registration-1", digest("全文"), STAMP.key)
    code = sign(signing_key(SECRET), said)
    at = len(PREFIX) + place % (len(code) - len(PREFIX))
    other = code[:at] + letter + code[at + 1 :]
    read = opened(other, KEYS)
    assert (read == (said, True)) == (other == code)


@given(text=st.text(min_size=1, max_size=60), data=st.data())
def test_any_other_text_has_another_digest_and_blanks_do_not_count(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assert canonical([text[:at], " \n\u3000\t", text[at:]]) == canonical([text])
    other = canonical([text[:at], "字", text[at:]])
    assert digest(other) != digest(canonical([text]))


def test_a_preview_carries_no_code(tmp_path: Path) -> None:
    pdf, _text = signed(replace(sheets.AGREEMENT, preview=True))
    assert [page.code for page in read_back(pdf)] == ["", ""]
    assert scanned(pdf, tmp_path) == ""


def test_a_code_that_was_broken_or_typed_small_is_found_in_a_text() -> None:
    code = sign(signing_key(SECRET), Statement("12", "agreement-2", digest("全文"), STAMP.key))
    broken = "\n".join(code[at : at + 40] for at in range(0, len(code), 40))
    assert list(codes_in(f"全文\n{broken}\n第1页　共1页\n")) == [code]
    assert list(codes_in(code.lower())) == [code]
    assert list(codes_in(f"{code}\nABCDEF")) == [code]
    assert list(codes_in("QS1 没有")) == []


HOSTILE = [b"", b"%PDF-1.4", b"%PDF-1.7\n%%EOF\n", os.urandom(2000), b"%PDF-1.4\n" + b"[" * 20000]


@pytest.mark.parametrize("content", HOSTILE)
def test_what_is_no_pdf_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Refused, match=r"proof\.not_pdf"):
        read_back(content)


def changed(pdf: bytes, before: bytes, after: bytes) -> bytes:
    """The paper with something added to its first page's operators, before and after them."""
    with pikepdf.open(BytesIO(pdf)) as opened_pdf:
        page = opened_pdf.pages[0]
        page.contents_add(before, prepend=True)
        page.contents_add(after)
        out = BytesIO()
        opened_pdf.save(out)
    return out.getvalue()


OVER = {
    "a covering": b"1 1 1 rg 100 100 200 50 re f",
    "a picture": b"BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI",
    "white text": b"BT 1 1 1 rg /F1 12 Tf 100 100 Td <0001> Tj ET",
    "invisible text": b"BT 3 Tr /F1 12 Tf 100 100 Td <0001> Tj ET",
    "text beside the page": b"BT /F1 12 Tf 900 900 Td <0001> Tj ET",
    "an unclosed mark": b"/Artifact BMC",
    "a form": b"/X1 Do",
    "a stroke through a figure": b"0.9 w 100 100 m 103 104 l S",
    "a short stroke": b"0.9 w 100 100 m 100 105 l S",
    "a line as thick as a bar": b"12 w 100 100 m 300 100 l S",
    "letters without a text": b"BT /F1 12 Tf 100 100 Td <3fff> Tj ET",
    "another code": b"/Span <</ActualText (QS1:AAAA)>> BDC EMC",
}


@pytest.mark.parametrize("after", OVER.values(), ids=OVER.keys())
def test_what_our_papers_never_draw_is_noticed(after: bytes) -> None:
    pdf, _text = signed(sheets.AGREEMENT)
    assert not read_back(changed(pdf, b"", b""))[0].strange
    assert read_back(changed(pdf, b"", after))[0].strange


def test_words_hidden_as_a_mark_are_noticed() -> None:
    pdf, text = signed(sheets.AGREEMENT)
    pages = read_back(changed(pdf, b"", b"/Artifact BMC BT /F1 12 Tf 100 100 Td <0001> Tj ET EMC"))
    assert digest("".join(page.text for page in pages)).hex() == text
    assert not are_marks(pages, sheets.AGREEMENT.number)


def with_other_outlines(pdf: bytes) -> bytes:
    """The paper with one outline of its first font changed: what is seen is not what the text says."""
    with pikepdf.open(BytesIO(pdf)) as opened_pdf:
        font = opened_pdf.pages[0].obj.Resources.Font.F1
        program = font.DescendantFonts[0].FontDescriptor.FontFile2
        content = bytearray(program.read_bytes())
        content[len(content) // 2] ^= 1
        program.write(bytes(content))
        out = BytesIO()
        opened_pdf.save(out)
    return out.getvalue()


def test_a_font_whose_letters_look_like_others_is_noticed() -> None:
    pdf, text = signed(sheets.AGREEMENT)
    pages = read_back(with_other_outlines(pdf))
    assert digest("".join(page.text for page in pages)).hex() == text
    assert [page.letters for page in pages] == [False, False]
    assert [page.letters for page in read_back(pdf)] == [True, True]


def test_a_stream_that_unpacks_to_gigabytes_is_refused() -> None:
    with pikepdf.new() as made:
        made.add_blank_page()
        made.pages[0].contents_add(b"q Q\n" * 8_000_000)
        out = BytesIO()
        made.save(out, compress_streams=True)
    with pytest.raises(Refused, match=r"proof\.not_pdf"):
        read_back(out.getvalue())


def test_an_encrypted_pdf_is_refused_with_a_sentence() -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(signed(sheets.ORDER)[0])) as made:
        made.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Refused, match=r"proof\.encrypted"):
        read_back(out.getvalue())


DIGEST = (
    "import hashlib\nfrom tests.system.test_proofs import signed\nfrom tests.support.sheets import EVERY\n"
    "for sheet in EVERY.values(): print(hashlib.sha256(signed(sheet)[0]).hexdigest())"
)


@pytest.mark.parametrize(
    "surroundings", [{"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"}, {"TZ": "Asia/Shanghai"}]
)
def test_the_same_record_and_key_give_the_same_bytes_anywhere(surroundings: dict[str, str]) -> None:
    root = Path(__file__).parents[2]
    (faketime,) = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    env = {**os.environ, **surroundings, "LD_PRELOAD": str(faketime), "FAKETIME": "2031-12-31 23:59:58"}
    child = subprocess.run([sys.executable, "-c", DIGEST], cwd=root, env=env, capture_output=True, check=True)
    here = [hashlib.sha256(signed(sheet)[0]).hexdigest() for sheet in sheets.EVERY.values()]
    assert child.stdout.decode().split() == here


@pytest.mark.parametrize("broken", [0, 40])
def test_a_code_is_taken_out_of_a_text_and_a_line_that_looks_like_one_stays(broken: int) -> None:
    code = sign(signing_key(SECRET), Statement("（2026）光明人调字第12号", "agreement-2", digest("全文"), STAMP.key))
    lines = [code[at : at + broken] for at in range(0, len(code), broken)] if broken else [code.lower()]
    for said in ("91440300MA5F000007", "WWWWWWWWWWWWWWWWWWWW", "11010519491231002X"):
        text = "\n".join([said, *lines, said, "全文\n"])
        (found,) = codes_in(text)
        assert found == code
        assert without_code(text, found).split() == [said, said, "全文"]
