"""What a message is about, and whether anybody need still be told of it."""

from __future__ import annotations

from dataclasses import dataclass

from sync.protocol.codec import decode
from sync.records.dispatch_rules import Addressee
from sync.records.errors import Damaged
from sync.records.order_stages import OVER, OrderStage
from sync.records.order_steps import OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderReply
from sync.records.record import Record
from sync.server.store.notices import COPY, ESCALATED, OBJECTED, PERSONAL, RATIFY, Line, objects_still, order_is_over
from sync.server.store.orders import last_reply
from sync.server.store.records import read_many
from sync.server.store.store import Connection

_WAITS: dict[str, frozenset[OrderStage]] = {
    COPY: frozenset({OrderStage.CANCELLED}),
    RATIFY: frozenset({OrderStage.CANCELLED}),
    ESCALATED: OVER | {OrderStage.SUSPENDED},
}
"""In which stages of the order nobody need be told of it, where these are not `OVER`: a copy is one of what is over."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An order, and the step or the reply that the message is about, where it is not the order itself."""

    order: DispatchOrder
    step: OrderStep | None = None
    reply: OrderReply | None = None


def subject_of(conn: Connection, line: Line) -> Subject | None:
    """Return what ``line`` is about; None where it was erased, cannot be read, or is no order's."""
    about = _read(conn, line.about)
    order = about if isinstance(about, DispatchOrder) else _read(conn, getattr(about, "order", ""))
    if not isinstance(order, DispatchOrder):
        return None
    return Subject(
        order, about if isinstance(about, OrderStep) else None, about if isinstance(about, OrderReply) else None
    )


def asks_leader(line: Line, about: Subject | None) -> bool:
    """Whether a step of the ladder of which the department is told asks for its leader, too."""
    step = about.step if about else None
    named = step is not None and line.unit == step.department and Addressee.LEADER in step.told.split()
    return line.kind == ESCALATED and named


def is_past(conn: Connection, line: Line) -> bool:
    """Whether nobody need be told of ``line`` any more; never of a call for help."""
    if line.kind in PERSONAL:
        return False
    about = subject_of(conn, line)
    if about is None or order_is_over(conn, about.order.id, _WAITS.get(line.kind, OVER)):
        return True
    if line.kind == OBJECTED and about.reply is not None:
        return not objects_still(conn, about.order.id, about.reply.department)
    answers = (OrderStepKind.RATIFIED, OrderStepKind.NOT_RATIFIED)
    return line.kind == RATIFY and any(last_reply(conn, about.order.id, answer.value) for answer in answers)


def _read(conn: Connection, record_id: str) -> Record | None:
    for sealed in read_many(conn, [record_id] if record_id else []):
        try:
            return None if sealed.erased else decode(sealed)
        except Damaged:
            return None
    return None
