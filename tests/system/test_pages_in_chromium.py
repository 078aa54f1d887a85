"""The district's pages in a real browser: what a person sees of them at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from sync.records.matters import StepKind
from sync.records.mediations import Host
from sync.records.orders import ReplyKind
from tests.support.chromium import DESKTOP, PHONE, Looks, chromium, sign_in
from tests.support.district_pages import PASSWORD, PagesDistrict, embedded_district
from tests.support.held_mediations import hold, mediations_of_a_day
from tests.support.page_checks import faults, faults_of_focus
from tests.support.page_pictures import Shown, a_day
from tests.support.passed_matters import add_matter, add_step, pass_on
from tests.support.pictures import JPEG, from_camera, png

READ_AGAIN = """() => new Promise(done => {
  document.body.addEventListener('htmx:afterSettle', () => done(), {once: true});
  document.body.dispatchEvent(new CustomEvent('district-news'));
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesDistrict]:
    built = embedded_district(tmp_path_factory.mktemp("district"))
    yield built
    built.close()


@pytest.fixture(scope="module")
def shown(pages: PagesDistrict) -> list[Shown]:
    return a_day(pages)


@pytest.mark.parametrize(
    "looks",
    [Looks(DESKTOP, "zh-CN", "light"), Looks(PHONE, "en-GB", "dark")],
    ids=["desk-zh-light", "phone-en-dark"],
)
def test_every_page_can_be_read_named_and_walked_through(
    browser: Browser, pages: PagesDistrict, shown: list[Shown], looks: Looks
) -> None:
    found = []
    for who in dict.fromkeys(one.who for one in shown):
        with looks.open(browser, pages.address) as context:
            page = sign_in(context, who)
            for one in (one for one in shown if one.who == who):
                page.goto(one.address)
                walked = faults_of_focus(page) if looks.size == DESKTOP else []  # telephones have no Tab
                found += [f"{one.name}: {fault}" for fault in (*faults(page), *walked)]
    assert not found, "\n".join(found)


def test_a_new_order_reaches_an_open_inbox_and_keys_alone_answer_it(browser: Browser, pages: PagesDistrict) -> None:
    with Looks().open(browser, pages.address) as context:
        told: list[str] = []
        context.on("weberror", lambda error: told.append(str(error.error)))
        context.on("console", lambda said: told.append(said.text) if said.type in ("error", "warning") else None)
        page = sign_in(context, "赵刚")
        page.evaluate("window.neverReloaded = true")
        other = pages.add_order("别的部门的事", ["区人力资源局"])
        order = pages.add_order("六楼阳台掉下瓷砖", ["区住房建设局"], minutes_ago=50)
        page.locator(f"#row-{order}").wait_for()
        assert "有 1 件新的发令单" in page.locator("#told").inner_text()
        assert page.locator("tr.fresh").count() == 1
        assert page.locator(f"#row-{other}").count() == 0
        assert page.evaluate("window.neverReloaded")
        assert page.locator("#live tbody tr").first.inner_text().startswith("六楼阳台掉下瓷砖"), "what is due first"
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.id") == f"row-{order}"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/orders/{order}")
        page.keyboard.press("s")
        page.keyboard.type("赵刚")
        page.keyboard.press("Enter")
        page.get_by_text("已登记：签收").wait_for()
        assert told == []


def test_an_item_of_the_responsibility_list_is_changed_by_keys_from_its_list(
    browser: Browser, pages: PagesDistrict, shown: list[Shown]
) -> None:
    assert "duties" in [one.name for one in shown]
    with Looks().open(browser, pages.address) as context:
        page = sign_in(context, "周敏")
        page.goto("/rules/duties")
        page.locator("#q").focus()
        page.keyboard.type("渗水")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/rules/duties?q=" in url)
        assert page.locator("tbody tr").count() == 1
        page.locator("tbody a").press("Enter")
        page.wait_for_url(lambda url: url.endswith("/rules/duty?item=1"))
        page.locator("#d_words").fill("漏水 渗水 天花板滴水")
        page.locator("#d_words").press("Enter")
        page.locator("#preview").wait_for()
        assert "天花板滴水" in page.locator("#preview").inner_text()
        page.locator("#preview button").press("Enter")
        page.wait_for_url("**/rules/duties")
        page.goto("/rules/duties?q=滴水")
        assert "房屋渗漏" in page.locator("tbody").inner_text()


