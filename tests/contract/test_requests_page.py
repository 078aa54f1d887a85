"""The district's page of requests for orders, on both databases: who sees it, and what became of each request."""

from __future__ import annotations

from sync.records.order_course import RequestStage
from sync.server.store.check import check
from sync.server.store.erasures import erase
from sync.server.store.news import EVERY_ORDER, has_orders
from sync.server.store.order_requests import count_requests, list_requests_of_before, requests_listed
from sync.server.store.records import latest, lock_numbers
from sync.server.store.schema import order_request
from tests.support.asked_orders import STATION, ask, issue, refuse
from tests.support.district_pages import PagesDistrict

BUREAU = "区人力资源局"


def test_each_request_says_what_became_of_it(pages: PagesDistrict) -> None:
    old = ask(pages, "占道经营屡劝不改", BUREAU, hours_ago=30)
    ask(pages, "拖欠工资", BUREAU, place="12 栋 203")
    done, no = ask(pages, "电动车入户充电", BUREAU), ask(pages, "夜间施工噪声", BUREAU)
    order = issue(pages, done, BUREAU, number="(2026)凤凰发令第31号")
    refuse(pages, no, "请先现场调解")
    browser = pages.signed_in("周敏")
    browser.get("/orders")
    assert 'href="/orders/requests"' in browser.page
    text = browser.get("/orders/requests") and browser.text()
    assert browser.status == 200
    assert text.index("占道经营屡劝不改") < text.index("拖欠工资")  # what has waited longest stands first
    for said in (STATION, "赵站员", BUREAU, "12 栋 203", "请派员到场核实。", "已等 1 天 6 小时"):
        assert said in text
    assert "电动车入户充电" not in text
    browser.get("/orders/requests?show=issued")
    assert f'href="/orders/{order}">(2026)凤凰发令第31号' in browser.page
    assert "已发令" in browser.text() or "已签发" in browser.text()
    browser.get("/orders/requests?show=refused")
    assert "请先现场调解" in browser.text()
    browser.get("/orders/requests?show=all")
    assert [browser.text().count(one.subject) for one in (old, done, no)] == [1, 1, 1]
    browser.get("/orders/requests?show=all&lang=en")
    assert "Requests for orders" in browser.text()
    with pages.store.read() as conn:
        assert count_requests(conn) == {"waiting": 2, "issued": 1, "refused": 1}
    assert check(pages.store) == {}


def test_departments_and_administrators_do_not_find_it(pages: PagesDistrict) -> None:
    ask(pages, "拖欠工资", BUREAU)
    for who in ("王丽", "郑洁", "冯安", "褚明"):
        browser = pages.signed_in(who)
        browser.get("/orders/requests")
        assert browser.status == 403
        assert "拖欠工资" not in browser.text()
    officer = pages.signed_in("王丽")
    officer.get("/orders")
    assert "/orders/requests" not in officer.page
    for who in ("周敏", "吴涛"):
        browser = pages.signed_in(who)
        browser.get("/orders/requests")
        assert browser.status == 200


def test_an_order_counts_more_than_a_refusal_and_what_is_erased_waits_again(pages: PagesDistrict) -> None:
    asked, gone = ask(pages, "拖欠工资", BUREAU), ask(pages, "抹去的提请", BUREAU)
    order = issue(pages, asked, BUREAU, number="(2026)凤凰发令第32号")
    refuse(pages, asked, "另一台电脑上不予发令")
    with pages.store.read() as conn:
        assert [one.stage for one in requests_listed(conn, "issued", 0, 9)] == [RequestStage.ISSUED]
    with pages.store.write() as conn:
        lock_numbers(conn)
        erase(conn, gone.id, "era_1", pages.units[STATION])
        erase(conn, order, "era_2", pages.units["凤凰社区"])
        assert [(one.request.id, one.stage) for one in requests_listed(conn, "", 0, 9)] == [
            (asked.id, RequestStage.WAITING)
        ]


def test_a_store_of_before_is_listed_once_and_a_new_request_reaches_an_open_page(pages: PagesDistrict) -> None:
    waits, done = ask(pages, "拖欠工资", BUREAU), ask(pages, "食堂退费", BUREAU)
    issue(pages, done, BUREAU, number="(2026)凤凰发令第33号")
    with pages.store.write() as conn:
        before = conn.execute(order_request.select().order_by(order_request.c.record)).all()
        conn.execute(order_request.delete())
        list_requests_of_before(conn)
        assert conn.execute(order_request.select().order_by(order_request.c.record)).all() == before
    with pages.store.read() as conn:
        seq = latest(conn)
        assert not has_orders(conn, "", seq)
    ask(pages, "又一件", BUREAU)
    with pages.store.read() as conn:
        assert has_orders(conn, "", seq)
        assert not has_orders(conn, pages.units[BUREAU], seq)
    with pages.store.watch() as looking:
        assert [scope for scope, _, _ in looking.orders_since(seq, seq + 9)] == [EVERY_ORDER]
    assert waits.id
