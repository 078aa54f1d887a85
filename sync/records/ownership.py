"""Who may write which kind of record, and which kinds travel: one table, used by both ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.records.units import Role


class Writer(StrEnum):
    """The end at which records of a kind are born."""

    STATION = "station"
    DISTRICT = "district"
    DEPARTMENT = "department"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Ownership:
    """``roles`` are the station roles of which the writer needs one (empty: any staff member of the unit)."""

    writer: Writer
    roles: frozenset[Role] = frozenset()
    travels: bool = True


_DESK = frozenset({Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD, Role.ISSUING_SECRETARY})

OWNERSHIP: dict[str, Ownership] = {
    "org_unit": Ownership(Writer.DISTRICT),
    "staff_member": Ownership(Writer.BOTH, frozenset({Role.STATION_LEAD})),
    "mediator_appointment": Ownership(Writer.DISTRICT),
    "person": Ownership(Writer.STATION, _DESK),
    "organisation": Ownership(Writer.STATION, _DESK),
    "sameness": Ownership(Writer.STATION, _DESK),
    "participation": Ownership(Writer.STATION, _DESK),
    "visit": Ownership(Writer.STATION, _DESK),
    "matter": Ownership(Writer.STATION, _DESK),
    "step": Ownership(Writer.BOTH, _DESK),
    "passed_matter": Ownership(Writer.DISTRICT),
    "accusation": Ownership(Writer.STATION, _DESK),
    "dispatch_order": Ownership(Writer.STATION, _DESK),
    "order_reply": Ownership(Writer.BOTH, _DESK),
    "notice": Ownership(Writer.BOTH, _DESK),
    "order_request": Ownership(Writer.STATION, _DESK),
    "order_step": Ownership(Writer.BOTH, _DESK),
    "order_delegation": Ownership(Writer.STATION, frozenset({Role.ISSUING_SECRETARY})),
    "threat_event": Ownership(Writer.STATION),
    "mediation": Ownership(Writer.STATION, frozenset({Role.MEDIATOR})),
    "mediation_event": Ownership(Writer.STATION, frozenset({Role.MEDIATOR})),
    "agreement": Ownership(Writer.STATION, frozenset({Role.MEDIATOR})),
    "signature": Ownership(Writer.STATION, _DESK),
    "follow_up": Ownership(Writer.STATION, _DESK),
    "number_lease": Ownership(Writer.DISTRICT),
    "number_void": Ownership(Writer.STATION, _DESK),
    "blank_form": Ownership(Writer.STATION, _DESK),
    "hand_over": Ownership(Writer.STATION, _DESK),
    "print": Ownership(Writer.STATION, _DESK),
    "print_outcome": Ownership(Writer.STATION, _DESK),
    "attachment": Ownership(Writer.BOTH, _DESK),
    "station_key": Ownership(Writer.BOTH, _DESK),
    "paper_template": Ownership(Writer.DISTRICT),
    "rule_table": Ownership(Writer.DISTRICT),
    "order_authority": Ownership(Writer.DISTRICT),
    "duty_roster": Ownership(Writer.DISTRICT),
    "statistics_report": Ownership(Writer.STATION, frozenset({Role.STATION_LEAD})),
    "audit_entry": Ownership(Writer.STATION),
    "erasure": Ownership(Writer.BOTH, frozenset({Role.STATION_LEAD})),
    "revision": Ownership(Writer.BOTH, _DESK),
}

TRAVELLING: frozenset[str] = frozenset(kind for kind, row in OWNERSHIP.items() if row.travels)


def may_write(kind: str, roles: frozenset[Role]) -> bool:
    """Whether a station's staff member with ``roles`` may write ``kind``; unknown kinds are nobody's here."""
    row = OWNERSHIP.get(kind)
    if row is None or row.writer is Writer.DISTRICT:
        return False
    return not row.roles or bool(row.roles & roles)


def may_tell_result(roles: frozenset[Role]) -> bool:
    """Whether a station's staff member with ``roles`` may say what came of a referral: the one step of a counsellor."""
    return Role.COUNSELLOR in roles or may_write("step", roles)


def may_issue(roles: frozenset[Role]) -> bool:
    """Whether somebody with ``roles`` issues orders in his own right: everybody else at the desk needs a delegation,
    or an emergency that is ratified afterwards."""
    return Role.ISSUING_SECRETARY in roles


def may_cancel(roles: frozenset[Role]) -> bool:
    """Whether a station's staff member with ``roles`` may take back an order of the unit: who may issue one."""
    return may_issue(roles)
