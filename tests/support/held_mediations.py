"""Mediations that units below the district hold at their desks: for tests of the pages and for pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sync.records.cards import Revision
from sync.records.kinds import new_id
from sync.records.matters import Matter, Nature
from sync.records.mediation_events import ContactManner, MediationEvent, MediationEventKind, SuspensionReason
from sync.records.mediations import Agreement, Host, Mediation, Outcome
from sync.records.record import Made, Record
from sync.records.times import BEIJING
from sync.records.visits import Category
from sync.server.store.projections import add_own
from tests.support.district_pages import PagesDistrict

SECRET = "王某私下说最多只肯出三万"
MINUTES = "双方就楼板渗漏的责任各执一词"


def made_by(pages: PagesDistrict, unit: str, days_ago: float) -> Made:
    """Who made a record at a desk of ``unit`` (name)."""
    at = (pages.now - timedelta(days=days_ago)).astimezone(BEIJING)
    return replace(pages.made_at_station(at), unit=pages.units[unit])


def keep_of(pages: PagesDistrict, unit: str, *records: Record) -> None:
    """Let the district have records of a desk of ``unit`` (name)."""
    with pages.store.write() as conn:
        for record in records:
            add_own(conn, record, pages.units[unit], pages.now)


def hold(
    pages: PagesDistrict,
    title: str,
    *,
    days_ago: float = 3,
    unit: str = "凤凰社区",
    category: Category = Category.NEIGHBOURS,
    matter: dict[str, Any] | None = None,
    **card: Any,
) -> str:
    """Begin a mediation of a matter called ``title``; ``matter`` and ``card`` are fields of either. Returns its id."""
    made = made_by(pages, unit, days_ago)
    values: dict[str, Any] = {"nature": Nature.DISPUTE, "category": category, "unit": made.unit, "text": title}
    about = Matter(id=new_id("matter"), made=made, title=title, **values, discovered_at=made.at, **(matter or {}))
    given: dict[str, Any] = {"committee": f"{unit}人民调解委员会", "host": Host.PEOPLE, "started_at": made.at}
    held = Mediation(id=new_id("mediation"), made=made, matter=about.id, unit=made.unit, **(given | card))
    keep_of(pages, unit, about, held)
    return held.id


def happened(
    pages: PagesDistrict,
    mediation: str,
    kind: MediationEventKind,
    *,
    unit: str = "凤凰社区",
    days_ago: float = 1,
    **said: Any,
) -> str:
    """Let something happen in a mediation at a desk of ``unit``; returns the event's id."""
    made = made_by(pages, unit, days_ago)
    event = MediationEvent(
        id=new_id("mediation_event"), made=made, mediation=mediation, kind=kind, happened_at=made.at, **said
    )
    keep_of(pages, unit, event)
    return event.id


def edit(pages: PagesDistrict, card: str, **fields: Any) -> None:
    """Edit a card at a desk of the community."""
    made = made_by(pages, "凤凰社区", 0)
    keep_of(pages, "凤凰社区", Revision(id=new_id("revision"), made=made, card=card, seen=(card,), fields=fields))


def agree(pages: PagesDistrict, mediation: str, number: str, *, days_ago: float = 0.5) -> str:
    """Draw up an agreement; returns its id."""
    made = made_by(pages, "凤凰社区", days_ago)
    paper = Agreement(
        id=new_id("agreement"),
        made=made,
        number=number,
        mediation=mediation,
        matter=new_id("matter"),
        committee="凤凰社区人民调解委员会",
        unit=made.unit,
        parties=(),
        mediators=(),
        facts=MINUTES,
        disputed="",
        terms=(),
        copies=3,
        drawn_on=made.at.date(),
    )
    keep_of(pages, "凤凰社区", paper)
    return paper.id


def mediations_of_a_day(pages: PagesDistrict) -> str:
    """Mediations of each kind, one of them with a long course; returns that one's id."""
    kind = MediationEventKind
    hold(pages, "楼上漏水，两户争执赔偿", days_ago=33)
    hold(pages, "停车位被占，业主与物业争执", days_ago=29, category=Category.PROPERTY_MANAGEMENT, host=Host.INDUSTRY)
    hold(pages, "十二名工人讨要工资", days_ago=4, category=Category.LABOUR, host=Host.ADMINISTRATIVE)
    hold(pages, "邻里因噪声推搡", days_ago=6, host=Host.POLICE)
    hold(pages, "家中长期打骂老人", days_ago=2, matter={"must_report": True})
    hold(pages, "宠物伤人", days_ago=20, outcome=Outcome.ENDED, ended_reason="申请人撤回申请")
    done = hold(pages, "装修拆改承重墙", days_ago=15, outcome=Outcome.AGREED)
    agree(pages, done, "(2026)凤凰调字第8号")
    long = hold(pages, "外墙瓷砖脱落砸坏三辆车", days_ago=28, place="凤凰社区调解室")
    happened(pages, long, kind.CONTACT, days_ago=27, side=1, manner=ContactManner.PHONE, reached=True, text=SECRET)
    happened(pages, long, kind.JOINT, days_ago=25, place="凤凰社区调解室", text=MINUTES)
    happened(pages, long, kind.SEPARATE, days_ago=24, side=2, text=SECRET, present=("王某",))
    happened(pages, long, kind.INSPECTION, days_ago=20, place="3 栋北侧外墙", text="瓷砖空鼓")
    agreed: dict[str, Any] = {"until": date(2027, 1, 15), "present": ("王某", "李某"), "text": "等待责任认定"}
    happened(pages, long, kind.PERIOD_AGREED, days_ago=10, **agreed)
    rest: dict[str, Any] = {"reason": SuspensionReason.ADJOURNED, "until": date(2026, 12, 3), "text": "物业负责人出差"}
    happened(pages, long, kind.SUSPENDED, days_ago=1, **rest)
    return long
