"""Laws of the ledger import: whatever a cell holds, a row that is read can be kept, and the others come back."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from desktop.actions.imported_rows import ImportKey, Keyed, _told
from desktop.actions.imported_rows import _Batch as Batch
from desktop.files.formula_cells import guarded, restored
from desktop.files.ledger_rows import RowRefused, read_row
from desktop.files.ledgers import COLUMNS, Row, open_ledger
from desktop.files.rejected import RejectedRows
from desktop.files.tables import Line
from sync.records.persons import Person
from sync.records.record import Made
from sync.records.requirements import check_visit
from sync.records.visits import Visit

MADE = Made(by="sta_1", unit="uni_1", store="sto_1", at=datetime(2026, 9, 1, tzinfo=UTC))
KEY = ImportKey(bytes(32))
anything = st.text(max_size=30) | st.sampled_from(["", " ", "无", "=1+1", "'=1", "长" * 501, "长" * 50_001])
CELLS = {
    "登记时间": ["2026-09-01 08:18", "2026.9.1", "2026年9月1日下午3点", "2026-02-30"],
    "诉求内容": ["漏水", "=1+1", "第一行\r\n第二行"],
    "来访人": ["张三", "杜•霞子", "NGUYEN THI HOA"],
    "证件类型": ["身份证", "军官证", "未出示", "外国护照"],
    "证件号码": ["11010519491231002x", "EK8852676", "H07751055", "911840198512070026"],
    "民族": ["汉", "穿青人"],
    "联系电话": ["138-1234-5678", "+852 9123 4567、0755-23456789转8"],
    "渠道": ["来访", "来电", "走访发现"],
    "性别": ["男", "女"],
    "同行人数": ["1", "23人"],
}
rows = st.fixed_dictionaries({c: st.sampled_from(CELLS.get(c, ["", "甲"])) | anything for c in COLUMNS})


@given(rows)
def test_a_row_that_is_read_can_be_kept_so_that_no_row_stops_the_others(cells: dict[str, str]) -> None:
    try:
        row = read_row(Row(Line(2, tuple(cells.values())), cells, overflow=False))
    except RowRefused:
        return
    person: Person = _told(Batch(KEY, MADE, set(), {}), Keyed(row, b"identity"))
    told = {name: getattr(row, name) for name in ("channel", "happened_at", "text", "category", "headcount", "answer")}
    check_visit(Visit(id="vis_1", made=MADE, import_key="ab", remark=row.remark, place=row.address, **told), person)
    assert row.text == cells["诉求内容"]


@given(st.text())
def test_a_guarded_cell_comes_back_and_is_no_formula(cell: str) -> None:
    assert restored(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


shown = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
last = shown.map(lambda text: f"{text}末")  # blank cells at the end of a row are no cells


@given(st.lists(st.tuples(shown, shown, last), min_size=1, max_size=4))
def test_refused_rows_come_back_to_the_letter(refused: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rejected = RejectedRows(Path(folder) / "a.csv", ("登记时间", "诉求内容", "备注"))
        for cells in refused:
            rejected.add(cells, "登记时间", "看不出日期")
        path = rejected.finish()
        assert path is not None
        with open_ledger(path).rows() as back:
            assert [tuple(row.cells.values()) for row in back] == refused
