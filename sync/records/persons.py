"""Persons and organisations: the cards of those who come, those they complain about, and those who act for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sync.records.record import Card


class DocumentType(StrEnum):
    """Identity documents (domain: GA/T 517 codes are recalled, so the mapping to them is data, not here)."""

    CITIZEN = "citizen"
    HK_MACAO_RESIDENCE = "hk_macao_residence"
    TAIWAN_RESIDENCE = "taiwan_residence"
    FOREIGN_PERMANENT = "foreign_permanent"
    HK_MACAO_TRAVEL = "hk_macao_travel"
    TAIWAN_TRAVEL = "taiwan_travel"
    CHINESE_PASSPORT = "chinese_passport"
    FOREIGN_PASSPORT = "foreign_passport"
    OTHER = "other"


class Answer(StrEnum):
    """How a question was answered: anything but ``given`` is a valid answer without a value."""

    GIVEN = "given"
    NOT_SHOWN = "not_shown"
    NONE = "none"
    REFUSED = "refused"
    TO_FOLLOW = "to_follow"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An identity document as it was shown. ``doubt`` says why a number that fails its check was kept (证件号存疑)."""

    answer: Answer = Answer.NOT_ASKED
    type: DocumentType | None = None
    number: str = ""
    doubt: str = ""


class Sex(StrEnum):
    """GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    NOT_STATED = "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Card):
    """A resident, outsider or foreigner. A tip may come from a person without a name.

    ``name`` is stored by names.normal_name: separator U+00B7 only, at least 50 characters wide (民委发〔2016〕33号).
    ``ethnic_group`` is the two-digit code of GB/T 3304; a foreigner has a ``nationality`` instead.
    """

    name: str = ""
    document: Document = field(default_factory=Document)
    sex: Sex = Sex.NOT_STATED
    born_on: date | None = None
    ethnic_group: str = ""
    nationality: str = ""
    phones: tuple[str, ...] = ()
    address: str = ""
    occupation: str = ""
    employer: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Card):
    """A firm, committee or authority with its unified social credit code (GB 32100-2015) and representative."""

    name: str
    credit_code: str = ""
    credit_code_doubt: str = ""
    legal_representative: str = ""
    representative_post: str = ""
    phones: tuple[str, ...] = ()
    address: str = ""
    note: str = ""
