"""A desk over a real encrypted store: a community with its street, two departments, a lead and a secretary."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.actions.agreements import agreement_draft, conclude
from desktop.actions.desk import Desk
from desktop.actions.matters import matter_draft_from, open_matter
from desktop.actions.mediation_events import event_draft, note_event
from desktop.actions.mediations import follow_up, mediation_draft_from, open_mediation
from desktop.actions.visits import log_visit
from desktop.forms.catalogue import FORMS, MAKES
from desktop.forms.form import Draft
from desktop.forms.mediations import FOLLOW_UP_FORM
from desktop.forms.questions import fresh
from desktop.session import Session
from desktop.store.store import Store
from sync.records.kinds import STAFF_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.record import Made
from sync.records.times import BEIJING
from sync.records.units import Level, OrgUnit, Role, StaffMember

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=BEIJING)


@dataclass
class Clock:
    """The desk's clock, which a test moves."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def later(self, **span: int) -> datetime:
        self.at += timedelta(**span)
        return self.at


@dataclass
class Station:
    """The store with the identities of units and people, and a desk for each of them."""

    store: Store
    clock: Clock
    units: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        """The desk of 李文静: registrar, mediator and station lead."""
        return self.desks["李文静"]

    @property
    def secretary(self) -> Desk:
        """The desk of 黄志远, who issues orders."""
        return self.desks["黄志远"]

    def draft(self, form: str, **given: Any) -> Draft:
        """A form opened now, with what a clerk typed."""
        opened = fresh(FORMS[form], MAKES[form])
        for name, value in opened.items():
            if name.endswith("_at") and isinstance(value, str):
                opened[name] = self.clock.at.isoformat()
            if name.endswith("_on") and isinstance(value, str):
                opened[name] = self.clock.at.date().isoformat()
        return {**opened, **given}

    def counts(self) -> dict[str, int]:
        """How many records of each kind the store holds."""
        from desktop.store.tally import records

        found: dict[str, int] = {}
        with self.store.read() as reader:
            for kind, _, _ in records(reader):
                found[kind] = found.get(kind, 0) + 1
        return found


_UNITS = (
    ("凤凰街道", Level.STREET, "", False, ""),
    ("凤凰社区", Level.COMMUNITY, "凤凰街道", False, "凤凰"),
    ("区住房和建设局", Level.DISTRICT, "", True, ""),
    ("区人力资源局", Level.DISTRICT, "", True, ""),
)
_PEOPLE = (
    ("李文静", (Role.REGISTRAR, Role.MEDIATOR, Role.STATION_LEAD), ""),
    ("黄志远", (Role.ISSUING_SECRETARY,), "社区党委书记"),
    ("王小明", (Role.REGISTRAR,), ""),
)


def _fill(station: Station) -> None:
    own = station.store.unit
    made = Made(by="", unit=own, store="sto_district", at=station.clock.at)
    with station.store.write() as work:
        for name, level, parent, department, committee in _UNITS:
            unit = own if name == "凤凰社区" else new_identity(UNIT_PREFIX)
            station.units[name] = unit
            work.add(
                OrgUnit(
                    id=new_id("org_unit"),
                    made=made,
                    unit=unit,
                    name=name,
                    level=level,
                    parent=station.units.get(parent),
                    department=department,
                    committee=committee,
                    telephone="0755-21080000" if name == "凤凰社区" else "",
                    address="凤凰社区凤凰路1号" if name == "凤凰社区" else "",
                )
            )
        for name, roles, post in _PEOPLE:
            staff = station.people[name] = new_identity(STAFF_PREFIX)
            work.add(
                StaffMember(
                    id=new_id("staff_member"), made=made, staff=staff, name=name, unit=own, roles=roles, post=post
                )
            )


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A store in a file, with a random key."""
    store = Store.create(tmp_path / "store.db", os.urandom(32), unit=new_identity(UNIT_PREFIX))
    station = Station(store, Clock())
    _fill(station)
    for name, roles, _ in _PEOPLE:
        session = Session(station.people[name], name, frozenset(roles), store.unit, "凤凰社区")
        station.desks[name] = Desk(store, session, station.clock)
    yield station
    store.close()


@pytest.fixture
def visitor() -> Callable[..., Draft]:
    """What a clerk enters about one visitor."""

    def enter(**more: Any) -> Draft:
        document = {"answer": "given", "type": "citizen", "number": "11010519491231002X", "doubt": ""}
        about = {"name": "张伟", "document": document, "phone": "138 1234 5678", "address": "凤凰路2号"}
        return {**about, "text": "楼上漏水，要求修复。", "category": "neighbours", **more}

    return enter


def as_of(desk: Desk, moment: datetime) -> Desk:
    """The same desk with another clock."""
    return replace(desk, now=lambda: moment)


SECRET = "私下愿意让步两千元"
"""What one side says alone in the `mediation` below."""


@pytest.fixture
def mediation(station: Station, visitor: Callable[..., Draft]) -> str:
    """A mediation with an inspection, a session behind the other side's back, an agreement and a return visit."""
    desk = station.desk
    logged = log_visit(desk, station.draft("visit", **visitor(channel="walk_in"))).id
    draft = matter_draft_from(desk, logged)
    draft["parties"] = [*draft["parties"], {"role": "respondent", "party_kind": "organisation", "name": "某某物业公司"}]
    matter = open_matter(desk, logged, draft).id
    given = mediation_draft_from(desk, matter) | {"rights_told_at": station.clock.at.isoformat()}
    found = open_mediation(desk, matter, given | {"facts": "𠮷田家天花板漏水。"}).id
    for kind, text, side in (("inspection", "天花板水渍两处", 0), ("separate", SECRET, 1)):
        event = event_draft(desk, found) | {
            "kind": kind,
            "text": text,
            "side": str(side or "") or None,
            "present": "双方",
        }
        note_event(desk, found, event)
    terms = [{"text": "乙方修复漏水处", "amount": "3100", "payer": "2", "payee": "1"}]
    drawn = agreement_draft(desk, found) | {"terms": terms, "performance": "一次付清。", "facts": "漏水。"}
    agreed = conclude(desk, found, drawn).id
    seen = fresh(FOLLOW_UP_FORM, "follow_up", {"happened_at": station.clock.at.isoformat()}) | {
        "text": "已经修好。",
        "performed": "all",
        "manner": "phone",
    }
    follow_up(desk, agreed, seen)
    return found
