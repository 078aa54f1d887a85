"""Exports on a real encrypted store: what the file says, who may read it, and what the station's log keeps of it."""

from __future__ import annotations

import csv
import hashlib
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop.actions.exports import Wanted, export_list
from desktop.actions.papers import issue_paper
from desktop.actions.print_jobs import note_outcome
from desktop.actions.visits import log_visit
from desktop.files.exports import Format
from desktop.forms.form import Draft
from desktop.store.listing import LISTS, Filter, lines_of, lines_with, rows_at
from resources import LANGUAGES, wording
from sync.records.audit import AuditAction, AuditEntry
from sync.records.errors import Refused, RuleBroken, Unavailable
from sync.records.papers import PaperKind, PrintResult
from tests.system.actions.conftest import Station

NUMBER, PHONE = "11010519491231002X", "13812345678"


def logged(station: Station, visitor: Callable[..., Draft], *texts: str) -> list[str]:
    made = []
    for text in texts:
        station.clock.later(minutes=1)
        made.append(log_visit(station.desk, station.draft("visit", **visitor(text=text))).id)
    return made


def entries(station: Station) -> list[AuditEntry]:
    from desktop.store.tally import records

    with station.store.read() as reader:
        ids = [record_id for kind, record_id, _ in records(reader) if kind == "audit_entry"]
        found = [reader.get(record_id) for record_id in ids]
    return [e for e in found if isinstance(e, AuditEntry) and e.action is AuditAction.EXPORTED]


def table(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("form", list(Format))
def test_numbers_are_masked_in_their_fields_and_within_texts(
    station: Station, visitor: Callable[..., Draft], tmp_path: Path, form: Format
) -> None:
    logged(station, visitor, f"=邻居𠮷某的号码是{NUMBER}，电话{PHONE}。")
    done = export_list(station.desk, Wanted("visits", form), tmp_path / f"a{form.suffix}")

    if form is Format.XLSX:
        lines = [list(row) for row in openpyxl.load_workbook(done.path).worksheets[0].iter_rows()]
        row = {h.value: c for h, c in zip(*lines, strict=True)}
        assert row["诉求"].data_type == "s"
        said = {heading: str(cell.value) for heading, cell in row.items()}
    else:
        (said,) = table(done.path, "utf-8-sig" if form is Format.CSV else "gb18030")
        assert said["诉求"].startswith("'=")
    assert said["诉求"].removeprefix("'") == "=邻居𠮷某的号码是110105********002X，电话138****5678。"
    assert (said["证件号码"], said["电话"]) == ("110105********002X", "138****5678")
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_full_export_needs_a_reason_and_the_log_has_it(
    station: Station, visitor: Callable[..., Draft], tmp_path: Path
) -> None:
    logged(station, visitor, "楼上漏水")
    target = tmp_path / "a.csv"
    with pytest.raises(RuleBroken, match=r"lists\.reason_needed"):
        export_list(station.desk, Wanted("visits", Format.CSV, full=True, reason="  "), target)
    assert (target.exists(), entries(station)) == (False, [])

    export_list(station.desk, Wanted("visits", Format.CSV, full=True, reason="信访办核对"), target)

    assert [(r["证件号码"], r["电话"]) for r in table(target, "utf-8-sig")] == [(NUMBER, PHONE)]
    (entry,) = entries(station)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    assert (entry.made.by, entry.subject) == (station.desk.session.staff, "visits")
    assert entry.detail == f"rows=1 format=csv numbers=full sha256={digest} reason=信访办核对"


def test_what_is_filtered_or_chosen_is_exported_in_the_order_of_the_list(
    station: Station, visitor: Callable[..., Draft], tmp_path: Path
) -> None:
    first, _second, third = logged(station, visitor, "一楼漏水", "拖欠工资", "二楼漏水")

    def texts(**more: Any) -> list[str]:
        done = export_list(station.desk, Wanted("visits", Format.CSV, **more), tmp_path / "a.csv")
        assert done.rows == len(table(done.path, "utf-8-sig"))
        return [r["诉求"] for r in table(done.path, "utf-8-sig")]

    assert texts() == ["二楼漏水", "拖欠工资", "一楼漏水"]
    assert texts(chosen=Filter("漏水", rising=True)) == ["一楼漏水", "二楼漏水"]
    assert texts(ids=(first, third)) == ["二楼漏水", "一楼漏水"]


def test_a_stopped_export_leaves_no_file_and_the_one_before_it_stands(
    station: Station, visitor: Callable[..., Draft], tmp_path: Path
) -> None:
    logged(station, visitor, "楼上漏水")
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"earlier")
    with pytest.raises(Refused, match=r"lists\.cancelled"):
        export_list(station.desk, Wanted("visits", Format.XLSX), target, cancelled=lambda: True)

    assert target.read_bytes() == b"earlier"
    assert {p.name for p in tmp_path.iterdir() if "a.xlsx" in p.name} == {"a.xlsx"}
    assert entries(station) == []


