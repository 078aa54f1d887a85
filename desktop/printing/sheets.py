"""What each paper says, as frozen values: ``actions.papers`` builds them from records, the renderers only draw them.

Every text field is already in words (``"男"``, ``"汉族"``, ``"来访"``), never a code. Empty text prints an empty
place to be filled in by hand. Moments carry their zone and print at +08:00. No field takes an identity number in
clear, and none takes a remark or a flag about a person (个人信息保护法 6; the resident keeps the receipt slip).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from desktop.printing.manner import USUAL, Manner
from desktop.printing.proof import Stamp
from desktop.printing.template import Template
from sync.records.dispatch_rules import Length
from sync.records.mediations import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What all papers share. ``template`` names resources/print/<template>.toml and goes into the Print fact.

    ``preview`` marks a paper that was not issued: its number may still be empty. A reprint is no sheet of its own: it
    is the first print's bytes, marked (marking.py). ``manner`` is how the station likes its papers. ``stamp`` gives the
    paper its code (proof.py): without one, none. ``words`` are those of a district's edition, where ``template`` names
    one.
    """

    template: str
    number: str
    preview: bool = False
    manner: Manner = USUAL
    stamp: Stamp | None = field(default=None, compare=False, repr=False)
    words: Template | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorLine:
    """One person of a visit. ``document`` is type and masked number, for example ``居民身份证 440301********1234``.

    ``people`` is the ethnic group, or for a foreigner the nationality.
    """

    name: str
    role: str = ""
    sex: str = ""
    people: str = ""
    age: str = ""
    document: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The slip that the resident takes along: what happens next, by when, and whom to ask."""

    visitor: str
    received_at: datetime
    subject: str = ""
    next_step: str
    by_when: str
    contact: str
    phone: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationSheet(Sheet):
    """群众诉求登记表. ``visitors`` holds the visitor first; a hidden reporter is never among them.

    ``unit`` is the station's full name, ``entered_at`` is printed where ``late_reason`` says why it was entered later.
    ``visitor_signs`` is false where nobody was there to sign: a telephone call, a message, a report.
    """

    template: str = "registration-1"
    unit: str
    channel: str
    purpose: str = ""
    category: str = ""
    nature: str = ""
    happened_at: datetime
    entered_at: datetime | None = None
    late_reason: str = ""
    headcount: int = 1
    visitors: tuple[VisitorLine, ...]
    respondents: tuple[str, ...] = ()
    place: str = ""
    text: str
    request: str = ""
    materials: tuple[str, ...] = ()
    answer: str = ""
    registrar: str = ""
    visitor_signs: bool = True
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBox:
    """A department that was ordered by telephone before the paper: its limits run from the call."""

    department: str
    callee: str
    at: datetime
    read_back: str
    report_by: datetime
    resolve_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSheet(Sheet):
    """发令单. ``authority`` is the delegation under which the community uses the street office's power
    (深圳经济特区矛盾纠纷多元化解条例 12); ``street_copy`` is the street office that gets a copy.

    ``report``, ``arrive`` and ``resolve`` are the lengths as the rules say them, where the order knows them; ``duty``
    says who of each department was on duty when it was issued. ``red_header`` is the text of a red heading such as
    ``中共××社区委员会``; empty for none: a dispatch order is a
    work order, not a 红头公文 by default (GB/T 9704-2012).
    """

    template: str = "dispatch_order-2"
    red_header: str = ""
    issuing_unit: str
    issuer_name: str
    issuer_post: str = ""
    authority: str
    street_copy: str = ""
    requested_by: str = ""
    departments: tuple[str, ...]
    grade: str = ""
    subject: str
    text: str
    place: str = ""
    contact: str = ""
    issued_at: datetime
    report_minutes: int
    report_by: datetime
    leader_rank: str
    resolve_hours: int
    resolve_by: datetime
    rule_version: str = ""
    report: Length | None = None
    arrive: Length | None = None
    arrive_by: datetime | None = None
    resolve: Length | None = None
    duty: tuple[str, ...] = ()
    calls: tuple[CalledBox, ...] = ()
    delegated: str = ""
    ratifier: str = ""
    ratify_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyBox:
    """One 当事人 of an agreement: a person, or an ``organisation`` with its ``representative``; no identity number.

    ``nationality`` takes the place of ``ethnic_group`` for a foreigner. ``side_label`` is 申请人, 被申请人 or empty;
    ``side`` is the number by which the terms name who pays.
    """

    name: str
    organisation: bool = False
    side_label: str = ""
    sex: str = ""
    ethnic_group: str = ""
    nationality: str = ""
    age: str = ""
    occupation: str = ""
    contact: str = ""
    address: str = ""
    representative: str = ""
    agent: str = ""
    side: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    """What one of many persons is owed; ``document`` is masked, and so is ``account`` but on the payer's own list.

    ``agreement`` is the number of the person's own agreement, where each has one.
    """

    name: str
    document: str = ""
    period: str = ""
    amount_fen: int
    account: str = ""
    bank: str = ""
    agreement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSheet(Sheet):
    """人民调解协议书 (人民调解法 29). ``copies`` is one for each party and one for the committee, or more.

    ``replaces`` is the number of the agreement that this one changes. ``oral`` makes it the 人民调解口头协议登记表
    (人民调解法 28), in effect from ``agreed_on`` (30) and signed by those who recorded it. ``total_fen`` is the sum
    that the parties named; ``read_by`` read the text aloud at ``read_at``. The first edition has no words for these
    two, nor for ``responsibility``, for who pays, and for what an agreement on a part leaves open (``remaining``;
    深圳经济特区矛盾纠纷多元化解条例 26).

    ``shares`` stand in an annex, in which their persons sign.

    A written one has no date field: the dates are written by hand where each one signs, and the agreement takes
    effect by the last of the signatures and the committee's seal, not by printing.
    """

    template: str = "agreement-1"
    committee: str
    parties: tuple[PartyBox, ...]
    facts: str
    disputed: str = ""
    terms: tuple[Term, ...]
    performance: str = ""
    copies: int
    mediators: tuple[str, ...]
    recorder: str = ""
    replaces: str = ""
    oral: bool = False
    agreed_on: date | None = None
    responsibility: str = ""
    total_fen: int | None = None
    read_by: str = ""
    read_at: datetime | None = None
    remaining: str = ""
    shares: tuple[ShareLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationRecordSheet(Sheet):
    """人民调解记录 of one session or inspection. ``sides`` are each side's word and names, ``present`` who was there.

    ``told_at`` is when the parties were told their rights and duties (人民调解法 23, 24); ``signing`` are the parties.
    ``undisputed`` facts stand in a section of their own that the parties sign (深圳经济特区矛盾纠纷多元化解条例 73).
    """

    template: str = "mediation_record-1"
    committee: str
    begun_at: datetime
    ended_at: datetime | None = None
    place: str = ""
    cause: str = ""
    sides: tuple[tuple[str, str], ...]
    present: tuple[str, ...] = ()
    told_at: datetime | None = None
    text: str
    undisputed: str = ""
    signing: tuple[str, ...]
    mediators: tuple[str, ...]
    recorder: str = ""
