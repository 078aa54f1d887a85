"""A list of what each of many persons is owed, as somebody typed or copied it: name, document, period, amount, account.

Cells are told apart by what they look like; a header decides where there is one. A row that totals the others, and a
column for signatures, are no person and nothing to keep.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sync.records.documents import fault_of, guess_type, normal_number
from sync.records.errors import RuleBroken
from sync.records.money import parse_fen
from sync.records.names import normal_name
from sync.records.persons import DocumentType
from sync.records.text import half_width

_HEADERS: Final = {
    "bank": ("开户行", "银行名称", "开户银行", "bank"),
    "account": ("账号", "帐号", "账户", "帐户", "卡号", "银行卡", "account"),
    "number": ("身份证", "证件", "document", "id card", "id number"),
    "period": ("期间", "月份", "工期", "时间", "时段", "period"),
    "amount": ("金额", "工资", "数额", "应付", "应得", "款", "amount", "sum"),
    "name": ("姓名", "名字", "name"),
    "ordinal": ("序号", "编号", "no.", "#"),
    "": ("签名", "签字", "指印", "备注", "signature", "note"),
}
_TOTAL: Final = re.compile(r"^(?:合\s*计|总\s*计|共\s*计|小\s*计|total)", re.IGNORECASE)
_APART: Final = re.compile(r"[，；;、|\s]+|,(?!\d{3}(?:\D|$))")
_ORDINAL: Final = re.compile(r"[0-9]{1,4}[.、)]?")
_ACCOUNT: Final = re.compile(r"[0-9]{12,30}")
_PERIOD: Final = re.compile(r"[年月至~～]|[0-9]{4}[-./][0-9]{1,2}")
_AMOUNT: Final = re.compile(r"¥?[0-9][0-9,]*(?:\.[0-9]{1,2})?(?:元|万|万元)?")
_LONGEST_AMOUNT: Final = 11


@dataclass(frozen=True, slots=True)
class Owed:
    """One line: who, and what is said of the share; ``amount`` as it stands, readable by `parse_fen`."""

    name: str = ""
    number: str = ""
    period: str = ""
    amount: str = ""
    account: str = ""
    bank: str = ""
    extra: tuple[str, ...] = ()


def shares_header(text: str) -> tuple[str, ...] | None:
    """Return what the columns are, where ``text`` is a header: it names a column for names and one for amounts."""
    cells = cells_of(text)
    found = tuple(_column(cell) for cell in cells)
    return found if "name" in found and "amount" in found and not any(c.isdigit() for c in text) else None


def is_total(text: str) -> bool:
    """Whether a line adds the others up: it names nobody."""
    return any(_TOTAL.match(cell) for cell in cells_of(text)[:2])


def read_share(text: str, columns: Sequence[str]) -> Owed:
    """Return who a line names and what is owed; RuleBroken where nobody or no amount can be read.

    Keys: imports.roster_no_name, imports.share_no_amount, and the rules' own of names and documents.
    """
    cells = cells_of(text)
    found = Owed()
    for at, cell in enumerate(cells):
        if columns and len(cells) > 1:
            found = _put(found, columns[at] if at < len(columns) else "", cell)
        elif not (at == 0 and len(cells) > 2 and _ORDINAL.fullmatch(cell)):
            found = _put(found, _looks_like(found, cell), cell)
    if not found.name:
        raise RuleBroken("imports.roster_no_name")
    try:
        parse_fen(found.amount)
    except ValueError as error:
        raise RuleBroken("imports.share_no_amount", name=found.name) from error
    return found


def cells_of(text: str) -> list[str]:
    """Tabs part what a spreadsheet gave; else commas and spaces, but not the comma within an amount."""
    if "\t" in text:
        return [cell.strip().strip('"').strip() for cell in text.split("\t")]
    return [part for part in _APART.split(text.strip()) if part]


def _column(cell: str) -> str:
    plain = half_width(cell).strip().lower()
    return next((name for name, words in _HEADERS.items() if any(word in plain for word in words)), "")


def _looks_like(found: Owed, cell: str) -> str:
    plain = half_width(cell).strip()
    number = normal_number(plain)
    if guess_type(number) is not None and not fault_of(guess_type(number) or DocumentType.OTHER, number):
        return "number"
    if _ACCOUNT.fullmatch(re.sub(r"[\s-]", "", plain)):
        return "account"
    if _AMOUNT.fullmatch(plain) and len(plain) <= _LONGEST_AMOUNT and not found.amount and not _PERIOD.search(plain):
        return "amount"
    if _PERIOD.search(plain) and any(c.isdigit() for c in plain):
        return "period"
    if "银行" in plain or "信用社" in plain:
        return "bank"
    return "name" if not any(c.isdigit() for c in plain) and not found.name else ""


def _put(found: Owed, column: str, cell: str) -> Owed:
    text = " ".join(cell.split())
    if not text or column == "ordinal":
        return found
    if column == "name":
        return replace(found, name=normal_name(text))
    if column == "number":
        number = normal_number(text)
        kind = guess_type(number)
        if kind is not None and (fault := fault_of(kind, number)):
            raise RuleBroken(f"records.{fault}", field="number", type=kind.value)
        return replace(found, number=number)
    if column == "period":
        return replace(found, period=f"{found.period} {text}".strip())
    if column == "amount":
        return replace(found, amount=half_width(text))
    if column == "account":
        return replace(found, account=re.sub(r"[\s-]", "", half_width(text)))
    return replace(found, bank=text) if column == "bank" else replace(found, extra=(*found.extra, text))