def test_a_folder_that_is_not_there_is_one_sentence(station: Station, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"lists\.unwritable"):
        export_list(station.desk, Wanted("visits", Format.CSV), tmp_path / "none" / "a.csv")


def test_chosen_rows_keep_the_order_of_the_list_however_many_are_asked_for_at_once(
    station: Station, visitor: Callable[..., Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = logged(station, visitor, *(f"第{n}次漏水" for n in range(5)))
    monkeypatch.setattr("desktop.store.listing.CHUNK", 2)
    with station.store.read() as reader:
        for name in LISTS:
            whole = lines_of(reader, name, Filter())
            ids = [row.id for row in rows_at(reader, name, whole)]
            assert lines_with(reader, name, ids[::-1]) == whole
            assert list(lines_of(reader, name, Filter(rising=True))) == list(whole)[::-1]
        assert len(lines_with(reader, "visits", visits)) == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_has_a_heading(language: str) -> None:
    from desktop.actions.export_cells import COLUMNS

    words = wording(language)
    assert {n for columns in COLUMNS.values() for n, _ in columns if not words.has(f"lists.column_{n}")} == set()
    assert {k for k in wording("zh").entries if k.startswith("lists.")} == {
        k for k in wording("en").entries if k.startswith("lists.")
    }


def test_an_account_number_in_a_text_is_masked_too(
    station: Station, visitor: Callable[..., Draft], tmp_path: Path
) -> None:
    logged(station, visitor, "工资卡6222021234567890123，至今没有到账")
    done = export_list(station.desk, Wanted("visits", Format.CSV), tmp_path / "a.csv")
    (said,) = table(done.path, "utf-8-sig")
    assert said["诉求"] == "工资卡622202*********0123，至今没有到账"


def test_the_log_of_prints_says_in_words_what_became_of_them_and_masks_what_people_wrote(
    station: Station, visitor: Callable[..., Draft], tmp_path: Path
) -> None:
    (visit,) = logged(station, visitor, "工资没有到账")
    issue_paper(station.desk, PaperKind.REGISTRATION, visit)
    for result, reason in ((PrintResult.NOT_TAKEN, "printing.printer_silent"), (PrintResult.FAILED, f"请打{PHONE}")):
        paper = issue_paper(station.desk, PaperKind.REGISTRATION, visit, printer="前台")
        note_outcome(station.desk, paper.print_id, result, reason=reason)
    done = export_list(station.desk, Wanted("prints", Format.CSV), tmp_path / "a.csv")
    said = {(row["结果"], row["原因"]) for row in table(done.path, "utf-8-sig")}
    words = wording("zh")
    assert said == {
        (words("printing.to_file"), ""),
        (words("records.printresult_not_taken"), words("printing.printer_silent", printer="前台")),
        (words("records.printresult_failed"), "请打138****5678"),
    }
