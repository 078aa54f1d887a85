"""Ledgers into a real encrypted store."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from desktop.actions.desk import Desk
from desktop.actions.imports import Imported, import_visits
from desktop.session import Session
from desktop.store.links import participations_of
from desktop.store.persons import list_persons
from desktop.store.store import Store
from desktop.store.tally import records
from desktop.store.visits import count_visits, list_visits
from sync.records.errors import Refused
from sync.records.participations import PartyRole
from sync.records.units import Role
from sync.records.visits import Category, Channel

DATA = Path(__file__).parents[1] / "data"
IMPORT_KEY = "ab" * 32


def desk_at(folder: Path, roles: frozenset[Role] = frozenset({Role.REGISTRAR})) -> Desk:
    store = Store.create(folder / "store.db", bytes(range(32)), unit="uni_1")
    with store.write() as work:
        work.set_meta("import_key", IMPORT_KEY)
    return Desk(store, Session("sta_1", "张登记", roles, "uni_1", "光明社区"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = desk_at(tmp_path)
    yield desk
    desk.store.close()


def ledger(folder: Path, name: str) -> Path:
    return Path(shutil.copy(DATA / name, folder / name))


def written(folder: Path, *rows: str, header: str = "登记时间,诉求内容,来访人,渠道") -> Path:
    path = folder / "台账.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def counts(imported: Imported) -> tuple[int, int, int, int]:
    return imported.read, imported.added, imported.unchanged, imported.refused


def held(desk: Desk) -> set[tuple[str, str, bytes]]:
    with desk.store.read() as reader:
        return set(records(reader))


def test_the_stations_ledger_is_taken_whole_and_only_once(desk: Desk, tmp_path: Path) -> None:
    path = ledger(tmp_path, "ledger.csv")
    first = import_visits(desk, path)
    assert counts(first) == (600, 600, 0, 0)
    assert (first.rejected_file, first.extra_columns, first.hinted) == (None, (), 1)
    before = held(desk)
    assert counts(import_visits(desk, path)) == (600, 0, 600, 0)
    assert held(desk) == before
    with desk.store.read() as reader:
        assert count_visits(reader) == 600
        with path.open(encoding="utf-8-sig", newline="") as file:
            numbers = {row["证件号码"] for row in csv.DictReader(file)} - {""}
        found = [person.document_number for person in list_persons(reader, limit=1000) if person.document_number]
        assert sorted(found) == sorted(numbers)


def test_the_dirty_ledger_gives_back_exactly_what_must_be_mended(desk: Desk, tmp_path: Path) -> None:
    imported = import_visits(desk, ledger(tmp_path, "ledger-dirty-gb18030.csv"))
    assert counts(imported) == (140, 99, 0, 41)
    assert imported.unknown_categories == ("鬼神",)
    assert imported.rejected_file == tmp_path / "ledger-dirty-gb18030.rejected.csv"
    with imported.rejected_file.open(encoding="utf-8-sig", newline="") as file:
        columns = [row["拒收列"] for row in csv.DictReader(file)]
    assert {name: columns.count(name) for name in columns} == {
        "登记时间": 15,
        "同行人数": 8,
        "诉求内容": 7,
        "证件号码": 11,
    }
    with desk.store.read() as reader:
        visits = list_visits(reader, limit=200)
    kept = [v for v in visits if v.category_word]
    assert {(v.category, v.category_word) for v in kept} == {(Category.OTHER, "鬼神")}
    assert sum(v.text.startswith("=") and v.text.endswith('=HYPERLINK("http://x","点我")') for v in visits) == 11
    assert max(len(v.text) for v in visits) > 2000


def test_refused_rows_are_refused_again_until_they_are_mended(desk: Desk, tmp_path: Path) -> None:
    rejected = import_visits(desk, ledger(tmp_path, "ledger-dirty-gb18030.csv")).rejected_file
    assert rejected is not None
    again = import_visits(desk, rejected)
    assert counts(again) == (41, 0, 0, 41)
    text = rejected.read_text(encoding="utf-8-sig").replace(",很多,", ",3,").replace("2026-02-30", "2026-02-28")
    rejected.write_text(text, encoding="utf-8-sig")
    assert counts(import_visits(desk, rejected)) == (41, 23, 0, 18)


def test_the_same_ledger_as_a_workbook_adds_nothing(desk: Desk, tmp_path: Path) -> None:
    path = ledger(tmp_path, "ledger.csv")
    import_visits(desk, path)
    book = openpyxl.Workbook()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            book.active.append(row)
    book.save(tmp_path / "ledger.xlsx")
    assert counts(import_visits(desk, tmp_path / "ledger.xlsx")) == (600, 0, 600, 0)


def test_two_desks_of_a_station_give_a_row_the_same_ids(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = desk_at(tmp_path / "other")
    path = ledger(tmp_path, "ledger.csv")
    import_visits(desk, path)
    import_visits(other, path)
    kinds = ("visit", "person", "participation", "revision")
    mine, theirs = ({record_id for kind, record_id, _ in held(d) if kind in kinds} for d in (desk, other))
    assert mine == theirs
    other.store.close()


def test_equal_rows_are_each_taken_once(desk: Desk, tmp_path: Path) -> None:
    row = "2026-9-1 8:00,漏水,张三,来访"
    assert counts(import_visits(desk, written(tmp_path, row, row))) == (2, 2, 0, 0)
    assert counts(import_visits(desk, written(tmp_path, row, row, row))) == (3, 1, 2, 0)


def test_a_changed_row_is_added_with_a_hint(desk: Desk, tmp_path: Path) -> None:
    import_visits(desk, written(tmp_path, "2026-9-1 8:00,漏水,张三,来访", "2026-9-1 8:00,噪音,李四,来访"))
    imported = import_visits(
        desk, written(tmp_path, "2026-9-1 8:00,漏水已三个月,张三,来访", "2026-9-1 9:00,停电,王五,来访")
    )
    assert (imported.added, imported.hinted) == (2, 1)
    with desk.store.read() as reader:
        by_text = {visit.text: visit for visit in list_visits(reader)}
    assert by_text["漏水已三个月"].like == by_text["漏水"].id
    assert by_text["停电"].like is None


def test_a_changed_row_without_a_name_is_known_by_its_place_or_telephone(desk: Desk, tmp_path: Path) -> None:
    header = "登记时间,诉求内容,住址,联系电话,渠道"
    before = ("2026-9-1 8:00,漏水,新村1巷,,网络", "2026-9-1 8:00,噪音,,13812345678,来电")
    assert import_visits(desk, written(tmp_path, *before, header=header)).hinted == 0
    after = ("2026-9-1 8:00,漏水已三月,新村1巷,,网络", "2026-9-1 8:00,夜间噪音,,138-1234-5678,来电")
    assert import_visits(desk, written(tmp_path, *after, header=header)).hinted == 2
    elsewhere = ("2026-9-1 8:00,停电,新村2巷,,网络",)
    assert import_visits(desk, written(tmp_path, *elsewhere, header=header)).hinted == 0


def test_every_row_of_the_dirty_ledger_is_known_as_a_changed_one(desk: Desk, tmp_path: Path) -> None:
    import_visits(desk, ledger(tmp_path, "ledger.csv"))
    again = import_visits(desk, ledger(tmp_path, "ledger-dirty-gb18030.csv"))
    assert (again.added, again.hinted) == (99, 99)


def test_cells_that_are_too_long_refuse_their_row_and_no_other(desk: Desk, tmp_path: Path) -> None:
    header = "登记时间,诉求内容,渠道,证件类型,证件号码,民族,类别,联系电话,当场答复,备注"
    long = "长" * 200_000
    fine = "2026-9-1 8:00,漏水,来电,,,,,,,"
    bad = [",".join(long if place == n else cell for place, cell in enumerate(fine.split(","))) for n in range(10)]
    imported = import_visits(desk, written(tmp_path, *bad, fine, header=header))
    assert counts(imported) == (11, 1, 0, 10)
    assert imported.rejected_file is not None
    assert long in imported.rejected_file.read_text(encoding="utf-8-sig")


def test_a_person_with_the_same_number_and_name_is_the_same_person(desk: Desk, tmp_path: Path) -> None:
    header = "登记时间,诉求内容,来访人,证件号码,联系电话,渠道"
    number = "11010519491231002X"
    import_visits(desk, written(tmp_path, f"2026-9-1,漏水,张三,{number},13812345678,来访", header=header))
    rows = (f"2026-9-2,噪音,张三,{number.lower()},13912345678,来访", f"2026-9-3,停电,李四,{number},,来访")
    import_visits(desk, written(tmp_path, *rows, header=header))
    with desk.store.read() as reader:
        persons = {person.name: person for person in list_persons(reader)}
    assert set(persons) == {"张三", "李四"}
    assert (persons["张三"].visits, persons["张三"].phones) == (2, ("13812345678", "13912345678"))


def test_who_reports_is_hidden_and_a_nameless_row_keeps_its_place(desk: Desk, tmp_path: Path) -> None:
    header = "登记时间,诉求内容,来访人,住址,渠道"
    import_visits(
        desk, written(tmp_path, "2026-9-1,漏水,张三,新村1巷,网格员上报", "2026-9-2,噪音,,新村2巷,网络", header=header)
    )
    with desk.store.read() as reader:
        reported, nameless = sorted(list_visits(reader), key=lambda v: v.happened_at)
        parts = participations_of(reader, reported.id)
        assert [(p.role, p.hidden) for p in parts] == [(PartyRole.REPORTER, True)]
        assert participations_of(reader, nameless.id) == []
        assert (reported.channel, nameless.channel) == (Channel.GRID_REPORT, Channel.NETWORK)
        assert getattr(reader.get(nameless.id), "place", "") == "新村2巷"


def test_a_stopped_import_goes_on_with_the_rest(desk: Desk, tmp_path: Path) -> None:
    path = ledger(tmp_path, "ledger.csv")
    calls = iter([False, True])
    seen: list[tuple[int, int]] = []
    with pytest.raises(Refused, match="cancelled"):
        import_visits(desk, path, lambda done, total: seen.append((done, total)), lambda: next(calls))
    assert seen == [(100, 600)]
    assert counts(import_visits(desk, path)) == (600, 500, 100, 0)


def test_without_an_import_key_or_the_right_nothing_is_read(tmp_path: Path) -> None:
    desk = desk_at(tmp_path, frozenset({Role.VIEWER}))
    with pytest.raises(Refused, match="not_yours"):
        import_visits(desk, ledger(tmp_path, "ledger.csv"))
    with desk.store.write() as work:
        work.set_meta("import_key", "")
    registrar = Desk(desk.store, Session("sta_1", "张", frozenset({Role.REGISTRAR}), "uni_1", "光明"))
    with pytest.raises(Refused, match="no_key"):
        import_visits(registrar, tmp_path / "ledger.csv")
    desk.store.close()


IMPORT_AND_MEASURE = """
import resource, sys
from pathlib import Path
from tests.system.test_import import counts, desk_at
from desktop.actions.imports import import_visits

desk = desk_at(Path(sys.argv[1]).parent)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
steps = []
imported = import_visits(desk, Path(sys.argv[1]), lambda done, total: steps.append((done, total)))
desk.store.close()
rows = int(sys.argv[2])
assert counts(imported) == (rows, rows, 0, 0), imported
assert steps[:2] == [(100, rows), (200, rows)] and steps[-1] == (rows, rows), steps
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    ("rows", "megabytes"), [(3_000, 32), pytest.param(20_000, 128, marks=pytest.mark.long)], ids=["3000", "20000"]
)
def test_many_rows_are_imported_with_progress_in_bounded_memory(tmp_path: Path, rows: int, megabytes: int) -> None:
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["登记时间", "诉求内容", "来访人", "渠道"])
        for n in range(rows):
            day = f"2026-{n // 2_500 + 1}-{n // 90 % 28 + 1} {n % 24}:{n % 60:02d}"
            out.writerow([day, f"第{n}件 " + "漏水" * 50, f"张{n}", "来电"])
    child = subprocess.run(
        [sys.executable, "-c", IMPORT_AND_MEASURE, path, str(rows)], capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr
    assert int(child.stdout) < megabytes * 1024, "kilobytes more than before the import"
