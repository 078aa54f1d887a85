"""The responsibility list: an item from cells as people write them, and a whole list from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
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
    found: list[Duty] = []
    department = ""
    for row in read_rows(file, COLUMNS, NEEDED):
        one = duty_from(row.cells, department)
        department = one.department
        found.append(one)
    return table_text(found)


def duty_from(given: Mapping[str, str], department: str = "") -> Duty:
    """Return the item that cells spell, by the names of `COLUMNS`; ``department`` stands where they name none.

    A category is its own word or what people call it in any language; what is wrong with it the table's reader says.
    """
    cells = {name: " ".join(given.get(name, "").split()) for name in COLUMNS}
    named = cells["helpers"].replace("，", "、").replace(",", "、").split("、")
    helpers = tuple(part.strip() for part in named if part.strip())
    category = _categories().get(cells["category"], cells["category"])
    responsible = cells["department"] or department
    return Duty(cells["item"], responsible, helpers, cells["group"], cells["code"], cells["words"], category)


@cache
def _categories() -> Mapping[str, str]:
    said = [(language, one) for language in LANGUAGES for one in Category]
    return {wording(language)(f"records.category_{one.value}"): one.value for language, one in said}
