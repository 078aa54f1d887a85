"""What a station may push about dispatch orders: who issues, who delegates, who asks, who replies, who takes a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sync.records.order_steps import OrderDelegation, OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.ownership import may_cancel, may_issue
from sync.records.times import BEIJING

if TYPE_CHECKING:
    from sync.server.rules import Known

_OF_WHO_ISSUES: Final = frozenset(
    {
        *(OrderStepKind.REFUSED, OrderStepKind.RATIFIED, OrderStepKind.NOT_RATIFIED),
        *(OrderStepKind.SUSPENDED, OrderStepKind.RESUMED, OrderStepKind.MERGED),
    }
)
"""Steps of whoever may issue orders; the others are of anybody at the desk."""


def _to_issue(order: DispatchOrder, known: Known) -> str:
    """For the unit that hands it in: by who may issue, by a delegate of that day, in an emergency by anybody."""
    if order.issuing_unit != known.unit:
        return "protocol.foreign_unit"
    roles = known.roles.get(order.issuer)
    if roles is None:
        return "protocol.no_role"
    if order.emergency:
        return "" if _ratifies(order.ratifier, known) else "protocol.no_role"
    delegation = known.delegations.get(order.delegation or "")
    day = order.issued_at.astimezone(BEIJING).date()
    delegated = delegation is not None and delegation.holds(order.issuer, known.unit, day)
    if not (may_issue(roles) or delegated):
        return "protocol.no_role"
    withdrawn = None if may_issue(roles) else known.withdrawn.get(order.delegation or "")
    return "protocol.delegation_withdrawn" if withdrawn is not None and order.issued_at > withdrawn else ""


def _ratifies(ratifier: str, known: Known) -> bool:
    """Whether it names who may issue; nobody only where the unit has nobody."""
    if ratifier:
        return may_issue(known.roles.get(ratifier, frozenset()))
    return not any(may_issue(roles) for roles in known.roles.values())


def _to_reply(reply: OrderReply, known: Known) -> str:
    """A department speaks for itself at the district; a community witnesses, or takes its own order back."""
    if reply.kind is ReplyKind.CANCELLED:
        return "" if may_cancel(known.roles.get(reply.made.by, frozenset())) else "protocol.no_role"
    if not reply.witnessed:
        return "protocol.not_witnessed"
    # That street or district ruled can be witnessed; whom the ruling releases only they can say.
    return "protocol.not_yours" if reply.releases or reply.arrival_code else ""


def _to_step(step: OrderStep, known: Known) -> str:
    if step.kind is OrderStepKind.ANSWERED:
        return "protocol.not_yours"
    if step.kind in _OF_WHO_ISSUES and not may_issue(known.roles.get(step.made.by, frozenset())):
        return "protocol.no_role"
    return ""


def _to_ask(request: OrderRequest, known: Known) -> str:
    return "" if request.to_unit in (known.unit, *known.above) else "protocol.foreign_unit"


def _to_delegate(delegation: OrderDelegation, known: Known) -> str:
    return "" if delegation.unit == known.unit else "protocol.foreign_unit"


RIGHTS: Final[dict[type, Callable[[Any, Known], str]]] = {
    DispatchOrder: _to_issue,
    OrderReply: _to_reply,
    OrderStep: _to_step,
    OrderRequest: _to_ask,
    OrderDelegation: _to_delegate,
}
"""Why a station may not push a record of this kind; empty where it may."""


def wrong_target(record: DispatchOrder | OrderReply | OrderStep, known: Known) -> str:
    """What a record about orders names is of its kind and of this unit, or asked this unit."""
    if isinstance(record, OrderReply):
        return _wrong(record.order, "dispatch_order", known)
    if isinstance(record, OrderStep):
        return _wrong(record.order, "dispatch_order", known) or _wrong(record.request, "order_request", known)
    return _wrong(record.request or "", "order_request", known)


def _wrong(named: str, kind: str, known: Known) -> str:
    target = known.targets.get(named)
    if target is None:
        return ""
    if target.kind != kind:
        return "protocol.not_an_order"
    return "" if known.unit in (target.unit, target.scope) else "protocol.out_of_scope"
