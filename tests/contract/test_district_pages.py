"""What all pages of the district hold to, over real HTTP, on both databases: whose they are, headers, hostile words."""

from __future__ import annotations

import re
from datetime import timedelta

from fastapi.routing import APIRoute
from sqlalchemy import text

from sync.records.cards import Revision
from sync.records.kinds import new_id
from sync.records.orders import ReplyKind
from sync.records.persons import Person
from sync.records.threats import ThreatEvent, ThreatStep
from sync.records.times import BEIJING
from sync.records.units import Level, Role
from sync.server.settings import Settings
from sync.server.store.projections import add_own
from sync.server.store.refusals import Refusal, put_refusals, replace_refusals
from sync.server.web import answers, devices, door, log, matter_answers, passwords, people, sessions
from tests.support.district_pages import PASSWORD, PagesDistrict

RULES = ("/rules", "/rules/dispatch", "/rules/duties", "/rules/duty", "/rules/registers")
PAGES = ("/stations", "/orders", "/matters", "/stations/moments", *RULES, "/users", "/devices", "/sessions", "/log")
ALLOWED = {
    "王丽": {"/orders", "/matters"},
    "周敏": {"/stations", "/orders", "/matters", "/stations/moments", *RULES},
    "吴涛": {"/stations", "/orders", "/matters", "/stations/moments"},
    "郑洁": {"/stations", *RULES, "/users", "/devices"},
    "冯安": {"/sessions"},
    "褚明": {"/log"},
}


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
