"""The papers whose pages are kept in tests/golden: every kind, signed, as whoever prints it at a desk holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from desktop.actions.statistics_paper import sheet_of
from desktop.printing import ledger, statistics
from desktop.printing.casefile import file_index
from desktop.printing.fonts import installed
from desktop.printing.marking import mark_copy
from desktop.printing.proof import Stamp
from desktop.printing.sheets import Sheet
from desktop.printing.table_sheets import TableSheet
from desktop.printing.whole import binder, pictures
from desktop.printing.whole.scans import Scan
from sync.records.papers import PaperKind
from sync.records.statistics import TOTAL, DateBasis, Measure, Number, months
from tests.support import scans, sheets
from tests.support.station_sheets import RECEIPT

SECRET: Final = bytes(range(32))
LEFT_OUT: Final = frozenset({"agreement of 200 with shares"})
"""Twenty-seven pages that look as those of twenty-three persons do."""

COUNTED: Final = {
    (row, measure): Number(type=row, measure=measure, value=12_345_678 if measure is Measure.AMOUNT else at)
    for row in ("labour", "neighbours", TOTAL)
    for at, measure in enumerate(Measure, 1)
}
STATISTICS = sheet_of(
    months(2026, 3, 1),
    DateBasis.EVENT,
    COUNTED,
    7,
    "2026-1",
    unit=sheets.STATION,
    state=["2026年4月1日9时00分报送"],
    made="制表人：陈𪚥　2026年4月1日9时00分",
)
LEDGER = TableSheet(
    template="ledger-1",
    number="2026-11-24",
    title="登记台账",
    facts=(f"单位：{sheets.STATION}　范围：2026年11月　共40件",),
    heads=("序号", "时间", "渠道", "来访人", "人数", "类别", "诉求内容"),
    rows=tuple(
        (str(at), "2026-11-24 09:05", "来访", name, "1", "劳动争议", "工资31,000元被拖欠两个多月，请求帮助协调支付。")
        for at, name in enumerate((*sheets.RARE, sheets.LONG_NAME, *["王小明"] * 35), 1)
    ),
    made="制表人：陈𪚥　2026-11-24 17:30",
)
WILLS: Final = (
    (sheets.LONG_NAME, "同意（2026年11月24日9时05分，当面）"),
    ("深圳市光明建筑劳务有限公司", "拒绝（2026年11月24日9时30分，电话）"),
)
MORE: dict[str, Sheet] = {
    "acceptance asked": replace(sheets.CASES["acceptance"], own_motion=True, agreed_all=False, wills=WILLS),
    "first order": replace(sheets.ORDER, template="dispatch_order-1"),
    "order by rules": sheets.ORDER_BY_RULES,
    "telephoned order": sheets.TELEPHONED_ORDER,
    "administrative agreement": replace(sheets.SECOND, template="administrative_agreement-1"),
    "administrative record": replace(sheets.RECORD, template="administrative_record-1"),
}


def golden() -> dict[str, Callable[[], bytes]]:
    """Return what draws each of the papers, by its name."""
    known = {**sheets.EVERY, **MORE}
    drawing: dict[str, Callable[[], bytes]] = {
        name: partial(_signed, sheet) for name, sheet in known.items() if name not in LEFT_OUT
    }
    return drawing | {
        "file appendix": lambda: file_index.render(_appendix()),
        "statistics": lambda: statistics.render(replace(STATISTICS, stamp=Stamp(SECRET))),
        "ledger": lambda: ledger.render(LEDGER, "visits"),
        "case file": _case_file,
        "copy": lambda: mark_copy(_signed(RECEIPT), RECEIPT.template, 2),
        "preview": lambda: _signed(replace(RECEIPT, number="", preview=True)),
    }


def templates() -> Iterator[str]:
    """Return the template of each of the papers."""
    for name, sheet in {**sheets.EVERY, **MORE}.items():
        if name not in LEFT_OUT:
            yield sheet.template
    yield from (_appendix().template, STATISTICS.template, LEDGER.template)


def kind_of(template: str) -> PaperKind | None:
    """Return the kind of paper that a template words; None for a paper that is none of the kinds."""
    name = template.rpartition("-")[0]
    other = {
        "oral_agreement": PaperKind.AGREEMENT,
        "administrative_agreement": PaperKind.AGREEMENT,
        "administrative_record": PaperKind.MEDIATION_RECORD,
        "blank_registration": PaperKind.BLANK_FORM,
        "blank_agreement": PaperKind.BLANK_FORM,
        "file_appendix": PaperKind.CASE_FILE,
    }
    return other.get(name) or (PaperKind(name) if name in set(PaperKind) else None)


def _signed(sheet: Sheet) -> bytes:
    return sheets.render(replace(sheet, stamp=Stamp(SECRET)))


def _appendix() -> sheets.CaseSheet:
    return replace(sheets.CASE, template="file_appendix-1", appendix=1, stamp=Stamp(SECRET))


def _case_file() -> bytes:
    """A small file: two of its forms, a page of a scan, and a picture."""
    index = binder.Piece("file_index", _signed(sheets.CASES["file_index"]))
    application = binder.Piece("application", _signed(sheets.CASES["application"]))
    scan = binder.Piece("a.pdf", Scan("a.pdf", scans.scanned(1)), 1)
    photo = binder.Piece("b.jpg", pictures.picture("b.jpg", pictures.JPEG, scans.picture(600, 400)), 1)
    return binder.bind("调解卷宗", [index, application, scan, photo], 1, installed()).pdf
