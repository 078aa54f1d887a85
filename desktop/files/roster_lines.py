"""A list of people as somebody typed or copied it: each line's cells are told apart by what they look like.

Name, telephone, document number and the rest stand in any order; a header decides where there is one. What a line
holds beyond that is given back, never dropped without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sync.records.documents import fault_of, guess_type, normal_number
from sync.records.errors import RuleBroken
from sync.records.names import normal_name
from sync.records.persons import DocumentType, Sex
from sync.records.telephones import split_phones
from sync.records.text import half_width

_HEADERS: Final = {
    "name": ("姓名", "名字", "name"),
    "phone": ("电话", "手机", "联系方式", "phone", "mobile", "tel"),
    "number": ("身份证", "证件", "id number", "id card", "document", "passport"),
    "representative": ("代表", "representative"),
    "address": ("住址", "地址", "address"),
    "sex": ("性别", "sex", "gender"),
    "ordinal": ("序号", "编号", "no.", "#"),
}
_MARKS: Final = {"代表", "诉求代表", "representative", "√", "✓", "☑"}
_YES: Final = _MARKS | {"是", "y", "yes", "1", "true"}
_NO: Final = {"", "否", "n", "no", "0", "false", "×"}
_SEXES: Final = {"男": Sex.MALE, "女": Sex.FEMALE, "male": Sex.MALE, "female": Sex.FEMALE}
_MARKED: Final = re.compile(r"\s*[(（]\s*(?:诉求)?(?:代表|representative)\s*[)）]\s*$", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"[0-9]{1,4}[.、)]?")
_BEFORE: Final = re.compile(r"^\s*[0-9]{1,4}[.、)]\s*(?=\D)")
_NUMBER: Final = re.compile(r"(?=.*[0-9])[0-9A-Z()]{6,20}")
_PASSPORT: Final = re.compile(r"[EG][0-9]{8}|[DSP][0-9]{7,8}|[EDSP][A-Z][0-9]{7}|1[45][0-9]{7}")
_PLACE: Final = re.compile(r"[路街号栋楼室巷村苑]")
_SHORTEST_PHONE: Final = 7


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody on a list; ``extra`` are the cells for which a list of people has no place."""

    name: str = ""
    phone: str = ""
    number: str = ""
    type: DocumentType | None = None
    representative: bool = False
    sex: Sex = Sex.NOT_STATED
    address: str = ""
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns of a list are, by a header above it; empty where there is none."""

    columns: tuple[str, ...] = ()
    words: tuple[str, ...] = field(default=())


def header_of(text: str) -> Header | None:
    """Return the header that a line is: it names a column for names, and no cell holds a digit."""
    cells = _cells(text)
    found = tuple(_column(cell) for cell in cells)
    if "name" not in found or len(cells) < 2 or any(c.isdigit() for c in text):
        return None
    return Header(found, tuple(cells))


def read_line(text: str, header: Header) -> list[Named]:
    """Return who a line names: one person, or several where it is a row of names; RuleBroken where nobody can be.

    Keys: imports.roster_no_name, roster_what_is_this, and the rules' own of names, telephones and documents.
    """
    cells = _cells(text)
    if header.columns and len(cells) > 1:
        return [_by_columns(cells, header)]
    if "\t" not in text and len(cells) > 1 and all(_is_name(cell) for cell in cells):
        return [_whole(_called(Named(), cell)) for cell in cells]
    found = Named()
    for at, cell in enumerate(cells):
        found = found if at == 0 and len(cells) > 1 and _ORDINAL.fullmatch(cell) else _by_looks(found, cell)
    return [_whole(found)]


def _cells(text: str) -> list[str]:
    """Tabs part what a spreadsheet gave; else commas and the like; else spaces, but a name may hold some."""
    if "\t" in text:
        return [cell.strip().strip('"').strip() for cell in text.split("\t")]
    plain = _BEFORE.sub("", text)
    parts = [part.strip() for part in re.split(r"[,，;；、|]", plain) if part.strip()]
    if len(parts) > 1:
        return parts
    return list(_joined(plain.split()))


def _joined(parts: Sequence[str]) -> Iterator[str]:
    """Names in Latin letters, and two characters with a space between, are one name."""
    waiting: list[str] = []
    for part in parts:
        if _is_name(part) and (part.isascii() or len(part) == 1 or _MARKED.fullmatch(part)):
            waiting.append(part)
            continue
        if waiting:
            yield " ".join(waiting)
            waiting = []
        yield part
    if waiting:
        yield " ".join(waiting)


def _column(cell: str) -> str:
    plain = half_width(cell).strip().lower()
    return next((name for name, words in _HEADERS.items() if any(word in plain for word in words)), "")


def _by_columns(cells: Sequence[str], header: Header) -> Named:
    found = Named()
    for at, cell in enumerate(cells):
        column = header.columns[at] if at < len(header.columns) else ""
        plain = half_width(cell).strip().lower()
        if column == "name":
            found = _called(found, cell)
        elif column == "phone":
            found = _telephone(found, cell)
        elif column == "number":
            found = _document(found, cell)
        elif column == "representative" and plain in _YES | _NO:
            found = replace(found, representative=found.representative or plain in _YES)
        elif column == "sex" and plain in _SEXES:
            found = replace(found, sex=_SEXES[plain])
        elif column == "address":
            found = replace(found, address=" ".join(cell.split()))
        elif cell and column != "ordinal":
            found = replace(found, extra=(*found.extra, cell))
    return _whole(found)


def _by_looks(found: Named, cell: str) -> Named:
    plain = half_width(cell).strip().lower()
    if not plain:
        return found
    if plain in _MARKS:
        return replace(found, representative=True)
    if plain in _SEXES:
        return replace(found, sex=_SEXES[plain])
    if _looks_like_phone(cell):
        return _telephone(found, cell)
    if not found.number and (_NUMBER.fullmatch(normal_number(cell)) or guess_type(normal_number(cell))):
        return _document(found, cell)
    if _PLACE.search(cell) and len(cell) > 4 and not found.address:
        return replace(found, address=" ".join(cell.split()))
    if _is_name(cell) and not found.name:
        return _called(found, cell)
    return replace(found, extra=(*found.extra, cell))


def _looks_like_phone(cell: str) -> bool:
    digits = sum(c.isdigit() for c in half_width(cell))
    try:
        return digits >= _SHORTEST_PHONE and bool(split_phones(cell))
    except RuleBroken:
        return False


def _is_name(cell: str) -> bool:
    plain = half_width(cell).strip().lower()
    return bool(plain) and plain not in _MARKS and plain not in _SEXES and not any(c.isdigit() for c in plain)


def _called(found: Named, cell: str) -> Named:
    plain = _MARKED.sub("", cell)
    name = normal_name(plain)
    return replace(found, name=name, representative=found.representative or plain != cell)


def _telephone(found: Named, cell: str) -> Named:
    phones = split_phones(cell, field="phone")
    if not phones:
        return found
    first, rest = (found.phone, phones) if found.phone else (phones[0], phones[1:])
    return replace(found, phone=first, extra=(*found.extra, *rest))


def _document(found: Named, cell: str) -> Named:
    number = normal_number(cell)
    if not number:
        return found
    passport = DocumentType.CHINESE_PASSPORT if _PASSPORT.fullmatch(number) else DocumentType.OTHER
    kind = guess_type(number) or passport
    if kind is DocumentType.OTHER and number.isdigit():
        raise RuleBroken("imports.roster_what_is_this", text=cell)
    if fault := fault_of(kind, number):
        raise RuleBroken(f"records.{fault}", field="document", type=kind.value)
    return replace(found, number=number, type=kind)


def _whole(found: Named) -> Named:
    if not found.name:
        raise RuleBroken("imports.roster_no_name")
    return found
