"""Identity documents and credit codes by type, with the checks that their numbers carry (GB 11643, GB 32100)."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from sync.records.errors import RuleBroken
from sync.records.persons import Answer, Document, DocumentType, Sex
from sync.records.text import half_width, unshowable

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_EIGHTEEN: Final = re.compile(r"[0-9]{17}[0-9X]")
_CHECKED: Final = frozenset(
    {
        DocumentType.CITIZEN,
        DocumentType.HK_MACAO_RESIDENCE,
        DocumentType.TAIWAN_RESIDENCE,
        DocumentType.FOREIGN_PERMANENT,
    }
)
_SHAPES: Final[dict[DocumentType, re.Pattern[str]]] = {
    DocumentType.HK_MACAO_TRAVEL: re.compile(r"[HM][0-9A-Z]{8}|[HM][0-9]{10}"),
    DocumentType.TAIWAN_TRAVEL: re.compile(r"[0-9]{8}|[0-9]{10}(?:\([A-Z]\)|[A-Z])?"),
    DocumentType.CHINESE_PASSPORT: re.compile(r"[EG][0-9]{8}|[DSP][0-9]{7,8}|[EDSP][A-Z][0-9]{7}|1[45][0-9]{7}"),
    DocumentType.FOREIGN_PASSPORT: re.compile(r"[0-9A-Z]{5,20}"),
    DocumentType.OTHER: re.compile(r".{1,40}"),
}
_PREFIX_TYPES: Final = {
    "81": DocumentType.HK_MACAO_RESIDENCE,
    "82": DocumentType.HK_MACAO_RESIDENCE,
    "83": DocumentType.TAIWAN_RESIDENCE,
}


@dataclass(frozen=True, slots=True)
class Derived:
    """What a number says about its holder; None where it says nothing. The stored values stay editable."""

    sex: Sex | None = None
    born_on: date | None = None


def normal_number(number: str) -> str:
    """Return ``number`` half-width, in capitals (x becomes X), without spaces."""
    return "".join(half_width(number).upper().split())


def check_document(document: Document) -> Document:
    """Return ``document`` with its number in the stored form and, where the number says so, its true type.

    "Not shown", "none", "refused", "to follow" and "not asked" are answers without a number. A number that fails
    the check of its type is kept where ``doubt`` gives a reason (证件号存疑). No number is refused for its address
    prefix: people carry codes of divisions that no longer exist.

    Raises RuleBroken, field "document": records.document_number_missing, document_type_missing, document_shape,
    document_date, document_check.
    """
    if document.answer is not Answer.GIVEN:
        bare = not document.number and not document.doubt
        return document if bare else dataclasses.replace(document, number="", doubt="")
    number = normal_number(document.number)
    if not number or unshowable(number):
        raise RuleBroken("records.document_number_missing", field="document")
    kind = document.type or guess_type(number)
    if kind is None:
        raise RuleBroken("records.document_type_missing", field="document")
    doubt = document.doubt.strip()
    if key := fault_of(kind, number):
        if not doubt:
            raise RuleBroken(f"records.{key}", field="document", type=kind.value)
        return dataclasses.replace(document, type=kind, number=number, doubt=doubt)
    if kind is DocumentType.CITIZEN and len(number) == 18:
        kind = _true_type(number)
    return dataclasses.replace(document, type=kind, number=number, doubt=doubt)


def fault_of(kind: DocumentType, number: str) -> str:
    """Return what is wrong with a normalised ``number`` as the end of a wording key, or an empty string."""
    if kind not in _CHECKED:
        return "" if _SHAPES[kind].fullmatch(number) else "document_shape"
    if kind is DocumentType.FOREIGN_PERMANENT and re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return ""
    if kind is DocumentType.CITIZEN and re.fullmatch(r"[0-9]{15}", number):
        return "" if _birth_15(number) else "document_date"
    if not _EIGHTEEN.fullmatch(number) or (kind is DocumentType.FOREIGN_PERMANENT and number[0] != "9"):
        return "document_shape"
    if _birth_18(number) is None:
        return "document_date"
    return "" if check_character(number) == number[-1] else "document_check"


def check_character(number: str) -> str:
    """Return the MOD 11-2 check character (ISO 7064, GB 11643-1999) of the first 17 digits."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True)) % 11]


def derive(document: Document) -> Derived:
    """Return sex and birth from a number that passes its check; an empty `Derived` from any other."""
    number = document.number
    if document.answer is not Answer.GIVEN or document.type not in _CHECKED or fault_of(document.type, number):
        return Derived()
    if _EIGHTEEN.fullmatch(number):
        return Derived(_sex(number[16]), _birth_18(number))
    if document.type is DocumentType.CITIZEN:
        return Derived(_sex(number[14]), _birth_15(number))
    return Derived()


def guess_type(number: str) -> DocumentType | None:
    """Return the type that a normalised ``number`` has by its shape alone, where only one fits."""
    if _EIGHTEEN.fullmatch(number):
        return _true_type(number)
    if re.fullmatch(r"[0-9]{15}", number):
        return DocumentType.CITIZEN
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return DocumentType.FOREIGN_PERMANENT
    if re.fullmatch(r"[HM][0-9]{8}|[HM][0-9]{10}", number):
        return DocumentType.HK_MACAO_TRAVEL
    return None


def check_credit_code(code: str, *, doubt: str = "") -> str:
    """Return a unified social credit code in capitals; RuleBroken (field "credit_code") where MOD 31-3 fails.

    GB 32100-2015: 18 characters without I, O, S, V, Z; weights are the powers of 3 modulo 31. With a ``doubt``
    a failing code is kept; an empty one is always valid.
    """
    written = normal_number(code).replace("-", "")
    if not written:
        return ""
    if len(written) != 18 or any(c not in _CREDIT_ALPHABET for c in written):
        key = "credit_code_shape"
    elif credit_check_character(written) != written[-1]:
        key = "credit_code_check"
    else:
        return written
    if doubt.strip() and not unshowable(written, lines=False):
        return written
    raise RuleBroken(f"records.{key}", field="credit_code")


def credit_check_character(code: str) -> str:
    """Return the MOD 31-3 check character of the first 17 characters."""
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return _CREDIT_ALPHABET[-total % 31]


def _true_type(number: str) -> DocumentType:
    if number[0] == "9":
        return DocumentType.FOREIGN_PERMANENT
    return _PREFIX_TYPES.get(number[:2], DocumentType.CITIZEN)


def _sex(digit: str) -> Sex:
    return Sex.MALE if int(digit) % 2 else Sex.FEMALE


def _birth_18(number: str) -> date | None:
    return _day(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _birth_15(number: str) -> date | None:
    return _day(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1850 <= year < 2100 else None
    except ValueError:
        return None
