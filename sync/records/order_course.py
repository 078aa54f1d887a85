"""What the issuing side and the clocks did with an order: a fold over its steps, apart from the answers to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sync.records.order_rests import NOT_RESTED, Rests, told_ends
from sync.records.order_steps import OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.seen import Doubt, Line, in_line, standing
from sync.records.spans import Span, merged

OBJECTIONS_FOR_A_MEETING: Final = 2
"""So many objections, from whichever department, and the order goes to and fro: a joint meeting is proposed."""


class Ratification(StrEnum):
    """How far an order that was issued in an emergency has been made good."""

    NOT_NEEDED = "not_needed"
    WAITING = "waiting"
    RATIFIED = "ratified"
    NOT_RATIFIED = "not_ratified"


@dataclass(frozen=True, slots=True)
class Course:
    """``suspended``, ``merged_into``, ``closed`` stop the clocks; ``escalations`` are what these did, by due time.

    ``rests`` are when the order was suspended and resumed: that time is not counted (order_rests.py).
    """

    ratification: Ratification = Ratification.NOT_NEEDED
    suspended: datetime | None = None
    merged_into: str = ""
    closed: datetime | None = None
    objections: int = 0
    meeting: datetime | None = None
    escalations: tuple[OrderStep, ...] = ()
    rests: Rests = NOT_RESTED

    @property
    def stopped(self) -> bool:
        """Whether no clock runs: nothing escalates."""
        return bool(self.suspended or self.merged_into or self.closed)

    @property
    def meeting_proposed(self) -> bool:
        """Whether departments bounce the order and nobody has called them together."""
        return self.objections >= OBJECTIONS_FOR_A_MEETING and self.meeting is None

    def unratified(self, order: DispatchOrder, now: datetime) -> bool:
        """Whether an emergency order waits for its ratification longer than it may: a matter for ``order.ratifier``."""
        waits = self.ratification is Ratification.WAITING
        return waits and order.ratify_by is not None and now > order.ratify_by


def course_of(
    order: DispatchOrder, line: Line[OrderReply | OrderStep], stands: dict[str, OrderReply | OrderStep]
) -> tuple[Course, list[Doubt]]:
    """Return the course of ``order`` and what a person should look at; ``stands`` is what stands at each place."""
    facts = [(i, stands[f.id]) for i, f in enumerate(line.facts) if f.id in stands]
    steps = [(i, s) for i, s in facts if isinstance(s, OrderStep)]

    def of(*kinds: OrderStepKind) -> list[tuple[int, OrderStep]]:
        return [(i, s) for i, s in steps if s.kind in kinds]

    resumed = of(OrderStepKind.RESUMED)
    suspended = [
        s.happened_at for i, s in of(OrderStepKind.SUSPENDED) if not any(line.saw(later, i) for later, _ in resumed)
    ]
    objections = [r for _, r in facts if isinstance(r, OrderReply) and r.kind is ReplyKind.OBJECTION]
    meetings = [s.happened_at for _, s in of(OrderStepKind.JOINT_MEETING)]
    escalations = sorted((s for _, s in of(OrderStepKind.ESCALATED)), key=lambda s: (s.due_at or s.happened_at, s.id))
    closed = of(OrderStepKind.CLOSED)
    doubts = _after_close(line, closed, facts)
    into = sorted({s.into for _, s in of(OrderStepKind.MERGED) if s.into})
    course = Course(
        _ratification(order, [s for _, s in of(OrderStepKind.RATIFIED, OrderStepKind.NOT_RATIFIED)]),
        min(suspended, default=None),
        into[0] if into else "",
        min((s.happened_at for _, s in closed), default=None),
        len([r for r in objections if r.department in order.departments]),
        max(meetings, default=None),
        tuple(escalations),
        _rests(line, of(OrderStepKind.SUSPENDED), resumed),
    )
    return course, doubts


def _rests(
    line: Line[OrderReply | OrderStep],
    suspended: Sequence[tuple[int, OrderStep]],
    resumed: Sequence[tuple[int, OrderStep]],
) -> Rests:
    """Return the stretches from a suspension to the first resumption that had seen it, each moment once.

    The ends are told by those who resumed without another's having seen it.
    """
    ends = [(s, [r.happened_at for later, r in resumed if line.saw(later, i)]) for i, s in suspended]
    spans = merged(Span(s.happened_at, min(until)) for s, until in ends if until)
    told, untold = told_ends(s for i, s in resumed if not any(line.saw(later, i) for later, _ in resumed))
    return Rests(spans, told, untold)


def _ratification(order: DispatchOrder, said: Sequence[OrderStep]) -> Ratification:
    """Refusing to ratify has the last word: an order that is taken back by mistake is seen."""
    if not order.emergency:
        return Ratification.NOT_NEEDED
    if any(s.kind is OrderStepKind.NOT_RATIFIED for s in said):
        return Ratification.NOT_RATIFIED
    return Ratification.RATIFIED if said else Ratification.WAITING


def _after_close(
    line: Line[OrderReply | OrderStep],
    closed: Sequence[tuple[int, OrderStep]],
    facts: Sequence[tuple[int, OrderReply | OrderStep]],
) -> list[Doubt]:
    """What a department said that no closing had seen: somebody should look at it."""
    if not closed:
        return []
    unseen = [
        r.id for i, r in facts if isinstance(r, OrderReply) and not any(line.saw(closing, i) for closing, _ in closed)
    ]
    return [Doubt("records.doubt_reply_after_close", tuple(sorted(unseen)))] if unseen else []


class RequestStage(StrEnum):
    """What became of a request for an order."""

    WAITING = "waiting"
    ISSUED = "issued"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class IssuedOrder:
    """An order that was issued on a request: its number and its stage (`OrderStage`), "" where nobody told it."""

    order: str
    number: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class RequestState:
    """``orders`` were issued on it, ``issued`` is what is known of them here; ``reason`` is why it was refused.

    ``heads`` are what a step made now has seen.
    """

    state: RequestStage = RequestStage.WAITING
    orders: tuple[str, ...] = ()
    reason: str = ""
    heads: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    issued: tuple[IssuedOrder, ...] = ()


def fold_request(request: OrderRequest, orders: Iterable[DispatchOrder], steps: Iterable[OrderStep]) -> RequestState:
    """Return what became of ``request``; an order counts more than a refusal beside it, and a person is asked."""
    own = [s for s in steps if s.request == request.id]
    stands, _ = standing(own)
    line = in_line(own, lambda _step: 0)
    said = [stands[fact.id] for fact in line.facts if fact.id in stands]
    told = {
        s.order: IssuedOrder(s.order, s.text, s.stage) for s in said if s.kind is OrderStepKind.ANSWERED and s.order
    }
    here = {o.id: IssuedOrder(o.id, o.number) for o in orders if o.request == request.id}
    refused = sorted((s for s in stands.values() if not s.order), key=lambda s: s.id)
    issued = tuple(sorted({*told, *here}))
    reason = refused[-1].text if refused else ""
    doubts: tuple[Doubt, ...] = ()
    if issued and refused:
        doubts = (Doubt("records.doubt_request_issued_and_refused", (*issued, *(s.id for s in refused))),)
    stage = RequestStage.ISSUED if issued else RequestStage.REFUSED if refused else RequestStage.WAITING
    return RequestState(stage, issued, reason, line.heads, doubts, tuple((here | told)[order] for order in issued))
