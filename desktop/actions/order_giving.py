"""Who may give an order here: the secretary, a delegate of the day, in an emergency anybody; and who is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.actions.desk import Desk
from desktop.actions.units import own_unit, unit_above
from desktop.store.order_requests import delegation_of, withdrawn_from
from desktop.store.reader import Reader
from desktop.store.units import staff
from sync.records.errors import Refused, RuleBroken
from sync.records.order_steps import OrderDelegation
from sync.records.ownership import may_issue
from sync.records.times import BEIJING, to_minute
from sync.records.units import Level, Role, StaffMember

SECRETARY: Final = "社区党委书记"
"""Who ratifies where nobody has been entered as that: the office itself, as the order and its paper say it."""


@dataclass(frozen=True, slots=True)
class Right:
    """By what somebody may issue: in his own right (no ``delegation``), or by one."""

    delegation: OrderDelegation | None = None

    @property
    def words(self) -> str:
        """What the paper says of the delegation."""
        d = self.delegation
        if d is None:
            return ""
        return f"受{d.secretary_name}委托签发({d.paper},{d.starts_on.isoformat()}至{d.ends_on.isoformat()})"


def right_to_issue(reader: Reader, desk: Desk) -> Right | None:
    """Return by what this person may issue today; None where an emergency is the only way."""
    if may_issue(desk.session.roles):
        return Right()
    session, today = desk.session, desk.now().astimezone(BEIJING).date()
    found = delegation_of(reader, session.staff, session.unit, today)
    return Right(found) if found else None


def issuers(reader: Reader, unit: str) -> list[StaffMember]:
    """Return who issues orders for ``unit`` in his own right."""
    known = staff(reader).values()
    return [s for s in known if Role.ISSUING_SECRETARY in s.roles and s.unit == unit and s.left_on is None]


def must_issue(reader: Reader, desk: Desk, says: str = "actions.only_issuer") -> Right:
    """Return the right to issue, or refuse with a sentence that names who has it."""
    right = right_to_issue(reader, desk)
    if right is not None:
        return right
    gone = withdrawn_from(reader, desk.session.staff, desk.session.unit, desk.now().astimezone(BEIJING).date())
    if gone is not None:
        raise Refused("actions.delegation_withdrawn", name=gone.secretary_name, at=to_minute(gone.made.at))
    who = sorted(s.name for s in issuers(reader, desk.session.unit))
    if who:
        raise Refused(says, names="、".join(who))
    raise Refused("actions.no_issuer")


def ratifier_of(reader: Reader, desk: Desk, chosen: str) -> StaffMember | None:
    """Return who has to ratify an emergency order: the chosen secretary; RuleBroken where he issues nothing here.

    None where the directory has no secretary of this community: the order goes out, and whoever becomes one ratifies
    it. A mobile station asks for an order and issues none: Refused("actions.no_issuer").
    """
    found = {s.staff: s for s in issuers(reader, desk.session.unit)}
    if not found:
        own = own_unit(reader, desk.session)
        if own is not None and own.level is Level.STATION:
            raise Refused("actions.no_issuer")
        return None
    if not chosen:
        raise RuleBroken("actions.required", field="ratifier")
    if chosen not in found:
        raise RuleBroken("actions.no_such_choice", field="ratifier")
    return found[chosen]


def asked_unit(reader: Reader, desk: Desk) -> str:
    """Return whom a request of this desk goes to: its own unit where somebody issues there, else its community."""
    if issuers(reader, desk.session.unit):
        return desk.session.unit
    own = own_unit(reader, desk.session)
    above = unit_above(reader, desk.session, Level.COMMUNITY) if own and own.level is Level.STATION else None
    return above.unit if above else desk.session.unit
