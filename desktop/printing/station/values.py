"""What the papers of a station's counter say, as frozen values; texts are in words, as in sheets.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desktop.printing.sheets import Receipt, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSheet(Sheet):
    """登记回执. ``code`` is the query code; ``english`` says the same in English for a foreigner, None for others."""

    template: str = "visit_receipt-1"
    unit: str
    receipt: Receipt
    code: str
    english: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacySheet(Sheet):
    """个人信息处理告知书 (个人信息保护法 17, 30): who handles what is told here, and to whom it was said."""

    template: str = "privacy_notice-1"
    unit: str
    phone: str = ""
    address: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSheet(Sheet):
    """A competent body's answer whether it takes a matter up. ``body`` speaks; ``station`` passes the paper on.

    ``petition`` says that 信访工作条例 holds. ``reason`` and ``rule`` are a refusal's, ``due_on`` an acceptance's.
    """

    body: str
    station: str
    contact: str
    to: str
    matter: str
    registered: str
    decided_on: date
    petition: bool = False
    due_on: date | None = None
    reason: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralSheet(Sheet):
    """转送函: a matter is passed on to the body that decides it, with whom to answer.

    ``accusation`` makes it a paper that never reaches the accused (信访工作条例 30).
    """

    template: str = "referral_letter-1"
    to: str
    station: str
    matter: str
    nature: str
    category: str
    registered: str
    happened_at: datetime | None = None
    petitioners: tuple[str, ...] = ()
    contact: str = ""
    address: str = ""
    respondents: str = ""
    text: str = ""
    handled: str = ""
    reason: str = ""
    enclosures: tuple[str, ...] = ()
    sent_on: date
    clerk: str = ""
    clerk_phone: str = ""
    petition: bool = False
    accusation: bool = False
