"""Items of outside systems come in by a file: once each, found by their number, with their own days."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop.actions.finding import Question, find
from desktop.actions.matters import edit_matter, matter_draft
from desktop.actions.open_items import all_open
from desktop.actions.outside_items import import_items, system_of
from desktop.actions.steps import state_of
from desktop.store.index import catch_up
from desktop.store.matters import list_matters
from sync.records.errors import Refused
from sync.records.matters import Matter
from tests.system.actions.conftest import Station

HEADER = (
    "外部编号",
    "登记时间",
    "标题",
    "诉求内容",
    "性质",
    "类别",
    "姓名",
    "联系电话",
    "承办单位",
    "收到时间",
    "办理期限",
)
PETITION = (
    "XF-2026-0001", "2026-03-01 09:00", "反映电梯停运", "小区电梯停运一个月。", "信访事项", "物业纠纷", "张伟",
    "13812345678", "区住房和建设局", "2026-03-03 10:00", "2026-03-20",
)  # fmt: skip
HOTLINE = ("MY0002", "2026-03-02", "", "路灯不亮\n请尽快修", "", "路灯", "", "", "", "", "2026年3月9日")


@pytest.fixture
def station(station: Station) -> Station:
    with station.store.write() as work:
        work.set_meta("import_key", "ab" * 32)
    return station


def written(folder: Path, *rows: tuple[str, ...], name: str = "信访.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def matters(station: Station) -> list[Matter]:
    with station.store.read() as reader:
        found: list[Any] = [reader.get(row.id) for row in list_matters(reader)]
    return sorted(found, key=lambda m: m.external[0].number)


def test_each_number_becomes_one_matter_with_its_own_clock(station: Station, tmp_path: Path) -> None:
    path = written(tmp_path, PETITION, HOTLINE)
    done = import_items(station.desk, path)
    assert (done.read, done.added, done.refused) == (2, 2, 0)
    assert import_items(station.desk, path).added == 0
    hotline, petition = matters(station)
    assert (hotline.title, hotline.category_word, hotline.external[0].system) == ("路灯不亮", "路灯", "信访")
    with station.store.read() as reader:
        assert state_of(reader, petition).held_by == station.units["区住房和建设局"]
    running = {(i.id, i.clock, i.due.date().isoformat()) for i in all_open(station.desk).items}
    assert (petition.id, "external-due", "2026-03-20") in running
    assert (petition.id, "petition-notice", "2026-03-18") in running
    assert (hotline.id, "external-due", "2026-03-09") in running
    catch_up(station.store)
    assert [hit.id for hit in find(station.desk, Question("XF-2026-0001"))] == [petition.id]


def test_a_day_that_the_other_system_moved_is_moved_here_and_nothing_else(station: Station, tmp_path: Path) -> None:
    import_items(station.desk, written(tmp_path, PETITION))
    (matter,) = matters(station)
    draft, seen = matter_draft(station.desk, matter.id)
    edit_matter(station.desk, matter.id, {**draft, "title": "电梯停运（已核实）"}, seen)
    moved = (*PETITION[:-1], "2026-04-20")
    done = import_items(station.desk, written(tmp_path, moved))
    assert (done.added, done.unchanged, done.moved) == (0, 1, 1)
    (matter,) = matters(station)
    assert (matter.title, str(matter.external[0].due_on)) == ("电梯停运（已核实）", "2026-04-20")


def test_a_number_that_somebody_entered_by_hand_is_known(station: Station, tmp_path: Path) -> None:
    import_items(station.desk, written(tmp_path, HOTLINE))
    (matter,) = matters(station)
    draft, seen = matter_draft(station.desk, matter.id)
    rows = [*draft["external"], {"system": "粤平安", "number": "YPA9", "due_on": ""}]
    edit_matter(station.desk, matter.id, {**draft, "external": rows}, seen)
    again = import_items(station.desk, written(tmp_path, ("YPA9", *HOTLINE[1:]), name="粤平安.csv"))
    assert (again.added, again.moved) == (0, 1)
    assert len(matters(station)) == 1


def test_what_cannot_be_taken_goes_to_a_file_with_its_reason(station: Station, tmp_path: Path) -> None:
    accusation = (*PETITION[:4], "检举控告", *PETITION[5:])
    strange = ("", *PETITION[1:])
    late = ("XF-3", "2026-03-01", "题", "文", "信访事项", "", "", "", "", "", "二月三十日")
    done = import_items(station.desk, written(tmp_path, accusation, strange, late, HOTLINE))
    assert (done.added, done.refused) == (1, 3)
    assert done.rejected_file is not None
    told = done.rejected_file.read_text("utf-8-sig")
    assert [line.split(",")[0] for line in told.splitlines()[1:4]] == ["性质", "外部编号", "办理期限"]
    assert [m.external[0].number for m in matters(station)] == ["MY0002"]


def test_a_file_says_whose_it_is_by_a_column_its_name_or_the_person(station: Station, tmp_path: Path) -> None:
    assert system_of(Path("2026年粤平安事项.xlsx")) == "粤平安"
    unnamed = written(tmp_path, HOTLINE, name="items.csv")
    assert import_items(station.desk, unnamed).refused == 1
    assert import_items(station.desk, unnamed, "民意速办").added == 1
    book = openpyxl.Workbook()
    book.active.append(("来源系统", *HEADER))
    book.active.append(("粤平安", *HOTLINE))
    book.save(tmp_path / "items.xlsx")
    assert import_items(station.desk, tmp_path / "items.xlsx").added == 1
    assert {m.external[0].system for m in matters(station)} == {"民意速办", "粤平安"}
    bad = tmp_path / "y.csv"
    bad.write_text("登记时间,姓名\n2026-03-01,甲\n", encoding="utf-8")
    with pytest.raises(Refused, match="columns_missing"):
        import_items(station.desk, bad, "信访")
