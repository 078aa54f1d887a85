"""Lists of people as they are typed and copied: who is taken from them, what stays, and why."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from desktop.actions.rosters import LONGEST, read_roster, text_of
from sync.records.errors import Refused

CITIZEN = "11010519491231002X"


def taken(text: str) -> list[tuple[str, str, str, bool]]:
    roster = read_roster(text)
    assert roster.untaken == ()
    return [(r["name"], r["phone"], r.get("document", {}).get("number", ""), r["representative"]) for r in roster.rows]


def untaken(text: str) -> list[tuple[int, str]]:
    return [(u.line, u.why.key) for u in read_roster(text).untaken]


@pytest.mark.parametrize(
    "line",
    [
        f"张伟\t13812345678\t{CITIZEN}",
        f"{CITIZEN}\t张伟\t138 1234 5678",
        f"1\t138-1234-5678\t{CITIZEN}\t张伟",
        f"张伟,13812345678,{CITIZEN}",
        f"3、张伟，１３８１２３４５６７８，{CITIZEN.lower()}",
        f"张 伟 13812345678 {CITIZEN}",
    ],
)
def test_name_telephone_and_number_are_told_apart_in_any_order(line: str) -> None:
    assert taken(line) == [("张伟", "13812345678", CITIZEN, False)]


def test_representatives_are_marked_by_a_word_beside_or_behind_the_name() -> None:
    assert taken("张伟（代表）\n李四\t代表\n王五，√\n赵六 13812345678 代表\nJohn Smith") == [
        ("张伟", "", "", True),
        ("李四", "", "", True),
        ("王五", "", "", True),
        ("赵六", "13812345678", "", True),
        ("John Smith", "", "", False),
    ]


def test_names_in_one_line_are_several_people() -> None:
    assert [name for name, *_ in taken("张伟、李四、王五（代表）")] == ["张伟", "李四", "王五"]


def test_a_header_says_what_the_columns_are_and_what_has_no_place_is_told() -> None:
    roster = read_roster(
        "序号\t姓名\t性别\t年龄\t住址\t是否代表\n1\t张伟\t男\t45\t凤凰路2号\t是\n2\t李四\t女\t38\t\t否"
    )
    assert [(r["name"], r["sex"], r.get("address", ""), r["representative"]) for r in roster.rows] == [
        ("张伟", "1", "凤凰路2号", True),
        ("李四", "2", "", False),
    ]
    assert roster.extra == ("45", "38")


def test_lines_that_name_nobody_stay_with_their_reasons() -> None:
    text = "张伟\n13812345678\n李四\t1381234567\n王\u202e五\n赵六\t110105194912310021\n\n孙\x07七\n" + "长" * 101
    assert untaken(text) == [
        (2, "imports.roster_no_name"),
        (3, "imports.roster_what_is_this"),
        (4, "records.text_unshowable"),
        (5, "records.document_check"),
        (7, "records.text_unshowable"),
        (8, "records.name_long"),
    ]
    assert [u.text for u in read_roster(text).untaken][1] == "李四\t1381234567"


def test_nobody_is_taken_twice_and_not_more_than_the_form_holds() -> None:
    there = [{"name": "张伟", "phone": "", "document": {"number": CITIZEN.lower()}}]
    roster = read_roster(f"张伟\t{CITIZEN}\n李四\t13812345678\n李四\t13812345678\n李四", there)
    assert [(r["name"], r["phone"]) for r in roster.rows] == [("李四", "13812345678"), ("李四", "")]
    assert [(u.line, u.why.key) for u in roster.untaken] == [(1, "actions.roster_twice"), (3, "actions.roster_twice")]
    many = read_roster("\n".join(["张伟"] * 502))
    assert (len(many.rows), [u.line for u in many.untaken]) == (500, [501, 502])


def test_a_paste_that_is_no_list_is_refused_whole() -> None:
    for text in ("字" * (LONGEST + 1), "张伟\n" * 2001):
        with pytest.raises(Refused, match="roster_long"):
            read_roster(text)


def test_a_workbook_becomes_lines(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (
        ("楼道漏水来访人员",),
        ("姓名", "手机", "身份证号"),
        ("张伟", 13812345678, CITIZEN),
        ("李\n四", None, None),
    ):
        sheet.append(cells)
    book.save(tmp_path / "名单.xlsx")
    roster = read_roster(text_of(tmp_path / "名单.xlsx"))
    assert [(r["name"], r["phone"]) for r in roster.rows][-2:] == [("张伟", "13812345678"), ("李四", "")]
