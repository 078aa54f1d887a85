"""Rows of an outside system's file (信访、民意速办、粤平安): one item each, with its number there and its own days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from desktop.files.ledger_rows import RowRefused
from desktop.files.ledgers import Row
from sync.records.errors import RuleBroken
from sync.records.matters import Nature
from sync.records.names import normal_name
from sync.records.telephones import split_phones
from sync.records.text import check_text
from sync.records.times import parse_day, parse_moment
from sync.records.visits import Category

SYSTEM: Final = "来源系统"
NUMBER: Final = "外部编号"
REGISTERED: Final = "登记时间"
TITLE: Final = "标题"
TEXT: Final = "诉求内容"
NATURE: Final = "性质"
CATEGORY: Final = "类别"
NAME: Final = "姓名"
PHONES: Final = "联系电话"
PLACE: Final = "地点"
BODY: Final = "承办单位"
RECEIVED: Final = "收到时间"
DUE: Final = "办理期限"

COLUMNS: Final = (
    SYSTEM, NUMBER, REGISTERED, TITLE, TEXT, NATURE, CATEGORY, NAME, PHONES, PLACE, BODY, RECEIVED, DUE,
)  # fmt: skip
REQUIRED: Final = (NUMBER, REGISTERED, TEXT)
_LINE: Final = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """An item as the other system tells it; ``due_on`` is the day that it wants it done by."""

    system: str
    number: str
    registered: datetime
    title: str
    text: str
    nature: Nature
    category: Category
    category_word: str
    name: str
    phones: tuple[str, ...]
    place: str
    body: str
    received: datetime | None
    due_on: date | None


def read_outside_row(row: Row, system: str, natures: dict[str, Nature], categories: dict[str, Category]) -> OutsideRow:
    """Read one row; RowRefused with the first column that cannot be taken. ``system`` is where no column says which.

    An accusation does not come in by a file: it would lie here in clear.
    """
    if row.overflow:
        raise RowRefused("", RuleBroken("imports.row_too_long"))

    def cell(column: str, rule: Callable[[str], T]) -> T:
        try:
            return rule(row.cells.get(column, "").strip())
        except RuleBroken as broken:
            raise RowRefused(column, broken) from broken

    word = cell(CATEGORY, _line)
    category = categories.get(word) or categories.get(word.removesuffix("纠纷")) or Category.OTHER
    text = cell(TEXT, _said)
    return OutsideRow(
        system=cell(SYSTEM, _line) or _named(system),
        number=cell(NUMBER, _number),
        registered=cell(REGISTERED, parse_moment),
        title=cell(TITLE, _line) or text.split("\n", 1)[0],
        text=text,
        nature=cell(NATURE, lambda said: _nature(said, natures)),
        category=category,
        category_word="" if category is not Category.OTHER or word in categories else word,
        name=cell(NAME, normal_name),
        phones=cell(PHONES, split_phones),
        place=cell(PLACE, _line),
        body=cell(BODY, _line),
        received=cell(RECEIVED, lambda said: parse_moment(said) if said else None),
        due_on=cell(DUE, lambda said: parse_day(said) if said else None),
    )


def _line(said: str) -> str:
    return check_text(said, lines=False, limit=_LINE * 5)


def _said(said: str) -> str:
    if not said:
        raise RuleBroken("imports.outside_text_missing")
    return check_text(said)


def _number(said: str) -> str:
    number = "".join(check_text(said, lines=False, limit=_LINE).split())
    if not number:
        raise RuleBroken("imports.outside_number_missing")
    return number


def _named(system: str) -> str:
    if not system:
        raise RowRefused(SYSTEM, RuleBroken("imports.outside_system_missing"))
    return system


def _nature(said: str, natures: dict[str, Nature]) -> Nature:
    nature = natures.get(said) if said else Nature.SERVICE
    if nature is None:
        raise RuleBroken("imports.outside_nature_unknown", word=said[:40])
    if nature is Nature.ACCUSATION:
        raise RuleBroken("imports.accusation_not_by_file")
    return nature
