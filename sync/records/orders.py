"""Dispatch orders (发令单) and what comes back on them (响应); an order's state is a fold over its replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sync.records.dispatch_rules import Length
from sync.records.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLimits:
    """What was demanded, from which version of the rules, and the times that follow from it.

    The minutes, ranks and days are the district's to set: none has been published (docs/glossary.md). ``report``,
    ``arrive`` and ``resolve`` are the lengths as the table says them; ``to_confirm`` where it was the program's own.
    """

    rule_version: str = ""
    report_minutes: int
    leader_rank: str
    resolve_hours: int
    report_by: datetime
    resolve_by: datetime
    report: Length | None = None
    arrive: Length | None = None
    resolve: Length | None = None
    arrive_by: datetime | None = None
    to_confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchOrder(Fact):
    """Issued by the community's party secretary or a named delegate under a registered authority.

    The power to call departments to the scene is the street office's (深圳经济特区矛盾纠纷多元化解条例 12); the
    community uses it by authorisation, so issuer, ``authority`` and ``street_copy`` are part of the order.
    """

    number: str
    matter: str
    issuing_unit: str
    issuer: str
    issuer_name: str
    issuer_post: str = ""
    authority: str
    street_copy: str | None = None
    departments: tuple[str, ...]
    requested_by: str | None = None
    grade: str = ""
    subject: str
    text: str
    place: str = ""
    contact: str = ""
    issued_at: datetime
    limits: OrderLimits


class ReplyKind(StrEnum):
    """One fact about an order. An objection is not a free refusal: the clock runs until a ruling releases."""

    SIGNED = "signed"
    OBJECTION = "objection"
    REPORTED_IN = "reported_in"
    LEADER_ON_SCENE = "leader_on_scene"
    PROGRESS = "progress"
    RESOLVED = "resolved"
    EXTENSION_ASKED = "extension_asked"
    RULED = "ruled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReply(Fact):
    """By the ordered ``department`` itself, or ``witnessed`` by the community that saw or heard it.

    A ruling (``RULED``) on what it had seen ``releases`` the department, or gives time ``until``, or does neither.
    """

    order: str
    department: str
    kind: ReplyKind
    seen: tuple[str, ...] = ()
    happened_at: datetime
    witnessed: bool = False
    text: str = ""
    officer: str = ""
    post: str = ""
    rank: str = ""
    telephone: str = ""
    rule_cited: str = ""
    until: datetime | None = None
    releases: bool = False
