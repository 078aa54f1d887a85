"""How a dispatch order is given and watched over: requests (提请发令), delegates, and the steps beside the replies.

Replies (orders.py) are what departments said or were seen doing. Steps are what the issuing side and the clocks did:
who refused a request or ratified an emergency, a telephone call, a joint meeting, an escalation, a stop, the close.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sync.records.ids import uuid8
from sync.records.orders import OrderCall
from sync.records.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest(Fact):
    """提请发令: a desk asks ``to_unit`` (its own community, or the one above a mobile station) for an order.

    Put in at a community's own desk it is a draft that waits for review; an issued order names it in ``request``, or a
    step refuses it with a reason.
    """

    matter: str
    to_unit: str
    departments: tuple[str, ...]
    grade: str = ""
    subject: str
    text: str
    place: str = ""
    contact: str = ""
    requested_by_name: str = ""
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDelegation(Fact):
    """The secretary lets one named person issue for the unit, by a ``paper``, from one day to another, both counted."""

    unit: str
    delegate: str
    delegate_name: str
    secretary_name: str
    paper: str
    starts_on: date
    ends_on: date
    withdrawn: bool = False

    def holds(self, staff: str, unit: str, on: date) -> bool:
        """Whether ``staff`` may issue for ``unit`` on that day by this delegation alone."""
        same = (self.delegate, self.unit) == (staff, unit)
        return same and not self.withdrawn and self.starts_on <= on <= self.ends_on


class OrderStepKind(StrEnum):
    """REFUSED and ANSWERED are of a request, all others of an order. ANSWERED is how the district tells a station."""

    REFUSED = "refused"
    ANSWERED = "answered"
    RATIFIED = "ratified"
    NOT_RATIFIED = "not_ratified"
    TELEPHONED = "telephoned"
    JOINT_MEETING = "joint_meeting"
    ESCALATED = "escalated"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    MERGED = "merged"
    CLOSED = "closed"


class Clock(StrEnum):
    """The clocks of an order that an escalation may be about."""

    REPORT = "report"
    ARRIVE = "arrive"
    RESOLVE = "resolve"
    RATIFY = "ratify"


@dataclass(frozen=True, slots=True)
class RestedEnds:
    """The limits of ``department`` since an order was resumed; None where the time that rested moved none."""

    department: str = ""
    report_by: datetime | None = None
    arrive_by: datetime | None = None
    resolve_by: datetime | None = None


NOT_MOVED: Final = RestedEnds()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStep(Fact):
    """One move of ``order`` or ``request`` by somebody who had seen ``seen``.

    An escalation says of which ``department``, ``clock`` and ``rung`` it is, for which ``due_at``, and who was
    ``told``: its id follows from these, so that two desks and the district write the same fact (`escalation_id`).
    A resumption tells in ``ends`` those limits that a calendar is needed for (order_rests.py).
    ``ANSWERED`` says in ``text`` the order's number and in ``stage`` how far it is (a value of `OrderStage`; an older
    district says none), or why the request was refused.
    """

    kind: OrderStepKind
    order: str = ""
    request: str = ""
    department: str = ""
    seen: tuple[str, ...] = ()
    happened_at: datetime
    text: str = ""
    call: OrderCall | None = None
    into: str = ""
    clock: Clock | None = None
    rung: str = ""
    due_at: datetime | None = None
    told: str = ""
    artefacts: tuple[str, ...] = ()
    ends: tuple[RestedEnds, ...] = ()
    stage: str = ""


def escalation_id(order: str, department: str, clock: Clock, rung: str, due_at: datetime) -> str:
    """Return the id of an escalation: the same at every desk and at the district, another one for another due time."""
    said = "\0".join((order, department, clock.value, rung, str(int(due_at.timestamp()))))
    digest = hashlib.sha256(b"qianshao/escalation\0" + said.encode()).digest()
    return f"ost_{uuid8(digest)}"