def test_an_order_page_shows_what_the_community_says_meanwhile_and_keeps_what_is_typed(
    browser: Browser, pages: PagesDistrict
) -> None:
    order = pages.add_order("广场噪声", ["区住房建设局"])
    with Looks().open(browser, pages.address) as context:
        page = sign_in(context, "赵刚")
        page.goto(f"/orders/{order}")
        page.keyboard.press("p")
        page.keyboard.type("正在写的进展")
        pages.add_witnessed(order, "区住房建设局", ReplyKind.REPORTED_IN, officer="孙浩", text="两人到站")
        page.get_by_text("两人到站").wait_for()
        assert page.locator("#progress-text").input_value() == "正在写的进展"


def test_pages_work_without_scripts(browser: Browser, pages: PagesDistrict) -> None:
    order = pages.add_order("路灯不亮", ["区住房建设局"])
    with Looks(scripts=False).open(browser, pages.address) as context:
        page = sign_in(context, "赵刚")
        page.locator(f"#row-{order}").click()
        page.locator("#signed-officer").fill("赵刚")
        page.locator("#answer-signed button").click()
        page.get_by_text("已登记：签收").wait_for()


def test_an_open_inbox_keeps_no_session_alive_and_leaves_nothing_on_the_screen(
    browser: Browser, pages: PagesDistrict
) -> None:
    before = pages.now
    with Looks().open(browser, pages.address) as context:
        page = sign_in(context, "赵刚")
        try:
            for _ in range(2):
                pages.now += timedelta(minutes=4)
                page.evaluate(READ_AGAIN)
            assert page.locator("#live").count() == 1
            pages.now += timedelta(minutes=4)
            page.evaluate("document.body.dispatchEvent(new CustomEvent('district-news'))")
            page.get_by_text("已自动退出").wait_for()
            assert page.locator("#live").count() == 0
        finally:
            pages.now = before


def test_an_officer_goes_from_the_order_to_its_end_by_keys_and_telephone(
    browser: Browser, pages: PagesDistrict
) -> None:
    order = pages.add_order("工地欠薪，三十人在门口", ["区住房建设局"])
    with Looks().open(browser, pages.address) as desk:
        page = sign_in(desk, "赵刚")
        page.locator(f"#row-{order}").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/orders/{order}")
        answer_by_keys(page, "s", "签收", "赵刚")
        answer_by_keys(page, "o", "异议", "职责清单 3.2", "Tab", "欠薪由人社部门牵头")
    with Looks(PHONE).open(browser, pages.address) as phone:
        page = phone.new_page()
        page.goto(f"/arrive/{pages.arrival_code(order, '区住房建设局')}")
        page.locator("#sign_in_name").fill("赵刚")
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_text("到场码有效").wait_for()
        button = page.locator("#answer-reported_in button")
        box = button.bounding_box()
        assert box
        assert box["height"] >= 48
        assert box["y"] + box["height"] <= PHONE[1], "in reach without scrolling"
        button.click()
        page.get_by_text("已登记：报到").wait_for()
        page.locator("#answer-progress summary").click()
        page.locator("#progress-text").fill("已与工人代表谈妥，先发生活费")
        photo = {"name": "scene.png", "mimeType": "image/png", "buffer": png(640, 480)}
        upright = {"name": "phone.jpg", "mimeType": "image/jpeg", "buffer": from_camera(JPEG, 6)}
        page.locator("#progress-photos").set_input_files([photo, upright])
        page.locator("#answer-progress button").click()
        page.get_by_text("已登记：进展").wait_for()
        page.goto(f"/orders/{order}")
        shown = page.locator(".photos img")
        shown.first.scroll_into_view_if_needed()
        widths = [one.evaluate("one => one.decode().then(() => one.naturalWidth)") for one in shown.all()]
        assert widths == [400, 4], "small ones, and eight pixels by four stand upright as the camera said"
        assert faults(page) == []
    with Looks().open(browser, pages.address) as desk:
        page = sign_in(desk, "赵刚")
        page.goto(f"/orders/{order}")
        answer_by_keys(page, "r", "化解", "工资已付清，工人离开")
        assert page.locator("#order-state").inner_text().strip() == "已化解"


