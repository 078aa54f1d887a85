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
class OrderCall:
    """The order was given to ``department`` by telephone: who took it, when, and how it was read back.

    Its limits run from the call where it came before the paper: ``report_by``, ``arrive_by`` and ``resolve_by``.
    """

    department: str
    callee: str
    post: str = ""
    telephone: str = ""
    at: datetime
    read_back: str
    report_by: datetime | None = None
    resolve_by: datetime | None = None
    arrive_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchOrder(Fact):
    """Issued by the community's party secretary or a named delegate under a registered authority.

    The power to call departments to the scene is the street office's (深圳经济特区矛盾纠纷多元化解条例 12); the
    community uses it by authorisation, so issuer, ``authority`` and ``street_copy`` are part of the order.

    ``delegation`` names the `OrderDelegation` by which somebody else than the secretary issued, ``delegated`` says it
    in words. In an ``emergency`` whoever is at the desk issues, and ``ratifier`` has to ratify until ``ratify_by``.
    Departments that were called before the paper are in ``calls``: their clocks run from then.
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
    request: str | None = None
    delegation: str | None = None
    delegated: str = ""
    emergency: bool = False
    ratifier: str = ""
    ratifier_name: str = ""
    ratify_by: datetime | None = None
    calls: tuple[OrderCall, ...] = ()

    def given_at(self, department: str) -> datetime:
        """When ``department`` was ordered: by telephone, or by the paper."""
        return min((c.at for c in self.calls if c.department == department), default=self.issued_at)

    def report_by(self, department: str, until: datetime | None = None) -> datetime:
        """By when ``department`` has to report in: from its telephone call, else from the paper.

        ``until`` is to when a suspension moved it.
        """
        own = (c.report_by for c in self.calls if c.department == department and c.report_by)
        due = min(own, default=self.limits.report_by)
        return max(due, until or due)

    def arrive_by(self, department: str, until: datetime | None = None) -> datetime | None:
        """By when its leader has to be there, as `report_by`; None where the order does not say."""
        own = (c.arrive_by for c in self.calls if c.department == department and c.arrive_by)
        due = min(own, default=self.limits.arrive_by)
        return None if due is None else max(due, until or due)

    def resolve_by(self, department: str, until: datetime | None = None) -> datetime:
        """By when it has to be resolved; ``until`` is what a ruling gave, or to when a suspension moved it."""
        own = (c.resolve_by for c in self.calls if c.department == department and c.resolve_by)
        due = min(own, default=self.limits.resolve_by)
        return max(due, until or due)


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
    JOINT_HANDLING = "joint_handling"
    RETURNED = "returned"


class Witness(StrEnum):
    """How the community knows: its staff saw it, or somebody said so on the telephone. An arrival is seen or proven."""

    SEEN = "seen"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReply(Fact):
    """By the ordered ``department`` itself, or ``witnessed`` by the community that saw or heard it.

    A ruling (``RULED``) on what it had seen ``releases`` the department, or gives time ``until``, or does neither; it
    is the street's or the district's. ``how`` the community knows is unsaid in older records: those were seen. An
    ``arrival_code`` (arrival_codes.py) is what the department scanned from the desk's screen; the district checked it.
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
    how: Witness | None = None
    arrival_code: str = ""
