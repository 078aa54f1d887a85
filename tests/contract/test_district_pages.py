"""The district's pages over real HTTP, on both databases: who gets in, who sees what, and what an answer becomes."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from sync.protocol.codec import decode
from sync.records.canonical import seal
from sync.records.cards import Revision
from sync.records.deadlines import PeriodUnit
from sync.records.dispatch_rules import Length
from sync.records.folds import OrderStage
from sync.records.kinds import new_id
from sync.records.notices import Notice
from sync.records.order_steps import OrderRequest, OrderStep, OrderStepKind
from sync.records.orders import DispatchOrder, OrderReply, ReplyKind
from sync.records.papers import Attachment
from sync.records.persons import Person
from sync.records.rule_tables import TableName
from sync.records.threats import ThreatEvent, ThreatStep
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.server import admin
from sync.server.rule_tables import publish as publish_table
from sync.server.rule_tables import shown as shown_table
from sync.server.settings import Settings
from sync.server.store import records
from sync.server.store.files import attached_to
from sync.server.store.log import all_lines, check_log
from sync.server.store.notices import ORDER, put_notices
from sync.server.store.order_pages import order_on_page
from sync.server.store.orders import load
from sync.server.store.people import person
from sync.server.store.projections import add_own
from sync.server.store.refusals import Refusal, put_refusals, replace_refusals
from sync.server.store.store import DistrictStore, district
from sync.server.web import answers, devices, door, log, matter_answers, passwords, people, sessions
from tests.support.district_pages import PASSWORD, PagesDistrict, WebBrowser, build_district
from tests.support.pictures import png

NO_FILE = [("photos", ("", b"", "application/octet-stream"))]
"""What a browser sends of a field for files that was left empty."""


@pytest.fixture
def pages(district_store: DistrictStore) -> Iterator[PagesDistrict]:
    built = build_district(district_store)
    yield built
    built.close()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[PagesDistrict]:
    """The embedded store alone: for what a page says, whatever keeps it."""
    store = DistrictStore.create(f"sqlite:///{tmp_path / 'district.db'}", os.urandom(32))
    admin.init(store, tmp_path / "ca.key", "光明区", "http://127.0.0.1")
    built = build_district(store)
    yield built
    built.close()


def replies_of(pages: PagesDistrict, order: str) -> list[OrderReply]:
    with pages.store.read() as conn:
        loaded = load(conn, order)
    assert loaded is not None
    return loaded[1]


def minute(pages: PagesDistrict, minutes: int = 0) -> str:
    return (pages.now.astimezone(BEIJING) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")


def link_on(browser: WebBrowser) -> str:
    found = re.search(r'href="(http[^"]*/link/[^"]+)"', browser.page)
    assert found
    return found.group(1)


# Signing in and out


def test_the_door_answers_and_a_person_with_the_right_password_comes_in(pages: PagesDistrict) -> None:
    browser = pages.browser()
    browser.get("/")
    assert browser.status == 200
    assert "登录名" in browser.page
    browser.sign_in("王丽", PASSWORD)
    assert browser.address == "/orders"
    assert "王丽" in browser.text()


def test_wrong_name_and_wrong_password_get_the_same_sentence(embedded: PagesDistrict) -> None:
    first, second = embedded.browser(), embedded.browser()
    first.sign_in("王丽", "wrong")
    second.sign_in("没有这个人", "wrong")
    assert first.status == second.status == 403
    sentence = "登录名或密码不对"
    assert sentence in first.text()
    assert sentence in second.text()
    assert 'value="王丽"' in first.page


def test_five_failures_lock_for_thirty_minutes_even_for_the_right_password(pages: PagesDistrict) -> None:
    browser = pages.browser()
    for _ in range(5):
        browser.sign_in("王丽", "wrong")
    assert browser.sign_in("王丽", PASSWORD)
    assert browser.status == 403
    pages.now += timedelta(minutes=29)
    browser.sign_in("王丽", PASSWORD)
    assert browser.status == 403
    pages.now += timedelta(minutes=2)
    browser.sign_in("王丽", PASSWORD)
    assert browser.address == "/orders"


def test_parallel_guesses_are_counted_one_by_one(pages: PagesDistrict) -> None:
    browsers = [pages.browser() for _ in range(4)]
    threads = [threading.Thread(target=b.sign_in, args=("王丽", "wrong")) for b in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with pages.store.read() as conn:
        found = person(conn, pages.staff["王丽"])
    assert found is not None
    assert found.failures == 4


def test_a_form_without_our_proof_changes_nothing(embedded: PagesDistrict) -> None:
    order = embedded.add_order("漏水", ["区人力资源局"])
    browser = embedded.signed_in("王丽")
    form = browser.answer_form(order, ReplyKind.SIGNED, officer="王丽")
    for proof in ("", "x" * 43, embedded.signed_in("赵刚").hidden()["proof"]):
        browser.post(f"/orders/{order}", {**form, "proof": proof})
        assert browser.status == 403
    browser.post(f"/orders/{order}", form, **{"Sec-Fetch-Site": "cross-site"})
    assert browser.status == 403
    assert replies_of(embedded, order) == []


def test_every_page_that_changes_something_asks_for_the_proof(embedded: PagesDistrict) -> None:
    parts = (door, passwords, answers, matter_answers, people, devices, sessions, log)
    routes = [route for part in parts for route in part.router.routes if isinstance(route, APIRoute)]
    posts = [re.sub(r"{\w+}", "x", route.path) for route in routes if "POST" in route.methods]
    assert len(posts) == 14
    browsers = [embedded.signed_in(name) for name in ALLOWED]
    for address in posts:
        answers_given = []
        for browser in browsers:
            browser.post(address, {"kind": "signed", "present": PASSWORD, "password": "Phoenix-2027"})
            answers_given.append((browser.status, "再提交一次" in browser.text()))
        assert {status for status, _ in answers_given} == {403}, address
        assert any(asked for _, asked in answers_given), address


def test_signing_in_needs_the_door_cookie(embedded: PagesDistrict) -> None:
    browser = embedded.browser()
    browser.get("/")
    form = {**browser.hidden(), "sign_in_name": "王丽", "password": PASSWORD}
    browser.client.cookies.clear()
    browser.post("/", form)
    assert browser.status == 403
    assert "再提交一次" in browser.text()


def test_an_idle_session_is_over_and_an_active_one_ends_after_twelve_hours(pages: PagesDistrict) -> None:
    browser = pages.signed_in("王丽")
    pages.now += timedelta(minutes=9)
    browser.get("/orders")
    assert browser.status == 200
    pages.now += timedelta(minutes=11)
    browser.get("/orders")
    assert browser.status == 401
    assert "已自动退出" in browser.text()
    browser.sign_in("王丽", PASSWORD)
    for _ in range(12 * 7):
        pages.now += timedelta(minutes=9)
        browser.get("/orders")
        if browser.status != 200:
            break
    assert browser.status == 401


def test_signing_out_ends_the_session_at_the_server(pages: PagesDistrict) -> None:
    browser = pages.signed_in("王丽")
    token = browser.client.cookies["qianshao"]
    browser.post("/sign-out", browser.hidden('action="/sign-out"'))
    assert browser.address == "/"
    browser.client.cookies.set("qianshao", token)
    browser.get("/orders")
    assert browser.status == 401


def test_the_session_is_kept_as_a_hash_and_the_cookie_is_not_for_scripts(embedded: PagesDistrict) -> None:
    browser = embedded.signed_in("王丽")
    cookie = next(c for c in browser.client.cookies if c.name == "qianshao")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "strict"
    with embedded.store.read() as conn:
        kept = conn.execute(text("SELECT token_hash FROM web_session")).scalars().all()
    assert cookie.value
    assert all(cookie.value.encode() not in bytes(row) for row in kept)


def test_under_tls_cookies_are_secure_and_bound_to_the_host(embedded: PagesDistrict) -> None:
    site = embedded.site(secure=True)
    assert site.session_cookie == "__Host-qianshao"


def test_a_password_change_ends_every_session_and_the_old_password(pages: PagesDistrict) -> None:
    browser, other = pages.signed_in("王丽"), pages.signed_in("王丽")
    browser.get("/password")
    form = {
        **browser.hidden('name="present"'),
        "present": PASSWORD,
        "password": "Phoenix-2027",
        "again": "Phoenix-2027",
    }
    browser.post("/password", form)
    assert "密码已修改" in browser.text()
    other.get("/orders")
    assert other.status == 401
    other.sign_in("王丽", PASSWORD)
    assert other.status == 403
    other.sign_in("王丽", "Phoenix-2027")
    assert other.address == "/orders"


def test_a_wrong_present_password_counts_towards_the_lock(embedded: PagesDistrict) -> None:
    browser = embedded.signed_in("王丽")
    for _ in range(5):
        browser.get("/password")
        browser.post("/password", {**browser.hidden('name="present"'), "present": "x", "password": "y", "again": "y"})
    browser.get("/orders")
    assert browser.status == 401


def test_after_signing_in_only_our_own_pages_follow(embedded: PagesDistrict) -> None:
    for target in ("https://example.org/", "//example.org/orders", "/\\example.org", "/orders/../../x", "javascript:1"):
        browser = embedded.browser()
        browser.get("/")
        fields = {**browser.hidden(), "sign_in_name": "王丽", "password": PASSWORD, "next": target}
        browser.post("/", fields)
        assert browser.address.startswith("/orders"), target


def test_after_ninety_days_a_new_password_comes_first(embedded: PagesDistrict) -> None:
    embedded.now += timedelta(days=91)
    browser = embedded.signed_in("王丽")
    assert browser.address == "/password"
    assert "90 天" in browser.text()
    browser.get("/orders")
    assert browser.address == "/password"
    new = {"present": PASSWORD, "password": "Phoenix-2027", "again": "Phoenix-2027"}
    browser.post("/password", {**browser.hidden('name="present"'), **new})
    browser.sign_in("王丽", "Phoenix-2027")
    assert browser.address == "/orders"


# One-time links


def test_a_link_sets_the_first_password_once_and_signs_in(pages: PagesDistrict) -> None:
    system = pages.signed_in("郑洁")
    system.get("/users")
    unit = pages.units["区住房建设局"]
    form = {**system.hidden('name="stamp"'), "name": "孙浩·阿不都", "unit": unit, "role": "department"}
    system.post("/users", form)
    link = link_on(system)
    new = pages.browser()
    new.get(link)
    assert "孙浩·阿不都" in new.page
    weak = {**new.hidden(), "sign_in_name": "sunhao", "password": "abc", "again": "abc"}
    new.post(link, weak)
    assert new.status == 422
    assert "密码至少要有 8 位" in new.text()
    assert 'value="sunhao"' in new.page
    new.post(link, {**new.hidden(), "sign_in_name": "sunhao", "password": "Phoenix-2027", "again": "Phoenix-2027"})
    assert new.address == "/orders"
    again = pages.browser()
    again.get(link)
    assert again.status == 404
    again.sign_in("SunHao", "Phoenix-2027")
    assert again.address == "/orders"


def test_a_link_is_over_after_a_day_and_a_newer_one_ends_it(pages: PagesDistrict) -> None:
    system = pages.signed_in("郑洁")
    staff = pages.staff["王丽"]

    def fresh() -> str:
        system.get("/users")
        system.post(f"/users/{staff}/link", system.hidden(f'action="/users/{staff}/link"'))
        return link_on(system)

    first, second = fresh(), fresh()
    browser = pages.browser()
    browser.get(first)
    assert browser.status == 404
    browser.get(second)
    assert browser.status == 200
    pages.now += timedelta(hours=24, minutes=1)
    browser.get(second)
    assert browser.status == 404


def test_a_user_added_by_a_form_sent_twice_is_one_user(pages: PagesDistrict) -> None:
    system = pages.signed_in("郑洁")
    system.get("/users")
    form = {**system.hidden('name="stamp"'), "name": "孙浩", "unit": pages.units["光明区"], "role": "viewer"}
    system.post("/users", form)
    system.post("/users", form)
    system.get("/users")
    assert system.page.count(">孙浩<") == 1


def test_two_administrators_are_not_one_person(embedded: PagesDistrict) -> None:
    system = embedded.signed_in("郑洁")
    system.get("/users")
    form = {**system.hidden('name="stamp"'), "name": "褚明", "unit": embedded.units["光明区"], "role": "security"}
    system.post("/users", form)
    assert system.status == 422
    assert "不能由同一人担任" in system.text()
    assert 'value="褚明"' in system.page


def test_a_department_officer_belongs_to_a_department(embedded: PagesDistrict) -> None:
    system = embedded.signed_in("郑洁")
    system.get("/users")
    form = {**system.hidden('name="stamp"'), "name": "孙浩", "unit": embedded.units["光明区"], "role": "department"}
    system.post("/users", form)
    assert "只能属于职能部门" in system.text()


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(pages: PagesDistrict) -> None:
    officer, system, staff = pages.signed_in("王丽"), pages.signed_in("郑洁"), pages.staff["王丽"]
    system.get("/users")
    system.post(f"/users/{staff}/close", system.hidden(f'action="/users/{staff}/close"'))
    officer.get("/orders")
    assert officer.status == 401
    officer.sign_in("王丽", PASSWORD)
    assert officer.status == 403
    system.post(f"/users/{staff}/reopen", system.hidden(f'action="/users/{staff}/reopen"'))
    officer.sign_in("王丽", PASSWORD)
    assert officer.address == "/orders"


# Who sees what

RULES = ("/rules", "/rules/dispatch", "/rules/registers")
PAGES = ("/stations", "/orders", "/matters", *RULES, "/users", "/devices", "/sessions", "/log")
ALLOWED = {
    "王丽": {"/orders", "/matters"},
    "周敏": {"/stations", "/orders", "/matters", *RULES},
    "吴涛": {"/stations", "/orders", "/matters"},
    "郑洁": {"/stations", *RULES, "/users", "/devices"},
    "冯安": {"/sessions"},
    "褚明": {"/log"},
}


def test_each_role_opens_its_own_pages_and_no_other(embedded: PagesDistrict) -> None:
    for name, allowed in ALLOWED.items():
        browser = embedded.signed_in(name)
        for address in PAGES:
            browser.get(address)
            assert browser.status == (200 if address in allowed else 403), (name, address)
    stranger = embedded.browser()
    for address in (*PAGES, "/password"):
        stranger.get(address)
        assert stranger.status == 401, address


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


# Answers


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


# Hostile words, headers, languages


def test_names_and_texts_are_shown_as_text(embedded: PagesDistrict) -> None:
    nasty = "<script>alert(1)</script>\"'&"
    embedded.add_unit("<i>奇怪社区</i>", Level.COMMUNITY)
    order = embedded.add_order(nasty, ["区人力资源局"], text="<img src=x onerror=alert(1)>", number="<u>1</u>")
    embedded.add_witnessed(order, "区人力资源局", ReplyKind.PROGRESS, text=nasty, officer=nasty, rank="</li>")
    embedded.add_device("<i>奇怪社区</i>", program="<b>x</b>")
    embedded.add_user("<em>坏名字</em>", "光明区", Role.VIEWER)
    for name, addresses in {
        "周敏": ("/orders", f"/orders/{order}", "/stations"),
        "郑洁": ("/users", "/devices"),
    }.items():
        browser = embedded.signed_in(name)
        for address in addresses:
            browser.get(address)
            assert browser.status == 200
            unwanted = r"<script(?! src=\"/static/)|<img(?! alt=\"\"><button)|<em>|<b>x|<i>奇怪|<u>1"
            assert not re.search(unwanted, browser.page), address


def test_every_answer_carries_the_headers(embedded: PagesDistrict) -> None:
    browser = embedded.browser()
    for address in ("/", "/orders", "/nothing", "/link/x"):
        browser.get(address)
        policy = browser.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert browser.headers["x-content-type-options"] == "nosniff"
        assert browser.headers["referrer-policy"] == "no-referrer"
        assert browser.headers["cache-control"] == "no-store"
    style = re.search(r'href="(/static/[^"]+css)"', browser.page)
    assert style
    browser.get(style.group(1))
    assert browser.status == 200
    assert "immutable" in browser.headers["cache-control"]


def test_a_huge_form_is_refused_before_it_is_read(embedded: PagesDistrict) -> None:
    browser = embedded.browser()
    browser.post("/", {"sign_in_name": "x" * 600_000})
    assert browser.status == 413
    viewer = embedded.signed_in("吴涛")
    viewer.get("/orders?before=999999999999999999999")
    assert viewer.status == 404


def test_a_character_that_no_database_keeps_is_no_error_of_ours(pages: PagesDistrict) -> None:
    stranger = pages.browser()
    stranger.sign_in("王丽\0", PASSWORD)
    assert stranger.status == 403
    dispatcher = pages.signed_in("周敏")
    for address in ("/orders/%00", "/orders/ord_%00", "/orders/%ff"):
        dispatcher.get(address)
        assert dispatcher.status == 404, address
    dispatcher.get("/orders?department=%00")
    assert dispatcher.status == 200


def test_english_is_complete_by_address_cookie_and_browser(embedded: PagesDistrict) -> None:
    order = embedded.add_order("order", ["区人力资源局"])
    browser = embedded.signed_in("王丽")
    browser.get(f"/orders/{order}?lang=en")
    assert "Report in by" in browser.page
    browser.get("/orders")
    assert "Dispatch orders" in browser.page
    assert '<html lang="en">' in browser.page
    browser.get("/orders?lang=zh")
    assert "发令单" in browser.page
    english = embedded.browser(**{"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"})
    english.get("/")
    assert "Sign in" in english.page


# Administrators


def test_silent_stations_come_first_with_a_word_of_their_own(pages: PagesDistrict) -> None:
    for name in ("甲社区", "乙社区", "丙社区"):
        pages.add_unit(name, Level.COMMUNITY)
    pages.add_device("甲社区", last_hello=pages.now, last_day_end=pages.now, program="qianshao 0.1.0")
    four_days = pages.now - timedelta(days=4)
    pages.add_device(
        "乙社区", last_hello=four_days, last_day_end=four_days, unsent=41, held=2, clock_difference_ms=900_000
    )
    pages.add_device("丙社区")
    browser = pages.signed_in("周敏")
    browser.get("/stations")
    told = browser.text()
    assert told.index("丙社区") < told.index("乙社区") < told.index("甲社区")
    for word in ("从未报送", "4 天没有报送", "今天已报送", "快 15 分钟", "41", "qianshao 0.1.0"):
        assert word in told


def test_a_device_is_revoked_after_a_question_and_stays_so(pages: PagesDistrict) -> None:
    device = pages.add_device("凤凰社区")
    system = pages.signed_in("郑洁")
    system.get(f"/devices/{device}")
    assert "不能恢复" in system.text()
    system.post(f"/devices/{device}", system.hidden(f'action="/devices/{device}"'))
    assert "已停用" in system.text()
    system.get("/devices/dev_unknown")
    assert system.status == 404


def test_the_security_administrator_unlocks_and_ends_sessions(pages: PagesDistrict) -> None:
    officer, other = pages.browser(), pages.signed_in("赵刚")
    for _ in range(5):
        officer.sign_in("王丽", "wrong")
    security = pages.signed_in("冯安")
    security.get("/sessions")
    assert "锁定到" in security.text()
    mine, theirs = pages.staff["王丽"], pages.staff["赵刚"]
    security.post(f"/sessions/{mine}/unlock", security.hidden(f"/sessions/{mine}/unlock"))
    officer.sign_in("王丽", PASSWORD)
    assert officer.address == "/orders"
    security.get("/sessions")
    security.post(f"/sessions/{theirs}/end", security.hidden(f"/sessions/{theirs}/end"))
    other.get("/orders")
    assert other.status == 401


# The log


def test_the_log_tells_who_did_what_without_names_and_holds(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局"])
    browser = pages.signed_in("王丽")
    browser.post(
        f"/orders/{order}", browser.answer_form(order, ReplyKind.SIGNED, officer="王丽", telephone="13812345678")
    )
    pages.browser().sign_in("13900001111 李四", "wrong")
    with pages.store.read() as conn:
        lines = list(all_lines(conn))
        count, broken = check_log(conn)
    assert (count, broken) == (len(lines), None)
    last = lines[-2:]
    assert [(line.event, line.succeeded) for line in last] == [("order_answered", True), ("sign_in_failed", False)]
    assert (last[0].staff, last[0].subject, last[0].detail) == (pages.staff["王丽"], order, "signed")
    told = " ".join(f"{line.staff} {line.subject} {line.detail}" for line in lines)
    for personal in ("王丽", "李四", "13812345678", "13900001111"):  # whole: parts of it stand in random ids by chance
        assert personal not in told
    audit = pages.signed_in("褚明")
    audit.get("/log")
    assert "响应发令单" in audit.text()
    assert "(2026)光明发令第12号" in audit.text(), "the page says which order, the log keeps its id"
    assert order not in audit.page
    audit.post("/log", audit.hidden('action="/log"'))
    assert "校验无误" in audit.text()


def test_the_database_itself_refuses_to_change_the_log(pages: PagesDistrict) -> None:
    for statement in ("UPDATE district_log SET staff = ''", "DELETE FROM district_log"):
        with pytest.raises(DatabaseError, match="append-only"), pages.store.write() as conn:
            conn.execute(text(statement))


def test_whoever_takes_the_guard_away_and_changes_a_line_is_found(pages: PagesDistrict) -> None:
    triggers = (
        ["district_log_no_change"] if pages.store.postgres else ["district_log_no_update", "district_log_no_delete"]
    )
    with pages.store.write() as conn:
        for trigger in triggers:
            conn.execute(text(f"DROP TRIGGER {trigger}" + (" ON district_log" if pages.store.postgres else "")))
        conn.execute(text("UPDATE district_log SET subject = 'sta_other' WHERE line = 3"))
    audit = pages.signed_in("褚明")
    audit.get("/log")
    audit.post("/log", audit.hidden('action="/log"'))
    assert "从第 3 条起" in audit.text()


def test_the_stations_show_cards_in_conflict_and_what_they_say_is_masked(pages: PagesDistrict) -> None:
    community = pages.units["凤凰社区"]
    made = pages.made_at_station(pages.now.astimezone(BEIJING))
    card = Person(id=new_id("person"), made=made, name="黎平桂", phones=("13812345678",))
    sides = [
        Revision(id=new_id("revision"), made=made, card=card.id, seen=(card.id,), fields={"address": address})
        for address in ("甲子塘社区3栋", "塘家社区8栋")
    ]
    with pages.store.write() as conn:
        for each in (card, *sides):
            add_own(conn, each, community, pages.now)
    pages.add_device("凤凰社区")
    browser = pages.signed_in("周敏")
    browser.get("/stations")
    assert 'href="/stations/conflicts">1</a>' in browser.page
    browser.get("/stations/conflicts")
    assert browser.status == 200
    told = browser.text()
    for expected in ("凤凰社区", "黎*", "甲******", "塘*****", "住址"):
        assert expected in told, expected
    for personal in ("黎平桂", "甲子塘", "塘家社区", "13812345678", card.id):
        assert personal not in browser.page
    browser.get("/stations/conflicts?lang=en")
    assert "Edited differently in two places" in browser.text()
    department = pages.signed_in("王丽")
    department.get("/stations/conflicts")
    assert department.status == 403
    with pages.store.write() as conn:
        both = tuple(side.id for side in sides)
        decided = Revision(
            id=new_id("revision"), made=made, card=card.id, seen=both, fields={"address": "甲子塘社区3栋"}
        )
        add_own(conn, decided, community, pages.now)
    browser.get("/stations/conflicts?lang=zh")
    assert "没有两处修改不一致的卡片" in browser.text()


def test_the_district_sees_who_holds_what_and_nothing_that_it_says(pages: PagesDistrict) -> None:
    device = pages.add_device("凤凰社区", last_hello=pages.now, last_day_end=pages.now, unsent=3, held=2)
    idle = pages.add_device("凤凰社区")
    with pages.store.read() as conn:
        store, unit = conn.execute(text("SELECT store, unit FROM device WHERE device = :d"), {"d": device}).one()
    ids = [new_id("visit"), new_id("step"), new_id("visit")]
    reasons = ["protocol.no_role", "protocol.brand_new", "protocol.unknown_staff"]
    with pages.store.write() as conn:
        put_refusals(
            conn,
            [
                Refusal(i, bytes(32), i[:3].replace("vis", "visit").replace("stp", "step"), store, unit, r, pages.now)
                for i, r in zip(ids, reasons, strict=True)
            ],
        )
        replace_refusals(conn, unit, {ids[2]: ids[0]})
    browser = pages.signed_in("周敏")
    browser.get("/stations")
    assert f'class="late" href="/stations/refused/{device}">2</a>' in browser.page
    assert f'href="/stations/refused/{idle}">0</a>' in browser.page
    browser.get(f"/stations/refused/{device}")
    assert browser.status == 200
    told = browser.text()
    for expected in (
        "待处理 2 条，未送出 3 条",
        "没有写此类记录的角色",
        "protocol.brand_new",
        "环节",
        *ids,
        "等站点处理",
    ):
        assert expected in told, expected
    assert told.index(ids[1]) < told.index(ids[2])  # what was replaced stands below
    assert f"已由 …{ids[0][-6:]} 代替" in told
    browser.get(f"/stations/refused/{device}?lang=en")
    assert "records that the district refused" in browser.text()
    browser.get(f"/stations/refused/{idle}?lang=zh")
    assert "没有区级不接收的记录" in browser.text()
    browser.get("/stations/refused/dev_x")
    assert browser.status == 404
    department = pages.signed_in("王丽")
    department.get(f"/stations/refused/{device}")
    assert department.status == 403


def test_no_page_says_a_word_of_a_call_for_help_at_a_desk(pages: PagesDistrict) -> None:
    order = pages.add_order("窗口现场协助", ["区人力资源局"])
    own, made = new_id("threat_event"), pages.made_at_station(pages.now)
    raised = {"id": own, "threat": own, "step": ThreatStep.RAISED, "happened_at": pages.now, "name": "李芳"}
    ended = {"id": new_id("threat_event"), "threat": own, "step": ThreatStep.FALSE_ALARM, "happened_at": pages.now}
    with pages.store.write() as conn:
        for event in (raised, {**ended, "text": "键盘上放了本子"}):
            add_own(conn, ThreatEvent(made=made, **event), pages.units["凤凰社区"], pages.now)  # type: ignore[arg-type]
    seen = [pages.browser().get("/")]
    for name, places in (
        ("王丽", ("/orders", f"/orders/{order}")),
        ("周敏", ("/orders", "/stations", f"/orders/{order}")),
    ):
        browser = pages.signed_in(name)
        seen += [browser.get(place) for place in places]
    for flag in ("求助", "误报", "键盘上放了本子", "威胁", own):
        assert not any(flag in page for page in seen)


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


# At the scene: codes, photos, evidence


def arrived_of(pages: PagesDistrict, order: str) -> bool:
    with pages.store.read() as conn:
        found = order_on_page(conn, order)
    assert found is not None
    return found.state.by_department[pages.units["区人力资源局"]].arrived is not None


def report_in(browser: WebBrowser, code: str) -> None:
    """Send the form of the page that a scanned code opens."""
    browser.get(f"/arrive/{code}")
    form = browser.hidden('name="kind" value="reported_in"')
    browser.post(order_of(browser), {**form, "officer": "刘洋"})


def order_of(browser: WebBrowser) -> str:
    found = re.search(r'action="(/orders/ord_[0-9a-f]+)', browser.page)
    assert found
    return found.group(1)


def test_a_scanned_code_proves_the_arrival_once(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局", "区住房建设局"])
    code = pages.arrival_code(order, "区人力资源局")
    browser = pages.browser()
    browser.get(f"/arrive/{code}")
    assert browser.status == 401, "who is not signed in does so first"
    browser.post("/", {**browser.hidden('name="password"'), "sign_in_name": "王丽", "password": PASSWORD})
    assert browser.address == f"/arrive/{code}"
    assert "到场码有效" in browser.text()
    report_in(browser, code)
    assert "已登记：报到" in browser.text()
    assert arrived_of(pages, order)
    browser.get(f"/arrive/{code}")
    assert "已经用过" in browser.text()
    assert 'name="arrival_code"' not in browser.page
    other = pages.signed_in("赵刚")
    other.get(f"/arrive/{code}")
    assert "给另一个部门" in other.text()


def test_a_code_that_proves_nothing_is_said_so_and_counts_for_nothing(embedded: PagesDistrict) -> None:
    order, second = embedded.add_order("甲", ["区人力资源局"]), embedded.add_order("乙", ["区住房建设局"])
    browser = embedded.signed_in("王丽")
    old = embedded.arrival_code(order, "区人力资源局", at=embedded.now - timedelta(minutes=11))
    forged = embedded.arrival_code(order, "区人力资源局", secret=bytes(32))
    for code, sentence in ((old, "已过时效"), (forged, "不是本单发令社区的设备签发的")):
        browser.get(f"/arrive/{code}")
        assert browser.status == 200
        assert sentence in browser.text()
        form = browser.hidden('name="kind" value="reported_in"')
        at = {"officer": "刘洋", "happened_at": minute(embedded), "arrival_code": code}
        browser.post(f"/orders/{order}", {**form, **at})
        assert browser.status == 422
    assert replies_of(embedded, order) == []
    for code in ("QSA1.", "x", embedded.arrival_code(second, "区人力资源局")):
        browser.get(f"/arrive/{code}")
        assert browser.status in (404, 409), code


def test_photos_are_sealed_pulled_by_the_station_and_shown_to_who_sees_the_reply(pages: PagesDistrict) -> None:
    order = pages.add_order("拖欠工资", ["区人力资源局", "区住房建设局"])
    browser = pages.signed_in("王丽")
    photo = png(90, 60)
    form = browser.answer_form(order, ReplyKind.PROGRESS, text="已约双方", happened_at=minute(pages))
    sent = [("photos", ("../../身份证.png", photo, "text/html")), ("photos", ("", b"", "application/octet-stream"))]
    for _ in range(2):
        browser.post(f"/orders/{order}", form, sent)
        assert browser.status == 200, browser.text()
    (reply,) = replies_of(pages, order)
    with pages.store.read() as conn:
        (named,) = attached_to(conn, [reply.id], district(conn).store)
        kept = decode(records.read_many(conn, [named])[0])
        parts = conn.execute(text("SELECT sealed FROM file_part")).scalars().all()
        scope = records.kept(conn, [named])[named].scope
    assert isinstance(kept, Attachment)
    assert (kept.subject, kept.media_type, kept.name) == (reply.id, "image/png", "progress-1.png")
    assert scope == pages.units["凤凰社区"]
    assert len(parts) == 2, "the photo and its thumbnail"
    assert all(photo[:64] not in bytes(part) and b"JFIF" not in bytes(part) for part in parts)
    address = f"/orders/{order}/files/{named}"
    assert f'href="{address}"' in browser.page
    assert f'src="{address}/small"' in browser.page
    assert f'src="{address}"' not in browser.page, "a telephone loads a whole photo only when it is asked for"
    for who, status in (("王丽", 200), ("周敏", 200), ("赵刚", 404)):
        reader = pages.signed_in(who)
        for one in (address, f"{address}/small"):
            answer = reader.client.get(reader.base + one, timeout=30)
            assert answer.status_code == status, who
    seen = browser.client.get(browser.base + address, timeout=30)
    assert seen.content == photo
    assert "sandbox" in seen.headers["content-security-policy"]
    assert seen.headers["content-type"] == "image/png"


def test_what_is_no_photo_is_refused_beside_the_field(embedded: PagesDistrict) -> None:
    order = embedded.add_order("拖欠工资", ["区人力资源局"])
    browser = embedded.signed_in("王丽")
    script = ("photos", ("a.png", b"<svg onload=alert(1)>" + bytes(99), "image/png"))
    many = [("photos", (f"{n}.png", png(n + 1), "image/png")) for n in range(7)]
    for files, sentence in (([script], "只收 JPEG"), (many, "最多 6 个文件")):
        form = browser.answer_form(order, ReplyKind.PROGRESS, text="已约双方", happened_at=minute(embedded))
        browser.post(f"/orders/{order}", form, files)
        assert browser.status == 422
        assert sentence in browser.text()
        assert "已约双方</textarea>" in browser.page
    huge = [("photos", ("a.png", png() + bytes(34_000_000), "image/png"))]
    browser.post(f"/orders/{order}", form, huge)
    assert browser.status == 413
    assert "合计超过 32 MB" in browser.text()
    assert replies_of(embedded, order) == []


def test_resolving_needs_what_the_districts_table_asks_for(embedded: PagesDistrict) -> None:
    with embedded.store.read() as conn:
        _, _, own = shown_table(conn, TableName.ARTEFACTS)
    publish_table(embedded.store, TableName.ARTEFACTS, own.replace("statement|photo|file", "photo"), by="")
    embedded.now = datetime.now(UTC)
    order = embedded.add_order("拖欠工资", ["区人力资源局"])
    browser = embedded.signed_in("王丽")
    fields = {"text": "工资已付清", "happened_at": minute(embedded)}
    browser.post(f"/orders/{order}", browser.answer_form(order, ReplyKind.RESOLVED, **fields), NO_FILE)
    assert browser.status == 422
    assert "要有凭据" in browser.text()
    photo = [("photos", ("a.png", png(), "image/png"))]
    browser.post(f"/orders/{order}", browser.answer_form(order, ReplyKind.PROGRESS, **fields), photo)
    browser.post(f"/orders/{order}", browser.answer_form(order, ReplyKind.RESOLVED, **fields), NO_FILE)
    assert browser.status == 200, "a photo that came with earlier progress counts"


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


def test_the_reporter_and_what_is_restricted_stand_on_no_page(embedded: PagesDistrict) -> None:
    order = embedded.add_order("拖欠工资", ["区人力资源局"])
    made = embedded.made_at_station(embedded.now.astimezone(BEIJING))
    reporter = Person(id=new_id("person"), made=made, name="郝举报", phones=("13711112222",))
    with embedded.store.write() as conn:
        add_own(conn, reporter, embedded.units["凤凰社区"], embedded.now)
    for who in ("王丽", "周敏", "吴涛"):
        browser = embedded.signed_in(who)
        for address in ("/orders", "/orders?show=all", f"/orders/{order}", f"/orders/{order}/scene"):
            browser.get(address)
            assert "郝举报" not in browser.page
            assert "13711112222" not in browser.page


def test_one_persons_pages_keep_a_pace(embedded: PagesDistrict) -> None:
    embedded.settings = Settings(page_requests_at_once=6, page_requests_per_second=1)
    browser = embedded.signed_in("王丽")
    statuses = [browser.client.get(browser.base + "/password", timeout=30).status_code for _ in range(12)]
    assert set(statuses) == {200, 429}
    other = embedded.signed_in("赵刚")
    assert other.status == 200


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