def test_photos_open_over_the_page_and_keys_walk_through_them(browser: Browser, pages: PagesDistrict) -> None:
    order = pages.add_order("井盖丢失", ["区住房建设局"])
    arrived = pages.add_witnessed(order, "区住房建设局", ReplyKind.REPORTED_IN, officer="孙浩")
    leader = pages.add_witnessed(order, "区住房建设局", ReplyKind.LEADER_ON_SCENE, officer="李局", post="局长")
    wide, high, last = (
        pages.add_file(arrived, png(800, 600)),
        pages.add_file(arrived, png(500, 900)),
        pages.add_file(leader, png(640, 480)),
    )
    asked: list[str] = []
    with Looks().open(browser, pages.address) as context:
        told: list[str] = []
        context.on("weberror", lambda error: told.append(str(error.error)))
        context.on("console", lambda said: told.append(said.text) if said.type in ("error", "warning") else None)
        page = sign_in(context, "赵刚")
        page.on("request", lambda request: asked.append(request.url) if "/files/" in request.url else None)
        page.goto(f"/orders/{order}")
        small = page.locator(".photos img")
        for one in small.all():
            one.scroll_into_view_if_needed()
            one.evaluate("one => one.decode()")
        assert len(asked) == 3
        assert all(one.endswith("/small") for one in asked), "no photo is loaded before it is asked for"
        page.keyboard.press("v")
        viewer = page.locator("#viewer")
        viewer.wait_for()
        assert "第 1 张，共 3 张" in viewer.inner_text()
        assert "报到的照片 1" in viewer.inner_text()
        shown = page.locator(".viewer-photo img:not(.coming)")
        for key, record, width, place in (
            ("ArrowRight", high, 500, "第 2 张"),
            ("End", last, 640, "第 3 张"),
            ("ArrowRight", last, 640, "第 3 张"),
            ("Home", wide, 800, "第 1 张"),
            ("ArrowLeft", wide, 800, "第 1 张"),
        ):
            page.keyboard.press(key)
            page.wait_for_function(
                "end => document.querySelector('.viewer-photo img:not(.coming)')?.src.endsWith(end)", arg=record.id
            )
            assert shown.evaluate("one => one.decode().then(() => one.naturalWidth)") == width
            assert place in viewer.inner_text()
        page.keyboard.press("o")
        assert not page.locator("#answer-objection").evaluate("one => one.open"), "keys of the page rest meanwhile"
        assert faults(page) == []
        page.keyboard.press("End")
        page.keyboard.press("Escape")
        viewer.wait_for(state="hidden")
        there = page.locator(f"#photo-{last.id}:focus")
        there.wait_for()  # the keyboard goes on where it was
        count = len([one for one in asked if one.endswith("/small")])
        page.evaluate(READ_AGAIN)
        for one in small.all():
            one.evaluate("one => one.decode()")
        assert len([one for one in asked if one.endswith("/small")]) == count, "what is shown is not loaded again"
        there.wait_for()
        assert told == []
    with Looks(PHONE).open(browser, pages.address) as phone:
        page = sign_in(phone, "赵刚")
        page.goto(f"/orders/{order}")
        page.locator(".photos a").first.click()
        page.locator("#viewer").wait_for()
        page.get_by_role("button", name="下一张").click()
        assert "第 2 张" in page.locator("#viewer").inner_text()
        assert faults(page) == []
        page.get_by_role("button", name="关闭").click()
        assert page.locator("#viewer").is_hidden()


def test_photos_open_without_scripts(browser: Browser, pages: PagesDistrict) -> None:
    order = pages.add_order("路面塌陷", ["区住房建设局"])
    record = pages.add_file(
        pages.add_witnessed(order, "区住房建设局", ReplyKind.REPORTED_IN, officer="孙浩"), png(640, 480)
    )
    with Looks(scripts=False).open(browser, pages.address) as context:
        page = sign_in(context, "赵刚")
        page.goto(f"/orders/{order}")
        assert page.locator("#viewer").is_hidden()
        with context.expect_page() as opened:
            page.locator(".photos a").first.click()
        opened.value.wait_for_load_state()
        assert opened.value.url.endswith(record.id)


def answer_by_keys(page: Page, letter: str, kind: str, *typed: str) -> None:
    """Open a form by its letter, type, and send it by Tab and Enter, without the mouse."""
    page.keyboard.press(letter)
    for words in typed:
        page.keyboard.press("Tab") if words == "Tab" else page.keyboard.type(words)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('button.first')"):
            break
    page.keyboard.press("Enter")
    page.get_by_text(f"已登记：{kind}").wait_for()


