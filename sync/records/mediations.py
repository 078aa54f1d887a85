"""Mediation and what comes of it: the working card, the agreement, its signatures, and the return visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sync.records.record import Card, Fact


class Host(StrEnum):
    """Who mediates; a department on the scene makes an administrative-mediation agreement, not a 人民调解协议书."""

    PEOPLE = "people"
    ADMINISTRATIVE = "administrative"
    INDUSTRY = "industry"
    POLICE = "police"


class Outcome(StrEnum):
    """How a mediation stands."""

    OPEN = "open"
    AGREED = "agreed"
    AGREED_IN_PART = "agreed_in_part"
    ENDED = "ended"


class Interests(StrEnum):
    """Whether a mediator has an interest in the dispute or is kin to a party (深圳多元化解条例 23).

    None has; it was told and nobody minds; somebody else took over; a party asks for another: one's word is enough.
    """

    NONE = "none"
    ACCEPTED = "accepted"
    REPLACED = "replaced"
    REPLACEMENT_ASKED = "replacement_asked"


class MediationOrigin(StrEnum):
    """How a mediation began (人民调解法 17; 人民调解统计): of the committee's own motion, applied for, or entrusted."""

    OWN_MOTION = "own_motion"
    APPLIED = "applied"
    ENTRUSTED = "entrusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mediation(Card):
    """The working fields of one mediation.

    ``rights_told_at`` is when rights and duties were told to the parties (人民调解法 23, 24). ``interests`` is what
    came of asking the mediators for an interest or a kinship (深圳多元化解条例 23): an `Interests`, "" for not noted.
    ``crime_persons`` and ``petition_persons`` are how many were concerned where it kept a dispute from becoming a
    crime, or a group from petitioning (人民调解统计: 防止民间纠纷转化为刑事案件、防止群体性上访).
    """

    matter: str
    unit: str
    host: Host = Host.PEOPLE
    committee: str = ""
    mediators: tuple[str, ...] = ()
    recorder: str = ""
    place: str = ""
    started_at: datetime
    rights_told_at: datetime | None = None
    consent: str = ""
    facts: str = ""
    disputed: str = ""
    record: str = ""
    outcome: Outcome = Outcome.OPEN
    ended_reason: str = ""
    interests: str = ""
    origin: MediationOrigin | None = None
    crime_persons: int | None = None
    petition_persons: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyBlock:
    """当事人栏 of an agreement as it is printed: no identity number (data minimisation, 个人信息保护法 6)."""

    party: str
    side: int
    role: str
    name: str
    organisation: bool = False
    sex: str = ""
    ethnic_group: str = ""
    age: int | None = None
    occupation: str = ""
    contact: str = ""
    address: str = ""
    representative: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing that was agreed: who does what, how much, until when.

    ``payer`` and ``payee`` are the sides between which the amount passes, 0 where it was not said. ``early_reason``
    says why something was due before the agreement's own day: it was done at once, for example.
    """

    text: str
    amount_fen: int | None = None
    due_on: date | None = None
    payer: int = 0
    payee: int = 0
    early_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one of many persons is owed under an agreement: for which period, how much, to which account.

    ``document`` is masked. ``account`` is encrypted by the desk that entered it, whose store alone has the key
    (desktop.actions.accounts); ``account_tail`` are its last four digits, for screens and papers.
    """

    party: str
    name: str
    document: str = ""
    period: str = ""
    amount_fen: int
    account: str = ""
    account_tail: str = ""
    bank: str = ""


class AgreementForm(StrEnum):
    """Written, or oral where the law allows it (人民调解法 28); never oral in labour or petition matters."""

    WRITTEN = "written"
    ORAL = "oral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Fact):
    """人民调解协议书 with everything that its paper says (人民调解法 29), so the same value prints the same bytes.

    ``copies`` is one for each party and one for the committee; a change is a new version that amends this one.
    ``total_fen`` is the sum that the parties named; the amounts of the terms add up to it. ``read_by`` read the text
    aloud to the parties at ``read_at``, before anybody signed. ``responsibility`` is each side's (人民调解法 29).
    ``remaining`` is what an agreement on a part leaves open (深圳经济特区矛盾纠纷多元化解条例 26). ``blank`` is the
    blank form on which it was written first. ``shares`` divide the amounts among many persons of one side.
    """

    number: str
    mediation: str
    matter: str
    version: int = 1
    form: AgreementForm = AgreementForm.WRITTEN
    committee: str
    unit: str
    parties: tuple[PartyBlock, ...]
    mediators: tuple[str, ...]
    recorder: str = ""
    facts: str
    disputed: str = ""
    terms: tuple[Term, ...]
    performance: str = ""
    copies: int
    clause_version: str = ""
    drawn_on: date
    total_fen: int | None = None
    read_by: str = ""
    read_at: datetime | None = None
    responsibility: str = ""
    remaining: str = ""
    blank: str | None = None
    shares: tuple[Share, ...] = ()


class SignatureManner(StrEnum):
    """签名、盖章、按指印 and the committee's seal (人民调解法 29)."""

    SIGNED = "signed"
    SEALED = "sealed"
    FINGERPRINT = "fingerprint"


class SignerRole(StrEnum):
    """Whose signature it is: all parties, the mediator and the committee's seal make the agreement effective."""

    PARTY = "party"
    MEDIATOR = "mediator"
    RECORDER = "recorder"
    COMMITTEE = "committee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature(Fact):
    """One signature or seal on a paper, recorded when it was seen being put there.

    ``place`` is where; ``by_agent`` the person who signed in the party's place (agents.py). One that ``amends`` another
    and is ``withdrawn`` takes it back, with a reason.
    """

    paper: str
    signer_role: SignerRole
    signer: str = ""
    name: str
    manner: SignatureManner
    signed_at: datetime
    place: str = ""
    by_agent: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Fact):
    """A return visit (回访) on an agreement or a matter."""

    subject: str
    happened_at: datetime
    manner: str = ""
    performed: str = ""
    satisfied: bool | None = None
    text: str
