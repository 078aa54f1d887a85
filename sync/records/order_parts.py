"""One department's part of a dispatch order: how far it has come, and what each mouth told of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sync.records.order_stages import ENDED as ENDED
from sync.records.order_stages import OVER as OVER
from sync.records.order_stages import OrderStage as OrderStage
from sync.records.order_steps import NOT_MOVED, RestedEnds
from sync.records.orders import OrderReply, ReplyKind


@dataclass(frozen=True, slots=True)
class Told:
    """The first time of each thing, from one mouth; ``leader_rank`` is of the leader who came first.

    ``returned`` is there while no later word says that it was resolved after all.
    """

    signed: datetime | None = None
    reported_in: datetime | None = None
    on_scene: datetime | None = None
    leader_rank: str = ""
    progressed: datetime | None = None
    resolved: datetime | None = None
    returned: datetime | None = None


@dataclass(frozen=True, slots=True)
class DepartmentState:
    """One department's part. ``own`` is what it said, ``witnessed`` what the community saw: never mixed.

    A code scanned from the desk's screen is witnessed; an arrival that the community only ``heard`` of is not.

    ``objections`` are those that no ruling has seen: the clock runs and attendance stays due. ``until`` is the
    latest time that a ruling gave, or to which a suspension moved the end; ``rested`` are all ends that one moved.
    """

    stage: OrderStage = OrderStage.ISSUED
    own: Told = Told()
    witnessed: Told = Told()
    objections: tuple[str, ...] = ()
    until: datetime | None = None
    heard: Told = Told()
    rested: RestedEnds = NOT_MOVED

    @property
    def arrived(self) -> datetime | None:
        """When the department's people were there: it counts when the community witnessed it."""
        times = [at for at in (self.witnessed.reported_in, self.witnessed.on_scene) if at]
        return min(times, default=None)

    @property
    def arrival_claimed(self) -> bool:
        """Whether the department says that it came and nobody at the community has witnessed it."""
        told = (self.own.reported_in, self.own.on_scene, self.heard.reported_in, self.heard.on_scene)
        return self.arrived is None and any(told)


_TOLD: Final = {
    ReplyKind.SIGNED: "signed",
    ReplyKind.REPORTED_IN: "reported_in",
    ReplyKind.LEADER_ON_SCENE: "on_scene",
    ReplyKind.PROGRESS: "progressed",
    ReplyKind.JOINT_HANDLING: "progressed",
    ReplyKind.RESOLVED: "resolved",
    ReplyKind.RETURNED: "returned",
}
ARRIVES: Final = frozenset({ReplyKind.REPORTED_IN, ReplyKind.LEADER_ON_SCENE})
_REACHED: Final = (
    ("resolved", OrderStage.RESOLVED),
    ("progressed", OrderStage.IN_PROGRESS),
    ("on_scene", OrderStage.ON_SCENE),
    ("reported_in", OrderStage.REPORTED_IN),
    ("signed", OrderStage.SIGNED),
)


def told_by(replies: Iterable[OrderReply]) -> Told:
    """The earliest time of each kind; of two leaders at one time the smaller id names the rank."""
    first: dict[str, Any] = {}
    for reply in sorted(replies, key=lambda r: (r.happened_at, r.id)):
        name = _TOLD.get(reply.kind)
        if name and name not in first:
            first[name] = reply.happened_at
            if reply.kind is ReplyKind.LEADER_ON_SCENE:
                first["leader_rank"] = reply.rank
    return Told(**first)


def reached(told: Sequence[Told], objected: bool, given_back: bool) -> OrderStage:
    """The furthest thing that any mouth told; an open objection shows as long as nothing is resolved."""
    if given_back:
        return OrderStage.RETURNED
    if any(mouth.resolved for mouth in told):
        return OrderStage.RESOLVED
    if objected:
        return OrderStage.OBJECTED
    for name, stage in _REACHED:
        if any(getattr(mouth, name) for mouth in told):
            return stage
    return OrderStage.ISSUED
