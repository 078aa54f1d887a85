"""A matter is what has to be solved; its steps are facts, and its state is a fold over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

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
    """The number that another system (信访, 民意速办, 粤平安) gave to the same matter."""

    system: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter(Card):
    """The descriptive fields of a matter; ``discovered_at`` opens the five moments.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Fact):
    """A move of ``matter`` by somebody who had seen the steps ``seen`` (the heads of the graph at that desk).

    ``by_unit`` is the body that accepted or did not, where it is not the station itself: a petition matter is decided
    on by the competent body alone (信访工作条例 22, 23). It cites its rule in ``rule_cited`` where it declines, and
    has until ``due_on`` where it said so.
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
