"""Orders at a station as a bad week leaves them: bounced, telephoned, asked for, issued in an emergency."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from desktop.actions.desk import Desk
from desktop.actions.directory import department_options
from desktop.actions.matters import open_matter
from desktop.actions.order_replies import witness_reply
from desktop.actions.orders import give_order, order_draft
from desktop.actions.steps import add_step, step_draft
from desktop.forms.matters import MATTER_FORM
from desktop.forms.orders import REPLY_FORM
from desktop.forms.questions import fresh
from desktop.store.links import state_of_order
from desktop.store.units import staff
from sync.records.kinds import STORE_PREFIX, UNIT_PREFIX, new_id, new_identity
from sync.records.matters import Step, StepKind
from sync.records.order_steps import OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.record import Made
from tests.support.window_desk import NOW, REGISTRAR


@dataclass(frozen=True)
class Orders:
    """Ids of what was made."""

    bounced: str
    telephoned: str
    emergency: str
    request: str
    passed: str


def bad_week(lead: Desk) -> Orders:
    """Make three orders and a request; what departments and the street say comes as from the district."""
    with lead.store.read() as reader:
        member = next(m for m in staff(reader).values() if m.name == REGISTRAR)
    session = replace(lead.session, staff=member.staff, name=member.name, roles=frozenset(member.roles))
    clerk = replace(lead, session=session)
    units = [option.value for option in department_options(lead)]
    bounced = _given(lead, "工地欠薪二十三人", units[:3], grade="red")
    _objection_war(lead, bounced, units)
    called = NOW - timedelta(minutes=50)
    telephoned = _given(
        lead,
        "楼上渗水，住户争执",
        units[:1],
        calls=[
            {
                "called": units[0],
                "callee": "周海涛",
                "callee_post": "执法科副科长",
                "called_at": called.isoformat(),
                "read_back": "半小时内派两人到社区",
            }
        ],
    )
    seen = {"kind": "reported_in", "how": "seen", "officer": "周海涛", "happened_at": NOW.isoformat()}
    _witness(lead, telephoned, units[0], **seen)
    emergency = _given(clerk, "电梯困人，住户聚集", units[1:2], way="emergency")
    request = _given(clerk, "夜间施工噪声", units[2:3], way="request")
    _answered(lead, _given(clerk, "占道经营屡劝不改", units[:1], way="request"))
    return Orders(bounced, telephoned, emergency, request, _passed(lead, units[0]))


def _answered(desk: Desk, request: str) -> None:
    """What the district tells of an order that another unit issued on a request, and that has come some way."""
    made = Made(by="", unit=new_identity(UNIT_PREFIX), store=new_identity(STORE_PREFIX), at=NOW)
    told = OrderStep(
        id=new_id("order_step"),
        made=made,
        kind=OrderStepKind.ANSWERED,
        order=new_id("dispatch_order"),
        request=request,
        happened_at=NOW,
        text="(2026)凤凰发令第31号",
        stage="on_scene",
    )
    with desk.store.write() as work:
        work.add(told)


def _passed(desk: Desk, unit: str) -> str:
    """A matter that a department was heard to have taken, and that it sends back itself."""
    told = {"title": "工伤待遇和欠缴社保一并反映", "nature": "service", "category": "labour"}
    opened = fresh(MATTER_FORM, "matter", {**told, "discovered_at": (NOW - timedelta(hours=3)).isoformat()})
    matter = open_matter(desk, None, opened).id
    at = [NOW - timedelta(minutes=minutes) for minutes in (120, 90, 20)]
    given = _step(
        desk, matter, kind="transferred", to_unit=unit, text="请核实参保情况。", happened_at=at[0].isoformat()
    )
    heard = "王科长电话答应接收，明天派人来。"
    _step(desk, matter, kind="received", by_unit=unit, text=heard, happened_at=at[1].isoformat())
    own = Step(
        id=new_id("step"),
        made=Made(by="", unit=unit, store=new_identity(STORE_PREFIX), at=at[2]),
        matter=matter,
        kind=StepKind.SENT_BACK,
        seen=(given,),
        happened_at=at[2],
        by_unit=unit,
        text="社保欠缴由税务部门征收，请转税务部门。",
    )
    with desk.store.write() as work:
        work.add(own)
    return matter


def _step(desk: Desk, matter: str, **said: Any) -> str:
    return add_step(desk, matter, {**step_draft(desk, matter), "by_unit": None, **said}).id


def _given(desk: Desk, title: str, departments: list[str], **more: Any) -> str:
    told = {"title": title, "text": f"{title}，多次协调没有结果，请派员到场。", "nature": "dispute"}
    opened = fresh(MATTER_FORM, "matter", {**told, "category": "labour", "discovered_at": NOW.isoformat()})
    matter = open_matter(desk, None, opened).id
    at = {"issued_at": desk.now().isoformat()}  # asked where the desk already holds what was written later
    return give_order(desk, matter, order_draft(desk, matter) | at | {"departments": departments, **more}).id


def _witness(desk: Desk, order: str, department: str, **said: Any) -> None:
    witness_reply(desk, order, fresh(REPLY_FORM, "order_reply", {"department": department, **said}))


def _objection_war(desk: Desk, order: str, units: list[str]) -> None:
    """Two departments object, one ruling upholds, one is still awaited; the third only says that it came."""
    street = new_identity(UNIT_PREFIX)
    first = _said(desk, order, units[0], ReplyKind.OBJECTION, text="属人力资源部门职责", rule_cited="三定规定第六条")
    _said(desk, order, units[0], ReplyKind.RULED, by=street, text="先到场，后厘清", seen=(first,))
    _said(desk, order, units[1], ReplyKind.OBJECTION, text="属住建部门职责", rule_cited="劳动监察条例第十三条")
    later = NOW - timedelta(minutes=5)
    _said(desk, order, units[2], ReplyKind.REPORTED_IN, officer="何志强", happened_at=later)
    leader = {"kind": "leader_on_scene", "how": "seen", "officer": "刘伟", "post": "副科长", "rank": "副科级"}
    _witness(desk, order, units[2], **leader, happened_at=NOW.isoformat())


def _said(desk: Desk, order: str, department: str, kind: ReplyKind, by: str = "", **more: Any) -> str:
    """What the district hands down: by the department, or by the street that ruled."""
    with desk.store.write() as work:
        value = work.get(order)
        assert isinstance(value, DispatchOrder)
        made = Made(by="", unit=by or department, store=new_identity(STORE_PREFIX), at=NOW)
        given = {"happened_at": NOW, "seen": state_of_order(work, value).heads, **more}
        reply = OrderReply(id=new_id("order_reply"), made=made, order=order, department=department, kind=kind, **given)
        work.add(reply)
    return reply.id
