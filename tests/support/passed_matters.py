"""Matters that the community's desk passes to units of the pages, with people in them: for tests and pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sync.records.kinds import new_id
from sync.records.matters import ExternalNumber, Matter, Nature, Step, StepKind
from sync.records.participations import Participation, PartyRole
from sync.records.persons import Person
from sync.records.record import Record
from sync.records.times import BEIJING
from sync.records.visits import Category
from sync.server.store.matters import load_matter
from sync.server.store.projections import add_own
from tests.support.district_pages import PagesDistrict

REPORTER, REPORTER_PHONE = "丁上报", "13966667777"
APPLICANT, APPLICANT_PHONE = "陈秀英", "13812345678"


def keep(pages: PagesDistrict, *records: Record) -> None:
    """Let the district have records of the community's desk."""
    with pages.store.write() as conn:
        for record in records:
            add_own(conn, record, pages.units["凤凰社区"], pages.now)


def add_matter(pages: PagesDistrict, title: str, **changes: Any) -> str:
    """Register a matter with who asks, and with who reported it, whom nobody may see."""
    at = (pages.now - timedelta(days=1)).astimezone(BEIJING)
    made = pages.made_at_station(at)
    values = {
        "text": "三楼卫生间漏水到二楼，物业两次上门没有修好。",
        "nature": Nature.SERVICE,
        "category": Category.OTHER,
        "place": "凤凰社区 12 栋 203",
        "unit": made.unit,
        "discovered_at": at,
        "discovered_by": REPORTER,
        "source": "grid_worker",
        "external": (ExternalNumber(system="民意速办", number="GM20261123-0187"),),
    }
    matter = Matter(id=new_id("matter"), made=made, title=title, **(values | changes))
    asks = Person(id=new_id("person"), made=made, name=APPLICANT, phones=(APPLICANT_PHONE,))
    told = Person(id=new_id("person"), made=made, name=REPORTER, phones=(REPORTER_PHONE,))
    parts = [
        Participation(
            id=new_id("participation"), made=made, subject=matter.id, party=party.id, role=role, hidden=hidden
        )
        for party, role, hidden in ((asks, PartyRole.APPLICANT, False), (told, PartyRole.REPORTER, True))
    ]
    keep(pages, asks, told, matter, *parts)
    return matter.id


def add_step(pages: PagesDistrict, matter: str, kind: StepKind, *seen: str, hours_ago: float = 2, **said: Any) -> str:
    """Let the community's desk take a step of a matter; units by name."""
    at = (pages.now - timedelta(hours=hours_ago)).astimezone(BEIJING)
    units = {name: pages.units[said.pop(name)] for name in ("to_unit", "by_unit") if name in said}
    made = pages.made_at_station(at)
    values = {"seen": seen, "happened_at": at, **units, **said}
    step = Step(id=new_id("step"), made=made, matter=matter, kind=kind, **values)
    keep(pages, step)
    return step.id


def heads_of(pages: PagesDistrict, matter: str) -> tuple[str, ...]:
    """What a step of a matter that is made now has seen."""
    with pages.store.read() as conn:
        here = load_matter(conn, matter)
    assert here is not None
    return here.state.heads


def pass_on(pages: PagesDistrict, title: str, unit: str, *, hours_ago: float = 2, **changes: Any) -> str:
    """Register a matter and pass it to ``unit`` (name)."""
    matter = add_matter(pages, title, **changes)
    text = "请贵单位核实并联系当事人。"
    add_step(pages, matter, StepKind.TRANSFERRED, to_unit=unit, hours_ago=hours_ago, text=text)
    return matter
