"""The forms with which an order is answered, as data: which fields each kind of reply has, and who is offered it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.records.folds import OrderStage
from sync.records.orders import ReplyKind
from sync.records.units import Role
from sync.server.store.order_pages import OrderOnPage


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``kind`` is text, long, phone, past, ahead, department, ruling or photos. ``label`` and
    ``hint`` are wording keys.
    """

    name: str
    kind: str = "text"
    must: bool = False
    label: str = ""
    hint: str = ""

    @property
    def wording(self) -> str:
        """The wording key of the label."""
        return f"field_{self.label or self.name}"


_WHEN: Final = Field("happened_at", "past", must=True)
_TEXT: Final = Field("text", "long", must=True)
_PHOTOS: Final = Field("photos", "photos", hint="hint_photos")

FIELDS: Final[dict[ReplyKind, tuple[Field, ...]]] = {
    ReplyKind.SIGNED: (Field("officer", must=True), Field("telephone", "phone")),
    ReplyKind.REPORTED_IN: (
        Field("officer", must=True, label="officer_there"),
        Field("post"),
        Field("telephone", "phone"),
        _WHEN,
        Field("text", "long"),
        _PHOTOS,
    ),
    ReplyKind.LEADER_ON_SCENE: (
        Field("officer", must=True, label="leader"),
        Field("post", must=True),
        Field("rank", must=True, hint="hint_rank"),
        _WHEN,
        Field("text", "long"),
    ),
    ReplyKind.PROGRESS: (_TEXT, _WHEN, _PHOTOS),
    ReplyKind.JOINT_HANDLING: (Field("officer", must=True, label="joint_with"), _TEXT, _WHEN, _PHOTOS),
    ReplyKind.RESOLVED: (
        Field("text", "long", must=True, label="outcome"),
        _WHEN,
        Field("photos", "photos", label="evidence", hint="hint_evidence"),
    ),
    ReplyKind.RETURNED: (Field("text", "long", must=True, label="why_unsolved"), _WHEN, _PHOTOS),
    ReplyKind.EXTENSION_ASKED: (Field("until", "ahead", must=True), Field("text", "long", must=True, label="reason")),
    ReplyKind.OBJECTION: (
        Field("rule_cited", must=True, hint="hint_rule"),
        Field("text", "long", must=True, label="reason"),
    ),
    ReplyKind.RULED: (
        Field("department", "department", must=True),
        Field("ruling", "ruling", must=True),
        Field("until", "ahead", label="ruled_until", hint="hint_ruled_until"),
        Field("rule_cited"),
        Field("text", "long", must=True, label="reason"),
    ),
}

_DEPARTMENT: Final = (
    ReplyKind.SIGNED,
    ReplyKind.REPORTED_IN,
    ReplyKind.LEADER_ON_SCENE,
    ReplyKind.PROGRESS,
    ReplyKind.JOINT_HANDLING,
    ReplyKind.RESOLVED,
    ReplyKind.EXTENSION_ASKED,
    ReplyKind.OBJECTION,
    ReplyKind.RETURNED,
)
AT_THE_SCENE: Final = (
    ReplyKind.SIGNED,
    ReplyKind.REPORTED_IN,
    ReplyKind.LEADER_ON_SCENE,
    ReplyKind.PROGRESS,
    ReplyKind.JOINT_HANDLING,
    ReplyKind.RESOLVED,
)
"""The forms of the page for a telephone."""
_ENDED: Final = (OrderStage.RELEASED, OrderStage.CANCELLED, OrderStage.MERGED, OrderStage.CLOSED)


def may_ask_for_time(on: OrderOnPage, unit: str, now: datetime) -> bool:
    """Whether a department may still ask for more time: before the time is over, and never after."""
    part = on.state.by_department.get(unit)
    return part is not None and now <= on.order.resolve_by(unit, part.until)


def forms_for(roles: frozenset[Role], unit: str, on: OrderOnPage, now: datetime) -> tuple[ReplyKind, ...]:
    """Return the kinds of reply that a person of ``unit`` may give now: a department its own, a dispatcher rulings."""
    part = on.state.by_department.get(unit)
    kinds: tuple[ReplyKind, ...] = ()
    if Role.DEPARTMENT in roles and part is not None and not {part.stage, on.state.state} & set(_ENDED):
        closed = {ReplyKind.SIGNED} if part.own.signed else set()
        closed |= set() if may_ask_for_time(on, unit, now) else {ReplyKind.EXTENSION_ASKED}
        kinds = tuple(kind for kind in _DEPARTMENT if kind not in closed)
    if Role.DISPATCHER in roles and on.state.state not in _ENDED:
        kinds = (*kinds, ReplyKind.RULED)
    return kinds


def next_answer(kinds: tuple[ReplyKind, ...], on: OrderOnPage, unit: str) -> ReplyKind | None:
    """Return the form that is shown open: the next thing that is due of ``unit``, or a ruling that is waited for."""
    part = on.state.by_department.get(unit)
    if ReplyKind.RULED in kinds and any(other.objections for other in on.state.by_department.values()):
        return ReplyKind.RULED
    if part is None or part.stage is OrderStage.RESOLVED:
        return None
    due = (
        (part.own.signed, ReplyKind.SIGNED),
        (part.own.reported_in, ReplyKind.REPORTED_IN),
        (part.own.on_scene, ReplyKind.LEADER_ON_SCENE),
        (None, ReplyKind.PROGRESS),
    )
    return next((kind for done, kind in due if done is None and kind in kinds), None)