def test_a_matter_that_is_passed_reaches_an_open_list_and_keys_alone_take_it(
    browser: Browser, pages: PagesDistrict
) -> None:
    with Looks().open(browser, pages.address) as context:
        told: list[str] = []
        context.on("weberror", lambda error: told.append(str(error.error)))
        context.on("console", lambda said: told.append(said.text) if said.type in ("error", "warning") else None)
        page = sign_in(context, "赵刚")
        page.goto("/matters")
        page.evaluate("window.neverReloaded = true")
        other = pass_on(pages, "别的部门的事项", "区人力资源局")
        matter = pass_on(pages, "外墙瓷砖脱落，砸坏两辆车", "区住房建设局", hours_ago=30)
        page.locator(f"#row-{matter}").wait_for()
        assert page.locator(f"#row-{other}").count() == 0
        assert page.evaluate("window.neverReloaded")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.id") == f"row-{matter}"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/matters/{matter}")
        page.keyboard.press("s")
        page.keyboard.press("Escape")
        page.locator("#received-text").focus()
        page.keyboard.type("赵刚 0755-23450000")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("已登记：接收").wait_for()
        page.keyboard.press("t")
        assert page.evaluate("document.activeElement.id") == "transferred-to_unit"
        page.keyboard.press("Escape")
        page.keyboard.press("b")
        page.wait_for_url("**/matters")
        assert "在本单位" in page.locator(f"tr:has(#row-{matter})").inner_text()
        assert told == []


def test_a_matter_is_declined_on_a_telephone_and_what_the_station_says_meanwhile_keeps_what_is_typed(
    browser: Browser, pages: PagesDistrict
) -> None:
    matter = add_matter(pages, "地下车库积水")
    given = add_step(pages, matter, StepKind.TRANSFERRED, to_unit="区住房建设局", hours_ago=5)
    with Looks(PHONE).open(browser, pages.address) as context:
        page = sign_in(context, "赵刚")
        page.goto(f"/matters/{matter}")
        page.locator("#answer-sent_back > summary").tap()
        page.locator("#sent_back-text").fill("车库属物业管理")
        add_step(pages, matter, StepKind.RECEIVED, given, by_unit="区住房建设局", text="电话里说会接收")
        page.get_by_text("电话里说会接收").wait_for()
        assert page.locator("#sent_back-text").input_value() == "车库属物业管理"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.locator("#answer-sent_back button").tap()
        page.get_by_text("已登记：退回").wait_for()
        page.get_by_text("与站点记下的答复不一致").wait_for()
        assert page.locator("#answers-title").count() == 0


def test_a_matter_is_answered_without_scripts(browser: Browser, pages: PagesDistrict) -> None:
    matter = pass_on(pages, "路面塌陷", "区住房建设局")
    with Looks(scripts=False).open(browser, pages.address) as context:
        page = sign_in(context, "赵刚")
        page.goto("/matters")
        page.locator(f"#row-{matter}").click()
        page.locator("#answer-received button").click()
        page.get_by_text("已登记：接收").wait_for()


def test_keys_alone_narrow_the_list_of_mediations_and_open_one(browser: Browser, pages: PagesDistrict) -> None:
    hold(pages, "两家为一堵墙争执", days_ago=40)
    held = hold(pages, "派出所调解的推搡", days_ago=41, host=Host.POLICE)
    with Looks().open(browser, pages.address) as context:
        page = sign_in(context, "吴涛")
        page.goto("/mediations?show=overdue")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "host"
        for _ in Host:  # the last one is the police's
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/mediations?show=overdue&host=police*")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.id") == f"row-{held}"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/mediations/{held}")
        assert "超时" in page.locator(".head").inner_text()
        page.keyboard.press("b")
        page.wait_for_url("**/mediations")


def test_mediations_fit_a_telephone(browser: Browser, pages: PagesDistrict) -> None:
    held = mediations_of_a_day(pages)
    with Looks(PHONE).open(browser, pages.address) as context:
        page = sign_in(context, "吴涛")
        for address in ("/mediations", f"/mediations/{held}"):
            page.goto(address)
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(wide) == 0
            assert faults(page) == []
