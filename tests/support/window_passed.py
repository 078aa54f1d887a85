"""Matters that other units passed to this one, as the district tells them to a desk: to answer, covered, over."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.actions.desk import Desk
from sync.records.kinds import STORE_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.matters import Nature
from sync.records.passed_matters import PassedClock, PassedMatter, PassedPerson, PassedWord
from sync.records.passed_parts import ASKS, AWAITS_ANSWER, PassedStage
from sync.records.record import Made
from sync.records.units import Level, OrgUnit
from sync.records.visits import Category


def passed_week(desk: Desk, now: datetime) -> tuple[str, str, str]:
    """Let this desk be told of three matters; returns their ids."""
    unit, root = new_identity(UNIT_PREFIX), new_identity(UNIT_PREFIX)
    made = Made(by="", unit=root, store=new_identity(STORE_PREFIX), at=now)
    station = OrgUnit(
        id=new_id("org_unit"), made=made, unit=unit, name="光明大道移动服务站", level=Level.STATION,
        parent=desk.session.unit,
    )  # fmt: skip
    waiting = told(
        desk, made, unit, now - timedelta(hours=5), PassedStage.WAITING, "三栋楼上漏水，物业两次上门没有修好",
        people=(PassedPerson("陈秀英", ("applicant",), ("13812345678",)),),
        clocks=(PassedClock("passing-answer", now - timedelta(hours=5)),),
    )  # fmt: skip
    covered = told(desk, made, unit, now - timedelta(days=1), PassedStage.HELD, "家庭内的事", must_report=True)
    over = told(desk, made, unit, now - timedelta(days=9), PassedStage.SENT_BACK, "占道经营")
    with desk.store.write() as work:
        for record in (station, waiting, covered, over):
            work.add(record)
    return waiting.matter, covered.matter, over.matter


def asked_to_mediate(desk: Desk, now: datetime) -> str:
    """Let this desk be told of a dispute that it is asked to mediate; returns its id."""
    station = new_identity(UNIT_PREFIX)
    made = Made(by="", unit=station, store=new_identity(STORE_PREFIX), at=now)
    at = now - timedelta(hours=2)
    one = told(
        desk, made, station, at, PassedStage.ASKED, "装修公司停工，业主要求退款",
        people=(PassedPerson("陈秀英", ("applicant",), ("13812345678",)),),
        clocks=(PassedClock("mediation-people-accept", at),),
    )  # fmt: skip
    with desk.store.write() as work:
        work.add(one)
    return one.matter


def told(
    desk: Desk, made: Made, station: str, at: datetime, stage: PassedStage, title: str, **more: object
) -> PassedMatter:
    """Return what the district tells this desk of a matter of ``station`` that it was given at a time."""
    mine = desk.session.unit
    asked = stage in ASKS
    said = [PassedWord(new_id("step"), "mediation_asked" if asked else "transferred", mine, at, "请社区联系物业核实。")]
    if stage not in AWAITS_ANSWER:
        kind = "received" if stage in (PassedStage.HELD, PassedStage.MEDIATING) else "sent_back"
        said.append(PassedWord(new_id("step"), kind, mine, at + timedelta(hours=2), "已看过。", "", own=True))
    values = {"category": Category.NEIGHBOURS, "place": "凤凰社区 12 栋 203", "text": "三楼卫生间漏水到二楼。"}
    values |= {"matter": new_id("matter"), **more}
    return PassedMatter(
        id=new_id("passed_matter"), made=made, unit=mine, stage=stage.value, title=title,
        nature=Nature.DISPUTE, station=station, given_by=station, given_at=at, discovered_at=at - timedelta(hours=3),
        said=tuple(said), **values,
    )  # fmt: skip
