"""A counsellor: registered by a field that older ends pass over, called after the lead, with one step to write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import msgspec
import pytest

from sync.protocol.codec import decode_body
from sync.records.canonical import canonical
from sync.records.kinds import STAFF_PREFIX, STORE_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.ownership import OWNERSHIP, may_tell_result, may_write
from sync.records.record import Made
from sync.records.threats import called_order
from sync.records.units import LATER, Role, StaffMember, of_one_page, role_fields

UNIT = new_identity(UNIT_PREFIX)
MADE = Made(by="", unit=UNIT, store=new_identity(STORE_PREFIX), at=datetime(2026, 11, 29, 9, tzinfo=UTC))


def member(*roles: Role) -> StaffMember:
    known, further = role_fields(roles)
    own = {"id": new_id("staff_member"), "made": MADE, "staff": new_identity(STAFF_PREFIX), "unit": UNIT}
    return StaffMember(name="陈静", roles=known, further=further, **own)  # type: ignore[arg-type]


class RoleOfV010(StrEnum):
    """The words that the first version knew."""

    REGISTRAR = "registrar"
    STATION_LEAD = "station_lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffOfV010:
    """A staff member as the first version read one."""

    id: str
    staff: str
    name: str
    unit: str
    roles: tuple[RoleOfV010, ...]
    post: str = ""
    telephone: str = ""
    left_on: date | None = None


@pytest.mark.parametrize("roles", [(Role.COUNSELLOR,), (Role.REGISTRAR, Role.COUNSELLOR)])
def test_an_older_end_reads_who_is_a_counsellor_and_a_newer_one_says_so(roles: tuple[Role, ...]) -> None:
    made = member(*roles)
    body = canonical(made)
    old = msgspec.json.decode(body, type=StaffOfV010)
    assert (old.name, old.roles) == ("陈静", tuple(RoleOfV010(r) for r in roles if r not in LATER))
    read = decode_body("staff_member", body)
    assert isinstance(read, StaffMember)
    assert (read, read.held) == (made, frozenset(roles))


def test_a_role_of_a_newer_program_is_passed_over_and_one_without_the_field_writes_as_before() -> None:
    known = member(Role.REGISTRAR)
    assert b"further" not in canonical(known)
    newer = canonical(member(Role.REGISTRAR)).replace(b'"roles":', b'"further":["night_watch"],"roles":')
    read = decode_body("staff_member", newer)
    assert isinstance(read, StaffMember)
    assert read.held == {Role.REGISTRAR}


def test_a_counsellor_alone_has_one_page_and_writes_results_of_referrals_and_calls_for_help() -> None:
    alone = frozenset({Role.COUNSELLOR})
    assert {kind for kind in OWNERSHIP if may_write(kind, alone)} == {"threat_event", "audit_entry"}
    assert may_tell_result(alone)
    assert not may_tell_result(frozenset({Role.SECURITY}))
    assert of_one_page(alone)
    assert not of_one_page(frozenset({Role.COUNSELLOR, Role.MEDIATOR}))
    assert not of_one_page(frozenset())


def test_the_lead_is_called_first_then_the_counsellor() -> None:
    people = [(Role.REGISTRAR,), (Role.COUNSELLOR,), (Role.STATION_LEAD,), (Role.COUNSELLOR, Role.STATION_LEAD)]
    assert [called_order(roles) for roles in people] == [2, 1, 0, 0]
