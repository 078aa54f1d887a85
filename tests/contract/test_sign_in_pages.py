"""Signing in at the district over real HTTP, on both databases: passwords, locks, sessions, one-time links."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

from sqlalchemy import text

from sync.records.orders import ReplyKind
from sync.server.store.people import person
from tests.support.district_pages import PASSWORD, PagesDistrict, WebBrowser, replies_of


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
