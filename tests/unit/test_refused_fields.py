"""Which field a refusal is about, and that every reason there is has its sentence, its rule and a way out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from resources import LANGUAGES, wording
from sync.records.audit import Erasure
from sync.records.cards import Revision
from sync.records.kinds import STAFF_PREFIX, STORE_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.orders import ReplyKind
from sync.records.record import Made, Record
from sync.records.units import Role, StaffMember
from sync.server.arrived import examine
from sync.server.refused_fields import field_of
from sync.server.rules import Known, Target, why_not
from tests.support.district import AT, order, reply, sealed, visit

SERVER = Path(__file__).parents[2] / "sync" / "server"
UNIT, STORE, CLERK, LEAD = (new_identity(p) for p in (UNIT_PREFIX, STORE_PREFIX, STAFF_PREFIX, STAFF_PREFIX))
MADE = Made(by=CLERK, unit=UNIT, store=STORE, at=AT)
ELSEWHERE = new_id("visit")


def known() -> Known:
    roles = {CLERK: frozenset({Role.REGISTRAR}), LEAD: frozenset({Role.STATION_LEAD, Role.ISSUING_SECRETARY})}
    targets = {ELSEWHERE: Target("visit", new_identity(UNIT_PREFIX), "")}
    return Known(UNIT, frozenset({STORE}), roles, homes=dict.fromkeys(roles, UNIT), targets=targets)


def staff(*roles: Role) -> StaffMember:
    identity = new_identity(STAFF_PREFIX)
    made = replace(MADE, by=LEAD)
    return StaffMember(id=new_id("staff_member"), made=made, staff=identity, name="新人", unit=UNIT, roles=roles)


def released() -> Record:
    given = order(MADE, new_identity(UNIT_PREFIX))
    return reply(MADE, given, ReplyKind.RULED, releases=True)


@pytest.mark.parametrize(
    ("record", "reason", "field"),
    [
        (visit(replace(MADE, unit=new_identity(UNIT_PREFIX))), "foreign_unit", "made.unit"),
        (visit(replace(MADE, store=new_identity(STORE_PREFIX))), "foreign_store", "made.store"),
        (visit(replace(MADE, by=new_identity(STAFF_PREFIX))), "unknown_staff", "made.by"),
        (order(MADE, new_identity(UNIT_PREFIX)), "no_role", "issuer"),
        (order(replace(MADE, by=LEAD), "x", issuing_unit=new_identity(UNIT_PREFIX)), "foreign_unit", "issuing_unit"),
        (staff(Role.ISSUING_SECRETARY, Role.DISPATCHER), "no_role", "roles"),
        (visit(MADE, happened_at=datetime(2026, 11, 24, 9, 30)), "unreadable_record", "happened_at"),
        (visit(MADE, amends=ELSEWHERE), "out_of_scope", "amends"),
        (visit(MADE, amends="none"), "bad_id", "amends"),
        (
            Erasure(id=new_id("erasure"), made=replace(MADE, by=LEAD), target=ELSEWHERE, reason="x"),
            "out_of_scope",
            "target",
        ),
        (Revision(id=new_id("revision"), made=MADE, card=ELSEWHERE, seen=(), fields={}), "not_a_card", "card"),
        (released(), "not_yours", "releases"),
    ],
)
def test_a_refusal_says_the_field_that_it_is_about(record: Record, reason: str, field: str) -> None:
    arrived, here = examine(sealed(record)), known()
    assert why_not(arrived, here) == f"protocol.{reason}"
    assert field_of(arrived, f"protocol.{reason}", here) == field


def test_every_reason_that_the_district_can_give_has_its_sentence_its_rule_and_a_way_out() -> None:
    source = "".join(
        (SERVER / name).read_text(encoding="utf-8") for name in ("rules.py", "order_rules.py", "arrived.py", "push.py")
    )
    reasons = set(re.findall(r'"protocol\.(\w+)"', source)) - {"too_large"}
    files = {"no_such_file", "too_large", "foreign_type", "bad_file"}
    assert len(reasons) == 19
    for language in LANGUAGES:
        words = wording(language)
        for reason in reasons | files:
            for key in (f"protocol.{reason}", f"held.rule_{reason}", f"held.do_{reason}"):
                assert words.has(key), (language, key)
        assert words.has("held.rule_file_digest")


def test_every_field_that_can_be_said_has_a_name_in_both_languages() -> None:
    source = (SERVER / "refused_fields.py").read_text(encoding="utf-8")
    said = set(re.findall(r'(?:return|else|: )\s*"([a-z_.]+)"', source)) - {"field"}
    fields = {name for name in said if not name.startswith("protocol.")}
    assert {"made.by", "roles", "amends", "target"} <= fields
    for language in LANGUAGES:
        for name in fields:
            assert wording(language).has(f"held.part_{name.replace('.', '_')}"), (language, name)
