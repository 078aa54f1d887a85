"""Ledgers in all their shapes, and files that mean harm."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from desktop.files import tables, xlsx_archive
from desktop.files.csv_tables import MAX_CELL
from desktop.files.ledgers import COLUMNS, open_ledger
from desktop.files.rejected import RejectedRows
from sync.records.errors import Refused

DATA = Path(__file__).parents[2] / "data"


def cells_of(path: Path) -> list[dict[str, str]]:
    with open_ledger(path).rows() as rows:
        return [row.cells for row in rows]


def key_of(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        cells_of(path)
    return caught.value.key


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "台账.csv"
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder: Path, *rows: Sequence[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "台账.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_ledger_is_read_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    text = "诉求内容,登记时间,来访人\r\n漏水,2026-09-01,段伟𣸣\r\n"
    assert cells_of(csv_file(tmp_path, text, encoding)) == [
        {"登记时间": "2026-09-01", "来访人": "段伟𣸣", "诉求内容": "漏水"}
    ]


def test_both_ledgers_of_the_station_are_read_whole() -> None:
    assert len(cells_of(DATA / "ledger.csv")) == 600
    assert len(cells_of(DATA / "ledger-dirty-gb18030.csv")) == 140
    assert set(cells_of(DATA / "ledger.csv")[0]) == set(COLUMNS)


def test_columns_stand_in_any_order_and_extra_ones_are_named(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "某站台账,,\n序号, 诉求 内容 ,登记时间,经办人\n1,漏水,2026-9-1,李四\n,,,\n")
    ledger = open_ledger(path)
    assert ledger.extra == ("序号", "经办人")
    assert cells_of(path) == [{"登记时间": "2026-9-1", "诉求内容": "漏水"}]


def test_a_missing_required_column_refuses_the_file_and_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        open_ledger(csv_file(tmp_path, "登记时间,来访人\n2026-9-1,张三\n"))
    assert (caught.value.key, caught.value.values["columns"]) == ("imports.columns_missing", "诉求内容")
    assert key_of(csv_file(tmp_path, "")) == "imports.columns_missing"


def test_other_delimiters_are_found(tmp_path: Path) -> None:
    assert cells_of(csv_file(tmp_path, "登记时间\t诉求内容\n2026-9-1\t漏水,发霉\n"))[0]["诉求内容"] == "漏水,发霉"


def test_a_quotation_mark_without_a_partner_swallows_nothing(tmp_path: Path) -> None:
    assert key_of(csv_file(tmp_path, '登记时间,诉求内容\n2026-9-1,"漏水\n2026-9-2,噪音\n')) == "imports.csv_broken"
    assert key_of(csv_file(tmp_path, "登记时间,诉求内容\n2026-9-1," + "漏" * (MAX_CELL + 1))) == "imports.cell_too_long"


def test_files_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    assert key_of(csv_file(tmp_path, "登记时间", "utf-16")) == "imports.encoding"
    for name, content in {
        "a.csv": b"\xff\xff\xff\xff",
        "a.xls": codecs.BOM_UTF8,
        "b.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "c.csv": b"%PDF-1.7",
        "d.xlsx": b"PK\x03\x04broken",
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert key_of(path) in {"imports.encoding", "imports.not_a_table"}


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_FILE_BYTES", 10)
    assert key_of(csv_file(tmp_path, "登记时间,诉求内容\n")) == "imports.too_large"


def test_a_workbook_is_read_as_a_clerk_typed_it(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        ["登记时间", "诉求内容", "联系电话", "同行人数", "证件号码", "当场答复"],
        [datetime(2026, 9, 1, 8, 18), '=HYPERLINK("http://x","点我")', 14038541179, 3.0, 440311196005310337, True],
        [],
        ["2026.9.2", "'=1", None, "很多", "44031119960422600X", None],
    )
    assert cells_of(path) == [
        {
            "登记时间": "2026-09-01 08:18",
            "诉求内容": '=HYPERLINK("http://x","点我")',
            "联系电话": "14038541179",
            "同行人数": "3",
            "证件号码": "4.40311196005310E+17",
            "当场答复": "是",
        },
        {
            "登记时间": "2026.9.2",
            "诉求内容": "'=1",
            "联系电话": "",
            "同行人数": "很多",
            "证件号码": "44031119960422600X",
            "当场答复": "",
        },
    ]


def rewritten(path: Path, name: str, change: bytes) -> Path:
    """Replace one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = change
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["登记时间", "诉求内容"])
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
        b'<c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    assert key_of(rewritten(path, "xl/worksheets/sheet1.xml", bomb)) == "imports.not_a_table"


def test_a_zip_bomb_is_refused_by_what_it_states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path, ["登记时间", "诉求内容"])
    monkeypatch.setattr(xlsx_archive, "MAX_STRINGS_BYTES", 1 << 20)
    assert key_of(rewritten(path, "xl/sharedStrings.xml", b" " * (2 << 20))) == "imports.too_large"


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}<sheetData>{}</sheetData></worksheet>'
STATED = '<dimension ref="A1:B2"/>'


