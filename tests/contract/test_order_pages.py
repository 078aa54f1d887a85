"""The pages of orders over real HTTP, on both databases: who sees which, and what an answer becomes."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import text

from sync.protocol.codec import decode
from sync.records.canonical import seal
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import Length
from sync.records.folds import OrderStage
from sync.records.kinds import new_id
from sync.records.notices import Notice
from sync.records.order_steps import OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, ReplyKind
from sync.records.times import BEIJING
from sync.records.units import Level
from sync.server.store import records
from sync.server.store.notices import ORDER, put_notices
from sync.server.store.order_pages import order_on_page
from sync.server.store.projections import add_own
from sync.server.store.store import district
from tests.support.district_pages import PagesDistrict, WebBrowser, minute, replies_of


def test_a_department_sees_its_own_orders_only(pages: PagesDistrict) -> None:
    mine = pages.add_order("拖欠工资", ["区人力资源局"])
    other = pages.add_order("楼上漏水", ["区住房建设局"])
    browser = pages.signed_in("王丽")
    browser.get("/orders?show=all")
    assert "拖欠工资" in browser.page
    assert "楼上漏水" not in browser.page
    browser.get(f"/orders?show=all&department={pages.units['区住房建设局']}")
    assert "楼上漏水" not in browser.page
    browser.get(f"/orders/{other}")
    assert browser.status == 404
    form = browser.answer_form(mine, ReplyKind.SIGNED, officer="王丽")
    browser.post(f"/orders/{other}", form)
    assert browser.status == 404
    assert replies_of(pages, other) == []


def test_another_departments_words_are_not_shown(embedded: PagesDistrict) -> None:
    order = embedded.add_order("拖欠工资", ["区人力资源局", "区住房建设局"])
    other = embedded.signed_in("赵刚")
    said = {"text": "只给本部门看的话", "happened_at": minute(embedded)}
    other.post(f"/orders/{order}", other.answer_form(order, ReplyKind.PROGRESS, **said))
    browser = embedded.signed_in("王丽")
    browser.get(f"/orders/{order}")
    assert "只给本部门看的话" not in browser.page
    dispatcher = embedded.signed_in("周敏")
    dispatcher.get(f"/orders/{order}")
    assert "只给本部门看的话" in dispatcher.page


def test_a_viewer_reads_and_writes_nothing(embedded: PagesDistrict) -> None:
    order = embedded.add_order("拖欠工资", ["区人力资源局"])
    viewer, officer = embedded.signed_in("吴涛"), embedded.signed_in("王丽")
    form = officer.answer_form(order, ReplyKind.SIGNED, officer="王丽")
    viewer.get(f"/orders/{order}")
    assert viewer.status == 200
    assert 'name="kind"' not in viewer.page
    viewer.post(f"/orders/{order}", {**form, "proof": viewer.hidden()["proof"]})
    assert viewer.status == 403
    assert replies_of(embedded, order) == []


def test_an_answer_is_a_record_of_the_district_that_the_station_will_pull(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局"])
    browser = pages.signed_in("王丽")
    browser.post(
        f"/orders/{order}", browser.answer_form(order, ReplyKind.SIGNED, officer="王丽", telephone="138 1234 5678")
    )
    assert browser.status == 200
    assert "已登记：签收" in browser.text()
    (reply,) = replies_of(pages, order)
    with pages.store.read() as conn:
        here, kept = district(conn), records.kept(conn, [reply.id])[reply.id]
        (sealed,) = records.read_many(conn, [reply.id])
    assert sealed.intact()
    assert decode(sealed) == reply
    assert (reply.made.by, reply.made.unit, reply.made.store) == (
        pages.staff["王丽"],
        pages.units["区人力资源局"],
        here.store,
    )
    assert (reply.department, reply.witnessed, reply.telephone) == (pages.units["区人力资源局"], False, "13812345678")
    assert kept.scope == pages.units["凤凰社区"]


def test_the_whole_course_of_an_order_is_folded_and_each_answer_saw_the_one_before(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局"])
    browser = pages.signed_in("王丽")
    course = [
        (ReplyKind.SIGNED, {"officer": "王丽"}, OrderStage.SIGNED),
        (ReplyKind.REPORTED_IN, {"officer": "刘洋", "happened_at": minute(pages)}, OrderStage.REPORTED_IN),
        (
            ReplyKind.LEADER_ON_SCENE,
            {"officer": "何强", "post": "副局长", "rank": "副处级", "happened_at": minute(pages)},
            OrderStage.ON_SCENE,
        ),
        (ReplyKind.PROGRESS, {"text": "已约双方", "happened_at": minute(pages)}, OrderStage.IN_PROGRESS),
        (
            ReplyKind.EXTENSION_ASKED,
            {"text": "需核账", "until": minute(pages, 60 * 24 * 5)},
            OrderStage.IN_PROGRESS,
        ),
        (ReplyKind.OBJECTION, {"rule_cited": "条例第七条", "text": "非我局职责"}, OrderStage.OBJECTED),
        (ReplyKind.RESOLVED, {"text": "工资已付清", "happened_at": minute(pages)}, OrderStage.RESOLVED),
    ]
    before: str | None = None
    for kind, fields, stage in course:
        browser.post(f"/orders/{order}", browser.answer_form(order, kind, **fields))
        assert browser.status == 200, (kind, browser.text())
        newest = max(replies_of(pages, order), key=lambda r: r.id)
        assert (newest.kind, newest.seen) == (kind, (before,) if before else ())
        before = newest.id
        with pages.store.read() as conn:
            found = order_on_page(conn, order)
        assert found is not None
        assert found.state.state is stage
    assert len(replies_of(pages, order)) == len(course)


def test_the_same_form_sent_twice_is_one_reply_even_at_the_same_moment(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局"])
    browser = pages.signed_in("王丽")
    form = browser.answer_form(order, ReplyKind.PROGRESS, text="已约双方", happened_at=minute(pages))
    twins = [WebBrowser(browser.client, browser.base) for _ in range(3)]
    threads = [threading.Thread(target=twin.post, args=(f"/orders/{order}", form)) for twin in twins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [twin.status for twin in twins] == [200, 200, 200]
    browser.post(f"/orders/{order}", form)
    assert len(replies_of(pages, order)) == 1


def test_a_reply_id_that_our_form_did_not_give_is_refused(embedded: PagesDistrict) -> None:
    order, second = embedded.add_order("甲", ["区人力资源局"]), embedded.add_order("乙", ["区人力资源局"])
    browser = embedded.signed_in("王丽")
    form = browser.answer_form(order, ReplyKind.SIGNED, officer="王丽")
    foreign = browser.answer_form(second, ReplyKind.SIGNED, officer="王丽")
    for change in ({"reply": foreign["reply"]}, {"stamp": ""}, {"reply": "rep_x"}, {"kind": "cancelled"}, foreign):
        browser.post(f"/orders/{order}", {**form, **change})
        assert browser.status == 403, change
    assert replies_of(embedded, order) == []


def test_what_is_wrong_is_said_beside_each_field_and_what_was_typed_stays(embedded: PagesDistrict) -> None:
    order = embedded.add_order("拖欠工资", ["区人力资源局"])
    browser = embedded.signed_in("王丽")
    fields = {"officer": "何强 <b>", "post": "", "rank": "", "happened_at": minute(embedded, 600), "text": "打开\n空调"}
    browser.post(f"/orders/{order}", browser.answer_form(order, ReplyKind.LEADER_ON_SCENE, **fields))
    assert browser.status == 422
    assert browser.page.count("请填写这一项。") == 2
    assert "时间不能晚于现在。" in browser.page
    assert "何强 &lt;b&gt;" in browser.page
    assert "打开\n空调</textarea>" in browser.page
    assert replies_of(embedded, order) == []
    fixed = {
        **browser.hidden('value="leader_on_scene"'),
        **fields,
        "post": "副局长",
        "rank": "副处级",
        "happened_at": "",
    }
    browser.post(f"/orders/{order}", {**fixed, "happened_at": minute(embedded)})
    assert browser.status == 200
    assert len(replies_of(embedded, order)) == 1


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        (ReplyKind.OBJECTION, {"text": "非我局职责", "rule_cited": " "}, "请填写这一项。"),
        (ReplyKind.EXTENSION_ASKED, {"text": "核账", "until": "2020-01-01T10:00"}, "请填写一个以后的时间。"),
        (ReplyKind.PROGRESS, {"text": "办", "happened_at": "2020-01-01T10:00"}, "时间不能早于签发时间"),
        (ReplyKind.PROGRESS, {"text": "办", "happened_at": "昨天"}, "日期"),
        (ReplyKind.PROGRESS, {"text": "办\u202e"}, "U+202E"),
        (ReplyKind.PROGRESS, {"text": "办\x00"}, "U+0000"),
        (ReplyKind.SIGNED, {"officer": "王" * 101}, "101"),
        (ReplyKind.SIGNED, {"officer": "王丽", "telephone": "很多"}, "电话"),
    ],
)
def test_each_wrong_answer_gets_its_sentence(
    embedded: PagesDistrict, kind: ReplyKind, fields: dict[str, str], sentence: str
) -> None:
    order = embedded.add_order("拖欠工资", ["区人力资源局"])
    browser = embedded.signed_in("王丽")
    form = {"happened_at": minute(embedded), **fields}
    browser.post(f"/orders/{order}", browser.answer_form(order, kind, **form))
    assert browser.status == 422
    assert sentence in browser.text()
    assert replies_of(embedded, order) == []


def test_own_and_witnessed_replies_stand_side_by_side(embedded: PagesDistrict) -> None:
    order = embedded.add_order("拖欠工资", ["区人力资源局"])
    browser = embedded.signed_in("王丽")
    form = browser.answer_form(order, ReplyKind.REPORTED_IN, officer="刘洋", happened_at=minute(embedded))
    browser.post(f"/orders/{order}", form)
    assert "到场未经社区见证" in browser.page
    embedded.add_witnessed(order, "区人力资源局", ReplyKind.REPORTED_IN, officer="刘洋", text="两人到站")
    browser.get(f"/orders/{order}")
    own, witnessed = browser.page.index("部门自报"), browser.page.index("社区见证")
    assert own < browser.page.index("刘洋", own) < witnessed < browser.page.index("两人到站")
    assert "到场未经社区见证" not in browser.page


def test_a_dispatcher_rules_on_an_objection(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局"])
    officer, dispatcher = pages.signed_in("王丽"), pages.signed_in("周敏")
    officer.post(
        f"/orders/{order}", officer.answer_form(order, ReplyKind.OBJECTION, rule_cited="第七条", text="非我局")
    )
    dispatcher.get(f"/orders/{order}")
    assert '<details name="answer" id="answer-ruled" open>' in dispatcher.page, "what is waited for is open"
    ruling = {"department": pages.units["区人力资源局"], "ruling": "releases", "text": "异议成立"}
    dispatcher.post(f"/orders/{order}", dispatcher.answer_form(order, ReplyKind.RULED, **ruling))
    assert dispatcher.status == 200
    with pages.store.read() as conn:
        found = order_on_page(conn, order)
    assert found is not None
    assert found.state.state is OrderStage.RELEASED
    officer.get(f"/orders/{order}")
    assert 'name="kind"' not in officer.page


def test_a_leader_s_own_limit_is_shown_and_goes_overdue_by_itself(pages: PagesDistrict) -> None:
    order = pages.add_order("领导未到", ["区人力资源局"], minutes_ago=40, leader_minutes=30)
    browser = pages.signed_in("王丽")
    browser.get(f"/orders/{order}")
    assert "领导到场时限" in browser.page
    browser.get("/orders?show=overdue")
    assert "领导未到" in browser.page
    plain = pages.add_order("没有领导时限", ["区人力资源局"], minutes_ago=40)
    browser.get(f"/orders/{plain}")
    assert "领导到场时限" not in browser.page


def test_overdue_orders_are_found_and_counted(pages: PagesDistrict) -> None:
    pages.add_order("没有超时", ["区人力资源局"], minutes_ago=10)
    pages.add_order("报到超时", ["区人力资源局"], minutes_ago=90)
    solved = pages.add_order("化解了", ["区人力资源局"], minutes_ago=90)
    browser = pages.signed_in("王丽")
    browser.post(
        f"/orders/{solved}",
        browser.answer_form(solved, ReplyKind.RESOLVED, text="已化解", happened_at=minute(pages)),
    )
    browser.get("/orders?show=overdue")
    assert "报到超时" in browser.page
    assert "没有超时" not in browser.page
    assert "化解了" not in browser.page
    browser.get("/orders?show=open")
    assert "没有超时" in browser.page
    assert "化解了" not in browser.page


def test_a_list_goes_on_where_a_page_ends(pages: PagesDistrict) -> None:
    for number in range(53):
        pages.add_order(f"事项{number:03}号", ["区人力资源局"])
    browser = pages.signed_in("周敏")
    for show in ("open", "all"):
        browser.get(f"/orders?show={show}")
        first = set(re.findall(r"事项\d+号", browser.page))
        following = re.search(r'href="(\?[^"]*(?:before|after)=[^"]+)"', browser.page)
        assert following
        browser.get("/orders" + following.group(1).replace("&amp;", "&"))
        second = set(re.findall(r"事项\d+号", browser.page))
        assert (len(first), len(second), first & second) == (50, 3, set()), show


def test_the_department_that_opens_an_order_has_read_it_and_the_station_is_told_once(pages: PagesDistrict) -> None:
    both = ["区人力资源局", "区住房建设局"]
    order = pages.add_order("工地欠薪", both)
    with pages.store.write() as conn:
        put_notices(conn, order, ORDER, [pages.units[name] for name in both], pages.units["凤凰社区"], pages.now)
    for name in ("周敏", "吴涛", "王丽", "王丽"):  # dispatcher and viewer read for nobody
        assert "工地欠薪" in pages.signed_in(name).get(f"/orders/{order}")
    with pages.store.read() as conn:
        found = [decode(sealed) for sealed in records.of_kind(conn, "notice")]
    told = [(n.unit, n.state.value) for n in found if isinstance(n, Notice) and n.about == order]
    assert told == [(pages.units["区人力资源局"], "read")]


def test_orders_that_an_older_program_kept_get_their_due_time_from_the_migration(pages: PagesDistrict) -> None:
    waiting = pages.add_order("没有到", ["区人力资源局"])
    there = pages.add_order("到了", ["区人力资源局", "区住房建设局"])
    pages.add_witnessed(there, "区人力资源局", ReplyKind.REPORTED_IN)
    solved = pages.add_order("化解了", ["区人力资源局"])
    pages.add_witnessed(solved, "区人力资源局", ReplyKind.RESOLVED, text="化解")
    asked = (
        "SELECT record, due_at FROM dispatch_order ORDER BY record",
        "SELECT record, department, due_at FROM order_department ORDER BY record, department",
    )
    fill = import_module("sync.server.store.migrations.versions.0008_inbox").FILL
    with pages.store.write() as conn:
        written = [conn.execute(text(query)).all() for query in asked]
        for table in ("dispatch_order", "order_department"):
            conn.execute(text(f"UPDATE {table} SET due_at = NULL"))
        for statement in fill:
            conn.execute(text(statement))
        assert [conn.execute(text(query)).all() for query in asked] == written
    assert {row[0] for row in written[0] if row[1]} == {waiting, there}


def test_an_order_that_cannot_be_of_its_time_is_kept_and_said_to_be_in_doubt(pages: PagesDistrict) -> None:
    """What a desk wrote under a wrong clock: from the future, or of a year ago. Nothing is refused."""
    years = {"明年的": -365, "去年的": 365}
    ids = {name: pages.add_order(name, ["区人力资源局"], minutes_ago=days * 1440) for name, days in years.items()}
    right = pages.add_order("今天的", ["区人力资源局"])
    browser = pages.signed_in("王丽")
    said = {"明年的": "站点时钟有误", "去年的": "一个月以上签发"}
    for name, order in ids.items():
        browser.get(f"/orders/{order}")
        assert browser.status == 200
        assert said[name] in browser.page
    browser.get(f"/orders/{right}")
    assert not any(one in browser.page for one in said.values())
    browser.get("/orders?show=all")
    assert browser.page.count("待核对") == len(ids)


def test_more_time_is_asked_for_before_the_time_is_over(embedded: PagesDistrict) -> None:
    order = embedded.add_order("拖欠工资", ["区人力资源局"], minutes_ago=72 * 60 - 5)
    browser = embedded.signed_in("王丽")
    form = browser.answer_form(order, ReplyKind.EXTENSION_ASKED, text="核账", until="2027-01-10T10:00")
    embedded.now += timedelta(minutes=6)
    browser.post(f"/orders/{order}", form)
    assert browser.status == 409
    assert replies_of(embedded, order) == []
    browser.get(f"/orders/{order}")
    assert "不能再申请延期" in browser.text()
    assert 'value="extension_asked"' not in browser.page


def test_an_order_s_page_says_its_limits_in_the_units_of_the_rules(embedded: PagesDistrict) -> None:
    terms = (Length(120, PeriodUnit.DUTY_MINUTES), Length(1, PeriodUnit.WORKING_DAYS), Length(5, PeriodUnit.DAYS))
    order = embedded.add_order("欠薪", ["区人力资源局"], leader_minutes=600, terms=terms, grade="red")
    browser = embedded.signed_in("王丽")
    shown = browser.get(f"/orders/{order}")
    assert "120 分钟（工作时间）内报到，领导 1 个工作日内到场，5 日内化解" in shown
    assert "<dd>红</dd>" in shown
    shown = browser.get(f"/orders/{order}?lang=en")
    said = "report in within 120 minutes of duty time, leader on scene within 1 working day, resolve within 5 days"
    assert said in shown
    older = embedded.add_order("漏水", ["区人力资源局"], grade="重")
    shown = browser.get(f"/orders/{older}")
    assert "report in within 60 minutes, resolve within 72 hours" in shown
    assert "<dd>重</dd>" in shown


def test_a_suspended_order_is_late_for_nothing_on_its_page(pages: PagesDistrict) -> None:
    order = pages.add_order("欠薪", ["区人力资源局"], minutes_ago=90)
    browser = pages.signed_in("王丽")
    assert "已超" in browser.get(f"/orders/{order}")
    made = pages.made_at_station(pages.now)
    suspended = OrderStep(
        id=new_id("order_step"),
        made=made,
        kind=OrderStepKind.SUSPENDED,
        order=order,
        happened_at=pages.now - timedelta(minutes=60),
        text="当事人住院",
    )
    with pages.store.write() as conn:
        records.lock_numbers(conn)
        add_own(conn, suspended, made.unit, pages.now)
    shown = browser.get(f"/orders/{order}")
    assert "已超" not in shown
    assert "中止计时" in shown


def test_what_a_department_answers_reaches_the_station_that_asked_for_the_order(pages: PagesDistrict) -> None:
    station = pages.add_unit("移动服务站", Level.STATION)
    at = pages.now.astimezone(BEIJING)
    asked = OrderRequest(
        id=new_id("order_request"),
        made=replace(pages.made_at_station(at), unit=station),
        matter=new_id("matter"),
        to_unit=pages.units["凤凰社区"],
        departments=(pages.units["区人力资源局"],),
        subject="拖欠工资",
        text="请到场",
        requested_at=at,
    )
    first = pages.add_order("拖欠工资", ["区人力资源局"])
    with pages.store.write() as conn:
        sealed = seal("order_request", asked)
        records.append(conn, [records.New(sealed, asked.to_unit, "sto_mobile", station)], pages.now)
        issued = decode(records.read(conn, first))
        assert isinstance(issued, DispatchOrder)
        about = replace(issued, id=new_id("dispatch_order"), request=asked.id)
        add_own(conn, about, pages.units["凤凰社区"], pages.now)
    browser = pages.signed_in("王丽")
    browser.post(f"/orders/{about.id}", browser.answer_form(about.id, ReplyKind.SIGNED, officer="王丽"))
    browser.post(
        f"/orders/{about.id}", browser.answer_form(about.id, ReplyKind.PROGRESS, text="在查", happened_at=minute(pages))
    )
    with pages.store.read() as conn:
        found, _, _ = records.pull(conn, {station}, "sto_mobile", 0, 100, 10**7)
    told = [step for n in found if isinstance(step := decode(n.sealed), OrderStep)]
    assert [(s.stage, s.text, s.request) for s in told] == [
        ("signed", about.number, asked.id),
        ("in_progress", about.number, asked.id),
    ]
    assert told[1].seen == (told[0].id,)
