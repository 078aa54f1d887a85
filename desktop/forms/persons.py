"""The form of a person's card, and the questions about a person that other forms ask too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.forms.form import Choice, Field, Shape
from desktop.forms.questions import ask, blank_document, choices, folded, form, section
from sync.records.documents import derive, normal_number
from sync.records.persons import Answer, Document, DocumentType, Sex

_FOREIGN = frozenset({DocumentType.FOREIGN_PASSPORT.value, DocumentType.FOREIGN_PERMANENT.value})

ETHNIC_CODES: tuple[str, ...] = (*(f"{n:02d}" for n in range(1, 57)), "97", "98")
"""GB/T 3304: 01 to 56, and 97 其他, 98 外国血统中国籍人士."""


def foreign(draft: Mapping[str, Any]) -> bool:
    """Whether the document is a foreigner's: then a nationality is asked instead of an ethnic group."""
    document = draft.get("document")
    return isinstance(document, Mapping) and document.get("type") in _FOREIGN


def _chinese(draft: Mapping[str, Any]) -> bool:
    return not foreign(draft)


def _choices_of_ethnic_groups() -> tuple[Choice, ...]:
    return tuple(Choice(code, f"records.ethnic_{code}") for code in ETHNIC_CODES)


def _from_number(draft: Mapping[str, Any]) -> Document:
    told = draft.get("document")
    if not isinstance(told, Mapping) or told.get("answer") != Answer.GIVEN or told.get("type") not in set(DocumentType):
        return Document()
    number = normal_number(str(told.get("number") or ""))
    return Document(answer=Answer.GIVEN, type=DocumentType(told["type"]), number=number)


def _sex(draft: Mapping[str, Any]) -> str | None:
    sex = derive(_from_number(draft)).sex
    return sex.value if sex is not None else None


def _born_on(draft: Mapping[str, Any]) -> str | None:
    born = derive(_from_number(draft)).born_on
    return born.isoformat() if born is not None else None


DOCUMENT = ask("document", Shape.DOCUMENT, default=blank_document, personal=True)
NAME = ask("name", Shape.LINE, max_length=100, personal=True)
SEX = ask("sex", Shape.CHOICE, choices=choices(Sex), default=lambda: Sex.NOT_STATED.value, derived=_sex)
BORN_ON = ask("born_on", Shape.DATE, personal=True, derived=_born_on)
ETHNIC_GROUP = ask("ethnic_group", Shape.CHOICE, choices=_choices_of_ethnic_groups(), shown=_chinese)
NATIONALITY = ask("nationality", Shape.LINE, shown=foreign, max_length=60)
PHONE = ask("phone", Shape.PHONE, max_length=40, personal=True)
ADDRESS = ask("address", Shape.LINE, personal=True)

PERSON: tuple[Field, ...] = (DOCUMENT, NAME, SEX, BORN_ON, ETHNIC_GROUP, NATIONALITY, PHONE, ADDRESS)

PERSON_FORM = form(
    "person",
    1,
    section("who", *PERSON),
    folded(
        "details",
        ask("other_phone", Shape.PHONE, max_length=40, personal=True),
        ask("occupation", Shape.LINE, max_length=100),
        ask("employer", Shape.LINE),
        ask("note", Shape.TEXT, personal=True),
    ),
)
