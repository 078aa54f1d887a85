"""The responsibility list from a spreadsheet: the text of the table that it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from resources import LANGUAGES, wording
from sync.records.duties import Duty, table_text
from sync.records.visits import Category
from sync.server.spreadsheets import read_rows

COLUMNS: Final = {
    "item": ("事项", "事项名称", "职责事项", "item"),
    "department": ("责任部门", "主责部门", "主责单位", "责任单位", "department"),
    "helpers": ("协办部门", "配合部门", "协办单位", "helpers"),
    "group": ("大类", "分类", "group"),
    "code": ("编码", "事项编码", "code"),
    "words": ("关键词", "说明", "事项说明", "words"),
    "category": ("类别", "纠纷类型", "category"),
}
NEEDED: Final = ("item", "department")


def text_of(file: Path) -> str:
    """Return the table of a CSV or XLSX; Refused as `read_rows` says. Merged cells say a department once."""
    said = [(language, one) for language in LANGUAGES for one in Category]
    words = {wording(language)(f"records.category_{one.value}"): one.value for language, one in said}
    found: list[Duty] = []
    department = ""
    for row in read_rows(file, COLUMNS, NEEDED):
        cells = {name: " ".join(row.cells.get(name, "").split()) for name in COLUMNS}
        department = cells["department"] or department
        helpers = tuple(part for part in cells["helpers"].replace("，", "、").replace(",", "、").split("、") if part)
        category = words.get(cells["category"], cells["category"])
        found.append(Duty(cells["item"], department, helpers, cells["group"], cells["code"], cells["words"], category))
    return table_text(found)
