"""What the papers of a station's counter say, as frozen values; texts are in words, as in sheets.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desktop.printing.sheets import Receipt, ShareLine, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSheet(Sheet):
    """登记回执. ``code`` is the query code; ``english`` says the same in English for a foreigner, None for others."""

    template: str = "visit_receipt-1"
    unit: str
    receipt: Receipt
    code: str
    english: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccusationReceiptSheet(Sheet):
    """检举控告材料回执: ``number`` is the accuser's code, ``files`` how many are sealed with it; no content."""

    template: str = "accusation_receipt-1"
    station: str
    body: str
    received_at: datetime
    files: int = 0
    phone: str = ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankSheet(Sheet):
    """A registration sheet, or an agreement of ``committee``, to be filled in by hand under a number that is its own.

    ``code`` is the query code on a registration sheet's slip.
    """

    unit: str = ""
    committee: str = ""
    phone: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the hand-over sheet: what, how it stands, until when."""

    what: str
    state: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverSheet(Sheet):
    """交接班表: who hands over to whom, and everything that is open at that moment.

    ``facts`` are counts of the day as label and value; of a list there may be more than it shows.
    """

    template: str = "hand_over-1"
    unit: str
    from_name: str
    to_name: str
    at: datetime
    facts: tuple[tuple[str, str], ...]
    due: tuple[Listed, ...] = ()
    matters: tuple[Listed, ...] = ()
    mediations: tuple[Listed, ...] = ()
    drafts: tuple[Listed, ...] = ()
    held: tuple[Listed, ...] = ()
    numbers: tuple[Listed, ...] = ()
    due_more: int = 0
    matters_more: int = 0
    mediations_more: int = 0
    drafts_more: int = 0
    held_more: int = 0
    devices: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSheet(Sheet):
    """付款明细表 for whoever pays under an agreement: accounts whole, so it goes to nobody else."""

    template: str = "payment_list-1"
    payer: str
    matter: str
    shares: tuple[ShareLine, ...]
