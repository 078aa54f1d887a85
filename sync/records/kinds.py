"""The one list of kinds: a kind's name, its id prefix, the dataclass that spells it, and whether it is a card.

A dataclass is named here and loaded when a record of its kind is first made or read: a start meets few of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from sync.records.ids import STAFF_PREFIX as STAFF_PREFIX
from sync.records.ids import STORE_PREFIX as STORE_PREFIX
from sync.records.ids import UNIT_PREFIX as UNIT_PREFIX
from sync.records.ids import new_uuid7, prefix_of, uuid8
from sync.records.record import Record


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the list below: ``spelling`` is module and class within this package.

    Records of a ``card`` are edited by revisions.
    """

    name: str
    prefix: str
    spelling: str
    card: bool = False

    @property
    def type(self) -> type[Record]:
        """The dataclass that spells it."""
        return _spelled(self.spelling)


@cache
def _spelled(spelling: str) -> type[Record]:
    module, _, name = spelling.partition(".")
    found: type[Record] = getattr(import_module(f"{__package__}.{module}"), name)
    return found


_ROWS = (
    Kind("org_unit", "org", "units.OrgUnit"),
    Kind("staff_member", "stf", "units.StaffMember"),
    Kind("mediator_appointment", "map", "units.MediatorAppointment"),
    Kind("person", "per", "persons.Person", card=True),
    Kind("organisation", "fir", "persons.Organisation", card=True),
    Kind("sameness", "sam", "sameness.Sameness"),
    Kind("participation", "par", "participations.Participation"),
    Kind("visit", "vis", "visits.Visit"),
    Kind("matter", "mat", "matters.Matter", card=True),
    Kind("step", "stp", "matters.Step"),
    Kind("passed_matter", "pmt", "passed_matters.PassedMatter"),
    Kind("accusation", "acc", "accusations.Accusation"),
    Kind("dispatch_order", "ord", "orders.DispatchOrder"),
    Kind("order_reply", "rep", "orders.OrderReply"),
    Kind("notice", "ntc", "notices.Notice"),
    Kind("order_request", "orq", "order_steps.OrderRequest"),
    Kind("order_step", "ost", "order_steps.OrderStep"),
    Kind("order_delegation", "odl", "order_steps.OrderDelegation"),
    Kind("threat_event", "thr", "threats.ThreatEvent"),
    Kind("mediation", "med", "mediations.Mediation", card=True),
    Kind("mediation_event", "mev", "mediation_events.MediationEvent"),
    Kind("agreement", "agr", "mediations.Agreement"),
    Kind("signature", "sig", "mediations.Signature"),
    Kind("follow_up", "fol", "mediations.FollowUp"),
    Kind("number_lease", "lea", "papers.NumberLease"),
    Kind("number_void", "voi", "papers.NumberVoid"),
    Kind("blank_form", "bla", "papers.BlankForm"),
    Kind("hand_over", "hov", "hand_overs.HandOver"),
    Kind("print", "pri", "papers.Print"),
    Kind("print_outcome", "pro", "papers.PrintOutcome"),
    Kind("attachment", "att", "papers.Attachment"),
    Kind("station_key", "key", "station_keys.StationKey"),
    Kind("paper_template", "tpl", "templates.PaperTemplate"),
    Kind("order_authority", "oau", "order_authorities.OrderAuthority"),
    Kind("duty_roster", "dut", "duty_rosters.DutyRoster"),
    Kind("rule_table", "rul", "rule_tables.RuleTable"),
    Kind("statistics_report", "str", "statistics.StatisticsReport"),
    Kind("audit_entry", "aud", "audit.AuditEntry"),
    Kind("erasure", "era", "audit.Erasure"),
    Kind("revision", "rev", "cards.Revision"),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ROWS}
BY_PREFIX: dict[str, Kind] = {kind.prefix: kind for kind in _ROWS}
_BY_SPELLING: dict[str, Kind] = {f"{__package__}.{kind.spelling}": kind for kind in _ROWS}
_by_type: dict[type[Record], Kind] = {}
"""Those of the kinds that were met."""


def load_all() -> None:
    """Load the dataclasses of all kinds, where nobody waits for it."""
    for kind in _ROWS:
        _spelled(kind.spelling)


def new_id(kind: str) -> str:
    """Return a fresh id for a record of ``kind``, for example ``vis_0198…``."""
    return f"{KINDS[kind].prefix}_{new_uuid7()}"


def keyed_id(kind: str, digest: bytes) -> str:
    """Return the id of ``kind`` that a keyed digest (HMAC, at least 16 bytes) stands for: ledger rows only."""
    return f"{KINDS[kind].prefix}_{uuid8(digest)}"


def new_identity(prefix: str) -> str:
    """Return a fresh identity that outlives its records: a unit, a staff member or a store."""
    return f"{prefix}_{new_uuid7()}"


def is_a(record_id: str, kind: str) -> bool:
    """Whether an id is that of a record of ``kind``."""
    found = kind_of(record_id)
    return found is not None and found.name == kind


def kind_of(record_id: str) -> Kind | None:
    """Return the kind that an id names by its prefix; None where it is no id or of a kind from a newer program."""
    return BY_PREFIX.get(prefix_of(record_id))


def kind_of_value(record: Record) -> Kind:
    """Return the kind that a record's dataclass spells."""
    type_ = type(record)
    return _by_type.get(type_) or _by_type.setdefault(type_, _BY_SPELLING[f"{type_.__module__}.{type_.__qualname__}"])
