"""Orders that go wrong, as orders do: an objection war, one by telephone, one overdue that climbs to the street."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.demo import stage
from desktop.demo.hand import Hand, NotSeen
from desktop.demo.stage import DEPARTMENTS, DISPATCHER, OFFICER, Stage
from desktop.store.links import order_steps_of, state_of_order
from desktop.store.units import units
from sync.records.order_state import OrderState
from sync.records.order_steps import OrderStepKind
from sync.records.orders import DispatchOrder
from sync.records.times import BEIJING
from sync.rehearsal.browser import Browser


@dataclass
class Ordered:
    """Ids of the orders."""

    bounced: str = ""
    telephoned: str = ""
    overdue: str = ""


def issue_three(hand: Hand, matter: str) -> Ordered:
    """To three departments at once; by telephone, the paper behind it; and one that was telephoned nine days ago."""
    with hand.shell.tools.desk.store.read() as reader:
        names = {org.name: unit for unit, org in units(reader).items()}
    department = [names[name] for name in DEPARTMENTS]
    made = Ordered()
    told = {"subject": "工地二十三人讨薪，聚集未散", "text": "请派员到社区，会同总包单位当场核实、当场答复。"}
    made.bounced = _issue(hand, matter, {**told, "grade": "red", "departments": department}, "09-order-to-three")
    call = {"callee": OFFICER, "callee_post": "执法科副科长"}
    lately, long_ago = (datetime.now(BEIJING).replace(second=0, microsecond=0) - gone for gone in (_HALF, _NINE_DAYS))
    said = {"called_at": lately.isoformat(), "read_back": "收到，半小时内派两人到社区"}
    told = {"subject": "楼上渗水，两户争执升级", "text": "请派员到场查明渗水原因。", "grade": "yellow"}
    made.telephoned = _issue(
        hand, matter, {**told, **_called(department[0], call | said), "departments": department[:1]}, "09-order-called"
    )
    call = {"callee": "值班室", "callee_post": "值班员"}
    said = {"called_at": long_ago.isoformat(), "read_back": "记下了，明天派人"}
    told = {"subject": "清退农民工工资保证金", "text": "请核实保证金账户，支付被拖欠工资。", "grade": "red"}
    made.overdue = _issue(hand, matter, {**told, **_called(department[2], call | said), "departments": department[2:]})
    return made


def _called(department: str, said: dict[str, str]) -> dict[str, Any]:
    return {"calls": [{"called": department, **said}]}


_HALF, _NINE_DAYS = timedelta(minutes=25), timedelta(days=9)
_ISSUER = {"place": "凤凰社区群众诉求服务站", "authority": "区信访工作联席会议办公室授权社区党委发令(示例)"}


def _issue(hand: Hand, matter: str, values: dict[str, Any], picture: str = "") -> str:
    hand.shell.turn("matters")
    hand.shell.matters.order(matter)
    panel = hand.panel(hand.shell.matters)
    return hand.hand_in(panel, {**_ISSUER, "issuer_post": "社区党委书记", "way": "issue", **values}, picture)


def object_and_rule(at: Stage, made: Ordered) -> None:
    """Two departments point at each other on the district's pages; the district upholds the one, the other waits."""
    words = {
        "何志强": ("劳动保障监察条例 第十三条", "工程款纠纷引起，属住房建设部门职责。"),
        "罗秀英": ("三定规定 第六条", "用工主体在街道，属街道劳动办职责。"),
    }
    for name, (rule, reason) in words.items():
        _send(stage.sign_in_officer(at, name), at, made.bounced, "objection", rule_cited=rule, text=reason)
    dispatcher = stage.sign_in_officer(at, DISPATCHER)
    ruling = {"ruling": "stands", "text": "先到场、后厘清：社区发令，部门报到。"}
    _send(dispatcher, at, made.bounced, "ruled", **ruling)


def _send(browser: Browser, at: Stage, order: str, kind: str, **words: str) -> None:
    browser.get(f"{at.district.url}/orders/{order}")
    form = next(f for f in browser.forms() if f.fields.get("kind") == kind)
    browser.send(form, **words)
    if browser.status != 200:
        raise NotSeen(f"the district answered {browser.status} to {kind}: {browser.wrong()}")


def follow(hand: Hand, made: Ordered) -> None:
    """See the department arrive, call the departments together, and let the ladder climb to the street."""
    page = hand.shell.orders
    hand.shell.turn("orders")
    with hand.shell.tools.desk.store.read() as reader:
        order = reader.get(made.telephoned)
    assert isinstance(order, DispatchOrder)  # noqa: S101 - issued above
    seen = {"department": order.departments[0], "kind": "reported_in", "how": "seen", "officer": OFFICER}
    hand.hand_in(page.reply(made.telephoned), seen, "09-arrival-witnessed")
    page.step(made.bounced)
    meeting = {"kind": "joint_meeting", "text": "今天下午三时在社区会商，三个部门到场，街道主持。"}
    hand.hand_in(hand.panel(page), meeting)
    hand.shell.escalating.look()
    hand.wait(lambda: told_the_street(hand, made.overdue), "the escalation to the street")
    hand.rest()
    for name, one in (("bounced", made.bounced), ("telephoned", made.telephoned), ("overdue", made.overdue)):
        page.select(one)
        hand.wait(lambda wanted=one: page.here() == wanted, "the order")  # type: ignore[misc]
        hand.picture(f"09-order-{name}")
    if state_of(hand, made.bounced).course.objections < 2:
        raise NotSeen("two objections")


def told_the_street(hand: Hand, order: str) -> bool:
    """Whether an escalation of the order went to the street."""
    with hand.shell.tools.desk.store.read() as reader:
        steps = order_steps_of(reader, order)
    return any(s.kind is OrderStepKind.ESCALATED and "street" in s.told.split() for s in steps)


def state_of(hand: Hand, order: str) -> OrderState:
    """Return how an order stands at the desk."""
    with hand.shell.tools.desk.store.read() as reader:
        value = reader.get(order)
        assert isinstance(value, DispatchOrder)  # noqa: S101 - issued above
        return state_of_order(reader, value)
