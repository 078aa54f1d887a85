"""A matter is what has to be solved; its steps are facts, and its state is a fold over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sync.records.mediations import Host
from sync.records.record import Card, Fact
from sync.records.visits import Category


class Nature(StrEnum):
    """咨询、服务诉求、矛盾纠纷、信访事项、检举控告. A station registers petition matters and passes them on."""

    CONSULTATION = "consultation"
    SERVICE = "service"
    DISPUTE = "dispute"
    PETITION = "petition"
    ACCUSATION = "accusation"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalNumber:
    """The number that another system (信访, 民意速办, 粤平安) gave to the same matter, and its own last day."""

    system: str
    number: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter(Card):
    """The descriptive fields of a matter; ``discovered_at`` opens the five moments.

    ``source`` is the group that found it (sources.py). ``must_report``: violence in a family is suspected against
    somebody without full capacity, which whoever works here must report to the police (反家庭暴力法 14).
    ``category_word`` keeps the clerk's own word for a sort of dispute that the statistics count below a category.
    """

    title: str
    nature: Nature
    category: Category = Category.OTHER
    text: str = ""
    unit: str
    place: str = ""
    amount_fen: int | None = None
    grade: str = ""
    discovered_at: datetime
    discovered_by: str = ""
    external: tuple[ExternalNumber, ...] = ()
    category_word: str = ""
    source: str = ""
    must_report: bool = False


class StepKind(StrEnum):
    """One move of a matter."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    HANDLED = "handled"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    FED_BACK = "fed_back"
    CLOSED = "closed"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    TRANSFERRED = "transferred"
    RECEIVED = "received"
    SENT_BACK = "sent_back"
    EXTENDED = "extended"
    OPINION = "opinion"
    REVIEW_ASKED = "review_asked"
    REVIEWED = "reviewed"
    REFERRED = "referred"
    REFERRAL_RESULT = "referral_result"
    FEEDBACK_TRIED = "feedback_tried"
    POLICE_TOLD = "police_told"
    MEDIATION_ASKED = "mediation_asked"
    MEDIATION_COMPLEX = "mediation_complex"
    MEDIATION_WITHDRAWN = "mediation_withdrawn"


class Conclusion(StrEnum):
    """三到位一处理 (信访工作条例 27): several may hold at once. ``UNREASONABLE`` (诉求无理) is a judgement."""

    REASONABLE = "reasonable"
    UNREASONABLE = "unreasonable"
    IN_NEED = "in_need"
    UNLAWFUL = "unlawful"


class Help(StrEnum):
    """To what somebody is referred: legal advice, legal aid, counselling, social or judicial aid (信访工作条例 37)."""

    LEGAL_ADVICE = "legal_advice"
    LEGAL_AID = "legal_aid"
    COUNSELLING = "counselling"
    AID = "aid"


class PetitionRoad(StrEnum):
    """The six roads of 申诉求决 (信访工作条例 31 一至六): litigation and police, arbitration, appeal within the party,
    administrative procedures, a duty to protect; what has none of them is investigated, and ends with an opinion."""

    LITIGATION = "litigation"
    ARBITRATION = "arbitration"
    PARTY = "party"
    ADMINISTRATIVE = "administrative"
    PROTECTION = "protection"
    INVESTIGATION = "investigation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Fact):
    """A move of ``matter`` by somebody who had seen the steps ``seen`` (the heads of the graph at that desk).

    ``by_unit`` is the body that accepted or did not, where it is not the station itself: a petition matter is decided
    on by the competent body alone (信访工作条例 22, 23). It cites its rule in ``rule_cited`` where it declines, and
    has until ``due_on`` where it said so. ``RECEIVED`` says that ``by_unit`` has the matter, from when on it is theirs
    and the clocks of a petition run; ``SENT_BACK`` that it takes it not, or objects (23). An acceptance names its
    ``road`` (31), an extension its ``approver`` (34). ``conclusions`` hold together; ``second`` is the staff member who
    judged with the writer that a request is without reason. ``help`` is what somebody was referred to, ``manner`` how
    somebody was sought who was to be told, ``host`` who was asked to mediate. ``MEDIATION_COMPLEX``: the department
    ``by_unit`` that was asked finds the case complex, for the reason in ``text``, and has longer to accept.
    ``MEDIATION_WITHDRAWN``: who asked ``to_unit`` to mediate takes that back, for the reason in ``text``.

    A referral may name the colleague ``to_staff`` who is to help; what came of it names the referral in ``refers_to``,
    and a further session in ``due_on``. ``text`` is what others may know of that, ``kept`` what they may not: letters
    that the desk which wrote them alone can open, so that no other end, list or paper says it.
    """

    matter: str
    kind: StepKind
    seen: tuple[str, ...] = ()
    happened_at: datetime
    text: str = ""
    to_unit: str | None = None
    satisfied: bool | None = None
    refers_to: str | None = None
    by_unit: str | None = None
    rule_cited: str = ""
    due_on: date | None = None
    road: PetitionRoad | None = None
    approver: str = ""
    conclusions: tuple[Conclusion, ...] = ()
    second: str | None = None
    help: Help | None = None
    manner: str = ""
    host: Host | None = None
    to_staff: str | None = None
    kept: str = ""
