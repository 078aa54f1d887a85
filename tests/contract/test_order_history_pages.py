"""What an order's page tells of its course, who sees it, and the lists of who rules and who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sync.protocol.codec import decode
from sync.records.kinds import new_id
from sync.records.notices import Notice, NoticeState
from sync.records.order_steps import OrderStepKind, RestedEnds
from sync.records.orders import OrderCall, OrderReply, ReplyKind
from sync.records.units import Level, OrgUnit, Role
from sync.server.notices.telling import tell_order
from sync.server.store.notices import about_these
from sync.server.store.orders import load
from sync.server.store.projections import add_own
from sync.server.store.records import EVERYONE, of_kind
from tests.support.asked_orders import ask
from tests.support.district_pages import PagesDistrict, minute
from tests.support.watched_orders import below_a_street, escalated, taken


def objected(pages: PagesDistrict, order: str, department: str) -> OrderReply:
    browser = pages.signed_in({"区人力资源局": "王丽", "区住房建设局": "赵刚"}[department])
    said = {"rule_cited": "职责清单第三条", "text": "非我局职责"}
    browser.post(f"/orders/{order}", browser.answer_form(order, ReplyKind.OBJECTION, **said))
    assert browser.status == 200
    with pages.store.read() as conn:
        loaded = load(conn, order)
    assert loaded is not None
    return next(reply for reply in loaded[1] if reply.kind is ReplyKind.OBJECTION)


def test_the_page_tells_every_step_with_who_and_when(pages: PagesDistrict) -> None:
    below_a_street(pages)
    order = pages.add_order("拖欠工资", ["区人力资源局", "区住房建设局"])
    into = pages.add_order("并到这里", ["区人力资源局"], number="(2026)光明发令第99号")
    mine = pages.units["区人力资源局"]
    call = OrderCall(department=mine, callee="张值班", at=pages.now, read_back="第12号，一小时内到")
    steps: list[tuple[OrderStepKind, dict[str, Any], tuple[str, ...]]] = [
        (OrderStepKind.TELEPHONED, {"call": call}, ("电话告知", "张值班", "复述：第12号，一小时内到")),
        (OrderStepKind.JOINT_MEETING, {"text": "周五九点在街道会商"}, ("召集联席会商", "周五九点在街道会商")),
        (OrderStepKind.SUSPENDED, {"text": "等待鉴定"}, ("暂停", "等待鉴定")),
        (
            OrderStepKind.RESUMED,
            {"ends": (RestedEnds(mine, None, None, pages.now + timedelta(days=9)),)},
            ("恢复", "区人力资源局化解时限顺延至 2026-12-03"),
        ),
        (OrderStepKind.RATIFIED, {"text": "同意追认"}, ("追认", "同意追认")),
        (OrderStepKind.MERGED, {"into": into}, ("并入另一发令单", "(2026)光明发令第99号")),
        (OrderStepKind.CLOSED, {"text": "双方签字", "artefacts": ("agreement", "photo")}, ("办结", "调解协议、照片")),
    ]
    for kind, said, _ in steps:
        taken(pages, order, kind, **said)
    escalated(pages, order, "区人力资源局", "after 1 hours criticise", "department leader street")
    browser = pages.signed_in("王丽")
    browser.get(f"/orders/{order}")
    page = browser.text()
    for _, _, words in steps:
        assert all(word in page for word in words), words
    assert "通报 · 区人力资源局 · 化解" in page
    assert "超时 1 小时" in page
    assert "已列入通知：区人力资源局（已读）、凤凰街道（待发）" in page, "opening the page is reading it"
    assert page.count(f"{minute(pages).replace('T', ' ')} · 凤凰社区 · 周敏") == len(steps)
    assert "凤凰社区 · 陈书记 · 社区党委书记" in page


def test_a_department_reads_no_step_or_call_of_another_one(pages: PagesDistrict) -> None:
    below_a_street(pages)
    order = pages.add_order("拖欠工资", ["区人力资源局", "区住房建设局"])
    call = OrderCall(department=pages.units["区住房建设局"], callee="李值班", at=pages.now, read_back="收到")
    taken(pages, order, OrderStepKind.TELEPHONED, call=call)
    escalated(pages, order, "区住房建设局", "after 1 hours urge", "department street")
    for who, sees in (("王丽", False), ("赵刚", True), ("周敏", True), ("林街", True)):
        browser = pages.signed_in(who)
        browser.get(f"/orders/{order}")
        assert browser.status == 200
        assert ("李值班" in browser.text()) is sees, who
        assert ("催办 · 区住房建设局" in browser.text()) is sees, who


def test_who_is_told_finds_the_order_in_a_list_of_its_own_and_reading_it_is_said_to_the_desk(
    pages: PagesDistrict,
) -> None:
    street = below_a_street(pages)
    quiet = pages.add_order("没有催办", ["区人力资源局"])
    order = pages.add_order("拖欠工资", ["区人力资源局"])
    step = escalated(pages, order, "区人力资源局", "after 1 hours escalate", "street")
    browser, other = pages.signed_in("林街"), pages.signed_in("王丽")
    browser.get("/orders?show=escalated")
    assert ("拖欠工资" in browser.page, "没有催办" in browser.page) == (True, False)
    assert "提级" in browser.text()
    other.get("/orders?show=escalated")
    assert "拖欠工资" not in other.page, "the department was not told of this step"
    browser.get(f"/orders/{quiet}")
    browser.get(f"/orders/{order}")
    with pages.store.read() as conn:
        said = [decode(sealed) for sealed in of_kind(conn, "notice")]
    told = [(one.about, one.unit, one.state) for one in said if isinstance(one, Notice)]
    assert told == [(step.id, street, NoticeState.READ)]


def test_an_objection_stands_with_who_rules_until_there_is_a_ruling(pages: PagesDistrict) -> None:
    street = below_a_street(pages)
    pages.add_order("无人异议", ["区人力资源局"])
    order = pages.add_order("拖欠工资", ["区人力资源局"])
    said = objected(pages, order, "区人力资源局")
    browser, department = pages.signed_in("林街"), pages.signed_in("王丽")
    department.get("/orders")
    assert "待裁定" not in department.text()
    browser.get("/orders")
    assert "待裁定 1" in browser.text()
    browser.get("/orders?show=objected")
    assert ("拖欠工资" in browser.page, "无人异议" in browser.page) == (True, False)
    with pages.store.read() as conn:
        (line,) = about_these(conn, [said.id])
    assert (line.unit, line.kind, line.state.value) == (street, "objected", "waiting")
    fields = {"department": pages.units["区人力资源局"], "ruling": "stands", "text": "属该局职责"}
    browser.post(f"/orders/{order}", browser.answer_form(order, ReplyKind.RULED, **fields))
    assert browser.status == 200
    browser.get("/orders?show=objected")
    assert "拖欠工资" not in browser.page
    assert "待裁定 0" in browser.text()


def test_a_street_sees_and_rules_on_what_is_below_it_and_what_it_was_told(pages: PagesDistrict) -> None:
    below_a_street(pages)
    order = pages.add_order("拖欠工资", ["区人力资源局"])
    objected(pages, order, "区人力资源局")
    own, other = pages.signed_in("林街"), pages.signed_in("马街")
    form = own.answer_form(
        order, ReplyKind.RULED, department=pages.units["区人力资源局"], ruling="releases", text="不属该局"
    )
    for show in ("open", "objected", "all"):
        other.get(f"/orders?show={show}")
        assert "拖欠工资" not in other.page
    other.get(f"/orders/{order}")
    assert other.status == 404
    other.post(f"/orders/{order}", {**form, "proof": other.hidden()["proof"]})
    assert other.status in (403, 404)
    assert ReplyKind.RULED not in {reply.kind for reply in replies(pages, order)}
    with pages.store.write() as conn:
        loaded = load(conn, order)
        assert loaded is not None
        copied = replace(loaded[0], street_copy=pages.units["马田街道"])
        tell_order(conn, copied, pages.units["凤凰社区"], pages.now)
    other.get("/orders?show=all")
    assert "拖欠工资" in other.page, "it got a copy"
    own.post(f"/orders/{order}", form)
    assert ReplyKind.RULED in {reply.kind for reply in replies(pages, order)}


def replies(pages: PagesDistrict, order: str) -> list[OrderReply]:
    with pages.store.read() as conn:
        loaded = load(conn, order)
    assert loaded is not None
    return loaded[1]


def test_requests_are_listed_for_the_street_that_they_are_below(pages: PagesDistrict) -> None:
    below_a_street(pages)
    ask(pages, "夜间施工噪声", "区住房建设局")
    for who, sees in (("林街", True), ("马街", False), ("周敏", True)):
        browser = pages.signed_in(who)
        browser.get("/orders/requests")
        assert ("夜间施工噪声" in browser.page) is sees, who


def test_a_viewer_in_a_department_sees_what_it_does(pages: PagesDistrict) -> None:
    pages.add_user("局长", pages.units["区人力资源局"], Role.VIEWER)
    pages.add_order("拖欠工资", ["区人力资源局"])
    pages.add_order("楼上漏水", ["区住房建设局"])
    browser = pages.signed_in("局长")
    browser.get("/orders?show=all")
    assert ("拖欠工资" in browser.page, "楼上漏水" in browser.page) == (True, False)


def test_a_dissolved_department_is_said_on_the_page(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局", "区住房建设局"])
    browser = pages.signed_in("周敏")
    browser.get(f"/orders/{order}")
    assert "已撤并" not in browser.text()
    made, unit = pages.made_at_station(pages.now), pages.units["区住房建设局"]
    closed = {"unit": unit, "name": "区住房建设局", "level": Level.DISTRICT, "department": True}
    with pages.store.write() as conn:
        parts = {"id": new_id("org_unit"), "made": made, "closed_on": date(2026, 11, 1)}
        add_own(conn, OrgUnit(**parts, **closed), EVERYONE, pages.now)
    browser.get(f"/orders/{order}")
    assert "区住房建设局已撤并" in browser.text()