@pytest.mark.parametrize(
    ("dimension", "cells"),
    [
        (STATED, "<row>" + "<c/>" * 100_001 + "</row>"),
        ("", "<row><c/></row>" * 500_001),
        ('<dimension xmlns="x:other" ref="A1:B2"/>', "<row><c/></row>" * 500_001),
        (STATED, '<row><c t="inlineStr"><is><t>' + " " * (17 << 20) + "</t></is></c></row>"),
        ("", '<row><c t="inlineStr"><is><t>' + " " * (49 << 20) + "</t></is></c></row>"),
    ],
)
def test_a_row_or_a_part_that_would_fill_the_memory_is_refused_before_it_is_built(
    tmp_path: Path, dimension: str, cells: str
) -> None:
    path = workbook(tmp_path, ["登记时间", "诉求内容"])
    hostile = rewritten(path, "xl/worksheets/sheet1.xml", SHEET.format(dimension, cells).encode())
    assert key_of(hostile) == "imports.too_complex"


def test_many_small_rows_are_no_harm(tmp_path: Path) -> None:
    head = '<row><c t="inlineStr"><is><t>登记时间</t></is></c><c t="inlineStr"><is><t>诉求内容</t></is></c></row>'
    path = workbook(tmp_path, ["登记时间", "诉求内容"])
    rows = SHEET.format(STATED, head + "<row><c/><c/></row>" * 40_000)
    assert cells_of(rewritten(path, "xl/worksheets/sheet1.xml", rows.encode())) == []


def test_styles_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["登记时间", "诉求内容"])
    assert key_of(rewritten(path, "xl/styles.xml", b"<a>" + b"<b/>" * 1_000_001 + b"</a>")) == "imports.too_complex"


def test_an_outside_document_is_never_asked_for(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["登记时间", "诉求内容"])
    for place, declared in (("xl/workbook.xml", 'SYSTEM "http://127.0.0.1:9/a.dtd"'), ("xl/styles.xml", "[]")):
        assert key_of(rewritten(path, place, f"<!DOCTYPE a {declared}><a/>".encode())) == "imports.not_a_table"


def test_characters_that_xml_cannot_hold_come_back(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["登记时间", "诉求内容"], ["2026-9-1", "甲_x000D_\n乙_x005F_x0041_ _xD842__xDFB7_ _x12_"])
    assert cells_of(path)[0]["诉求内容"] == "甲\r\n乙_x0041_ 𠮷 _x12_"


def test_a_sheet_of_notes_may_stand_before_the_ledger(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["填表说明:登记时间按 2026-3-5 填写"])
    sheet = book.create_sheet("台账")
    sheet.append(["登记时间", "诉求内容"])
    sheet.append(["2026-9-1", "漏水"])
    path = tmp_path / "两张表.xlsx"
    book.save(path)
    assert cells_of(path) == [{"登记时间": "2026-9-1", "诉求内容": "漏水"}]


def test_a_far_cell_does_not_make_millions_of_blank_ones(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"], book.active["XFD2"], book.active["A90000"] = "登记时间", "诉求内容", "x", "y"
    path = tmp_path / "far.xlsx"
    book.save(path)
    assert cells_of(path) == [{"登记时间": "y", "诉求内容": ""}]


def test_broken_workbooks_are_refused_and_never_crash(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["登记时间", "诉求内容"], ["2026-9-1", "漏水"])
    whole = path.read_bytes()
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"):
        path.write_bytes(whole)
        assert key_of(rewritten(path, name, b"<broken")) == "imports.not_a_table"
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "x")
    path.write_bytes(other.getvalue())
    assert key_of(path) == "imports.not_a_table"


def test_refused_rows_come_back_to_the_letter(tmp_path: Path) -> None:
    ledger = tmp_path / "台账.csv"
    rejected = RejectedRows(ledger, ("登记时间", "诉求内容", "备注"))
    rejected.add(("昨天", '=1+"2"\r\n', "'=x"), "登记时间", "看不出日期")
    path = rejected.finish()
    assert path == tmp_path / "台账.rejected.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    assert cells_of(path) == [{"登记时间": "昨天", "诉求内容": '=1+"2"\r\n', "备注": "'=x"}]
    assert open_ledger(path).extra == ()
    assert "\n=" not in path.read_text(encoding="utf-8")


def test_a_file_that_somebody_mends_is_not_written_over(tmp_path: Path) -> None:
    names = []
    for reason in ("甲", "甲", "乙"):
        rejected = RejectedRows(tmp_path / "a.csv", ("登记时间",))
        rejected.add(("昨天",), "登记时间", reason)
        names.append(rejected.finish())
    assert [path.name for path in names if path] == ["a.rejected.csv", "a.rejected.csv", "a.rejected-2.csv"]
    assert not list(tmp_path.glob(".*"))
